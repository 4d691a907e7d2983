"""What some steps of the authors' code do to a result, against the right ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from szilard.bottleneck import swag
from szilard.bottleneck.published import (
    DEVIATIONS,
    clamped,
    drawn,
    least_squares_weights,
    likeliest_deviation,
    multiplied_bits,
    one_coordinate_information,
)
from szilard.estimate import Estimate
from szilard.estimators import bias_cancelling_weights


def test_multiplied_bits_are_half_the_bits():
    right = Estimate(3.0, 0.0, n=1, method="exact").bits
    assert multiplied_bits(3.0) / right == pytest.approx(math.log(2) ** 2)


def test_the_clamped_density_is_another_distribution():
    snapshots = np.random.default_rng(0).normal(size=(30, 4)).cumsum(0)
    posterior = swag(snapshots, rank=5)
    deviations = np.stack([snapshots[t] - snapshots[: t + 1].mean(0) for t in range(25, 30)])
    wrong = np.maximum(deviations, 1e-30)
    expected = multivariate_normal(snapshots.mean(0), np.diag(snapshots.var(0)) + wrong.T @ wrong)
    points = np.random.default_rng(1).normal(size=(3, 4))
    np.testing.assert_allclose(clamped(posterior).log_prob(points), expected.logpdf(points))
    assert posterior.kl(clamped(posterior)) > 0.1


@pytest.mark.parametrize("width", [1, 3, 50])
def test_one_coordinate_is_off_by_the_others_and_by_the_noise(width):
    """Far apart points have ln n nats of information; what comes out is off by (D − 1)(ln σ + ½ ln 2π) + D/2."""
    points, deviation = 1e3 * np.random.default_rng(0).normal(size=(8, width)), 0.25
    found = one_coordinate_information(points, points, deviation)
    # without noise the prior's density is at its mode too, which takes back D/2
    offset = (width - 1) * (math.log(deviation) + 0.5 * math.log(2 * math.pi))
    assert found == pytest.approx(math.log(8) + offset)
    with pytest.raises(ValueError, match="deviation must be a finite number > 0"):
        one_coordinate_information(points, points, 0.0)


@pytest.mark.parametrize("d", [1, 5, 8, 14])
def test_least_squares_is_right_while_the_equations_can_hold(d):
    right = bias_cancelling_weights(5, d)
    np.testing.assert_allclose(least_squares_weights(5, d), right, atol=1e-6 * np.abs(right).max())


def test_least_squares_gives_weights_whose_sum_is_not_one():
    """Five neighbours, six equations: least squares leaves a residual in each, the sum's among them."""
    assert least_squares_weights(5, 20).sum() == pytest.approx(0.9967, abs=5e-5)
    with pytest.raises(ValueError, match="k must be at least 6 in dimension 20"):
        bias_cancelling_weights(5, 20)


def test_the_likeliest_noise_is_that_of_a_scan_with_another_density():
    rng = np.random.default_rng(0)
    features, reference = rng.standard_normal((2, 30, 4))
    scores = [
        np.log(np.mean([multivariate_normal(r, s**2 * np.eye(4)).pdf(features) for r in reference], axis=0)).mean()
        for s in DEVIATIONS[3:]
    ]
    assert likeliest_deviation(features, reference) == DEVIATIONS[3:][int(np.argmax(scores))]


def test_the_filter_of_the_curves_halves_a_period_of_sixteen_epochs_and_keeps_a_line():
    """An eighth-order edge at 1/8 of the highest frequency, passed twice: the amplitude there is a half."""
    time = np.arange(400)
    middle = slice(150, 250)
    np.testing.assert_allclose(drawn(2.0 + 0.1 * time)[middle], (2.0 + 0.1 * time)[middle], atol=1e-6)
    for period, gain in ((16, 0.5), (32, 1.0), (8, 0.0)):
        wave = np.sin(2 * np.pi * time / period)
        np.testing.assert_allclose(drawn(wave)[middle], gain * wave[middle], atol=2e-3)
