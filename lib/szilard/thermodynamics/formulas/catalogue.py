"""Every formula of the room, by key: :data:`FORMULAS`, and :func:`formula` and :func:`in_kt` to look one up."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import ArrayLike

from szilard.validation import check_choice, refuse_unit

from ._erasure import FORMULAS as _ERASURE
from ._limits import FORMULAS as _LIMITS
from .constants import CONSTANTS
from .symbolic import Condition, Formula, Variable

Numeric: TypeAlias = Any  # a float, an array or a tensor, as the arguments are
FORMULAS: dict[str, Formula] = {item.key: item for item in (*_ERASURE, *_LIMITS)}
UNIT_TEMPERATURE = 1.0 / CONSTANTS["k_B"].value  # at which k_B T is one joule

__all__ = ["FORMULAS", "UNIT_TEMPERATURE", "Condition", "Formula", "Numeric", "Variable", "formula", "in_kt"]


def formula(key: str) -> Formula:
    """The formula named ``key``.

    >>> f"{formula('landauer')(1, 300):.6e}"
    '2.870979e-21'
    """
    return FORMULAS[check_choice(key, "formula", FORMULAS)]


def in_kt(key: str, **values: ArrayLike) -> Numeric:
    """The energy that the formula named ``key`` gives, all energies in units of k_B T; ``values`` without temperature.

    Raises:
        ValueError: a temperature, which would have no effect, or a quantity with a unit.

    >>> round(in_kt("landauer", bits=1), 6)
    0.693147
    """
    energy = formula(key)
    if "temperature" in values:
        raise ValueError(
            f"temperature must be left out: {key} is in units of k_B T here; got {values['temperature']!r}"
        )
    for name, value in values.items():
        refuse_unit(value, name)
    if any(variable.name == "temperature" for variable in energy.variables):
        values = {**values, "temperature": UNIT_TEMPERATURE}
    return energy(**values)
