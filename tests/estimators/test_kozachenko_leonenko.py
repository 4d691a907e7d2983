"""Nearest-neighbour entropies against closed forms, and the weights against the equations that define them."""

import math

import numpy as np
import pytest
from scipy.special import gamma

from szilard.distributions import rotated_pair
from szilard.estimators import KozachenkoLeonenko, WeightedKL, bias_cancelling_weights
from szilard.testing.estimators import gaussian_pair


@pytest.mark.parametrize("metric", ["max", "euclidean"])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_gaussian_entropy_within_four_standard_errors(metric, d):
    x = 3.0 * np.random.default_rng(0).normal(size=(4000, d))
    truth = d * (0.5 * math.log(2 * math.pi * math.e) + math.log(3))
    assert KozachenkoLeonenko(k=3, metric=metric).entropy(x).agrees_with(truth, sigmas=4)
    assert WeightedKL(k=10).entropy(x).agrees_with(truth, sigmas=4)


@pytest.mark.parametrize("metric", ["max", "euclidean"])
def test_uniform_entropy_is_zero(metric):
    x = np.random.default_rng(1).uniform(size=4000)
    assert KozachenkoLeonenko(k=3, metric=metric).entropy(x).agrees_with(0.0, sigmas=4)


def test_three_points_by_hand():
    # Distances to the nearest neighbour 1, 1, 2: ψ(3) − ψ(1) + ln 2 + (ln 2) / 3, and ψ(3) − ψ(1) = 3/2.
    estimate = KozachenkoLeonenko(k=1).entropy([0.0, 1.0, 3.0])
    assert estimate.nats == pytest.approx(1.5 + 4 / 3 * math.log(2), abs=1e-12)


