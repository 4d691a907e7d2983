"""Mutual information from nearest neighbours where values repeat: discrete, rounded, censored or mixed variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, roots_genlaguerre, roots_jacobi

from szilard.estimate import Estimate
from szilard.estimators._common import from_local, near_ceiling, not_local, split_scaled, varying_pair
from szilard.estimators.kinds import check_not_copied, row_codes, ties_of
from szilard.estimators.neighbours import count_within, k_nearest
from szilard.validation import check_integer

__all__ = ["MixedKSG"]

# Relative difference, and units in the last place of the largest value, up to which distances are equal: those between
# multiples of 0.1 differ by rounding.
SLACK, ULPS = 1e-9, 8
NODES, MANY = 12, 100  # of a quadrature, and from how many samples on a neighbourhood's edge it takes its limit


@dataclass(frozen=True)
class MixedKSG:
    r"""Mutual information I(X; Y) in nats by k nearest neighbours, for any mixture of continuous and repeated values.

    Let :math:`\rho_i` be the distance from sample i to its k-th nearest neighbour, the larger of the distances in X and
    in Y. Where samples are continuous in its neighbourhood, its term is that of :class:`~szilard.estimators.KSG`,

    .. math:: \hat\imath_i = \psi(k) + \psi(n) - \psi(n_{x,i}+1) - \psi(n_{y,i}+1)

    with :math:`n_{x,i}` the others at distance in X below :math:`\rho_i`. Where b others have the same values, so that
    :math:`\rho_i = 0`, it is the plug-in of frequencies with corrected bias (`gao2017estimating`),

    .. math:: \hat\imath_i = \psi(b + 1) + \psi(n) - \psi(m_{x,i}) - \psi(m_{y,i}),

    with :math:`m_{x,i}` the samples at distance in X up to :math:`\rho_i`, itself included. Where rounding puts several
    at a distance :math:`\rho_i > 0`, with a nearer ones and b up to it, the k-th of them is one of b − a, and

    .. math:: \hat\imath_i = \psi(k) - \mathrm{E}\ln\bigl(q + (1-q)B\bigr) + \psi(n) - \psi(m_{x,i}) - \psi(m_{y,i}),

    B the (k − a)-th smallest of b − a uniform numbers and q the share of :math:`m_{x,i} m_{y,i}` that is nearer. This
    contains the other two cases. On rounded normal pairs (n = 300 to 200,000, steps of 0.001 to 1) it lies within 0.06
    nats of the exact information of the rounded pair on average, and within 0.04 from 2,000 samples on. Where frequent
    values lie amid continuous ones, neighbourhoods reach over them and the bias towards 0 vanishes more slowly.

    Args:
        k: number of neighbours; a larger k has less variance and more bias.
        standardize: divide every column by its interquartile range first.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.integers(5, size=1000)
    >>> y = x + 2 * rng.random(1000)  # ln 5 − ⅘ ln 2 = 1.055 nats
    >>> MixedKSG().mutual_information(x, y)
    1.0... ± 0.0... nats · MixedKSG(k=3) · n = 1,000
    """

    k: int = 3
    standardize: bool = True

    name: ClassVar[str] = "mixed-ksg"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_integer(self.k, "k", minimum=1)

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        Diagnostics: ``copies`` and ``lattice``, the shares of samples with at least k copies and of those with several
        neighbours at the largest distance; ``relative_radius`` as for KSG; and warnings about neighbourhoods that are
        not local and about rows that seem to be copied.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, n ≤ k, a constant column, or every row
                copied equally often.
        """
        x, y = varying_pair(x, y, self.k)
        copied = check_not_copied(x, y)
        blocks, unit, doubts = split_scaled([x, y], self.standardize)
        near = _neighbourhoods(blocks, self.k)
        local, tied = _terms(blocks, near, self.k)
        # As for KSG; a sample among ties is one of their number, which adds up to one too.
        influence = local + tied + near.as_neighbour(np.where(tied, 0.0, 1 / self.k))
        radius = float(np.median(near.radii)) / unit
        equal = near.radii == 0
        facts = {"copies": float(equal.mean()), "lattice": float((tied & ~equal).mean()), "relative_radius": radius}
        ceiling = near_ceiling(float(local.mean()), len(x), self.k) * (not copied)
        doubts = [*copied, *ceiling, *not_local(radius), *doubts]
        return from_local(self, local, influence=influence, warnings=doubts, facts=facts)


