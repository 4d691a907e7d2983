"""How many directions a representation uses, and what its entropy can be: spectra, ranks, entropy surrogates."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimators import mixture_information
from szilard.rng import RNG
from szilard.validation import as_samples

__all__ = [
    "effective_rank", "mixture_entropy_bounds", "participation_ratio", "rank", "spectrum", "sphere_spread",
    "view_share",
]  # fmt: skip


def spectrum(z: ArrayLike) -> np.ndarray:
    """Eigenvalues of the covariance of codes (n, d), largest first, (d,)."""
    z = as_samples(z, "z")
    return np.clip(np.linalg.eigvalsh(np.atleast_2d(np.cov(z.T)))[::-1], 0.0, None)


def participation_ratio(z: ArrayLike) -> float:
    r""":math:`(\sum\lambda)^2/\sum\lambda^2` of the :func:`spectrum`, between 1 and d; 0 where all codes coincide."""
    values = spectrum(z)
    return float(values.sum() ** 2 / (values**2).sum()) if values.sum() > 0 else 0.0


def effective_rank(z: ArrayLike) -> float:
    r""":math:`\exp H(\lambda/\sum\lambda)` of the :func:`spectrum` (`roy2007effective`); 0 where all codes coincide."""
    values = spectrum(z)
    if not values.sum() > 0:
        return 0.0
    shares = values[values > 0] / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def rank(z: ArrayLike, share: float = 1e-3) -> int:
    """Directions whose variance is more than ``share`` of the largest."""
    values = spectrum(z)
    return int((values > share * values[0]).sum()) if values[0] > 0 else 0


def sphere_spread(z: ArrayLike) -> float:
    """Root of the total variance of normalised codes (n, d): 1 where they fill the sphere, 0 where they coincide."""
    z = as_samples(z, "z")
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return float(np.sqrt(unit.var(axis=0).sum()))


def view_share(first: ArrayLike, second: ArrayLike) -> float:
    """Variance between codes (n, d) of two views of one thing, as a share of the variance over things."""
    a, b = as_samples(first, "first"), as_samples(second, "second")
    return float(0.5 * ((a - b) ** 2).sum(axis=1).mean() / max(a.var(axis=0).sum(), 1e-12))


def mixture_entropy_bounds(means: ArrayLike, variances: ArrayLike, draws: int = 4, rng: RNG = 0) -> dict[str, float]:
    r"""Entropy in nats of an even mixture of normal distributions, bounded and sampled.

    With h_i the entropy of a component, H is the mean of h_i plus the information between point and component
    (:func:`~szilard.estimators.mixture_information`), which pairwise distances bound from both sides
    (`kolchinsky2017estimating`).

    Args:
        means: (N, d).
        variances: one number, (N,) or (N, d).
        draws: per component, for the sampled value.
        rng: of the sampled value.

    Returns:
        ``lower``, ``sampled`` and ``upper``, and ``normal``, what a normal distribution of the same covariance has.
    """
    means = as_samples(means, "means")
    spread = np.asarray(variances, dtype=float)
    spread = np.broadcast_to(spread[:, None] if spread.ndim == 1 else spread, means.shape)
    inside = 0.5 * float(np.log(2 * math.pi * math.e * spread).sum(axis=1).mean())
    parts = {"lower": "bd", "sampled": "mc", "upper": "kt"}
    found = {
        name: inside + mixture_information(means, spread, method, rng=rng, draws=draws).value
        for name, method in parts.items()
    }
    cov = np.atleast_2d(np.cov(means.T, bias=True)) + np.diag(spread.mean(axis=0))
    return found | {"normal": 0.5 * float(np.linalg.slogdet(2 * math.pi * math.e * cov)[1])}
