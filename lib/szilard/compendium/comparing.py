"""Two displays compared, part by part: what is published, and what the same cells show again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium.drawing import movement
from szilard.compendium.tabular import parsed
from szilard.compendium.tolerance import MOVEMENT, RELATIVE, Tolerance, is_number

_TOKEN = re.compile(r"[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Of a provenance: what determines the numbers. The rest is circumstance.
MATERIAL = ("key", "experiment", "tier", "seed", "precision", "threads", "cells", "fingerprint")
# Compared by themselves, or bound to the others by the checks of `figures.genuine`.
_OTHERWISE = {"data", "data_sha256", "sha256", "reading", "rows", "caption", "alt", "svg", "tolerance"}
_OTHERWISE |= {"provenance", "environment"}

__all__ = ["MATERIAL", "Comparison", "Moved", "compare", "text_moves", "text_tolerance"]


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
        moved = abs(self.new - self.old)
        return (
            f"{self.where}: published {self.old:.9g}, now {self.new:.9g} "
            f"(moved {moved:.2g}, allowed {self.allowed:.2g})"
        )


@dataclass(frozen=True)
class Comparison:
    """What differs, one readable line each, and the number that came closest to its limit or broke it."""

    differences: tuple[str, ...]
    worst: Moved | None = None


def compare(published: Mapping[str, Any], again: Mapping[str, Any]) -> Comparison:
    """Compare two records of the same display within the tolerances they carry.

    Args:
        published: the record in the committed notebook.
        again: the record that its cells made now; its tolerances count.
    """
    lines: list[str] = []
    moved: list[Moved] = []
    volatile = set(again.get("volatile", ()))
    for part in ("data", "reading"):
        if part in published or part in again:
            old, new = (parsed(record.get(part, "")) for record in (published, again))
            for item in _frames(old, new, again, volatile, "" if part == "data" else "shown "):
                _sort(item, moved, lines)
    for item in (*_texts(published, again, volatile), *_drawings(published, again, bool(volatile))):
        _sort(item, moved, lines)
    lines += [*_tolerances(published, again), *_origins(published, again)]
    for name in sorted((published.keys() | again.keys()) - _OTHERWISE):
        if published.get(name) != again.get(name):
            lines.append(f"{name}: published {_short(published.get(name))}, now {_short(again.get(name))}")
    lines += [str(item) for item in _worst_by_part(moved)]
    return Comparison(tuple(lines), max(moved, key=lambda item: item.share, default=None))


def _sort(item: Moved | str, moved: list[Moved], lines: list[str]) -> None:
    if isinstance(item, Moved):
        moved.append(item)
    else:
        lines.append(item)


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
    old: pd.DataFrame, new: pd.DataFrame, record: Mapping[str, Any], volatile: set[str], what: str
) -> Iterator[Moved | str]:
    if list(old.columns) != list(new.columns):
        yield f"{what}columns: published {list(old.columns)}, now {list(new.columns)}"
    elif len(old) != len(new):
        yield f"{what}rows: published {len(old)}, now {len(new)}"
    else:
        for name in old.columns:
            if str(name) in volatile:
                continue
            if is_number(old[name]) and is_number(new[name]):
                tolerance = _numeric(record, str(name))
                yield from _numbers(what + str(name), old[name], new[name], tolerance)
            else:
                keys = _keys(record, new, str(name))
                pairs = zip(old[name].astype(object), new[name].astype(object), keys, strict=True)
                for row, (a, b, key) in enumerate(pairs):
                    a, b = ("" if pd.isna(value) else str(value) for value in (a, b))
                    yield from text_moves(f"{what}{name}, row {row}", a, b, text_tolerance(record, key))


def _numeric(record: Mapping[str, Any], name: str) -> Tolerance:
    known = record.get("tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else Tolerance(RELATIVE, 0.0, "rule")


def text_tolerance(record: Mapping[str, Any], name: str) -> Tolerance:
    """The tolerance of numbers inside texts: measured for texts, or that of the column of the same name."""
    known = record.get("text_tolerance", {}).get(name)
    return Tolerance.from_record(known) if known else _numeric(record, name)


def _keys(record: Mapping[str, Any], frame: pd.DataFrame, name: str) -> list[str]:
    """The names under which the tolerances of a column of texts stand: of a claim its own, else the column's."""
    if record.get("kind") == "claims" and "claim" in frame:
        return [str(claim) for claim in frame["claim"]]
    return [name] * len(frame)


