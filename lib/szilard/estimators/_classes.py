"""Information inside classes of a data set, how much of it there can be, and when a value is too near to that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NEAR = 0.95  # share of the ceiling from which on the number of points, and not the layer, decides the value

__all__ = ["ceiling_of", "ceiling_warnings", "members", "row_keys"]


def row_keys(rows: np.ndarray) -> np.ndarray:
    """One comparable value per row (n,), equal where rows of ``rows`` (n, d) are: the bytes of the row."""
    rows = np.ascontiguousarray(rows + 0)  # −0 becomes 0
    return rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]


def members(labels: Any, n: int) -> list[np.ndarray]:
    """Rows of each class, by labels (n,); one class of all rows where ``labels`` is None.

    Raises:
        ValueError: not one label per row, or NaN among them.
    """
    if labels is None:
        return [np.arange(n)]
    if np.ma.is_masked(labels):
        raise ValueError(f"labels must be complete; got {np.ma.count_masked(labels)} masked: drop these rows")
    array = np.asarray(labels.detach().cpu() if hasattr(labels, "detach") else labels)
    if array.shape != (n,):
        raise ValueError(f"labels must have shape ({n},), one per row; got shape {array.shape}")
    if (array != array).any() or any(each is None for each in array):
        raise ValueError("labels must not be NaN or None; got at least one: drop these rows or give them a class")
    _, classes, counts = np.unique(array, return_inverse=True, return_counts=True)
    return np.split(np.argsort(classes, kind="stable"), np.cumsum(counts)[:-1])


def ceiling_of(groups: Sequence[np.ndarray]) -> float:
    r"""The most nats that classes of N_c points can show, :math:`\sum_c\frac{N_c}{N}\ln N_c`; ln N for one class."""
    sizes = np.array([len(group) for group in groups])
    return float((sizes * np.log(sizes)).sum() / sizes.sum())


def ceiling_warnings(value: float, ceiling: float) -> list[str]:
    """A sentence where a value in nats lies near its ceiling, or above it, as only a loose bound can."""
    if ceiling <= 0 or value <= NEAR * ceiling:
        return []
    if value > ceiling * (1 + 1e-9):
        return [
            f"The bound exceeds {ceiling:.4g} nats, the most that so many points can share with a code: it says "
            'nothing about the information; use method "kt" or "mc".'
        ]
    return [
        f"The value is {value / ceiling:.0%} of its ceiling, {ceiling:.4g} nats, the most that so many points show: "
        "the distribution they come from may share far more with the code; use more points or more noise."
    ]
