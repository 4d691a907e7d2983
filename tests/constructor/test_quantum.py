"""The quantum decider against closed forms, invariances, and a verifier that knows nothing of it."""

from __future__ import annotations

import dataclasses
import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.constructor import (
    BB84,
    BELL,
    TRINE,
    QuantumModel,
    Task,
    Variable,
    X,
    Y,
    Z,
    clone_task,
    everything,
    guess_probability,
    is_clonable,
    is_computation_variable,
    is_information_variable,
    is_observable,
    measurer,
    permutation_tasks,
    random_unitary,
    state,
    subspace,
    superinformation_witness,
    unite,
    verify,
)
from szilard.constructor.certificates import Channel

MODEL, WIDE = QuantumModel(2), QuantumModel((2, 3))
CHIRAL = Variable([Z[0], X[0], Y[0]])
seeds = st.integers(0, 2**32 - 1)


def random_states(rng, n, d, letter="a"):
    vectors = rng.normal(size=(n, d)) + 1j * rng.normal(size=(n, d))
    return [state(v, f"{letter}{i}") for i, v in enumerate(vectors)]


def mapped(attribute, unitary, name):
    return state(unitary @ np.array(attribute.content.rows[0]), name)


@pytest.mark.parametrize(
    ("values", "count", "margin"),
    [
        (Z, 2, 1.0),
        (X, 2, 1.0),
        (Y, 2, 1.0),
        (Variable([Z[0], X[0]]), 2, 1 - math.sqrt(2)),
        (BB84, 8, -1.0),
        (TRINE, 6, -3.0),
        (CHIRAL, 3, -1.0),
    ],
    ids=repr,
)
def test_truth_table_of_the_qubit(values, count, margin):
    """Permutations possible, and the margin of copying."""
    verdicts = [(task, MODEL.possible(task)) for task in permutation_tasks(values, every=True)]
    assert sum(bool(v) for _, v in verdicts) == count
    assert is_clonable(values, MODEL).margin == pytest.approx(margin, abs=1e-6)
    assert all(verify(task, v).holds for task, v in verdicts)


def test_exchanges_of_neighbours_stand_for_all_permutations():
    for values in (Z, BB84, TRINE, CHIRAL):
        every = all(bool(MODEL.possible(task)) for task in permutation_tasks(values, every=True))
        assert is_computation_variable(values, MODEL).possible is every


def test_the_phase_of_three_states_forbids_what_their_overlaps_allow():
    a, b, c = CHIRAL
    verdict = MODEL.possible(Task({a: a, b: c, c: b}))
    assert verdict.margin == pytest.approx(1 - math.sqrt(3), abs=1e-9)
    assert all(MODEL.possible(Task(dict(pair))) for pair in ([(a, a), (b, c)], [(a, a), (c, b)], [(b, c), (c, b)]))


def test_copies_can_be_undone_but_not_made():
    pair = Variable([Z[0], X[0]])
    verdict = MODEL.possible(~clone_task(pair, Z[0]))
    assert verdict.margin == pytest.approx(1 - math.sqrt(0.5), abs=1e-9)
    assert not MODEL.possible(clone_task(pair, Z[0]))


@given(seeds, st.integers(2, 4), st.integers(2, 4))
def test_every_verdict_on_pure_states_is_proved(seed, n, d):
    rng = np.random.default_rng(seed)
    given_, wanted = random_states(rng, n, d), random_states(rng, n, 2, "b")
    task = Task(zip(given_, wanted, strict=True))
    verdict = WIDE.possible(task)
    assert verdict.possible is not None and verify(task, verdict).holds


@given(seeds, st.integers(2, 4))
def test_unitaries_and_phases_change_no_verdict(seed, n):
    rng = np.random.default_rng(seed)
    given_, wanted = random_states(rng, n, 3), random_states(rng, n, 2, "b")
    verdict = WIDE.possible(Task(zip(given_, wanted, strict=True)))
    u = random_unitary(3, rng=rng)
    turned = [mapped(x, u * np.exp(1j * rng.uniform(0, 6)), f"c{i}") for i, x in enumerate(given_)]
    again = WIDE.possible(Task(zip(turned, wanted, strict=True)))
    assert again.possible is verdict.possible
    assert again.margin == pytest.approx(verdict.margin, rel=1e-6, abs=1e-8)


