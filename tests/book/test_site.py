"""The built book, read as a program reads it and as a browser shows it."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from szilard.compendium.build import build_command
from szilard.compendium.notebook import Record, chapters, records
from szilard.compendium.places import child_environment

pytest.importorskip("jupyter_book")

ROOT = Path(__file__).parents[2]
RECORDS = [record for notebook in chapters(ROOT) for record in records(notebook)]
FIGURES = [record for record in RECORDS if record.kind == "figure"]
CHAPTERS = sorted({record.notebook for record in RECORDS})
CITABLE = [record for record in RECORDS if record.kind in ("figure", "table")]


class Page(HTMLParser):
    """Links, images and anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := found.get(name))}
        self.links += [link for name in ("href", "src") if (link := found.get(name))]
        if tag == "img":
            self.images.append(found)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages, rendered from the committed outputs; a warning fails the build."""
    output = tmp_path_factory.mktemp("site")
    command = build_command(ROOT, output)
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return output / "_build" / "html"


@pytest.fixture(scope="module")
def pages(html: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in html.rglob("*.html") if "_static" not in path.parts}


def _page(html: Path, record: Record) -> Path:
    return (html / record.notebook.relative_to(ROOT)).with_suffix(".html")


def test_no_link_within_the_book_is_broken(html, pages) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name in ("search.html", "genindex.html"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set()
            if not target.exists() or (parts.fragment and target in pages and parts.fragment not in anchors):
                broken.append(f"{path.relative_to(html)} → {link}")
    assert not broken, broken


def test_every_picture_is_described(html, pages) -> None:
    silent = [
        (path.relative_to(html), i["src"]) for path, page in pages.items() for i in page.images if not i.get("alt")
    ]
    assert not silent


@pytest.mark.parametrize("record", CITABLE, ids=lambda record: record.id)
def test_every_figure_is_numbered_and_brings_its_files(html, pages, record) -> None:
    path = _page(html, record)
    assert record.id in pages[path].anchors
    numbered = re.search(rf'id="{record.id}".*?caption-number">(Fig\.|Table) \d+', path.read_text(), re.DOTALL)
    assert numbered
    kinds = ["csv", "bib", "json", *(["svg"] if record.kind == "figure" else [])]
    for name in (f"{record.id}.{kind}" for kind in kinds):
        assert (html / "figures" / name).stat().st_size > 0
        assert any(link.endswith(f"figures/{name}") for link in pages[path].links)
    public = json.loads((html / "figures" / f"{record.id}.json").read_text())
    assert public["code"] == record.code and public["environment"]["commit"]


def test_numbers_run_within_the_chapter(html) -> None:
    for notebook in CHAPTERS:
        page = (html / notebook.relative_to(ROOT)).with_suffix(".html").read_text()
        for kind in (r"Fig\.", "Table"):
            numbers = [int(number) for number in re.findall(rf'caption-number">{kind} (\d+)', page)]
            assert numbers == list(range(1, len(numbers) + 1))


def test_index_ledger_and_gallery_show_what_the_chapters_hold(html) -> None:
    everything = "".join(path.read_text() for path in html.rglob("*.html") if "apparatus" in path.parts)
    for record in RECORDS:
        for row in record.content["rows"] if record.kind == "claims" else ():
            assert row["verdict"] in everything
        if record.kind == "figure":
            assert f"#{record.id}" in everything


def test_pages_ask_nothing_of_the_network(pages) -> None:
    scripts = {
        link for page in pages.values() for link in page.links if re.match(r"https?://.*\.(js|css|woff2?)($|\?)", link)
    }
    assert not scripts


class Visit:
    """A page opened from disk, with everything it complained of or asked from elsewhere."""

    def __init__(self, browser: Any, path: Path, mode: str = "light", width: int = 1280) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode)
        self.context.add_init_script(f"localStorage.setItem('mode','{mode}');localStorage.setItem('theme','{mode}')")
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.troubles.append(f"request to {request.url}")

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *exception: object) -> None:
        self.context.close()


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_chapter_shows_in_the_browser(html, browser, notebook, mode) -> None:
    path = (html / notebook.relative_to(ROOT)).with_suffix(".html")
    with Visit(browser, path, mode) as visit:
        page = visit.page
        page.wait_for_function("!document.querySelector('.math') || document.querySelector('mjx-container')")
        shown = [image for image in page.query_selector_all(".szilard-figure img") if image.is_visible()]
        here = [record for record in FIGURES if record.notebook == notebook]
        assert len(shown) == len(here)
        assert all(image.evaluate("i => i.complete && i.naturalWidth > 0") for image in shown)
        assert page.query_selector_all("mjx-merror") == []
        assert visit.troubles == []


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda path: path.stem)
def test_cards_give_citation_and_provenance(html, browser, notebook) -> None:
    path = (html / notebook.relative_to(ROOT)).with_suffix(".html")
    with Visit(browser, path) as visit:
        for folded in visit.page.locator("article details:not([open]):has([data-szilard-open])").all():
            folded.locator("summary").first.click()  # as a reader opens what is folded away
        for record in (record for record in CITABLE if record.notebook == notebook):
            visit.page.click(f"[data-szilard-open='{record.id}-cite']")
            cite = visit.page.inner_text(f"[id='{record.id}-cite'] pre")
            assert cite.startswith(f"@misc{{szilard:{record.id},") and "author" in cite
            visit.page.keyboard.press("Escape")
            visit.page.click(f"[data-szilard-open='{record.id}-provenance']")
            assert f"szilard verify {record.id}" in visit.page.inner_text(f"[id='{record.id}-provenance']")
            visit.page.click(f"[id='{record.id}-provenance'] .szilard-close")
            assert not visit.page.is_visible(f"[id='{record.id}-provenance']")
        assert visit.troubles == []


def test_copying_puts_the_citation_on_the_clipboard_or_selects_it(html, browser) -> None:
    if not FIGURES:
        pytest.skip("no chapter shows a figure yet")
    record = FIGURES[0]
    with Visit(browser, _page(html, record)) as visit:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.page.click(f"[data-szilard-open='{record.id}-cite']")
        visit.page.click(f"[id='{record.id}-cite'] .szilard-copy")
        visit.page.wait_for_function(
            f"document.querySelector(\"[id='{record.id}-cite'] .szilard-copy\").textContent !== 'Copy'"
        )
        copied = visit.page.evaluate("String(getSelection()) || navigator.clipboard.readText()")
        assert copied.startswith(f"@misc{{szilard:{record.id},")


def test_a_dark_page_is_printed_light(html, browser) -> None:
    with Visit(browser, html / "book" / "index.html", "dark") as visit:
        theme = "document.documentElement.dataset.theme"
        assert visit.page.evaluate(theme) == "dark"
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert visit.page.evaluate(theme) == "light"
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert visit.page.evaluate(theme) == "dark"


def test_pages_say_what_is_missing_without_scripts(html) -> None:
    assert "<noscript><p>Formulas" in (html / "book" / "index.html").read_text()


def test_no_page_is_wider_than_a_narrow_window(html, pages, browser) -> None:
    wide = []
    for path in sorted(set(pages) - {html / "index.html"}):  # which only leads to the first page
        with Visit(browser, path, width=400) as visit:
            width = visit.page.evaluate("document.documentElement.scrollWidth")
            if width > 400:
                wide.append(f"{path.relative_to(html)}: {width} px")
    assert not wide
