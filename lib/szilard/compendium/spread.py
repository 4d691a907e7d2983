"""How far the numbers of a chapter move from one processor to another: measured, and kept with its results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from szilard.atomic import write_whole
from szilard.compendium.canonical import Fields, as_json, sha256
from szilard.compendium.comparing import Moved, Numbers, Words, aligned, text_moves, text_tolerance
from szilard.compendium.drawing import drawings, furthest
from szilard.compendium.fingerprint import fingerprint_chapter
from szilard.compendium.kernel import execute
from szilard.compendium.notebook import load, records
from szilard.compendium.places import SPREAD, cache_folder
from szilard.compendium.processors import PROCESSORS, Processor
from szilard.compendium.provenance import device_name, environment
from szilard.compendium.tolerance import MOVEMENT, RELATIVE, round_up

FACTOR = 3  # a processor that was not tried may move a number so many times further
VISIBLE = 1.0  # points
NOISE = 0.1  # of itself: a number that moves so far has no digit to print
SECONDS = 1800  # a cell, on the slowest of the processors

__all__ = ["FACTOR", "VISIBLE", "Spread", "between", "measure"]

Records = Mapping[str, Fields]


@dataclass(frozen=True)
class Spread:
    """What processors make of the same chapter: by id, what moves further than the rule allows (``columns``, ``texts``,
    ``drawing``), and what a reader can see moving, one line each: defects of the experiments."""

    displays: Mapping[str, Fields]
    visible: tuple[str, ...] = ()


@dataclass
class _Movements:
    """The numbers of one column, or of the texts of one name, on all processors."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    largest: float = 0.0
    needed: bool = False

    def note(self, old: Sequence[float], new: Sequence[float], needed: bool) -> None:
        """Add numbers and what they became; ``needed`` says whether one moved further than it may."""
        self.pairs += zip(old, new, strict=True)
        self.largest = max([self.largest, *map(abs, old)])
        self.needed |= needed

    def moved(self) -> tuple[float, float]:
        """The furthest that large numbers moved, relative to themselves, and that the others moved."""
        sizes = [(abs(a), abs(b - a)) for a, b in self.pairs]
        relative = max((d / size for size, d in sizes if 0 < size >= self.largest / 10), default=0.0)
        return relative, max((d for size, d in sizes if size < self.largest / 10 or not size), default=0.0)

    def tolerance(self, floor: float) -> Fields:
        relative, absolute = self.moved()
        return {
            "spread": {"relative": float(f"{relative:.2g}"), "absolute": float(f"{absolute:.2g}")},
            "relative": max(RELATIVE, round_up(FACTOR * min(relative, NOISE))),
            "absolute": max(floor, round_up(FACTOR * absolute)),
        }


_ByName = dict[str, _Movements]


def between(here: Records, others: Sequence[Records]) -> Spread:
    """The spread between the records of one processor and of others, by id.

    Columns with a stated tolerance keep it; one that is exceeded is visible, like other words, more rows, or
    a drawing in which something moves by more than a point. What is visible is not granted a tolerance.
    """
    displays, visible = {}, []
    for id, record in here.items():
        if record["kind"] == "headlines":  # their numbers are those of the claims
            continue
        entry, lines = _display(record, [other[id] for other in others if id in other])
        visible += [f"{id}: {line}" for line in lines]
        visible += [f"{id}: it is not shown everywhere"] if any(id not in other for other in others) else []
        if entry:
            displays[id] = entry
    return Spread(displays, tuple(dict.fromkeys(visible)))


def measure(
    root: Path, notebook: Path, processors: Sequence[Processor] = PROCESSORS, say: Callable[[str], None] = print
) -> Spread:
    """Execute a chapter on all ``processors`` and write ``spread.json`` beside its results; runs that were finished
    before, of the same code, are not made again.

    Raises:
        RuntimeError: a cell failed; the message names the processor.
    """
    runs = []
    for one in processors:
        say(f"{notebook.stem} on {one.name}: {one.about}")
        runs.append(_run(root, notebook, one))
    found = between(runs[0], runs[1:])
    seeds = sorted({source["seed"] for record in runs[0].values() for source in record["provenance"]})
    made = {**environment(), "device": device_name("cpu"), "factor": FACTOR, "seeds": seeds}
    made["processors"] = {one.name: one.about for one in processors}
    content = {"displays": found.displays, "visible": found.visible, "provenance": made}
    path = root / "book" / "results" / notebook.stem / f"{SPREAD}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, as_json(content).encode())
    return found


def _run(root: Path, notebook: Path, one: Processor) -> Records:
    """The records of the chapter as ``one`` makes them."""
    import nbformat

    book = load(notebook)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    results = sorted((root / "book" / "results" / notebook.stem).glob("*.parquet"))
    parts = [fingerprint_chapter(code), repr(sorted(one.variables.items())), repr(environment()["versions"])]
    parts += [sha256(path.read_bytes()) for path in results]
    mark = sha256("\n".join(parts))[:16]
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


def _display(here: Fields, others: Sequence[Fields]) -> tuple[Fields, list[str]]:
    columns: _ByName = {}
    words: _ByName = {}
    lines = [line for o in others for item in aligned(here, o, here) for line in _note(item, here, columns, words)]
    points = [furthest(drawings(here), drawings(o)) for o in others if not here.get("volatile")]
    if None in points:
        lines.append("the drawing is built otherwise")
    far = max((p for p in points if p is not None), default=0.0)
    if far > VISIBLE:
        lines.append(f"something in the drawing moves by {far:.2g} points")
    for name, found in columns.items():
        if found.needed and found.moved()[0] > NOISE:
            lines.append(f"no digit of {name} is the same everywhere: it moves by {found.moved()[0]:.0%}")
    rule = {name: entry.get("absolute", 0.0) for name, entry in here.get("tolerance", {}).items()}
    entry: dict[str, Fields] = {
        "columns": {n: m.tolerance(float(rule.get(n, 0.0))) for n, m in columns.items() if m.needed},
        "texts": {n: m.tolerance(0.0) for n, m in words.items() if m.needed},
    }
    if far > MOVEMENT:
        entry["drawing"] = {"moved": float(f"{far:.2g}"), "tolerance": round_up(FACTOR * min(far, VISIBLE))}
    return {name: part for name, part in entry.items() if part}, lines


def _note(item: Numbers | Words | str, here: Fields, columns: _ByName, words: _ByName) -> Iterator[str]:
    """Keep how far numbers moved under the name of their tolerance; what readers can see otherwise, a line each."""
    if isinstance(item, Numbers):
        yield from _note_column(item, columns)
    elif isinstance(item, Words):
        for moved in text_moves(item.name, item.old, item.new, text_tolerance(here, item.name)):
            if isinstance(moved, Moved):
                words.setdefault(item.name, _Movements()).note([moved.old], [moved.new], moved.share > 1)
            else:
                yield moved
    else:
        yield "its data have other rows or columns"


def _note_column(column: Numbers, columns: _ByName) -> Iterator[str]:
    there = np.isfinite(column.old)
    if (there != np.isfinite(column.new)).any():
        yield f"{column.name} is missing or infinite in other rows"
        return
    a, b, tolerance = column.old[there], column.new[there], column.tolerance
    broken = bool((np.abs(b - a) > tolerance.allowed(a)).any())
    if tolerance.origin != "stated":
        columns.setdefault(column.name, _Movements()).note(a.tolist(), b.tolist(), broken)
    elif broken:
        yield f"{column.name} moves by {np.abs(b - a).max():.2g}, beyond its stated tolerance"
