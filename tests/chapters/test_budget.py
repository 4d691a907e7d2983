"""A chapter is a thin story: what a notebook may hold. That its outputs come out again is nbval's part."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTERS = [path for path in sorted(BOOK.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
LINES_PER_CELL = 20
LINES_PER_CHAPTER = 300  # captions and descriptions of figures count too; about fifteen figures at most
CELLS_THAT_DEFINE = 2

pytestmark = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def lines(cell: nbformat.NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def test_cells_are_short(path: Path) -> None:
    lengths = [lines(cell) for cell in code_cells(path)]
    assert max(lengths) <= LINES_PER_CELL
    assert sum(lengths) <= LINES_PER_CHAPTER


def test_hardly_anything_is_defined(path: Path) -> None:
    definition = (ast.FunctionDef, ast.ClassDef)
    trees = [ast.parse(cell.source) for cell in code_cells(path)]
    assert sum(any(isinstance(node, definition) for node in tree.body) for tree in trees) <= CELLS_THAT_DEFINE


def test_outputs_are_committed_and_clean(path: Path) -> None:
    for number, cell in enumerate(code_cells(path), 1):
        assert cell.execution_count == number, "execute the notebook from top to bottom before committing it"
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


def test_no_cell_ends_in_a_semicolon(path: Path) -> None:
    """The reader sees no output there, a kernel without history does, and the comparison fails."""
    assert not [cell.source for cell in code_cells(path) if cell.source.rstrip().endswith(";")]


def test_at_most_one_output_escapes_comparison_and_says_why(path: Path) -> None:
    """The reason stands in a comment on the line below the marker, which nbval wants to itself."""
    cells = code_cells(path)
    marked = [cell.source.partition("# NBVAL_IGNORE_OUTPUT\n")[2] for cell in cells if "NBVAL_" in cell.source]
    assert len(marked) <= 1
    assert all(reason.startswith("# ") for reason in marked)
    assert not [tag for cell in cells for tag in cell.metadata.get("tags", ()) if tag.startswith("nbval-")]


def test_its_first_cell_opens_the_chapter_by_its_key(path: Path) -> None:
    opening = code_cells(path)[0].source
    assert ".LABORATORY)" in opening and f"import {path.stem}" in opening
