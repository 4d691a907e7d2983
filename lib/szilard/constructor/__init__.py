"""Constructor theory of information: which tasks do the laws of physics allow, decided with certificates.

>>> from szilard.constructor import BB84, QuantumModel, Z, is_clonable, is_information_variable
>>> is_information_variable(Z, QuantumModel(2)).sign, is_clonable(BB84, QuantumModel(2)).sign
('✓', '✗')
>>> round(is_clonable(BB84, QuantumModel(2)).margin, 6)
-1.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .algebra import (
        Attribute,
        Substrate,
        Task,
        Variable,
        union,
        unite,
    )
    from .batch import (
        computation_margins,
        grams,
        joint_margins,
        pair_margins,
        random_pure_states,
        verdicts,
    )
    from .certificates import (
        Channel,
        ChoiWitness,
        Conflict,
        Crowding,
        GramWitness,
        Invariant,
        Map,
        PairWitness,
        Word,
    )
    from .classical import (
        ClassicalModel,
    )
    from .diagram import (
        Box,
        draw,
        layout,
    )
    from .gaps import (
        Best,
        Trade,
        best_performance,
        best_score,
        clone_fidelity_of_two,
        helstrom,
        local_distinguishability,
        partial_measurer,
        tilted_bell_basis,
    )
    from .graphs import (
        KOCHEN_SPECKER,
        maximal_cliques,
        orthogonality,
        two_valued_colouring,
    )
    from .predicates import (
        Model,
        capacity,
        clone_task,
        distinguish_task,
        is_clonable,
        is_computation_variable,
        is_distinguishable,
        is_information_variable,
        is_observable,
        is_variable,
        largest_information_variable,
        measure_task,
        measurer,
        permutation_tasks,
        superinformation_witness,
    )
    from .quantum import (
        QuantumModel,
        decide,
    )
    from .stabilizer import (
        StabilizerModel,
        ToyBit,
    )
    from .states import (
        BB84,
        BELL,
        TRINE,
        Subspace,
        X,
        Y,
        Z,
        basis,
        everything,
        part_of,
        simplex,
        state,
        subspace,
        vectors,
    )
    from .theorems import (
        Consequence,
        consequences,
        locally_inaccessible,
    )
    from .verdict import (
        Verdict,
        all_of,
    )
    from .verifier import (
        Check,
        verify,
    )

_PLACES = {
    "Attribute": "algebra",
    "BB84": "states",
    "BELL": "states",
    "Best": "gaps",
    "Box": "diagram",
    "Channel": "certificates",
    "Check": "verifier",
    "ChoiWitness": "certificates",
    "ClassicalModel": "classical",
    "Conflict": "certificates",
    "Consequence": "theorems",
    "Crowding": "certificates",
    "GramWitness": "certificates",
    "Invariant": "certificates",
    "KOCHEN_SPECKER": "graphs",
    "Map": "certificates",
    "Model": "predicates",
    "PairWitness": "certificates",
    "QuantumModel": "quantum",
    "StabilizerModel": "stabilizer",
    "Subspace": "states",
    "Substrate": "algebra",
    "TRINE": "states",
    "Task": "algebra",
    "ToyBit": "stabilizer",
    "Trade": "gaps",
    "Variable": "algebra",
    "Verdict": "verdict",
    "Word": "certificates",
    "X": "states",
    "Y": "states",
    "Z": "states",
    "all_of": "verdict",
    "basis": "states",
    "best_performance": "gaps",
    "best_score": "gaps",
    "capacity": "predicates",
    "clone_fidelity_of_two": "gaps",
    "clone_task": "predicates",
    "computation_margins": "batch",
    "consequences": "theorems",
    "decide": "quantum",
    "distinguish_task": "predicates",
    "draw": "diagram",
    "everything": "states",
    "grams": "batch",
    "helstrom": "gaps",
    "is_clonable": "predicates",
    "is_computation_variable": "predicates",
    "is_distinguishable": "predicates",
    "is_information_variable": "predicates",
    "is_observable": "predicates",
    "is_variable": "predicates",
    "joint_margins": "batch",
    "largest_information_variable": "predicates",
    "layout": "diagram",
    "local_distinguishability": "gaps",
    "locally_inaccessible": "theorems",
    "maximal_cliques": "graphs",
    "measure_task": "predicates",
    "measurer": "predicates",
    "orthogonality": "graphs",
    "pair_margins": "batch",
    "part_of": "states",
    "partial_measurer": "gaps",
    "permutation_tasks": "predicates",
    "random_pure_states": "batch",
    "simplex": "states",
    "state": "states",
    "subspace": "states",
    "superinformation_witness": "predicates",
    "tilted_bell_basis": "gaps",
    "two_valued_colouring": "graphs",
    "union": "algebra",
    "unite": "algebra",
    "vectors": "states",
    "verdicts": "batch",
    "verify": "verifier",
}

__all__ = [
    "Attribute",
    "BB84",
    "BELL",
    "Best",
    "Box",
    "Channel",
    "Check",
    "ChoiWitness",
    "ClassicalModel",
    "Conflict",
    "Consequence",
    "Crowding",
    "GramWitness",
    "Invariant",
    "KOCHEN_SPECKER",
    "Map",
    "Model",
    "PairWitness",
    "QuantumModel",
    "StabilizerModel",
    "Subspace",
    "Substrate",
    "TRINE",
    "Task",
    "ToyBit",
    "Trade",
    "Variable",
    "Verdict",
    "Word",
    "X",
    "Y",
    "Z",
    "all_of",
    "basis",
    "best_performance",
    "best_score",
    "capacity",
    "clone_fidelity_of_two",
    "clone_task",
    "computation_margins",
    "consequences",
    "decide",
    "distinguish_task",
    "draw",
    "everything",
    "grams",
    "helstrom",
    "is_clonable",
    "is_computation_variable",
    "is_distinguishable",
    "is_information_variable",
    "is_observable",
    "is_variable",
    "joint_margins",
    "largest_information_variable",
    "layout",
    "local_distinguishability",
    "locally_inaccessible",
    "maximal_cliques",
    "measure_task",
    "measurer",
    "orthogonality",
    "pair_margins",
    "part_of",
    "partial_measurer",
    "permutation_tasks",
    "random_pure_states",
    "simplex",
    "state",
    "subspace",
    "superinformation_witness",
    "tilted_bell_basis",
    "two_valued_colouring",
    "union",
    "unite",
    "vectors",
    "verdicts",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
