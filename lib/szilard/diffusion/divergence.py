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

Everything here also takes a fleet: samples (fleet, n, D), a stream per member, predictors that answer for all members
at once. Each member's numbers are those it would get alone, to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Protocol

import torch
from torch import Tensor

from szilard.diffusion.analytic import AnalyticGaussianScore
from szilard.diffusion.masks import DIFFUSED, Gap, Mask, coordinates
from szilard.diffusion.process import VPDiffusion
from szilard.diffusion.times import TimeSampler

FORMS = ("inside", "outside", "mmse")
CHUNK = 16_384  # rows evaluated at once: bounds memory, whatever the size of the test set
Streams = torch.Generator | Sequence[torch.Generator]

__all__ = [
    "FORMS", "Denoiser", "GapSamples", "evaluate_gap", "evaluate_gaps", "gaussian_cross_divergence", "gaussian_gap",
    "gaussian_gap_error", "gaussian_pointwise", "squared_gap", "stratified",
]  # fmt: skip


class Denoiser(Protocol):
    """Anything that predicts noise for masks: a trained :class:`ScoreModel` or an exact score."""

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each variable."""

    @property
    def process(self) -> VPDiffusion:
        """The diffusion."""

    def noises(self, x: Tensor, t: Tensor, masks: Sequence[Mask]) -> Tensor:
        """Predicted noise in ``x`` (masks, n, D) at ``t`` (n,), zero outside the coordinates that a mask diffuses; a
        fleet's is (masks, fleet, n, D)."""


@dataclass(frozen=True)
class GapSamples:
    """Per-sample contributions (n,), or (fleet, n), in nats to each form of a gap; their mean is the estimate.

    ``control_error`` is the standard error of the mean that a control variate added to all of them.
    """

    inside: Tensor
    outside: Tensor
    mmse: Tensor
    control_error: float = 0.0

    def estimate(self, form: str) -> tuple[float, float]:
        """Mean and standard error of a form, in nats."""
        values = getattr(self, form)
        spread = float(values.std()) / math.sqrt(len(values))
        return float(values.mean()), math.hypot(spread, self.control_error)

    def member(self, index: int) -> GapSamples:
        """What one member of a fleet contributes."""
        return replace(self, **{form: getattr(self, form)[index] for form in FORMS})


def stratified(count: int, generator: torch.Generator, like: Tensor) -> Tensor:
    """``count`` uniform numbers, one per stratum of width 1/count, in random order."""
    strata = torch.randperm(count, generator=generator, device=like.device)
    return (strata + torch.rand(count, dtype=like.dtype, generator=generator, device=like.device)) / count


def evaluate_gap(
    denoiser: Denoiser, x: Tensor, gap: Gap, times: TimeSampler, generator: Streams, redraws: int = 10,
    sigma: float = 1.0, control: AnalyticGaussianScore | None = None,
) -> GapSamples:  # fmt: skip
    """Per-sample values of a gap in its three forms, averaged over redraws of time and noise: see
    :func:`evaluate_gaps`."""
    return evaluate_gaps(denoiser, x, (gap,), times, generator, redraws, sigma, control)[0]


