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
    from .evolution import FPResult, fokker_planck
    from .final_state import FinalState, best_final_state
    from .fluctuation import FreeEnergy, crooks_bar, crooks_slope, jarzynski, jarzynski_bias
    from .formulas import FORMULAS, Condition, Formula, Variable, formula
    from .hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from .landauer import generalized_landauer, landauer_energy, refrigerated_erasure, szilard_work
    from .langevin import WorkResult, simulate_erasure
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
    from .optimal_control import OptimizedErasure, WorkGradient, optimize_erasure, pareto_front, work_gradient
    from .protocols import Protocol, berut_protocol, scaled_protocol
    from .quantities import convert, parse
    from .quantum import ReebWolf, random_state, random_unitary, reeb_wolf, thermal_state, von_neumann
    from .reduced import UNIT_TEMPERATURE, in_kt
    from .transport import finite_time_landauer, wasserstein2_1d
    from .transport_protocol import TransportProtocol, optimal_transport_protocol
    from .traps import DraggedTrap, HarmonicQuench
    from .two_state import TwoStateErasure, optimal_two_state, play_two_state, ramp_two_state
    from .wells import Quartic, Tabulated, double_well, equilibrium, harmonic_trap, sample_equilibrium

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
    "FPResult": "evolution",
    "FeedbackEngine": "engine",
    "FinalState": "final_state",
    "Finding": "audit",
    "Formula": "formulas",
    "FreeEnergy": "fluctuation",
    "HarmonicQuench": "traps",
    "Operation": "hardware",
    "OptimizedErasure": "optimal_control",
    "Protocol": "protocols",
    "Quartic": "wells",
    "ReebWolf": "quantum",
    "Ring": "currents",
    "Tabulated": "wells",
    "TransportProtocol": "transport_protocol",
    "TwoStateErasure": "two_state",
    "Variable": "formulas",
    "WorkGradient": "optimal_control",
    "WorkResult": "langevin",
    "audit_paper": "audit",
    "bekenstein_bits": "limits",
    "berut_protocol": "protocols",
    "best_final_state": "final_state",
    "box_engine": "engine",
    "bremermann": "limits",
    "calculator": "calculators",
    "compressed_bits": "demon",
    "convert": "quantities",
    "crooks_bar": "fluctuation",
    "crooks_slope": "fluctuation",
    "demon_ledger": "demon",
    "dimension": "dimensions",
    "double_well": "wells",
    "equilibrium": "wells",
    "finite_time_landauer": "transport",
    "fokker_planck": "evolution",
    "formula": "formulas",
    "gas": "demon",
    "generalized_landauer": "landauer",
    "hardware_ratio": "hardware",
    "hardware_table": "hardware",
    "harmonic_trap": "wells",
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
    "optimal_transport_protocol": "transport_protocol",
    "optimal_two_state": "two_state",
    "optimize_erasure": "optimal_control",
    "pareto_front": "optimal_control",
    "parse": "quantities",
    "play_two_state": "two_state",
    "ramp_two_state": "two_state",
    "random_state": "quantum",
    "random_unitary": "quantum",
    "reeb_wolf": "quantum",
    "refrigerated_erasure": "landauer",
    "sample_equilibrium": "wells",
    "scaled_protocol": "protocols",
    "simulate_erasure": "langevin",
    "szilard_engine": "engine",
    "szilard_work": "landauer",
    "thermal_state": "quantum",
    "tur_ratio": "currents",
    "ultimate_laptop": "limits",
    "von_neumann": "quantum",
    "walk": "currents",
    "wasserstein2_1d": "transport",
    "work_gradient": "optimal_control",
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
    "FPResult",
    "FeedbackEngine",
    "FinalState",
    "Finding",
    "Formula",
    "FreeEnergy",
    "HarmonicQuench",
    "Operation",
    "OptimizedErasure",
    "Protocol",
    "Quartic",
    "ReebWolf",
    "Ring",
    "Tabulated",
    "TransportProtocol",
    "TwoStateErasure",
    "Variable",
    "WorkGradient",
    "WorkResult",
    "audit_paper",
    "bekenstein_bits",
    "berut_protocol",
    "best_final_state",
    "box_engine",
    "bremermann",
    "calculator",
    "compressed_bits",
    "convert",
    "crooks_bar",
    "crooks_slope",
    "demon_ledger",
    "dimension",
    "double_well",
    "equilibrium",
    "finite_time_landauer",
    "fokker_planck",
    "formula",
    "gas",
    "generalized_landauer",
    "hardware_ratio",
    "hardware_table",
    "harmonic_trap",
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
    "optimal_transport_protocol",
    "optimal_two_state",
    "optimize_erasure",
    "pareto_front",
    "parse",
    "play_two_state",
    "ramp_two_state",
    "random_state",
    "random_unitary",
    "reeb_wolf",
    "refrigerated_erasure",
    "sample_equilibrium",
    "scaled_protocol",
    "simulate_erasure",
    "szilard_engine",
    "szilard_work",
    "thermal_state",
    "tur_ratio",
    "ultimate_laptop",
    "von_neumann",
    "walk",
    "wasserstein2_1d",
    "work_gradient",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
