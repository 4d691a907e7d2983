"""Answers near a border, questions about foreign systems, and a proof of every verdict that a decider returns."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.constructor import (
    BB84,
    BELL,
    TRINE,
    ClassicalModel,
    QuantumModel,
    StabilizerModel,
    Task,
    ToyBit,
    Variable,
    Verdict,
    X,
    Y,
    Z,
    all_of,
    basis,
    best_performance,
    clone_task,
    everything,
    guess_probability,
    is_clonable,
    is_computation_variable,
    is_distinguishable,
    is_information_variable,
    is_observable,
    measurer,
    part_of,
    random_unitary,
    state,
    subspace,
    superinformation_witness,
    unite,
    verify,
)

QUBIT = QuantumModel(2)


def apart(angle):
    return Variable([Z[0], state([math.cos(angle), math.sin(angle)], "turned")])


@pytest.mark.parametrize("angle", [1e-8, 1e-7, 1e-6, 1e-5])
def test_states_that_hardly_differ_leave_it_open_whether_they_can_be_copied(angle):
    verdict = is_clonable(apart(angle), QUBIT)
    assert verdict.sign == "?" and abs(verdict.margin) < 1e-9
    assert is_information_variable(apart(angle), QUBIT).possible is not True
    assert QUBIT.disjoint(*apart(angle))


def test_margins_of_copying_do_not_jump():
    same = is_clonable(Variable([Z[0], state([1, 0], "again")]), QUBIT)
    assert (same.possible, same.margin) == (True, 0.0) and verify(same).holds
    margins = [is_clonable(apart(angle), QUBIT).margin for angle in (1e-2, 1e-3, 1e-4)]
    assert margins == sorted(margins) and -1e-8 < margins[-1] < 0


@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.9, 1 - 1e-6, 1.0])
def test_the_margin_of_a_reset_is_that_of_the_gram_matrix(overlap):
    """All outputs are equal, so the environment takes the overlaps of the inputs: 1 - s is the smallest eigenvalue."""
    pair = [Z[0], state([overlap, math.sqrt(1 - overlap**2)], "b")]
    verdict = QUBIT.possible(Task([(a, Z[0]) for a in pair]))
    assert verdict.possible and verdict.margin == pytest.approx(1 - overlap, abs=1e-9)
    nearly = state([math.cos(1e-4), math.sin(1e-4)], "c")
    beside = QUBIT.possible(Task([(pair[0], Z[0]), (pair[1], nearly)])).margin if overlap < 0.99 else verdict.margin
    assert verdict.margin == pytest.approx(beside, abs=1e-7)


def test_the_state_in_common_is_found_beside_one_that_is_nearly_so():
    spaces = [subspace([[1, 0, 0], [0, 1, 0]], "a"), subspace([[1, 0, 0], [0, 1, 1e-8]], "b")]
    verdict = QuantumModel(3).possible(Task(zip(basis(3), spaces, strict=False)))
    assert verdict.possible and verify(verdict).holds


@pytest.mark.parametrize(
    "ask",
    [
        lambda: is_clonable(basis(3), QUBIT),
        lambda: is_distinguishable(basis(3), QUBIT),
        lambda: measurer(basis(3), QUBIT),
        lambda: QUBIT.disjoint(*basis(3)[:2]),
        lambda: QUBIT.bar(basis(3)[0]),
        lambda: QUBIT.possible(Task({Z[0]: state([0, 0, 1], "third")})),
        lambda: QuantumModel(4).possible(Task({Z[0]: Z[1]})),
        lambda: is_clonable(Z, StabilizerModel(2)),
        lambda: StabilizerModel(1).bar(basis(3)[0]),
        lambda: is_clonable(ClassicalModel((0, 1, 2)).values(), ClassicalModel((0, 1))),
    ],
)
def test_models_refuse_what_is_not_theirs(ask):
    with pytest.raises(ValueError, match=r"model's dimension|states of the model"):
        ask()


def test_models_answer_for_several_of_their_substrates_and_for_records_of_any_size():
    assert is_information_variable(BELL, QUBIT) and is_information_variable(BELL, QuantumModel((4, 3)))
    records = QUBIT.labels(3)
    assert is_distinguishable(TRINE, QUBIT).possible is False and is_information_variable(records, QUBIT)
    assert QUBIT.same(QUBIT.bar(QUBIT.bar(records[0])), records[0])
    assert QUBIT.possible(Task({records[0]: QUBIT.anything(records[0])}))


def test_the_stabiliser_model_has_all_that_a_model_has():
    model = StabilizerModel()
    for x in (*X, *Y, *Z):
        assert model.same(model.bar(model.bar(x)), x) and not model.disjoint(x, model.anything(x))
    assert is_observable(Y, model) and measurer(X, model, perturbing=True) and model.labels(2)[0] == Z[0]
    assert model.bar(unite(*Z, name="0 or 1")) is None


def test_a_verdict_cannot_set_the_error_that_its_verifier_allows():
    """The best copier of 0 and + is off by a few per cent, which no tolerance makes a proof."""
    task = clone_task(Variable([Z[0], X[0]]), Z[0])
    near = Verdict(True, 0.0, best_performance(task).channel, "choi-sdp", 0.5, "nearly", task)
    assert not verify(near).holds and 0.01 < verify(near).slack < 0.5
    done = QUBIT.possible(clone_task(Z, Z[0]))
    assert verify(replace(done, tolerance=0.5)).holds


CLASSICAL = [ClassicalModel((0, 1, 2), "permutations"), ClassicalModel((0, 1, 2)), ToyBit(), ToyBit(fewest=1)]


def variables(model):
    """Variables of a model that can, and that cannot, be permuted, copied and told apart."""
    if isinstance(model, ToyBit):
        z, x, _ = model.observables
        return [z, x, z | x, Variable(z[:1])]
    if isinstance(model, ClassicalModel):
        a, b, c = model.values()
        two = [model.attribute({0, 1}, "01"), model.attribute({1, 2}, "12")]
        return [Variable([a, b, c]), Variable([two[0], c]), Variable(two), Variable([a])]
    six = Z | X | Y
    return [Variable(chosen) for size in (1, 2, 3, 4) for chosen in list(combinations(six, size))[::4]]


@pytest.mark.parametrize("model", [QUBIT, StabilizerModel(), *CLASSICAL], ids=lambda m: f"{type(m).__name__}")
def test_every_verdict_of_every_decider_verifies(model):
    verdicts = []
    for x in variables(model):
        verdicts += [decide(x, model) for decide in (is_computation_variable, is_clonable, is_information_variable)]
        verdicts += [model.possible(clone_task(x, x[0])), model.possible(~clone_task(x, x[0]))]
        if 1 < len(x) <= (2 if isinstance(model, StabilizerModel) else 4):
            verdicts += [is_distinguishable(x, model), measurer(x, model)]
    assert all(verify(verdict).holds for verdict in verdicts if verdict.possible is not None)
    assert {verdict.possible for verdict in verdicts} >= {True, False}
    assert sum(verdict.possible is None for verdict in verdicts) <= len(verdicts) // 10


@pytest.mark.parametrize("model", [QUBIT, StabilizerModel()])
def test_superinformation_verifies_either_way(model):
    for pair in ((Z, X), (Y, X), (Z, Z)):
        verdict = superinformation_witness(*pair, model)
        assert verdict.possible is (pair[0] is not pair[1]) and verify(verdict).holds


def test_values_that_are_not_closed_are_shown_to_be_wider():
    zero, one, two = basis(3)
    loose = Variable([unite(zero, one, name="0 or 1"), two])
    verdict = is_observable(loose, QuantumModel(3))
    assert verdict.possible is False and verify(verdict).holds
    witness = superinformation_witness(loose, loose, QuantumModel(3))
    assert witness.possible is False and verify(witness).holds
    whole = subspace(np.eye(3)[:2], "plane")
    assert not verify(Verdict(False, -1.0, type(verdict.certificate)(whole, whole))).holds
    assert not verify(Verdict(False, -1.0, type(verdict.certificate)(zero, whole))).holds


def test_a_verdict_turned_round_does_not_verify():
    for verdict in (is_information_variable(Z, QUBIT), is_information_variable(BB84, QUBIT), is_clonable(TRINE, QUBIT)):
        turned = Verdict(not verdict.possible, verdict.margin, verdict.certificate, task=verdict.task)
        assert not verify(turned).holds
    common = is_information_variable(Variable([Z[0]]), QUBIT).certificate
    assert not verify(Verdict(False, -1.0, type(common)(*Z))).holds
    with pytest.raises(ValueError, match="decided"):
        verify(is_clonable(apart(1e-6), QUBIT))
    with pytest.raises(ValueError, match="decided"):
        verify(all_of([is_clonable(apart(1e-6), QUBIT)], "copying"))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_part_of_a_subspace_is_the_support_of_all_its_states(seed, rank):
    rng = np.random.default_rng(seed)
    rows = random_unitary(12, rng=rng)[:rank] if rank > 1 else np.kron([[1, 2j, 0]], rng.normal(size=(1, 4)))
    joint = subspace(rows, "joint")
    for place, d in ((0, 3), (1, 4)):
        mixed = sum(np.outer(v, np.conj(v)) for v in rows).reshape(3, 4, 3, 4)
        reduced = np.trace(mixed, axis1=1 - place, axis2=3 - place)
        part = np.array(part_of(joint, (3, 4), place).content.rows)
        assert len(part) == np.linalg.matrix_rank(reduced, tol=1e-8)
        np.testing.assert_allclose(part.T @ part.conj() @ reduced, reduced, atol=1e-9)
        assert part.shape[1] == d


def test_part_of_two_bell_states_is_everything_and_of_a_product_of_spaces_a_factor():
    plane = subspace(np.eye(4)[:2], "0 and anything")
    assert QUBIT.same(part_of(plane, (2, 2), 0), Z[0]) and QUBIT.same(part_of(plane, (2, 2), 1), everything(2))
    with pytest.raises(ValueError, match="dims must be two dimensions whose product is 4"):
        part_of(plane, (2, 3), 0)
    with pytest.raises(ValueError, match="place must be 0 or 1"):
        part_of(plane, (2, 2), 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.eye(2) / 2, np.eye(2) / 2, 3.0), "prior must"),
        ((np.eye(2) / 2, np.eye(2) / 2, math.nan), "prior must"),
        ((5 * np.eye(2), np.eye(2) / 2), "rho must have trace one"),
        ((np.eye(2) / 2, np.diag([1.5, -0.5])), "sigma must have trace one and no negative eigenvalue"),
        ((np.diag([math.nan, 1.0]), np.eye(2) / 2), "rho must be finite"),
        (([1.0, 1.0], np.eye(2) / 2), "rho must be a unit vector"),
        ((np.eye(2) / 2, np.eye(3) / 3), "rho and sigma must have one dimension"),
    ],
)
def test_guesses_are_about_states(arguments, message):
    with pytest.raises(ValueError, match=message):
        guess_probability(*arguments)


def test_kets_are_states_too():
    plus = np.sqrt([0.5, 0.5])
    assert guess_probability([1, 0], plus) == pytest.approx((1 + math.sqrt(0.5)) / 2, abs=1e-12)
    assert guess_probability([1, 0], np.outer(plus, plus), prior=1.0) == pytest.approx(1.0)
