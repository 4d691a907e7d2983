"""Bits that are driven, in units of kT: wells and protocols, trajectories and densities, fluctuating work, engines.

Energies are in kT, entropies in nats, lengths and times in the natural units that each module names.

>>> from szilard.thermodynamics.driven import berut_protocol, fokker_planck
>>> round(fokker_planck(berut_protocol(tau=8.0, tilt=3.5), dt=0.02, points=128).jarzynski, 9)
1.0
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

# fmt: off
if TYPE_CHECKING:
    from szilard.thermodynamics.driven.currents import Ring, tur_ratio, walk
    from szilard.thermodynamics.driven.engine import EngineRuns, FeedbackEngine, szilard_engine
    from szilard.thermodynamics.driven.evolution import FPResult, fokker_planck
    from szilard.thermodynamics.driven.final_state import FinalState, best_final_state
    from szilard.thermodynamics.driven.finite_time import finite_time_landauer
    from szilard.thermodynamics.driven.fluctuation import (FreeEnergy, crooks_bar, crooks_slope, jarzynski,
        jarzynski_bias)
    from szilard.thermodynamics.driven.langevin import WorkResult, simulate_erasure
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
# fmt: on

__getattr__, __dir__, __all__ = attach(__name__)
