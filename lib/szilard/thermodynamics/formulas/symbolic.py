"""One physical formula as one symbolic object, from which everything else comes.

The numeric function (NumPy and torch), the typeset equation, the unit check and the JavaScript of the page of
calculators are all made from :attr:`Formula.expression`.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from sympy.utilities.lambdify import lambdify

from szilard.validation import check_aligned

from .constants import CONSTANTS
from .functions import defined, stabilised
from .quantities import in_si, shortened

# Typeset order of the factors of a product: counts, k_B T, other variables, constants.
_RANKS = {"k_B": "1", "G": "3", "hbar": "3", "h": "3", "c": "5"}
_JAVASCRIPT = {
    "Log1p": "Math.log1p",
    "Expm1": "Math.expm1",
    "Select": [(lambda *_: True, lambda condition, a, b: f"(({condition}) ? ({a}) : ({b}))")],
}

__all__ = ["Condition", "Formula", "Variable", "constant"]


@dataclass(frozen=True)
class Variable:
    """A quantity that a formula depends on: an identifier in Python and in JavaScript, how it is typeset, its SI unit
    (``""`` for a number, ``"bit"`` and ``"nat"`` for information), and its least and largest value, which are excluded
    themselves where ``above`` and ``below`` say so."""

    name: str
    latex: str
    unit: str
    low: float = -np.inf
    high: float = np.inf
    above: bool = False
    below: bool = False

    @property
    def symbol(self) -> sympy.Symbol:
        """The symbol that stands for it in expressions."""
        return sympy.Symbol(self.name, real=True)

    @property
    def requirement(self) -> str:
        """What a value must be, as the end of a sentence.

        >>> Variable("temperature", "T", "K", 0.0, above=True).requirement
        'must be finite and > 0 K'
        """
        unit = f" {self.unit}" if self.unit else ""
        if np.isfinite(self.low) and np.isfinite(self.high):
            ends = (
                " (ends excluded)" if self.above and self.below else f" ({self.low:g} excluded)" if self.above else ""
            )
            return f"must lie between {self.low:g} and {self.high:g}{unit}{ends}"
        if np.isfinite(self.low):
            return f"must be finite and {'>' if self.above else '≥'} {self.low:g}{unit}"
        return "must be finite"

    def check(self, value: Any, name: str = "") -> None:
        """Refuse floats, arrays or tensors with entries outside the domain, NaN or infinite, calling them ``name``."""
        if isinstance(value, float):
            value = np.asarray(value)
        isfinite = np.isfinite if isinstance(value, np.ndarray) else sys.modules["torch"].isfinite
        good = isfinite(value) & (value > self.low if self.above else value >= self.low)
        good &= value < self.high if self.below else value <= self.high
        if not bool(good.all()):
            first = float(value.reshape(-1)[~good.reshape(-1)][0])
            raise ValueError(f"{name or self.name} {self.requirement}; got {first:g}")


@dataclass(frozen=True)
class Condition:
    """A relation between variables that must hold, and the sentence that says so."""

    relation: sympy.Rel
    sentence: str


@dataclass(frozen=True)
class Formula:
    """A formula with the units, domain and source of everything in it.

    ``key`` is its name in ``szilard.thermodynamics.FORMULAS``; ``left`` and ``relation`` (``"="``, ``r"\\geq"`` or
    ``r"\\leq"``) are LaTeX, ``expression`` is the right side in the symbols of the constants and of ``variables``, its
    arguments in order; ``unit`` is that of the result, ``source`` a BibTeX key; ``conditions`` relate variables.

    Called with numbers, arrays or tensors, by position or name, it broadcasts and returns a float, an array or
    a tensor in SI units. A quantity of pint is converted; a number is one of the SI unit of its argument.

    Raises:
        ValueError: an argument is missing, unknown, not numeric, of another kind or outside its domain, or Series
            have different indexes.
    """

    key: str
    title: str
    left: str
    relation: str
    expression: sympy.Expr
    variables: tuple[Variable, ...]
    unit: str
    source: str
    conditions: tuple[Condition, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value in SI units."""
        given = self._bind(args, kwargs)
        check_aligned(list(given.values()), list(given))
        values = {v.name: in_si(given[v.name], v.unit, v.name) for v in self.variables}
        if not all(isinstance(value, np.ndarray) for value in values.values()):
            return self._on_torch(values)
        self._check(values)
        with np.errstate(all="ignore"):  # branches that are not selected may be undefined
            value = _compiled(self, "numpy")(*values.values())
        return float(value) if np.ndim(value) == 0 else value

    @cached_property
    def latex(self) -> str:
        """The equation, typeset."""
        names, renamed = {}, {}
        for symbol in sorted(self.expression.free_symbols, key=str):
            tex, rank = self._typeset(symbol.name)
            renamed[symbol] = sympy.Symbol(f"{rank}{symbol.name}")
            names[renamed[symbol]] = tex
        right = sympy.latex(self.expression.xreplace(renamed), symbol_names=names, ln_notation=True)
        return f"{self.left} {self.relation} {right}".replace(r"\ln{\left(2 \right)}", r"\ln 2")

    @cached_property
    def javascript(self) -> str:
        """A JavaScript function of the variables, in order; the constants are names in its scope."""
        body = sympy.jscode(stabilised(self.expression), user_functions=_JAVASCRIPT)
        return f"({', '.join(v.name for v in self.variables)}) => {' '.join(body.split())}"

    @cached_property
    def javascript_conditions(self) -> tuple[tuple[str, str], ...]:
        """The conditions as pairs of a JavaScript function and the sentence."""
        names = ", ".join(v.name for v in self.variables)
        return tuple((f"({names}) => {sympy.jscode(c.relation)}", c.sentence) for c in self.conditions)

    def precisely(self, digits: int = 50, **values: float) -> sympy.Float:
        """The value from the definition itself in ``digits`` digits, slowly: what tests compare with."""
        given = self._bind((), values)
        known = {v.symbol: sympy.Float(float(in_si(given[v.name], v.unit, v.name)), digits) for v in self.variables}
        known |= {constant(name): sympy.Float(c.value, digits) for name, c in CONSTANTS.items()}
        return defined(self.expression).subs(known).evalf(digits)

    def _bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        names = [variable.name for variable in self.variables]
        given = dict(zip(names, args, strict=False)) | dict(kwargs)
        if len(args) > len(names) or set(given) != set(names) or len(given) < len(args) + len(kwargs):
            got = ", ".join([*(["…"] * len(args)), *kwargs]) or "nothing"
            raise ValueError(f"{self.key} takes {', '.join(names)}, each once; got {got}")
        return {name: given[name] for name in names}

    def _check(self, values: Mapping[str, Any]) -> None:
        for variable in self.variables:
            variable.check(values[variable.name])
        for condition in self.conditions:
            if not bool(_test(condition, self.variables)(*values.values()).all()):
                names = sorted(str(symbol) for symbol in condition.relation.free_symbols)
                got = ", ".join(f"{name} = {shortened(values[name].tolist())}" for name in names)
                raise ValueError(f"{condition.sentence}; got {got}")

    def _on_torch(self, values: Mapping[str, Any]) -> Any:
        import torch

        device = next(value.device for value in values.values() if isinstance(value, torch.Tensor))
        tensors = {name: torch.as_tensor(v, device=device, dtype=torch.float64) for name, v in values.items()}
        self._check(tensors)
        return torch.as_tensor(_compiled(self, "torch")(*tensors.values()))

    def _typeset(self, name: str) -> tuple[str, str]:
        if name in CONSTANTS:
            return CONSTANTS[name].latex, _RANKS[name]
        place, variable = next((i, v) for i, v in enumerate(self.variables) if v.name == name)
        rank = "0" if variable.unit == "bit" else "2" if variable.unit == "K" else "4"
        return variable.latex, f"{rank}{place:02d}"


