"""Verification: the cells behind what is published are executed again, and both are compared."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from szilard.compendium.comparing import compare
from szilard.compendium.figures import genuine
from szilard.compendium.history import implausible
from szilard.compendium.kernel import CELL_SECONDS, execute
from szilard.compendium.notebook import Record, chapters, dependencies, displayed, load, records
from szilard.validation import check_choice

__all__ = ["Report", "check", "differences", "verify", "verify_chapter", "verify_chapters"]


@dataclass(frozen=True)
class Report:
    """Outcome for one display.

    Args:
        id: of the display.
        agrees: whether what is published came out again.
        lines: what differs; or, if nothing does, how far the number that moved most moved.
    """

    id: str
    agrees: bool
    lines: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "reproduces what is published" if self.agrees else "DIFFERS from what is published"
        return "\n  ".join([f"{self.id} {verdict}", *self.lines])


def check(published: Mapping[str, Any], again: Mapping[str, Any]) -> Report:
    """Whether a published output is what its record says, and says what the cell shows again.

    Args:
        published: the output in the notebook.
        again: the output that its cell made now.
    """
    old, new = (output["metadata"]["szilard"] for output in (published, again))
    if wrong := [*genuine(published), *_safely(implausible, old)]:
        return Report(str(old.get("id")), False, tuple(wrong))
    found = compare(old, new)
    if found.differences:
        return Report(old["id"], False, found.differences)
    worst = found.worst
    moved = "every number, word and line came out the same"
    if worst is not None and worst.share > 0:
        moved = f"the number that moved most is {worst}"
    return Report(old["id"], True, (moved,))


def verify(record: Record, seconds: int = CELL_SECONDS) -> Report:
    """Re-execute the cells behind ``record`` in a fresh kernel, nothing cached, and compare with what is
    published, within the tolerances that it carries.

    Args:
        record: the figure, table or claims to check.
        seconds: limit per cell.

    Raises:
        RuntimeError: a cell failed, or shows ``record.id`` no more.
    """
    notebook = load(record.notebook)
    chosen = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    sources = [notebook.cells[i].source for i in chosen]
    needed = [chosen[i] for i in dependencies(sources, chosen.index(record.cell))]
    notebook.cells = [notebook.cells[i] for i in needed]
    execute(notebook, record.notebook.parent, seconds, fresh=True)
    for output in displayed(notebook.cells[-1]):
        if output["metadata"]["szilard"]["id"] == record.id:
            report = check(record.output, output)
            done = f"{len(needed)} of {len(sources)} cells re-executed, nothing cached"
            return Report(report.id, report.agrees, (done, *report.lines))
    raise RuntimeError(f"{record.id}: its cell ran but shows it no more; run `szilard build`")


def verify_chapter(path: Path, variables: Mapping[str, str] | None = None) -> list[Report]:
    """Execute a chapter once, its sweeps from the cache, and compare everything it shows.

    Args:
        path: the notebook.
        variables: environment variables of the kernel, for example those of another processor.

    Raises:
        RuntimeError: a cell failed.
    """
    notebook = copy.deepcopy(load(path))
    execute(notebook, path.parent, variables=variables)
    again = {o["metadata"]["szilard"]["id"]: o for cell in notebook.cells for o in displayed(cell)}
    reports = []
    for record in records(path):
        if record.id in again:
            reports.append(check(record.output, again.pop(record.id)))
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


def differences(published: Any, again: Any) -> list[str]:
    """How two executions of the same notebook differ beyond tolerance, a line each."""
    lines = []
    for number, (old, new) in enumerate(zip(published.cells, again.cells, strict=True)):
        if old.cell_type == "code":
            if old.get("execution_count") != new.get("execution_count"):
                lines.append(f"cell {number} was not executed in order")
            lines += [f"cell {number}, {line}" for line in _outputs(old, new)]
    return lines


def _outputs(published: Any, again: Any) -> list[str]:
    old, new = displayed(published), displayed(again)
    if [_id(output) for output in old] != [_id(output) for output in new]:
        return ["it shows other things"]
    lines = []
    for a, b in zip(old, new, strict=True):
        report = check(a, b)
        lines += [] if report.agrees else [f"{report.id}: {line}" for line in report.lines]
    if _bare(published) != _bare(again):
        lines.append("it prints something else")
    return lines


def _id(output: Mapping[str, Any]) -> str:
    return str(output["metadata"]["szilard"].get("id"))


def _bare(cell: Any) -> list[dict[str, Any]]:
    """The outputs without a record, less what counts executions."""
    return [
        {name: value for name, value in output.items() if name != "execution_count"}
        for output in cell.outputs
        if not output.get("metadata", {}).get("szilard")
    ]


def _safely(find: Any, record: Mapping[str, Any]) -> list[str]:
    try:
        return find(record)
    except (KeyError, TypeError, AttributeError) as error:
        return [f"the record is incomplete or damaged ({type(error).__name__}: {error})"]