def evaluate_gaps(
    denoiser: Denoiser, x: Tensor, gaps: Sequence[Gap], times: TimeSampler, generator: Streams, redraws: int = 10,
    sigma: float = 1.0, control: AnalyticGaussianScore | None = None,
) -> list[GapSamples]:  # fmt: skip
    """Per-sample values of several gaps in their three forms, on the same times and noise.

    A mask that stands in several gaps is predicted once, so that sums and differences of gaps keep what their errors
    have in common.

    Args:
        denoiser: the noise predictor.
        x: samples (n, D) or (fleet, n, D) the predictor was not trained on, in its units.
        gaps: which predictions to compare.
        times: where to look on the time axis.
        generator: stream of times (stratified over all samples) and noise; one per member of a fleet.
        redraws: independent times and noises per sample.
        sigma: width of the Gaussian reference of the "outside" form, in the units of ``x``.
        control: Gaussian score that serves as control variate; its covariance should be that behind the samples,
            estimated from others than ``x``.
    """
    masks = tuple(dict.fromkeys(mask for gap in gaps for mask in gap.masks))

    def forms(x: Tensor, t: Tensor, z: Tensor) -> Tensor:
        noisy = times.process.perturb(x, t, z)
        targets = z, _reference(times.process, noisy, t, sigma)

        def of(predictor: Denoiser) -> Tensor:
            predicted = dict(zip(masks, _predictions(predictor, x, noisy, t, masks), strict=True))
            return torch.cat([_forms(gap, predicted, targets, denoiser.dims) for gap in gaps])

        return of(denoiser) if control is None else of(denoiser) - of(control)

    count = len(FORMS) * len(gaps)
    values = _half_integrals(forms, count, x, times, generator, redraws, len(masks)).unflatten(0, (len(gaps), -1))
    if control is not None:
        means = [torch.as_tensor(gaussian_gap(control, gap, times)).to(x)[..., None] for gap in gaps]
        values = torch.stack([value + mean for value, mean in zip(values, means, strict=True)])
    return [GapSamples(*value) for value in values]


def _forms(gap: Gap, predicted: Mapping[Mask, Tensor], targets: tuple[Tensor, ...], dims: Sequence[int]) -> Tensor:
    """Integrands (3, …, n) of a gap's forms from the predictions per mask, the noise and the reference's noise."""
    diffused = sorted(i for mask in gap.coarse for i in coordinates(mask, dims, DIFFUSED))
    coarse, fine = (total(predicted[mask] for mask in side)[..., diffused] for side in (gap.coarse, gap.fine))
    z, reference = (target[..., diffused] for target in targets)
    outside = _square(fine - reference) - _square(coarse - reference)
    return torch.stack([_square(fine - coarse), outside, _square(z - coarse) - _square(z - fine)])


def gaussian_gap(score: AnalyticGaussianScore, gap: Gap, times: TimeSampler, points: int = 8192) -> float | list[float]:
    """What every form of a gap is on average for an exact Gaussian score, in nats, by quadrature over the sampler.

    Equal to the closed form up to what the sampler leaves out. A stack of scores gives a list.
    """
    v = (torch.arange(points, dtype=torch.float64) + 0.5) / points
    t = times.inverse_cdf(v**3)  # crowded towards early times, where a uniform sampler's weight is steep
    energy = _difference(gap, lambda mask: score.energy(t, mask))
    return (0.5 * times.weight(t) * energy * 3 * v**2).mean(-1).tolist()


def gaussian_gap_error(score: AnalyticGaussianScore, gap: Gap, x: Tensor) -> float | list[float]:
    """Standard error of :func:`gaussian_gap` in nats where the score's covariance was estimated from ``x`` (n, D).

    To first order in the error of the covariance, which moves the value as it moves the mean of the pointwise
    information. A stack of scores, with ``x`` (fleet, n, D), gives a list.
    """
    return (gaussian_pointwise(score, gap, x).std(-1) / math.sqrt(x.shape[-2])).tolist()


def gaussian_pointwise(score: AnalyticGaussianScore, gap: Gap, x: Tensor) -> Tensor:
    """Information (…, n) in nats that a gap stands for, at each clean sample ``x`` (…, n, D), as the score sees it.

    Its mean over the distribution of the score, or over the samples that was fitted to, is the closed form.
    """
    return _difference(gap, lambda mask: score.log_density(x, mask))


def squared_gap(denoiser: Denoiser, x: Tensor, t: Tensor, z: Tensor, gap: Gap) -> Tensor:
    """‖ε_f − ε_c‖² (…, n) for clean ``x`` (…, n, D) at times ``t`` (…, n) with noise ``z``, without any weight."""
    noisy = denoiser.process.perturb(x, t, z)
    predicted = dict(zip(gap.masks, _predictions(denoiser, x, noisy, t, gap.masks), strict=True))
    return _square(_difference(gap, predicted.__getitem__))