def constant(name: str) -> sympy.Symbol:
    """The symbol of a constant of nature, for expressions."""
    return sympy.Symbol(CONSTANTS[name].name)


@functools.cache
def _test(condition: Condition, variables: tuple[Variable, ...]) -> Callable[..., Any]:
    return lambdify([v.symbol for v in variables], condition.relation, modules=[{}])


@functools.cache
def _compiled(formula: Formula, library: str) -> Callable[..., Any]:
    values = {constant(name): known.value for name, known in CONSTANTS.items()}
    arguments = [*(v.symbol for v in formula.variables), *values]
    numeric = lambdify(arguments, stabilised(formula.expression), modules=[_namespace(library)])
    return lambda *args: numeric(*args, *values.values())


def _namespace(library: str) -> dict[str, Any]:
    if library == "numpy":
        functions = {"log": np.log, "exp": np.exp, "sqrt": np.sqrt, "atanh": np.arctanh, "Abs": np.abs}
        return functions | {"Log1p": np.log1p, "Expm1": np.expm1, "Select": np.where}
    torch = sys.modules["torch"]
    scalars = {"log": torch.log, "exp": torch.exp, "sqrt": torch.sqrt, "atanh": torch.atanh, "Abs": torch.abs}
    scalars |= {"Log1p": torch.log1p, "Expm1": torch.expm1}

    def accepting_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x: function(torch.as_tensor(x, dtype=torch.float64))

    return {name: accepting_numbers(f) for name, f in scalars.items()} | {"Select": torch.where}
