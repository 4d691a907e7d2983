"""Gaussian and Gaussian-copula estimates against determinants, closed forms and the exact bias."""

import math

import numpy as np
import pytest

from szilard.estimators import GaussianCopula, GaussianMI
from szilard.rng import spawn
from szilard.testing.estimators import gaussian_pair


def test_value_is_the_ratio_of_determinants():
    rng = np.random.default_rng(0)
    plain, x = GaussianMI(correct_bias=False), rng.standard_t(3, size=(200, 3)) * [1, 1e3, 1e-3]
    y = x @ rng.normal(size=(3, 4)) / 1e3 + rng.normal(size=(200, 4))
    cov = np.corrcoef(np.hstack([x, y]).T)
    log = [np.linalg.slogdet(block)[1] for block in (cov[:3, :3], cov[3:, 3:], cov)]
    assert plain.mutual_information(x, y).nats == pytest.approx((log[0] + log[1] - log[2]) / 2, abs=1e-10)


@pytest.mark.parametrize("d", [1, 5])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.99])
def test_bias_correction_centres_the_estimate(d, rho):
    truth, values, plain = -0.5 * d * math.log1p(-(rho**2)), [], []
    for stream in spawn(0, 400):
        u, v = stream.normal(size=(2, 30, d))
        y = rho * u + math.sqrt(1 - rho**2) * v
        values.append(GaussianMI().mutual_information(u, y).nats)
        plain.append(GaussianMI(correct_bias=False).mutual_information(u, y).nats)
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values) - truth) < 4 * error
    if d == 5:  # and without it the bias is visible
        assert np.mean(plain) - truth > 4 * error


def test_any_invertible_linear_map_leaves_the_value():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    y = x + rng.normal(size=(300, 3))
    before = GaussianMI().mutual_information(x, y)
    after = GaussianMI().mutual_information(x @ rng.normal(size=(3, 3)) + 5, y @ rng.normal(size=(3, 3)))
    assert after.nats == pytest.approx(before.nats, abs=1e-9)
    np.testing.assert_allclose(
        after.diagnostics["canonical_correlations"], before.diagnostics["canonical_correlations"], atol=1e-9
    )


def test_copula_sees_through_monotone_maps_where_the_gaussian_does_not():
    x, y = gaussian_pair(5000, 0.8)
    truth = -0.5 * math.log1p(-0.64)
    assert GaussianCopula().mutual_information(np.exp(3 * x), y**5).agrees_with(truth, sigmas=4)
    assert GaussianMI().mutual_information(np.exp(3 * x), y**5).nats < truth / 2


def test_copula_announces_ties():
    x, y = gaussian_pair(300, 0.8)
    assert any("repeat values" in s for s in GaussianCopula().mutual_information(x.round(1), y).warnings)
    assert not GaussianCopula().mutual_information(x, y).warnings


@pytest.mark.parametrize("map_of", [lambda x: 2 * x + 1, lambda x: 0.3 * x + 0.7, lambda x: -1e-7 * x])
@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_linear_dependence_between_x_and_y_is_infinite_information(map_of, shift):
    x = gaussian_pair(100, 0.0)[0] + shift  # whose rounding hides a million times more
    estimate = GaussianMI().mutual_information(x, map_of(x))
    assert estimate.nats == math.inf and math.isnan(estimate.stderr)
    assert "precision of float64" in estimate.warnings[0] and "infinite" in estimate.warnings[0]


@pytest.mark.parametrize("noise", [1e-2, 1e-5, 1e-6, 1e-8, 1e-10])
def test_near_determinism_keeps_the_value_that_float64_resolves(noise):
    x, z = gaussian_pair(2000, 0.0)
    estimate = GaussianMI().mutual_information(x, x + noise * z)
    assert estimate.agrees_with(0.5 * math.log1p(noise**-2), sigmas=4) and estimate.stderr < 0.03
    assert not estimate.warnings


def test_small_angles_add_up_whatever_their_sizes():
    """Two directions of y that x all but fixes, unequally, under invertible maps of both sides."""
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(2, 3000, 2))
    y = x + z * [1e-7, 1e-3]
    estimate = GaussianMI().mutual_information(x @ [[1, 2], [0, 1]], y @ [[3, 1], [1, 1]])
    assert estimate.agrees_with(10 * math.log(10), sigmas=4)
    assert estimate.nats == pytest.approx(GaussianMI().mutual_information(x, y).nats, abs=1e-6)


@pytest.mark.parametrize("n", [6, 20])
def test_equal_ranks_say_what_so_few_samples_tell(n):
    x = np.arange(n) + 0.5 * np.random.default_rng(0).uniform(size=n)
    estimate = GaussianCopula().mutual_information(x, np.arange(n) ** 2.0)
    assert estimate.nats == math.inf
    assert f"{n} samples cannot tell infinite information from any above about ln n" in estimate.warnings[0]


@pytest.mark.parametrize(("n", "d"), [(62, 30), (60, 20), (100, 45)])
@pytest.mark.parametrize("kind", [GaussianMI, GaussianCopula])
def test_nearly_as_many_columns_as_samples_are_corrected_and_doubted(kind, n, d):
    """Independent columns: without the correction 6 to 22 nats, and an error that the spread does not exceed."""
    found = [kind().mutual_information(*stream.normal(size=(2, n, d))) for stream in spawn(0, 40)]
    values = np.array([each.nats for each in found])
    assert abs(values.mean()) < 4 * values.std(ddof=1) / math.sqrt(40)
    assert 0.5 < np.mean([each.stderr for each in found]) / values.std(ddof=1) < 2
    assert all(f"{n} samples of {2 * d} columns" in each.warnings[0] for each in found)
    plain = kind(correct_bias=False).mutual_information(*np.random.default_rng(0).normal(size=(2, n, d)))
    assert plain.nats > 5 and "set correct_bias=True" in plain.warnings[0]


def test_enough_samples_are_not_doubted():
    rng = np.random.default_rng(0)
    assert not GaussianMI().mutual_information(*rng.normal(size=(2, 120, 20))).warnings
    assert not GaussianMI(correct_bias=False).mutual_information(*rng.normal(size=(2, 400, 1))).warnings


def test_the_variance_at_independence_is_that_of_wilks_lambda():
    from szilard.estimators.gaussian import _variance

    assert _variance(62, 20, 7) == pytest.approx(_variance(62, 7, 20), rel=1e-12)
    assert _variance(100_000, 3, 5) == pytest.approx(15 / (2 * 100_000**2), rel=1e-3)


@pytest.mark.parametrize("spoil", [lambda x: np.r_[x[:-1], [[1e6]]], lambda x: np.exp(3 * x)], ids=["outlier", "tail"])
def test_a_scale_set_by_outliers_is_doubted(spoil):
    x, y = gaussian_pair(2000, 0.6)
    assert any("outliers or heavy tails" in s for s in GaussianMI().mutual_information(spoil(x), y).warnings)
    assert not GaussianCopula().mutual_information(spoil(x), y).warnings


def test_collinear_columns_and_too_few_samples_are_refused():
    x, y = gaussian_pair(100, 0.5)
    with pytest.raises(ValueError, match="x must have linearly independent columns"):
        GaussianMI().mutual_information(np.hstack([x, 2 * x]), y)
    with pytest.raises(ValueError, match="a covariance of 4 columns needs at least 5 samples; got 4"):
        GaussianMI().mutual_information(np.eye(4)[:, :2], np.eye(4)[:, 2:])
