"""Whatever a record says reaches the page as text: nothing in it becomes markup, an address or a script."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from szilard.compendium.citation import Facts
from szilard.compendium.figures import figure_display
from szilard.compendium.notebook import Record

pytest.importorskip("sphinx")
from docutils.core import publish_from_doctree  # noqa: E402
from docutils.utils import new_document  # noqa: E402

from szilard.compendium.site import fragment, overview  # noqa: E402
from szilard.compendium.site.calculators import CalculatorDirective, _field  # noqa: E402
from szilard.compendium.site.card import card, picture, slider  # noqa: E402
from szilard.compendium.site.files import files  # noqa: E402
from szilard.compendium.site.fragment import Fragment, inline, visit  # noqa: E402
from szilard.compendium.site.show import verdict  # noqa: E402

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)> szilard:file/figures/a.svg szilard:page/a \'" &'
ABOUT = Facts(EVIL, EVIL, EVIL, "2024", EVIL)


class Seen(HTMLParser):
    """Tags, attributes and text of a piece of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.names, self.links, self.text = set(), set(), [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def record() -> Record:
    """A figure each of whose texts is hostile."""
    import pandas as pd

    shown = figure_display("fig-a-b", Figure(), pd.DataFrame({EVIL: [1.0]}), caption=EVIL, alt=EVIL, provenance=())
    made = dict.fromkeys(("commit", "python", "utc"), EVIL) | {"versions": {EVIL: EVIL}, "dirty": True}
    source = dict.fromkeys(("key", "experiment", "tier", "seed", "device", "precision", "utc", "commit"), EVIL)
    source |= {"cells": 1, "threads": 1, "wall_seconds": 1.0, "dirty": False, "fingerprint": EVIL}
    content = dict(shown.record) | {"environment": made, "provenance": [source], "data_sha256": EVIL}
    return Record("figure", "fig-a-b", Path(f"{EVIL.replace('/', '')}.ipynb"), 0, EVIL, content)


def on_page(html: str) -> Seen:
    """The piece as the page holds it, its addresses resolved."""
    builder = SimpleNamespace(
        current_docname="here",
        get_relative_uri=lambda here, page: f"PAGE/{page}",
        get_target_uri=lambda page: f"{page}.html",
    )
    translator = SimpleNamespace(builder=builder, body=[])
    visit(translator, Fragment(html=html))
    return Seen("".join(translator.body))


def test_the_card_and_the_picture_hold_texts_as_texts(record) -> None:
    seen = on_page(picture(record) + card(record, ABOUT))
    assert not seen.tags & {"script", "iframe"} and not any(name.startswith("on") for name in seen.names)
    assert seen.links == [
        *("figures/fig-a-b.svg", "figures/fig-a-b-dark.svg", "figures/fig-a-b.csv", "figures/fig-a-b.svg"),
        *("figures/fig-a-b.bib", "figures/fig-a-b.json"),
    ]
    assert "szilard:file/figures/a.svg szilard:page/a" in seen.text and "<script>alert(1)</script>" in seen.text


def test_a_slider_holds_texts_as_texts_and_has_a_file_for_each_position(record) -> None:
    known = {"slider": {"name": EVIL, "positions": [EVIL, "'\"><script>"]}, "frames": [record.content["svg"]]}
    moving = replace(record, content={**record.content, **known})
    assert slider(record) == ""
    seen = on_page(slider(moving))
    assert seen.tags == {"label", "input", "output"} and not any(name.startswith("on") for name in seen.names)
    names = files(moving, ABOUT, "a.html#fig-a-b")
    assert {"fig-a-b.1.svg", "fig-a-b.1-dark.svg"} == names.keys() - files(record, ABOUT, "").keys()
    bad = replace(moving, content={**moving.content, "frames": ["<svg><script>1</script></svg>"]})
    with pytest.raises(ValueError, match="its drawing holds a script"):
        files(bad, ABOUT, "")


def test_captions_become_text(record) -> None:
    document = new_document("")
    document += fragment.nodes.paragraph("", "", *inline(record.content["caption"]))
    seen = Seen(publish_from_doctree(document, writer_name="html5").decode().partition("<body")[2])
    assert not seen.tags & {"script", "img"} and "<script>alert(1)</script>" in seen.text


def test_cards_and_gallery_escape_what_they_show(record) -> None:
    shown = overview.cards([("a", replace(record, notebook=Path("minde.ipynb")))], {"minde": 'a"><script>'})
    assert not Seen(shown[0]["html"]).tags & {"script"}


def test_a_verdict_that_is_none_is_one_line() -> None:
    with pytest.raises(ValueError, match="verdict must be one of"):
        verdict(EVIL)


def test_files_are_named_by_the_id_and_drawings_run_nothing(record) -> None:
    names = files(record, ABOUT, "a.html#fig-a-b")
    assert set(names) == {f"fig-a-b{end}" for end in (".csv", ".bib", ".svg", "-dark.svg", ".json")}
    svg = record.content["svg"]
    for evil in ("<script>alert(1)</script>", '<a href="x">', '<rect onload="x"/>', "<foreignObject/>", "javascript:x"):
        forged = replace(record, content={**record.content, "svg": svg.replace("</svg>", f"{evil}</svg>")})
        with pytest.raises(ValueError, match="fig-a-b: its drawing holds a script or a link"):
            files(forged, ABOUT, "")


@pytest.mark.parametrize("key", ['"><script>', "../a", "a" * 200])
def test_hostile_keys_of_calculators_are_refused(key) -> None:
    directive = object.__new__(CalculatorDirective)
    directive.arguments, directive.name = [key], "szilard-calculator"
    directive.error = lambda text: RuntimeError(text)
    with pytest.raises(RuntimeError, match="the key of a calculator must be"):
        directive.run()


def test_fields_of_calculators_escape_what_they_show() -> None:
    item = {"name": EVIL, "latex": EVIL, "value": EVIL, "about": EVIL, "units": [EVIL], "unit": 0}
    seen = Seen(_field("a", item))
    assert not seen.tags & {"script", "img"} and not any(name.startswith("on") for name in seen.names)
