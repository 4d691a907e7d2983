"""Constructor theory of information: which tasks do the laws of physics allow, decided with certificates.

>>> from szilard.constructor import BB84, QuantumModel, Z, is_clonable, is_information_variable
>>> is_information_variable(Z, QuantumModel(2)).sign, is_clonable(BB84, QuantumModel(2)).sign
('✓', '✗')
>>> round(is_clonable(BB84, QuantumModel(2)).margin, 6)
-1.0
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.constructor.algebra import Attribute, Substrate, Task, Variable, unite
    from szilard.constructor.batch import computation_margins, grams, joint_margins, pair_margins, verdicts
    from szilard.constructor.certificates import (Apart, Channel, ChoiWitness, Common, Conflict, Crowding, GramWitness,
        Invariant, Map, PairWitness, Superinformation, Unclosed, Word)
    from szilard.constructor.classical import ClassicalModel
    from szilard.constructor.conic import hermitian_basis, minimise
    from szilard.constructor.diagram import Box, draw, layout
    from szilard.constructor.gaps import (Best, Trade, best_performance, best_score, clone_fidelity_of_two,
        guess_probability, helstrom, local_distinguishability, partial_measurer, tilted_bell_basis)
    from szilard.constructor.graphs import KOCHEN_SPECKER, maximal_cliques, orthogonality
    from szilard.constructor.predicates import (Model, are_disjoint, capacity, clone_task, distinguish_task,
        is_clonable, is_computation_variable, is_distinguishable, is_information_variable, is_observable, is_variable,
        largest_information_variable, measure_task, measurer, permutation_tasks, superinformation_witness)
    from szilard.constructor.quantum import QuantumModel, decide
    from szilard.constructor.sampling import random_kets, random_pure_states, random_state, random_unitary
    from szilard.constructor.stabilizer import StabilizerModel, ToyBit
    from szilard.constructor.states import (BB84, BELL, TRINE, Subspace, X, Y, Z, as_density, basis, everything,
        part_of, state, subspace, vectors)
    from szilard.constructor.theorems import (ARGUMENTS, Consequence, Step, consequences, definition_chain,
        locally_inaccessible)
    from szilard.constructor.verdict import Verdict, all_of
    from szilard.constructor.verifier import Check, verify

__getattr__, __dir__, __all__ = attach(__name__)
