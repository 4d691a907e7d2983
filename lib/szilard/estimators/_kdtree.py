"""A kd-tree in compiled loops: k nearest neighbours and neighbour counts, on the sample itself.

Why not only SciPy's tree: above two or three dimensions most of the time goes into comparing a point with the
points of a leaf. Here a leaf holds its points coordinate by coordinate, so that this comparison runs in vector
registers; a leaf is left as soon as a few coordinates rule all of it out; a count takes a whole node at once when its
box lies inside the ball; and all points of a leaf search together, so that what they compare with stays in cache. The
loops release the interpreter lock and run in plain threads, which compiles faster than Numba's own parallel loops and
is safe inside any other pool.

With ``euclidean`` all distances in this module are *squared* block norms. A joint distance is the largest over blocks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from szilard.estimators import _kdtree_loops as loops
from szilard.estimators._kdtree_loops import Tree
from szilard.threads import in_threads, usable_threads

__all__ = ["Tree", "build", "count", "nearest"]

# Coordinate differences n·n·d below which starting threads costs more than it saves, on a busy machine at least.
THREADING_FROM = 30_000_000
PIECE = 20_000  # points that search at a time, between which an interruption is noticed


def build(x: np.ndarray, ends: np.ndarray) -> Tree:
    """The tree of ``x`` (n, d) whose columns form blocks ending at ``ends``."""
    n, d = x.shape
    groups = -(-n // loops.LANES)
    # Leaves of 128 to 256 points: measured fastest from n = 1e3 to 1e5 and d = 2 to 20. Smaller ones prune better but
    # leave the vector registers half empty.
    target = 16
    depth = max((groups // target).bit_length() - 1, 0) if groups > target else 0
    nodes = np.arange(1 << (depth + 1))
    level = np.array([node.bit_length() for node in range(len(nodes))]) - 1
    rank = nodes - (1 << np.maximum(level, 0))
    starts = np.minimum((rank * groups >> np.maximum(level, 0)) * loops.LANES, n)
    stops = np.minimum(((rank + 1) * groups >> np.maximum(level, 0)) * loops.LANES, n)
    order = np.arange(n)
    low, high = np.empty((len(nodes), d)), np.empty((len(nodes), d))
    loops.split(np.ascontiguousarray(x), order, starts, stops, low, high)
    points = np.ascontiguousarray(x[order])
    first = 1 << depth
    sizes = stops[first:] - starts[first:]
    leaves = np.full((first, d, -(-int(sizes.max()) // loops.LANES) * loops.LANES), np.inf)
    for leaf, (a, b) in enumerate(zip(starts[first:], stops[first:], strict=True)):
        leaves[leaf, :, : b - a] = points[a:b].T
    return Tree(points, order, starts, stops, low, high, leaves, np.asarray(ends, dtype=np.int64))


def nearest(tree: Tree, k: int, euclidean: bool) -> tuple[np.ndarray, np.ndarray]:
    """Distances and rows (n, k) of the k nearest other points, nearest first."""
    n = len(tree.points)
    distances, rows = np.empty((n, k)), np.empty((n, k), dtype=np.int64)
    _in_threads(loops.nearest, tree, euclidean, distances, rows)
    return distances, rows


def count(tree: Tree, limits: np.ndarray, euclidean: bool) -> np.ndarray:
    """How many other points lie at a distance strictly below ``limits`` (n,) from each point."""
    counts = np.empty(len(tree.points), dtype=np.int64)
    _in_threads(loops.count, tree, euclidean, np.ascontiguousarray(limits), counts)
    return counts


def _in_threads(loop: Callable[..., None], tree: Tree, euclidean: bool, *arrays: np.ndarray) -> None:
    """Run ``loop`` over all leaves, split among the cores this process may use."""
    n, d = tree.points.shape
    leaves = len(tree.leaves)
    small = leaves == 1 or n * n * d < THREADING_FROM
    workers = 1 if small else usable_threads()
    pieces = 1 if small else min(max(8 * workers, n // PIECE), leaves)
    in_threads(lambda begin, end: loop(tree, euclidean, begin, end, *arrays), leaves, pieces, workers)
