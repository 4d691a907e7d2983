"""What all estimators of this room share: how an average of local terms becomes an estimate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular
from scipy.special import digamma

from szilard.estimate import Estimate
from szilard.rounding import in_range
from szilard.validation import as_covariance, check_neighbours, check_varies, paired_samples

# Distance of the k-th neighbour, in interquartile ranges, up to which a neighbourhood counts as local.
LOCAL_UP_TO = 0.5
SCALES_UP_TO = 10.0  # ratio of spreads of columns from which on estimates from distances depend on it visibly
# Interquartile ranges within which 99 % of a column lie: 1.9 if normal, 7 if log-normal. Of 0.83 nats between
# log-normal variables KSG misses 0.03 from 2,000 samples at 14 (as much as its error), 0.05 at 30, 0.10 at 160.
TAILS_UP_TO = 20.0
NARROW = 0.1  # standard deviations; the middle half of a normal column spans 1.35 of them
BELOW = 0.1  # nats by which a bound may fall below zero before a warning is due
NATS_BELOW_CEILING = 1.0  # distance from the largest possible value from which on an estimate is in doubt
ROWS = 20_000  # whose quartiles tell those of all

__all__ = [
    "Settings", "bound_doubts", "bulk_doubts", "describe", "from_local", "near_ceiling", "not_local", "outlier_doubts",
    "rescaled", "reverse_neighbours", "scaled", "split_scaled", "tie_warnings", "varying_pair", "whitened",
]  # fmt: skip


class Settings(Protocol):
    """Any frozen dataclass of settings."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def describe(estimator: Settings) -> str:
    """The class name with the settings that differ from their defaults, and always ``k``."""
    values = [(f.name, getattr(estimator, f.name), f.default) for f in fields(estimator)]
    settings = [f"{name}={value!r}" for name, value, default in values if value != default or name == "k"]
    return f"{type(estimator).__name__}({', '.join(settings)})"


def from_local(
    estimator: Settings, local: np.ndarray, *, influence: np.ndarray | None = None, shift: float = 0.0,
    extra_variance: float = 0.0, warnings: Sequence[str] = (), facts: Mapping[str, object] = MappingProxyType({}),
) -> Estimate:  # fmt: skip
    r"""The mean of local terms (n,), plus ``shift``, with its standard error.

    .. math:: \hat I = \frac1n\sum_i \hat\imath_i + \text{shift},\qquad
              s^2 = \frac1n\,\widehat{\operatorname{Var}}(\text{influence}) + \text{extra variance}

    The influence of sample i is n times what adding it changes. For a plug-in of smooth densities that is the local
    term: its effect through the fitted densities averages out. Estimators from few neighbours, where it does not,
    pass the ``influence``. The error is that of sampling; it knows nothing of bias. ``facts`` are diagnostics.
    """
    n, diagnostics = len(local), {"warnings": tuple(warnings), **facts}
    variance = float(np.var(local if influence is None else influence, ddof=1)) / n + extra_variance
    return Estimate(float(np.mean(local)) + shift, math.sqrt(variance), n, describe(estimator), diagnostics=diagnostics)


