"""Work and information: which amounts can surely be drawn from which states, and what is left on average.

Energies, amounts and ``T`` (thermal energy kT) are in one unit of your choice; entropies are in nats.

>>> from szilard.thermodynamics.work import extractable
>>> extractable([[0, 1, 0], [0, 0, 1]], H=[0, 1, 1], amounts=[1, 1])
✗ impossible (margin -1, energy blocks): amount 1 at energy 1 needs 2 final levels at energy 0; there are 1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .blocks import EnergyBlocks, dephase, energy_blocks
    from .classical import Rearrangement, classical_extractable
    from .copies import (
        PassiveLimit,
        copies_ergotropy,
        copies_one_shot_work,
        ergotropy_limit,
        second_order_work,
    )
    from .extraction import Extraction, Move, Obstruction, extractable
    from .one_shot import (
        formation_work,
        one_shot_work,
        thermal_divergence,
        thermo_majorization_curve,
        thermo_majorizes,
    )
    from .passive import average_work, ergotropy, gibbs, passive_state
    from .proof import Link, Replay, replay_proof
    from .questions import random_kets, random_question
    from .reference import Reference, cosine_ladder, ladder_failure, repeated_success, uniform_ladder
    from .search import search_extraction
    from .success import Success, best_success, success_bound
    from .verification import Verification, verify_extraction

_PLACES = {
    "EnergyBlocks": "blocks",
    "Extraction": "extraction",
    "Link": "proof",
    "Move": "extraction",
    "Obstruction": "extraction",
    "PassiveLimit": "copies",
    "Rearrangement": "classical",
    "Reference": "reference",
    "Replay": "proof",
    "Success": "success",
    "Verification": "verification",
    "average_work": "passive",
    "best_success": "success",
    "classical_extractable": "classical",
    "copies_ergotropy": "copies",
    "copies_one_shot_work": "copies",
    "cosine_ladder": "reference",
    "dephase": "blocks",
    "energy_blocks": "blocks",
    "ergotropy": "passive",
    "ergotropy_limit": "copies",
    "extractable": "extraction",
    "formation_work": "one_shot",
    "gibbs": "passive",
    "ladder_failure": "reference",
    "one_shot_work": "one_shot",
    "passive_state": "passive",
    "random_kets": "questions",
    "random_question": "questions",
    "repeated_success": "reference",
    "replay_proof": "proof",
    "search_extraction": "search",
    "second_order_work": "copies",
    "success_bound": "success",
    "thermal_divergence": "one_shot",
    "thermo_majorization_curve": "one_shot",
    "thermo_majorizes": "one_shot",
    "uniform_ladder": "reference",
    "verify_extraction": "verification",
}

__all__ = [
    "EnergyBlocks",
    "Extraction",
    "Link",
    "Move",
    "Obstruction",
    "PassiveLimit",
    "Rearrangement",
    "Reference",
    "Replay",
    "Success",
    "Verification",
    "average_work",
    "best_success",
    "classical_extractable",
    "copies_ergotropy",
    "copies_one_shot_work",
    "cosine_ladder",
    "dephase",
    "energy_blocks",
    "ergotropy",
    "ergotropy_limit",
    "extractable",
    "formation_work",
    "gibbs",
    "ladder_failure",
    "one_shot_work",
    "passive_state",
    "random_kets",
    "random_question",
    "repeated_success",
    "replay_proof",
    "search_extraction",
    "second_order_work",
    "success_bound",
    "thermal_divergence",
    "thermo_majorization_curve",
    "thermo_majorizes",
    "uniform_ladder",
    "verify_extraction",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
