"""Exact scores of Gaussian laws: the truth that networks are compared with, and a baseline they can start from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from szilard.diffusion.masks import CONDITION, DIFFUSED, Mask, coordinates
from szilard.diffusion.process import VPDiffusion
from szilard.validation import as_covariance, as_samples

__all__ = ["AnalyticGaussianScore"]


class AnalyticGaussianScore:
    r"""Exact noise predictor of a Gaussian law under the diffusion, for every mask.

    With S the covariance of the diffused coordinates given the conditioning ones and m their conditional mean,

    .. math:: \hat ε = σ_t (k_t^2 S + σ_t^2 I)^{-1} (x_t - k_t m) = -σ_t \nabla \log p_t(x_t).

    Args:
        cov: covariance (D, D) of the concatenated variables; it may be singular.
        dims: width of each variable; they add up to D.
        mean: mean (D,), zero if left out.
        process: the diffusion.

    Raises:
        ValueError: ``cov`` not symmetric positive semidefinite, or ``dims`` or ``mean`` that do not fit it.
    """

    def __init__(
        self,
        cov: np.ndarray,
        dims: Sequence[int],
        mean: np.ndarray | None = None,
        process: VPDiffusion | None = None,
    ) -> None:
        matrix = as_covariance(cov, semidefinite=True)
        if sum(dims) != len(matrix):
            raise ValueError(f"dims must add up to {len(matrix)}, the size of cov; got {tuple(dims)}")
        centre = np.zeros(len(matrix)) if mean is None else as_samples(mean, "mean")[:, 0]
        if centre.shape != (len(matrix),):
            raise ValueError(f"mean must have {len(matrix)} entries, as cov has rows; got {len(centre)}")
        self.cov, self.mean = torch.tensor(matrix), torch.tensor(centre)  # copies
        self.dims = tuple(dims)
        self.process = process or VPDiffusion()
        self._solved: dict[tuple[Mask, torch.device, torch.dtype], _Solution] = {}

    def noise(self, x: torch.Tensor, t: torch.Tensor, mask: Mask) -> torch.Tensor:
        """Expected noise in ``x`` (…, n, D) at times ``t`` (…, n); zero outside the diffused coordinates."""
        law = self._solve(mask, x)
        k, variance = self.process.k(t)[..., None], self.process.variance(t)[..., None]
        given = x[..., law.conditioning] - law.conditioning_mean
        centred = x[..., law.diffused] - k * (law.diffused_mean + given @ law.gain)
        shrunk = (centred @ law.vectors) * (variance.sqrt() / (k**2 * law.values + variance))
        out = torch.zeros_like(x)
        out[..., law.diffused] = shrunk @ law.vectors.T
        return out

    def energy(self, t: torch.Tensor, mask: Mask) -> torch.Tensor:
        r"""Expected squared noise prediction :math:`E\|\hat ε\|^2=\sum_i σ_t^2/(k_t^2 s_i+σ_t^2)` at times ``t`` (n,).

        s_i are the eigenvalues of S. By orthogonality, E‖ε_fine − ε_coarse‖² is the difference of two energies.
        """
        k, variance = self.process.k(t)[:, None], self.process.variance(t)[:, None]
        return (variance / (k**2 * self._solve(mask, t).values + variance)).sum(1)

    def log_density(self, x: torch.Tensor, mask: Mask) -> torch.Tensor:
        """Log density (n,) in nats of the diffused coordinates given the conditioning ones, for clean ``x`` (n, D).

        Directions in which the law has no width are left out.
        """
        law = self._solve(mask, x)
        given = x[..., law.conditioning] - law.conditioning_mean
        projected = (x[..., law.diffused] - law.diffused_mean - given @ law.gain) @ law.vectors
        wide = law.values > 1e-12 * law.values.max()
        values = law.values[wide]
        return -0.5 * (projected[..., wide].square() / values + (2 * math.pi * values).log()).sum(-1)

    def _solve(self, mask: Mask, like: torch.Tensor) -> _Solution:
        """The conditional law for a mask, solved in float64 and moved to the device of ``like`` once."""
        key = (mask, like.device, like.dtype)
        if key not in self._solved:
            a, c = (
                torch.tensor(coordinates(mask, self.dims, role), dtype=torch.long)
                for role in (DIFFUSED, CONDITION)
            )
            gain = torch.linalg.pinv(self.cov[c][:, c], rtol=1e-12, hermitian=True) @ self.cov[c][:, a]
            values, vectors = torch.linalg.eigh(self.cov[a][:, a] - self.cov[a][:, c] @ gain)
            numbers = (self.mean[a], self.mean[c], gain, vectors, values.clamp(min=0))
            self._solved[key] = _Solution(
                a.to(like.device), c.to(like.device), *(part.to(like) for part in numbers)
            )
        return self._solved[key]


@dataclass(frozen=True)
class _Solution:
    """Coordinates and means of both sides, regression gain (c, a), eigensystem of the conditional covariance."""

    diffused: torch.Tensor
    conditioning: torch.Tensor
    diffused_mean: torch.Tensor
    conditioning_mean: torch.Tensor
    gain: torch.Tensor
    vectors: torch.Tensor
    values: torch.Tensor
