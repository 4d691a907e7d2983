"""Normal laws: determinants, moments, and constructors that take the information."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.distributions import Gaussian, correlation_from_information, dense, normal_pair, sparse, stacked_pair
from szilard.testing.strategies import gaussians

SIGMAS = 4.0


def assert_sample_covariance(law, n=40_000, rng=1):
    """Every entry of the sample covariance within four standard errors of the law's."""
    both = np.hstack(law.sample(n, rng=rng))
    variances = np.diag(law.cov)
    error = np.sqrt((law.cov**2 + np.outer(variances, variances)) / n)
    assert np.all(np.abs(both.T @ both / n - law.cov) < SIGMAS * error)
    assert np.all(np.abs(both.mean(axis=0)) < SIGMAS * np.sqrt(variances / n))


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.5, 0.75])
def test_normal_pair_has_the_textbook_information(rho):
    assert normal_pair(rho).mutual_information == pytest.approx(-0.5 * math.log(1 - rho**2), abs=1e-14)


def test_information_of_independent_blocks_is_zero_and_not_negative():
    assert Gaussian(np.diag([1.0, 2.0, 3.0]), (1, 2)).mutual_information == 0.0


def test_information_equals_the_sum_over_canonical_correlations():
    factor = np.random.default_rng(3).standard_normal((5, 5))
    law = Gaussian(factor @ factor.T, (2, 3))
    cov_x, cov_y = law.blocks
    cross = law.cov[:2, 2:]
    squared = np.linalg.eigvals(np.linalg.solve(cov_x, cross) @ np.linalg.solve(cov_y, cross.T)).real
    assert law.mutual_information == pytest.approx(-0.5 * np.log1p(-squared).sum(), rel=1e-10)


@pytest.mark.parametrize(
    "law",
    [
        normal_pair(-0.6),
        dense(2, 3, correlation=0.5),
        sparse(3, 4, pairs=2, strength=2.0),
        Gaussian([[4.0, 1.0, 0.5], [1.0, 2.0, -0.3], [0.5, -0.3, 0.1 + 0.5]], (1, 2)),
    ],
)
def test_samples_have_the_covariance_asked_for(law):
    assert_sample_covariance(law)


@given(gaussians())
def test_information_is_unchanged_by_linear_maps_of_one_side(law):
    dx = law.dims[0]
    scale = np.diag([2.5] * dx + [1.0] * law.dims[1])
    scale[:dx, :dx] += np.tril(np.ones((dx, dx)), -1)
    moved = Gaussian(scale @ law.cov @ scale.T, law.dims)
    assert moved.mutual_information == pytest.approx(law.mutual_information, abs=1e-8)


@pytest.mark.parametrize("unit", [1e-100, 1e-20, 1e20, 1e100])
def test_any_units_are_taken_and_do_not_matter(unit):
    """One coordinate in another unit, or all: the same information, samples in that unit, the same pointwise value."""
    law = Gaussian([[2.0, 0.7, 0.1], [0.7, 1.0, -0.2], [0.1, -0.2, 0.5]], (2, 1))
    for scale in (np.array([unit, 1.0, 1.0]), np.full(3, unit), np.array([1.0, unit, 1 / unit])):
        moved = Gaussian(law.cov * np.outer(scale, scale), law.dims)
        assert moved.mutual_information == pytest.approx(law.mutual_information, abs=1e-12)
        (x, y), (u, v) = law.sample(50, rng=1), moved.sample(50, rng=1)
        np.testing.assert_allclose(np.hstack([u, v]), np.hstack([x, y]) * scale, rtol=1e-9)
        pointwise = law.pointwise_mutual_information(x, y)
        np.testing.assert_allclose(moved.pointwise_mutual_information(u, v), pointwise, atol=1e-9)


@given(gaussians())
def test_two_copies_hold_twice_the_information(law):
    assert stacked_pair(law).mutual_information == pytest.approx(2 * law.mutual_information, abs=1e-9)


@given(st.floats(1e-4, 9.0))
def test_constructors_hold_the_information_asked_for(nats):
    for law in (
        normal_pair(mutual_information=nats),
        dense(3, 2, mutual_information=nats),
        sparse(3, 2, pairs=2, mutual_information=nats),
    ):
        assert law.mutual_information == pytest.approx(nats, rel=1e-6, abs=1e-9)


