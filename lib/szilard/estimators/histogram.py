"""Entropy and mutual information of binned samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma
from scipy.stats import rankdata

from szilard.estimate import Estimate
from szilard.estimators._common import bulk_doubts, from_local
from szilard.estimators._singular import check_spread
from szilard.estimators.kinds import check_not_copied
from szilard.rounding import in_range
from szilard.validation import as_samples, check_choice, check_integer, check_varies, paired_samples

__all__ = ["BINNINGS", "CORRECTIONS", "RULES", "Histogram"]

RULES = ("log-per-cell", "sturges", "scott", "fd", "sqrt")
BINNINGS = ("mass", "width")
CORRECTIONS = ("digamma", "miller-madow", "none")
FULL = 0.75  # share of the logarithm of the bins from which on their number decides the value
PER_CELL = 5  # samples per occupied joint cell below which no correction saves the plug-in from its bias


@dataclass(frozen=True)
class Histogram:
    r"""Entropy or mutual information in nats of samples sorted into bins, one set of bins per column.

    With cell frequencies :math:`\hat p`,

    .. math:: \hat I = \hat H_X + \hat H_Y - \hat H_{XY},\qquad
              \hat H = \psi(n) - \frac1n\sum_c n_c\,\psi(n_c),

    for :math:`n_c` of n samples in cell c: the frequencies' entropy without its bias, up to what is exponentially small
    in the samples per cell (`grassberger2003entropy`). Binning discards information: apart from sampling error, the
    mutual information of binned data is a lower bound.

    Args:
        bins: bins per column, ≥ 2, or a rule: ``"log-per-cell"`` (as many as leave :math:`\log_2 n` samples per cell of
            the full grid), or NumPy's ``"sturges"``, ``"scott"``, ``"fd"``, ``"sqrt"`` column by column.
        binning: ``"mass"`` for equally many samples per bin (tied values stay together, and no more values than bins
            have a bin each), or ``"width"`` for bins of equal width over the range, which outliers stretch.
        correction: ``"digamma"`` as above; ``"miller-madow"``, the first order :math:`(m-1)/2n` on top of the
            frequencies' entropy for m occupied cells (`miller1955note`); or ``"none"``.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=1000)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=1000)  # 0.223 nats
    >>> Histogram(bins=8).mutual_information(x, y)
    0.193 ± 0.019 nats · Histogram(bins=8) · n = 1,000
    """

    bins: int | str = "log-per-cell"
    binning: str = "mass"
    correction: str = "digamma"

    name: ClassVar[str] = "histogram"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if isinstance(self.bins, str):
            check_choice(self.bins, "bins", RULES)
        else:
            check_integer(self.bins, "bins", minimum=2)
        check_choice(self.binning, "binning", BINNINGS)
        check_choice(self.correction, "correction", CORRECTIONS)

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        Diagnostics: ``bins`` per column, ``occupied`` cells of x, y and the joint, ``correction`` (what it added,
        nats), warnings where the joint cells hold fewer than five samples on average or one bin holds the bulk.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, fewer than 2, or a constant column.
        """
        x, y = paired_samples(x, y)
        _check_sample(x, "x")
        _check_sample(y, "y")
        n, dimension, pair = len(x), x.shape[1] + y.shape[1], (in_range(x), in_range(y))
        edges = [[self._edges(column, dimension) for column in z.T] for z in pair]
        cells = [_cells(_labels(z, e)) for z, e in zip(pair, edges, strict=True)]
        counts = [np.bincount(each)[each] for each in (*cells, _cells(cells))]
        sizes = mx, my, joint = [_occupied(each) for each in counts]
        plain = np.log(n) + np.log(counts[2] / (counts[0] * counts[1]))
        terms = [self._surprise(each) for each in counts]
        local = terms[0] + terms[1] - terms[2]
        return from_local(
            self,
            local,
            # At independence the first-order error vanishes; 2n·I is then chi-squared with (mx−1)(my−1) degrees.
            extra_variance=(mx - 1) * (my - 1) / (2 * n**2),
            warnings=(
                *check_not_copied(x, y, refuse=False),
                *_sparse(n, joint),
                *_full(float(local.mean()), pair, edges),
                *self._unseen(pair, edges),
            ),  # fmt: skip
            facts=_facts([e for block in edges for e in block], tuple(sizes), local - plain),
        )

    def entropy(self, x: ArrayLike) -> Estimate:
        """Differential entropy in nats of samples ``x`` (n, d), of a density constant on each cell: the entropy of the
        cells plus the mean logarithm of their volumes.

        Raises:
            ValueError: not numeric, not finite, fewer than 2 rows, or a constant column.
        """
        x = as_samples(x)
        _check_sample(x, "x")
        check_spread(x)
        z = in_range(x)
        unit = np.abs(x).max(axis=0) / np.abs(z).max(axis=0)
        edges = [self._edges(column, x.shape[1]) for column in z.T]
        labels = _labels(z, edges)
        cells = _cells(labels)
        counts = np.bincount(cells)[cells]
        volume = sum(np.log(np.diff(e))[label] for e, label in zip(edges, labels, strict=True))
        occupied, surprise = _occupied(counts), self._surprise(counts)
        return from_local(
            self,
            surprise + volume,
            shift=float(np.log(unit).sum()),
            extra_variance=(occupied - 1) / (2 * len(x) ** 2),
            warnings=(*_sparse(len(x), occupied), *self._unseen((z,), (edges,))),
            facts=_facts(edges, occupied, surprise - np.log(len(x) / counts)),
        )

    def _edges(self, column: np.ndarray, dimension: int) -> np.ndarray:
        """Edges of the bins of one column, of ``dimension`` in all."""
        n = len(column)
        if self.bins == "log-per-cell":
            count: int | str = max(2, math.floor((n / math.log2(n)) ** (1 / dimension)))
        else:
            count = self.bins
        if self.binning == "width":
            return np.histogram_bin_edges(column, count)
        return _equal_mass(column, count if isinstance(count, int) else len(np.histogram_bin_edges(column, count)) - 1)

    def _surprise(self, counts: np.ndarray) -> np.ndarray:
        """What each sample adds to the entropy of the cells, from how many samples (n,) share its cell."""
        n = len(counts)
        if self.correction == "digamma":
            return digamma(n) - digamma(counts)
        first_order = (_occupied(counts) - 1) / (2 * n) if self.correction == "miller-madow" else 0.0
        return np.log(n / counts) + first_order

    def _unseen(self, samples: Sequence[np.ndarray], edges: Sequence[Sequence[np.ndarray]]) -> list[str]:
        """A sentence where bins of equal width put the bulk of a column into one."""
        if self.binning == "mass":
            return []
        return bulk_doubts(samples, [np.array([e[1] - e[0] for e in block]) for block in edges], "one bin")


