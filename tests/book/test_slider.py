"""The slider of a figure: it moves through the drawings, by mouse and by keyboard, in both modes."""

from __future__ import annotations

from pathlib import Path

from szilard.compendium.notebook import Record
from szilard.compendium.site.card import picture, slider
from szilard.compendium.site.extension import STATIC

CONTENT = {"alt": "A rise.", "svg": "<svg/>", "frames": ["<svg/>"] * 2}
CONTENT |= {"slider": {"name": "bin size", "positions": ["0.03", "0.07", "0.3 \u00d7 2"]}}


def test_it_moves_through_the_drawings(browser) -> None:
    record = Record("figure", "fig-a-b", Path("a.ipynb"), 0, "", CONTENT)
    html = (picture(record) + slider(record)).replace("szilard:file/", "../")
    page = browser.new_page()
    page.set_content(f"<figure>{html}</figure>")
    assert not page.locator("input").is_visible()
    page.add_script_tag(content=(STATIC / "szilard-figures.js").read_text())
    sources = lambda: page.eval_on_selector_all("img", "all => all.map((image) => image.getAttribute('src'))")  # noqa: E731
    assert sources() == ["../figures/fig-a-b.svg", "../figures/fig-a-b-dark.svg"]
    assert page.get_by_label("bin size").is_visible() and page.locator("output").inner_text() == "0.03"
    page.get_by_label("bin size").press("ArrowRight")
    page.get_by_label("bin size").press("ArrowRight")
    assert sources() == ["../figures/fig-a-b.2.svg", "../figures/fig-a-b.2-dark.svg"]
    assert page.locator("output").inner_text() == "0.3 \u00d7 2"
    assert page.locator("input").get_attribute("aria-valuetext") == "0.3 \u00d7 2"
    page.get_by_label("bin size").press("Home")
    assert sources()[0] == "../figures/fig-a-b.svg"
    page.close()
