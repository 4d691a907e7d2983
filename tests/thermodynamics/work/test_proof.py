"""The proof replayed: wherever its links are possible together, the states can be copied."""

from __future__ import annotations

import numpy as np

from szilard.constructor import Task
from szilard.thermodynamics.work import replay_proof
from szilard.thermodynamics.work.questions import random_question

HALF = 2**-0.5


def decided(replay) -> list[bool]:
    return [link.verdict.possible for link in replay.links]


def test_the_network_takes_each_state_to_a_record_and_a_copy():
    replay = replay_proof([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 1], [0, 1, 0])
    assert isinstance(replay.network, Task) and replay.network.is_function
    ends = [str(y) for _, y in replay.network.pairs]
    assert ends == ["(x1, w*, ‘w0’, x1)", "(x2, w*, ‘w1’, x2)", "(x3, w*, ‘w0’, x3)"]
    assert not replay.distinguishes  # two states share a record: equal amounts tell nothing apart


def test_the_theorem_holds_on_random_questions():
    """The network knows energies and no overlaps, the model that says what can be copied the reverse."""
    rng = np.random.default_rng(0)
    used = 0
    for _ in range(300):
        replay = replay_proof(*random_question(rng))
        prepare, extract, measure, restore, copy = decided(replay)
        assert prepare and measure and restore == extract
        assert copy == replay.distinguishes or np.isclose(replay.links[4].verdict.margin, 0)
        assert replay.consistent and replay.premise.possible == (extract and copy)
        used += bool(replay.premise)
    assert used > 5


def test_a_link_that_breaks_is_named():
    replay = replay_proof([[HALF, HALF], [HALF, -HALF]], [0, 1], [0, 1])
    assert not replay.premise.possible and "overlap" in replay.premise.reason
    assert decided(replay) == [True, False, True, False, True]
    assert replay.clonable.possible  # distinguishable all the same: without a phase reference the converse fails


def test_states_that_overlap_break_the_chain_at_one_end_or_the_other():
    """At different amounts there is no extractor; at equal amounts the records do not say what to copy."""
    torn = replay_proof([[1, 0], [HALF, HALF]], [0, 1], [0, 1])
    equal = replay_proof([[0, 1, 0], [0, HALF, HALF]], [0, 1, 1], [1, 1], [0, 0])
    assert decided(torn) == [True, False, True, False, True]
    assert decided(equal) == [True, True, True, True, False]
    assert not torn.clonable.possible and not equal.clonable.possible


def test_a_state_that_gives_work_and_was_measured_is_restored():
    """|1⟩ and a superposition of |0⟩ and |2⟩ that no energy tells apart from it but the battery does."""
    replay = replay_proof([[0, 1, 0, 0], [0, 0, HALF, 1j * HALF]], [0, 1, 2, 2], [0, 1], [0, 0])
    assert decided(replay) == [True] * 5
