"""The thermodynamic uncertainty relation: what the precision of a current costs, and a biased walk that pays it.

Entropies are in units of k_B, rates in 1/s.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_integer, check_positive

__all__ = ["tur_ratio", "walk"]


def tur_ratio(current: ArrayLike, entropy_production: float) -> float:
    """Σ Var(J)/⟨J⟩², at least 2 for a current that Markov jumps carry in a steady state.

    Args:
        current: J in runs of equal duration, shape (n,), n ≥ 2, mean not 0.
        entropy_production: Σ, mean total entropy production of a run in k_B, > 0.

    Raises:
        ValueError: fewer than two runs, a mean of 0, or no entropy production.

    Source: `barato2015thermodynamic`.
    """
    runs = as_samples(current, "current")
    check_positive(entropy_production, "entropy_production")
    if runs.shape[1] != 1 or len(runs) < 2 or runs.mean() == 0:
        raise ValueError(f"current must have shape (n,), n ≥ 2, and a mean other than 0; got shape {np.shape(current)}")
    return float(entropy_production * runs.var(ddof=1) / runs.mean() ** 2)


def walk(forward: float, backward: float, duration: float, n: int, *, rng: RNG = 0) -> np.ndarray:
    """Net steps of ``n`` walks with rates ``forward`` and ``backward`` in 1/s, of ``duration`` in s, shape (n,)."""
    for name, value in (("forward", forward), ("backward", backward), ("duration", duration)):
        check_positive(value, name)
    check_integer(n, "n", minimum=1)
    random = generator(rng)
    ahead, back = random.poisson(forward * duration, n), random.poisson(backward * duration, n)
    return (ahead - back).astype(np.float64)
