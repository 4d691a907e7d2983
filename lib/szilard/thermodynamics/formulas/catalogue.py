"""Every formula of the room, by key: :data:`FORMULAS`, and :func:`formula` to look one up."""

from __future__ import annotations

from typing import Any, TypeAlias

from szilard.validation import check_choice

from ._erasure import FORMULAS as _ERASURE
from ._limits import FORMULAS as _LIMITS
from .symbolic import Condition, Formula, Variable

Numeric: TypeAlias = Any  # a float, an array or a tensor, as the arguments are
FORMULAS: dict[str, Formula] = {item.key: item for item in (*_ERASURE, *_LIMITS)}

__all__ = ["FORMULAS", "Condition", "Formula", "Numeric", "Variable", "formula"]


def formula(key: str) -> Formula:
    """The formula named ``key``.

    >>> f"{formula('landauer')(1, 300):.6e}"
    '2.870979e-21'
    """
    return FORMULAS[check_choice(key, "formula", FORMULAS)]
