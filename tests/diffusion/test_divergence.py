"""Exact scores in, closed-form information out: what separates errors of the estimator from errors of training."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from szilard.diffusion import (
    FORMS,
    AnalyticGaussianScore,
    Gap,
    ImportanceTimes,
    LogisticTimes,
    PiecewiseTimes,
    UniformTimes,
    VPDiffusion,
    divergence,
    evaluate_gap,
    gaussian_cross_divergence,
    gaussian_gap,
    gaussian_gap_error,
    mutual_information_gap,
)

VARIANTS = pytest.mark.parametrize("variant", ["c", "j"])
UNEVEN = np.linspace(1.0, 3.0, 16) / 32  # bins of unequal mass, as a fitted sampler has
SAMPLERS = pytest.mark.parametrize(
    "times",
    [ImportanceTimes(), UniformTimes(), LogisticTimes(), PiecewiseTimes(UNEVEN)],
    ids=["importance", "uniform", "logistic", "piecewise"],
)


def pair(nats):
    """Covariance of a standard normal pair with this information."""
    rho = math.sqrt(-math.expm1(-2 * nats))
    return np.array([[1, rho], [rho, 1]])


def log_det(cov, kept):
    return np.linalg.slogdet(cov[np.ix_(kept, kept)])[1]


def wide_law(seed=0):
    """Covariance for variables of widths 2, 3 and 1, and their information I(X; Y) and I(X; Y | Z)."""
    factor = np.random.default_rng(seed).normal(size=(6, 9))
    cov = factor @ factor.T / 9
    x, y, z = [0, 1], [2, 3, 4], [5]
    plain = 0.5 * (log_det(cov, x) + log_det(cov, y) - log_det(cov, x + y))
    conditional = 0.5 * (log_det(cov, x + z) + log_det(cov, y + z) - log_det(cov, x + y + z) - log_det(cov, z))
    return cov, plain, conditional


def stream(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def nodes(monkeypatch):
    """Replace random draws by nodes: midpoints of the time quantiles, and for each of them the 4D points ±√(2D) e_i.

    These points have exactly the second moments of 2D standard normal numbers, the samples and the noise, and with
    linear predictors all forms are quadratic in them: the evaluation has no sampling error.
    """

    def prepare(cov, count=4000):
        D = len(cov)
        points = math.sqrt(2 * D) * np.vstack([np.eye(2 * D), -np.eye(2 * D)])
        x = torch.as_tensor(np.tile(points[:, :D] @ np.linalg.cholesky(cov).T, (count, 1)))
        z = torch.as_tensor(np.tile(points[:, D:], (count, 1)))
        u = torch.as_tensor(np.repeat((np.arange(count) + 0.5) / count, 4 * D))
        monkeypatch.setattr(divergence, "stratified", lambda count, generator, like: u)
        monkeypatch.setattr(torch, "randn", lambda *shape, **options: z)
        return x

    return prepare


@VARIANTS
@SAMPLERS
@pytest.mark.parametrize("nats", [0.05, 0.413339, 1.0, 3.0])
@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_exact_scores_give_the_closed_form(nodes, nats, variant, times, sigma):
    """The unit test: 0.5 % up to three nats, every sampler and form, without sampling error."""
    x = nodes(pair(nats))
    score = AnalyticGaussianScore(pair(nats), (1, 1))
    samples = evaluate_gap(score, x, mutual_information_gap(variant), times, stream(), redraws=1, sigma=sigma)
    for form in FORMS:
        assert float(getattr(samples, form).mean()) == pytest.approx(nats, rel=5e-3), form


@VARIANTS
@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_exact_scores_need_no_standardised_data(nodes, variant, scale):
    x = nodes(scale**2 * pair(1.0))
    score = AnalyticGaussianScore(scale**2 * pair(1.0), (1, 1))
    samples = evaluate_gap(score, x, mutual_information_gap(variant), ImportanceTimes(), stream(), redraws=1)
    for form in FORMS:
        assert float(getattr(samples, form).mean()) == pytest.approx(1.0, rel=5e-3), form


@pytest.mark.parametrize(
    ("gap", "conditional"),
    [
        (Gap(coarse=((1, -1, -1),), fine=((1, 0, -1),)), False),
        (Gap(coarse=((1, 1, -1),), fine=((1, 0, -1), (0, 1, -1))), False),
        (Gap(coarse=((1, -1, 0),), fine=((1, 0, 0),)), True),
        (Gap(coarse=((1, 1, 0),), fine=((1, 0, 0), (0, 1, 0))), True),
    ],
    ids=["c", "j", "c given z", "j given z"],
)
def test_wide_variables_and_conditional_information(nodes, gap, conditional):
    cov, *truths = wide_law()
    x = nodes(cov, count=1000)
    samples = evaluate_gap(AnalyticGaussianScore(cov, (2, 3, 1)), x, gap, ImportanceTimes(), stream(), redraws=1)
    for form in FORMS:
        assert float(getattr(samples, form).mean()) == pytest.approx(truths[conditional], rel=5e-3), form


class Stub:
    """Predicts noise that depends on the mask alone: no score of any law, so that no orthogonality hides an error."""

    dims, process = (1, 1), VPDiffusion()
    levels = {(1, -1): 0.5, (1, 0): 2.0}

    def noises(self, x, t, masks):
        levels = torch.tensor([self.levels[mask] for mask in masks])[:, None, None]
        return torch.ones_like(x) * levels * torch.tensor([1.0, 0.0])


@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_forms_are_what_their_formulas_say(sigma):
    x, times, g = torch.as_tensor(np.random.default_rng(6).normal(size=(50, 2))), ImportanceTimes(), stream(4)
    samples = evaluate_gap(Stub(), x, mutual_information_gap("c"), times, stream(4), redraws=1, sigma=sigma)
    t = times.inverse_cdf(divergence.stratified(50, g, x))
    z = torch.randn(x.shape, generator=g, dtype=x.dtype)[:, 0].numpy()
    k, noise, half = (f(t).numpy() for f in (times.process.k, times.process.sigma, times.weight))
    half, noisy = 0.5 * half, k * x[:, 0].numpy() + noise * z
    reference = noise * noisy / (k**2 * sigma**2 + noise**2)
    outside = (2.0 - reference) ** 2 - (0.5 - reference) ** 2
    np.testing.assert_allclose(samples.inside.numpy(), half * 1.5**2, rtol=1e-12)
    np.testing.assert_allclose(samples.outside.numpy(), half * outside, rtol=1e-10)
    np.testing.assert_allclose(samples.mmse.numpy(), half * ((z - 0.5) ** 2 - (z - 2.0) ** 2), rtol=1e-10)


@VARIANTS
@SAMPLERS
def test_random_draws_give_the_closed_form_within_their_error(variant, times):
    """The same with random numbers: each of the three comparisons fails by chance with probability 6e-5 (4 sigma)."""
    x = torch.as_tensor(np.random.default_rng(1).multivariate_normal([0, 0], pair(1.0), 60_000))
    score = AnalyticGaussianScore(pair(1.0), (1, 1))
    samples = evaluate_gap(score, x, mutual_information_gap(variant), times, stream(), redraws=2)
    for form in FORMS:
        values = getattr(samples, form)
        assert float(values.mean()) == pytest.approx(1.0, abs=4 * float(values.std()) / len(x) ** 0.5), form


@pytest.mark.parametrize(("nats", "inside", "mmse"), [(0.413339, 1.27, 2.98), (1.0, 2.96, 4.77)])
def test_spread_of_single_draws(nats, inside, mmse):
    """Standard deviations of an independent computation (on 2e5 draws), hence three per cent."""
    x = torch.as_tensor(np.random.default_rng(2).multivariate_normal([0, 0], pair(nats), 200_000))
    score = AnalyticGaussianScore(pair(nats), (1, 1))
    samples = evaluate_gap(score, x, mutual_information_gap("c"), ImportanceTimes(exact=False), stream(), redraws=1)
    assert float(samples.inside.std()) == pytest.approx(inside, rel=0.03)
    assert float(samples.mmse.std()) == pytest.approx(mmse, rel=0.03)


def test_redraws_average_the_noise():
    x = torch.as_tensor(np.random.default_rng(3).multivariate_normal([0, 0], pair(0.5), 4000))
    score, gap = AnalyticGaussianScore(pair(0.5), (1, 1)), mutual_information_gap("c")
    one, ten = (evaluate_gap(score, x, gap, ImportanceTimes(), stream(), redraws=r).mmse for r in (1, 10))
    assert float(ten.std()) < 0.5 * float(one.std())


def test_inside_is_never_negative():
    x = torch.as_tensor(np.random.default_rng(3).normal(size=(500, 2)))
    wrong = AnalyticGaussianScore(pair(0.5), (1, 1))  # not the law of x
    samples = evaluate_gap(wrong, x, mutual_information_gap("j"), ImportanceTimes(), stream())
    assert bool((samples.inside >= 0).all())


def test_chunks_do_not_change_the_result(monkeypatch):
    x = torch.as_tensor(np.random.default_rng(3).multivariate_normal([0, 0], pair(0.5), 100))
    score, gap = AnalyticGaussianScore(pair(0.5), (1, 1)), mutual_information_gap("j")
    whole = evaluate_gap(score, x, gap, ImportanceTimes(), stream())
    monkeypatch.setattr(divergence, "CHUNK", 7)
    parts = evaluate_gap(score, x, gap, ImportanceTimes(), stream())
    torch.testing.assert_close(parts.inside, whole.inside, rtol=1e-12, atol=0)
    torch.testing.assert_close(parts.mmse, whole.mmse, rtol=1e-12, atol=1e-14)


def test_no_predictor_sees_more_than_a_chunk(monkeypatch):
    score, seen = AnalyticGaussianScore(pair(0.5), (1, 1)), []
    exact = score.noise
    monkeypatch.setattr(score, "noise", lambda x, t, mask: seen.append(len(x)) or exact(x, t, mask))
    x = torch.as_tensor(np.random.default_rng(3).normal(size=(20, 2)))
    whole = gaussian_cross_divergence(score, x, (1, -1), ImportanceTimes(), stream(), redraws=2)
    monkeypatch.setattr(divergence, "CHUNK", 7)
    parts = gaussian_cross_divergence(score, x, (1, -1), ImportanceTimes(), stream(), redraws=2)
    torch.testing.assert_close(parts, whole, rtol=1e-12, atol=0)
    assert seen == [20, 20, 7, 7, 6, 7, 7, 6]


def test_stratified_numbers_fill_every_stratum_in_random_order():
    u = divergence.stratified(1000, stream(), torch.zeros((), dtype=torch.float64))
    assert sorted((u * 1000).long().tolist()) == list(range(1000))
    assert abs(float(np.corrcoef(u.numpy(), np.arange(1000))[0, 1])) < 4 / math.sqrt(1000)


@SAMPLERS
@pytest.mark.parametrize(("scale", "sigma"), [(1.0, 0.5), (1.0, 2.0), (0.5, 1.0), (2.0, 2.0)])
def test_cross_divergence_of_gaussians(nodes, times, scale, sigma):
    """KL(N(0, s²I) ‖ N(0, σ²I)) less the divergence left at t = 1, two coordinates, the third absent."""
    cov = np.diag([scale**2, scale**2, 1.0])
    x = nodes(cov)
    e = gaussian_cross_divergence(
        AnalyticGaussianScore(cov, (2, 1)), x, (1, -1), times, stream(), redraws=1, sigma=sigma
    )

    def kl(variance, reference):
        return variance / reference - 1 - math.log(variance / reference)  # two coordinates: twice one half

    process, end = VPDiffusion(), torch.tensor(1.0, dtype=torch.float64)
    left = kl(*(float(process.chi(end, width)) for width in (scale, sigma)))
    assert float(e.mean()) == pytest.approx(kl(scale**2, sigma**2) - left, abs=2e-4)


@VARIANTS
@pytest.mark.parametrize("nats", [0.4133, 1.0, 3.0])
def test_mean_of_the_control_variate_is_the_closed_form(nats, variant):
    score, gap = AnalyticGaussianScore(pair(nats), (1, 1)), mutual_information_gap(variant)
    assert gaussian_gap(score, gap, ImportanceTimes()) == pytest.approx(nats, abs=2e-4)
    assert gaussian_gap(score, gap, UniformTimes()) == pytest.approx(nats, abs=4e-4)


@VARIANTS
def test_a_control_variate_takes_noise_away_and_moves_nothing(variant):
    """A score estimated from other samples, as control of the true one: the same mean, far smaller error."""
    truth, cov, gap = 1.0, pair(1.0), mutual_information_gap(variant)
    rng = np.random.default_rng(0)
    fit, test = (torch.as_tensor(rng.multivariate_normal([0, 0], cov, size=n)) for n in (4000, 4000))
    control = AnalyticGaussianScore(np.cov(fit.numpy().T), (1, 1))
    exact = AnalyticGaussianScore(cov, (1, 1))
    streams = [torch.Generator().manual_seed(1) for _ in range(2)]
    plain = evaluate_gap(exact, test, gap, ImportanceTimes(), streams[0], redraws=2)
    controlled = evaluate_gap(exact, test, gap, ImportanceTimes(), streams[1], redraws=2, control=control)
    for form in FORMS:
        value, error = controlled.estimate(form)
        assert error < plain.estimate(form)[1] / 5
        assert abs(value - truth) < 4 * math.hypot(error, gaussian_gap_error(control, gap, fit))


def test_error_of_the_control_variate_is_the_spread_of_its_mean():
    """Over many small sets of samples, the closed form of the sample covariance spreads as the error says."""
    rng, gap, times = np.random.default_rng(2), mutual_information_gap("c"), ImportanceTimes()
    values, errors = [], []
    for _ in range(200):
        x = rng.multivariate_normal([0, 0], pair(0.7), size=500)
        score = AnalyticGaussianScore(np.cov(x.T), (1, 1))
        values.append(gaussian_gap(score, gap, times, points=512))
        errors.append(gaussian_gap_error(score, gap, torch.as_tensor(x)))
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)


# fleets


def fleet_of(covs, n=200, seed=5):
    """Samples (fleet, n, D) of several normal laws."""
    rng = np.random.default_rng(seed)
    return torch.as_tensor(np.stack([rng.multivariate_normal(np.zeros(len(c)), c, size=n) for c in covs]))


@VARIANTS
@pytest.mark.parametrize("controlled", [False, True])
def test_a_fleet_is_evaluated_as_its_members_are(variant, controlled):
    covs, gap = np.stack([pair(0.3), pair(1.0), pair(2.0)]), mutual_information_gap(variant)
    x, scores = fleet_of(covs), [AnalyticGaussianScore(cov, (1, 1)) for cov in covs]
    stack, times = AnalyticGaussianScore(covs, (1, 1)), ImportanceTimes()
    wrong = [AnalyticGaussianScore(0.9 * cov, (1, 1)) for cov in covs]
    control = AnalyticGaussianScore(0.9 * covs, (1, 1)) if controlled else None
    together = evaluate_gap(stack, x, gap, times, [stream(i) for i in range(3)], control=control)
    assert together.inside.shape == (3, 200)
    for i, score in enumerate(scores):
        alone = evaluate_gap(score, x[i], gap, times, stream(i), control=wrong[i] if controlled else None)
        for form in FORMS:
            torch.testing.assert_close(getattr(together.member(i), form), getattr(alone, form), rtol=1e-9, atol=1e-10)


def test_the_mean_of_a_control_and_its_error_come_by_member():
    covs, gap, times = np.stack([pair(0.3), pair(1.0)]), mutual_information_gap("j"), ImportanceTimes()
    x, stack = fleet_of(covs), AnalyticGaussianScore(covs, (1, 1))
    alone = [AnalyticGaussianScore(cov, (1, 1)) for cov in covs]
    assert gaussian_gap(stack, gap, times) == pytest.approx([gaussian_gap(s, gap, times) for s in alone])
    errors = [gaussian_gap_error(score, gap, each) for score, each in zip(alone, x, strict=True)]
    assert gaussian_gap_error(stack, gap, x) == pytest.approx(errors)


def test_members_with_densities_of_their_own_agree():
    """The same law under two densities of time: both find its information."""
    times = PiecewiseTimes(np.stack([UNEVEN, UNEVEN[::-1]]))
    covs = np.stack([pair(1.0)] * 2)
    samples = evaluate_gap(
        AnalyticGaussianScore(covs, (1, 1)),
        fleet_of(covs, 20_000),
        mutual_information_gap("c"),
        times,
        [stream(1), stream(2)],
    )
    for i in range(2):
        for form in FORMS:
            value, error = samples.member(i).estimate(form)
            assert abs(value - 1.0) < 4 * error
