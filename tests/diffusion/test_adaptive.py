"""A fitted sampler looks where predictions differ, and the integral stays what it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from szilard.diffusion import (
    FORMS,
    AnalyticGaussianScore,
    ImportanceTimes,
    evaluate_gap,
    fit_times,
    mutual_information_gap,
)


def pair(nats):
    rho = math.sqrt(-math.expm1(-2 * nats))
    return np.array([[1, rho], [rho, 1]])


def streams(*seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def fleet(*nats, n=20_000):
    covs, rng = np.stack([pair(each) for each in nats]), np.random.default_rng(0)
    x = np.stack([rng.multivariate_normal([0, 0], cov, size=n) for cov in covs])
    return AnalyticGaussianScore(covs, (1, 1)), torch.as_tensor(x)


@pytest.mark.parametrize("variant", ["c", "j"])
def test_information_of_exact_scores_under_a_fitted_density(variant):
    """Up to three nats, every form: within four standard errors and half a per cent of the closed form in the mean."""
    nats, gap = (0.4133, 1.0, 3.0), mutual_information_gap(variant)
    score, x = fleet(*nats)
    times = fit_times(score, x, gap, streams(1, 2, 3))
    samples = evaluate_gap(score, x, gap, times, streams(4, 5, 6), control=score)
    for i, truth in enumerate(nats):
        for form in FORMS:
            value, error = samples.member(i).estimate(form)
            assert value == pytest.approx(truth, rel=5e-3)
            assert error < 1e-9  # the control is the predictor itself: nothing is left but its exact mean
    plain = evaluate_gap(score, x, gap, times, streams(4, 5, 6))
    for i, truth in enumerate(nats):
        value, error = plain.member(i).estimate("inside")
        assert abs(value - truth) < 4 * error


def test_a_fitted_density_is_less_noisy():
    gap = mutual_information_gap("c")
    score, x = fleet(3.0)
    fitted = evaluate_gap(score, x, gap, fit_times(score, x, gap, streams(1)), streams(2), redraws=1)
    published = evaluate_gap(score, x, gap, ImportanceTimes(), streams(2), redraws=1)
    assert fitted.member(0).estimate("inside")[1] < 0.8 * published.member(0).estimate("inside")[1]


def test_mass_moves_to_where_the_information_is():
    """The more information, the higher the ratios that carry it; half of the mass stays uniform."""
    gap = mutual_information_gap("c")
    score, x = fleet(0.4133, 3.0)
    times = fit_times(score, x, gap, streams(1, 2))
    assert times.masses.shape == (2, 16) and (times.masses >= 0.5 / 16).all()
    centres = times.high - times.width * (torch.arange(16, dtype=torch.float64) + 0.5)
    assert times.masses[1] @ centres > times.masses[0] @ centres + 1


def test_members_are_fitted_alone_and_reproducibly():
    gap = mutual_information_gap("j")
    score, x = fleet(0.4133, 1.0, n=500)
    together = fit_times(score, x, gap, streams(1, 2)).masses
    alone = AnalyticGaussianScore(pair(1.0)[None], (1, 1))
    np.testing.assert_allclose(fit_times(alone, x[1:], gap, streams(2)).masses[0], together[1], rtol=1e-9)


def test_predictions_that_never_differ_keep_the_uniform_density():
    gap = mutual_information_gap("c")
    score = AnalyticGaussianScore(np.eye(2)[None], (1, 1))
    times = fit_times(score, torch.zeros(1, 10, 2, dtype=torch.float64), gap, streams(0))
    np.testing.assert_allclose(times.masses, 1 / 16)
