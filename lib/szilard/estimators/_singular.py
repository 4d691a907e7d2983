"""Samples of a singular distribution: some variable is fixed by the others, and the total correlation is infinite."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from szilard.estimate import Estimate, OInformation
from szilard.fleets import RankGaussian, Rescale

FIXED = 1e-10  # share of a direction's variance left unexplained by the other variables that counts as none
ROWS = 20_000

__all__ = ["FIXED", "free_share", "infinite"]


def free_share(x: np.ndarray, dims: Sequence[int]) -> float:
    """The smallest share of variance that a direction within one variable keeps, given all other variables.

    By linear regression on the standardised columns of ``x`` (n, D) and on their normal scores, whichever explains
    more: zero for copies, for increasing maps of them, and for sums without noise. The first ROWS samples suffice.
    """
    x, shares = x[:ROWS], []
    for prepare in (Rescale.fit(x), RankGaussian.fit(x)):
        correlation, start = np.corrcoef(prepare(x).T), 0
        for width in dims:
            own = np.arange(start, start + width)
            shares.append(_unexplained(correlation, own, np.delete(np.arange(len(correlation)), own)))
            start += width
    return min(shares)


def _unexplained(correlation: np.ndarray, own: np.ndarray, rest: np.ndarray) -> float:
    """One minus the largest squared canonical correlation between two sets of columns."""
    left, right = (_whitening(correlation[np.ix_(part, part)]) for part in (own, rest))
    largest = np.linalg.svd(left.T @ correlation[np.ix_(own, rest)] @ right, compute_uv=False)[0]
    return 1.0 - float(largest) ** 2


def _whitening(matrix: np.ndarray) -> np.ndarray:
    """Directions of unit variance; those without any are left out."""
    values, vectors = np.linalg.eigh(matrix)
    wide = values > FIXED * values[-1]
    return vectors[:, wide] / np.sqrt(values[wide])


def infinite(n: int, variables: int, gradients: bool, method: str = "SOI") -> OInformation:
    """The answer for singular samples: TC, and with it DTC ≥ TC / (N − 1), is infinite, their difference undefined."""
    sentence = "a variable is fixed by the others: a continuous distribution then has infinite TC, DTC and S, and no Ω"
    lost, unknown = (Estimate(value, math.nan, n=n, method=method) for value in (math.inf, math.nan))
    each = (unknown,) * variables if gradients else None
    return OInformation(lost, lost, unknown, lost, each, {"warnings": (sentence,)})
