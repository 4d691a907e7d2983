"""A uniform signal seen through uniform noise: dependence with bounded support and sharp edges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import lambertw

from szilard.distributions.distribution import as_points, check_sample_size
from szilard.rng import RNG, generator
from szilard.validation import check_positive

__all__ = ["UniformAdditive"]


@dataclass(frozen=True)
class UniformAdditive:
    r"""X uniform on (0, 1) and Y = X + N with N uniform on (-e, e); in nats

    .. math:: I(X;Y) = e - \ln 2e \ \ (e \le \tfrac12), \qquad I(X;Y) = \frac1{4e}\ \ (e \ge \tfrac12).

    Args:
        noise: half-width e > 0 of the noise.

    >>> round(UniformAdditive(0.1).mutual_information, 6), round(UniformAdditive(0.75).mutual_information, 6)
    (1.709438, 0.333333)

    Source: `czyz2023beyond`.
    """

    noise: float

    dims = (1, 1)
    truth = "closed form"

    def __post_init__(self) -> None:
        check_positive(self.noise, "noise")

    @classmethod
    def from_information(cls, nats: float) -> UniformAdditive:
        """The distribution that shares ``nats``."""
        check_positive(nats, "nats")
        if nats <= 0.5:
            return cls(1.0 / (4.0 * nats))
        # e − ln 2e = I  ⇔  (−e) exp(−e) = −exp(−I) / 2; the principal branch holds e ≤ 1
        return cls(float(-lambertw(-math.exp(-nats) / 2.0).real))

    @property
    def name(self) -> str:
        """Readable name."""
        return f"Uniform 1 x 1 (additive noise={self.noise:g})"

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""
        e = self.noise
        return 1.0 / (4.0 * e) if e > 0.5 else e - math.log(2.0 * e)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: two arrays (n, 1)."""
        check_sample_size(n)
        rng = generator(rng)
        x = rng.uniform(0.0, 1.0, size=(n, 1))
        return x, x + rng.uniform(-self.noise, self.noise, size=(n, 1))

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(y|x)/p(y)` in nats, shape (n,); -inf where y - x exceeds the noise."""
        x, y = as_points(x, y, self.dims)
        e = self.noise
        # p(y) = |(0, 1) ∩ (y − e, y + e)| / 2e, and p(y|x) = 1 / 2e
        overlap = (np.minimum(y + e, 1.0) - np.maximum(y - e, 0.0))[:, 0]
        possible = (np.abs(y - x) <= e)[:, 0] & (overlap > 0)
        return np.where(possible, -np.log(np.where(possible, overlap, 1.0)), -np.inf)
