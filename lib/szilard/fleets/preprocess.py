"""Column-wise maps applied before training: they leave mutual information alone and make learning easier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

__all__ = ["PREPROCESSORS", "Asinh", "RankGaussian", "Rescale"]


@dataclass(frozen=True)
class Rescale:
    """Zero mean and unit variance per column, as learnt from the training samples."""

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def fit(cls, samples: np.ndarray) -> Rescale:
        """Learn from samples (n, d), of any size that floats have."""
        unit = np.ldexp(1.0, np.frexp(np.abs(samples).max(0))[1] - 1)  # a power of two: squares stay finite, to the bit
        scaled = samples / unit
        return cls(scaled.mean(0) * unit, scaled.std(0) * unit)

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Apply the map to samples (n, d)."""
        return (samples - self.mean) / self.scale

    @property
    def log_volume(self) -> float:
        """What entropy (nats) gains when the map is undone."""
        return float(np.log(self.scale).sum())


@dataclass(frozen=True)
class RankGaussian:
    """Every column made standard normal through its ranks among the training samples.

    Ties share their mean rank. A new value takes the rank between its neighbours, beyond the extremes that of the
    extreme: only the order matters, so that an increasing map of a column changes nothing at all.
    """

    knots: np.ndarray

    @classmethod
    def fit(cls, samples: np.ndarray) -> RankGaussian:
        """Learn from samples (n, d)."""
        return cls(np.sort(samples, axis=0))

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Apply the map to samples (n, d)."""
        n = len(self.knots)
        columns = zip(self.knots.T, samples.T, strict=True)
        below_or_equal = [[np.searchsorted(knots, x, side) for side in ("left", "right")] for knots, x in columns]
        ranks = np.mean(below_or_equal, axis=1).T
        return ndtri(ranks.clip(0.5, n - 0.5) / n)


@dataclass(frozen=True)
class Asinh:
    """Inverse hyperbolic sine of every column in units of its central spread, then rescaled: tames heavy tails.

    The unit is half the distance between the quartiles, or the standard deviation where these coincide: the middle of
    a column stays nearly straight, while far values grow as a logarithm.
    """

    centre: np.ndarray
    unit: np.ndarray
    rescale: Rescale

    @classmethod
    def fit(cls, samples: np.ndarray) -> Asinh:
        """Learn from samples (n, d)."""
        low, centre, high = np.quantile(samples, [0.25, 0.5, 0.75], axis=0)
        unit = np.where(high > low, (high - low) / 2, Rescale.fit(samples).scale)
        return cls(centre, unit, Rescale.fit(np.arcsinh((samples - centre) / unit)))

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Apply the map to samples (n, d)."""
        return self.rescale(np.arcsinh((samples - self.centre) / self.unit))


PREPROCESSORS: dict[str, Callable[[np.ndarray], Rescale | Asinh | RankGaussian]] = {
    "rescale": Rescale.fit,
    "asinh": Asinh.fit,
    "rank": RankGaussian.fit,
}
