"""Verification: the cells behind what is published are executed again, and both are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from szilard.compendium.canonical import Fields
from szilard.compendium.comparing import compare
from szilard.compendium.figures import genuine
from szilard.compendium.kernel import CELL_SECONDS, execute
from szilard.compendium.notebook import Record, chapters, dependencies, displayed, load, records
from szilard.validation import check_choice

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Report", "check", "differences", "verify", "verify_chapter", "verify_chapters"]


@dataclass(frozen=True)
class Report:
    """Whether the display ``id`` came out as published, and what differs, else the number that moved most, in lines."""

    id: str
    agrees: bool
    lines: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "reproduces what is published" if self.agrees else "DIFFERS from what is published"
        return "\n  ".join([f"{self.id} {verdict}", *self.lines])


def check(published: Fields, again: Fields) -> Report:
    """Whether an output ``published`` in a notebook is what its record says, and says what its cell shows ``again``."""
    old, new = (output["metadata"]["szilard"] for output in (published, again))
    if wrong := genuine(published):
        return Report(str(old.get("id")), False, tuple(wrong))
    found = compare(old, new)
    if found.differences:
        return Report(old["id"], False, found.differences)
    moved = found.worst is not None and found.worst.share > 0
    how = f"the number that moved most is {found.worst}" if moved else "every number, word and line came out the same"
    return Report(old["id"], True, (how,))


def verify(record: Record, seconds: int = CELL_SECONDS) -> Report:
    """Re-execute the cells behind ``record``, ``seconds`` each at most, in a fresh kernel, nothing cached, and compare
    with what is published, within the tolerances that it carries.

    Raises:
        RuntimeError: a cell failed, or shows ``record.id`` no more.
    """
    notebook = load(record.notebook)
    chosen = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    sources = [notebook.cells[i].source for i in chosen]
    needed = [chosen[i] for i in dependencies(sources, chosen.index(record.cell))]
    notebook.cells = [notebook.cells[i] for i in needed]
    execute(notebook, record.notebook.parent, seconds, fresh=True)
    if (output := _by_id(notebook.cells[-1]).get(record.id)) is None:
        raise RuntimeError(f"{record.id}: its cell ran but shows it no more; run `szilard build`")
    report = check(record.output, output)
    done = f"{len(needed)} of {len(sources)} cells re-executed, nothing cached"
    return Report(report.id, report.agrees, (done, *report.lines))


def verify_chapter(path: Path) -> list[Report]:
    """Execute a chapter once, its sweeps from the cache, and compare everything it shows.

    Raises:
        RuntimeError: a cell failed.
    """
    notebook = load(path)
    execute(notebook, path.parent)
    again = _by_id(*notebook.cells)
    reports = []
    for record in records(path):
        if (output := again.pop(record.id, None)) is not None:
            reports.append(check(record.output, output))
        else:
            reports.append(Report(record.id, False, ("its cell ran but shows it no more",)))
    return reports + [Report(id, False, ("it is shown and not published",)) for id in again]


def verify_chapters(root: Path, keys: Sequence[str] = ()) -> Iterator[list[Report]]:
    """:func:`verify_chapter` of the chapters ``keys``, by default all; a chapter that fails is one report.

    Raises:
        ValueError: no such chapter; the message offers the closest one.
    """
    known = {path.stem: path for path in chapters(root)}
    for key in keys:
        check_choice(key, "chapter", known)
    for key in keys or known:
        try:
            yield verify_chapter(known[key])
        except RuntimeError as error:
            yield [Report(f"chapter {key}", False, (str(error),))]


def differences(published: NotebookNode, again: NotebookNode) -> list[str]:
    """How two executions of the same notebook differ beyond tolerance, a line each."""
    lines = []
    for number, (old, new) in enumerate(zip(published.cells, again.cells, strict=True)):
        if old.cell_type == "code":
            if old.get("execution_count") != new.get("execution_count"):
                lines.append(f"cell {number} was not executed in order")
            lines += [f"cell {number}, {line}" for line in _outputs(old, new)]
    return lines


def _outputs(published: NotebookNode, again: NotebookNode) -> list[str]:
    old, new = _by_id(published), _by_id(again)
    if list(old) != list(new) or len(displayed(published)) != len(displayed(again)):
        return ["it shows other things"]
    reports = [check(old[id], new[id]) for id in old]
    lines = [f"{report.id}: {line}" for report in reports if not report.agrees for line in report.lines]
    return lines if _bare(published) == _bare(again) else [*lines, "it prints something else"]


def _by_id(*cells: Fields) -> dict[str, Fields]:
    return {str(o["metadata"]["szilard"].get("id")): o for cell in cells for o in displayed(cell)}


def _bare(cell: NotebookNode) -> list[Fields]:
    """The outputs without a record, less what counts executions."""
    bare = (output for output in cell.outputs if not output.get("metadata", {}).get("szilard"))
    return [{name: value for name, value in output.items() if name != "execution_count"} for output in bare]
