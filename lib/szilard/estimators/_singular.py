"""Samples of a singular distribution: some variable is fixed by the others, and the total correlation is infinite."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from szilard.estimate import Estimate, OInformation
from szilard.rounding import in_range

FIXED = 1e-30  # share of a direction's variance left unexplained by the other variables that counts as none
ROUNDING = 16 * float(np.finfo(float).eps)  # what sums of a few terms miss of an exact dependence, in their own size
ROWS = 20_000
RANK = 1e-10  # smallest over largest extent of columns below which some of them are combinations of others

__all__ = ["FIXED", "check_spread", "free_share", "infinite", "linear_share", "residuals", "resolution"]


def free_share(x: np.ndarray, dims: Sequence[int]) -> float:
    """The smallest share of variance that a direction within one variable keeps, given all other variables.

    By linear regression on the standardised columns of ``x`` (n, D) and on their normal scores, whichever explains
    more: zero for copies, for increasing maps of them, and for sums without noise. The first ROWS samples suffice.
    """
    x = x[:ROWS]
    scores = ndtri((rankdata(x, axis=0) - 0.5) / len(x))  # as RankGaussian.fit(x)(x), in a third of its time
    return min(linear_share(z, dims) for z in (x, scores))


def linear_share(x: np.ndarray, dims: Sequence[int]) -> float:
    """:func:`free_share` by linear regression on the columns of ``x`` (n, D) alone; 0 where rounding hides it."""
    x = in_range(x[:ROWS])
    triangle = np.linalg.qr(x - x.mean(axis=0), mode="r")  # has the lengths and angles of the columns
    triangle /= np.linalg.norm(triangle, axis=0)
    shares, start = [], 0
    for width in dims:
        own = np.arange(start, start + width)
        left, right = (_basis(part) for part in (triangle[:, own], np.delete(triangle, own, axis=1)))
        shares.append(float(np.linalg.svd(residuals(left, right), compute_uv=False)[-1]) ** 2)
        start += width
    least = min(shares)
    return least if least > resolution(x) ** 2 else 0.0


def resolution(x: np.ndarray) -> float:
    """What rounding may leave of a direction of the columns of ``x`` (n, d) that is fixed, over its extent."""
    return ROUNDING * float((np.abs(x).max(axis=0) / x.std(axis=0)).max())


def check_spread(x: np.ndarray, name: str = "x") -> None:
    """Refuse columns (n, d), n > d, one of which the others fix: their differential entropy is −∞."""
    z = in_range(x)
    triangle = np.linalg.qr(z - z.mean(axis=0), mode="r")
    size = np.linalg.svd(triangle / np.linalg.norm(triangle, axis=0), compute_uv=False)
    if len(x) > x.shape[1] and size[-1] < RANK * size[0]:
        raise ValueError(
            f"{name} must have linearly independent columns; got some that others fix, whose differential entropy is "
            "−∞: drop them"
        )


def residuals(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """What is left of orthonormal columns (n, d) once explained by other orthonormal columns (n, e).

    Its singular values are the sines of the angles between the two spaces, precise where they are small, which one
    minus a squared correlation is not.
    """
    return left - right @ (right.T @ left)


def _basis(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what the columns span."""
    vectors, size, _ = np.linalg.svd(columns, full_matrices=False)
    return vectors[:, size > RANK * size[0]]


def infinite(n: int, variables: int, gradients: bool, method: str = "SOI") -> OInformation:
    """The answer for singular samples: TC, and with it DTC ≥ TC / (N − 1), is infinite, their difference undefined."""
    sentence = (
        f"as far as {n:,} samples tell, a variable is fixed by the others: a continuous distribution then has infinite "
        "TC, DTC and S, and no Ω"
    )
    lost, unknown = (Estimate(value, math.nan, n=n, method=method) for value in (math.inf, math.nan))
    each = (unknown,) * variables if gradients else None
    return OInformation(lost, lost, unknown, lost, each, {"warnings": (sentence,)})
