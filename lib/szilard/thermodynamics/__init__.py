"""Constants, formulas and limits of the thermodynamics of information; driven bits, engines, demons, quantum erasure.

Three wings: :mod:`szilard.thermodynamics.formulas` in SI units, :mod:`szilard.thermodynamics.driven` in units of kT,
:mod:`szilard.thermodynamics.work` on work drawn from quantum states; beside them the demon and quantum erasure. A
formula is one symbolic object: called it computes, and its equation, its unit check and its JavaScript come from the
same expression.

>>> from szilard.thermodynamics import formula, landauer_energy
>>> round(landauer_energy(bits=1, temperature=300) * 1e21, 6)
2.870979
>>> formula("landauer").latex
'Q \\\\geq n k_B T \\\\ln 2'
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.thermodynamics.demon import DemonLedger, demon_ledger, gas
    from szilard.thermodynamics.driven.currents import Ring, tur_ratio, walk
    from szilard.thermodynamics.driven.engine import EngineRuns, FeedbackEngine, szilard_engine
    from szilard.thermodynamics.driven.evolution import FPResult, fokker_planck
    from szilard.thermodynamics.driven.final_state import FinalState, best_final_state
    from szilard.thermodynamics.driven.finite_time import finite_time_landauer
    from szilard.thermodynamics.driven.fluctuation import (FreeEnergy, crooks_bar, crooks_slope, jarzynski,
        jarzynski_bias)
    from szilard.thermodynamics.driven.langevin import WorkResult, simulate_erasure
    from szilard.thermodynamics.driven.memory import measure_and_erase
    from szilard.thermodynamics.driven.optimal_control import (OptimizedErasure, WorkGradient, optimize_erasure,
        work_gradient)
    from szilard.thermodynamics.driven.protocols import Protocol, berut_protocol, scaled_protocol
    from szilard.thermodynamics.driven.transport import wasserstein2_1d
    from szilard.thermodynamics.driven.transport_protocol import TransportProtocol, optimal_transport_protocol
    from szilard.thermodynamics.driven.traps import DraggedTrap, HarmonicQuench
    from szilard.thermodynamics.driven.two_state import (TwoStateErasure, optimal_two_state, play_two_state,
        ramp_two_state)
    from szilard.thermodynamics.driven.wells import (Quartic, Tabulated, double_well, equilibrium, harmonic_trap,
        sample_equilibrium)
    from szilard.thermodynamics.formulas.audit import Audited, Finding, audit_paper
    from szilard.thermodynamics.formulas.calculators import CALCULATORS, Calculator, calculator
    from szilard.thermodynamics.formulas.catalogue import (FORMULAS, UNIT_TEMPERATURE, Condition, Formula, Variable,
        formula, in_kt)
    from szilard.thermodynamics.formulas.constants import (CODATA_YEAR, CONSTANTS, HUBBLE, PARTICLES, Constant,
        hubble_rate)
    from szilard.thermodynamics.formulas.dimensions import dimension
    from szilard.thermodynamics.formulas.hardware import OPERATIONS, Operation, hardware_ratio, hardware_table
    from szilard.thermodynamics.formulas.landauer import (bekenstein_bits, bremermann, generalized_landauer,
        hawking_temperature, holographic_bits, hubble_quantum, information_mass, landauer_energy, limits_table,
        margolus_levitin, refrigerated_erasure, schwarzschild_radius, szilard_work, ultimate_laptop)
    from szilard.thermodynamics.formulas.metering import EnergyReading, matmul_energy, measure_energy, nvml_counter
    from szilard.thermodynamics.formulas.quantities import convert, parse
    from szilard.thermodynamics.quantum import (ReebWolf, random_state, random_unitary, reeb_wolf, thermal_state,
        von_neumann)

__getattr__, __dir__, __all__ = attach(__name__)
