"""Landauer as an equality for random unitaries, and the price of the precision of a walk and of a ring."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.thermodynamics import (
    Ring,
    random_state,
    random_unitary,
    reeb_wolf,
    thermal_state,
    tur_ratio,
    von_neumann,
    walk,
)

SWAP = np.eye(4)[[0, 2, 1, 3]]
SEEDS = st.integers(0, 2**30)


# --- quantum erasure


@given(st.sampled_from([(2, 2), (2, 4), (3, 5), (1, 3)]), st.floats(0.01, 5.0), SEEDS)
def test_the_equality_holds_for_every_unitary(sizes, beta, seed):
    d, r = sizes
    rng = np.random.default_rng(seed)
    spectrum = rng.standard_normal((r, r)) + 1j * rng.standard_normal((r, r))
    hamiltonian = spectrum + spectrum.conj().T
    found = reeb_wolf(random_state(d, rng=rng), hamiltonian, beta, random_unitary(d * r, rng=rng))
    assert abs(found.residual) < 1e-10
    assert found.mutual_information > -1e-10 and found.divergence > -1e-10 and found.excess > -1e-10


def test_exchanging_with_a_cold_qubit_erases():
    """A swap leaves no correlation: the heat is the energy the reservoir takes, ΔS the entropy it takes."""
    gap, beta = 2.0, 1.5
    found = reeb_wolf(np.eye(2) / 2, np.diag([0.0, gap]), beta, SWAP)
    p = 1 / (1 + math.exp(beta * gap))
    h = -p * math.log(p) - (1 - p) * math.log(1 - p)
    assert found.heat == pytest.approx(beta * gap * (0.5 - p), abs=1e-12)
    assert found.entropy_decrease == pytest.approx(math.log(2) - h, abs=1e-12)
    assert found.mutual_information == pytest.approx(0.0, abs=1e-12)


def test_doing_nothing_costs_nothing():
    found = reeb_wolf(random_state(2), np.diag([0.0, 1.0, 3.0]), 1.0, np.eye(6))
    assert [found.heat, found.entropy_decrease, found.divergence] == pytest.approx([0, 0, 0], abs=1e-12)


def logarithm(a: np.ndarray) -> np.ndarray:
    """ln A as the integral of (A - 1)(1 + t(A - 1))^{-1} over t from 0 to 1: no eigenvalues."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    one = np.eye(len(a))
    terms = [w * np.linalg.solve(one + (t + 1) / 2 * (a - one), a - one) for t, w in zip(nodes, weights, strict=True)]
    return sum(terms) / 2


def test_terms_agree_with_the_matrix_logarithm():
    rng = np.random.default_rng(8)
    rho, energies = random_state(2, rng=rng), np.diag([0.0, 0.4, 1.1])
    unitary = random_unitary(6, rng=rng)
    found = reeb_wolf(rho, energies, 1.0, unitary)
    joint = unitary @ np.kron(rho, thermal_state(energies, 1.0)) @ unitary.conj().T
    reservoir = joint.reshape(2, 3, 2, 3).trace(axis1=0, axis2=2)
    relative = np.trace(reservoir @ (logarithm(reservoir) - logarithm(thermal_state(energies, 1.0)))).real
    assert found.divergence == pytest.approx(relative, abs=1e-10)
    assert von_neumann(rho) == pytest.approx(-np.trace(rho @ logarithm(rho)).real, abs=1e-10)


def test_units_cancel():
    """In joules at 300 K, with a gap of microwaves, the same numbers as in units of one."""
    joule = 1e-23
    plain = reeb_wolf(np.eye(2) / 2, np.diag([0.0, 1.0]), 1.0, SWAP)
    physical = reeb_wolf(np.eye(2) / 2, np.diag([0.0, joule]), 1 / joule, SWAP)
    assert physical.heat == pytest.approx(plain.heat, rel=1e-12)


@given(st.integers(1, 8), SEEDS)
def test_random_matrices_are_what_they_say(d, seed):
    unitary, rho = random_unitary(d, rng=seed), random_state(d, rng=seed)
    np.testing.assert_allclose(unitary @ unitary.conj().T, np.eye(d), atol=1e-12)
    assert np.trace(rho).real == pytest.approx(1.0) and np.linalg.eigvalsh(rho)[0] > -1e-12


