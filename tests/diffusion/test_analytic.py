"""Exact Gaussian noise predictions against numerical gradients of log densities."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from szilard.diffusion import AnalyticGaussianScore, VPDiffusion
from szilard.diffusion.masks import coordinates

PROCESS = VPDiffusion()
LAWS = [(1, 2), (2, 1, 3)]
CASES = [(dims, mask) for dims in LAWS for mask in product((1, 0, -1), repeat=len(dims)) if 1 in mask]


def law(dims, seed=3):
    """A mean and a well-conditioned covariance for variables of these widths."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(sum(dims), sum(dims) + 2))
    return rng.normal(size=sum(dims)), factor @ factor.T / sum(dims)


def noised(mean, cov, dims, mask, t):
    """Joint law of (noised diffused, clean conditioning) coordinates: no conditional formula is used."""
    a, c = coordinates(mask, dims, 1), coordinates(mask, dims, 0)
    moment = torch.tensor(t, dtype=torch.float64)
    k, variance = float(PROCESS.k(moment)), float(PROCESS.variance(moment))
    shrink = np.diag([k] * len(a) + [1.0] * len(c))
    noise = np.diag([variance] * len(a) + [0.0] * len(c))
    order = a + c
    return a, order, shrink @ mean[order], shrink @ cov[np.ix_(order, order)] @ shrink + noise


def gradient(f, x, step=1e-5):
    """Central differences."""
    return np.array([(f(x + e) - f(x - e)) / (2 * step) for e in step * np.eye(len(x))])


@pytest.mark.parametrize(("dims", "mask"), CASES, ids=str)
def test_noise_is_minus_sigma_times_the_score(dims, mask):
    mean, cov = law(dims)
    x, t = np.random.default_rng(7).normal(size=sum(dims)), 0.2
    a, order, centre, joint = noised(mean, cov, dims, mask, t)
    slopes = gradient(multivariate_normal(centre, joint).logpdf, x[order])
    expected = np.zeros(sum(dims))
    expected[a] = -float(PROCESS.sigma(torch.tensor(t, dtype=torch.float64))) * slopes[: len(a)]
    score = AnalyticGaussianScore(cov, dims, mean)
    got = score.noise(torch.as_tensor(x)[None], torch.tensor([t], dtype=torch.float64), mask)[0]
    np.testing.assert_allclose(got.numpy(), expected, atol=1e-7)


@pytest.mark.parametrize(("dims", "mask"), CASES, ids=str)
def test_energy_is_the_trace_of_the_noised_precision(dims, mask):
    """E‖σ∇log p‖² = σ² tr(P), with P the block of the joint precision that belongs to the noised coordinates."""
    mean, cov = law(dims)
    t = torch.tensor([1e-3, 0.1, 0.9], dtype=torch.float64)
    expected = []
    for time in t:
        a, _, _, joint = noised(mean, cov, dims, mask, float(time))
        expected.append(float(PROCESS.variance(time)) * np.trace(np.linalg.inv(joint)[: len(a), : len(a)]))
    got = AnalyticGaussianScore(cov, dims, mean).energy(t, mask)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize("mask", [(1, -1), (1, 0), (1, 1)], ids=str)
def test_energy_is_the_mean_square_of_predictions(mask):
    """Monte Carlo over samples, noise and one time; fails by chance with probability 6e-5 (four sigma)."""
    mean, cov = law((1, 2))
    rng, t = np.random.default_rng(1), torch.full((50_000,), 0.15, dtype=torch.float64)
    x, z = (torch.as_tensor(rng.multivariate_normal(mean, cov, 50_000)), torch.as_tensor(rng.normal(size=(50_000, 3))))
    target = torch.zeros(3, dtype=torch.bool)
    target[coordinates(mask, (1, 2), 1)] = True
    score = AnalyticGaussianScore(cov, (1, 2), mean)
    squares = score.noise(torch.where(target, PROCESS.perturb(x, t, z), x), t, mask).square().sum(1)
    error = float(squares.std()) / len(squares) ** 0.5
    assert float(squares.mean()) == pytest.approx(float(score.energy(t[:1], mask)), abs=4 * error)


def test_a_leading_axis_makes_no_difference():
    mean, cov = law((1, 2))
    score, rng = AnalyticGaussianScore(cov, (1, 2), mean), np.random.default_rng(2)
    x, t = torch.as_tensor(rng.normal(size=(4, 5, 3))), torch.as_tensor(rng.random((4, 5)))
    whole = score.noise(x, t, (1, 0))
    np.testing.assert_allclose(whole[2].numpy(), score.noise(x[2], t[2], (1, 0)).numpy(), rtol=1e-14)


def test_a_mask_is_solved_once_for_each_precision():
    score = AnalyticGaussianScore(law((1, 2))[1], (1, 2))
    x, t = torch.ones(4, 3), torch.full((4,), 0.3)
    single, energy = score.noise(x, t, (1, 0)), score.energy(t, (1, 0))
    solved = score._solve((1, 0), x)
    double = score.noise(x.double(), t.double(), (1, 0))
    assert single.dtype == energy.dtype == torch.float32 and double.dtype == torch.float64
    assert score._solve((1, 0), x) is solved and len(score._solved) == 2
    torch.testing.assert_close(single.double(), double, rtol=1e-5, atol=1e-5)


