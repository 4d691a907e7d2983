"""Log-determinants, matrix-based Rényi information and slices, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.distributions import correlation_from_information, sparse, with_noisier_copy
from szilard.estimators import (
    Estimator,
    GaussianMI,
    LogDet,
    MatrixRenyi,
    SlicedMI,
    binned_noisy_information,
    binned_normal_entropy,
    gaussian_entropy_bound,
    normalised_kernel,
    renyi_entropy,
    sliced_normal_information,
)


def pair(n=2000, d=2, nats=1.0):
    return sparse(d, d, d, mutual_information=nats).sample(n, rng=0)


def test_log_det_is_the_gaussian_estimate_as_epsilon_vanishes():
    x, y = pair()
    plain = GaussianMI(correct_bias=False).mutual_information(x, y).value
    assert LogDet(1e-12).mutual_information(x, y).value == pytest.approx(plain, abs=1e-9)
    assert LogDet(0.1).mutual_information(x, y).value < plain


def test_log_det_does_not_see_a_square():
    x = np.random.default_rng(0).normal(size=20_000)
    assert LogDet().mutual_information(x, x**2).value < 2e-3


def test_log_det_refuses_no_epsilon():
    with pytest.raises(ValueError, match="epsilon must be above zero; got 0"):
        LogDet(0)


def test_the_gaussian_bound_exceeds_the_entropy_of_four_narrow_peaks():
    """Peaks at (±3, ±3) of width ½: ln 4 + ln(2πe/4) = 2.838 nats against 5.062."""
    rng = np.random.default_rng(0)
    z = 3 * rng.choice([-1, 1], size=(200_000, 2)) + 0.5 * rng.normal(size=(200_000, 2))
    assert gaussian_entropy_bound(z) == pytest.approx(5.062, abs=0.01)
    assert math.log(4) + math.log(2 * math.pi * math.e / 4) == pytest.approx(2.838, abs=1e-3)


def test_renyi_entropy_runs_from_equal_points_to_far_ones():
    assert renyi_entropy(normalised_kernel(np.ones((20, 2)), 1.0)) == 0
    assert renyi_entropy(normalised_kernel(100.0 * np.arange(20), 1.0)) == pytest.approx(math.log(20))
    assert renyi_entropy(np.eye(8) / 8, 2.0) == pytest.approx(math.log(8))


@pytest.mark.parametrize("alpha", [0.5, 1.01, 2.0])
def test_a_joint_kernel_has_at_least_the_entropy_of_each(alpha):
    x, y = pair(200)
    first, second, joint = MatrixRenyi(alpha).mutual_information(x, y).diagnostics["entropies"]
    assert max(first, second) - 1e-9 <= joint <= math.log(200)


def test_renyi_information_orders_dependence():
    values = [MatrixRenyi().mutual_information(*pair(300, nats=nats)).value for nats in (0.1, 1.0, 4.0)]
    assert values == sorted(values) and values[0] < 0.6 * values[2]
    with pytest.raises(ValueError, match="alpha must be above zero and not one; got 1"):
        renyi_entropy(np.eye(2) / 2, 1)
    with pytest.raises(ValueError, match="trace one"):
        renyi_entropy(np.eye(2))


@pytest.mark.parametrize(
    ("d", "nats", "expected"),
    [(2, 2, 0.379885), (5, 2, 0.063402), (20, 2, 0.00458920), (20, 10, 0.01655309), (1, 2, 2.0)],
)
def test_sliced_information_of_normal_pairs(d, nats, expected):
    rho = correlation_from_information(nats / d)
    assert sliced_normal_information(rho, d) == pytest.approx(expected, rel=1e-5)


def test_slices_measure_it():
    x, y = pair(4000, d=2, nats=2.0)
    found = SlicedMI(GaussianMI(), slices=400).mutual_information(x, y, rng=1)
    assert abs(found.value - 0.379885) < 4 * found.stderr
    assert SlicedMI(slices=4).mutual_information(x, y).n == 4000
    with pytest.raises(ValueError, match="rho must lie in"):
        sliced_normal_information(1.0, 3)


@pytest.mark.parametrize("estimator", [LogDet(), MatrixRenyi(), SlicedMI(slices=3)], ids=lambda each: each.name)
def test_they_can_stand_in_for_any_estimator(estimator):
    assert isinstance(estimator, Estimator)
    with pytest.raises(ValueError):
        estimator.mutual_information([1.0, 2.0, 3.0], [1.0, np.nan, 3.0])


def test_fine_bins_of_a_deterministic_unit_have_no_limit_and_those_of_a_noisy_one_do():
    """H(1) = 1.458959, H(0.1) = 3.721940, H(0.01) = 6.024113; with noise ½ ln(1 + 1/σ²)."""
    values = [binned_normal_entropy(width) for width in (1.0, 0.1, 0.01)]
    assert values == pytest.approx([1.458959, 3.721940, 6.024113], abs=1e-6)
    with pytest.raises(ValueError, match="width must be"):
        binned_normal_entropy(0.0)


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3, 1.0, 3.0, 20.0])
def test_fine_bins_of_a_noisy_unit_tell_its_information_whatever_the_noise(noise):
    """Rounding acts like more noise: its variance, Δ²/12, joins that of the noise."""
    width = noise / 20
    expected = 0.5 * math.log1p(1 / (noise**2 + width**2 / 12))
    assert binned_noisy_information(width, noise) == pytest.approx(expected, rel=1e-6, abs=1e-7)


def test_a_unit_without_noise_has_no_noisy_information():
    with pytest.raises(ValueError, match="noise must be"):
        binned_noisy_information(0.01, 0.0)


def test_a_noisier_copy_adds_nothing():
    pair = sparse(2, 3, 2, mutual_information=1.5)
    assert with_noisier_copy(pair, 0.3).mutual_information == pytest.approx(1.5)
    assert with_noisier_copy(pair).dims == (2, 6)
