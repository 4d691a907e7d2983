"""What the committed notebooks hold: the record of each figure, table and claims list, and its cells."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from szilard.compendium.canonical import Fields
from szilard.compendium.ids import display_id
from szilard.compendium.syntax import bound_names, changed_names, exposed_names
from szilard.compendium.tabular import parsed
from szilard.validation import check_choice

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SHOWS = {"figure", "table", "claims", "headlines"}

__all__ = ["Record", "chapters", "dependencies", "displayed", "find", "load", "records"]


@dataclass(frozen=True)
class Record:
    """One thing a notebook shows.

    Args:
        kind: ``"figure"``, ``"table"``, ``"claims"`` or ``"headlines"``.
        id: for example ``"fig-minde-forward"``.
        notebook: the file it stands in.
        cell, code: index of its cell in the notebook, and its source.
        content, output: the record, and the output of the cell that holds it.
    """

    kind: str
    id: str
    notebook: Path
    cell: int
    code: str
    content: Fields
    output: Fields = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """The chapter's key."""
        return self.notebook.stem

    @property
    def frame(self) -> pd.DataFrame:
        """The data behind it."""
        return parsed(self.content["data"])


def chapters(root: Path) -> list[Path]:
    """The chapter notebooks below ``root/book``, in alphabetical order of part and key."""
    return sorted(p for p in (root / "book").glob("*/*.ipynb") if not p.parent.name.startswith((".", "_")))


def records(notebook: Path) -> list[Record]:
    """Everything that ``notebook`` shows with a record, in order.

    Raises:
        ValueError: not a readable notebook, an id that is none, or one that is used twice.
    """
    found: list[Record] = []
    for index, cell in enumerate(load(notebook).cells):
        for output in displayed(cell):
            content = output["metadata"]["szilard"]
            id = display_id(content, notebook.name)
            found.append(Record(content["kind"], id, notebook, index, cell.source, content, output))
    ids = [record.id for record in found]
    if repeated := sorted({id for id in ids if ids.count(id) > 1}):
        raise ValueError(f"{notebook.name}: every figure and table needs its own name; repeated: {', '.join(repeated)}")
    return found


def displayed(cell: Fields) -> list[Fields]:
    """The outputs of a cell that carry a record."""
    return [output for output in cell.get("outputs", ()) if output.get("metadata", {}).get("szilard")]


def find(root: Path, id: str) -> Record:
    """The record called ``id`` among all chapters below ``root``; the ``ValueError`` of an unknown id offers the
    closest."""
    known = {record.id: record for notebook in chapters(root) for record in records(notebook)}
    return known[check_choice(id, "figure", known)]


def dependencies(cells: Sequence[str], target: int) -> list[int]:
    """Indices of the code cells needed to re-execute cell ``target``, in order, ``target`` last.

    A cell is needed if it binds, or changes in place, a name that a later needed cell reads; other figures are not.

    Raises:
        ValueError: a cell is not plain Python.
    """
    try:
        parsed = [ast.parse(source).body for source in cells[: target + 1]]
    except SyntaxError as error:
        raise ValueError(f"every code cell up to {target} must be plain Python: {error.msg}") from None
    needed, chosen = exposed_names(parsed[target]), [target]
    for index in range(target - 1, -1, -1):
        statements = parsed[index]
        bound = {name for statement in statements for name in bound_names(statement)}
        changed = {name for statement in statements if not _is_show(statement) for name in changed_names(statement)}
        if needed & (bound | changed):
            chosen.append(index)
            needed = (needed - bound) | exposed_names(statements)
    return chosen[::-1]


def _is_show(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _SHOWS


def load(notebook: Path) -> NotebookNode:
    """The notebook as ``nbformat`` reads it, or one line that says why it cannot be (``ValueError``), or that the
    packages of the book are missing (``RuntimeError``)."""
    try:
        import nbformat
    except ImportError:
        raise RuntimeError("reading chapters needs the book's packages: pip install 'szilard[book]'") from None
    try:
        return nbformat.read(notebook, as_version=4)
    except FileNotFoundError:
        raise ValueError(f"no notebook at {notebook}") from None
    except Exception as error:  # nbformat raises several kinds, all meaning the same to the caller
        raise ValueError(f"{notebook.name} is not a readable notebook ({type(error).__name__})") from None
