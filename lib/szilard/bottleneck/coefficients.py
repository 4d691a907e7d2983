"""How a measure goes with the generalisation gap over many networks: pooled, and within draws of the data.

Networks trained on one draw of data share its peculiarities. Over few draws a correlation of all networks may then say
little of the measure, and may even have the other sign than within every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_choice, check_integer, check_varies

COEFFICIENTS = ("pearson", "spearman", "kendall")
LEVEL = 0.95  # of the intervals

__all__ = ["COEFFICIENTS", "Correlations", "Interval", "advantage", "combined", "correlations", "paired_change"]


@dataclass(frozen=True)
class Interval:
    """A coefficient with its 95 % bootstrap interval.

    >>> Interval(0.25, -0.1, 0.55)
    0.25 [-0.10, 0.55]
    """

    value: float
    low: float
    high: float

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True)
class Correlations:
    """Coefficients by name, ``"pearson"``, ``"spearman"`` and ``"kendall"`` (τ-b).

    Args:
        pooled: over all networks.
        within: averages over draws of the coefficient inside each; empty without groups.
        each: the coefficients inside each draw, NaN where the measure or the gap is constant there.
        n: number of networks.
    """

    pooled: Mapping[str, Interval]
    within: Mapping[str, Interval]
    each: Mapping[str, Mapping[object, float]]
    n: int


def correlations(
    gap: ArrayLike, metric: ArrayLike, groups: ArrayLike | None = None, *, bootstrap: int = 1000, rng: RNG = 0
) -> Correlations:
    """Correlations of a metric with the gap, with intervals over networks and draws of data.

    Each bootstrap replicate draws groups with replacement, and networks with replacement within each group drawn;
    without groups, networks only. Intervals are between percentiles of the replicates.

    Args:
        gap: (n,), one per network.
        metric: (n,).
        groups: (n,), the draw of data of each network, numbers or text; two or more different ones.
        bootstrap: replicates.
        rng: of the replicates.

    Raises:
        ValueError: not one finite number per network, fewer than three networks, a constant gap or metric, or a
            single group.

    >>> correlations([0.1, 0.2, 0.4, 0.3], [1, 2, 4, 3], bootstrap=100).pooled["spearman"].value
    1.0
    """
    pair = _checked(gap, metric)
    check_integer(bootstrap, "bootstrap", minimum=1)
    names, members = np.unique(np.zeros(len(pair)) if groups is None else np.asarray(groups), return_inverse=True)
    if members.shape != (len(pair),) or (groups is not None and len(names) < 2):
        raise ValueError(f"groups must hold one label per network, two or more different; got {len(names)} different")
    draws = _multiplicities(members, len(names), bootstrap, generator(rng), whole=groups is None)
    weights = np.vstack([np.ones((1, len(pair))), draws])  # the first row is the sample itself
    pooled = {name: _interval(row) for name, row in _coefficients(pair, weights).items()}
    if groups is None:
        return Correlations(pooled, {}, {}, len(pair))
    inside, shares = _inside(pair, weights, members)
    within = {name: _interval(_mean(values, shares)) for name, values in inside.items()}
    each = {name: dict(zip(names.tolist(), values[:, 0].tolist(), strict=True)) for name, values in inside.items()}
    return Correlations(pooled, within, each, len(pair))


def advantage(
    gap: ArrayLike, metric: ArrayLike, rival: ArrayLike, groups: ArrayLike, *, coefficient: str = "spearman",
    bootstrap: int = 1000, rng: RNG = 0,
) -> Interval:  # fmt: skip
    """By how much a metric goes better with the gap, within draws of data, than a rival of it: average coefficient of
    the metric minus that of the rival. Replicates are as in :func:`correlations`, and the same for both.

    Args:
        gap, metric, rival: (n,), one per network.
        groups: (n,), the draw of data of each network.
        coefficient: ``"pearson"``, ``"spearman"`` or ``"kendall"``.
        bootstrap, rng: as in :func:`correlations`.

    Raises:
        ValueError: as in :func:`correlations`, or an unknown coefficient.

    >>> advantage([1, 2, 3, 1, 2, 3], [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4], [0, 0, 0, 1, 1, 1], bootstrap=10).value
    2.0
    """
    check_choice(coefficient, "coefficient", COEFFICIENTS)
    check_integer(bootstrap, "bootstrap", minimum=1)
    pairs = _checked(gap, metric), _checked(gap, rival)
    names, members = np.unique(np.asarray(groups), return_inverse=True)
    if members.shape != (len(pairs[0]),) or len(names) < 2:
        raise ValueError(f"groups must hold one label per network, two or more different; got {len(names)} different")
    draws = _multiplicities(members, len(names), bootstrap, generator(rng), whole=False)
    weights = np.vstack([np.ones((1, len(members))), draws])
    found = []
    for pair in pairs:
        inside, shares = _inside(pair, weights, members)
        found.append(_mean(inside[coefficient], shares))
    return _interval(found[0] - found[1])


def combined(model: ArrayLike, representation: ArrayLike) -> np.ndarray:
    r"""The sum by which `kawaguchi2023ib` rank networks, the information of the model and that of the representation.

    .. math:: I(S;\theta)\,\frac{\overline{I(X;Z\mid Y)}}{\overline{I(S;\theta)}}+I(X;Z\mid Y)

    The first term is scaled so that both have the same mean over the networks, so that its unit, and the width of the
    posteriors that sets its size, do not matter; and the sum of a network depends on the others.

    Args:
        model: I(S; θ), (n,).
        representation: I(X; Z | Y), (n,).

    Raises:
        ValueError: not one finite number per network, or a mean of ``model`` that is not positive.

    >>> combined([1, 3], [0.5, 1.5])
    array([1., 3.])
    """
    first, second = _column(model, "model"), _column(representation, "representation")
    if len(first) != len(second) or not first.mean() > 0:
        raise ValueError(
            f"model must hold {len(second)} numbers of positive mean; got {len(first)} of {first.mean():.3g}"
        )
    return first * (second.mean() / first.mean()) + second


def paired_change(first: ArrayLike, second: ArrayLike, *, bootstrap: int = 2000, rng: RNG = 0) -> Interval:
    """Mean of second − first with its 95 % bootstrap interval, over draws of data.

    Args:
        first, second: (n,), a value per draw under one condition and under another.
        bootstrap: replicates.
        rng: of the replicates.

    Raises:
        ValueError: not two or more finite numbers each.

    >>> paired_change([0.0, 1.0], [0.5, 1.5])
    0.50 [0.50, 0.50]
    """
    before, after = _column(first, "first"), _column(second, "second")
    if len(before) != len(after) or len(before) < 2:
        raise ValueError(f"first and second must hold two or more numbers each; got {len(before)} and {len(after)}")
    change = after - before
    rows = generator(rng).integers(len(change), size=(bootstrap, len(change)))
    return _interval(np.append(change.mean(), change[rows].mean(1)))


def _column(values: ArrayLike, name: str) -> np.ndarray:
    column = as_samples(values, name)
    if column.shape[1] != 1:
        raise ValueError(f"{name} must have shape (n,); got {column.shape}")
    return column[:, 0]


def _checked(gap: ArrayLike, metric: ArrayLike) -> np.ndarray:
    """Both as columns (n, 2), centred and scaled, for rounding's sake."""
    first, second = _column(gap, "gap"), _column(metric, "metric")
    if len(first) != len(second) or len(first) < 3:
        raise ValueError(f"gap and metric must hold three or more numbers each; got {len(first)} and {len(second)}")
    check_varies(first[:, None], "gap")
    check_varies(second[:, None], "metric")
    pair = np.stack([first, second], axis=1)
    return (pair - pair.mean(0)) / pair.std(0)