def varying_pair(x: ArrayLike, y: ArrayLike, neighbours: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Paired samples that vary in every column, more of them than ``neighbours``; ValueError where they are not."""
    pair = paired_samples(x, y)
    if neighbours:
        check_neighbours(neighbours, len(pair[0]))
    for samples, name in zip(pair, "xy", strict=True):
        check_varies(samples, name)
    return pair


def reverse_neighbours(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""For each sample the sum over all others of w_r where it is their r-th neighbour.

    Args:
        rows: (n, k), the neighbours of each sample, nearest first.
        weights: (k,), w_1 … w_k.

    >>> reverse_neighbours(np.array([[1], [0], [1]]), np.array([1.0]))
    array([1., 2., 0.])
    """
    n, k = rows.shape
    return np.bincount(rows.ravel(), weights=np.broadcast_to(weights, (n, k)).ravel(), minlength=n)


def rescaled(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of ``x`` (n, d) over their interquartile ranges, so that neither units nor far outliers count, and the
    logarithms (d,) of these ranges; where one is 0, that of the column's different values is taken.
    """
    exponents = np.frexp(np.abs(x).max(axis=0))[1]
    small = np.ldexp(x, -exponents)  # exact, and no difference overflows
    ordered, quarter = np.sort(small, axis=0), len(x) // 4
    spread = ordered[-1 - quarter] - ordered[quarter]  # ranks that mirror each other: the same for −x
    for j in np.flatnonzero(spread == 0):
        values = np.unique(ordered[:, j])
        spread[j] = values[-1 - len(values) // 4] - values[len(values) // 4]
    return small / spread, np.log(spread) + exponents * math.log(2)


def split_scaled(parts: Sequence[np.ndarray], standardize: bool) -> tuple[list[np.ndarray], float, list[str]]:
    """The ``parts`` (n, d_i) of a sample, :func:`rescaled` if ``standardize``; the median interquartile range of their
    columns; and sentences on what nearest neighbours measure badly, columns of very different scale and heavy tails.
    """
    z, logs = rescaled(np.hstack(parts))
    doubts, farthest = [], len(z) - 1 - len(z) // 100
    if not standardize and np.ptp(logs) > math.log(SCALES_UP_TO):
        doubts.append(f"Columns differ in scale by a factor of {np.exp(np.ptp(logs)):.3g}: set standardize=True.")
    tail = float(np.partition(np.abs(z - np.median(z, axis=0)), farthest, axis=0)[farthest].max())
    if tail > TAILS_UP_TO:
        doubts.append(
            f"A hundredth of a column lies more than {tail:.3g} interquartile ranges from its median: heavy tails bias "
            "the estimate; take logarithms or ranks, which leave mutual information as it is."
        )
    if not standardize:
        return list(parts), float(np.exp(np.median(logs))), doubts
    return np.split(z, np.cumsum([part.shape[1] for part in parts])[:-1], axis=1), 1.0, doubts


def near_ceiling(value: float, n: int, k: int) -> list[str]:
    """A sentence where a value in nats comes near the most that the k-th neighbours of n samples can show."""
    ceiling = float(digamma(n) - digamma(k))
    if value <= ceiling - NATS_BELOW_CEILING:
        return []
    return [
        f"{value:.2f} nats is close to {ceiling:.2f}, the most that {n} samples can show: the mutual information may "
        "be larger; use more samples."
    ]


def not_local(radius: float, bias: str = "biases the estimate towards 0") -> list[str]:
    """A sentence where a relative radius is so large that the density changes within it."""
    if radius <= LOCAL_UP_TO:
        return []
    return [
        f"Neighbours are not local: the median distance to the k-th one is {radius:.2f} interquartile "
        f"ranges, which {bias}; use more samples or fewer dimensions."
    ]


def scaled(x: np.ndarray) -> np.ndarray:
    """Columns of ``x`` (n, d) over their standard deviations."""
    x = in_range(x)
    return x / x.std(axis=0)


def bulk_doubts(
    samples: Sequence[np.ndarray], widths: Sequence[np.ndarray], what: str, names: Sequence[str] = "xy"
) -> list[str]:
    """A sentence where the middle half of a column of ``samples``, each (n, d), spans less than its ``widths`` (d,)."""
    for name, x, width in zip(names, samples, widths, strict=False):
        low, high = np.quantile(x[:: len(x) // ROWS + 1], [0.25, 0.75], axis=0)
        narrow = np.flatnonzero(high - low < width)
        if len(narrow):
            return [
                f"The middle half of column {narrow[0]} of {name} spans less than {what}: outliers or heavy tails set "
                "the scale, and the bulk is not seen; take logarithms or ranks, or use GaussianCopula or KSG."
            ]
    return []


def outlier_doubts(samples: Sequence[np.ndarray], names: Sequence[str] = "xy") -> list[str]:
    """A sentence where the bulk of a column lies within a tenth of its standard deviation."""
    units = [scaled(x) for x in samples]
    return bulk_doubts(units, [np.full(x.shape[1], NARROW) for x in units], f"{NARROW:g} standard deviations", names)


def whitened(x: np.ndarray, name: str = "x") -> tuple[np.ndarray, float]:
    """Samples (n, d) turned to zero mean and unit covariance, and the entropy in nats that undoing this adds.

    Raises:
        ValueError: columns that are linearly dependent, by the ``name`` of the samples.
    """
    root = np.linalg.cholesky(as_covariance(np.atleast_2d(np.cov(x.T)), f"covariance of {name}"))
    return solve_triangular(root, (x - x.mean(0)).T, lower=True).T, float(np.log(np.diag(root)).sum())


def bound_doubts(value: float) -> list[str]:
    """A sentence where a bound learnt by a critic is NaN, as exponentials overflowed, or far below zero."""
    if value >= -BELOW:
        return []
    cause = "from too few samples, too many steps or outliers"
    remedy = "use more samples, fewer steps or preprocess='rank'"
    if math.isnan(value):
        return [f"No estimate: held out, scores are so large that their exponentials overflow, {cause}; {remedy}."]
    return [
        f"Mutual information is never below zero: held out, the critic scores worse than none would, {cause}; {remedy}."
    ]


def tie_warnings(tied: bool, others: str = "MixedKSG (mixed-ksg) or Histogram, which measure them") -> list[str]:
    """A sentence where a column repeats values although the estimator assumes a continuous distribution."""
    if not tied:
        return []
    return [
        "Some columns repeat values: the estimator assumes a continuous law, and rounded or discrete data bias it; "
        f"compare with {others}."
    ]
