"""The proof replayed: wherever its links are possible and amounts differ, states are orthogonal."""

from __future__ import annotations

import numpy as np

from szilard.constructor import Task
from szilard.thermodynamics.work import replay_proof
from szilard.thermodynamics.work.questions import random_question


def test_the_network_takes_each_state_to_the_record_of_its_amount():
    replay = replay_proof([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 1], [0, 1, 0])
    assert isinstance(replay.network, Task) and replay.network.is_function
    ends = [str(y) for _, y in replay.network.pairs]
    assert ends == ["(f1, w0, ‘w0’)", "(f2, w1, ‘w1’)", "(f3, w0, ‘w0’)"]
    assert not replay.distinguishes  # two states share a record: equal amounts tell nothing apart


def test_the_theorem_holds_on_random_questions():
    rng = np.random.default_rng(0)
    used = 0
    for _ in range(300):
        replay = replay_proof(*random_question(rng))
        assert replay.consistent
        used += bool(replay.premise) and replay.distinguishes
    assert used > 5


def test_a_link_that_breaks_is_named():
    half = 2**-0.5
    replay = replay_proof([[half, half], [half, -half]], [0, 1], [0, 1])
    assert not replay.premise.possible and "overlap" in replay.premise.reason
    assert [link.verdict.possible for link in replay.links] == [True, False, True]
    assert replay.overlap < 1e-15  # orthogonal all the same: the converse does not hold
