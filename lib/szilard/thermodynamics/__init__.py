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
    from .evolution import FPResult, fokker_planck
    from .final_state import FinalState, best_final_state
    from .formulas import FORMULAS, Condition, Formula, Variable, formula
    from .hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from .landauer import generalized_landauer, landauer_energy, szilard_work
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
    from .optimal_control import OptimizedErasure, WorkGradient, optimize_erasure, pareto_front, work_gradient
    from .protocols import Protocol, berut_protocol, scaled_protocol
    from .quantities import convert, parse
    from .transport import finite_time_landauer, wasserstein2_1d
    from .transport_protocol import TransportProtocol, optimal_transport_protocol
    from .wells import Quartic, Tabulated, double_well, equilibrium, harmonic_trap, sample_equilibrium

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
    "FPResult": "evolution",
    "FinalState": "final_state",
    "Finding": "audit",
    "Formula": "formulas",
    "Operation": "hardware",
    "OptimizedErasure": "optimal_control",
    "Protocol": "protocols",
    "Quartic": "wells",
    "Tabulated": "wells",
    "TransportProtocol": "transport_protocol",
    "Variable": "formulas",
    "WorkGradient": "optimal_control",
    "WorkResult": "langevin",
    "audit_paper": "audit",
    "bekenstein_bits": "limits",
    "berut_protocol": "protocols",
    "best_final_state": "final_state",
    "bremermann": "limits",
    "calculator": "calculators",
    "convert": "quantities",
    "dimension": "dimensions",
    "double_well": "wells",
    "equilibrium": "wells",
    "finite_time_landauer": "transport",
    "fokker_planck": "evolution",
    "formula": "formulas",
    "generalized_landauer": "landauer",
    "hardware_ratio": "hardware",
    "hardware_table": "hardware",
    "harmonic_trap": "wells",
    "holographic_bits": "limits",
    "hubble_quantum": "limits",
    "hubble_rate": "constants",
    "information_mass": "limits",
    "landauer_energy": "landauer",
    "margolus_levitin": "limits",
    "optimal_transport_protocol": "transport_protocol",
    "optimize_erasure": "optimal_control",
    "pareto_front": "optimal_control",
    "parse": "quantities",
    "sample_equilibrium": "wells",
    "scaled_protocol": "protocols",
    "simulate_erasure": "langevin",
    "szilard_work": "landauer",
    "ultimate_laptop": "limits",
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
    "Audited",
    "Calculator",
    "Condition",
    "Constant",
    "FPResult",
    "FinalState",
    "Finding",
    "Formula",
    "Operation",
    "OptimizedErasure",
    "Protocol",
    "Quartic",
    "Tabulated",
    "TransportProtocol",
    "Variable",
    "WorkGradient",
    "WorkResult",
    "audit_paper",
    "bekenstein_bits",
    "berut_protocol",
    "best_final_state",
    "bremermann",
    "calculator",
    "convert",
    "dimension",
    "double_well",
    "equilibrium",
    "finite_time_landauer",
    "fokker_planck",
    "formula",
    "generalized_landauer",
    "hardware_ratio",
    "hardware_table",
    "harmonic_trap",
    "holographic_bits",
    "hubble_quantum",
    "hubble_rate",
    "information_mass",
    "landauer_energy",
    "margolus_levitin",
    "optimal_transport_protocol",
    "optimize_erasure",
    "pareto_front",
    "parse",
    "sample_equilibrium",
    "scaled_protocol",
    "simulate_erasure",
    "szilard_work",
    "ultimate_laptop",
    "wasserstein2_1d",
    "work_gradient",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
