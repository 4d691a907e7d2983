"""Ids and texts of records reach pages and file names only as what they are."""

from __future__ import annotations

import nbformat
import pytest

from szilard.compendium.ids import check_name, display_id
from szilard.compendium.notebook import chapters, records
from szilard.compendium.places import repository

HOSTILE = [
    "fig-x/../../a",
    '"><script>',
    "fig-" + "a" * 200,
    "fig-",
    "fig--a",
    "fig-A",
    "fig-a\n",
    "",
    "fig-é",
    "../fig-a",
    "fig-a.svg",
    None,
    7,
    ["fig-a"],
    "-fig",
    "fig-a-",
    "fig_-a",
]


@pytest.mark.parametrize("id", HOSTILE)
def test_hostile_ids_are_refused_in_one_short_line(id):
    with pytest.raises(ValueError, match="letters, digits and single hyphens") as refusal:
        display_id({"kind": "figure", "id": id}, "a.ipynb")
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "record",
    [
        {},
        None,
        [],
        {"kind": "figure", "id": "tab-a"},
        {"kind": "script", "id": "fig-a"},
        {"id": "fig-a"},
        {"kind": ["figure"], "id": "fig-a"},
    ],
)
def test_a_record_has_a_kind_and_the_prefix_of_its_kind(record):
    with pytest.raises(ValueError, match="^a.ipynb"):
        display_id(record, "a.ipynb")


def test_ids_of_chapters_with_an_underscore_pass():
    assert display_id({"kind": "table", "id": "tab-work_extraction-a-2"}, "") == "tab-work_extraction-a-2"
    assert check_name("landauer", "key") == "landauer"


def test_the_ids_of_the_book_pass():
    assert sum(len(records(notebook)) for notebook in chapters(repository())) > 50


@pytest.mark.parametrize("id", ["fig-x/../../a", '"><script>'])
def test_a_notebook_with_a_hostile_id_is_refused_when_it_is_read(tmp_path, id):
    output = nbformat.v4.new_output("display_data", metadata={"szilard": {"kind": "figure", "id": id}})
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "a.ipynb")
    with pytest.raises(ValueError, match="a.ipynb: the id of a figure must be"):
        records(tmp_path / "a.ipynb")
