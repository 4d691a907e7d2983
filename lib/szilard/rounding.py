"""What is left of a number once rounding is taken out."""

from __future__ import annotations

__all__ = ["above_rounding"]


def above_rounding(value: float, floor: float = 1e-12) -> float:
    """``value``, or 0 where it is below ``floor``: what rounding leaves differs between processors and is no result.

    >>> above_rounding(3e-17), above_rounding(0.25)
    (0.0, 0.25)
    """
    return 0.0 if abs(value) < floor else float(value)
