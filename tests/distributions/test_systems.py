"""Systems of many variables: their closed forms by three routes, golden values and invariances."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from szilard.distributions.discrete import copies, discrete_o_information, independent_bits, majority, parity, xor
from szilard.distributions.systems import GaussianSystem, combine, gaussian_o_information, mixed, redundant, synergistic

# computed independently, values per scalar coordinate: (TC, DTC, Omega)
GOLDEN = [
    (redundant(3, 0.6), (0.522062, 0.374693, 0.147369)),
    (synergistic(3, 0.6), (0.569717, 0.693635, -0.123918)),
    (combine(redundant(3, 0.3), redundant(3, 0.3), redundant(4, 0.3)), (0.4574, 0.3593, 0.0981)),
    (combine(synergistic(3, 0.5), synergistic(3, 0.5), synergistic(4, 0.5)), (1.3274, 1.5445, -0.2171)),
]


def log_det(cov, kept):
    return np.linalg.slogdet(cov[np.ix_(kept, kept)])[1] if len(kept) else 0.0


def total_correlation(cov, groups):
    return 0.5 * (sum(log_det(cov, g) for g in groups) - log_det(cov, [i for g in groups for i in g]))


def groups_of(dims):
    edges = np.cumsum([0, *dims])
    return [list(range(low, high)) for low, high in zip(edges, edges[1:], strict=False)]


def random_law(seed, dims):
    factor = np.random.default_rng(seed).normal(size=(sum(dims), 2 * sum(dims)))
    return factor @ factor.T


@pytest.mark.parametrize(("system", "expected"), GOLDEN, ids=lambda x: getattr(x, "name", ""))
def test_golden_values(system, expected):
    found = system.o_information
    digits = 1e-6 if len(system.dims) == 3 else 1e-4
    assert [float(found.tc), float(found.dtc), float(found.omega)] == pytest.approx(expected, abs=digits)


def test_s_of_the_published_redundant_and_synergistic_systems():
    assert float(redundant(3, 0.6).o_information.s) == pytest.approx(0.896756, abs=1e-6)
    assert float(synergistic(3, 0.6).o_information.s) == pytest.approx(1.263352, abs=1e-6)


@pytest.mark.parametrize(("rho", "omega"), [(0.1, -0.1922), (0.4, -0.0278), (0.5, 0.1119), (0.7, 0.6321)])
def test_mixed_system_changes_sign(rho, omega):
    assert float(mixed(0, rho).o_information.omega) == pytest.approx(omega, abs=1e-4)


def test_closed_forms_of_the_redundant_block():
    n, rho = 5, 0.4
    det = (1 - rho) ** (n - 1) * (1 + (n - 1) * rho)
    diagonal = (1 + (n - 2) * rho) / ((1 - rho) * (1 + (n - 1) * rho))
    found = redundant(n, rho).o_information
    assert float(found.tc) == pytest.approx(-0.5 * np.log(det), abs=1e-12)
    assert float(found.dtc) == pytest.approx(0.5 * (np.log(det) + n * np.log(diagonal)), abs=1e-12)


def test_gradients_of_the_published_setting():
    found = combine(redundant(3, 0.7), synergistic(3, 0.7), redundant(4, 0.7)).o_information
    expected = [0.2438] * 3 + [-0.1962] * 3 + [0.3407] * 4
    assert [float(each) for each in found.gradients] == pytest.approx(expected, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 3), min_size=2, max_size=5))
def test_three_routes_agree(seed, dims):
    """Precision blocks, conditional entropies, and total correlations of the systems without one variable."""
    cov, groups, n = random_law(seed, dims), groups_of(dims), len(dims)
    found = gaussian_o_information(cov, dims)
    everything = [i for g in groups for i in g]
    rests = [[i for other in groups if other is not g for i in other] for g in groups]
    by_entropy = 0.5 * (log_det(cov, everything) - sum(log_det(cov, everything) - log_det(cov, rest) for rest in rests))
    tcs = [total_correlation(cov, [g for g in groups if g is not left]) for left in groups]
    tc = total_correlation(cov, groups)
    assert float(found.tc) == pytest.approx(tc, abs=1e-10)
    assert float(found.dtc) == pytest.approx(by_entropy, abs=1e-10)
    assert float(found.dtc) == pytest.approx((n - 1) * tc - sum(tcs), abs=1e-10)
    assert float(found.omega) == pytest.approx((2 - n) * tc + sum(tcs), abs=1e-10)
    assert float(found.tc) <= (n - 1) * float(found.dtc) + 1e-10
    assert float(found.dtc) <= (n - 1) * float(found.tc) + 1e-10


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_gradients_by_both_routes(seed):
    dims = (1, 2, 1, 1)
    cov, groups = random_law(seed, dims), groups_of(dims)

    def information(a, b):
        return 0.5 * (log_det(cov, a) + log_det(cov, b) - log_det(cov, a + b))

    for i, gradient in enumerate(gaussian_o_information(cov, dims).gradients):
        others = [j for j in range(4) if j != i]
        rest = [c for j in others for c in groups[j]]
        pairs = [information(groups[i], [c for j in others if j != k for c in groups[j]]) for k in others]
        expected = (2 - 4) * information(groups[i], rest) + sum(pairs)
        assert float(gradient) == pytest.approx(expected, abs=1e-10)


def test_two_variables_have_no_o_information_and_blocks_add_up():
    pair = redundant(2, 0.6).o_information
    assert float(pair.omega) == pytest.approx(0, abs=1e-12)
    assert float(pair.tc) == pytest.approx(-0.5 * np.log(1 - 0.36), abs=1e-12)
    parts, whole = (redundant(3, 0.6), synergistic(4, 0.3)), combine(redundant(3, 0.6), synergistic(4, 0.3))
    assert float(whole.o_information.omega) == pytest.approx(
        sum(float(each.o_information.omega) for each in parts), abs=1e-12
    )
    assert float(redundant(3, 0.6, d=5).o_information.tc) == pytest.approx(5 * 0.522062, abs=1e-5)


def test_singular_systems_are_infinite_and_say_so():
    copied = gaussian_o_information(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]]), (1, 1, 1))
    added = gaussian_o_information(np.array([[1, 0, 1], [0, 1, 1], [1, 1, 2.0]]), (1, 1, 1))
    for found in (copied, added):
        assert np.isinf(float(found.tc)) and np.isnan(float(found.omega)) and "singular" in found.warnings[0]


@pytest.mark.parametrize(("noise", "digits"), [(1e-3, 1e-8), (1e-6, 1e-3)])
def test_little_noise_leaves_finite_information(noise, digits):
    """x, y and x + y + noise: TC = ½ ln(1 + 2/noise²), 14.16 nats for 1e-6, in the digits that the covariance has."""
    cov = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 2 + noise**2]])
    found = gaussian_o_information(cov, (1, 1, 1))
    assert float(found.tc) == pytest.approx(0.5 * np.log1p(2 / noise**2), abs=digits) and not found.warnings
    assert float(found.dtc) == pytest.approx(np.log1p(1 / noise**2), abs=3 * digits)


@pytest.mark.parametrize("unit", [1e-100, 1e-20, 1e20, 1e100])
def test_any_units_are_taken_and_do_not_matter(unit):
    law, scale = redundant(3, 0.6), np.array([unit, 1.0, 1 / unit])
    moved = GaussianSystem(law.cov * np.outer(scale, scale), law.dims)
    assert float(moved.o_information.omega) == pytest.approx(float(law.o_information.omega), abs=1e-12)
    for mine, theirs, factor in zip(law.sample(50, rng=1), moved.sample(50, rng=1), scale, strict=True):
        np.testing.assert_allclose(theirs, mine * factor, rtol=1e-9)


@pytest.mark.parametrize("transform", [None, "half-cube", "cdf"])
def test_samples_follow_the_law(transform):
    system = combine(redundant(3, 0.5, d=2), synergistic(3, 0.7, d=2))
    seen = system if transform is None else system.transformed(transform)
    parts = seen.sample(40_000, rng=1)
    assert [part.shape for part in parts] == [(40_000, 2)] * 6
    joint = np.hstack(parts)
    assert joint.mean(0) == pytest.approx(np.zeros(12), abs=0.03)
    assert joint.std(0) == pytest.approx(np.ones(12), abs=0.03)
    if transform is None:
        assert np.cov(joint.T) == pytest.approx(system.cov, abs=0.03)
    if transform == "cdf":
        assert kstest(joint[:, 0] / np.sqrt(12) + 0.5, "uniform").pvalue > 1e-4
    if transform == "half-cube":
        back = np.sign(joint[:, 0]) * np.abs(joint[:, 0] * np.sqrt(2 * np.sqrt(2 / np.pi))) ** (2 / 3)
        assert kstest(back, norm.cdf).pvalue > 1e-4
    assert float(seen.o_information.omega) == float(system.o_information.omega)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: redundant(3, 1.0), "rho must"),
        (lambda: synergistic(2, 0.3), "n must"),
        (lambda: mixed(3, 0.3), "setting must"),
        (lambda: combine(), "at least one"),
        (lambda: redundant(3, 0.3).transformed("square"), "transform must"),
        (lambda: GaussianSystem(np.eye(3), (1, 1)), "add up to 3"),
        (lambda: gaussian_o_information(np.eye(2), (2,)), "at least two"),
        (lambda: gaussian_o_information(np.ones((3, 3)), (2, 1)), "within each variable"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("system", "tc", "dtc"),
    [(xor(), 1, 2), (copies(3), 2, 1), (parity(5), 1, 4), (copies(5), 4, 1), (independent_bits(4), 0, 0)],
    ids=lambda x: getattr(x, "name", ""),
)
def test_discrete_zoo_in_bits(system, tc, dtc):
    found = system.o_information.to("bits")
    assert [found.tc.value, found.dtc.value, found.omega.value] == pytest.approx([tc, dtc, tc - dtc], abs=1e-12)


def test_gradients_of_a_discrete_law_are_what_leaving_out_costs():
    p = majority(3).probabilities
    found = discrete_o_information(p)
    for i, gradient in enumerate(found.gradients):
        rest = discrete_o_information(p.sum(axis=i))
        assert float(gradient) == pytest.approx(float(found.omega) - float(rest.omega), abs=1e-12)
    assert float(found.omega) == pytest.approx(brute_force_omega(p), abs=1e-12)


def brute_force_omega(p):
    """Ω = (N − 2) H(X) + Σ [H(X_i) − H(X without i)], entropies by a plain loop."""

    def entropy(kept):
        marginal = p.sum(axis=tuple(i for i in range(p.ndim) if i not in kept))
        return -sum(v * np.log(v) for v in marginal.ravel() if v > 0)

    n = p.ndim
    rests = list(combinations(range(n), n - 1))[::-1]
    return (n - 2) * entropy(range(n)) + sum(entropy((i,)) - entropy(rests[i]) for i in range(n))


def test_discrete_samples_obey_the_rule():
    a, b, c = xor().sample(500, rng=3)
    assert ((a ^ b) == c).all() and 150 < a.sum() < 350


@pytest.mark.parametrize("p", [[0.5, 0.5], [[0.5, 0.6]], [[-0.1, 1.1]], [[np.nan, 1.0]]])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="probabilities must"):
        discrete_o_information(np.array(p))


def test_majority_needs_an_odd_number():
    with pytest.raises(ValueError, match="odd"):
        majority(4)
