"""Which columns are continuous, which repeat values, and whether that matters to estimators from nearest neighbours.

A rounded column is as good as a continuous one while its steps are much finer than the neighbourhoods that an estimator
looks at, and those shrink as samples are added: the same twelve bits do for a thousand samples and not for a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Coarseness up to which repeated values pass for continuous. Rounded normal pairs of 0.03 to 3 nats, n = 300 to 20,000:
# KSG then lies too high by 0.9 to 1.4 times its coarseness at independence, and by e^I times as much with I nats.
COARSE_FROM = 0.02

COPIES_FROM = 20  # different rows from which on it is no chance that each value has one partner

__all__ = ["COARSE_FROM", "Ties", "check_fine", "check_not_copied", "coarseness", "row_codes", "suited", "ties_of"]


@dataclass(frozen=True)
class Ties:
    """How a column repeats its values.

    Args:
        n: rows.
        values: different values.
        crowd: how many other rows have the value of a row, on average over rows.
        top: share of the rows that have the most frequent value.
    """

    n: int
    values: int
    crowd: float
    top: float

    def __str__(self) -> str:
        if self.top > 5 / self.values:
            return f"has one value in {self.top:.0%} of its rows"
        return f"has {self.values:,} different values in {self.n:,} rows"


def ties_of(column: np.ndarray) -> Ties:
    """The ties of all rows of a vector (n,).

    >>> ties_of(np.array([0.0, 0.0, 1.0, 2.0]))
    Ties(n=4, values=3, crowd=0.5, top=0.5)
    """
    n, ordered = len(column), np.sort(column)
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    if len(first) == n:
        return Ties(n, n, 0.0, 1 / n)
    sizes = np.diff(first, append=n)
    crowd = float(np.dot(sizes, sizes - 1.0)) / n
    return Ties(n, len(sizes), crowd, float(sizes.max()) / n)


def row_codes(x: np.ndarray) -> np.ndarray:
    """A number 0, 1, … for each row of ``x`` (n, d), the same for rows that are equal."""
    code = np.zeros(len(x), dtype=np.int64)
    for column in x.T:
        values, place = np.unique(column, return_inverse=True)
        code = np.unique(code * len(values) + place, return_inverse=True)[1]
    return code


def coarseness(x: np.ndarray, k: int) -> float:
    r"""Share of a sample's neighbours that coincide with it, among ``k`` neighbours in all columns of ``x`` (n, d).

    In a column, c other rows have a row's value on average, and about :math:`n\,(k/n)^{1/d}` lie no farther away than
    the k-th neighbour; whole rows have c copies and k neighbours. The largest of those ratios, in a column or for rows.
    """
    n, d = x.shape
    crowds = [ties_of(column).crowd for column in x.T]
    columns = max(crowds) / (n * (k / n) ** (1 / d))
    if d == 1 or min(crowds) == 0.0:
        return columns
    return max(columns, ties_of(row_codes(x)).crowd / k)


def check_fine(x: np.ndarray, k: int, name: str, remedy: str) -> float:
    """The coarseness of ``x``; refused, with what to do instead, where an estimate would come from repeated values."""
    share = coarseness(x, k)
    if share <= COARSE_FROM:
        return share
    worst = max((ties_of(column) for column in x.T), key=lambda ties: ties.crowd)
    raise ValueError(
        f"{name} must be continuous; got values that repeat too often for its neighbours to tell a density "
        f"(a column {worst}): {remedy}"
    )


def check_not_copied(*parts: np.ndarray, refuse: bool = True) -> list[str]:
    """A warning where many rows of all ``parts`` (n, d_i) occur again and their values nowhere else, as after a join;
    to ``refuse`` where all do, equally often: combinations of discrete values would occur at random.
    """
    z = np.hstack(parts)
    if not all(ties_of(column).crowd for column in z.T):
        return []
    times, *alone = (np.bincount(code)[code] for code in map(row_codes, (z, *parts)))
    copied = (times > 1) & np.all([times == each for each in alone], axis=0)
    share, different = float(copied.mean()), float((copied / times).sum())
    if different < COPIES_FROM or share <= COARSE_FROM:
        return []
    common = int(np.gcd.reduce(times))
    if refuse and copied.all() and common > 1:
        raise ValueError(f"x and y must be samples, but every row occurs {common} times or a multiple: drop the copies")
    return [
        f"{share:.0%} of the rows are equal to others, in values that occur nowhere else: if these are copies, the "
        "estimate is too high; drop them."
    ]


def suited(x: np.ndarray, y: np.ndarray, k: int, names: Sequence[str]) -> tuple[str, str]:
    """Id of the nearest-neighbour estimator that suits samples (n, dx) and (n, dy) with these columns, and why."""
    z = np.hstack([x, y])
    if coarseness(z, k) <= COARSE_FROM:
        return "ksg", "for columns without repeated values"
    worst, name = max(((ties_of(column), name) for column, name in zip(z.T, names, strict=True)), key=_crowd)
    return "mixed-ksg", f"for columns that repeat values: {name} {worst}"


def _crowd(named: tuple[Ties, str]) -> float:
    return named[0].crowd
