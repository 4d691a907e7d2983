"""How far the numbers of a chapter move from one processor to another: measured, and kept with its results."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from szilard.atomic import write_whole
from szilard.compendium.comparing import Moved, text_moves, text_tolerance
from szilard.compendium.drawing import movement
from szilard.compendium.fingerprint import fingerprint_chapter
from szilard.compendium.kernel import execute
from szilard.compendium.notebook import load, records
from szilard.compendium.places import cache_folder
from szilard.compendium.processors import PROCESSORS, Processor
from szilard.compendium.provenance import device_name, environment
from szilard.compendium.tabular import parsed
from szilard.compendium.tolerance import MOVEMENT, RELATIVE, Tolerance, is_number, round_up

FACTOR = 3  # a processor that was not tried may move a number so many times further
VISIBLE = 1.0  # points
NOISE = 0.1  # of itself: a number that moves so far has no digit to print
SECONDS = 1800  # a cell, on the slowest of the processors

__all__ = ["FACTOR", "VISIBLE", "Spread", "between", "measure"]

Records = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Spread:
    """What processors make of the same chapter.

    Args:
        displays: by id, what moves further than the rule allows: ``columns``, ``texts``, ``drawing``.
        visible: what a reader can see moving, one line each: defects of the experiments.
    """

    displays: Mapping[str, Mapping[str, Any]]
    visible: tuple[str, ...] = ()


@dataclass
class _Movements:
    """The numbers of one column, or of the texts of one name, on all processors."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    largest: float = 0.0
    needed: bool = False

    def moved(self) -> tuple[float, float]:
        """The furthest that large numbers moved, relative to themselves, and that the others moved."""
        sizes = [(abs(a), abs(b - a)) for a, b in self.pairs]
        relative = max((d / size for size, d in sizes if 0 < size >= self.largest / 10), default=0.0)
        return relative, max((d for size, d in sizes if size < self.largest / 10 or not size), default=0.0)

    def tolerance(self, floor: float) -> dict[str, Any]:
        relative, absolute = self.moved()
        return {
            "spread": {"relative": float(f"{relative:.2g}"), "absolute": float(f"{absolute:.2g}")},
            "relative": max(RELATIVE, round_up(FACTOR * min(relative, NOISE))),
            "absolute": max(floor, round_up(FACTOR * absolute)),
        }


def between(here: Records, others: Sequence[Records]) -> Spread:
    """The spread between the records of one processor and of others, by id.

    Columns with a stated tolerance keep it; one that is exceeded is visible, like other words, more rows, or
    a drawing in which something moves by more than a point. What is visible is not granted a tolerance.
    """
    displays, visible = {}, []
    for id, record in here.items():
        entry, lines = _display(record, [other[id] for other in others if id in other])
        visible += [f"{id}: {line}" for line in lines]
        visible += [f"{id}: it is not shown everywhere"] if any(id not in other for other in others) else []
        if entry:
            displays[id] = entry
    return Spread(displays, tuple(dict.fromkeys(visible)))


def measure(
    root: Path, notebook: Path, processors: Sequence[Processor] = PROCESSORS, say: Callable[[str], None] = print
) -> Spread:
    """Execute a chapter on all ``processors`` and write ``spread.json`` beside its results.

    Runs that were finished before, of the same code, are not made again.

    Raises:
        RuntimeError: a cell failed; the message names the processor.
    """
    runs = []
    for one in processors:
        say(f"{notebook.stem} on {one.name}: {one.about}")
        runs.append(_run(root, notebook, one))
    found = between(runs[0], runs[1:])
    made = environment() | {"device": device_name("cpu"), "factor": FACTOR, "seeds": _seeds(runs[0])}
    made |= {"processors": {one.name: one.about for one in processors}}
    content = {"displays": found.displays, "visible": found.visible, "provenance": made}
    path = root / "book" / "results" / notebook.stem / "spread.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
    return found


def _run(root: Path, notebook: Path, one: Processor) -> Records:
    """The records of the chapter as ``one`` makes them."""
    import nbformat

    book = load(notebook)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    results = sorted((root / "book" / "results" / notebook.stem).glob("*.parquet"))
    parts = [fingerprint_chapter(code), repr(sorted(one.variables.items())), repr(environment()["versions"])]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in results]
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    path = cache_folder() / "spread" / f"{one.name}-{mark}" / notebook.name
    if not path.is_file():
        with TemporaryDirectory(prefix="szilard-") as cells:
            variables = {**one.variables, "SZILARD_CACHE": cells, "SZILARD_SPREAD": "none"}
            try:
                execute(book, notebook.parent, SECONDS, variables=variables)
            except RuntimeError as error:
                raise RuntimeError(f"chapter {notebook.stem} on {one.name}: {error}") from None
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, nbformat.writes(book).encode())
    return {record.id: record.content for record in records(path)}


