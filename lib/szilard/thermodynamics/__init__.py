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

# fmt: off
if TYPE_CHECKING:
    from szilard.thermodynamics.demon import DemonLedger, demon_ledger, gas
    from szilard.thermodynamics.driven import (DraggedTrap, EngineRuns, FPResult, FeedbackEngine, FinalState,
        FreeEnergy, HarmonicQuench, OptimizedErasure, Protocol, Quartic, Ring, Tabulated, TransportProtocol,
        TwoStateErasure, WorkGradient, WorkResult, berut_protocol, best_final_state, crooks_bar, crooks_slope,
        double_well, equilibrium, finite_time_landauer, fokker_planck, harmonic_trap, jarzynski, jarzynski_bias,
        optimal_transport_protocol, optimal_two_state, optimize_erasure, play_two_state, ramp_two_state,
        sample_equilibrium, scaled_protocol, simulate_erasure, szilard_engine, tur_ratio, walk, wasserstein2_1d,
        work_gradient)
    from szilard.thermodynamics.formulas import (CALCULATORS, CODATA_YEAR, CONSTANTS, FORMULAS, HUBBLE, OPERATIONS,
        PARTICLES, UNIT_TEMPERATURE, Audited, Calculator, Condition, Constant, EnergyReading, Finding, Formula,
        Operation, Variable, audit_paper, bekenstein_bits, bremermann, calculator, convert, dimension, formula,
        generalized_landauer, hardware_ratio, hardware_table, holographic_bits, hubble_quantum, hubble_rate, in_kt,
        information_mass, landauer_energy, margolus_levitin, matmul_energy, measure_energy, nvml_counter, parse,
        refrigerated_erasure, szilard_work, ultimate_laptop)
    from szilard.thermodynamics.quantum import (ReebWolf, random_state, random_unitary, reeb_wolf, thermal_state,
        von_neumann)
# fmt: on

__getattr__, __dir__, __all__ = attach(__name__)