def test_random_unitaries_have_haar_phases():
    """The mean of |Tr U|² is 1 for Haar's measure; without the correction of phases it is not."""
    traces = [abs(np.trace(random_unitary(4, rng=seed))) ** 2 for seed in range(4000)]
    assert np.mean(traces) == pytest.approx(1.0, abs=4 / math.sqrt(4000))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.eye(2), np.eye(2), 1.0, np.eye(4)), "density matrix"),
        ((np.diag([1.5, -0.5]), np.eye(2), 1.0, np.eye(4)), "density matrix"),
        ((np.eye(2) / 2, [[0, 1], [0, 0]], 1.0, np.eye(4)), "Hermitian"),
        ((np.eye(2) / 2, np.eye(2), 0.0, np.eye(4)), "beta"),
        ((np.eye(2) / 2, np.eye(2), 1.0, 2 * np.eye(4)), "unitary"),
        ((np.eye(2) / 2, np.eye(2), 1.0, np.eye(5)), "shape"),
        ((np.ones((2, 3)), np.eye(2), 1.0, np.eye(4)), "square"),
    ],
)
def test_what_is_not_a_state_or_a_unitary_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        reeb_wolf(*arguments)


# --- currents


@pytest.mark.parametrize(("forward", "backward", "exact"), [(2.0, 1.0, 2.0794415), (3.0, 1.0, 2.1972246)])
def test_a_walk_pays_what_the_formula_says(forward, backward, exact):
    runs = walk(forward, backward, 30.0, 100_000, rng=1)
    produced = 30.0 * (forward - backward) * math.log(forward / backward)
    assert tur_ratio(runs, produced) == pytest.approx(exact, rel=0.03)
    assert Ring([forward] * 3, [backward] * 3).ratio == pytest.approx(exact, abs=5e-8)


@given(st.lists(st.floats(0.05, 20.0), min_size=3, max_size=6), SEEDS)
def test_no_ring_beats_the_bound(forward, seed):
    ring = Ring(forward, np.random.default_rng(seed).uniform(0.05, 20.0, len(forward)))
    assert ring.steady.sum() == pytest.approx(1.0) and (ring.steady > 0).all()
    assert ring.entropy_rate >= -1e-12 and ring.ratio >= 2 - 1e-6


def test_current_and_dispersion_are_slope_and_curvature_of_the_largest_eigenvalue():
    up, down, h = np.array([2.0, 0.5, 1.0, 3.0]), np.array([1.0, 0.2, 2.0, 0.4]), 1e-4
    ring = Ring(up, down)

    def generator(s):
        matrix = np.diag(-up - down)
        for i in range(4):
            matrix[(i + 1) % 4, i] += up[i] * math.exp(s)
            matrix[(i - 1) % 4, i] += down[i] * math.exp(-s)
        return matrix

    below, at, above = (np.linalg.eigvals(generator(s)).real.max() for s in (-h, 0.0, h))
    assert np.abs(generator(0.0) @ ring.steady).max() < 1e-14
    assert ring.current == pytest.approx((above - below) / (2 * h), rel=1e-6)
    assert ring.dispersion == pytest.approx((above + below - 2 * at) / h**2, rel=1e-5)


def test_entropy_of_a_ring_is_that_of_its_links():
    """Flows times their forces, summed over the links; and a ring in equilibrium is the limit of those near it."""
    up, down = np.array([2.0, 0.5, 1.0, 3.0]), np.array([1.0, 0.2, 2.0, 0.4])
    ring = Ring(up, down)
    ahead, back = ring.steady * up, np.roll(ring.steady * down, -1)
    assert ring.entropy_rate == pytest.approx(float((ahead - back) @ np.log(ahead / back)), rel=1e-12)
    assert ring.ratio == pytest.approx(ring.entropy_rate * ring.dispersion / ring.current**2, rel=1e-12)
    assert Ring([1.0, 2.0, 4.0], [2.0, 4.0, 1.0]).ratio == 2.0
    assert Ring([1.0 + 1e-5, 2.0, 4.0], [2.0, 4.0, 1.0]).ratio == pytest.approx(2.0, abs=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Ring([1.0, 1.0], [1.0, 1.0]), "n ≥ 3"),
        (lambda: Ring([1.0, 1.0, 0.0], [1.0, 1.0, 1.0]), "rates > 0"),
        (lambda: Ring([1.0, 1.0, 1.0], [1.0] * 4), "n ≥ 3"),
        (lambda: tur_ratio([1.0], 1.0), "n ≥ 2"),
        (lambda: tur_ratio([1.0, -1.0], 1.0), "mean other than 0"),
        (lambda: tur_ratio([1.0, 2.0], 0.0), "entropy_production"),
        (lambda: walk(0.0, 1.0, 1.0, 5), "forward"),
    ],
)
def test_bad_currents_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
