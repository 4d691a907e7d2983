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
    from .currents import Ring, tur_ratio, walk
    from .demon import DemonLedger, compressed_bits, demon_ledger, gas
    from .dimensions import dimension
    from .engine import EngineRuns, FeedbackEngine, box_engine, szilard_engine
    from .fluctuation import FreeEnergy, crooks_bar, crooks_slope, jarzynski, jarzynski_bias
    from .formulas import FORMULAS, Condition, Formula, Variable, formula
    from .hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from .landauer import generalized_landauer, landauer_energy, refrigerated_erasure, szilard_work
    from .limits import (
        bekenstein_bits,
        bremermann,
        holographic_bits,
        hubble_quantum,
        information_mass,
        margolus_levitin,
        ultimate_laptop,
    )
    from .metering import EnergyReading, matmul_energy, measure_energy, nvml_counter
    from .quantities import convert, parse
    from .quantum import ReebWolf, random_state, random_unitary, reeb_wolf, thermal_state, von_neumann
    from .reduced import UNIT_TEMPERATURE, in_kt
    from .traps import DraggedTrap, HarmonicQuench
    from .two_state import TwoStateErasure, optimal_two_state, play_two_state, ramp_two_state

_PLACES = {
    "CALCULATORS": "calculators",
    "CODATA_YEAR": "constants",
    "CONSTANTS": "constants",
    "FORMULAS": "formulas",
    "HUBBLE": "constants",
    "OPERATIONS": "hardware",
    "PARTICLES": "constants",
    "UNIT_TEMPERATURE": "reduced",
    "Audited": "audit",
    "Calculator": "calculators",
    "Condition": "formulas",
    "Constant": "constants",
    "DemonLedger": "demon",
    "DraggedTrap": "traps",
    "EnergyReading": "metering",
    "EngineRuns": "engine",
    "FeedbackEngine": "engine",
    "Finding": "audit",
    "Formula": "formulas",
    "FreeEnergy": "fluctuation",
    "HarmonicQuench": "traps",
    "Operation": "hardware",
    "ReebWolf": "quantum",
    "Ring": "currents",
    "TwoStateErasure": "two_state",
    "Variable": "formulas",
    "audit_paper": "audit",
    "bekenstein_bits": "limits",
    "box_engine": "engine",
    "bremermann": "limits",
    "calculator": "calculators",
    "compressed_bits": "demon",
    "convert": "quantities",
    "crooks_bar": "fluctuation",
    "crooks_slope": "fluctuation",
    "demon_ledger": "demon",
    "dimension": "dimensions",
    "formula": "formulas",
    "gas": "demon",
    "generalized_landauer": "landauer",
    "hardware_ratio": "hardware",
    "hardware_table": "hardware",
    "holographic_bits": "limits",
    "hubble_quantum": "limits",
    "hubble_rate": "constants",
    "in_kt": "reduced",
    "information_mass": "limits",
    "jarzynski": "fluctuation",
    "jarzynski_bias": "fluctuation",
    "landauer_energy": "landauer",
    "margolus_levitin": "limits",
    "matmul_energy": "metering",
    "measure_energy": "metering",
    "nvml_counter": "metering",
    "optimal_two_state": "two_state",
    "parse": "quantities",
    "play_two_state": "two_state",
    "ramp_two_state": "two_state",
    "random_state": "quantum",
    "random_unitary": "quantum",
    "reeb_wolf": "quantum",
    "refrigerated_erasure": "landauer",
    "szilard_engine": "engine",
    "szilard_work": "landauer",
    "thermal_state": "quantum",
    "tur_ratio": "currents",
    "ultimate_laptop": "limits",
    "von_neumann": "quantum",
    "walk": "currents",
}

__all__ = [
    "CALCULATORS",
    "CODATA_YEAR",
    "CONSTANTS",
    "FORMULAS",
    "HUBBLE",
    "OPERATIONS",
    "PARTICLES",
    "UNIT_TEMPERATURE",
    "Audited",
    "Calculator",
    "Condition",
    "Constant",
    "DemonLedger",
    "DraggedTrap",
    "EnergyReading",
    "EngineRuns",
    "FeedbackEngine",
    "Finding",
    "Formula",
    "FreeEnergy",
    "HarmonicQuench",
    "Operation",
    "ReebWolf",
    "Ring",
    "TwoStateErasure",
    "Variable",
    "audit_paper",
    "bekenstein_bits",
    "box_engine",
    "bremermann",
    "calculator",
    "compressed_bits",
    "convert",
    "crooks_bar",
    "crooks_slope",
    "demon_ledger",
    "dimension",
    "formula",
    "gas",
    "generalized_landauer",
    "hardware_ratio",
    "hardware_table",
    "holographic_bits",
    "hubble_quantum",
    "hubble_rate",
    "in_kt",
    "information_mass",
    "jarzynski",
    "jarzynski_bias",
    "landauer_energy",
    "margolus_levitin",
    "matmul_energy",
    "measure_energy",
    "nvml_counter",
    "optimal_two_state",
    "parse",
    "play_two_state",
    "ramp_two_state",
    "random_state",
    "random_unitary",
    "reeb_wolf",
    "refrigerated_erasure",
    "szilard_engine",
    "szilard_work",
    "thermal_state",
    "tur_ratio",
    "ultimate_laptop",
    "von_neumann",
    "walk",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
