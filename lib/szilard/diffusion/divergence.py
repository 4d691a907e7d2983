r"""From noise predictions to information: three ways to evaluate one time integral.

For predictors :math:`\hat ε_f` (fine, knowing more) and :math:`\hat ε_c` (coarse), r(t) = β/σ² and noise Z,

.. math::
   \text{inside} &= \tfrac12 \int r\,E\|\hat ε_f - \hat ε_c\|^2 dt \\
   \text{outside} &= \tfrac12 \int r\,E\big[\|\hat ε_f - ε_σ\|^2 - \|\hat ε_c - ε_σ\|^2\big] dt,
   \qquad ε_σ = σ_t x_t / χ_t \\
   \text{mmse} &= \tfrac12 \int r\,E\big[\|Z - \hat ε_c\|^2 - \|Z - \hat ε_f\|^2\big] dt

They agree for exact scores, and their disagreement is a free diagnostic for learnt ones (`franzese2024minde`; the last
is the I-MMSE relation of `guo2005mutual`). "inside" is never negative and biased up by independent errors of the two
predictors; the others are signed.

A Gaussian score can serve as control variate: its own forms, on the same times and noise, are subtracted sample by
sample and their exact mean is added. Where a network learns only what such a score misses, nearly all the noise of
the evaluation cancels; what the integral is, and what the network errs, stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from szilard.diffusion.analytic import AnalyticGaussianScore
from szilard.diffusion.masks import DIFFUSED, Gap, Mask, coordinates
from szilard.diffusion.process import VPDiffusion
from szilard.diffusion.times import TimeSampler

FORMS = ("inside", "outside", "mmse")
CHUNK = 16_384  # rows evaluated at once: bounds memory, whatever the size of the test set

__all__ = [
    "FORMS",
    "Denoiser",
    "GapSamples",
    "evaluate_gap",
    "gaussian_cross_divergence",
    "gaussian_gap",
    "gaussian_gap_error",
    "stratified",
]


class Denoiser(Protocol):
    """Anything that predicts noise for a mask: a trained :class:`ScoreModel` or an exact score."""

    dims: tuple[int, ...]
    process: VPDiffusion

    def noise(self, x: torch.Tensor, t: torch.Tensor, mask: Mask) -> torch.Tensor:
        """Predicted noise in ``x`` (n, D) at ``t`` (n,), zero outside the diffused coordinates."""


@dataclass(frozen=True)
class GapSamples:
    """Per-sample contributions (n,) in nats to each form of a gap; their mean is the estimate.

    ``control_error`` is the standard error of the mean that a control variate added to all of them.
    """

    inside: torch.Tensor
    outside: torch.Tensor
    mmse: torch.Tensor
    control_error: float = 0.0

    def estimate(self, form: str) -> tuple[float, float]:
        """Mean and standard error of a form, in nats."""
        values = getattr(self, form)
        spread = float(values.std()) / math.sqrt(len(values))
        return float(values.mean()), math.hypot(spread, self.control_error)


def stratified(count: int, generator: torch.Generator, like: torch.Tensor) -> torch.Tensor:
    """``count`` uniform numbers, one per stratum of width 1/count, in random order."""
    options = {"generator": generator, "device": like.device}
    strata = torch.randperm(count, **options)
    return (strata + torch.rand(count, dtype=like.dtype, **options)) / count


def evaluate_gap(
    denoiser: Denoiser,
    x: torch.Tensor,
    gap: Gap,
    times: TimeSampler,
    generator: torch.Generator,
    redraws: int = 10,
    sigma: float = 1.0,
    control: AnalyticGaussianScore | None = None,
) -> GapSamples:
    """Per-sample values of a gap in its three forms, averaged over redraws of time and noise.

    Args:
        denoiser: the noise predictor.
        x: samples (n, D) the predictor was not trained on, in its units.
        gap: which predictions to compare.
        times: where to look on the time axis.
        generator: stream of times (stratified over all samples) and noise.
        redraws: independent times and noises per sample.
        sigma: width of the Gaussian reference of the "outside" form, in the units of ``x``.
        control: Gaussian score that serves as control variate; its covariance should be that of the samples' law,
            estimated from others than ``x``.
    """
    diffused = sorted(i for mask in gap.coarse for i in coordinates(mask, denoiser.dims, DIFFUSED))

    def forms(x: torch.Tensor, t: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, ...]:
        noisy = times.process.perturb(x, t, z)
        reference = _reference(times.process, noisy[:, diffused], t, sigma)
        z = z[:, diffused]

        def of(predictor: Denoiser) -> tuple[torch.Tensor, ...]:
            coarse = _predict(predictor, x, noisy, t, gap.coarse)[:, diffused]
            fine = _predict(predictor, x, noisy, t, gap.fine)[:, diffused]
            return (
                _square(fine - coarse),
                _square(fine - reference) - _square(coarse - reference),
                _square(z - coarse) - _square(z - fine),
            )

        if control is None:
            return of(denoiser)
        return tuple(ours - theirs for ours, theirs in zip(of(denoiser), of(control), strict=True))

    values = _half_integrals(forms, len(FORMS), x, times, generator, redraws)
    return GapSamples(*(values if control is None else values + gaussian_gap(control, gap, times)))


def gaussian_gap(score: AnalyticGaussianScore, gap: Gap, times: TimeSampler, points: int = 8192) -> float:
    """What every form of a gap is on average for an exact Gaussian score, in nats, by quadrature over the sampler.

    Equal to the closed form up to what the sampler leaves out.
    """
    v = (torch.arange(points, dtype=torch.float64) + 0.5) / points
    t = times.inverse_cdf(v**3)  # crowded towards early times, where a uniform sampler's weight is steep
    energy = sum(score.energy(t, mask) for mask in gap.fine) - sum(
        score.energy(t, mask) for mask in gap.coarse
    )
    return float((0.5 * times.weight(t) * energy * 3 * v**2).mean())


def gaussian_gap_error(score: AnalyticGaussianScore, gap: Gap, x: torch.Tensor) -> float:
    """Standard error of :func:`gaussian_gap` in nats where the score's covariance was estimated from ``x`` (n, D).

    To first order in the error of the covariance, which moves the value as it moves the mean of the pointwise
    information.
    """
    pointwise = sum(score.log_density(x, mask) for mask in gap.fine) - sum(
        score.log_density(x, mask) for mask in gap.coarse
    )
    return float(pointwise.std()) / math.sqrt(len(x))


def _predict(
    denoiser: Denoiser, clean: torch.Tensor, noisy: torch.Tensor, t: torch.Tensor, masks: Sequence[Mask]
) -> torch.Tensor:
    """Sum of the predictions of several masks, each on samples whose other variables are clean."""
    total = torch.zeros_like(noisy)
    for mask in masks:
        target = torch.zeros(noisy.shape[1], dtype=torch.bool, device=noisy.device)
        target[coordinates(mask, denoiser.dims, DIFFUSED)] = True
        total += denoiser.noise(torch.where(target, noisy, clean), t, mask)
    return total


def gaussian_cross_divergence(
    denoiser: Denoiser,
    x: torch.Tensor,
    mask: Mask,
    times: TimeSampler,
    generator: torch.Generator,
    redraws: int = 10,
    sigma: float = 1.0,
) -> torch.Tensor:
    """Per-sample contributions (n,) in nats to KL(law of the diffused variables ‖ N(0, sigma² I)).

    The divergence left at t = 1 is not in it. Its mean is e(μ, γ_σ) of `franzese2024minde`, from which entropy
    follows.
    """
    diffused = coordinates(mask, denoiser.dims, DIFFUSED)

    def distance(x: torch.Tensor, t: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, ...]:
        noisy = times.process.perturb(x, t, z)
        predicted = _predict(denoiser, x, noisy, t, (mask,))[:, diffused]
        return (_square(predicted - _reference(times.process, noisy[:, diffused], t, sigma)),)

    return _half_integrals(distance, 1, x, times, generator, redraws)[0]


def _half_integrals(
    integrands: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], tuple[torch.Tensor, ...]],
    count: int,
    x: torch.Tensor,
    times: TimeSampler,
    generator: torch.Generator,
    redraws: int,
) -> torch.Tensor:
    """½∫ r(t) f dt per sample (count, n) for ``integrands`` f(x, t, z), averaged over redraws, CHUNK rows at once."""
    total = torch.zeros(count, len(x), dtype=x.dtype, device=x.device)
    for _ in range(redraws):
        t = times.inverse_cdf(stratified(len(x), generator, x))
        z = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
        for start in range(0, len(x), CHUNK):
            rows = slice(start, start + CHUNK)
            values = torch.stack(integrands(x[rows], t[rows], z[rows]))
            total[:, rows] += 0.5 * times.weight(t[rows]) * values
    return total / redraws


def _reference(process: VPDiffusion, noisy: torch.Tensor, t: torch.Tensor, sigma: float) -> torch.Tensor:
    """Noise predicted for samples that started as N(0, sigma² I)."""
    return (process.sigma(t) / process.chi(t, sigma))[:, None] * noisy


def _square(difference: torch.Tensor) -> torch.Tensor:
    return difference.square().sum(-1)
