"""The classical model: counting against enumeration of all permutations, and against the quantum criterion."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from szilard.constructor import verify
from szilard.thermodynamics.work import Obstruction, classical_extractable, extractable, verify_obstruction


def enumerated(sets, energies, amounts, ancilla) -> bool:
    """Whether any energy-conserving injection of the microstates that occur draws the amounts, by trying all."""
    final = [(s, a, w) for s, a, w in product(range(len(energies)), range(len(ancilla)), sorted(set(amounts)))]
    energy = [energies[s] + ancilla[a] - ancilla[0] + w for s, a, w in final]
    members = sorted(set().union(*sets))
    wanted = {s: {w for x, w in zip(sets, amounts, strict=True) if s in x} for s in members}
    for shell in {energies[s] for s in members}:
        here = [s for s in members if energies[s] == shell]
        there = [k for k in range(len(final)) if energy[k] == shell]
        if not any(
            all(wanted[s] == {final[k][2]} for s, k in zip(here, choice, strict=True))
            for choice in permutations(there, len(here))
        ):
            return False
    return True


def question(rng):
    d = int(rng.integers(2, 5))
    energies = [int(e) for e in rng.integers(0, 3, size=d)]
    sets = [set(rng.choice(d, size=rng.integers(1, d), replace=False).tolist()) for _ in range(rng.integers(1, 4))]
    amounts = [int(w) for w in rng.integers(0, 2, size=len(sets))]
    ancilla = [[0], [0, 0], [0, 1]][rng.integers(3)]
    return sets, energies, amounts, ancilla


def test_counting_agrees_with_enumeration():
    rng = np.random.default_rng(0)
    answers = []
    for _ in range(150):
        asked = question(rng)
        answers.append(classical_extractable(*asked).possible)
        assert answers[-1] == enumerated(*asked), asked
    assert 30 < sum(answers) < 120


def is_proved(verdict, sets, energies, amounts, ancilla):
    if not isinstance(verdict.certificate, Obstruction):
        return verify(verdict).holds
    states = [np.diag([float(s in x) / len(x) for s in range(len(energies))]) for x in sets]
    return verify_obstruction(verdict.certificate, states, energies, amounts, ancilla)


def test_the_map_is_injective_conserves_energy_and_delivers():
    rng = np.random.default_rng(1)
    for _ in range(100):
        sets, energies, amounts, ancilla = question(rng)
        verdict = classical_extractable(sets, energies, amounts, ancilla)
        if not verdict.possible:
            assert verdict.margin < 0 and is_proved(verdict, sets, energies, amounts, ancilla)
            continue
        assert verify(verdict).holds
        moves = [(before, after) for (before,), (after,) in verdict.certificate.images.items()]
        assert len({after for _, after in moves}) == len(moves)
        for (before, _, _), (after, label, work) in moves:
            assert energies[before] + ancilla[0] == energies[after] + ancilla[label] + work
        for x, w in zip(sets, amounts, strict=True):
            assert {before[0]: after[2] for before, after in moves if before[0] in x} == dict.fromkeys(x, w)


def test_it_is_the_quantum_criterion_on_diagonal_states():
    rng = np.random.default_rng(2)
    for _ in range(60):
        sets, energies, amounts, ancilla = question(rng)
        states = [np.diag([float(s in x) / len(x) for s in range(len(energies))]) for x in sets]
        assert (
            extractable(states, energies, amounts, ancilla).possible
            == classical_extractable(sets, energies, amounts, ancilla).possible
        )


def test_heights_and_labels():
    assert not classical_extractable([{1}, {2}], [0, 1, 1], [1, 1]).possible
    assert classical_extractable([{1}, {2}], [0, 1, 1], [1, 1], [0, 0]).possible
    torn = classical_extractable([{1, 2}, {2, 3}], [0, 1, 1, 1], [1, 0], [0, 0, 0, 0])
    assert not torn.possible and "in two places" in torn.reason


def test_bad_sets_are_refused():
    with pytest.raises(ValueError, match="indices of microstates"):
        classical_extractable([{3}], [0, 1], [0])
    with pytest.raises(ValueError, match="one entry per set"):
        classical_extractable([{0}], [0, 1], [0, 1])
