"""What makes a measured O-information doubtful: singular samples, routes that disagree, bounds that are broken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from szilard.diffusion import GapSamples
from szilard.estimate import Estimate, OInformation
from szilard.estimators.fleet import CEILING, _disagreement, _near_ceiling, _ties
from szilard.estimators.preprocess import RankGaussian, Rescale

FIXED = 1e-10  # share of a direction's variance left unexplained by the other variables that counts as none
TOLERANCE = 0.1  # share of S by which two routes to one quantity may differ before a warning
SIGMAS = 4.0

__all__ = ["FIXED", "doubts", "free_share", "infinite", "sample_doubts"]


def free_share(x: np.ndarray, dims: Sequence[int]) -> float:
    """The smallest share of variance that a direction within one variable keeps, given all other variables.

    By linear regression on the standardised columns of ``x`` (n, D) and on their normal scores, whichever explains
    more: zero for copies, for increasing maps of them, and for sums without noise.
    """
    shares = []
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
    kept = values > FIXED * values[-1]
    return vectors[:, kept] / np.sqrt(values[kept])


def infinite(n: int, variables: int, gradients: bool) -> OInformation:
    """The answer for a singular law: TC, and with it DTC ≥ TC / (N − 1), is infinite, their difference undefined."""
    sentence = "a variable is fixed by the others: a continuous law then has infinite TC, DTC and S, and no Ω"
    lost, unknown = (Estimate(value, math.nan, n=n, method="SOI") for value in (math.inf, math.nan))
    asked = (unknown,) * variables if gradients else None
    return OInformation(lost, lost, unknown, lost, asked, {"warnings": (sentence,)})


def sample_doubts(x: np.ndarray, share: float) -> list[str]:
    """Warnings that the samples alone give: ties, and variables that others all but fix."""
    if share > math.exp(-2 * CEILING):
        return _ties(x)
    return [
        f"the others leave only a share {share:.1e} of a variable's variance free: the earliest diffusion times are "
        "cut off, expect low values",
        *_ties(x),
    ]


def doubts(
    samples: Mapping[str, GapSamples], chosen: Mapping[str, Estimate], dims: Sequence[int]
) -> list[str]:
    """Warnings where forms or routes disagree, bounds are broken, or values come near what diffusion can see."""
    found = [f"{name.upper()}: {text}" for name in ("tc", "dtc") for text in _disagreement(samples[name])]
    found += _near_ceiling(max(chosen["tc"].value, chosen["dtc"].value), sum(dims) - max(dims))
    allowed = TOLERANCE * max(chosen["s"].value, 0.1)
    check = chosen["s_check"]
    if _beyond(abs(check.value), check.stderr, allowed):
        found.append(f"TC + DTC exceeds S measured directly by {check.value:+.3f} ± {check.stderr:.3f} nats")
    for name, larger, smaller in (("tc_bound", "TC", "DTC"), ("dtc_bound", "DTC", "TC")):
        bound = chosen[name]
        if _beyond(-bound.value, bound.stderr, allowed):
            found.append(f"{larger} exceeds {len(dims) - 1} {smaller}, its bound, by {-bound.value:.3f} nats")
    for i in range(len(dims)):
        check = chosen.get(f"check {i}")
        if check is not None and _beyond(abs(check.value), check.stderr, allowed):
            found.append(
                f"the two routes to gradient {i} differ by {check.value:+.3f} ± {check.stderr:.3f} nats"
            )
    return found


def _beyond(size: float, stderr: float, allowed: float) -> bool:
    return size > max(SIGMAS * stderr, allowed)
