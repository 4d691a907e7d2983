"""What is left of a number once rounding is taken out."""

from __future__ import annotations

import numpy as np

__all__ = ["above_rounding", "in_range"]


def above_rounding(value: float, floor: float = 1e-12) -> float:
    """``value``, or 0 where it is below ``floor``: what rounding leaves differs between processors and is no result.

    >>> above_rounding(3e-17), above_rounding(0.25)
    (0.0, 0.25)
    """
    return 0.0 if abs(value) < floor else float(value)


def in_range(x: np.ndarray) -> np.ndarray:
    """Columns of ``x`` (n, d) over the power of two next above their largest magnitude.

    That is exact, and squares of what comes out neither overflow nor vanish, whatever the unit of the column was.

    >>> in_range(np.array([[3e200], [-1e200]])).round(3).ravel()
    array([ 0.98 , -0.327])
    """
    return np.ldexp(x, -np.frexp(np.abs(x).max(axis=0))[1])
