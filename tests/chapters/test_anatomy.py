"""What a chapter shows is complete: figures with words and data, claims that point at what shows them."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from szilard.compendium.ids import PREFIXES
from szilard.compendium.notebook import chapters, records
from szilard.compendium.papers import PAPERS
from szilard.experiments import keys

ROOT = Path(__file__).parents[2]
NOTEBOOKS = chapters(ROOT)

every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _cells(path: Path, kind: str) -> list:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def test_every_laboratory_has_its_chapter_and_every_chapter_its_paper() -> None:
    assert sorted(path.stem for path in NOTEBOOKS) == keys()
    parts = {paper.key: paper.part for paper in PAPERS}
    assert {path.stem: path.parent.name for path in NOTEBOOKS} == {key: parts[key] for key in keys()}


@every_chapter
def test_outputs_name_no_path_of_a_machine(path: Path) -> None:
    shown = [
        str(output.get("data", {}).get("text/plain", output.get("text", "")))
        for cell in _cells(path, "code")
        for output in cell.outputs
    ]
    assert not [text for text in shown if re.search(r"/(home|root|tmp)/|0x[0-9a-f]{8}", text)]


@every_chapter
def test_ids_carry_the_key_and_are_unique(path: Path) -> None:
    for record in records(path):
        assert re.match(rf"{PREFIXES[record.kind]}-{path.stem}(-|$)", record.id)


@every_chapter
def test_every_figure_says_what_it_shows(path: Path) -> None:
    shown = [record for record in records(path) if record.kind == "figure"]
    assert shown
    for record in shown:
        caption, alt = record.content["caption"], record.content["alt"]
        assert len(caption) >= 20 and 20 <= len(alt) <= 400 and alt != caption, record.id
        assert not record.frame.empty, record.id


@every_chapter
def test_claims_are_judged_once_and_point_at_what_shows_them(path: Path) -> None:
    found = records(path)
    lists = [record for record in found if record.kind == "claims"]
    assert len(lists) == 1 and lists[0].content["rows"]
    ids = {record.id for record in found}
    assert not [row["claim"] for row in lists[0].content["rows"] if row["figure"] and row["figure"] not in ids]


@every_chapter
def test_headlines_stand_at_the_head_of_the_page_and_all_claims_at_its_end(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    strips = [record for record in records(path) if record.kind == "headlines"]
    table = [i for i, cell in enumerate(cells) if f"{{szilard-claims}} {path.stem}" in cell.source]
    table = table or [record.cell for record in records(path) if record.kind == "claims"]
    assert len(strips) <= 1 and len(table) == 1
    if strips:
        assert strips[0].cell < 4 and 1 <= len(strips[0].content["rows"]) <= 3
        assert table[0] > len(cells) / 2
    else:  # the table itself opens the chapter
        assert table[0] <= 2


@every_chapter
def test_outputs_belong_to_the_code_beside_them(path: Path) -> None:
    for record in records(path):
        name = record.id.removeprefix("fig-").removeprefix("tab-").removeprefix(f"{path.stem}-")
        assert record.kind in ("claims", "headlines") or re.search(rf"['\"]{re.escape(name)}['\"]", record.code), (
            record.id
        )