def _multiplicities(
    members: np.ndarray, count: int, bootstrap: int, rng: np.random.Generator, whole: bool
) -> np.ndarray:
    """How often each network stands in each replicate, (bootstrap, n)."""
    times = rng.multinomial(count, np.full(count, 1 / count), size=bootstrap)
    weights = np.zeros((bootstrap, len(members)))
    for group in range(count):
        size = int((members == group).sum())
        weights[:, members == group] = rng.multinomial(times[:, group] * size, np.full(size, 1 / size))
    return weights


def _coefficients(pair: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every coefficient of every replicate (B,), of a pair of columns (n, 2) with weights (B, n).

    All follow from the signs of differences: a rank is a weighted sum of them, and τ-b compares those of the columns.
    """
    first, second = (np.sign(column[:, None] - column) for column in pair.T)
    ranks = [weights @ signs.T for signs in (first, second)]
    products = (first * second, first * first, second * second)
    both, one, other = (((weights @ product) * weights).sum(1) for product in products)
    defined = one * other > 0  # neither column is constant; integers, so that the comparison is exact
    found = {
        "pearson": _pearson(pair[:, 0], pair[:, 1], weights),
        "spearman": _pearson(ranks[0], ranks[1], weights),
        "kendall": both / np.sqrt(np.where(defined, one * other, 1)),
    }
    return {name: np.where(defined, values, np.nan) for name, values in found.items()}


def _pearson(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    share = weights / np.maximum(weights.sum(1, keepdims=True), 1)
    x, y = (part - (share * part).sum(1, keepdims=True) for part in (x, y))
    variances = (share * x * x).sum(1) * (share * y * y).sum(1)
    return np.clip((share * x * y).sum(1) / np.sqrt(np.where(variances > 0, variances, 1)), -1, 1)


def _inside(pair: np.ndarray, weights: np.ndarray, members: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Coefficients of every group and replicate (groups, B), and how much of each replicate the group makes up."""
    groups = [members == group for group in range(members.max() + 1)]
    parts = [_coefficients(pair[group], weights[:, group]) for group in groups]
    shares = np.stack([weights[:, group].mean(1) for group in groups])
    return {name: np.stack([part[name] for part in parts]) for name in COEFFICIENTS}, shares


def _mean(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Averages (B,) over groups of values (groups, B), where they are defined; NaN where none is."""
    shares = np.where(np.isnan(values), 0, shares)
    total = shares.sum(0)
    return np.where(total > 0, (shares * np.nan_to_num(values)).sum(0) / np.where(total > 0, total, 1), np.nan)


def _interval(row: np.ndarray) -> Interval:
    """The value of the sample, which stands first, and percentiles of the replicates where they are defined."""
    defined = row[1:][~np.isnan(row[1:])]
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(defined) else (np.nan, np.nan)
    return Interval(float(row[0]), float(low), float(high))
