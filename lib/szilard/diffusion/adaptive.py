"""Time samplers fitted to where, along the diffusion, two predictions differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from szilard.diffusion.divergence import Denoiser, squared_gap, stratified
from szilard.diffusion.masks import Gap
from szilard.diffusion.times import PiecewiseTimes

__all__ = ["fit_times"]


def fit_times(
    denoiser: Denoiser, x: Tensor, gap: Gap, generators: Sequence[torch.Generator], rows: int = 4096,
    uniform: float = 0.5,
) -> PiecewiseTimes:  # fmt: skip
    r"""A sampler for every member of a fleet, adapted to the gap that its predictors see now.

    On each of 16 bins of log signal-to-noise ratio the density is proportional to the root mean square of
    :math:`\|\hat ε_f-\hat ε_c\|^2`, the choice that makes the inside form least noisy. A share of the mass stays
    uniform, so that no bin goes unlearnt and no weight exceeds the uniform one by more than the inverse of that share.
    The integral is the same for any density: only the noise of its estimate, and what a training that draws from it
    attends to, change.

    Args:
        denoiser: predictors of the fleet as they are now.
        x: samples (fleet, n, D), none of them held out.
        gap: which predictions to compare.
        generators: one random stream per member.
        rows: times and noises drawn per member.
        uniform: share of the mass that stays uniform.
    """
    flat = PiecewiseTimes.flat(denoiser.process)
    draws = [_draw(*member, flat, rows) for member in zip(x, generators, strict=True)]
    samples, t, z = (torch.stack(part) for part in zip(*draws, strict=True))
    square = squared_gap(denoiser, samples, t, z, gap).double()
    bins = flat.masses.shape[-1]
    sums = torch.zeros(len(x), bins, dtype=square.dtype, device=x.device)
    sums.scatter_add_(1, flat.bins(t), square.square())
    size = np.sqrt(sums.cpu().numpy())  # every bin has the same number of rows: times are stratified
    total = size.sum(1, keepdims=True)
    share = np.divide(size, total, out=np.full_like(size, 1 / bins), where=total > 0)
    return PiecewiseTimes(torch.from_numpy(uniform / bins + (1 - uniform) * share), denoiser.process)


def _draw(
    samples: Tensor, generator: torch.Generator, flat: PiecewiseTimes, rows: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Samples of one member, times and noise."""
    place = samples.device
    clean = samples[torch.randint(len(samples), (rows,), generator=generator, device=place)]
    t = flat.inverse_cdf(stratified(rows, generator, samples))
    return clean, t, torch.randn(clean.shape, dtype=samples.dtype, generator=generator, device=place)