@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_what_a_unitary_or_a_discard_does_is_possible(seed, n, d):
    """Sources made from targets and hidden environment states: the border case included."""
    rng = np.random.default_rng(seed)
    wanted = random_states(rng, n, d, "b")
    hidden = random_states(rng, n, 2, "e")
    u = random_unitary(2 * d, rng=rng)
    joint = [np.kron(b.content.rows[0], e.content.rows[0]) for b, e in zip(wanted, hidden, strict=True)]
    sources = [state(u @ v, f"a{i}") for i, v in enumerate(joint)]
    task = Task(zip(sources, wanted, strict=True))
    verdict = WIDE.possible(task)
    assert verdict.possible and verify(task, verdict).holds


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_pairs_may_only_come_closer(before, after):
    def pair(s, letter):
        return [state([1, 0], f"{letter}0"), state([s, math.sqrt(1 - s * s)], f"{letter}1")]

    verdict = MODEL.possible(Task(zip(pair(before, "a"), pair(after, "b"), strict=True)))
    if abs(after - before) > 1e-6:
        assert verdict.possible is (after > before)
    equal = MODEL.possible(Task(zip(pair(before, "a"), pair(before, "b"), strict=True)))
    assert equal.possible


@given(seeds, st.integers(2, 3))
def test_more_pairs_never_make_a_task_possible(seed, n):
    rng = np.random.default_rng(seed)
    pairs = list(zip(random_states(rng, n + 1, 4), random_states(rng, n + 1, 2, "b"), strict=True))
    fewer, more = MODEL.possible(Task(pairs[:-1])), MODEL.possible(Task(pairs))
    assert fewer.possible or not more.possible


@given(seeds, st.integers(2, 4))
def test_states_that_can_be_told_apart_become_anything(seed, n):
    rng = np.random.default_rng(seed)
    u = random_unitary(4, rng=rng)
    sources = [state(row, f"a{i}") for i, row in enumerate(u[:n])]
    task = Task(zip(sources, random_states(rng, n, 3, "b"), strict=True))
    verdict = WIDE.possible(task)
    assert verdict.possible and verify(task, verdict).holds


@given(seeds)
def test_two_constructors_in_series_perform_the_series(seed):
    rng = np.random.default_rng(seed)
    middle, end = random_states(rng, 2, 2, "m"), random_states(rng, 2, 2, "e")
    start = [
        state(np.kron(a.content.rows[0], b.content.rows[0]), f"s{i}")
        for i, (a, b) in enumerate(zip(middle, end, strict=True))
    ]
    first, second = Task(zip(start, middle, strict=True)), Task(zip(middle, middle, strict=True))
    one, two = MODEL.possible(first), MODEL.possible(second)
    kraus = np.einsum("aij,bjk->abik", two.certificate.kraus, one.certificate.kraus)
    both = Channel(kraus.reshape(-1, *kraus.shape[2:]))
    assert verify(second @ first, dataclasses.replace(one, certificate=both, tolerance=1e-8)).holds


def test_qubits_are_a_superinformation_medium_and_every_step_is_proved():
    assert superinformation_witness(Z, X, MODEL)
    assert is_information_variable(BELL, QuantumModel(4))
    assert is_information_variable(Z * Z, QuantumModel((2, 2)))  # interoperability


ANY = everything(2)
LABELS = MODEL.labels(2)


