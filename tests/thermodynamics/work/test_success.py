"""Best success: closed forms, what energy conservation costs, and what a ladder gives back."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.constructor import guess_probability, random_kets, random_unitary
from szilard.thermodynamics.work import (
    Reference,
    best_success,
    cosine_ladder,
    dephase,
    helstrom,
    ladder_failure,
    repeated_success,
    success_bound,
    uniform_ladder,
)

HALF = 2**-0.5
ZERO, ONE, PLUS, MINUS = np.array([1, 0]), np.array([0, 1]), np.array([HALF, HALF]), np.array([HALF, -HALF])


@pytest.mark.parametrize(
    ("states", "H", "free", "conserving"),
    [
        ([ZERO, ONE], [0, 1], 1, 1),
        ([PLUS, MINUS], [0, 1], 1, 0.5),
        ([ZERO, PLUS], [0, 1], (1 + HALF) / 2, 0.75),
        ([[0, 1, 0], [0, 0, 1]], [0, 1, 1], 1, 1),
        ([[0, 1, 0], [0, HALF, HALF]], [0, 1, 1], (1 + HALF) / 2, (1 + HALF) / 2),
        ([np.kron(PLUS, PLUS), np.kron(MINUS, PLUS)], [0, 1, 1, 2], 1, 0.75),
        ([ZERO, ONE, PLUS, MINUS], [0, 1], 0.5, 0.5),
    ],
)
def test_pairs_and_sets_with_known_optima(states, H, free, conserving):
    assert best_success(states, H, covariant=False).value == pytest.approx(free, abs=1e-6)
    assert best_success(states, H).value == pytest.approx(conserving, abs=1e-6)


def test_curves_against_the_angle():
    for theta in np.linspace(0, np.pi, 13):
        pair = [ZERO, [np.cos(theta), np.sin(theta)]]
        assert best_success(pair, [0, 1], covariant=False).value == pytest.approx((1 + abs(np.sin(theta))) / 2)
        assert best_success(pair, [0, 1]).value == pytest.approx((1 + np.sin(theta) ** 2) / 2)


def test_two_states_are_told_apart_as_their_dephased_versions_are():
    rng = np.random.default_rng(0)
    for _ in range(20):
        levels, prior = rng.integers(0, 3, 4), rng.uniform(0.1, 0.9)
        U = random_unitary(4, rng=rng)
        H, pair = (U * levels) @ U.conj().T, random_kets(2, 4, rng)
        expected = guess_probability(*(dephase(state, H) for state in pair), prior)
        assert best_success(pair, H, priors=[prior, 1 - prior]).value == pytest.approx(expected, abs=1e-9)


def test_program_agrees_with_the_closed_form_of_symmetric_states():
    """n kets on a circle of the Bloch sphere, equally likely: the best success is 2/n."""
    for n in (3, 5, 7):
        turns = np.exp(2j * np.pi * np.arange(n) / n)
        states = [np.array([1, turn]) * HALF for turn in turns]
        found = best_success(states, np.zeros(2))
        assert found.value == pytest.approx(2 / n, abs=1e-7) and found.bound == pytest.approx(2 / n, abs=1e-7)


def test_value_and_bound_enclose_the_optimum_and_the_measurement_is_one():
    rng = np.random.default_rng(1)
    for n, d in ((3, 3), (4, 3), (5, 4)):
        states, levels = random_kets(n, d, rng), np.array([0, 1, 1, 1])[:d]
        found = best_success(states, levels)
        assert 0 <= found.bound - found.value < 1e-6
        assert found.povm.sum(axis=0) == pytest.approx(np.eye(d), abs=1e-9)
        assert min(np.linalg.eigvalsh(M)[0] for M in found.povm) > -1e-12
        attained = np.mean([(s.conj() @ M @ s).real for s, M in zip(states, found.povm, strict=True)])
        assert attained == pytest.approx(found.value, abs=1e-12)
        H = np.diag(levels)
        assert max(np.abs(M @ H - H @ M).max() for M in found.povm) < 1e-12


def test_conservation_never_helps_and_costs_nothing_without_energies():
    rng = np.random.default_rng(2)
    for _ in range(10):
        states = random_kets(3, 3, rng)
        free = best_success(states, [0, 1, 1], covariant=False).value
        assert best_success(states, [0, 1, 1]).value <= free + 1e-7
        assert best_success(states, [2, 2, 2]).value == pytest.approx(free, abs=1e-7)


def test_waiting_separately_changes_no_incoherent_optimum():
    rng = np.random.default_rng(3)
    levels = np.array([0.0, 1.0, 1.0, 2.5])
    states = random_kets(3, 4, rng)
    later = [np.exp(-1j * levels * t) * state for t, state in zip((0.3, 1.7, 4.0), states, strict=True)]
    assert best_success(later, levels).value == pytest.approx(best_success(states, levels).value, abs=1e-7)


def test_success_with_a_ladder_is_its_closed_form_and_grows():
    for build, closed in (
        (uniform_ladder, lambda L: 1 / (2 * L)),
        (cosine_ladder, lambda L: (1 - np.cos(np.pi / (L + 1))) / 2),
    ):
        last = 0.0
        for L in (1, 2, 3, 5, 8, 16):
            success = best_success([PLUS, MINUS], [0, 1], reference=build(L)).value
            assert 1 - success == pytest.approx(closed(L), abs=1e-9)
            assert ladder_failure(build(L)) == pytest.approx(closed(L), abs=1e-12)
            assert success > last
            last = success


def test_arbitrary_amplitudes_and_none_beats_the_cosine():
    rng = np.random.default_rng(4)
    for _ in range(20):
        ladder = Reference(random_kets(1, 6, rng)[0])
        success = best_success([PLUS, MINUS], [0, 1], reference=ladder).value
        assert 1 - success == pytest.approx(ladder_failure(ladder), abs=1e-9)
        assert ladder_failure(ladder) >= ladder_failure(cosine_ladder(6)) - 1e-12


def test_a_ladder_out_of_step_is_of_no_use():
    assert best_success([PLUS, MINUS], [0, 1], reference=uniform_ladder(8, 0.7)).value == pytest.approx(0.5)


def test_a_ladder_with_room_is_a_catalyst_use_by_use_and_wears_out_as_a_whole():
    each, together = repeated_success(uniform_ladder(16), 12, padding=14).T
    assert each == pytest.approx(1 - 1 / 32, abs=1e-12)  # every use by itself is as good as the first
    assert (np.diff(together) < 0).all() and together[0] == pytest.approx(1 - 1 / 32)
    assert together[-1] > each[0] ** 12  # correlated: all succeed more often than if independent
    bounded = repeated_success(uniform_ladder(16), 12)[:, 0]
    assert bounded[0] == pytest.approx(1 - 1 / 32) and (np.diff(bounded) < 0).all()


def test_joint_success_is_a_mixture_over_phases():
    """On a long ladder each use succeeds with cos²(θ/2), θ distributed as the ladder's phase."""
    L, uses = 8, 6
    theta = np.linspace(-np.pi, np.pi, 4001)[:-1]
    density = np.abs(np.exp(1j * np.outer(theta, np.arange(L))).sum(axis=1)) ** 2 / L
    expected = [(density * np.cos(theta / 2) ** (2 * k)).mean() for k in range(1, uses + 1)]
    assert repeated_success(uniform_ladder(L), uses, padding=8)[:, 1] == pytest.approx(expected, abs=1e-12)


