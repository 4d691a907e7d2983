"""Gaps of many variables: exact scores give every measure of a system, and sharing predictions changes no number."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from szilard.diffusion import (
    FORMS,
    AnalyticGaussianScore,
    Architecture,
    ImportanceTimes,
    dependence_gap,
    dual_total_correlation_gap,
    evaluate_gap,
    evaluate_gaps,
    gaussian_gap,
    gaussian_gap_error,
    gaussian_pointwise,
    s_information_gap,
    total_correlation_gap,
    train,
)
from szilard.distributions import combine, redundant, synergistic

SYSTEMS = pytest.mark.parametrize(
    "system",
    [redundant(3, 0.6), synergistic(3, 0.6), combine(redundant(3, 0.6), synergistic(3, 0.6)), redundant(4, 0.3, d=2)],
    ids=lambda system: system.name,
)


def stream(seed=0):
    return torch.Generator().manual_seed(seed)


def gaps(n):
    return total_correlation_gap(n), dual_total_correlation_gap(n), s_information_gap(n)


@SYSTEMS
def test_exact_scores_give_tc_dtc_and_s_within_half_a_per_cent(system):
    """Without a network and without sampling error, as the exact score is its own control variate."""
    score, exact = AnalyticGaussianScore(system.cov, system.dims), system.o_information
    for gap, truth in zip(gaps(len(system.dims)), (exact.tc, exact.dtc, exact.s), strict=True):
        assert gaussian_gap(score, gap, ImportanceTimes()) == pytest.approx(truth.nats, rel=5e-3)


@SYSTEMS
def test_random_draws_give_them_within_their_error(system):
    """The same from samples: twelve comparisons a system, each of which fails by chance with probability 6e-5."""
    x = torch.as_tensor(np.hstack(system.sample(20_000, rng=3)))
    score, exact = AnalyticGaussianScore(system.cov, system.dims), system.o_information
    parts = evaluate_gaps(score, x, gaps(len(system.dims)), ImportanceTimes(), stream(), redraws=2)
    for samples, truth in zip(parts, (exact.tc, exact.dtc, exact.s), strict=True):
        for form in FORMS:
            value, error = samples.estimate(form)
            assert abs(value - truth.nats) < 4 * error + 5e-3 * truth.nats, form


def test_both_routes_to_the_gradients_agree_with_the_closed_form():
    system = combine(redundant(3, 0.6), synergistic(3, 0.7))
    n, times = len(system.dims), ImportanceTimes()
    score, exact = AnalyticGaussianScore(system.cov, system.dims), system.o_information

    def value(gap):
        return gaussian_gap(score, gap, times)

    omega = value(total_correlation_gap(n)) - value(dual_total_correlation_gap(n))
    for i, truth in enumerate(exact.gradients):
        without = value(total_correlation_gap(n, (i,))) - value(dual_total_correlation_gap(n, (i,)))
        terms = [value(dependence_gap(n, i, (j,))) for j in range(n) if j != i]
        assert omega - without == pytest.approx(truth.nats, abs=2e-3)
        assert (2 - n) * value(dependence_gap(n, i)) + sum(terms) == pytest.approx(truth.nats, abs=2e-3)


def test_many_gaps_at_once_are_the_gaps_one_by_one():
    system = redundant(3, 0.6, d=2)
    x = torch.as_tensor(np.hstack(system.sample(300, rng=1)))
    model = train(
        x[None], system.dims, gaps(3)[2].masks + ((1, 1, 1),), [stream()], 30, architecture=Architecture(hidden=16)
    ).member(0)
    control = AnalyticGaussianScore(np.cov(x.numpy().T), system.dims)
    together = evaluate_gaps(model, x[None], gaps(3), ImportanceTimes(), [stream(5)], 2, control=control)
    for gap, samples in zip(gaps(3), together, strict=True):
        alone = evaluate_gap(model, x, gap, ImportanceTimes(), stream(5), 2, control=control)
        for form in FORMS:
            torch.testing.assert_close(getattr(samples, form)[0], getattr(alone, form), rtol=1e-9, atol=1e-11)


def test_masks_predicted_together_are_the_masks_one_by_one():
    system = redundant(3, 0.6, d=2)
    x = torch.as_tensor(np.hstack(system.sample(50, rng=1)))
    masks = gaps(3)[2].masks
    model = train(x[None], system.dims, masks, [stream()], 30, architecture=Architecture(hidden=16)).member(0)
    inputs, t = (torch.randn(len(masks), *x.shape, generator=stream(2), dtype=x.dtype), torch.linspace(0.01, 1, 50))
    together = model.noises(inputs, t.double(), masks)
    for part, given, mask in zip(together, inputs, masks, strict=True):
        torch.testing.assert_close(part, model.noise(given, t.double(), mask), rtol=1e-10, atol=1e-12)


def test_each_shared_mask_is_predicted_once(monkeypatch):
    system, seen = redundant(3, 0.6), []
    score = AnalyticGaussianScore(system.cov, system.dims)
    exact = score.noises
    monkeypatch.setattr(score, "noises", lambda x, t, masks: seen.append(masks) or exact(x, t, masks))
    x = torch.as_tensor(np.hstack(system.sample(20, rng=1)))
    evaluate_gaps(score, x, gaps(3), ImportanceTimes(), stream(), redraws=2)
    assert len(seen) == 2 and all(len(masks) == len(set(masks)) == 7 for masks in seen)


def test_pointwise_information_averages_to_the_closed_form():
    system = synergistic(3, 0.6)
    score, gap = AnalyticGaussianScore(system.cov, system.dims), total_correlation_gap(3)
    x = torch.as_tensor(np.hstack(system.sample(20_000, rng=2)))
    pointwise, error = gaussian_pointwise(score, gap, x), gaussian_gap_error(score, gap, x)
    assert abs(float(pointwise.mean()) - system.o_information.tc.nats) < 4 * error
