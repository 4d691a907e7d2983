"""What the chapter on MINDE measures of scores: exact ones, where nothing is trained, and learnt ones beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from szilard.compendium import Rows
from szilard.device import working_precision
from szilard.diffusion import (
    AnalyticGaussianScore,
    ImportanceTimes,
    Mask,
    ScoreModel,
    TimeSampler,
    Training,
    UniformTimes,
    evaluate_gap,
    mutual_information_gap,
    train,
)
from szilard.distributions import normal_pair, task
from szilard.rng import torch_generator
from szilard.validation import check_choice

SIGMAS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)  # the authors' ablation list
MOMENTS = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # diffusion times
TIMES: dict[str, TimeSampler] = {
    "uniform 1e-5": UniformTimes(t_min=1e-5),
    "uniform 1e-3": UniformTimes(t_min=1e-3),
    "importance, as published": ImportanceTimes(exact=False),
    "importance, exact weight": ImportanceTimes(exact=True),
}

__all__ = ["TIMES", "Forward", "Integrand", "Pointwise", "Sigma", "Truncation"]


@dataclass(frozen=True)
class Integrand:
    """Integrand of one normal pair and one variant over the log signal-to-noise ratio; its area is the information."""

    information: float
    variant: str

    def measure(self) -> Rows:
        """One row per log signal-to-noise ratio."""
        exact = AnalyticGaussianScore(normal_pair(mutual_information=self.information).cov, (1, 1))
        gap = mutual_information_gap(self.variant)
        log_snr = torch.linspace(-10, 16, 521, dtype=torch.float64)
        t = exact.process.time(log_snr)
        fine, coarse = (sum(exact.energy(t, mask) for mask in side) for side in (gap.fine, gap.coarse))
        pairs = zip(log_snr.tolist(), torch.as_tensor(0.5 * (fine - coarse)).tolist(), strict=True)
        return [{"log_snr": ratio, "integrand": value} for ratio, value in pairs]


@dataclass(frozen=True)
class Truncation:
    """What the estimator returns for the exact scores of a normal pair with one sampler of diffusion times.

    By quadrature over time and, where ``draws`` is not 0, by so many random draws as well.
    """

    information: float
    scheme: str
    draws: int

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        times = TIMES[check_choice(self.scheme, "scheme", TIMES)]
        pair, gap = normal_pair(mutual_information=self.information), mutual_information_gap("c")
        exact = AnalyticGaussianScore(pair.cov, (1, 1))
        t = times.inverse_cdf((torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000)
        energy = exact.energy(t, gap.fine[0]) - exact.energy(t, gap.coarse[0])
        row = {"quadrature": float((0.5 * times.weight(t) * energy).mean())}
        if not self.draws:
            return [row | {"measured": np.nan, "stderr": np.nan}]
        x = torch.as_tensor(np.hstack(pair.sample(self.draws, rng=rng)), device=device)
        samples = evaluate_gap(exact, x, gap, times, torch_generator(rng, device), redraws=1).inside
        return [row | {"measured": float(samples.mean()), "stderr": float(samples.std()) / self.draws**0.5}]


@dataclass(frozen=True)
class Pointwise:
    """Per sample of a normal pair, what two forms attribute to it, and its exact pointwise information."""

    information: float = 1.0
    samples: int = 400
    redraws: int = 1000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per sample."""
        pair, gap = normal_pair(mutual_information=self.information), mutual_information_gap("c")
        x, y = pair.sample(self.samples, rng=rng)
        exact, points = (AnalyticGaussianScore(pair.cov, (1, 1)), torch.as_tensor(np.hstack([x, y]), device=device))
        shares = evaluate_gap(exact, points, gap, ImportanceTimes(), torch_generator(rng, device), self.redraws)
        columns = (x[:, 0], y[:, 0], pair.pointwise_mutual_information(x, y), shares.inside, shares.mmse)
        names = ("x", "y", "pointwise", "inside", "mmse")
        return [dict(zip(names, map(float, row), strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Forward:
    """Noisy samples of a normal pair at six times, with the exact and the learnt joint score."""

    rho: float = 0.75
    samples: int = 20_000
    steps: int = 500
    shown: int = 150

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per time and sample."""
        pair = normal_pair(self.rho)
        model = _trained_on(pair.sample(self.samples, rng=rng), ((1, 1),), self.steps, rng, device)
        exact = AnalyticGaussianScore(pair.cov, (1, 1))
        clean = torch.as_tensor(np.hstack(pair.sample(self.shown, rng=rng)))
        names = ("x", "y", "exact_x", "exact_y", "learnt_x", "learnt_y")
        rows = []
        for moment in MOMENTS:
            t = torch.full((self.shown,), moment, dtype=clean.dtype)
            noisy = exact.process.perturb(clean, t, torch.as_tensor(rng.standard_normal(clean.shape)))
            learnt = model.noise(noisy.to(_like(model)), t.to(_like(model)), (1, 1)).double().cpu()
            columns = torch.hstack([noisy, exact.noise(noisy, t, (1, 1)), learnt]).tolist()
            rows += [{"t": moment, **dict(zip(names, row, strict=True))} for row in columns]
        return rows


@dataclass(frozen=True)
class Sigma:
    """The outside form of one network, trained on one task, for every width of the Gaussian reference."""

    task: str
    samples: int = 20_000
    steps: int = 1000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per width."""
        problem, gap = task(self.task), mutual_information_gap("c")
        data = problem.sample(self.samples, rng=rng)
        model = _trained_on(data, gap.masks, self.steps, rng, device, baseline=True)
        test = torch.as_tensor(np.hstack(problem.sample(self.samples, rng=rng))).to(_like(model))
        rows = []
        for width in SIGMAS:
            stream = torch_generator(0, test.device)  # the same times and noise for every width
            values = evaluate_gap(model, test, gap, ImportanceTimes(), stream, redraws=2, sigma=width).outside
            row = {"sigma": width, "truth": problem.mutual_information, "estimate": float(values.mean())}
            rows.append(row | {"stderr": float(values.std()) / len(test) ** 0.5})
        return rows


def _trained_on(
    samples: tuple[np.ndarray, ...],
    masks: tuple[Mask, ...],
    steps: int,
    rng: np.random.Generator,
    device: str,
    baseline: bool = False,
) -> ScoreModel:
    """A score model of raw samples, which should be standardised already."""
    joint, dims = np.hstack(samples), tuple(part.shape[1] for part in samples)
    x = torch.as_tensor(joint, dtype=working_precision(device), device=device)
    start = AnalyticGaussianScore(np.cov(joint.T), dims) if baseline else None
    training = Training(lr=5e-3, batch=256)
    return train(x[None], dims, masks, [torch_generator(rng, device)], steps, training, baseline=start)


def _like(model: ScoreModel) -> torch.Tensor:
    return next(model.network.parameters())
