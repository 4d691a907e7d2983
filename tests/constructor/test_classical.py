"""Classical, stabiliser and toy models: controls whose answers can be counted."""

from __future__ import annotations

import dataclasses
import math
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.constructor import (
    KOCHEN_SPECKER,
    ClassicalModel,
    QuantumModel,
    StabilizerModel,
    Task,
    ToyBit,
    Variable,
    X,
    Y,
    Z,
    capacity,
    clone_task,
    is_clonable,
    is_computation_variable,
    is_distinguishable,
    is_observable,
    maximal_cliques,
    orthogonality,
    state,
    superinformation_witness,
    verify,
)

subsets = st.sets(st.integers(0, 3), min_size=1).map(frozenset)


@given(st.lists(st.tuples(subsets, subsets), min_size=1, max_size=4), st.sampled_from(["all", "permutations"]))
def test_verdicts_agree_with_trying_every_map(pairs, dynamics):
    model = ClassicalModel(range(4), dynamics)
    task = Task([(model.attribute(x, f"x{sorted(x)}"), model.attribute(y, f"y{sorted(y)}")) for x, y in pairs])
    verdict = model.possible(task)
    maps = permutations(range(4)) if dynamics == "permutations" else product(range(4), repeat=4)
    goals = {}
    for x, y in pairs:
        goals[x] = goals.get(x, frozenset()) | y
    brute = any(all(f[s] in goal for x, goal in goals.items() for s in x) for f in maps)
    assert verdict.possible is brute and verify(task, verdict).holds


@given(st.lists(st.tuples(subsets, subsets), min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_search_agrees_with_the_whole_monoid(pairs, seed):
    rng = np.random.default_rng(seed)
    tables = [tuple(map(int, rng.integers(0, 4, 4))) for _ in range(2)]
    moves = {f"f{i}": (1, lambda s, t=t: (t[s],)) for i, t in enumerate(tables)}
    monoid, frontier = {tuple(range(4))}, [tuple(range(4))]
    for f in frontier:
        for t in tables:
            after = tuple(t[s] for s in f)
            if after not in monoid:
                monoid.add(after)
                frontier.append(after)
    model = ClassicalModel(range(4), moves)
    task = Task([(model.attribute(x, f"x{sorted(x)}"), model.attribute(y, f"y{sorted(y)}")) for x, y in pairs])
    goals = {}
    for x, y in pairs:
        goals[x] = goals.get(x, frozenset()) | y
    brute = any(all(f[s] in goal for x, goal in goals.items() for s in x) for f in monoid)
    assert model.possible(task).possible is brute


def test_bits_and_trits_hold_information_and_nothing_more():
    for n, dynamics in product((2, 3), ("all", "permutations")):
        model = ClassicalModel(range(n), dynamics)
        assert is_observable(model.values(), model)
        assert capacity(model.values(), model) == pytest.approx(math.log(n))
        for pair in combinations(model.values(), 2):
            assert is_distinguishable(Variable(pair), model)


def test_erasing_needs_a_blank_when_nothing_is_lost():
    bit = ClassicalModel((0, 1), "permutations")
    zero, one = bit.values()
    anything = bit.anything()
    erase = Task({zero: zero, one: zero})
    assert not bit.possible(erase) and ClassicalModel((0, 1)).possible(erase)
    swept = Task({zero * zero: zero * anything, one * zero: zero * anything})
    assert bit.possible(swept) and verify(swept, bit.possible(swept)).holds


def test_the_groups_have_the_sizes_that_are_known():
    """6, 60 and 1080 stabiliser states; 24 moves of a toy bit, 11520 of two."""
    assert [StabilizerModel(n).states().shape[1] for n in (1, 2, 3)] == [6, 60, 1080]
    from szilard.constructor._search import reach

    for copies, size in ((1, 24), (2, 11520)):
        space = ToyBit().space(copies)
        points = len(space.states)
        found = reach(space.moves, range(points), [[]] * points, points)
        assert len(found.images) == size


def test_stabilisers_and_qubits_agree_on_every_set_of_the_six_states():
    six, quantum, clifford = Z | X | Y, QuantumModel(2), StabilizerModel()
    information = []
    for chosen in (Variable(c) for k in range(2, 7) for c in combinations(six, k)):
        answers = [question(chosen, clifford).possible for question in (is_computation_variable, is_clonable)]
        assert is_computation_variable(chosen, quantum).possible is answers[0]
        assert is_clonable(chosen, quantum).possible is answers[1]
        if all(answers):
            information.append(set(chosen))
    assert information == [set(Z), set(X), set(Y)]


def test_the_stabiliser_model_answers_all_that_a_model_is_asked():
    one, two = StabilizerModel(), StabilizerModel(2)
    assert one.same(one.bar(Z[0]), Z[1]) and one.same(one.bar(X[0]), X[1])
    assert len(one.anything(Z[0]).members) == 6 and one.bar(one.anything(Z[0])) is None
    assert superinformation_witness(Z, X, one) and is_distinguishable(two.labels(4), two)


def test_stabiliser_verdicts_are_proved():
    model = StabilizerModel()
    for values in (Z, Y, Z | X):
        task = clone_task(values, Z[0])
        points, said = model.in_points(task)
        assert verify(said, model.possible(task), points.dynamics).holds


def test_the_toy_bit_is_a_superinformation_medium_too():
    toy = ToyBit()
    z, x, y = toy.observables
    for one, other in combinations((z, x, y), 2):
        assert superinformation_witness(one, other, toy)
    for values in (z, x, z | x):
        task = clone_task(values, values[0])
        verdict = toy.possible(task)
        assert verify(task, verdict, toy.dynamics).holds
    assert verdict.possible is False
    cut = dataclasses.replace(verdict.certificate, images=verdict.certificate.images[:-1])
    assert not verify(task, dataclasses.replace(verdict, certificate=cut), toy.dynamics).holds


def test_eighteen_vectors_nine_bases_of_four():
    cliques = maximal_cliques(orthogonality(KOCHEN_SPECKER))
    bases = [c for c in cliques if len(c) == 4]
    assert len(bases) == 9 and all(sum(v in b for b in bases) == 2 for v in range(18))
    assert max(map(len, cliques)) == 4
    attributes = [state(v, f"v{i}") for i, v in enumerate(KOCHEN_SPECKER)]
    assert capacity(attributes, QuantumModel(4)) == pytest.approx(math.log(4))


@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_cliques_are_those_found_by_trying(n, seed):
    rng = np.random.default_rng(seed)
    joined = {i: set() for i in range(n)}
    for i, j in combinations(range(n), 2):
        if rng.random() < 0.5:
            joined[i].add(j)
            joined[j].add(i)
    whole = [
        frozenset(c)
        for k in range(1, n + 1)
        for c in combinations(range(n), k)
        if all(j in joined[i] for i, j in combinations(c, 2))
    ]
    assert set(maximal_cliques(joined)) == {c for c in whole if not any(c < other for other in whole)}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ClassicalModel(()), "one at least"),
        (lambda: ClassicalModel((0, 1), "permutation"), "did you mean 'permutations'"),
        (lambda: ClassicalModel((0, 1)).attribute([2], "x"), "some of"),
        (lambda: StabilizerModel().possible(Task({Z[0]: state([1, 2], "odd")})), "stabiliser state"),
        (lambda: StabilizerModel().labels(3), "at most 2"),
        (lambda: StabilizerModel().possible(Task({Z[0] * Z[0] * Z[0] * Z[0]: Z[0]})), "at most 3"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
