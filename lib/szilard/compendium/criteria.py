"""What decides a claim, as data: limits on what a table shows, with the band in which it holds only partly."""

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Limit", "Verdict", "at_least", "at_most", "between", "holds", "worst"]


class Verdict(enum.Enum):
    """How a claim fared."""

    REPRODUCED = "reproduced"
    PARTLY = "partly"
    NOT_REPRODUCED = "not reproduced"
    UNDECIDED = "undecided"
    PAPER_ERRS = "the paper errs"
    CODE_ERRS = "the code errs"
    OFFLINE = "not reproducible offline"
    PENDING = "not recorded yet"


@dataclass(frozen=True)
class Limit:
    """Bounds on a number, or on each of an array of numbers.

    Args:
        of: what is bounded, in words that read before "at most 0.1".
        low, high: the bounds within which the claim holds.
        partly: wider bounds, within which it holds partly.
        unit: unit of the numbers, for reading.
        soft: whether a number out of all bounds still leaves the claim partly reproduced.
    """

    of: str
    low: float = -math.inf
    high: float = math.inf
    partly: tuple[float, float] | None = None
    unit: str = ""
    soft: bool = False

    def decide(self, value: ArrayLike) -> Verdict:
        """The verdict on ``value``: on an array that of its worst entry, on NaN and on nothing *undecided*."""
        numbers = np.atleast_1d(np.asarray(value, dtype=float))
        if numbers.size == 0 or np.isnan(numbers).any():
            return Verdict.UNDECIDED
        least, most = numbers.min(), numbers.max()
        if self.low <= least and most <= self.high:
            return Verdict.REPRODUCED
        low, high = self.partly or (self.low, self.high)
        return Verdict.PARTLY if self.soft or low <= least and most <= high else Verdict.NOT_REPRODUCED

    def __str__(self) -> str:
        if self.low == self.high == 1.0 and not self.unit:
            return self.of + ("; else partly" if self.soft else "")
        unit = f" {self.unit}" if self.unit else ""
        text = f"{self.of} {_bounds(self.low, self.high)}{unit}"
        if self.soft:
            return f"{text}; else partly"
        return f"{text}; partly {_bounds(*self.partly)}{unit}" if self.partly else text


def at_most(of: str, limit: float, partly: float | None = None, unit: str = "", soft: bool = False) -> Limit:
    """``of`` may not exceed ``limit``; up to ``partly`` the claim holds partly."""
    return Limit(of, high=limit, partly=None if partly is None else (-math.inf, partly), unit=unit, soft=soft)


def at_least(of: str, limit: float, partly: float | None = None, unit: str = "", soft: bool = False) -> Limit:
    """``of`` may not fall below ``limit``; down to ``partly`` the claim holds partly."""
    wider = None if partly is None else (partly, math.inf)
    return Limit(of, low=limit, partly=wider, unit=unit, soft=soft)


def between(
    of: str, low: float, high: float, partly: tuple[float, float] | None = None, unit: str = "", soft: bool = False
) -> Limit:
    """``of`` lies from ``low`` to ``high``; within ``partly`` the claim holds partly."""
    return Limit(of, low, high, partly, unit, soft)


def holds(statement: str, soft: bool = False) -> Limit:
    """``statement`` is true: of a truth value, or of each in an array."""
    return Limit(statement, 1.0, 1.0, soft=soft)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a claim whose limits were decided so: all must hold, and all must be decided."""
    order = (Verdict.UNDECIDED, Verdict.NOT_REPRODUCED, Verdict.PARTLY, Verdict.REPRODUCED)
    return min(verdicts, key=order.index)


def _bounds(low: float, high: float) -> str:
    if low == -math.inf:
        return f"at most {_number(high)}"
    return f"at least {_number(low)}" if high == math.inf else f"from {_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    text = f"{value:.6g}".replace("-", "−")
    if "e" not in text:
        return text
    digits, _, power = text.partition("e")
    raised = str(int(power.replace("−", "-"))).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{'' if digits == '1' else f'{digits} × '}10{raised}"
