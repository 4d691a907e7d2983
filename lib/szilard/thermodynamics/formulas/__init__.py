"""Formulas of the physics of information, in SI units: constants, limits, calculators, an audit, joules of hardware.

A formula is one symbolic object: called it computes, and its equation, its unit check and its JavaScript come
from the same expression. Texts such as ``"25 °C"`` are read at the edge.

>>> from szilard.thermodynamics.formulas import formula
>>> formula("landauer").latex
'Q \\\\geq n k_B T \\\\ln 2'
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

# fmt: off
if TYPE_CHECKING:
    from szilard.thermodynamics.formulas.audit import Audited, Finding, audit_paper
    from szilard.thermodynamics.formulas.calculators import CALCULATORS, Calculator, calculator
    from szilard.thermodynamics.formulas.catalogue import FORMULAS, Condition, Formula, Variable, formula
    from szilard.thermodynamics.formulas.constants import (CODATA_YEAR, CONSTANTS, HUBBLE, PARTICLES, Constant,
        hubble_rate)
    from szilard.thermodynamics.formulas.dimensions import dimension
    from szilard.thermodynamics.formulas.hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from szilard.thermodynamics.formulas.landauer import (generalized_landauer, landauer_energy, refrigerated_erasure,
        szilard_work)
    from szilard.thermodynamics.formulas.limits import (bekenstein_bits, bremermann, holographic_bits, hubble_quantum,
        information_mass, margolus_levitin, ultimate_laptop)
    from szilard.thermodynamics.formulas.metering import EnergyReading, matmul_energy, measure_energy, nvml_counter
    from szilard.thermodynamics.formulas.quantities import convert, parse
    from szilard.thermodynamics.formulas.reduced import UNIT_TEMPERATURE, in_kt
# fmt: on

__getattr__, __dir__, __all__ = attach(__name__)
