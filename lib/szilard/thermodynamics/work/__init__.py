"""Work and information: which amounts can surely be drawn from which states, and what is left on average.

Energies, amounts and ``T`` (thermal energy kT) are in one unit of your choice; entropies are in nats.

>>> from szilard.thermodynamics.work import extractable
>>> extractable([[0, 1, 0], [0, 0, 1]], H=[0, 1, 1], amounts=[1, 1])
✗ impossible (margin -1, energy blocks): amount 1 at energy 1 needs 2 final levels at energy 0; there are 1
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.thermodynamics.work.blocks import EnergyBlocks, dephase, energy_blocks
    from szilard.thermodynamics.work.classical import classical_extractable
    from szilard.thermodynamics.work.copies import (PassiveLimit, copies_ergotropy, copies_one_shot_work,
        ergotropy_limit, second_order_work)
    from szilard.thermodynamics.work.extraction import Extraction, Move, Obstruction, extractable
    from szilard.thermodynamics.work.media import Exchange, exchanges, is_heat_medium, is_work_medium
    from szilard.thermodynamics.work.one_shot import (formation_work, one_shot_work, thermal_divergence,
        thermo_majorization_curve, thermo_majorizes)
    from szilard.thermodynamics.work.passive import average_work, ergotropy, gibbs, passive_state
    from szilard.thermodynamics.work.proof import Link, Replay, replay_proof
    from szilard.thermodynamics.work.questions import random_kets, random_question
    from szilard.thermodynamics.work.reference import (Reference, cosine_ladder, ladder_failure, repeated_success,
        uniform_ladder)
    from szilard.thermodynamics.work.search import search_extraction
    from szilard.thermodynamics.work.success import Success, best_success, helstrom, success_bound
    from szilard.thermodynamics.work.verification import (Verification, verify_extraction, verify_medium,
        verify_obstruction)

__getattr__, __dir__, __all__ = attach(__name__)
