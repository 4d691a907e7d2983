"""What the committed notebooks hold: the record of each figure, table and claims list, and its cells."""

from __future__ import annotations

import ast
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium.ids import display_id
from szilard.compendium.kernel import CELL_SECONDS, execute
from szilard.compendium.syntax import bound_names, changed_names, exposed_names
from szilard.validation import check_choice

_SHOWS = {"figure", "table", "claims"}

__all__ = ["CELL_SECONDS", "Record", "Report", "chapters", "compare", "dependencies", "find", "records", "verify"]


@dataclass(frozen=True)
class Record:
    """One thing a notebook shows.

    Args:
        kind: ``"figure"``, ``"table"`` or ``"claims"``.
        id: for example ``"fig-minde-forward"``.
        notebook: the file it stands in.
        cell: index of its cell in the notebook.
        code: source of that cell.
        content: the record stored with the output.
    """

    kind: str
    id: str
    notebook: Path
    cell: int
    code: str
    content: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The chapter's key."""
        return self.notebook.stem

    @property
    def frame(self) -> pd.DataFrame:
        """The data behind it."""
        return pd.read_csv(io.StringIO(self.content["data"]), keep_default_na=False, na_values=[""])


@dataclass(frozen=True)
class Report:
    """Outcome of re-executing one figure."""

    id: str
    agrees: bool
    lines: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "reproduces what is published" if self.agrees else "DIFFERS from what is published"
        return "\n  ".join([f"{self.id} {verdict}", *self.lines])


def chapters(root: Path) -> list[Path]:
    """The chapter notebooks below ``root/book``, in alphabetical order of part and key."""
    return sorted(p for p in (root / "book").glob("*/*.ipynb") if not p.parent.name.startswith((".", "_")))


def records(notebook: Path) -> list[Record]:
    """Everything that ``notebook`` shows with a record, in order.

    Raises:
        ValueError: not a readable notebook, an id that is none, or one that is used twice.
    """
    found: list[Record] = []
    for index, cell in enumerate(_load(notebook).cells):
        for output in cell.get("outputs", ()):
            if content := output.get("metadata", {}).get("szilard"):
                id = display_id(content, notebook.name)
                found.append(Record(content["kind"], id, notebook, index, cell.source, content))
    ids = [record.id for record in found]
    if repeated := sorted({id for id in ids if ids.count(id) > 1}):
        raise ValueError(f"{notebook.name}: every figure and table needs its own name; repeated: {', '.join(repeated)}")
    return found


def find(root: Path, id: str) -> Record:
    """The record called ``id`` among all chapters below ``root``.

    Raises:
        ValueError: no such record; the message offers the closest id.
    """
    known = {record.id: record for notebook in chapters(root) for record in records(notebook)}
    return known[check_choice(id, "figure", known)]


def dependencies(cells: Sequence[str], target: int) -> list[int]:
    """Indices of the code cells needed to re-execute cell ``target``, in order, ``target`` last.

    A cell is needed if it binds, or changes in place, a name that a later needed cell reads; other figures
    are not.

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


def verify(record: Record, rtol: float = 1e-6, seconds: int = CELL_SECONDS) -> Report:
    """Re-execute the cells behind ``record`` in a fresh kernel, nothing cached, and compare with what is
    published.

    Args:
        record: the figure, table or claims to check.
        rtol: relative tolerance on every number.
        seconds: limit per cell.

    Raises:
        RuntimeError: a cell failed, or shows ``record.id`` no more.
    """
    notebook = _load(record.notebook)
    chosen = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    sources = [notebook.cells[i].source for i in chosen]
    needed = [chosen[i] for i in dependencies(sources, chosen.index(record.cell))]
    notebook.cells = [notebook.cells[i] for i in needed]
    execute(notebook, record.notebook.parent, seconds, fresh=True)
    for output in notebook.cells[-1].outputs:
        content = output.get("metadata", {}).get("szilard", {})
        if content.get("id") == record.id:
            again = Record(record.kind, record.id, record.notebook, record.cell, record.code, content)
            lines = compare(record.frame, again.frame, rtol, record.content.get("volatile", ()))
            done = f"{len(needed)} of {len(sources)} cells re-executed, nothing cached"
            return Report(record.id, not lines, (done, *(lines or [_size(record.frame, rtol)])))
    raise RuntimeError(f"{record.id}: its cell ran but shows it no more; run `szilard build`")


def compare(published: pd.DataFrame, again: pd.DataFrame, rtol: float, volatile: Sequence[str] = ()) -> list[str]:
    """Differences between two tables, one readable line each; empty when they agree within ``rtol``.

    A number counts as equal when it differs by at most ``rtol`` times the largest magnitude of its column.
    """
    if list(published.columns) != list(again.columns):
        return [f"columns: published {list(published.columns)}, now {list(again.columns)}"]
    if len(published) != len(again):
        return [f"rows: published {len(published)}, now {len(again)}"]
    return [line for name in published if name not in volatile for line in _differs(published[name], again[name], rtol)]


def _is_show(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _SHOWS


def _differs(old: pd.Series, new: pd.Series, rtol: float) -> list[str]:
    if not (pd.api.types.is_numeric_dtype(old) and pd.api.types.is_numeric_dtype(new)):
        rows = np.flatnonzero(old.astype(str).to_numpy() != new.astype(str).to_numpy())
        return [f"{old.name}, row {rows[0]}: published {old[rows[0]]!r}, now {new[rows[0]]!r}"] if len(rows) else []
    a, b = old.to_numpy(dtype=float), new.to_numpy(dtype=float)
    scale = max(np.nanmax(np.abs(a), initial=0.0), np.nanmax(np.abs(b), initial=0.0))
    with np.errstate(invalid="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= rtol * scale)
    if same.all():
        return []
    row = int(np.flatnonzero(~same)[0])
    first = f"row {row}: published {a[row]:.9g}, now {b[row]:.9g}"
    return [f"{old.name}: {int((~same).sum())} of {len(a)} differ; {first}"]


def _size(frame: pd.DataFrame, rtol: float) -> str:
    return f"{frame.shape[0]} rows × {frame.shape[1]} columns agree within {rtol:g} relative"


def _load(notebook: Path) -> Any:
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
