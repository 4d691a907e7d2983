"""Mutual information from the distances to the k nearest neighbours, after Kraskov, Stögbauer and Grassberger."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from szilard.estimate import Estimate, OInformation
from szilard.estimators._common import (
    describe,
    from_local,
    near_ceiling,
    not_local,
    rescaled,
    reverse_neighbours,
    split_scaled,
    varying_pair,
)
from szilard.estimators._singular import FIXED, free_share, infinite
from szilard.estimators.kinds import check_fine
from szilard.estimators.neighbours import check_search, count_within, k_nearest
from szilard.estimators.o_information import checked_variables, combined
from szilard.validation import check_integer, check_neighbours

__all__ = ["KSG"]

REMEDY = "use MixedKSG (mixed-ksg), or drop copied rows"  # for values that repeat
ADVICE = "use DiscretePlugIn (discrete) where all variables are, or drop copied rows"


@dataclass(frozen=True)
class KSG:
    r"""Mutual information I(X; Y) in nats by k nearest neighbours.

    Let :math:`\varepsilon_i` be the distance from sample i to its k-th nearest neighbour in the joint space, where the
    distance of two samples is the larger of their distances in X and in Y. Variant 1 counts the other samples with
    distance in X strictly below :math:`\varepsilon_i` (:math:`n_{x,i}`), likewise in Y:

    .. math:: \hat I_1 = \psi(k) + \psi(n) - \frac1n\sum_i\bigl[\psi(n_{x,i}+1) + \psi(n_{y,i}+1)\bigr].

    Variant 2 has one radius for each of X and Y, the largest distance there among the k neighbours, and counts the
    samples at distance ≤ that radius:

    .. math:: \hat I_2 = \psi(k) - \frac1k + \psi(n) - \frac1n\sum_i\bigl[\psi(n_{x,i}) + \psi(n_{y,i})\bigr].

    Eqs. 8 and 9 of `kraskov2004estimating`. Both see a flat density inside a neighbourhood: they are nearly unbiased
    in two or three dimensions, biased towards 0 in many, and cannot exceed about :math:`\psi(n) - \psi(k)`.

    Args:
        k: number of neighbours; a larger k has less variance and more bias.
        variant: 1 or 2.
        metric: the norm within X and within Y: ``"max"`` (largest coordinate, as most programs take it)
            or ``"euclidean"`` (as benchmark papers take it). They differ only for blocks of several columns.
        standardize: divide every column by its interquartile range first, so that units do not matter. The estimate
            depends on the relative scale of the columns, though the mutual information does not.
        neighbours: how neighbours are searched, ``"auto"``, ``"tree"`` or ``"torch"``: same result, other speed
            (with ties, variant 2 depends on which of several equally near neighbours a search picks).
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=1000)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=1000)  # 0.223 nats
    >>> KSG(k=3).mutual_information(x, y)
    0.2... ± 0.0... nats · KSG(k=3) · n = 1,000
    """

    k: int = 3
    variant: int = 1
    metric: str = "max"
    standardize: bool = True
    neighbours: str = "auto"
    device: str = "auto"

    name: ClassVar[str] = "ksg"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_integer(self.k, "k", minimum=1)
        if self.variant not in (1, 2):
            raise ValueError(f"variant must be 1 or 2; got {self.variant!r}")
        check_search(self.metric, self.neighbours, self.device)

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        The standard error is that of the samples' influences: their own term and their effect as a neighbour.

        Diagnostics: ``mean_counts`` (neighbours in X and in Y), ``relative_radius`` (median distance to the k-th
        neighbour over the median interquartile range of the columns), ``coarseness`` (share of neighbours that only
        rounding makes equal), ``ceiling`` in nats, and warnings about a value near the ceiling, rounding,
        neighbourhoods that are not local, heavy tails, and columns of very different scale that are not standardised.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, n ≤ k, a constant column, or values that
                repeat too often.
        """
        x, y = varying_pair(x, y, self.k)
        n, k, coarse = len(x), self.k, check_fine(np.hstack([x, y]), self.k, "x and y", REMEDY)
        blocks, unit, doubts = split_scaled([x, y], self.standardize)
        distances, rows = self._nearest(blocks)
        if self.variant == 1:
            counts = [self._count(block, distances[:, -1]) + 1 for block in blocks]
            constant = digamma(k) + digamma(n)
        else:
            counts = [self._count(block, _reach(block, rows, self.metric), strict=False) for block in blocks]
            constant = digamma(k) - 1 / k + digamma(n)
        local = constant - digamma(counts[0]) - digamma(counts[1])
        # Without sample j, the k-th neighbour of those it is a neighbour of lies farther: by 1/k in log volume.
        influence = local + reverse_neighbours(rows, np.full(k, 1 / k))
        facts = {
            "mean_counts": tuple(float(np.mean(c)) for c in counts),
            "relative_radius": float(np.median(distances[:, -1])) / unit,
            "coarseness": coarse,
            "ceiling": float(digamma(n) - digamma(k)),
        }
        estimate = from_local(self, local, influence=influence, facts=facts)
        return replace(estimate, diagnostics={**facts, "warnings": (*_doubts(estimate, k), *doubts)})

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False) -> OInformation:
        r"""TC, DTC, Ω, S and gradients in nats of samples (n, d_i) of each variable, from the total correlation of
        `kraskov2004estimating`; variant 1 only,

        .. math:: \widehat{TC}=\psi(k)+(m-1)\,\psi(n)-\Bigl\langle\sum_{i=1}^m\psi(n_i+1)\Bigr\rangle,

        for m variables, n_i the samples that lie closer to one in variable i than its k-th neighbour in all of them.
        The standard error is that of the local terms.
        """
        parts = checked_variables(variables)
        n, k = len(parts[0]), self.k
        check_neighbours(k, n)
        dims = [part.shape[1] for part in parts]
        if self.variant != 1:
            raise ValueError("O-information by neighbours needs variant 1 of KSG; got 2")
        if free_share(rescaled(np.hstack(parts))[0], dims) < FIXED:
            return infinite(n, len(parts), gradients, describe(self))
        parts, unit, doubts = split_scaled(parts, self.standardize)

        def local(subset: tuple[int, ...]) -> np.ndarray:
            blocks = [parts[i] for i in subset]
            check_fine(np.hstack(blocks), k, "variables", ADVICE)
            radii = self._nearest(blocks)[0][:, -1]
            counts = sum(digamma(self._count(block, radii) + 1) for block in blocks)
            terms = digamma(k) + (len(subset) - 1) * digamma(n) - counts
            if len(subset) == 2:
                doubts.extend(f"Variables {subset}: {doubt}" for doubt in near_ceiling(float(terms.mean()), n, k))
            if len(subset) == len(parts):
                doubts.extend(not_local(float(np.median(radii)) / unit, "biases the estimates"))
            return terms

        return combined(self, local, len(parts), n, gradients, doubts)

    def _nearest(self, blocks: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        return k_nearest(blocks, self.k, metric=self.metric, search=self.neighbours, device=self.device)

    def _count(self, z: np.ndarray, radii: np.ndarray, strict: bool = True) -> np.ndarray:
        return count_within(z, radii, strict=strict, metric=self.metric, search=self.neighbours, device=self.device)


def _reach(z: np.ndarray, rows: np.ndarray, metric: str) -> np.ndarray:
    """The largest distance within a block among each row's neighbours."""
    reach = np.zeros(len(z))
    for column in rows.T:
        step = np.abs(z - z[column])
        reach = np.maximum(reach, step.max(axis=1) if metric == "max" else _norm(step))
    return reach


def _norm(step: np.ndarray) -> np.ndarray:
    """Euclidean norms, summed column after column as the searches do, so that equal distances stay equal."""
    total = np.zeros(len(step))
    for column in step.T:
        total += column * column
    return np.sqrt(total)


def _doubts(estimate: Estimate, k: int) -> list[str]:
    """Sentences on what the diagnostics say against the estimate."""
    facts, doubts = estimate.diagnostics, near_ceiling(estimate.value, estimate.n, k)
    excess = facts["coarseness"] * math.exp(max(estimate.value, 0.0))
    if excess > estimate.stderr:
        doubts.append(f"Rounded values put the estimate too high by about {excess:.2g} nats: {REMEDY}.")
    return doubts + not_local(facts["relative_radius"])
