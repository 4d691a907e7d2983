"""Entropy and mutual information from Gaussian kernel densities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist
from scipy.special import logsumexp

from szilard.estimate import Estimate
from szilard.estimators._common import bulk_doubts, from_local, scaled, varying_pair
from szilard.estimators._singular import check_spread, linear_share
from szilard.estimators.kinds import check_not_copied
from szilard.validation import as_samples, check_choice, check_integer, check_neighbours, check_positive, check_varies

__all__ = ["BANDWIDTHS", "KernelDensity"]

BANDWIDTHS = ("scott", "silverman")
PAIRS = 1 << 21  # kernel values held at a time: 16 MiB each for x and y
SECONDS = 5e-8  # for each pair of samples, on one core of a laptop
TINY = 1e-280  # below this a sum of kernels may have lost terms to underflow and is redone in logarithms


@dataclass(frozen=True)
class KernelDensity:
    r"""Entropy or mutual information in nats by plugging in kernel densities, at the samples themselves.

    .. math:: \hat I = \frac1n\sum_i\ln\frac{\hat p(x_i,y_i)}{\hat p(x_i)\,\hat p(y_i)},\qquad
              \hat p(z_i) = \frac1{n-1}\sum_{j\ne i}K_h(z_i - z_j),

    K a Gaussian of standard deviation h times each column's. The joint density uses the product of the kernels of x
    and y, so that its marginals are the marginal densities; smoothing biases the estimate towards 0. Costs n² kernels,
    tile by tile.

    Args:
        bandwidth: h, in standard deviations of each column, or a rule for it by sample size and joint dimension d:
            ``"scott"`` :math:`n^{-1/(d+4)}` or ``"silverman"`` :math:`(n(d+2)/4)^{-1/(d+4)}`.
        leave_one_out: leave the sample itself out of its density, as above (the default); otherwise it is included with
            1/n in front ("resubstitution"), which biases entropies down and mutual information up.
        limit: most samples, for the time that n² kernels take, half a minute for these; ``None`` for any number.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=500)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=500)  # 0.223 nats
    >>> KernelDensity().mutual_information(x, y)
    0.226 ± 0.022 nats · KernelDensity() · n = 500
    """

    bandwidth: float | str = "scott"
    leave_one_out: bool = True
    limit: int | None = 30_000

    name: ClassVar[str] = "kde"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if isinstance(self.bandwidth, str):
            check_choice(self.bandwidth, "bandwidth", BANDWIDTHS)
        else:
            check_positive(self.bandwidth, "bandwidth")
        if self.limit is not None:
            check_integer(self.limit, "limit", minimum=2)

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        Diagnostics: ``bandwidth`` h, and warnings where samples have hardly any neighbours within reach of the kernel
        or the bulk of them lies within one bandwidth.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, fewer than 2 or more than ``limit``, or a
                constant column.
        """
        pair = varying_pair(x, y, 1)
        self._check_limit(len(pair[0]))
        h = self._bandwidth(len(pair[0]), sum(z.shape[1] for z in pair))
        units = [scaled(z) / h for z in pair]
        log_x, log_y, log_joint = self._log_densities(units)
        # The kernels' normalising constants cancel between joint and marginals.
        doubts = *check_not_copied(*pair, refuse=False), *_isolated(log_joint), *_unseen(units), *_blurred(pair, h)
        return from_local(self, log_joint - log_x - log_y, warnings=doubts, facts={"bandwidth": h})

    def entropy(self, x: ArrayLike) -> Estimate:
        r"""Differential entropy :math:`-\frac1n\sum_i\ln\hat p(x_i)` in nats of samples ``x`` (n, d).

        Raises:
            ValueError: not numeric, not finite, fewer than 2 rows or more than ``limit``, or a constant column.
        """
        x = as_samples(x)
        check_neighbours(1, len(x))
        check_varies(x)
        check_spread(x)
        self._check_limit(len(x))
        h = self._bandwidth(*x.shape)
        unit = scaled(x) / h
        log_density = self._log_densities([unit])[-1]
        scale = np.abs(x).max(axis=0) / np.abs(unit).max(axis=0)
        constant = np.log(scale).sum() + x.shape[1] / 2 * np.log(2 * np.pi)
        doubts = *_isolated(log_density), *_unseen([unit])
        return from_local(self, constant - log_density, warnings=doubts, facts={"bandwidth": h})

    def _check_limit(self, n: int) -> None:
        if self.limit is not None and n > self.limit:
            raise ValueError(
                f"x must have at most {self.limit:,} rows, since kernel densities cost n² kernels; got {n:,}, about "
                f"{SECONDS * n**2 / 60:,.0f} minutes: draw fewer rows at random, use KSG, or set limit=None to go on"
            )

    def _bandwidth(self, n: int, d: int) -> float:
        if self.bandwidth == "scott":
            return n ** (-1 / (d + 4))
        if self.bandwidth == "silverman":
            return (n * (d + 2) / 4) ** (-1 / (d + 4))
        return float(self.bandwidth)

    def _log_densities(self, blocks: list[np.ndarray]) -> np.ndarray:
        """Log of the mean unnormalised kernel (rows: each block, then the joint) at each sample."""
        n = len(blocks[0])
        rows = max(1, PAIRS // n)
        sums = np.concatenate([self._tile(blocks, i, min(i + rows, n)) for i in range(0, n, rows)], axis=1)
        return sums - np.log(n - 1 if self.leave_one_out else n)

    def _tile(self, blocks: list[np.ndarray], start: int, stop: int) -> np.ndarray:
        """Log of the sums of kernels of samples start … stop."""
        mine = np.arange(stop - start)
        joint, sums = np.ones((stop - start, len(blocks[0]))), []
        for z in blocks:
            kernels = np.exp(-0.5 * cdist(z[start:stop], z, "sqeuclidean"))
            if self.leave_one_out:
                kernels[mine, mine + start] = 0.0
            joint *= kernels
            sums.append(kernels.sum(axis=1))
        sums.append(joint.sum(axis=1))
        for part, total in zip([*([z] for z in blocks), blocks], sums, strict=True):
            lost = np.flatnonzero(total < TINY)
            if len(lost):
                total[lost] = 1.0
            total[:] = np.log(total)
            if len(lost):
                total[lost] = self._log_kernels(part, lost + start)
        return np.array(sums)

    def _log_kernels(self, blocks: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Log of the sums of kernels of a few isolated samples, without underflow."""
        exponents = -0.5 * sum(cdist(z[rows], z, "sqeuclidean") for z in blocks)
        if self.leave_one_out:
            exponents[np.arange(len(rows)), rows] = -np.inf
        return logsumexp(exponents, axis=1)


def _unseen(units: list[np.ndarray]) -> list[str]:
    """A sentence where the bulk of a column, in units of the bandwidth, lies within one."""
    return bulk_doubts(units, [np.ones(z.shape[1]) for z in units], "one bandwidth")


def _blurred(pair: Sequence[np.ndarray], h: float) -> list[str]:
    """A sentence where what x leaves free of a direction of y, or y of x, spans less than a bandwidth."""
    free = math.sqrt(linear_share(np.hstack(pair), [z.shape[1] for z in pair]))
    if free >= h:
        return []
    return [
        f"A linear fit leaves {free:.2g} standard deviations of a direction free, less than one bandwidth, {h:.2g}: "
        "smoothing hides most of the information; use KSG or a smaller bandwidth."
    ]


def _isolated(log_density: np.ndarray) -> list[str]:
    """A sentence where the samples of effective weight below one neighbour are more than one in ten."""
    lonely = float(np.mean(log_density + np.log(len(log_density)) < 0))
    if lonely <= 0.1:
        return []
    return [
        f"{lonely:.0%} of the samples have less than one neighbour within the kernel's reach: the density is not "
        "resolved; use more samples, fewer dimensions or a larger bandwidth."
    ]
