"""Two displays compared, part by part: what is published, and what the same cells show again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from szilard.compendium.canonical import Fields
from szilard.compendium.drawing import drawings, furthest
from szilard.compendium.tabular import is_number, parsed
from szilard.compendium.tolerance import MOVEMENT, RELATIVE, Tolerance

_TOKEN = re.compile(r"[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Of a provenance: what determines the numbers. The rest is circumstance.
MATERIAL = ("key", "experiment", "tier", "seed", "precision", "threads", "cells", "fingerprint")
# Compared by themselves, or bound to the others by the checks of `figures.genuine`.
_OTHERWISE = {"data", "data_sha256", "sha256", "reading", "rows", "caption", "alt", "svg", "frames", "tolerance"}
_OTHERWISE |= {"provenance", "environment"}

__all__ = ["MATERIAL", "Comparison", "Moved", "Numbers", "Words", "aligned", "compare", "text_moves", "text_tolerance"]


@dataclass(frozen=True)
class Moved:
    """A number that was published as ``old`` and is ``new`` now, where ``allowed`` is the most it may move."""

    where: str
    old: float
    new: float
    allowed: float

    @property
    def share(self) -> float:
        """By how much of what is allowed it moved."""
        moved = abs(self.new - self.old)
        if moved == 0 or (np.isnan(self.old) and np.isnan(self.new)):
            return 0.0
        return moved / self.allowed if self.allowed > 0 and np.isfinite(moved) else float("inf")

    def __str__(self) -> str:
        how_far = f"moved {abs(self.new - self.old):.2g}, allowed {self.allowed:.2g}"
        return f"{self.where}: published {self.old:.9g}, now {self.new:.9g} ({how_far})"


@dataclass(frozen=True)
class Comparison:
    """What differs, one readable line each, and the number that came closest to its limit or broke it."""

    differences: tuple[str, ...]
    worst: Moved | None = None


class Numbers(NamedTuple):
    """A column of numbers in two records, where readers find it, and how far its numbers may move."""

    where: str
    name: str
    old: np.ndarray
    new: np.ndarray
    tolerance: Tolerance


class Words(NamedTuple):
    """A text in two records, where readers find it, and the name of the tolerance of the numbers in it."""

    where: str
    name: str
    old: str
    new: str


def compare(published: Fields, again: Fields) -> Comparison:
    """Compare two records of the same display within the tolerances they carry.

    Args:
        published: the record in the committed notebook.
        again: the record that its cells made now; its tolerances count.
    """
    items = list(_differences(published, again))
    moved = [item for item in items if isinstance(item, Moved)]
    lines = [item for item in items if isinstance(item, str)]
    return Comparison((*lines, *_worst_by_part(moved)), max(moved, key=lambda item: item.share, default=None))


def _differences(published: Fields, again: Fields) -> Iterator[Moved | str]:
    for item in aligned(published, again, again):
        if isinstance(item, Numbers):
            yield from _numbers(item)
        elif isinstance(item, Words):
            yield from text_moves(item.where, item.old, item.new, text_tolerance(again, item.name))
        else:
            yield item
    yield from _drawings(published, again)
    yield from _tolerances(published, again)
    yield from _origins(published, again)
    for name in sorted((published.keys() | again.keys()) - _OTHERWISE):
        if published.get(name) != again.get(name):
            yield f"{name}: {_both(published.get(name), again.get(name))}"


def aligned(published: Fields, again: Fields, record: Fields) -> Iterator[Numbers | Words | str]:
    """What two records of a display say, side by side, and in words where one has what the other has not.

    Args:
        published, again: the two.
        record: that of them whose tolerances, formats and volatile columns count.
    """
    volatile = set(record.get("volatile", ()))
    for name in ("caption", "alt"):
        yield Words(name, name, str(published.get(name, "")), str(again.get(name, "")))
    yield from _rows(published, again, record, volatile)
    if record.get("kind") in ("claims", "headlines"):  # whose data are their rows
        return
    for part, what in (("data", ""), ("reading", "shown ")):
        if part in published or part in again:
            old, new = parsed(published.get(part, "")), parsed(again.get(part, ""))
            yield from _columns(old, new, what, record, volatile)


def _columns(
    old: pd.DataFrame, new: pd.DataFrame, what: str, record: Fields, volatile: set[str]
) -> Iterator[Numbers | Words | str]:
    if list(old.columns) != list(new.columns):
        yield f"{what}columns: {_both(list(old.columns), list(new.columns), whole=True)}"
        return
    if len(old) != len(new):
        yield f"{what}rows: {_both(len(old), len(new))}"
        return
    for name in (str(name) for name in old.columns if str(name) not in volatile):
        if is_number(old[name]) and is_number(new[name]):
            a, b = (frame[name].to_numpy(dtype=float) for frame in (old, new))
            yield Numbers(what + name, name, a, b, _numeric(record, name))
        else:
            for row, texts in enumerate(zip(_entries(old[name]), _entries(new[name]), strict=True)):
                yield Words(f"{what}{name}, row {row}", name, *texts)


def _rows(published: Fields, again: Fields, record: Fields, volatile: set[str]) -> Iterator[Words | str]:
    """The rows that readers see; of a column that follows from the data by its format the data tell all."""
    old_rows, new_rows = published.get("rows", ()), again.get("rows", ())
    if len(old_rows) != len(new_rows):
        yield f"rows: {_both(len(old_rows), len(new_rows))}"
        return
    formats = dict(zip(record.get("columns", ()), record.get("formats", ()), strict=False))
    apart = volatile | {name for name, form in formats.items() if form is not None}
    for number, (old_row, new_row) in enumerate(zip(old_rows, new_rows, strict=True)):
        a, b = _by_column(old_row, published), _by_column(new_row, again)
        if sorted(a) != sorted(b):
            yield f"row {number}: {_both(sorted(a), sorted(b))}"
            continue
        for name in (name for name in a if name not in apart):
            # Of a claim the tolerance stands under its own name, else under that of the column.
            yield Words(f"{name}, shown row {number}", b.get("claim", name), a[name], b[name])


def _by_column(row: Fields | Sequence[str], record: Fields) -> dict[str, str]:
    """A row that readers see: of claims as it stands, of a table under the names of its columns."""
    names = record.get("columns", ())
    items = row.items() if isinstance(row, Mapping) else zip(names, row, strict=True)
    return {str(name): str(text) for name, text in items}


def _entries(column: pd.Series) -> list[str]:
    """The entries of a column as texts; what is missing is an empty one."""
    return ["" if pd.isna(value) else str(value) for value in column.astype(object)]


def _worst_by_part(moved: Sequence[Moved]) -> list[str]:
    """One line a column: the worst of the numbers that moved too far, and how many did."""
    broken: dict[str, list[Moved]] = {}
    for item in moved:
        if item.share > 1:
            broken.setdefault(item.where.partition(",")[0], []).append(item)
    return [
        f"{len(items)} differ{'s' if len(items) == 1 else ''}, the worst {max(items, key=lambda m: m.share)}"
        for items in broken.values()
    ]


def text_tolerance(record: Fields, name: str) -> Tolerance:
    """The tolerance of numbers inside texts: measured for texts, or that of the column of the same name."""
    known = record.get("text_tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else _numeric(record, name)


def _numeric(record: Fields, name: str) -> Tolerance:
    known = record.get("tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else Tolerance(RELATIVE, 0.0, "rule")


def _numbers(column: Numbers) -> Iterator[Moved]:
    a, b = column.old, column.new
    for row in np.flatnonzero(~((a == b) | (np.isnan(a) & np.isnan(b)))):
        allowed = float(column.tolerance.allowed(a[row])) if np.isfinite(a[row]) else 0.0
        yield Moved(f"{column.where}, row {row}", a[row], b[row], allowed)


def text_moves(where: str, old: str, new: str, tolerance: Tolerance) -> Iterator[Moved | str]:
    """How two texts differ: in words (a line), or in numbers, which may move by their last printed decimal and
    the tolerance.

    A whole number is printed whole: only its tolerance counts.
    """
    if old == new:
        return
    if _TOKEN.sub("#", old) != _TOKEN.sub("#", new):
        yield f"{where}: {_both(old, new)}"
        return
    for a, b in zip(_TOKEN.findall(old), _TOKEN.findall(new), strict=True):
        if a != b:
            x, y = (float(token.replace("−", "-")) for token in (a, b))
            room = max(_last_digit(a), _last_digit(b)) * (1 + 1e-9)
            yield Moved(where, x, y, room + float(tolerance.allowed(x)))


def _last_digit(token: str) -> float:
    mantissa, _, exponent = token.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if decimals or exponent else 0.0


def _drawings(published: Fields, again: Fields) -> Iterator[Moved | str]:
    if again.get("volatile") or ("svg" not in published and "svg" not in again):
        return
    moved = furthest(drawings(published), drawings(again))
    if moved is None:
        yield "drawing: its parts are others now"
    elif moved > 0:
        yield Moved("drawing (points)", 0.0, moved, max(MOVEMENT, again.get("movement", MOVEMENT)))


def _tolerances(published: Fields, again: Fields) -> Iterator[str]:
    """A tolerance by rule follows from the data; one that is stated or measured is the same again."""
    old, new = published.get("tolerance", {}), again.get("tolerance", {})
    for name in sorted(old.keys() | new.keys()):
        a, b = (dict(tolerance.get(name, {})) for tolerance in (old, new))
        if a.get("from") == b.get("from") == "rule":
            a.pop("absolute", None), b.pop("absolute", None)
        if a != b:
            yield f"tolerance of {name}: {_both(old.get(name), new.get(name))}"


def _origins(published: Fields, again: Fields) -> Iterator[str]:
    old, new = published.get("provenance", []), again.get("provenance", [])
    if len(old) != len(new):
        yield f"provenance: published {len(old)} sources, now {len(new)}"
        return
    for a, b in zip(old, new, strict=True):
        # What is recorded is read, not made again: all of it is the same.
        names = MATERIAL if b.get("tier") == "quick" else sorted(a.keys() | b.keys())
        for name in names:
            if a.get(name) != b.get(name):
                source = f"{b.get('key')}/{b.get('experiment')}"
                yield f"provenance of {source}, {name}: {_both(a.get(name), b.get(name))}"


def _both(old: object, new: object, whole: bool = False) -> str:
    texts = (repr(old), repr(new))
    old, new = (text if whole or len(text) <= 80 else f"{text[:77]}…" for text in texts)
    return f"published {old}, now {new}"
