"""What the chapter on MINDE measures of scores: exact ones, where nothing is trained, and learnt ones beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from szilard.compendium import Rows
from szilard.diffusion import AnalyticGaussianScore, ImportanceTimes, LogisticTimes, TimeSampler, UniformTimes
from szilard.diffusion.divergence import evaluate_gap, gaussian_gap
from szilard.diffusion.masks import mutual_information_gap
from szilard.distributions import normal_pair
from szilard.experiments.minde.cells import CROSSED, PAIR, PROTOCOLS, minde, quick_minde
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

__all__ = ["TIMES", "Forward", "Integrand", "Sigma", "Truncation"]


@dataclass(frozen=True)
class Integrand:
    """Integrand of a normal pair of this information, or a crossed one, over the log signal-to-noise ratio; its area is
    the information. Both have exact scores."""

    pair: str
    information: float
    variant: str = "c"

    def measure(self) -> Rows:
        """One row per log signal-to-noise ratio."""
        exact = AnalyticGaussianScore(normal_pair(mutual_information=self.information).cov, (1, 1))
        gap = mutual_information_gap(self.variant)
        log_snr = torch.linspace(-10, 16, 521, dtype=torch.float64)
        t = exact.process.time(log_snr)
        if check_choice(self.pair, "pair", ("normal", CROSSED)) == CROSSED:
            values = PAIR.denoising_gain(exact.process.k(t).numpy(), exact.process.variance(t).numpy())
        else:
            fine, coarse = (sum(exact.energy(t, mask) for mask in side) for side in (gap.fine, gap.coarse))
            values = 0.5 * torch.as_tensor(fine - coarse).numpy()
        return [{"log_snr": a, "integrand": b} for a, b in zip(log_snr.tolist(), values.tolist(), strict=True)]


@dataclass(frozen=True)
class Truncation:
    """What the estimator returns for the exact scores of a normal pair with one sampler of diffusion times: by
    quadrature and, where ``draws`` is not 0, by so many random draws as well."""

    information: float
    scheme: str
    draws: int

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        times = TIMES[check_choice(self.scheme, "scheme", TIMES)]
        pair, gap = normal_pair(mutual_information=self.information), mutual_information_gap("c")
        exact = AnalyticGaussianScore(pair.cov, (1, 1))
        row = {"quadrature": gaussian_gap(exact, gap, times)}
        if not self.draws:
            return [row | {"measured": np.nan, "stderr": np.nan}]
        x = torch.as_tensor(np.hstack(pair.sample(self.draws, rng=rng)), device=device)
        samples = evaluate_gap(exact, x, gap, times, torch_generator(rng, device), redraws=1).inside
        return [row | {"measured": float(samples.mean()), "stderr": float(samples.std()) / self.draws**0.5}]


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
        learner = minde("network", 256, 64, steps=self.steps, variant="j", device=device)
        model = learner.mutual_information(*pair.sample(self.samples, rng=rng), rng=rng).diagnostics["model"]
        exact, like = AnalyticGaussianScore(pair.cov, (1, 1)), next(model.network.parameters())
        clean = torch.as_tensor(np.hstack(pair.sample(self.shown, rng=rng)))
        names = ("x", "y", "exact_x", "exact_y", "learnt_x", "learnt_y")
        rows = []
        for moment in MOMENTS:
            t = torch.full((self.shown,), moment, dtype=clean.dtype)
            noisy = exact.process.perturb(clean, t, torch.as_tensor(rng.standard_normal(clean.shape)))
            learnt = model.noise(noisy.to(like), t.to(like), (1, 1)).double().cpu()
            columns = torch.hstack([noisy, exact.noise(noisy, t, (1, 1)), learnt]).tolist()
            rows += [{"t": moment, **dict(zip(names, row, strict=True))} for row in columns]
        return rows


@dataclass(frozen=True)
class Sigma:
    """The outside form of one network, trained on crossed pairs, for every width of the Gaussian reference."""

    protocol: str
    steps: int = 1500
    samples: int = 20_000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per width."""
        gap, times = mutual_information_gap("c"), LogisticTimes()
        learner = quick_minde(check_choice(self.protocol, "protocol", PROTOCOLS), self.steps, device=device)
        model = learner.mutual_information(*PAIR.sample(self.samples, rng=rng), rng=rng).diagnostics["model"]
        # the margins are standard normal, so that what prepared the samples changes them by little
        test = torch.as_tensor(np.hstack(PAIR.sample(self.samples // 2, rng=rng))).to(next(model.network.parameters()))
        rows = []
        for width in SIGMAS:
            stream = torch_generator(0, test.device)  # the same times and noise for every width
            values = evaluate_gap(model, test, gap, times, stream, redraws=1, sigma=width).outside
            row = {"sigma": width, "truth": PAIR.mutual_information, "estimate": float(values.mean())}
            rows.append(row | {"stderr": float(values.std()) / len(test) ** 0.5})
        return rows
