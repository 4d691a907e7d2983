"""Exact scores of Gaussian distributions: the truth for networks, and a baseline they can start from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from szilard.diffusion.masks import CONDITION, DIFFUSED, Mask, coordinates
from szilard.diffusion.process import VPDiffusion
from szilard.validation import as_covariance, as_samples

__all__ = ["AnalyticGaussianScore"]


class AnalyticGaussianScore:
    r"""Exact noise predictor of a Gaussian distribution under the diffusion, for every mask.

    With S the covariance of the diffused coordinates given the conditioning ones and m their conditional mean,

    .. math:: \hat ε = σ_t (k_t^2 S + σ_t^2 I)^{-1} (x_t - k_t m) = -σ_t \nabla \log p_t(x_t).

    Args:
        cov: covariance (D, D) of the concatenated variables, which may be singular, or a stack (fleet, D, D) of them.
        dims: width of each variable; they add up to D.
        mean: mean (D,) or (fleet, D), as ``cov`` is single or stacked; zero if left out.
        process: the diffusion.

    A stack is a fleet: where samples are (…, n, D) for one distribution they are (…, fleet, n, D), and every
    member answers for its own rows.

    Raises:
        ValueError: ``cov`` not symmetric positive semidefinite, or ``dims`` or ``mean`` that do not fit it.
    """

    def __init__(
        self, cov: np.ndarray, dims: Sequence[int], mean: np.ndarray | None = None, process: VPDiffusion | None = None
    ) -> None:
        matrix = _covariances(cov)
        D = matrix.shape[-1]
        if sum(dims) != D:
            raise ValueError(f"dims must add up to {D}, the size of cov; got {tuple(dims)}")
        self.cov, self.mean = torch.tensor(matrix), torch.tensor(_means(mean, matrix))  # copies
        self.dims = tuple(dims)
        self.process = process or VPDiffusion()
        self._solved: dict[tuple[Mask, torch.device, torch.dtype], _Solution] = {}

    def member(self, index: int) -> AnalyticGaussianScore:
        """One distribution of a stack; a single distribution is every member's."""
        if self.cov.dim() == 2:
            return self
        return AnalyticGaussianScore(self.cov[index].numpy(), self.dims, self.mean[index].numpy(), self.process)

    def noise(self, x: Tensor, t: Tensor, mask: Mask) -> Tensor:
        """Expected noise in ``x`` (…, n, D) at times ``t`` (…, n); zero outside the diffused coordinates.

        For a stack of distributions the axis before the samples is the fleet's.
        """
        law = self._solve(mask, x)
        k, variance = self.process.k(t)[..., None], self.process.variance(t)[..., None]
        conditions = x[..., law.conditioning] - law.conditioning_mean
        centred = x[..., law.diffused] - k * (law.diffused_mean + conditions @ law.gain)
        shrunk = (centred @ law.vectors) * (variance.sqrt() / (k**2 * law.values + variance))
        out = torch.zeros_like(x)
        out[..., law.diffused] = shrunk @ law.vectors.mT
        return out

    def noises(self, x: Tensor, t: Tensor, masks: Sequence[Mask]) -> Tensor:
        """:meth:`noise` for several masks, each with its own samples: ``x`` is (masks, …, n, D)."""
        return torch.stack([self.noise(part, t, mask) for part, mask in zip(x, masks, strict=True)])

    def energy(self, t: Tensor, mask: Mask) -> Tensor:
        r"""Expected squared noise prediction :math:`E\|\hat ε\|^2=\sum_i σ_t^2/(k_t^2 s_i+σ_t^2)` at times ``t`` (n,);
        (fleet, n) for a stack.

        s_i are the eigenvalues of S. By orthogonality, E‖ε_fine − ε_coarse‖² is the difference of two energies.
        """
        k, variance = self.process.k(t)[..., None], self.process.variance(t)[..., None]
        return (variance / (k**2 * self._solve(mask, t).values + variance)).sum(-1)

    def log_density(self, x: Tensor, mask: Mask) -> Tensor:
        """Log density (…, n) in nats of the diffused coordinates given the conditioning ones, at clean ``x`` (…, n, D).

        Directions in which the distribution has no width are left out.
        """
        law = self._solve(mask, x)
        conditions = x[..., law.conditioning] - law.conditioning_mean
        projected = (x[..., law.diffused] - law.diffused_mean - conditions @ law.gain) @ law.vectors
        wide = law.values > 1e-12 * law.values.amax(-1, keepdim=True)
        values = torch.where(wide, law.values, torch.ones_like(law.values))
        terms = projected.square() / values + (2 * math.pi * values).log()
        return -0.5 * torch.where(wide, terms, torch.zeros_like(terms)).sum(-1)

    def _solve(self, mask: Mask, like: Tensor) -> _Solution:
        """The conditional distribution for a mask, solved in float64 and moved to the device of ``like`` once."""
        key = (mask, like.device, like.dtype)
        if key not in self._solved:
            a, c = (
                torch.tensor(coordinates(mask, self.dims, role), dtype=torch.long) for role in (DIFFUSED, CONDITION)
            )
            across, spread = self.cov[..., c[:, None], a], self.cov[..., a[:, None], a]
            gain = torch.linalg.pinv(self.cov[..., c[:, None], c], rtol=1e-12, hermitian=True) @ across
            values, vectors = torch.linalg.eigh(spread - across.mT @ gain)
            means = (self.mean[..., None, a], self.mean[..., None, c])
            numbers = (*means, gain, vectors, values.clamp(min=0)[..., None, :])
            self._solved[key] = _Solution(a.to(like.device), c.to(like.device), *(part.to(like) for part in numbers))
        return self._solved[key]


def _covariances(cov: np.ndarray) -> np.ndarray:
    """A covariance (D, D) or a stack (fleet, D, D) of them, every one checked."""
    if np.ndim(cov) == 3 and len(cov):
        return np.stack([as_covariance(member, semidefinite=True) for member in cov])
    return as_covariance(cov, semidefinite=True)


def _means(mean: np.ndarray | None, cov: np.ndarray) -> np.ndarray:
    """Means in the shape that fits ``cov``."""
    if mean is None:
        return np.zeros(cov.shape[:-1])
    centre = as_samples(mean, "mean")
    centre = centre[:, 0] if cov.ndim == 2 and centre.shape[1] == 1 else centre
    if centre.shape != cov.shape[:-1]:
        raise ValueError(f"mean must have {cov.shape[-1]} entries, as cov has rows; got {len(centre)}")
    return centre


@dataclass(frozen=True)
class _Solution:
    """Coordinates and means (1, ·) of both sides, regression gain (c, a), eigensystem of the conditional covariance;
    where the distribution is stacked, all numbers have the fleet's axis in front."""

    diffused: Tensor
    conditioning: Tensor
    diffused_mean: Tensor
    conditioning_mean: Tensor
    gain: Tensor
    vectors: Tensor
    values: Tensor
