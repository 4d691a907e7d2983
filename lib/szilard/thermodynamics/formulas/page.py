"""Formulas as the pages of the book show them: equations, and calculators with JavaScript, from the same objects.

``szilard_equations`` and ``szilard_calculators`` in ``_config.yml`` name :func:`equation_latex` and
:func:`calculator_page`; the frame of the book knows no more of this room than these functions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from .calculators import Calculator, Input, Step, calculator
from .catalogue import formula
from .constants import CONSTANTS
from .quantities import scale, split
from .symbolic import Formula

_CHOICES = {
    "K": ("K", "mK", "μK", "°C"), "bit": ("bit", "B", "kB", "MB", "GB", "TB", "PB"),
    "J": ("J", "pJ", "fJ", "eV", "meV"), "kg": ("kg", "g", "mg"), "m": ("m", "cm", "mm", "km"),
    "m^2": ("m^2", "cm^2", "μm^2", "nm^2"), "m^3": ("m^3", "litre", "cm^3"), "m^2/s": ("m^2/s", "μm^2/s"),
    "s": ("s", "ms", "μs", "ns"), "1/s": ("1/s", "Hz", "kHz", "MHz"), "W": ("W", "kW", "MW"),
}  # fmt: skip
_RAISED = {"^2": "²", "^3": "³"}

__all__ = ["calculator_page", "equation_latex", "javascript"]


def equation_latex(keys: str) -> str:
    """The equations of the formulas named in ``keys``, which are separated by blanks, side by side.

    >>> equation_latex("rest_energy equivalent_mass")
    'E = m c^{2},\\\\qquad m = \\\\frac{E}{c^{2}}'
    """
    return r",\qquad ".join(formula(key).latex for key in keys.split())


def calculator_page(key: str) -> dict[str, object]:
    """All that a page needs to show the calculator ``key``, as a mapping of plain values.

    ``title``; ``about``; ``inputs``, each with ``name``, ``about``, ``latex``, the text ``value`` and the labels
    ``units`` with the index ``unit`` of the one chosen; ``steps``, each with ``name``, ``about``, ``latex`` and the
    BibTeX key ``source``; and ``script``, a JavaScript expression for the object that computes.
    """
    calc = calculator(key)
    inputs, steps = [_input(calc, item) for item in calc.inputs], [_step(step) for step in calc.steps]
    return {"title": calc.title, "about": calc.about, "inputs": inputs, "steps": steps, "script": _script(calc)}


def javascript(formulas: Iterable[Formula]) -> str:
    """A JavaScript expression for an object: by key the ``value`` of each formula, a function of its variables,
    and its ``conditions``, pairs of a test and the sentence that says what it asks for."""
    constants = ", ".join(f"{name} = {constant.value!r}" for name, constant in CONSTANTS.items())
    entries = []
    for item in formulas:
        tests = ", ".join(f"[{test}, {json.dumps(sentence)}]" for test, sentence in item.javascript_conditions)
        entries.append(f"{json.dumps(item.key)}: {{value: {item.javascript}, conditions: [{tests}]}}")
    listed = ",\n".join(entries)
    return f"(() => {{ const {constants};\nreturn {{\n{listed}\n}}; }})()"


def _script(calc: Calculator) -> str:
    inputs = [_domain(calc, item) for item in calc.inputs]
    steps = []
    for step in calc.steps:
        takes, unit = [step.origin(v.name) for v in formula(step.formula).variables], formula(step.formula).unit
        units = [{"label": _label(choice), "factor": scale(choice, unit)[0]} for choice in step.units]
        steps.append({"name": step.name, "formula": step.formula, "takes": takes, "units": units})
    formulas = javascript(dict.fromkeys(calc.formulas()))
    shown, taken = (json.dumps(part, ensure_ascii=False) for part in (inputs, steps))
    return f"{{inputs: {shown},\nsteps: {taken},\nformulas: {formulas}}}"


def _domain(calc: Calculator, item: Input) -> dict[str, object]:
    variable = calc.variable(item.name)
    scales = [scale(unit, variable.unit) for unit in _units(calc, item)]
    low, high = (end if math.isfinite(end) else None for end in (variable.low, variable.high))
    return {
        "name": item.name, "units": [{"factor": factor, "offset": offset} for factor, offset in scales],
        "low": low, "high": high, "above": variable.above, "below": variable.below,
        "requirement": variable.requirement,
    }  # fmt: skip


def _input(calc: Calculator, item: Input) -> dict[str, object]:
    number, unit = split(item.default)
    units = _units(calc, item)
    return {
        "name": item.name, "about": item.about, "latex": calc.variable(item.name).latex, "value": f"{number:g}",
        "units": [_label(choice) for choice in units], "unit": units.index(unit),
    }  # fmt: skip


def _units(calc: Calculator, item: Input) -> list[str]:
    """The units a reader may choose from, that of the default among them."""
    unit, default = calc.variable(item.name).unit, split(item.default)[1]
    choices = list(_CHOICES.get(unit, (unit,)))
    return choices if default in choices else [default, unit]


def _step(step: Step) -> dict[str, str]:
    equation = formula(step.formula)
    return {"name": step.name, "about": step.about, "latex": equation.latex, "source": equation.source}


def _label(unit: str) -> str:
    for sign, raised in _RAISED.items():
        unit = unit.replace(sign, raised)
    return unit
