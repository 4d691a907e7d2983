"""Constants, formulas and limits of the thermodynamics of information; calculators made from them.

A formula is one symbolic object: called it computes, and its equation, its unit check and its JavaScript come
from the same expression. Arguments and results are in SI units; texts such as ``"25 °C"`` are read at the edge.

>>> from szilard.thermodynamics import formula, landauer_energy
>>> round(landauer_energy(bits=1, temperature=300) * 1e21, 6)
2.870979
>>> formula("landauer").latex
'Q \\\\geq n k_B T \\\\ln 2'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .audit import Audited, Finding, audit_paper
    from .calculators import CALCULATORS, Calculator, calculator
    from .constants import CODATA_YEAR, CONSTANTS, HUBBLE, PARTICLES, Constant, hubble_rate
    from .dimensions import dimension
    from .formulas import FORMULAS, Condition, Formula, Variable, formula
    from .hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from .landauer import generalized_landauer, landauer_energy, szilard_work
    from .limits import (
        bekenstein_bits,
        bremermann,
        holographic_bits,
        hubble_quantum,
        information_mass,
        margolus_levitin,
        ultimate_laptop,
    )
    from .quantities import convert, parse

_PLACES = {
    "CALCULATORS": "calculators",
    "CODATA_YEAR": "constants",
    "CONSTANTS": "constants",
    "FORMULAS": "formulas",
    "HUBBLE": "constants",
    "OPERATIONS": "hardware",
    "PARTICLES": "constants",
    "Audited": "audit",
    "Calculator": "calculators",
    "Condition": "formulas",
    "Constant": "constants",
    "Finding": "audit",
    "Formula": "formulas",
    "Operation": "hardware",
    "Variable": "formulas",
    "audit_paper": "audit",
    "bekenstein_bits": "limits",
    "bremermann": "limits",
    "calculator": "calculators",
    "convert": "quantities",
    "dimension": "dimensions",
    "formula": "formulas",
    "generalized_landauer": "landauer",
    "hardware_ratio": "hardware",
    "hardware_table": "hardware",
    "holographic_bits": "limits",
    "hubble_quantum": "limits",
    "hubble_rate": "constants",
    "information_mass": "limits",
    "landauer_energy": "landauer",
    "margolus_levitin": "limits",
    "parse": "quantities",
    "szilard_work": "landauer",
    "ultimate_laptop": "limits",
}

__all__ = [
    "CALCULATORS",
    "CODATA_YEAR",
    "CONSTANTS",
    "FORMULAS",
    "HUBBLE",
    "OPERATIONS",
    "PARTICLES",
    "Audited",
    "Calculator",
    "Condition",
    "Constant",
    "Finding",
    "Formula",
    "Operation",
    "Variable",
    "audit_paper",
    "bekenstein_bits",
    "bremermann",
    "calculator",
    "convert",
    "dimension",
    "formula",
    "generalized_landauer",
    "hardware_ratio",
    "hardware_table",
    "holographic_bits",
    "hubble_quantum",
    "hubble_rate",
    "information_mass",
    "landauer_energy",
    "margolus_levitin",
    "parse",
    "szilard_work",
    "ultimate_laptop",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
