"""Exact k-nearest-neighbour search and neighbour counts: which engine runs them, and what all engines agree on.

A sample of n rows is given as blocks, for example ``[x, y]``. The distance of two rows within a block is the largest
coordinate difference (``metric="max"``) or the Euclidean norm (``"euclidean"``); the joint distance is the largest
over blocks. A row is never its own neighbour. Every engine computes distances by the same elementary
operations in the same order, so that distances and counts agree between them, ties included.

Engines (``search``), none of which ever holds an n × n matrix:

* ``"tree"``: kd-trees on the CPU; sorting and bisection for counts in one dimension.
* ``"torch"``: tiles of queries × points on ``device``, pruned along the widest coordinate.
* ``"auto"``: ``"torch"`` where ``device`` allows CUDA, CUDA is there and the problem is large; else ``"tree"``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from szilard.device import check_device, is_cuda, resolve_device
from szilard.threads import in_threads, usable_threads
from szilard.validation import check_choice, check_neighbours

__all__ = ["METRICS", "SEARCHES", "check_search", "count_within", "k_nearest"]

METRICS = ("max", "euclidean")
SEARCHES = ("auto", "tree", "torch")

# Up to two joint dimensions SciPy's tree is as fast as ours and spares the import and compilation of Numba
# (n = 1e5, d = 1 + 1: 0.10 s against 0.11 s); beyond, ours is 2 to 4 times faster.
SCIPY_UP_TO = 2
SCIPY_PIECE = 20_000  # points that search at a time, between which an interruption is noticed
SCIPY_THREADS_FROM = 2_000  # below, a query takes less time than starting threads on a busy machine

# Coordinate differences n·n·d from which device="auto" turns to CUDA: below, the trees need at most a second or two,
# which is what importing torch and starting the device cost.
CUDA_FROM = 1e11
LARGEST = 1e150  # whose square float64 can hold


def k_nearest(
    blocks: Sequence[np.ndarray], k: int, *, metric: str = "max", search: str = "auto", device: str = "auto"
) -> tuple[np.ndarray, np.ndarray]:
    """Distances to the ``k`` nearest other rows, and which rows they are.

    Args:
        blocks: arrays (n, d_i), the parts of one sample.
        k: number of neighbours, 1 ≤ k < n.
        metric: ``"max"`` or ``"euclidean"``, the norm within a block.
        search: ``"auto"``, ``"tree"`` or ``"torch"``.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    Returns:
        Distances (n, k), nearest first, and row numbers (n, k). Among equal distances the choice of rows is arbitrary.

    Raises:
        ValueError: k ≥ n, an unknown option, or CUDA asked for where there is none.

    >>> distances, rows = k_nearest([np.array([[0.0], [1.0], [3.0]])], k=1)
    >>> distances.ravel(), rows.ravel()
    (array([1., 1., 2.]), array([1, 0, 1]))
    """
    x = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
    ends = np.cumsum([block.shape[1] for block in blocks])
    check_neighbours(k, len(x))
    check_choice(metric, "metric", METRICS)
    size = np.abs(x).max()
    if size and not 1 / LARGEST <= size <= LARGEST:
        raise ValueError(f"values must be between 1e-150 and 1e150 for their distances; got {size:.3g}: standardize")
    euclidean = metric == "euclidean" and bool(np.any(np.diff(ends, prepend=0) > 1))  # else both norms agree
    if _engine(x, search, device) == "torch":
        from szilard.estimators import _neighbours_torch as tiles

        squared, rows = tiles.nearest(x, ends, k, euclidean, device)
    elif x.shape[1] <= SCIPY_UP_TO:
        return _nearest_scipy(x, k, 2.0 if euclidean else np.inf)
    else:
        from szilard.estimators import _kdtree as tree

        squared, rows = tree.nearest(tree.build(x, ends), k, euclidean)
    return np.sqrt(squared) if euclidean else squared, rows


def count_within(
    x: np.ndarray, radii: np.ndarray, *, strict: bool = True, metric: str = "max", search: str = "auto",
    device: str = "auto",
) -> np.ndarray:  # fmt: skip
    """How many other rows of ``x`` lie within ``radii`` of each row.

    Args:
        x: (n, d).
        radii: (n,), one radius ≥ 0 per row.
        strict: count distances < radius (the default) or ≤ radius.
        metric, search, device: as in :func:`k_nearest`.

    Returns:
        Counts (n,), integers.

    >>> count_within(np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 2.5, 2.0]))
    array([0, 2, 0])
    """
    check_choice(metric, "metric", METRICS)
    euclidean = metric == "euclidean" and x.shape[1] > 1
    limits = _limits(np.asarray(radii, dtype=np.float64), strict, euclidean)
    if _engine(x, search, device) == "torch":
        from szilard.estimators import _neighbours_torch as tiles

        return tiles.count(x, limits, euclidean, device)
    if x.shape[1] == 1:
        return _count_sorted(x[:, 0], limits)
    from szilard.estimators import _kdtree as tree

    return tree.count(tree.build(x, np.array([x.shape[1]])), limits, euclidean)


def check_search(metric: str, search: str, device: str) -> None:
    """Refuse what :func:`k_nearest` does not know."""
    check_choice(metric, "metric", METRICS)
    check_choice(search, "neighbours", SEARCHES)
    check_device(device)


def _engine(x: np.ndarray, search: str, device: str) -> str:
    """The engine for this sample: "tree" or "torch"."""
    check_choice(search, "search", SEARCHES)
    check_device(device)
    if search != "auto":
        return search
    if is_cuda(device):
        return "torch"
    large = device == "auto" and float(len(x)) ** 2 * x.shape[1] >= CUDA_FROM
    return "torch" if large and is_cuda(resolve_device("auto")) else "tree"


def _limits(radii: np.ndarray, strict: bool, euclidean: bool) -> np.ndarray:
    """The numbers such that (squared) distances strictly below them are the ones to count.

    For Euclidean norms this is the smallest s with sqrt(s) ≥ radius (or > radius), in floating point: comparing squares
    with it gives what comparing the rounded roots with the radius would.
    """
    bound = radii if strict else np.nextafter(radii, np.inf)
    if not euclidean:
        return bound
    limits = bound * bound
    while (low := np.sqrt(limits) < bound).any():
        limits[low] = np.nextafter(limits[low], np.inf)
    while (high := (limits > 0) & (np.sqrt(np.nextafter(limits, 0)) >= bound)).any():
        limits[high] = np.nextafter(limits[high], 0)
    return limits


def _nearest_scipy(x: np.ndarray, k: int, p: float) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours by SciPy's kd-tree, the row itself taken out."""
    from scipy.spatial import cKDTree

    n, tree = len(x), cKDTree(x)
    distances, rows = np.empty((n, k + 1)), np.empty((n, k + 1), dtype=np.intp)

    # Not by SciPy's own threads: they go on reading arrays that an interruption has given back.
    def query(begin: int, end: int) -> None:
        distances[begin:end], rows[begin:end] = tree.query(x[begin:end], k=k + 1, p=p)

    workers = usable_threads() if n >= SCIPY_THREADS_FROM else 1
    in_threads(query, n, max(workers, -(-n // SCIPY_PIECE)), workers)
    # A row is at distance 0 from itself, but a duplicate may have taken the first place: give that one its own.
    mine = np.arange(n)
    displaced = np.flatnonzero(rows[:, 0] != mine)
    if len(displaced):
        row, place = np.nonzero(rows[displaced] == mine[displaced, None])
        rows[displaced[row], place] = rows[displaced[row], 0]
    return np.ascontiguousarray(distances[:, 1:]), np.ascontiguousarray(rows[:, 1:])


def _count_sorted(x: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Counts in one dimension, by bisection in the sorted sample."""
    order = np.argsort(x)
    centre, limit = x[order], limits[order]
    first = np.ones(len(x), dtype=bool)
    first[1:] = centre[1:] != centre[:-1]
    values = centre[first]
    before = np.append(np.flatnonzero(first), len(x))  # rows before each distinct value
    low = np.searchsorted(values, centre - limit)
    high = np.searchsorted(values, centre + limit)
    # The ends centre ± limit are rounded; the differences decide, as in the other engines.
    last = len(values) - 1
    _settle(low, lambda i: (i <= last) & (centre - values[np.minimum(i, last)] >= limit), +1)
    _settle(low, lambda i: (i > 0) & (centre - values[np.maximum(i - 1, 0)] < limit), -1)
    _settle(high, lambda i: (i > 0) & (values[np.maximum(i - 1, 0)] - centre >= limit), -1)
    _settle(high, lambda i: (i <= last) & (values[np.minimum(i, last)] - centre < limit), +1)
    counts = np.empty(len(x), dtype=np.int64)
    counts[order] = np.maximum(before[high] - before[low] - 1, 0)  # empty where the limit is 0
    return counts


def _settle(position: np.ndarray, wrong: Callable[[np.ndarray], np.ndarray], step: int) -> None:
    """Move positions by ``step`` for as long as they are ``wrong``."""
    while (move := wrong(position)).any():
        position += step * move