def _equal_mass(column: np.ndarray, count: int) -> np.ndarray:
    """Edges, midway between samples, of at most ``count`` bins of equally many; equal values stay together."""
    ordered = np.sort(column)
    new = np.flatnonzero(np.diff(ordered))  # the last place of every value but the greatest
    if len(new) >= count:
        label = np.floor((rankdata(ordered) - 0.5) * count / len(ordered))
        new = np.flatnonzero(np.diff(label))
    low, high = ordered[new], ordered[new + 1]
    middle = low + (high - low) / 2
    return np.r_[ordered[0], np.where(middle > low, middle, high), ordered[-1]]


def _check_sample(x: np.ndarray, name: str) -> None:
    if len(x) < 2:
        raise ValueError(f"{name} must have at least 2 rows; got {len(x)}")
    check_varies(x, name)


def _labels(x: np.ndarray, edges: list[np.ndarray]) -> list[np.ndarray]:
    """Bin number of every entry, column by column; the last bin contains its right edge."""
    return [np.searchsorted(e[1:-1], c, side="right") for c, e in zip(x.T, edges, strict=True)]


def _cells(labels: Sequence[np.ndarray]) -> np.ndarray:
    """One number per row for its combination of labels, below the number of rows."""
    cell = labels[0]
    for label in labels[1:]:
        cell = np.unique(cell * (int(label.max()) + 1) + label, return_inverse=True)[1]
    return cell


def _occupied(counts: np.ndarray) -> int:
    """How many cells there are, from how many samples share the cell of each."""
    return round(float((1 / counts).sum()))


def _facts(edges: list[np.ndarray], occupied: int | tuple[int, ...], added: np.ndarray) -> dict[str, object]:
    return {"bins": tuple(len(e) - 1 for e in edges), "occupied": occupied, "correction": float(added.mean())}


def _full(value: float, samples: Sequence[np.ndarray], edges: Sequence[Sequence[np.ndarray]]) -> list[str]:
    """A sentence where a value in nats comes near the most that the bins show of columns of more values than bins."""
    ceilings = [sum(math.log(len(e) - 1) for e in block) for block in edges]
    finest = int(np.argmin(ceilings))
    binned = any(len(np.unique(c)) >= len(e) for c, e in zip(samples[finest].T, edges[finest], strict=True))
    if value <= FULL * ceilings[finest] or not binned:
        return []
    return [
        f"{value:.2f} nats is close to {ceilings[finest]:.2f}, the most that so few bins can show: the mutual "
        "information may be larger; use more bins or KSG."
    ]


def _sparse(n: int, occupied: int) -> list[str]:
    if n >= PER_CELL * occupied:
        return []
    return [
        f"The {n} samples occupy {occupied} cells, fewer than {PER_CELL} samples each: bias dominates; "
        "use fewer bins or fewer columns."
    ]