def _numbers(where: str, old: pd.Series, new: pd.Series, tolerance: Tolerance) -> Iterator[Moved]:
    a, b = old.to_numpy(dtype=float), new.to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
    for row in np.flatnonzero(~same):
        yield Moved(f"{where}, row {row}", a[row], b[row], _allowed(a[row], tolerance))


def _allowed(published: float, tolerance: Tolerance) -> float:
    return float(tolerance.allowed(published)) if np.isfinite(published) else 0.0


def text_moves(where: str, old: str, new: str, tolerance: Tolerance) -> Iterator[Moved | str]:
    """How two texts differ: in words (a line), or in numbers, which may move by their last printed decimal and
    the tolerance.

    A whole number is printed whole: only its tolerance counts.
    """
    if old == new:
        return
    if _TOKEN.sub("#", old) != _TOKEN.sub("#", new):
        yield f"{where}: published {_short(old)}, now {_short(new)}"
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


def _texts(published: Mapping[str, Any], again: Mapping[str, Any], volatile: set[str]) -> Iterator[Moved | str]:
    for name in ("caption", "alt"):
        old, new = str(published.get(name, "")), str(again.get(name, ""))
        yield from text_moves(name, old, new, text_tolerance(again, name))
    old_rows, new_rows = published.get("rows", []), again.get("rows", [])
    if len(old_rows) != len(new_rows):
        yield f"rows: published {len(old_rows)}, now {len(new_rows)}"
        return
    for number, (old_row, new_row) in enumerate(zip(old_rows, new_rows, strict=True)):
        a, b = (_row(row, record) for row, record in ((old_row, published), (new_row, again)))
        if sorted(a) != sorted(b):
            yield f"row {number}: published {_short(sorted(a))}, now {_short(sorted(b))}"
            continue
        for name in a:
            if name not in volatile:
                key = str(new_row["claim"]) if isinstance(new_row, Mapping) else name
                tolerance = text_tolerance(again, key)
                yield from text_moves(f"{name}, shown row {number}", a[name], b[name], tolerance)


def _row(row: Any, record: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(row, Mapping):
        return {str(name): str(text) for name, text in row.items()}
    names = record.get("columns", [])
    return {str(names[i] if i < len(names) else i): str(text) for i, text in enumerate(row)}


def _drawings(published: Mapping[str, Any], again: Mapping[str, Any], volatile: bool) -> Iterator[Moved | str]:
    if volatile or ("svg" not in published and "svg" not in again):
        return
    moved = movement(str(published.get("svg", "")), str(again.get("svg", "")))
    if moved is None:
        yield "drawing: its parts are others now"
    elif moved > 0:
        yield Moved("drawing (points)", 0.0, moved, max(MOVEMENT, again.get("movement", MOVEMENT)))


def _tolerances(published: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """A tolerance by rule follows from the data; one that is stated or measured is the same again."""
    old, new = published.get("tolerance", {}), again.get("tolerance", {})
    for name in sorted(old.keys() | new.keys()):
        a, b = (dict(tolerance.get(name, {})) for tolerance in (old, new))
        if a.get("from") == b.get("from") == "rule":
            a.pop("absolute", None), b.pop("absolute", None)
        if a != b:
            yield f"tolerance of {name}: published {_short(old.get(name))}, now {_short(new.get(name))}"


def _origins(published: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
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
                yield f"provenance of {source}, {name}: published {_short(a.get(name))}, now {_short(b.get(name))}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