def test_correlation_from_information_inverts_the_formula():
    assert correlation_from_information(-0.5 * math.log(1 - 0.75**2)) == pytest.approx(0.75, abs=1e-14)


def test_sparse_pairs_correlate_by_the_latent_share():
    law = sparse(4, 3, pairs=2, strength=2.0)
    expected = np.zeros((4, 3))
    expected[0, 0] = expected[1, 1] = 0.8
    np.testing.assert_allclose(law.cov[:4, 4:], expected, atol=1e-15)
    np.testing.assert_allclose(np.diag(law.cov), 1.0)


def test_pointwise_information_is_the_log_ratio_of_densities():
    from scipy.stats import multivariate_normal as normal

    law = Gaussian([[2.0, 0.7, 0.1], [0.7, 1.0, -0.2], [0.1, -0.2, 0.5]], (2, 1))
    x, y = law.sample(20, rng=0)
    cov_x, cov_y = law.blocks
    expected = normal(cov=law.cov).logpdf(np.hstack([x, y])) - normal(cov=cov_x).logpdf(x) - normal(cov=cov_y).logpdf(y)
    np.testing.assert_allclose(law.pointwise_mutual_information(x, y), expected, atol=1e-12)


def test_equal_settings_are_equal_laws_and_the_covariance_is_read_only():
    given_cov = np.array([[1.0, 0.5], [0.5, 1.0]])
    law = Gaussian(given_cov, (1, 1))
    given_cov[0, 1] = 0.0
    assert law.cov[0, 1] == 0.5
    assert law == Gaussian([[1.0, 0.5], [0.5, 1.0]], (1, 1)) != normal_pair(0.4)
    assert len({law, Gaussian([[1.0, 0.5], [0.5, 1.0]], (1, 1))}) == 1
    with pytest.raises(ValueError, match="read-only"):
        law.cov[0, 0] = 2.0


@given(st.one_of(st.floats(max_value=-1.0), st.floats(min_value=1.0), st.just(math.nan), st.text(), st.booleans()))
def test_correlations_outside_the_interval_are_refused(rho):
    with pytest.raises(ValueError, match=r"^rho must lie strictly between -1 and 1; got .*"):
        normal_pair(rho)


@given(st.one_of(st.floats(max_value=0.0), st.floats(min_value=10.01), st.just(math.nan), st.text()))
def test_information_a_float64_correlation_cannot_hold_is_refused(nats):
    for build in (normal_pair, lambda **k: dense(2, 2, **k), lambda **k: sparse(2, 2, pairs=1, **k)):
        with pytest.raises(ValueError, match="^mutual_information must "):
            build(mutual_information=nats)


@pytest.mark.parametrize(
    ("cov", "dims", "complaint"),
    [
        ([[1.0, 2.0], [2.0, 1.0]], (1, 1), "cov must be positive definite"),
        ([[1.0, 0.5], [0.0, 1.0]], (1, 1), "cov must be symmetric"),
        ([[1.0, 0.0]], (1, 1), "cov must be square"),
        ([[1.0, math.nan], [math.nan, 1.0]], (1, 1), "cov must be finite"),
        (np.eye(3), (1, 1), "dims must add up"),
        (np.eye(3), (1, 1, 1), "dims must hold two"),
        (np.eye(2), (0, 2), "dims must be an integer"),
        (np.eye(2), 2, "dims must hold two"),
    ],
)
def test_impossible_covariances_and_dimensions_are_refused(cov, dims, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        Gaussian(cov, dims)
    assert "\n" not in str(caught.value)


def test_constructors_refuse_contradictory_settings():
    with pytest.raises(ValueError, match="exactly one of rho and mutual_information"):
        normal_pair()
    with pytest.raises(ValueError, match="exactly one of correlation and mutual_information"):
        dense(2, 2, 0.5, mutual_information=1.0)
    with pytest.raises(ValueError, match="correlation must lie strictly between -0.333333 and 1"):
        dense(2, 2, -0.4)
    with pytest.raises(ValueError, match="pairs must be at most"):
        sparse(2, 5, pairs=3, strength=1.0)
    with pytest.raises(ValueError, match="x must have 1 columns; got 2"):
        normal_pair(0.5).pointwise_mutual_information(np.ones((3, 2)), np.ones((3, 1)))
