"""How evenly information is spread over a unit of text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_samples

POWER = 1.25  # of the super-linear cost

__all__ = ["Uniformity", "uniformity"]


@dataclass(frozen=True)
class Uniformity:
    """Measures of uneven surprisal (`meister2021uid`), all 0 where every token has the same, except
    mean, cost and, with a mean of the corpus, about_language.

    Args:
        mean: μ, bits a token.
        variance: mean of (s − μ)².
        about_language: mean of (s − μ_LM)², with the mean of the corpus instead of the own one.
        local_variance: mean of (s_{i+1} − s_i)².
        local_difference: mean step between neighbours, without its sign.
        cost: mean of s^1.25; by Jensen at least μ^1.25.
        most: largest s − μ.
        variation: standard deviation over μ; 0 where μ is.
    """

    mean: float
    variance: float
    about_language: float
    local_variance: float
    local_difference: float
    cost: float
    most: float
    variation: float


def uniformity(bits: ArrayLike, language_mean: float | None = None) -> Uniformity:
    """Measures of one unit's surprisals (n,); ``language_mean`` is that of the corpus, by default the unit's own.

    Raises:
        ValueError: fewer than two tokens, or surprisals that are negative or not finite.
    """
    s = as_samples(bits, "bits").ravel()
    if len(s) < 2 or (s < 0).any():
        raise ValueError(f"bits must be at least two surprisals ≥ 0; got {len(s)}, the least {s.min():.3g}")
    mean, steps = float(s.mean()), np.diff(s)
    return Uniformity(
        mean,
        float(s.var()),
        float(np.mean((s - (mean if language_mean is None else language_mean)) ** 2)),
        float(np.mean(steps**2)),
        float(np.abs(steps).mean()),
        float(np.mean(s**POWER)),
        float(s.max() - mean),
        float(s.std() / mean) if mean > 0 else 0.0,
    )
