"""What the chapter on MINDE measures with exact scores, where nothing is trained: one cell, one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.distributions import normal_pair

__all__ = ["Integrand", "Pointwise", "Truncation"]


@dataclass(frozen=True)
class Integrand:
    """One normal pair and one variant."""

    information: float
    variant: str

    def measure(self) -> Rows:
        """Exact integrand over log signal-to-noise ratio; its area is the information."""
        import torch

        from szilard.diffusion import AnalyticGaussianScore, mutual_information_gap

        exact = AnalyticGaussianScore(normal_pair(mutual_information=self.information).cov, (1, 1))
        gap = mutual_information_gap(self.variant)
        log_snr = torch.linspace(-10, 16, 521, dtype=torch.float64)
        t = exact.process.time(log_snr)
        energy = [sum(exact.energy(t, mask) for mask in side) for side in (gap.fine, gap.coarse)]
        values = 0.5 * (energy[0] - energy[1])
        return [{"log_snr": a, "integrand": b} for a, b in zip(log_snr.tolist(), values.tolist(), strict=True)]


@dataclass(frozen=True)
class Truncation:
    """One normal pair, one sampler of diffusion times, and how many draws to measure with (0: quadrature only)."""

    information: float
    scheme: str
    draws: int

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """What the estimator returns for exact scores: by quadrature over time and, for some cells, by sampling."""
        import torch

        from szilard.diffusion import AnalyticGaussianScore, evaluate_gap, mutual_information_gap
        from szilard.rng import torch_generator

        law, gap, times = (
            normal_pair(mutual_information=self.information),
            mutual_information_gap("c"),
            _times(self.scheme),
        )
        exact = AnalyticGaussianScore(law.cov, (1, 1))
        t = times.inverse_cdf((torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000)
        energy = exact.energy(t, gap.fine[0]) - exact.energy(t, gap.coarse[0])
        row = {"quadrature": float((0.5 * times.weight(t) * energy).mean()), "measured": np.nan, "stderr": np.nan}
        if self.draws:
            x = torch.as_tensor(np.hstack(law.sample(self.draws, rng=rng)), device=device)
            samples = evaluate_gap(exact, x, gap, times, torch_generator(rng, device), redraws=1).inside
            row |= {"measured": float(samples.mean()), "stderr": float(samples.std()) / self.draws**0.5}
        return [row]


@dataclass(frozen=True)
class Pointwise:
    """A normal pair, its samples, and how often time and noise are redrawn for each."""

    information: float = 1.0
    samples: int = 400
    redraws: int = 1000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Per sample: what the inside and the mmse forms attribute to it, and its exact pointwise information."""
        import torch

        from szilard.diffusion import AnalyticGaussianScore, ImportanceTimes, evaluate_gap, mutual_information_gap
        from szilard.rng import torch_generator

        law = normal_pair(mutual_information=self.information)
        x, y = law.sample(self.samples, rng=rng)
        exact, points = (AnalyticGaussianScore(law.cov, (1, 1)), torch.as_tensor(np.hstack([x, y]), device=device))
        forms = evaluate_gap(
            exact, points, mutual_information_gap("c"), ImportanceTimes(), torch_generator(rng, device), self.redraws
        )
        columns = zip(x[:, 0], y[:, 0], law.pointwise_mutual_information(x, y), forms.inside, forms.mmse, strict=True)
        names = ("x", "y", "pointwise", "inside", "mmse")
        return [dict(zip(names, map(float, row), strict=True)) for row in columns]


def _times(scheme: str) -> Any:
    from szilard.diffusion import ImportanceTimes, UniformTimes

    kind, _, detail = scheme.partition(" ")
    return UniformTimes(t_min=float(detail)) if kind == "uniform" else ImportanceTimes(exact="exact" in detail)
