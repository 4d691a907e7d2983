"""Formulas in units of k_B T: the temperature at which k_B T is one joule makes joules the unit of k_B T."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .catalogue import Numeric, formula
from .constants import CONSTANTS

UNIT_TEMPERATURE = 1.0 / CONSTANTS["k_B"].value

__all__ = ["UNIT_TEMPERATURE", "in_kt"]


def in_kt(key: str, **values: ArrayLike) -> Numeric:
    """The energy that the formula named ``key`` gives, in units of k_B T.

    Args:
        key: name of the formula.
        values: its variables other than the temperature; other energies among them in units of k_B T too.

    Raises:
        ValueError: an unknown key, a variable missing, or one outside its domain.

    >>> round(in_kt("landauer", bits=1), 6)
    0.693147
    """
    energy = formula(key)
    if any(variable.name == "temperature" for variable in energy.variables):
        values = {**values, "temperature": UNIT_TEMPERATURE}
    return energy(**values)
