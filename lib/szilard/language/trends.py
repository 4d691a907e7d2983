"""Does a curve rise or fall? Mann and Kendall's test, slopes, and how they move when documents are drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from szilard.language.measures import Profile
from szilard.rng import RNG
from szilard.validation import as_samples

LEVEL = 0.05

__all__ = ["MannKendall", "Trend", "mann_kendall", "slopes", "theil_sen", "trend"]


@dataclass(frozen=True)
class MannKendall:
    """The test of `mann1945nonparametric` and `kendall1975rank` for a trend.

    Args:
        s: rising pairs less falling ones.
        variance: of s without a trend, ties taken into account.
        z: standardised, with correction for continuity.
        p: two-sided.
        tau: s over the number of pairs.
    """

    s: int
    variance: float
    z: float
    p: float
    tau: float

    @property
    def direction(self) -> str:
        """``"increasing"`` or ``"decreasing"`` where p < 0.05, else ``"no trend"``."""
        if self.p >= LEVEL:
            return "no trend"
        return "increasing" if self.s > 0 else "decreasing"


def mann_kendall(y: ArrayLike) -> MannKendall:
    """Test a series for a monotone trend; below five values none can be significant.

    The test takes the values for independent. Averages over the same documents are not, so that its p is too small for
    them; :func:`trend` draws documents again beside it.

    Raises:
        ValueError: fewer than 3 values, or values that are not finite.

    >>> result = mann_kendall(range(10))
    >>> result.s, result.variance, round(result.z, 5), result.direction
    (45, 125.0, 3.93548, 'increasing')
    """
    y = as_samples(y, "y").ravel()
    n = len(y)
    if n < 3:
        raise ValueError(f"y must have at least 3 values; got {n}")
    s = int(np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)].sum())
    ties = np.unique(y, return_counts=True)[1].astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = float((s - np.sign(s)) / np.sqrt(variance)) if variance > 0 else 0.0
    return MannKendall(s, float(variance), z, float(2 * norm.sf(abs(z))), 2 * s / (n * (n - 1)))


def theil_sen(x: ArrayLike, y: ArrayLike) -> float:
    """The median of the slopes between all pairs of points with different x."""
    x, y = as_samples(x, "x").ravel(), as_samples(y, "y").ravel()
    i, j = np.triu_indices(len(x), 1)
    apart = x[j] != x[i]
    if not apart.any():
        raise ValueError("x must hold at least two different values")
    return float(np.median((y[j] - y[i])[apart] / (x[j] - x[i])[apart]))


def slopes(x: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Least-squares slopes of curves (…, n) against x (n,); places that a curve lacks are left out."""
    weights = np.isfinite(curves).astype(float)
    values = np.where(weights > 0, curves, 0.0)
    total = weights.sum(axis=-1)
    centre = (weights @ x) / total
    shifted = (x - centre[..., None]) * weights
    return (shifted * values).sum(axis=-1) / (shifted * x).sum(axis=-1)


@dataclass(frozen=True)
class Trend:
    """How an averaged curve goes.

    Args:
        test: Mann and Kendall's.
        theil_sen: median slope, bits a place.
        slope: least-squares slope, bits a place.
        low, high: the middle 95 % of the latter when documents are drawn again.
        documents: how many there are.
    """

    test: MannKendall
    theil_sen: float
    slope: float
    low: float
    high: float
    documents: int


def trend(profile: Profile, average: str = "micro", replicates: int = 1000, rng: RNG = 0) -> Trend:
    """The trend of a profile over its places."""
    curve = profile.mean(average)
    x = np.arange(len(profile), dtype=float)
    drawn = slopes(x, profile.resampled(replicates, rng))
    low, high = np.quantile(drawn, [0.025, 0.975])
    test = mann_kendall(curve)
    return Trend(test, theil_sen(x, curve), float(slopes(x, curve)), float(low), float(high), len(profile.bits))
