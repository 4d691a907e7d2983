"""A column of any type as float64 that still tells its values apart, or one sentence why not."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from szilard.userdata.display import shown

WHOLE = 2**53  # up to here float64 holds every integer
DIGITS = 200  # more than any decimal type holds

_ONLY = "only numbers can be measured: choose numeric columns"
_TEMPORAL = "a date or time must be a number, such as seconds since the first one"
_REASONS = (
    (
        r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}\b.*|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}\b.*|[0-9]{1,2}:[0-9]{2}.*",
        _TEMPORAL,
    ),
    (
        r"[+-]?[1-9][0-9]{0,2}(?:[,.' \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?",
        "write numbers without thousands separators; if the mark is a decimal comma, say --decimal ,",
    ),
    (r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?", "decimal commas are read with --decimal ,"),
    (
        r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?",
        "a number kept as text, or in another notation than the others, is not guessed: save it as a number",
    ),
    (r"(?s:.*)", _ONLY),
)

__all__ = ["as_float64", "not_numbers"]


def as_float64(values: np.ndarray) -> tuple[np.ndarray, Any]:
    """``values`` (n,), plain, masked or of objects, as float64 with NaN where one is missing, and their origin.

    The origin is 0. Where float64 cannot hold the integers (nanoseconds since 1970), or would make different
    decimals equal, it is the smallest value, which is subtracted exactly: this changes no information.

    Raises:
        ValueError: a cell that is not a number, or values that float64 cannot tell apart. The message goes on
            after "column 'a' ".
    """
    data, missing = np.ma.getdata(values), np.ma.getmaskarray(values)
    if data.dtype.kind in "OUS":
        data, missing = _numbers(data, missing)
    elif data.dtype.kind not in "biuf":
        raise ValueError(not_numbers(str(data.dtype)))
    rows = np.flatnonzero(~missing)
    result = np.full(len(data), np.nan)
    result[rows], origin = _narrowed(data[rows], rows)
    return result, origin


def not_numbers(kind: str) -> str:
    """Why values of this type are not measured; the message goes on after "column 'a' "."""
    temporal = re.match("date|time|duration", kind)
    return f"holds {kind} values: {_TEMPORAL if temporal else _ONLY}"


def _numbers(cells: np.ndarray, missing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Objects as exact decimals."""
    exact, missing = np.full(len(cells), Decimal(0), dtype=object), missing.copy()
    for row, cell in enumerate(cells):
        value = None if missing[row] else _number(cell, row)
        if value is None or value.is_nan():
            missing[row] = True
        else:
            exact[row] = value
    return exact, missing


def _number(cell: Any, row: int) -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, (bool, np.bool_, int, np.integer)):
        return Decimal(int(cell))
    if isinstance(cell, (float, np.floating)):
        return Decimal(float(cell))
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    text = cell.strip() if isinstance(cell, str) else ""
    reason = next(reason for pattern, reason in _REASONS if re.fullmatch(pattern, text))
    raise ValueError(f"holds {shown(cell)} in data row {row}: {reason}")


def _narrowed(exact: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, Any]:
    with np.errstate(over="ignore"):
        direct = exact.astype(np.float64)
    if not _endangered(exact, direct):
        return direct, 0
    lowest = exact.min()
    with localcontext(prec=DIGITS):
        # Unsigned integers wrap around, so that the differences are right whatever their range.
        whole = exact.dtype.kind in "iu"
        shifted = exact.astype(np.uint64) - lowest.astype(np.uint64) if whole else exact - lowest
    floats = shifted.astype(np.float64)
    if (merged := _merged(shifted, floats)) is None:
        return floats, lowest
    i, j = merged
    raise ValueError(
        f"holds {exact[i]} in data row {rows[i]} and {exact[j]} in data row {rows[j]}, which float64 cannot tell "
        "apart: give fewer digits, or numbers in a narrower range"
    )


def _endangered(exact: np.ndarray, direct: np.ndarray) -> bool:
    kind = exact.dtype.kind
    if kind == "b" or not len(exact) or not np.isfinite(direct).all():
        return False
    if kind in "iu":
        return exact.dtype.itemsize == 8 and np.abs(direct).max() >= WHOLE
    return (kind == "O" or exact.dtype.itemsize > 8) and _merged(exact, direct) is not None


def _merged(exact: np.ndarray, floats: np.ndarray) -> tuple[int, int] | None:
    """Two places where different numbers have become equal."""
    order = np.argsort(exact, kind="stable")
    same = (floats[order[1:]] == floats[order[:-1]]) & (exact[order[1:]] != exact[order[:-1]])
    if not same.any():
        return None
    at = int(np.argmax(same))
    return int(order[at]), int(order[at + 1])
