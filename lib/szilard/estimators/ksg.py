"""Mutual information from the distances to the k nearest neighbours, after Kraskov, Stögbauer and Grassberger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from szilard.estimate import Estimate, OInformation
from szilard.estimators._common import describe, from_local, reverse_neighbours, scaled, tie_warnings, varying_pair
from szilard.estimators._singular import FIXED, free_share, infinite
from szilard.estimators.neighbours import check_search, count_within, k_nearest
from szilard.estimators.o_information import checked_variables, combined
from szilard.validation import check_integer, check_neighbours, has_ties

__all__ = ["KSG"]

# Distance of the k-th neighbour, in interquartile ranges, up to which a neighbourhood counts as local.
LOCAL_UP_TO = 0.5
NATS_BELOW_CEILING = 1.0  # distance from the largest possible value from which on an estimate is in doubt
# Ratio of the typical spreads of x and y from which on the estimate depends on it visibly.
SCALES_UP_TO = 10.0


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
        standardize: divide every column by its standard deviation first. The estimate depends on the relative scale
            of the columns, though the mutual information does not.
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
    standardize: bool = False
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
        neighbour over the median interquartile range of the columns), ``scale_ratio`` (of the interquartile ranges of
        x and y), ``ceiling`` in nats, and warnings about ties, a value near the ceiling, neighbourhoods that are not
        local, and blocks of very different scale.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, n ≤ k, or a constant column.
        """
        x, y = varying_pair(x, y, self.k)
        n, k = len(x), self.k
        if self.standardize:
            x, y = scaled(x), scaled(y)
        distances, rows = self._nearest([x, y])
        if self.variant == 1:
            counts = [self._count(z, distances[:, -1]) + 1 for z in (x, y)]
            constant = digamma(k) + digamma(n)
        else:
            counts = [self._count(z, _reach(z, rows, self.metric), strict=False) for z in (x, y)]
            constant = digamma(k) - 1 / k + digamma(n)
        local = constant - digamma(counts[0]) - digamma(counts[1])
        spreads, tied = zip(*map(_spread_and_ties, (x, y)), strict=True)
        numbers = {
            "relative_radius": float(np.median(distances[:, -1]) / np.median(np.concatenate(spreads))),
            "scale_ratio": float(np.median(spreads[0]) / np.median(spreads[1])),
            "ceiling": float(digamma(n) - digamma(k)),
        }
        warnings = tie_warnings(any(tied)) + _doubts(float(np.mean(local)), n, numbers)
        facts = {"mean_counts": tuple(float(np.mean(c)) for c in counts), **numbers}
        # Without sample j, the k-th neighbour of those it is a neighbour of lies farther: by 1/k in log volume.
        influence = local + reverse_neighbours(rows, np.full(k, 1 / k))
        return from_local(self, local, influence=influence, warnings=warnings, facts=facts)

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
        x, dims = np.hstack(parts), [part.shape[1] for part in parts]
        if self.variant != 1:
            raise ValueError("O-information by neighbours needs variant 1 of KSG; got 2")
        if free_share(x, dims) < FIXED:
            return infinite(n, len(parts), gradients, describe(self))
        if self.standardize:
            parts = [scaled(part) for part in parts]

        def local(subset: tuple[int, ...]) -> np.ndarray:
            blocks = [parts[i] for i in subset]
            radii = self._nearest(blocks)[0][:, -1]
            counts = sum(digamma(self._count(block, radii) + 1) for block in blocks)
            return digamma(k) + (len(subset) - 1) * digamma(n) - counts

        return combined(self, local, len(parts), n, gradients, tie_warnings(has_ties(x)))

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


def _spread_and_ties(z: np.ndarray) -> tuple[np.ndarray, bool]:
    """Interquartile range of each column (the full range where half of the values are equal); whether any has ties."""
    z = np.sort(z, axis=0)
    n = len(z)
    spread = z[3 * n // 4] - z[n // 4]
    return np.where(spread > 0, spread, z[-1] - z[0]), bool((z[1:] == z[:-1]).any())


def _doubts(value: float, n: int, facts: dict[str, float]) -> list[str]:
    """Sentences on what the diagnostics say against the estimate."""
    doubts, radius, ratio = [], facts["relative_radius"], facts["scale_ratio"]
    if value > facts["ceiling"] - NATS_BELOW_CEILING:
        doubts.append(
            f"{value:.2f} nats is close to {facts['ceiling']:.2f}, the most that {n} samples can show: "
            "the mutual information may be larger; use more samples."
        )
    if radius > LOCAL_UP_TO:
        doubts.append(
            f"Neighbours are not local: the median distance to the k-th one is {radius:.2f} interquartile "
            "ranges, which biases the estimate towards 0; use more samples or fewer dimensions."
        )
    if not 1 / SCALES_UP_TO <= ratio <= SCALES_UP_TO:
        doubts.append(f"x and y differ in scale by a factor of {max(ratio, 1 / ratio):.3g}: set standardize=True.")
    return doubts
