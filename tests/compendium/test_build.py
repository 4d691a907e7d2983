"""A miniature book: executed once, rendered without a warning, verified, and executed again only when it must be."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from miniature import forge, write_book

from szilard.compendium.build import build, refresh, stamp
from szilard.compendium.kernel import execute
from szilard.compendium.notebook import find
from szilard.compendium.verifying import verify

pytest.importorskip("jupyter_book")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The miniature, built, and what the build said."""
    root = tmp_path_factory.mktemp("book")
    write_book(root)
    said: list[str] = []
    before = os.environ.get("SZILARD_CACHE")
    os.environ["SZILARD_CACHE"] = str(root / "cache")
    try:
        build(root, said.append)
        yield root, said
    finally:
        os.environ.pop("SZILARD_CACHE") if before is None else os.environ.update(SZILARD_CACHE=before)


@pytest.fixture
def page(built) -> str:
    """HTML of the chapter."""
    return (built[0] / "_build/html/book/measuring/fake.html").read_text()


def test_the_build_says_what_it_did_and_where_the_book_is(built) -> None:
    root, said = built
    assert re.fullmatch(r"chapter fake: executed, outputs changed \(\d+ s\)", said[0])
    assert re.fullmatch(rf"the book is at {root}/_build/html/index.html \(\d+ s\)", said[-1])


def test_an_unchanged_chapter_is_not_executed_again(built) -> None:
    root = built[0]
    path = root / "book/measuring/fake.ipynb"
    before = path.stat().st_mtime_ns
    assert refresh(path, root) == "unchanged"
    assert path.stat().st_mtime_ns == before


def test_a_chapter_is_executed_when_code_results_or_outputs_change_but_not_for_its_text(built) -> None:
    root = built[0]
    notebook = nbformat.read(root / "book/measuring/fake.ipynb", as_version=4)
    base = stamp(notebook, "fake", root)
    notebook.cells[0].source += " More text."
    assert stamp(notebook, "fake", root) == base
    results = root / "book/results/fake"
    results.mkdir(parents=True)
    for name in ("pair.parquet", "spread.json"):
        (results / name).write_bytes(b"recorded")
        assert stamp(notebook, "fake", root) != base
        (results / name).unlink()
    assert stamp(notebook, "fake", root) == base
    notebook.cells[3].outputs[0]["metadata"]["szilard"]["data"] += "9,9,9,9\n"
    assert stamp(notebook, "fake", root) != base


def test_a_chapter_is_replaced_only_for_what_differs_beyond_its_tolerance(built, tmp_path) -> None:
    path = shutil.copytree(built[0] / "book", tmp_path / "book") / "measuring/fake.ipynb"
    before = path.read_bytes()
    assert refresh(path, tmp_path) == "executed, outputs as before"
    assert path.read_bytes() == before  # though the date of the second run is another
    notebook = nbformat.read(path, as_version=4)
    forge(notebook, "fig-fake-pair", data=lambda csv: csv.replace("0.143841036", "0.143841136"))
    nbformat.write(notebook, path)
    assert refresh(path, tmp_path) == "executed, outputs as before"  # less than a millionth
    forge(notebook, "fig-fake-pair", data=lambda csv: csv.replace("0.143841136", "0.144841036"))
    nbformat.write(notebook, path)
    assert refresh(path, tmp_path) == "executed, outputs changed"
    assert "0.143841036" in find(tmp_path, "fig-fake-pair").content["data"]


def test_what_was_made_from_local_changes_is_made_anew_when_there_are_none(built, tmp_path, monkeypatch) -> None:
    path = shutil.copytree(built[0] / "book", tmp_path / "book") / "measuring/fake.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for id, changed in (("fig-fake-pair", False), ("tab-fake-pair", True), ("claims-fake", False)):
        forge(notebook, id, environment=lambda made, changed=changed: made | {"dirty": changed})
    nbformat.write(notebook, path)
    for tree_has_changes, outcome in (
        (True, "executed, outputs as before"),
        (True, "unchanged"),
        (False, "executed, outputs changed"),
    ):
        monkeypatch.setattr("szilard.compendium.build.commit", lambda changed=tree_has_changes: ("0" * 40, changed))
        assert refresh(path, tmp_path) == outcome


def test_cells_kept_from_local_changes_do_not_get_into_a_chapter(built, tmp_path, monkeypatch) -> None:
    path = shutil.copytree(built[0] / "book", tmp_path / "book") / "measuring/fake.ipynb"
    notebook = nbformat.read(path, as_version=4)
    _pretend(notebook, dirty=False)
    forge(notebook, "fig-fake-pair", data=lambda csv: csv.replace("0.143841036", "0.144841036"))
    nbformat.write(notebook, path)
    ran: list[bool] = []

    def spied(notebook: nbformat.NotebookNode, folder: Path, seconds: int, fresh: bool) -> None:
        execute(notebook, folder, seconds, fresh=fresh)
        ran.append(fresh)
        _pretend(notebook, dirty=not fresh)

    monkeypatch.setattr("szilard.compendium.build.execute", spied)
    monkeypatch.setattr("szilard.compendium.build.commit", lambda: ("0" * 40, False))
    assert refresh(path, tmp_path) == "executed, outputs changed"
    assert ran == [False, True] and not find(tmp_path, "tab-fake-pair").content["environment"]["dirty"]