@pytest.mark.parametrize(("k", "d"), [(5, 1), (6, 3), (10, 4), (20, 5), (30, 8), (60, 20)])
def test_weights_satisfy_their_constraints_with_least_norm(k, d):
    w, j = bias_cancelling_weights(k, d), np.arange(1, k + 1)
    allowed = np.unique([i * k // d for i in range(1, d + 1)])
    rows = np.array([gamma(j + 2 * order / d) / gamma(j) for order in range(d // 4 + 1)])
    scale = np.abs(rows) @ np.abs(w)
    np.testing.assert_allclose((rows @ w)[0], 1.0, atol=1e-9)
    np.testing.assert_allclose((rows @ w)[1:] / scale[1:], 0.0, atol=1e-9)
    assert set(np.flatnonzero(w) + 1) <= set(allowed)
    # Least norm: w is a combination of the constraints' rows.
    support = rows[:, allowed[allowed > 0] - 1]
    used = w[allowed[allowed > 0] - 1]
    fit = np.linalg.lstsq(support.T, used, rcond=None)[0]
    np.testing.assert_allclose(fit @ support, used, atol=1e-6 * np.abs(used).max())


def test_weights_of_one_neighbour_give_the_plain_estimator():
    x = np.random.default_rng(0).normal(size=(300, 1))
    assert WeightedKL(k=4).entropy(x).nats == pytest.approx(KozachenkoLeonenko(k=4).entropy(x).nats, abs=1e-12)


def test_weights_reduce_the_bias_in_eight_dimensions():
    x = np.random.default_rng(0).uniform(size=(4000, 8))  # entropy 0; the plain estimator is far off at the edges
    plain, weighted = KozachenkoLeonenko(k=20).entropy(x), WeightedKL(k=20).entropy(x)
    assert abs(weighted.nats) < 0.7 * abs(plain.nats)


def test_weights_that_amplify_noise_are_announced():
    x, y = np.random.default_rng(0).normal(size=(2, 300, 10))
    estimate = WeightedKL(k=20).mutual_information(x, y)
    assert estimate.diagnostics["weight_norm"] > 10
    assert any("amplify" in sentence for sentence in estimate.warnings)
    assert not WeightedKL(k=20).mutual_information(x[:, :2], y[:, :2]).warnings


def test_weights_of_all_neighbours_amplify_noise_less():
    # computed independently: minimum-norm solutions for k = 5 and their norms for larger k
    first = [9.854137, -7.669105, -7.229967, -1.205032, 7.249967]
    np.testing.assert_allclose(bias_cancelling_weights(5, 8, "all"), first, atol=1e-6)
    norms = [np.linalg.norm(bias_cancelling_weights(k, 8, "all")) for k in (10, 20, 50, 100)]
    np.testing.assert_allclose(norms, [7.7, 4.4, 2.4, 1.6], atol=0.05)
    assert min(np.linalg.norm(bias_cancelling_weights(k, 8)) for k in (10, 20, 50, 100)) > 8.4
    with pytest.raises(ValueError, match="support must be one of spread, all; got 'every'"):
        WeightedKL(support="every")


def test_weights_that_do_not_sum_to_one_are_announced():
    x, y = np.random.default_rng(0).normal(size=(2, 300, 20))
    estimate = WeightedKL(k=50).mutual_information(x, y)
    assert abs(estimate.diagnostics["weight_sum"] - 1) > 1e-8
    assert any("sum to 1" in sentence for sentence in estimate.warnings)
    assert abs(WeightedKL().entropy(x[:, :8]).diagnostics["weight_sum"] - 1) < 1e-12


@pytest.mark.parametrize("estimator", [KozachenkoLeonenko(k=3, whiten=True), WeightedKL(whiten=True)], ids=str)
def test_whitened_estimates_do_not_depend_on_affine_maps(estimator):
    rng = np.random.default_rng(0)
    x, y = rotated_pair(2, 3, 2.0).sample(800, rng)
    a, b = rng.normal(size=(2, 2)), rng.normal(size=(3, 3))
    plain, mapped = estimator.mutual_information(x, y), estimator.mutual_information(5 + x @ a, y @ b)
    assert mapped.value == pytest.approx(plain.value, abs=1e-9)
    assert mapped.stderr == pytest.approx(plain.stderr, abs=1e-9)
    shift = estimator.entropy(x @ a).value - estimator.entropy(x).value
    assert shift == pytest.approx(np.log(abs(np.linalg.det(a))), abs=1e-9)
    with pytest.raises(ValueError, match="covariance of x must be positive definite"):
        estimator.mutual_information(np.hstack([x, x[:, :1] + x[:, 1:]]), y)


def test_ten_nats_in_few_dimensions_need_whitening():
    x, y = rotated_pair(2, 2, 10.0).sample(3000)
    assert KozachenkoLeonenko(k=3, whiten=True).mutual_information(x, y).value == pytest.approx(10, abs=0.2)
    assert KozachenkoLeonenko(k=3).mutual_information(x, y).value < 8


def test_too_few_neighbours_for_the_dimension_are_refused():
    with pytest.raises(ValueError, match="k must be at least 3 in dimension 8; got 2"):
        bias_cancelling_weights(2, 8)


def test_mutual_information_is_the_difference_of_entropies():
    x, y = gaussian_pair(500, 0.6)
    for estimator in (KozachenkoLeonenko(k=4), WeightedKL(k=8)):
        estimate = estimator.mutual_information(x, y)
        hx, hy, joint = estimate.diagnostics["entropies"]
        assert estimate.nats == pytest.approx(hx + hy - joint, abs=1e-12)
        assert joint == pytest.approx(estimator.entropy(np.hstack([x, y])).nats, abs=1e-12)


def test_repeated_rows_are_refused_with_the_remedy():
    x = np.random.default_rng(0).normal(size=(50, 2))
    x[1] = x[0]
    with pytest.raises(ValueError, match="values that repeat too often .* drop copied rows"):
        KozachenkoLeonenko(k=1).entropy(x)
    assert math.isfinite(KozachenkoLeonenko(k=2).entropy(x).nats)


def test_neighbours_at_distance_0_are_refused_however_few():
    x = np.random.default_rng(0).normal(size=(500, 2))
    x[1] = x[0]
    with pytest.raises(ValueError, match="2 rows at distance 0 .* drop copied rows"):
        KozachenkoLeonenko(k=1).entropy(x)