@pytest.mark.gpu
def test_energy_takes_times_on_the_card():
    score, t = AnalyticGaussianScore(law((1, 2))[1], (1, 2)), torch.tensor([0.1, 0.5])
    torch.testing.assert_close(score.energy(t.cuda(), (1, 0)).cpu(), score.energy(t, (1, 0)))


def test_copies_reveal_the_noise_exactly():
    """Y = X: the clean copy tells all, so that what is predicted is the noise itself."""
    score, rng = AnalyticGaussianScore(np.ones((2, 2)), (1, 1)), np.random.default_rng(0)
    x, z = (torch.as_tensor(rng.normal(size=(50, 1))) for _ in range(2))
    t = torch.as_tensor(rng.uniform(0.01, 1, 50))
    noisy = torch.hstack([PROCESS.perturb(x, t, z), x])
    np.testing.assert_allclose(score.noise(noisy, t, (1, 0))[:, :1].numpy(), z.numpy(), atol=1e-9)
    np.testing.assert_allclose(score.energy(t, (1, 0)).numpy(), 1, atol=1e-9)


def test_a_degenerate_condition_counts_once():
    """X given the two copies (Y, Y) is X given Y."""
    link = np.array([[1.0, 0.6, 0.6], [0.6, 1.0, 1.0], [0.6, 1.0, 1.0]])
    twice, once = AnalyticGaussianScore(link, (1, 2)), AnalyticGaussianScore(link[:2, :2], (1, 1))
    x, t = (torch.as_tensor(np.random.default_rng(4).normal(size=(20, 2))), torch.linspace(0.01, 1, 20).double())
    doubled = twice.noise(torch.hstack([x, x[:, 1:]]), t, (1, 0))[:, 0]
    np.testing.assert_allclose(doubled.numpy(), once.noise(x, t, (1, 0))[:, 0].numpy(), atol=1e-9)


def test_later_changes_to_the_callers_matrix_have_no_effect():
    cov = np.array([[1.0, 0.5], [0.5, 1.0]])
    score, t = AnalyticGaussianScore(cov, (1, 1)), torch.tensor([0.3], dtype=torch.float64)
    cov[0, 0] = 9.0
    assert float(score.energy(t, (1, -1))) == pytest.approx(float(PROCESS.variance(t)))


@pytest.mark.parametrize("mask", [(1,), (1, 0, 0)], ids=str)
def test_masks_of_the_wrong_length_are_refused(mask):
    score = AnalyticGaussianScore(np.eye(2), (1, 1))
    with pytest.raises(ValueError, match="one role per variable"):
        score.noise(torch.zeros(1, 2, dtype=torch.float64), torch.ones(1, dtype=torch.float64), mask)
    with pytest.raises(ValueError, match="one role per variable"):
        score.energy(torch.ones(1, dtype=torch.float64), mask)


@pytest.mark.parametrize(
    ("cov", "dims", "named"),
    [
        (np.eye(2), (1, 2), "dims must add up to 2"),
        (np.array([[1.0, 0.2], [0.3, 1.0]]), (1, 1), "symmetric"),
        (np.array([[1.0, 2.0], [2.0, 1.0]]), (1, 1), "positive semidefinite"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), (1, 1), "finite"),
        (np.ones((2, 3)), (1, 1), "square"),
    ],
)
def test_what_is_no_covariance_is_refused(cov, dims, named):
    with pytest.raises(ValueError, match=named):
        AnalyticGaussianScore(cov, dims)


@pytest.mark.parametrize("mean", [np.zeros(3), np.zeros(1), np.array([0.0, np.nan])], ids=str)
def test_a_mean_that_does_not_fit_is_refused(mean):
    with pytest.raises(ValueError, match="mean"):
        AnalyticGaussianScore(np.eye(2), (1, 1), mean)


def test_a_stack_of_laws_answers_member_by_member():
    rng = np.random.default_rng(8)
    factors = rng.normal(size=(3, 4, 6))
    covs, means = factors @ factors.transpose(0, 2, 1), rng.normal(size=(3, 4))
    x, t = torch.as_tensor(rng.normal(size=(3, 20, 4))), torch.as_tensor(rng.uniform(0.01, 1, size=(3, 20)))
    stack = AnalyticGaussianScore(covs, (1, 3), means)
    for mask in ((1, 1), (1, 0), (0, 1), (1, -1)):
        noise, energy = stack.noise(x, t, mask), stack.energy(t, mask)
        density = stack.log_density(x, mask)
        for i in range(3):
            alone = AnalyticGaussianScore(covs[i], (1, 3), means[i])
            torch.testing.assert_close(noise[i], alone.noise(x[i], t[i], mask), rtol=1e-10, atol=1e-12)
            torch.testing.assert_close(energy[i], alone.energy(t[i], mask), rtol=1e-10, atol=1e-12)
            torch.testing.assert_close(density[i], alone.log_density(x[i], mask), rtol=1e-10, atol=1e-12)


def test_every_member_of_a_stack_is_checked():
    with pytest.raises(ValueError, match="positive semidefinite"):
        AnalyticGaussianScore(np.stack([np.eye(2), np.array([[1.0, 2.0], [2.0, 1.0]])]), (1, 1))
    with pytest.raises(ValueError, match="mean"):
        AnalyticGaussianScore(np.stack([np.eye(2)] * 3), (1, 1), np.zeros((2, 2)))