@dataclass(frozen=True)
class _Near:
    """The neighbourhood of each sample: its radius (n,), by how much equal distances may differ (n,), how many samples
    have its values (n,), 0 where no value repeats, the rows searched, and the neighbours of these among themselves.
    """

    radii: np.ndarray
    slack: np.ndarray
    copies: np.ndarray
    searched: np.ndarray
    rows: np.ndarray

    def as_neighbour(self, weights: np.ndarray) -> np.ndarray:
        """For each sample the sum of the weights (n,) of those that it is a neighbour of."""
        given = np.repeat(weights[self.searched], self.rows.shape[1])
        return np.bincount(self.searched[self.rows].ravel(), weights=given, minlength=len(self.radii))


def _neighbourhoods(blocks: Sequence[np.ndarray], k: int) -> _Near:
    """The distance to the k-th neighbour; of a sample with more copies than that, only k + 1 are searched."""
    x = np.hstack(blocks)
    n = len(x)
    if not any(ties_of(column).crowd for column in x.T):
        distances, rows = k_nearest(blocks, k)
        return _Near(distances[:, -1], np.zeros(n), np.zeros(n, dtype=np.int64), np.arange(n), rows)
    code = row_codes(x)
    order = np.argsort(code, kind="stable")
    rank = np.arange(n) - np.searchsorted(code[order], code[order])
    searched = np.sort(order[rank <= k])
    distances, rows = k_nearest([block[searched] for block in blocks], k)
    radii = np.zeros(n)
    radii[searched] = distances[:, -1]
    slack = np.minimum(SLACK * radii + ULPS * np.spacing(np.abs(x).max()), radii)
    return _Near(radii, slack, np.bincount(code)[code], searched, rows)


def _terms(blocks: Sequence[np.ndarray], near: _Near, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The terms (n,), whose mean is the estimate, and which of them (n,) come from ties."""
    below = [count_within(block, near.radii - near.slack) + 1 for block in blocks]
    n = len(near.radii)
    local = digamma(k) + digamma(n) - digamma(below[0]) - digamma(below[1])
    if not near.copies.any():
        return local, np.zeros(n, dtype=bool)
    upto = [count_within(block, near.radii + near.slack, strict=False) + 1 for block in blocks]
    tied = upto[0] + upto[1] - below[0] - below[1] > 1  # one sample lies on the edge of a continuous neighbourhood
    joint, edge = digamma(np.maximum(near.copies, 1)), tied & (near.radii > 0)
    if edge.any():
        share = (below[0] * below[1] / (upto[0] * upto[1]))[edge]
        nearer, within = _joint_counts(blocks, near, edge)
        joint[edge] = _log_rank(nearer[edge], within[edge], share, k)
    return np.where(tied, joint + digamma(n) - digamma(upto[0]) - digamma(upto[1]), local), tied


def _joint_counts(blocks: Sequence[np.ndarray], near: _Near, edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many others lie nearer than the edge and up to it, of the samples (n,) where that is asked."""
    x = np.hstack(blocks)
    limits = near.radii - near.slack, np.nextafter(near.radii + near.slack, np.inf)
    below, upto = (count_within(x, np.where(edge, limit, 0.0)) for limit in limits)
    return below, upto


def _log_rank(below: np.ndarray, upto: np.ndarray, share: np.ndarray, k: int) -> np.ndarray:
    """ψ(k) − E ln(q + (1 − q) B) by Gauss quadrature, for ``below`` < k ≤ ``upto`` samples and q = ``share``."""
    result = np.empty(len(share))
    key = upto * k + below
    for each in np.unique(key):
        where = np.flatnonzero(key == each)
        first, rest = k - each % k, each // k - k
        if rest < MANY:
            nodes, weights = roots_jacobi(NODES, rest, first - 1)
            beta = (1 + nodes) / 2
        else:  # a gamma variable over the number of samples, in the limit
            nodes, weights = roots_genlaguerre(NODES, first - 1)
            beta = nodes / (first + rest + 1)
        q = share[where, None]
        result[where] = digamma(k) - np.log(q + (1 - q) * beta) @ (weights / weights.sum())
    return result