def _seeds(run: Records) -> list[int]:
    return sorted({source["seed"] for record in run.values() for source in record["provenance"]})


def _display(here: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    columns: dict[str, _Movements] = {}
    texts: dict[str, _Movements] = {}
    lines: list[str] = []
    for other in others:
        for part in ("data", "reading"):
            lines += _compare_numbers(here, other, columns, part)
        for name, moved in _text_movements(here, other):
            if isinstance(moved, str):
                lines.append(moved)
            else:
                _note(texts.setdefault(name, _Movements()), moved)
    points = [movement(here.get("svg", ""), o.get("svg", "")) for o in others if not here.get("volatile")]
    if None in points:
        lines.append("the drawing is built otherwise")
    furthest = max((p for p in points if p is not None), default=0.0)
    if furthest > VISIBLE:
        lines.append(f"something in the drawing moves by {furthest:.2g} points")
    for name, found in columns.items():
        if found.needed and found.moved()[0] > NOISE:
            lines.append(f"no digit of {name} is the same everywhere: it moves by {found.moved()[0]:.0%}")
    entry: dict[str, Any] = {}
    if granted := {n: m.tolerance(_floor(here, n)) for n, m in columns.items() if m.needed}:
        entry["columns"] = granted
    if granted := {n: m.tolerance(0.0) for n, m in texts.items() if m.needed}:
        entry["texts"] = granted
    if furthest > MOVEMENT:
        entry["drawing"] = {"moved": float(f"{furthest:.2g}"), "tolerance": round_up(FACTOR * min(furthest, VISIBLE))}
    return entry, lines


def _floor(record: Mapping[str, Any], name: str) -> float:
    return float(record.get("tolerance", {}).get(name, {}).get("absolute", 0.0))


def _note(movements: _Movements, moved: Moved) -> None:
    movements.pairs.append((moved.old, moved.new))
    movements.largest = max(movements.largest, abs(moved.old))
    movements.needed |= moved.share > 1


def _compare_numbers(
    here: Mapping[str, Any], other: Mapping[str, Any], columns: dict[str, _Movements], part: str
) -> Iterator[str]:
    old, new = (parsed(record.get(part, "")) for record in (here, other))
    if list(old.columns) != list(new.columns) or len(old) != len(new):
        yield "its data have other rows or columns"
        return
    for name in old.columns:
        if name in here.get("volatile", ()) or not (is_number(old[name]) and is_number(new[name])):
            continue
        a, b = old[name].to_numpy(dtype=float), new[name].to_numpy(dtype=float)
        if (np.isfinite(a) != np.isfinite(b)).any():
            yield f"{name} is missing or infinite in other rows"
            continue
        there = np.isfinite(a)
        a, b = a[there], b[there]
        tolerance = Tolerance.from_record(here["tolerance"][name])
        broken = np.abs(b - a) > tolerance.allowed(a)
        if tolerance.origin == "stated":
            if broken.any():
                yield f"{name} moves by {np.abs(b - a).max():.2g}, beyond its stated tolerance"
            continue
        found = columns.setdefault(name, _Movements())
        found.pairs += zip(a.tolist(), b.tolist(), strict=True)
        found.largest = max(found.largest, float(np.abs(a).max(initial=0.0)))
        found.needed |= bool(broken.any())


def _text_movements(here: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Moved | str]]:
    """Movements of the numbers inside texts, each under the name of its tolerance."""
    for name, old, new in _texts(here, other):
        for moved in text_moves(name, old, new, text_tolerance(here, name)):
            yield name, moved


def _texts(here: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in ("caption", "alt"):
        yield name, here.get(name, ""), other.get(name, "")
    hidden = set(here.get("volatile", ()))
    formats = dict(zip(here.get("columns", ()), here.get("formats", ()), strict=False))
    for old, new in zip(here.get("rows", ()), other.get("rows", ()), strict=False):
        if isinstance(old, Mapping):  # a claim
            yield from ((old["claim"], str(old[n]), str(new.get(n, ""))) for n in old)
        else:
            cells = zip(here["columns"], old, new, strict=True)
            yield from ((n, a, b) for n, a, b in cells if n not in hidden and formats.get(n) is None)
    yield from _data_texts(here, other, hidden)


def _data_texts(
    here: Mapping[str, Any], other: Mapping[str, Any], hidden: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    if here["kind"] == "claims":  # their data are their rows
        return
    old, new = parsed(here["data"]), parsed(other["data"])
    for name in old.columns:
        if name in new and name not in hidden and not is_number(old[name]):
            for a, b in zip(old[name], new[name], strict=False):
                yield name, *("" if _missing(value) else str(value) for value in (a, b))


def _missing(value: Any) -> bool:
    return value is pd.NA or (isinstance(value, float) and math.isnan(value))
