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
        simplex,
        state,
        subspace,
        vectors,
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
    "Channel": "certificates",
    "Check": "verifier",
    "ChoiWitness": "certificates",
    "ClassicalModel": "classical",
    "Conflict": "certificates",
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
    "Variable": "algebra",
    "Verdict": "verdict",
    "Word": "certificates",
    "X": "states",
    "Y": "states",
    "Z": "states",
    "all_of": "verdict",
    "basis": "states",
    "capacity": "predicates",
    "clone_task": "predicates",
    "decide": "quantum",
    "distinguish_task": "predicates",
    "everything": "states",
    "is_clonable": "predicates",
    "is_computation_variable": "predicates",
    "is_distinguishable": "predicates",
    "is_information_variable": "predicates",
    "is_observable": "predicates",
    "is_variable": "predicates",
    "largest_information_variable": "predicates",
    "maximal_cliques": "graphs",
    "measure_task": "predicates",
    "measurer": "predicates",
    "orthogonality": "graphs",
    "permutation_tasks": "predicates",
    "simplex": "states",
    "state": "states",
    "subspace": "states",
    "superinformation_witness": "predicates",
    "two_valued_colouring": "graphs",
    "union": "algebra",
    "unite": "algebra",
    "vectors": "states",
    "verify": "verifier",
}

__all__ = [
    "Attribute",
    "BB84",
    "BELL",
    "Channel",
    "Check",
    "ChoiWitness",
    "ClassicalModel",
    "Conflict",
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
    "Variable",
    "Verdict",
    "Word",
    "X",
    "Y",
    "Z",
    "all_of",
    "basis",
    "capacity",
    "clone_task",
    "decide",
    "distinguish_task",
    "everything",
    "is_clonable",
    "is_computation_variable",
    "is_distinguishable",
    "is_information_variable",
    "is_observable",
    "is_variable",
    "largest_information_variable",
    "maximal_cliques",
    "measure_task",
    "measurer",
    "orthogonality",
    "permutation_tasks",
    "simplex",
    "state",
    "subspace",
    "superinformation_witness",
    "two_valued_colouring",
    "union",
    "unite",
    "vectors",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