def _pretend(notebook: nbformat.NotebookNode, dirty: bool) -> None:
    """Let all that is shown say that it was made from code with local changes, or without."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for id in {output["metadata"]["szilard"]["id"] for output in outputs if "szilard" in output["metadata"]}:
        forge(notebook, id, environment=lambda made: made | {"dirty": dirty})
        forge(notebook, id, provenance=lambda sources: [source | {"dirty": dirty} for source in sources])


def test_a_failing_chapter_is_named_and_left_as_it_was(built, tmp_path) -> None:
    path = write_book(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "1 / 0"  # before anything heavy is imported
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="chapter fake: a cell failed with ZeroDivisionError: division by zero"):
        refresh(path, tmp_path)
    assert path.read_bytes() == before


def test_figures_are_numbered_captioned_and_described(page) -> None:
    assert re.search(r'<figure[^>]* id="fig-fake-pair">', page)
    assert '<span class="caption-number">Fig. 1 </span>' in page
    assert page.count('alt="A curve that rises from 0 at correlation 0.1') == 2  # light and dark
    assert re.search(r'<a class="reference internal" href="#fig-fake-pair"><span class="std std-numref">Fig. 1', page)


def test_bare_outputs_give_way_to_the_figure(page) -> None:
    assert "fake_3_0" not in page and "fig-fake-pair\n  rho" not in page


def test_a_figure_offers_citation_data_drawing_and_provenance(built, page) -> None:
    folder = built[0] / "_build/html/figures"
    offered = set(re.findall(r'href="\.\./\.\./figures/([^"]+)" download', page))
    assert offered == {f"fig-fake-pair.{s}" for s in ("csv", "svg", "bib", "json")} | {
        f"tab-fake-pair.{s}" for s in ("csv", "bib", "json")
    }
    assert offered <= {path.name for path in folder.iterdir()}
    public = json.loads((folder / "fig-fake-pair.json").read_text())
    assert public["place"] == "book/measuring/fake.html#fig-fake-pair" and "chapter.figure" in public["code"]
    assert (folder / "fig-fake-pair.csv").read_text().startswith("rho,n,mi,correlation\n0.1,64,0.005025")


def test_the_provenance_says_how_far_each_number_may_move(page) -> None:
    words = "mi 1e-06 of itself + 6e-09 (by rule); n exact (by rule); rho 1e-06 of itself + 1e-07 (by rule)"
    assert re.search(rf"<dt>Tolerance</dt><dd>correlation [^<;]*; {re.escape(words)}</dd>", page)


def test_claims_stand_where_the_page_asks_for_them_and_only_there(page) -> None:
    assert page.count("szilard-claims docutils") == 1
    assert page.count("not reproduced</span>") == 2  # in the table and among the headlines


def test_headlines_lead_to_their_rows_in_the_table_of_claims(page) -> None:
    strip = re.search(
        r'<div class="szilard-headlines docutils container" id="headlines-fake">.*?</div>', page, re.DOTALL
    )
    lines = re.findall(r"<p>.*?</p>", strip[0], re.DOTALL)
    assert len(lines) == 2 and "headlines of fake" not in page
    for line, name, verdict, found in zip(
        lines, ("grows", "five"), ("reproduced", "not reproduced"), ("0.830 nats", "3 of 5"), strict=True
    ):
        assert f'href="#claim-fake-{name}"' in line and f">{verdict}</span>" in line and found in line
        assert (
            page.count(f'<tr class="row-even" id="claim-fake-{name}">')
            + page.count(f'<tr class="row-odd" id="claim-fake-{name}">')
            == 1
        )


def test_ledger_gallery_and_cards_show_what_the_chapters_hold(built) -> None:
    pages = built[0] / "_build/html/book"
    ledger, gallery, index = (
        (pages / name).read_text() for name in ("apparatus/ledger.html", "apparatus/gallery.html", "index.html")
    )
    assert ledger.count("Five of five.") == 1 and "szilard-headlines" not in ledger + index + gallery
    assert "2 published numbers" in ledger and "1 statement of a paper" in ledger
    assert "Control, " in ledger and "weak pairs: not reproduced" in ledger and "not available to us" in ledger
    assert 'href="../measuring/fake.html#fig-fake-pair"' in gallery
    assert index.count("in preparation") == 14


def test_a_published_figure_verifies_and_a_forged_one_does_not(built, tmp_path) -> None:
    root = built[0]
    for id in ("headlines-fake", "claims-fake"):
        judged = verify(find(root, id))
        assert judged.agrees and "2 of 6 cells re-executed" in str(judged)
    good = verify(find(root, "fig-fake-pair"))
    assert good.agrees and "3 of 6 cells re-executed" in str(good)
    path = shutil.copytree(root / "book", tmp_path / "book") / "measuring/fake.ipynb"
    notebook = nbformat.read(path, as_version=4)
    forge(notebook, "fig-fake-pair", data=lambda csv: csv.replace("0.143841036", "0.243841036"))
    nbformat.write(notebook, path)
    forged = verify(find(tmp_path, "fig-fake-pair"))
    assert not forged.agrees
    assert "mi, row 1: published 0.243841036, now 0.143841036 (moved 0.1, allowed 2.5e-07)" in forged.lines[-1]