def total(parts: Iterable[Tensor]) -> Tensor:
    """The sum of one tensor or more."""
    return reduce(torch.add, parts)


def _difference(gap: Gap, of: Callable[[Mask], Tensor]) -> Tensor:
    """What a function of masks adds up to on the fine side less what it does on the coarse one."""
    return total(map(of, gap.fine)) - total(map(of, gap.coarse))


def _predictions(denoiser: Denoiser, clean: Tensor, noisy: Tensor, t: Tensor, masks: Sequence[Mask]) -> Tensor:
    """Predictions (masks, …, n, D) in one call, each on samples whose other variables are clean."""
    target = torch.zeros(len(masks), noisy.shape[-1], dtype=torch.bool)
    for row, mask in zip(target, masks, strict=True):
        row[coordinates(mask, denoiser.dims, DIFFUSED)] = True
    target = target.to(noisy.device).reshape(len(masks), *[1] * (noisy.dim() - 1), -1)
    return denoiser.noises(torch.where(target, noisy, clean), t, masks)


def gaussian_cross_divergence(
    denoiser: Denoiser, x: Tensor, mask: Mask, times: TimeSampler, generator: Streams, redraws: int = 10,
    sigma: float = 1.0,
) -> Tensor:  # fmt: skip
    """Per-sample contributions (n,) or (fleet, n) in nats to KL(p of the diffused variables ‖ N(0, sigma² I)).

    The divergence left at t = 1 is not in it. Its mean is e(μ, γ_σ) of `franzese2024minde`, from which entropy
    follows.
    """
    diffused = coordinates(mask, denoiser.dims, DIFFUSED)

    def distance(x: Tensor, t: Tensor, z: Tensor) -> Tensor:
        noisy = times.process.perturb(x, t, z)
        predicted = _predictions(denoiser, x, noisy, t, (mask,))[..., diffused]
        return _square(predicted - _reference(times.process, noisy[..., diffused], t, sigma))

    return _half_integrals(distance, 1, x, times, generator, redraws)[0]


def _half_integrals(
    integrands: Callable[[Tensor, Tensor, Tensor], Tensor], count: int, x: Tensor, times: TimeSampler,
    generator: Streams, redraws: int, masks: int = 1,
) -> Tensor:  # fmt: skip
    """½∫ r(t) f dt per sample (count, …, n) for ``integrands`` f(x, t, z), mean over redraws.

    CHUNK rows are predicted at once, where every sample is predicted for so many ``masks``.
    """
    total = torch.zeros(count, *x.shape[:-1], dtype=x.dtype, device=x.device)
    chunk = max(CHUNK // (masks * x.shape[:-2].numel()), 1)
    for _ in range(redraws):
        u, z = _draw(x, generator)
        t = times.inverse_cdf(u)
        for start in range(0, x.shape[-2], chunk):
            rows = slice(start, start + chunk)
            values = integrands(x[..., rows, :], t[..., rows], z[..., rows, :])
            total[..., rows] += 0.5 * times.weight(t[..., rows]) * values
    return total / redraws


def _draw(x: Tensor, generator: Streams) -> tuple[Tensor, Tensor]:
    """Stratified uniform numbers (…, n) and noise in the shape of ``x``, each member's from its own stream."""
    if not isinstance(generator, torch.Generator):
        members = [_draw(*pair) for pair in zip(x, generator, strict=True)]
        return torch.stack([u for u, _ in members]), torch.stack([z for _, z in members])
    u = stratified(len(x), generator, x)
    return u, torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


def _reference(process: VPDiffusion, noisy: Tensor, t: Tensor, sigma: float) -> Tensor:
    """Noise predicted for samples that started as N(0, sigma² I)."""
    return (process.sigma(t) / process.chi(t, sigma))[..., None] * noisy


def _square(difference: Tensor) -> Tensor:
    return difference.square().sum(-1)