def test_short_levels_lower_the_bound():
    states = [[0, 1, 0], [0, 0, 1]]
    assert success_bound(states, [0, 1, 1], [1, 1]).value == pytest.approx(0.5, abs=1e-7)
    assert success_bound(states, [0, 1, 1], [1, 1], [0, 0]).value == pytest.approx(1.0, abs=1e-7)
    assert success_bound(states, [0, 1, 1], [3, 3]).bound == pytest.approx(0.0, abs=1e-9)


def test_priors_must_fit():
    with pytest.raises(ValueError, match=r"priors must be probabilities of shape \(2,\)"):
        best_success([ZERO, ONE], [0, 1], priors=[1.0])
    with pytest.raises(ValueError, match="priors must be probabilities"):
        best_success([ZERO, ONE], [0, 1], priors=[0.5, 0.6])


@pytest.mark.parametrize("unit", [1e-21, 1e-300, 1.0, 1e12])
@pytest.mark.parametrize("amounts", [None, [0, 1], [0, 1e-30]])
def test_the_unit_of_energy_does_not_matter(unit, amounts):
    """Which amounts are equal is all that counts, so their size says nothing about which energies are."""
    for levels, expected in (([0, 1], 0.5), ([1, 1], 1.0), ([0, 1 + 1e-12], 0.5)):
        success = best_success([PLUS, MINUS], unit * np.array(levels), amounts=amounts)
        assert success.value == pytest.approx(expected, abs=1e-9)
    ladder = uniform_ladder(4, unit)
    assert best_success([PLUS, MINUS], [0, unit], reference=ladder).value == pytest.approx(7 / 8, abs=1e-9)


def test_priors_and_amounts_are_named():
    """Three functions take states and H by place; what comes third differs, so best_success asks for its name."""
    with pytest.raises(TypeError, match="positional"):
        best_success([ZERO, ONE], [0, 1], [0.5, 0.5])
    with pytest.raises(TypeError, match="positional"):
        success_bound([ZERO, ONE], [0, 1], [0, 1], None, None, [0.5, 0.5])
    bound = success_bound([PLUS, MINUS], [0, 1], [0, 1], priors=[0.9, 0.1])
    assert bound.value == pytest.approx(best_success([PLUS, MINUS], [0, 1], priors=[0.9, 0.1]).value, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.eye(2) / 2, np.diag([1.0, 0.0]), 3), "prior"),
        ((5 * np.eye(2), np.diag([1.0, 0.0])), "rho"),
        ((np.eye(2) / 2, np.full((2, 2), np.nan)), "sigma"),
        ((np.eye(2) / 2, np.eye(3) / 3), "one dimension"),
    ],
)
def test_helstrom_refuses_what_is_no_question(arguments, message):
    with pytest.raises(ValueError, match=message):
        helstrom(*arguments)
