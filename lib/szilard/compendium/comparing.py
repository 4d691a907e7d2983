"""Two displays compared, part by part: what is published, and what the same cells show again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from szilard.compendium.canonical import Fields
from szilard.compendium.drawing import movement
from szilard.compendium.tabular import is_number, parsed
from szilard.compendium.tolerance import MOVEMENT, RELATIVE, Tolerance

_TOKEN = re.compile(r"[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Of a provenance: what determines the numbers. The rest is circumstance.
MATERIAL = ("key", "experiment", "tier", "seed", "precision", "threads", "cells", "fingerprint")
# Compared by themselves, or bound to the others by the checks of `figures.genuine`.
_OTHERWISE = {"data", "data_sha256", "sha256", "reading", "rows", "caption", "alt", "svg", "tolerance"}
_OTHERWISE |= {"provenance", "environment"}

# fmt: off
__all__ = ["MATERIAL", "Comparison", "Moved", "compare", "frames", "shown_row", "text_moves", "text_tolerance", "texts"]
# fmt: on


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
    volatile = set(again.get("volatile", ()))
    for part, old, new in frames(published, again):
        yield from _frames(old, new, again, volatile, "" if part == "data" else "shown ")
    yield from _texts(published, again, volatile)
    yield from _drawings(published, again, bool(volatile))
    yield from _tolerances(published, again)
    yield from _origins(published, again)
    for name in sorted((published.keys() | again.keys()) - _OTHERWISE):
        if published.get(name) != again.get(name):
            yield f"{name}: {_both(published.get(name), again.get(name))}"


def frames(published: Fields, again: Fields) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """The tables in two records of a display, old and new: its ``data``, and its ``reading`` where it has one."""
    for part in ("data", "reading"):
        if part in published or part in again:
            yield part, parsed(published.get(part, "")), parsed(again.get(part, ""))


def texts(column: pd.Series) -> list[str]:
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


def _frames(
    old: pd.DataFrame, new: pd.DataFrame, record: Fields, volatile: set[str], what: str
) -> Iterator[Moved | str]:
    if list(old.columns) != list(new.columns):
        yield f"{what}columns: {_both(list(old.columns), list(new.columns), whole=True)}"
    elif len(old) != len(new):
        yield f"{what}rows: {_both(len(old), len(new))}"
    else:
        for name in (str(name) for name in old.columns if str(name) not in volatile):
            if is_number(old[name]) and is_number(new[name]):
                yield from _numbers(what + name, old[name], new[name], _numeric(record, name))
                continue
            # Of a claim the tolerance stands under its own name, else under that of the column.
            own = record.get("kind") in ("claims", "headlines") and "claim" in new
            keys = [str(claim) for claim in new["claim"]] if own else [name] * len(new)
            for row, (a, b, key) in enumerate(zip(texts(old[name]), texts(new[name]), keys, strict=True)):
                yield from text_moves(f"{what}{name}, row {row}", a, b, text_tolerance(record, key))


def _numeric(record: Fields, name: str) -> Tolerance:
    known = record.get("tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else Tolerance(RELATIVE, 0.0, "rule")


def text_tolerance(record: Fields, name: str) -> Tolerance:
    """The tolerance of numbers inside texts: measured for texts, or that of the column of the same name."""
    known = record.get("text_tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else _numeric(record, name)


def _numbers(where: str, old: pd.Series, new: pd.Series, tolerance: Tolerance) -> Iterator[Moved]:
    a, b = old.to_numpy(dtype=float), new.to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
    for row in np.flatnonzero(~same):
        allowed = float(tolerance.allowed(a[row])) if np.isfinite(a[row]) else 0.0
        yield Moved(f"{where}, row {row}", a[row], b[row], allowed)


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


def _texts(published: Fields, again: Fields, volatile: set[str]) -> Iterator[Moved | str]:
    for name in ("caption", "alt"):
        old, new = str(published.get(name, "")), str(again.get(name, ""))
        yield from text_moves(name, old, new, text_tolerance(again, name))
    old_rows, new_rows = (record.get("rows", []) for record in (published, again))
    if len(old_rows) != len(new_rows):
        yield f"rows: {_both(len(old_rows), len(new_rows))}"
        return
    for number, (old_row, new_row) in enumerate(zip(old_rows, new_rows, strict=True)):
        a, b = shown_row(old_row, published), shown_row(new_row, again)
        if sorted(a) != sorted(b):
            yield f"row {number}: {_both(sorted(a), sorted(b))}"
            continue
        for name in (name for name in a if name not in volatile):
            key = str(new_row["claim"]) if isinstance(new_row, Mapping) else name
            yield from text_moves(f"{name}, shown row {number}", a[name], b[name], text_tolerance(again, key))


def shown_row(row: Fields | Sequence[str], record: Fields) -> dict[str, str]:
    """A row that readers see, by column: of claims as it stands, of a table under the names of its columns."""
    if isinstance(row, Mapping):
        return {str(name): str(text) for name, text in row.items()}
    names = record.get("columns", [])
    return {str(names[i] if i < len(names) else i): str(text) for i, text in enumerate(row)}


def _drawings(published: Fields, again: Fields, volatile: bool) -> Iterator[Moved | str]:
    if volatile or ("svg" not in published and "svg" not in again):
        return
    moved = movement(str(published.get("svg", "")), str(again.get("svg", "")))
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
