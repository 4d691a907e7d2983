"""Gaussian and Gaussian-copula estimates against determinants, closed forms and the exact bias."""

import math

import numpy as np
import pytest

from szilard.estimators import GaussianCopula, GaussianMI
from szilard.rng import spawn
from szilard.testing.estimators import gaussian_pair


def test_value_is_the_ratio_of_determinants():
    rng = np.random.default_rng(0)
    x = rng.standard_t(3, size=(200, 3)) * [1, 1e3, 1e-3]
    y = x @ rng.normal(size=(3, 4)) / 1e3 + rng.normal(size=(200, 4))
    cov = np.corrcoef(np.hstack([x, y]).T)
    log = [np.linalg.slogdet(block)[1] for block in (cov[:3, :3], cov[3:, 3:], cov)]
    assert GaussianMI().mutual_information(x, y).nats == pytest.approx((log[0] + log[1] - log[2]) / 2, abs=1e-10)


@pytest.mark.parametrize("d", [1, 5])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.99])
def test_bias_correction_centres_the_estimate(d, rho):
    truth, values, plain = -0.5 * d * math.log1p(-(rho**2)), [], []
    for stream in spawn(0, 400):
        u, v = stream.normal(size=(2, 30, d))
        y = rho * u + math.sqrt(1 - rho**2) * v
        values.append(GaussianMI(correct_bias=True).mutual_information(u, y).nats)
        plain.append(GaussianMI().mutual_information(u, y).nats)
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


def test_linear_dependence_between_x_and_y_is_infinite_information():
    x, _ = gaussian_pair(100, 0.0)
    estimate = GaussianMI().mutual_information(x, 2 * x + 1)
    assert estimate.nats == math.inf
    assert math.isnan(estimate.stderr)
    assert "infinite" in estimate.warnings[0]


def test_collinear_columns_and_too_few_samples_are_refused():
    x, y = gaussian_pair(100, 0.5)
    with pytest.raises(ValueError, match="x must have linearly independent columns"):
        GaussianMI().mutual_information(np.hstack([x, 2 * x]), y)
    with pytest.raises(ValueError, match="a covariance of 4 columns needs at least 5 samples; got 4"):
        GaussianMI().mutual_information(np.eye(4)[:, :2], np.eye(4)[:, 2:])
