"""Deterministic extraction: the criterion, the process it builds, and three ways to the same answer."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.constructor import random_kets, random_unitary
from szilard.thermodynamics.work import (
    Extraction,
    Obstruction,
    Reference,
    cosine_ladder,
    extractable,
    search_extraction,
    success_bound,
    uniform_ladder,
    verify_extraction,
    verify_obstruction,
)
from szilard.thermodynamics.work.questions import random_question

HALF = 2**-0.5
PLUS, MINUS = np.array([HALF, HALF]), np.array([HALF, -HALF])


def agrees(question) -> bool:
    """Whether criterion, semidefinite program and search say the same; returns what they say."""
    verdict = extractable(*question)
    bound = success_bound(*question)
    leak = search_extraction(*question, rng=1)
    assert verdict.possible == (bound.bound >= 1 - 1e-6), question
    assert verdict.possible == (leak < 1e-10), (question, leak)
    assert bound.value <= bound.bound + 1e-9
    if verdict.possible:
        checked = verify_extraction(verdict.certificate, *question)
        assert checked.holds(), checked
    else:
        assert verdict.margin < 0 and isinstance(verdict.certificate, Obstruction)
        assert verify_obstruction(verdict.certificate, *question)
    return verdict.possible


def test_criterion_program_and_search_agree():
    rng = np.random.default_rng(200)
    answers = [agrees(random_question(rng)) for _ in range(60)]
    assert 10 <= sum(answers) <= 50  # both answers are put to the test


@pytest.mark.slow
def test_criterion_program_and_search_agree_on_many():
    rng = np.random.default_rng(2022)
    answers = [agrees(random_question(rng)) for _ in range(200)]
    assert 40 <= sum(answers) <= 160


def test_an_obstruction_proves_nothing_of_another_question():
    asked = [PLUS, MINUS], [0.0, 1.0], [0, 1]
    overlap = extractable(*asked).certificate
    assert verify_obstruction(overlap, *asked) and not verify_obstruction(overlap, np.eye(2), *asked[1:])
    ladder = uniform_ladder(3)
    beside = extractable(*asked, reference=ladder).certificate
    assert verify_obstruction(beside, *asked, reference=ladder)
    shortage = extractable([[0, 1, 0], [0, 0, 1]], [0, 1, 1], [1, 1]).certificate
    assert verify_obstruction(shortage, [[0, 1, 0], [0, 0, 1]], [0, 1, 1], [1, 1])
    assert not verify_obstruction(shortage, [[0, 1, 0], [0, 0, 1]], [0, 1, 1], [1, 1], ancilla=[0, 0])


def test_different_amounts_need_orthogonal_states():
    """Decided by the search and by the program, which know no criterion of overlaps: wherever one of them says yes to
    different amounts, the states are orthogonal. The full tier of the chapter asks 18,000 questions."""
    rng = np.random.default_rng(1)
    yes = asked = 0
    for _ in range(1000):
        states, levels, amounts, ancilla = question = random_question(rng)
        if len(set(amounts)) == 1:
            continue
        asked += 1
        bound, leak = success_bound(*question).bound, search_extraction(*question, rng=rng)
        if bound >= 1 - 1e-6 or leak < 1e-10:
            yes += 1
            gram = np.abs(np.array(states).conj() @ np.array(states).T)
            assert (gram[amounts[:, None] != amounts[None, :]] < 1e-9).all()
    assert asked > 500 and yes > 50


def test_orthogonality_is_not_enough():
    verdict = extractable([PLUS, MINUS], [0, 1], [0, 1])
    assert abs(PLUS @ MINUS) < 1e-15 and not verdict.possible
    assert verdict.certificate.overlap == pytest.approx(1)
    assert extractable([PLUS, MINUS], [1, 1], [0, 0]).possible  # degenerate, equal amounts: nothing to do


def test_equal_amounts_from_indistinguishable_states():
    """The literal reading of the preprint's abstract fails: one gap of work from every state of a level."""
    rng = np.random.default_rng(2)
    states = [np.concatenate([[0], ket]) for ket in random_kets(20, 2, rng)]
    assert extractable(states, [0, 1, 1], [1] * 20, ancilla=[0, 0]).possible
    assert not extractable(states, [0, 1, 1], [1] * 20).possible
    assert extractable(states[:1], [0, 1, 1], [1]).possible  # one known state needs no ancilla


def test_a_mixed_state_must_give_its_amount_from_all_of_its_support():
    mixed = np.diag([0.0, 0.5, 0.5])
    assert extractable([mixed], [0, 1, 1], [1], [0, 0]).possible
    assert not extractable([mixed], [0, 1, 1], [1]).possible
    assert not extractable([np.diag([0.5, 0.5])], [0, 1], [1], [0, 0]).possible
    verdict = extractable([mixed], [0, 1, 1], [1], [0, 0])
    assert verify_extraction(verdict.certificate, [mixed], [0, 1, 1], [1], [0, 0]).holds()


def test_battery_is_sharp_not_only_right_on_average():
    """|+⟩ has mean energy one half, and no battery level holds it: the verifier refuses what a mean would pass."""
    known = extractable([[0, 1]], [0, 1], [1])
    checked = verify_extraction(known.certificate, [[HALF, HALF]], [0, 1], [1])
    assert checked.variance > 0.2 and not checked.holds()


