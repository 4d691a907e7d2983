"""The unit check of formulas: what a formula measures follows from its symbols, or it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

from .constants import CONSTANTS
from .functions import defined
from .quantities import unit_of
from .symbolic import Formula

if TYPE_CHECKING:
    import pint
    from pint.util import UnitsContainer

_COUNTS = ("bit", "nat", "")  # in the SI, information is a number

__all__ = ["dimension"]


def dimension(formula: Formula) -> UnitsContainer:
    """The dimension of the right side of ``formula``, from the units of its variables and constants.

    Raises:
        ValueError: unlike things are added, or a function is taken of something with a dimension.
    """
    units = {v.symbol.name: _unit(v.unit) for v in formula.variables}
    units |= {name: _unit(constant.unit) for name, constant in CONSTANTS.items()}
    return _measure(defined(formula.expression), units, formula.key).dimensionality


def _measure(expression: sympy.Expr, units: dict[str, pint.Unit], key: str) -> pint.Unit:
    if expression.is_Symbol:
        return units[expression.name]
    parts = [_measure(part, units, key) for part in expression.args]
    number = _unit("")
    if expression.is_Mul:
        for part in parts:
            number *= part
        return number
    if expression.is_Pow and expression.exp.is_Rational:
        return parts[0] ** float(expression.exp)  # type: ignore[return-value]  # pint's annotation
    reference = parts[0] if expression.is_Add else number
    for part, what in zip(parts, expression.args, strict=True):
        if part.dimensionality != reference.dimensionality:
            needed = f"{reference:~}" if expression.is_Add else "a number"
            raise ValueError(f"{key}: in {expression}, {what} must be {needed or 'a number'}; it is {part:~}")
    return reference


def _unit(unit: str) -> pint.Unit:
    return unit_of("" if unit in _COUNTS else unit)