@pytest.mark.parametrize(
    ("pairs", "possible"),
    [
        (
            [
                *((z, lab * ANY) for z, lab in zip(Z, LABELS, strict=True)),
                *((y, ANY * lab) for y, lab in zip(Y, LABELS, strict=True)),
            ],
            False,
        ),
        ([*((z, ANY * lab) for z, lab in zip(Z, LABELS, strict=True)), (Y[0], Y[0] * ANY)], True),
        ([*((y, ANY * lab) for y, lab in zip(Y, LABELS, strict=True)), (Z[0], Z[0] * ANY)], True),
        ([*((z, ANY * lab) for z, lab in zip(Z, LABELS, strict=True)), *((y, y * ANY) for y in Y)], False),
        ([(unite(*Z, name="u"), LABELS[0]), (unite(*Y, name="v"), LABELS[1])], False),
    ],
    ids=["joint measurement", "one repaired", "one repaired, complex", "none perturbed", "sharpness"],
)
def test_subspaces_and_unions_with_complex_states(pairs, possible):
    task = Task(pairs)
    verdict = MODEL.possible(task)
    assert verdict.possible is possible and verify(task, verdict).holds


def test_choi_and_gram_agree_on_random_states():
    """The two deciders on the same tasks: outputs given as states, and as subspaces that hold nothing else new."""
    from szilard.constructor import _choi
    from szilard.constructor.states import vectors

    rng = np.random.default_rng(20140540)
    for _ in range(30):
        given_, wanted = random_states(rng, 3, 3), random_states(rng, 3, 2, "b")
        verdict = WIDE.possible(Task(zip(given_, wanted, strict=True)))
        filled = _choi.fill([vectors(x) for x in given_], [vectors(y) for y in wanted])
        assert verdict.possible is (filled.margin > -1e-6)


def test_closed_values_and_observables():
    space = QuantumModel(3)
    zero, one, two = (state(v, name) for v, name in zip(np.eye(3), "012", strict=True))
    loose = Variable([unite(zero, one, name="u"), two])
    assert is_information_variable(loose, space) and not is_observable(loose, space)
    assert is_observable(Variable([subspace(np.eye(3)[:2], "P"), two]), space)
    assert not space.disjoint(subspace(np.eye(3)[:2], "P"), zero)


def test_a_certificate_of_another_task_does_not_pass():
    flip, keep = Task({Z[0]: Z[1], Z[1]: Z[0]}), Task({Z[0]: Z[0], Z[1]: Z[1]})
    assert not verify(keep, MODEL.possible(flip)).holds
    clones = MODEL.possible(clone_task(BB84, Z[0]))
    assert not verify(clone_task(Z, Z[0]), clones).holds
    wrong = dataclasses.replace(clones.certificate, matrix=np.eye(4) / 4)
    assert not verify(clone_task(BB84, Z[0]), dataclasses.replace(clones, certificate=wrong)).holds


def test_a_measurer_leaves_what_it_measures():
    verdict = measurer(Z, MODEL)
    out = verdict.certificate(np.kron([0, 1], [1, 0]))
    assert out[3, 3] == pytest.approx(1.0)


def test_too_near_the_border_is_undecided():
    pair = [state([1, 0], "a"), state([0.6, 0.8], "b")]
    closer = [state([1, 0], "c"), state([0.6 - 1e-8, math.sqrt(1 - (0.6 - 1e-8) ** 2)], "d")]
    assert MODEL.possible(Task(zip(pair, closer, strict=True))).possible is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: state([0, 0], "x"), "must not be zero"),
        (lambda: state([np.nan, 1], "x"), "finite"),
        (lambda: state("ab", "x"), "vector must be numeric"),
        (lambda: state(["1", "0"], "x"), "vector must be numeric"),
        (lambda: state(np.ma.masked_equal([1.0, 0.0], 0), "x"), "vector must be complete; got 1 masked"),
        (lambda: guess_probability([1, 0], [0, 1], prior="x"), "prior must be numeric"),
        (lambda: WIDE.possible(Task({Z[0]: Z[0], state([1, 0, 0], "t"): Z[1]})), "one dimension"),
        (lambda: QuantumModel(0), "dims"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_permutations_of_four_letters_have_the_symmetry_of_the_square():
    found = [p for p in permutations(range(4)) if MODEL.possible(Task(zip(BB84, (BB84[i] for i in p), strict=True)))]
    assert len(found) == 8 and (0, 1, 2, 3) in found