def test_energies_equal_up_to_rounding_are_one_block():
    states = [[0, 1, 0], [0, 0, 1]]
    levels = [0.0, 0.1 + 0.2, 0.3]
    mixed = [np.array([0, HALF, HALF]), np.array([0, HALF, -HALF])]
    assert extractable(states, levels, [0.3, 0.0]).possible
    assert extractable(mixed, levels, [0.3, 0.0]).possible  # in two blocks of one level each they would overlap
    assert extractable(mixed, [0.0, 0.3, 0.3001], [0.3, 0.0]).possible is False


@pytest.mark.parametrize("shift", [-3.0, 7.5, 1e6])
def test_a_constant_energy_changes_nothing(shift):
    rng = np.random.default_rng(3)
    for _ in range(20):
        states, levels, amounts, ancilla = random_question(rng)
        before = extractable(states, levels, amounts, ancilla)
        after = extractable(states, levels + shift, amounts, ancilla)
        assert before.possible == after.possible


def test_units_change_nothing():
    rng = np.random.default_rng(4)
    for _ in range(20):
        states, levels, amounts, ancilla = random_question(rng)
        joule = 1.6e-19
        scaled = None if ancilla is None else np.array(ancilla) * joule
        verdict = extractable(states, levels * joule, amounts * joule, scaled)
        assert verdict.possible == extractable(states, levels, amounts, ancilla).possible


def test_waiting_changes_nothing():
    rng = np.random.default_rng(5)
    for _ in range(20):
        states, levels, amounts, ancilla = random_question(rng)
        later = [np.exp(-1j * levels * 0.7) * state for state in states]
        assert (
            extractable(later, levels, amounts, ancilla).possible
            == extractable(states, levels, amounts, ancilla).possible
        )


def test_a_rotated_basis_changes_nothing():
    rng = np.random.default_rng(6)
    for _ in range(10):
        states, levels, amounts, ancilla = random_question(rng)
        U = random_unitary(len(levels), rng=rng)
        question = ([U @ state for state in states], (U * levels) @ U.conj().T, amounts, ancilla)
        verdict = extractable(*question)
        assert verdict.possible == extractable(states, levels, amounts, ancilla).possible
        if verdict.possible:
            assert verify_extraction(verdict.certificate, *question).holds()


def test_more_battery_changes_nothing():
    rng = np.random.default_rng(7)
    for _ in range(20):
        states, levels, amounts, ancilla = random_question(rng)
        K = int(max(amounts))
        small, large = (
            extractable(states, levels, amounts, ancilla, battery=np.arange(size)) for size in (K + 1, K + 6)
        )
        assert small.possible == large.possible
        if large.possible:
            assert verify_extraction(large.certificate, states, levels, amounts, ancilla).holds()


def test_a_battery_too_short_is_refused_not_called_impossible():
    with pytest.raises(ValueError, match="battery must have a level"):
        extractable([[0, 1]], [0, 2], [2], battery=[0, 1])


def test_negative_work_is_work_put_in():
    assert extractable([[1, 0]], [0, 1], [-1]).possible
    assert not extractable([[0, 1]], [0, 1], [-1]).possible


def test_deterministic_work_is_at_most_the_lowest_energy_in_the_support():
    """With an ancilla that cannot lose energy."""
    state = np.array([0, HALF, 0, HALF])
    given = [extractable([state], [0, 1, 2, 3], [w], [0, 0, 1, 1, 2, 2]).possible for w in (0, 1, 2, 3)]
    assert given == [True, True, False, False]


def test_no_finite_ladder_makes_it_exact_but_it_is_never_certain_to_fail():
    for ladder in (uniform_ladder(8), cosine_ladder(8)):
        question = ([PLUS, MINUS], [0, 1], [0, 1], None, ladder)
        assert not extractable(*question).possible
        bound = success_bound(*question)
        assert 0.9 < bound.value <= bound.bound < 1 - 1e-3


def test_a_ladder_that_is_not_needed_does_no_harm():
    question = ([[1, 0], [0, 1]], [0, 1], [0, 1], [0, 0], uniform_ladder(3))
    verdict = extractable(*question)
    assert verdict.possible and isinstance(verdict.certificate, Extraction)
    assert verify_extraction(verdict.certificate, *question).holds()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1, 0]], [0, 1], [0, 1]), "amounts must have one entry per state"),
        (([[1, 1]], [0, 1], [0]), "unit vector"),
        (([[1, 0, 0]], [0, 1], [0]), "must be a ket"),
        (([[1, 0]], [[0, 1], [0, 1]], [0]), "Hermitian"),
        (([[1, 0]], [0, np.nan], [0]), "finite"),
        (([np.diag([0.5, 0.6])], [0, 1], [0]), "trace one"),
        (([[1, 0]], [0, 1], ["a"]), "numeric"),
        (([[1, 0]], [0, 1], [0], None, [1.0]), "Reference"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, words):
    with pytest.raises(ValueError, match=words):
        extractable(*arguments)


def test_a_ladder_must_be_a_state():
    for amplitudes in ([1, 1], [[1.0]], ["x"]):
        with pytest.raises(ValueError, match="amplitudes"):
            Reference(amplitudes)
