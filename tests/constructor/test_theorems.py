"""Consequences in three models, gaps against closed forms, batches against single decisions, drawings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.constructor import (
    ARGUMENTS,
    BB84,
    TRINE,
    Attribute,
    ClassicalModel,
    QuantumModel,
    StabilizerModel,
    Task,
    ToyBit,
    Variable,
    X,
    Y,
    Z,
    are_disjoint,
    best_performance,
    best_score,
    clone_fidelity_of_two,
    clone_task,
    computation_margins,
    consequences,
    definition_chain,
    everything,
    grams,
    guess_probability,
    helstrom,
    hermitian_basis,
    is_computation_variable,
    is_distinguishable,
    joint_margins,
    layout,
    local_distinguishability,
    locally_inaccessible,
    measure_task,
    pair_margins,
    partial_measurer,
    random_pure_states,
    random_state,
    random_unitary,
    state,
    subspace,
    superinformation_witness,
    tilted_bell_basis,
    vectors,
    verdicts,
    verify,
)
from szilard.constructor.diagram import Box, draw, size

MODEL = QuantumModel(2)
LABELS = ["C1", "C2", "C3", "C4", "C5", "C6", "C6′", "C7", "C8"]


@pytest.mark.parametrize("other", [X, Y], ids=repr)
def test_all_consequences_hold_in_a_qubit(other):
    found = consequences(Z, other, MODEL) + locally_inaccessible(MODEL)
    assert [c.label for c in found] == [*LABELS, "C8"]
    assert all(c.holds and c.proved for c in found)


def test_all_consequences_hold_in_a_toy_bit():
    toy = ToyBit()
    z, x, _ = toy.observables
    found = consequences(z, x, toy) + locally_inaccessible(toy, toy.correlated)
    assert [c.label for c in found] == [*LABELS, "C8"]
    assert all(c.holds and c.proved for c in found)


def test_two_toy_bits_hold_what_neither_holds():
    """Four sets of four points that share no point, and each leaves all four points open on either side."""
    toy = ToyBit()
    extents = [toy.extent(value) for value in toy.correlated]
    assert [len(extent) for extent in extents] == [4] * 4 and len(frozenset().union(*extents)) == 16
    for value in toy.correlated:
        assert all(toy.same(toy.part_of(value, side), toy.anything()) for side in (0, 1))
    assert toy.part_of(toy.observables[0][0] * toy.observables[1][1], 1).content == frozenset({1, 3})
    with pytest.raises(ValueError, match="place must be that of a copy"):
        toy.part_of(toy.correlated[0], 2)


def test_products_of_toy_bits_are_not_locally_inaccessible():
    toy = ToyBit()
    together, apart = locally_inaccessible(toy, toy.observables[0] * toy.observables[1])
    assert together.holds and together.proved and not apart.holds


def test_all_consequences_hold_in_a_qubit_with_clifford_gates_only():
    assert all(c.holds and c.proved for c in consequences(Z, Y, StabilizerModel()))


@pytest.mark.parametrize(
    ("dynamics", "blanks", "holding"),
    [("all", 0, ["C7"]), ("permutations", 0, ["C2", "C5", "C7"]), ("permutations", 1, ["C7"])],
)
def test_in_a_classical_medium_maps_refute_what_permutations_alone_cannot(dynamics, blanks, holding):
    model = ClassicalModel(range(4), dynamics)
    values = model.values().attributes
    supply = Task({values[0]: model.anything()}) if blanks else None
    found = consequences(Variable(values[:2], "X"), Variable(values[2:], "Y"), model, supply)
    assert [c.label for c in found if c.holds] == holding and all(c.proved for c in found)


def test_all_consequences_hold_for_planes_of_four_dimensions_each_the_bar_of_another():
    """Two planes drawn at random, and what is orthogonal to each: no state in two of the four."""
    turned = random_unitary(4, rng=3)
    x, y = (
        Variable([subspace(v[:2], f"{n}0"), subspace(v[2:], f"{n}1")], n) for v, n in ((np.eye(4), "X"), (turned, "Y"))
    )
    model = QuantumModel(4)
    assert superinformation_witness(x, y, model).possible
    assert all(c.holds and c.proved for c in consequences(x, y, model))


def test_observables_that_leave_states_out_may_have_a_joint_measurer():
    """In a qutrit, preparing + wherever 0 or 1 was seen measures {0, 1} and spares both 2 and +."""
    zero, one, two, plus = (
        state(v, n) for v, n in zip(([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]), "012+", strict=True)
    )
    x, y, model = Variable([zero, one], "X"), Variable([two, plus], "Y"), QuantumModel(3)
    assert superinformation_witness(x, y, model).possible
    found = consequences(x, y, model)
    assert [c.label for c in found if c.holds] == ["C1", "C2", "C3", "C6′", "C7"] and all(c.proved for c in found)
    # One that leaves X as it was perturbs + (C6′), and yet Y can still be told from the one system afterwards.
    blank, *_ = labels = model.labels(2)
    either, any_label = subspace(np.eye(3)[:2], "0 or 1 or between"), model.anything(blank)
    kept = [(a * blank, a * label) for a, label in zip(x, labels, strict=True)]
    mild = Task([*kept, (two * blank, two * any_label), (plus * blank, either * any_label)])
    assert model.possible(mild).possible and verify(model.possible(mild)).holds
    assert is_distinguishable(Variable([two, either]), model)


def test_every_consequence_has_its_argument():
    assert list(ARGUMENTS) == LABELS


CLASSICAL = ClassicalModel(range(4))


def halves(model, *pairs):
    return [Variable([model.attribute(half, str(half)) for half in pair], f"V{i}") for i, pair in enumerate(pairs)]


@pytest.mark.parametrize(
    ("x", "y", "model", "last"),
    [
        (Z, X, MODEL, [True, False, True]),
        (Z, Y, StabilizerModel(), [True, False, True]),
        (*ToyBit().observables[:2], ToyBit(), [True, False, True]),
        (*ToyBit().observables[:2], ToyBit(fewest=1), [False, False, False]),
        (*halves(CLASSICAL, ((0, 1), (2, 3)), ((0, 2), (1, 3))), CLASSICAL, [False, False, False]),
        (*halves(CLASSICAL, ((0,), (1,)), ((2,), (3,))), CLASSICAL, [True, True, False]),
    ],
    ids=["qubit", "clifford", "toy bit", "toy points", "overlapping", "disjoint"],
)
def test_the_chain_of_definitions(x, y, model, last):
    """All lines hold but, at the end: disjoint, union an information variable, superinformation."""
    answers = [step.verdict.possible for step in definition_chain(x, y, model)]
    assert answers == [True] * 11 + last
    disjoint = are_disjoint(x | y, model)
    assert verify(disjoint).holds
    assert not verify(replace(disjoint, possible=not disjoint.possible)).holds


def test_reversible_maps_without_a_blank_make_a_classical_medium_look_like_superinformation():
    """Two singles and two pairs of six states: no permutation turns one state into two."""
    for dynamics, more in (("permutations", True), ("all", False)):
        model = ClassicalModel(range(6), dynamics)
        x, y = halves(model, ((0,), (1,)), ((2, 3), (4, 5)))
        assert superinformation_witness(x, y, model).possible is more


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_the_bar_holds_every_state_told_apart_and_no_other(seed, d):
    rng = np.random.default_rng(seed)
    model, x = QuantumModel(d), state(random_unitary(d, rng=rng)[0], "x")
    inside = vectors(model.bar(x)) @ (rng.normal(size=d - 1) + 1j * rng.normal(size=d - 1))
    for vector, apart in ((inside, True), (inside + 0.1 * vectors(x)[:, 0], False)):
        assert is_distinguishable(Variable([x, state(vector, "a")]), model).possible is apart


@pytest.mark.parametrize("d", [2, 3, 4])
def test_which_of_two_bases_is_sharp_can_only_be_guessed(d):
    """For any pair of orthonormal bases both mixtures are the same."""
    labels = MODEL.labels(2)
    for seed in range(3):
        bases = [np.eye(d), random_unitary(d, rng=seed)]
        told = [
            (0.5 / d, state(row, f"{k}{i}"), label)
            for k, (rows, label) in enumerate(zip(bases, labels, strict=True))
            for i, row in enumerate(rows)
        ]
        assert best_score(told).bound == pytest.approx(0.5, abs=1e-7)


def test_two_measurers_in_a_row_agree_though_neither_record_is_sharp():
    """Two controlled-nots, fed +: the records are equal with certainty, each 0 or 1 with chance 1/2."""
    chain = np.zeros((8, 2))
    chain[0, 0] = chain[7, 1] = 1  # |z⟩ → |z, z, z⟩
    after = np.abs(chain @ np.array([1, 1]) / math.sqrt(2)).reshape(2, 2, 2) ** 2
    records = after.sum(axis=0)
    assert np.trace(records) == pytest.approx(1) and records.sum(axis=0) == pytest.approx([0.5, 0.5])
    twice = Task([(z * Z[0] * Z[0], z * label * label) for z, label in zip(Z, MODEL.labels(2), strict=True)])
    fed = np.kron([1, 1], [1, 0, 0, 0]) / math.sqrt(2)
    found = np.diag(MODEL.possible(twice).certificate(fed)).real.reshape(2, 2, 2).sum(axis=0)
    assert found == pytest.approx(records)


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_a_certificate_makes_no_two_states_easier_to_tell_apart(seed, n):
    """Data processing, for the channels that the decider returns."""
    rng = np.random.default_rng(seed)
    given_, wanted = (random_pure_states(1, n, d, rng)[0] for d in (4, 2))
    task = Task([(state(a, f"a{i}"), state(b, f"b{i}")) for i, (a, b) in enumerate(zip(given_, wanted, strict=True))])
    verdict = MODEL.possible(task)
    channel = verdict.certificate if verdict.possible else best_performance(task).channel
    rho, sigma = (random_state(4, rng=child) for child in rng.spawn(2))
    assert guess_probability(channel(rho), channel(sigma)) <= guess_probability(rho, sigma) + 1e-9


@given(st.floats(0.02, 0.98))
def test_best_copies_of_two_states(overlap):
    pair = Variable([state([1, 0], "a"), state([overlap, 1j * math.sqrt(1 - overlap**2)], "b")])
    best = best_performance(clone_task(pair, pair[0]))
    assert best.value == pytest.approx(clone_fidelity_of_two(overlap), abs=1e-8)
    assert best.bound == pytest.approx(best.value, abs=1e-8)


def test_best_copies_of_famous_sets():
    assert best_performance(clone_task(BB84, Z[0])).value == pytest.approx(3 / 4, abs=1e-8)
    assert best_performance(clone_task(Z, Z[0])).value == pytest.approx(1, abs=1e-8)
    either = everything(2)
    goals = [(1 / 12, s, goal) for s in Z | X | Y for goal in (s * either, either * s)]
    assert best_score(goals).value == pytest.approx(5 / 6, abs=1e-8)  # the universal cloner


@given(st.floats(0, 1), st.integers(1, 5))
def test_telling_copies_apart(overlap, copies):
    assert helstrom(overlap, copies + 1) >= helstrom(overlap, copies) - 1e-15
    rows = np.array([[1, 0], [overlap, math.sqrt(max(0.0, 1 - overlap**2))]])
    rho = np.einsum("ia,ib->iab", rows, rows)
    assert helstrom(overlap) == pytest.approx(guess_probability(*rho), abs=1e-9)


@given(st.integers(0, 1000), st.floats(0, 1))
def test_the_best_guess_is_reached_by_a_measurement_and_never_worse_than_the_prior(seed, prior):
    rho, sigma = (random_state(3, rng=rng) for rng in np.random.default_rng(seed).spawn(2))
    best = guess_probability(rho, sigma, prior)
    values, frame = np.linalg.eigh(prior * rho - (1 - prior) * sigma)
    yes = (frame * (values > 0)) @ frame.conj().T
    reached = prior * np.trace(yes @ rho).real + (1 - prior) * (1 - np.trace(yes @ sigma).real)
    assert best == pytest.approx(reached, abs=1e-12)
    assert best >= max(prior, 1 - prior) - 1e-12


def test_every_measurer_of_z_halves_x_and_leaves_its_record_open():
    labels = MODEL.labels(2)
    measure = measure_task(Z, MODEL, perturbing=True)
    left = best_score([(1 / 2, y * labels[0], y * everything(2)) for y in X], measure)
    open_ = best_score([(1.0, X[0] * labels[0], everything(2) * labels[1])], measure)
    assert left.bound == pytest.approx(0.5, abs=1e-8) and open_.bound == pytest.approx(0.5, abs=1e-8)
    assert verify(measure, MODEL.possible(measure)).holds


@given(st.floats(0, 1))
def test_what_is_learnt_and_what_is_left_lie_on_a_circle(overlap):
    found = partial_measurer(overlap)
    assert found.guess == pytest.approx((1 + math.sqrt(1 - overlap**2)) / 2, abs=1e-12)
    assert (2 * found.guess - 1) ** 2 + (2 * found.fidelity - 1) ** 2 == pytest.approx(1, abs=1e-12)


@given(st.floats(0, math.pi / 2))
def test_one_side_of_a_tilted_bell_basis(angle):
    states = tilted_bell_basis(angle)
    assert states @ states.T == pytest.approx(np.eye(4), abs=1e-12)
    found = local_distinguishability(states, (2, 2))
    assert found == pytest.approx((1 + abs(math.cos(2 * angle))) / 2, abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 4))
def test_batches_agree_with_the_linear_algebra_library(seed, n, d):
    rng = np.random.default_rng(seed)
    source, target = (grams(random_pure_states(20, n, k, rng)) for k in (d, 2))
    found = joint_margins(source, target)
    wanted = np.linalg.eigvalsh(source / target)[:, 0]
    assert np.abs(found - wanted).max() <= 1e-13 * np.abs(source / target).max() * n
    assert not ((pair_margins(source, target) < -1e-9) & (verdicts(found, n) == 1)).any()


def test_batches_agree_with_single_decisions():
    source, target = random_pure_states(40, 3, 6, 1), random_pure_states(40, 3, 2, 2)
    answers = verdicts(joint_margins(grams(source), grams(target)), 3)
    for rows, goals, answer in zip(source, target, answers, strict=True):
        task = Task([(state(a, f"a{i}"), state(b, f"b{i}")) for i, (a, b) in enumerate(zip(rows, goals, strict=True))])
        assert QuantumModel((2, 6)).possible(task).possible is bool(answer)
    assert set(answers) == {0, 1}


def test_an_output_overlap_of_zero_is_left_to_the_decider_of_single_tasks():
    eye = np.eye(2)[None].astype(complex)
    assert verdicts(joint_margins(eye, eye), 2).tolist() == [-1]


def simplex(n):
    """n states in n − 1 dimensions with all overlaps −1/(n − 1): the corners of a regular simplex."""
    centred = np.eye(n) - 1 / n
    _, _, right = np.linalg.svd(centred)
    return Variable(state(v, f"s{i}") for i, v in enumerate(centred @ right[: n - 1].T))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_simplices_are_computation_variables_in_one_dimension_less(n):
    corners = simplex(n)
    rows = np.array([[a.content.rows[0] for a in corners]])
    if n > 2:
        assert computation_margins(rows)[0] > -1e-10
        assert is_computation_variable(corners, QuantumModel(n - 1))
        more = best_performance(clone_task(corners, corners[0])).value
        assert more < 1 - 1e-3
    assert np.abs(grams(rows)[0] - (1 + 1 / (n - 1)) * np.eye(n) + 1 / (n - 1)).max() < 1e-12


def test_trines_are_found_by_the_batch():
    rows = np.array([[a.content.rows[0] for a in values] for values in (TRINE, Variable([Z[0], X[0], Y[0]]))])
    margins = computation_margins(rows)
    assert margins[0] == pytest.approx(0, abs=1e-12) and margins[1] < -0.7


def test_a_network_is_laid_out_and_drawn_without_overlap():
    import matplotlib as mpl
    from matplotlib.figure import Figure

    zero = Attribute("0")
    a, b = Task({zero: zero}, "A"), Task({zero: zero}, "B")
    network = (b @ a) | (a @ b @ a) | Task({zero * zero: zero * zero}, "C")
    assert size(network) == (3, 4)
    boxes = [item for item in layout(network) if isinstance(item, Box)]
    cells = [(box.column, box.row + i) for box in boxes for i in range(box.rows)]
    assert len(boxes) == 6 and len(set(cells)) == len(cells)
    with mpl.rc_context():
        ax = Figure().subplots()
        draw(network, ax)
    assert sum(text.get_text() in "ABC" for text in ax.texts) == 6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: best_score([]), "at least one term"),
        (lambda: best_score([(1.0, Z[0] * Z[0], Z[0] * Z[0])], clone_task(BB84, Z[0])), "possible task"),
        (lambda: helstrom(2.0), r"overlap must lie in \[0, 1\]"),
        (lambda: guess_probability(np.eye(2) / 2, np.eye(3) / 3), "one dimension"),
        (lambda: guess_probability([[0, 1], [0, 0]], np.eye(2)), "rho must be Hermitian"),
        (lambda: guess_probability(np.eye(2), np.eye(2), 1.5), r"prior must lie in \[0, 1\]"),
        (lambda: random_unitary(0), "d must be an integer ≥ 1"),
        (lambda: grams(np.eye(2)), "shape"),
        (lambda: joint_margins(np.ones((1, 2, 2)), np.ones((1, 3, 3))), "shape"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("real", "count"), [(False, 9), (True, 6)])
def test_a_basis_of_hermitian_matrices_spans_them_and_nothing_else(real, count):
    units = hermitian_basis(3, real)
    assert len(units) == count and np.array_equal(units, units.conj().swapaxes(1, 2))
    assert np.linalg.matrix_rank(units.reshape(count, -1)) == count
    chain = np.abs(np.subtract.outer(np.arange(3), np.arange(3))) == 1
    assert not hermitian_basis(3, real, chain)[:, ~chain].any()
    assert len(hermitian_basis(3, real, chain)) == (2 if real else 4)
