"""The compiled loops of the kd-tree; :mod:`._kdtree` describes their arrays.

Distances are compared as the loops compute them, rounding included, with no fused operations. Subtraction, square
and sum round monotonically, so a box bound computed by the same operations never excludes a point wrongly: the result
equals that of the brute-force double loop bit by bit.

With ``euclidean`` all distances in this module are *squared* block norms. A joint distance is the largest over blocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from szilard.jit import njit

__all__ = ["LANES", "Tree", "count", "nearest", "split"]

LANES = 8  # leaves hold a multiple of this many points: one 512-bit register of float64


class Tree(NamedTuple):
    """A balanced kd-tree of n points; node ``i`` has children ``2i`` and ``2i + 1``, the root is 1, leaves come last.

    ``points`` (n, d) in leaf order and ``order`` (n,), their rows in the sample; ``starts`` and ``stops`` (nodes,), the
    range of positions of each node; ``low`` and ``high`` (nodes, d), the corners of the tight bounding boxes;
    ``leaves`` (leaves, d, leaf size), coordinates by leaf, padded with infinity; ``ends``, where each block ends.
    """

    points: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    stops: np.ndarray
    low: np.ndarray
    high: np.ndarray
    leaves: np.ndarray
    ends: np.ndarray


@njit(cache=True, nogil=True)
def split(
    x: np.ndarray, order: np.ndarray, starts: np.ndarray, stops: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    """Partition ``order`` node by node at the node's middle position along its widest coordinate."""
    d = x.shape[1]
    keys = np.empty(len(x))
    low[0], high[0] = np.inf, -np.inf
    for node in range(1, len(starts)):
        a, b = starts[node], stops[node]
        low[node], high[node] = np.inf, -np.inf
        for i in range(a, b):
            for j in range(d):
                value = x[order[i], j]
                low[node, j] = min(low[node, j], value)
                high[node, j] = max(high[node, j], value)
        if 2 * node >= len(starts):
            continue
        widest = np.argmax(high[node] - low[node])
        for i in range(a, b):
            keys[i] = x[order[i], widest]
        _select(keys, order, a, b, stops[2 * node])


@njit(cache=True, nogil=True)
def _select(keys: np.ndarray, order: np.ndarray, a: int, b: int, middle: int) -> None:
    """Reorder [a, b) so that every key before ``middle`` is ≤ every key from ``middle`` on."""
    left, right = a, b - 1
    while left < right:
        pivot = keys[(left + right) // 2]
        i, j = left, right
        while i <= j:
            while keys[i] < pivot:
                i += 1
            while keys[j] > pivot:
                j -= 1
            if i <= j:
                keys[i], keys[j] = keys[j], keys[i]
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            right = j
        elif middle >= i:
            left = i
        else:
            return


@njit(cache=True, nogil=True, inline="always")
def _below(joint: np.ndarray, size: int, limit: float) -> int:
    """How many of the first ``size`` distances are below ``limit``."""
    hits = 0
    for i in range(size):
        hits += joint[i] < limit
    return hits


@njit(cache=True, nogil=True)
def _scan_max(leaves: np.ndarray, leaf: int, size: int, q: np.ndarray, limit: float, joint: np.ndarray) -> int:
    """The scan with the maximum norm, in which blocks make no difference."""
    d, j = len(q), 0
    while j + 4 <= d:  # four coordinates a pass, then see whether any point is still in reach
        q0, q1, q2, q3 = q[j], q[j + 1], q[j + 2], q[j + 3]
        hits = 0
        for i in range(size):
            u, v = abs(leaves[leaf, j, i] - q0), abs(leaves[leaf, j + 1, i] - q1)
            w, z = abs(leaves[leaf, j + 2, i] - q2), abs(leaves[leaf, j + 3, i] - q3)
            u = u if u > v else v
            w = w if w > z else z
            u = u if u > w else w
            u = u if u > joint[i] else joint[i]
            joint[i] = u
            hits += u < limit
        j += 4
        if hits == 0:
            return 0
    while j < d:
        for i in range(size):
            u = abs(leaves[leaf, j, i] - q[j])
            joint[i] = u if u > joint[i] else joint[i]
        j += 1
    return _below(joint, size, limit)


@njit(cache=True, nogil=True)
def _scan(
    leaves: np.ndarray, leaf: int, size: int, q: np.ndarray, ends: np.ndarray, euclidean: bool, limit: float,
    joint: np.ndarray, norm: np.ndarray,
) -> int:  # fmt: skip
    """Distances from ``q`` to a leaf's points into ``joint``; returns how many are below ``limit``.

    Where the answer is 0 the scan may have stopped early, and ``joint`` holds lower bounds.
    """
    for i in range(size):
        joint[i] = 0.0
    if not euclidean:
        return _scan_max(leaves, leaf, size, q, limit, joint)
    begin = 0
    for end in ends:
        for i in range(size):
            norm[i] = 0.0
        for j in range(begin, end):
            for i in range(size):
                step = leaves[leaf, j, i] - q[j]
                norm[i] += step * step
        for i in range(size):
            joint[i] = norm[i] if norm[i] > joint[i] else joint[i]
        begin = end
        if end < len(q) and _below(joint, size, limit) == 0:
            return 0
    return _below(joint, size, limit)


@njit(cache=True, nogil=True)
def _nearest_corners(
    low_a: np.ndarray, high_a: np.ndarray, a: int, low_b: np.ndarray, high_b: np.ndarray, b: int, ends: np.ndarray,
    euclidean: bool,
) -> float:  # fmt: skip
    """Smallest distance between the points of box ``a`` and of box ``b``; a point is a box of its own."""
    distance, begin = 0.0, 0
    for end in ends:
        total = 0.0
        for j in range(begin, end):
            gap = max(low_b[b, j] - high_a[a, j], low_a[a, j] - high_b[b, j], 0.0)
            total = total + gap * gap if euclidean else max(total, gap)
        distance = max(distance, total)
        begin = end
    return distance


@njit(cache=True, nogil=True)
def _farthest_corners(
    low_a: np.ndarray, high_a: np.ndarray, a: int, low_b: np.ndarray, high_b: np.ndarray, b: int, ends: np.ndarray,
    euclidean: bool,
) -> float:  # fmt: skip
    """Largest distance between the points of box ``a`` and of box ``b``."""
    distance, begin = 0.0, 0
    for end in ends:
        total = 0.0
        for j in range(begin, end):
            gap = max(high_a[a, j] - low_b[b, j], high_b[b, j] - low_a[a, j])
            total = total + gap * gap if euclidean else max(total, gap)
        distance = max(distance, total)
        begin = end
    return distance


@njit(cache=True, nogil=True)
def _insert(best: np.ndarray, who: np.ndarray, me: int, distance: float, row: int) -> None:
    """Put a candidate into the sorted list of the nearest of ``me`` so far."""
    i = best.shape[1] - 1
    while i > 0 and best[me, i - 1] > distance:
        best[me, i], who[me, i] = best[me, i - 1], who[me, i - 1]
        i -= 1
    best[me, i], who[me, i] = distance, row


@njit(cache=True, nogil=True)
def _visit(
    tree: Tree, euclidean: bool, own: int, node: int, joint: np.ndarray, norm: np.ndarray, best: np.ndarray,
    who: np.ndarray,
) -> float:  # fmt: skip
    """Let all points of leaf ``own`` look for neighbours in leaf ``node``; returns their largest k-th distance."""
    points, order, starts, stops, low, high, leaves, ends = tree
    first, width, k = len(leaves), leaves.shape[2], best.shape[1]
    start, size = starts[node], stops[node] - starts[node]
    padded = min(-(-size // LANES) * LANES, width)
    worst = 0.0
    for me in range(stops[own] - starts[own]):
        place = starts[own] + me
        bound = best[me, k - 1]
        if _nearest_corners(points, points, place, low, high, node, ends, euclidean) < bound:
            if _scan(leaves, node - first, padded, points[place], ends, euclidean, bound, joint, norm) > 0:
                for i in range(size):
                    if joint[i] < best[me, k - 1] and start + i != place:
                        _insert(best, who, me, joint[i], order[start + i])
        worst = max(worst, best[me, k - 1])
    return worst


@njit(cache=True, nogil=True)
def nearest(tree: Tree, euclidean: bool, begin: int, end: int, distances: np.ndarray, rows: np.ndarray) -> None:
    """k nearest neighbours of the points in leaves [begin, end)."""
    points, order, starts, stops, low, high, leaves, ends = tree
    first, width, k = len(leaves), leaves.shape[2], distances.shape[1]
    joint, norm = np.empty(width), np.empty(width)
    best, who = np.empty((width, k)), np.empty((width, k), np.int64)
    stack, reach = np.empty(64, np.int64), np.empty(64)
    for own in range(first + begin, first + end):
        best[:], who[:] = np.inf, -1
        # The own leaf first: it gives tight bounds before the descent.
        worst = _visit(tree, euclidean, own, own, joint, norm, best, who)
        stack[0], reach[0], depth = 1, 0.0, 1
        while depth > 0:
            depth -= 1
            node, gap = stack[depth], reach[depth]
            if gap >= worst or node == own:
                continue
            if node >= first:
                worst = _visit(tree, euclidean, own, node, joint, norm, best, who)
                continue
            left = _nearest_corners(low, high, own, low, high, 2 * node, ends, euclidean)
            right = _nearest_corners(low, high, own, low, high, 2 * node + 1, ends, euclidean)
            near = 2 * node + (right < left)
            stack[depth], reach[depth] = 4 * node + 1 - near, max(left, right)
            stack[depth + 1], reach[depth + 1] = near, min(left, right)
            depth += 2
        for me in range(stops[own] - starts[own]):
            row = order[starts[own] + me]
            distances[row], rows[row] = best[me], who[me]


@njit(cache=True, nogil=True)
def count(tree: Tree, euclidean: bool, begin: int, end: int, limits: np.ndarray, counts: np.ndarray) -> None:
    """Neighbour counts of the points in leaves [begin, end)."""
    points, order, starts, stops, low, high, leaves, ends = tree
    first, width = len(leaves), leaves.shape[2]
    joint, norm = np.empty(width), np.empty(width)
    stack = np.empty(64, np.int64)
    for own in range(first + begin, first + end):
        mine = order[starts[own] : stops[own]]
        shortest, longest = np.inf, 0.0
        for row in mine:
            shortest, longest = min(shortest, limits[row]), max(longest, limits[row])
            counts[row] = -1 if limits[row] > 0 else 0  # not itself
        stack[0], depth = 1, 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            size = stops[node] - starts[node]
            if _nearest_corners(low, high, own, low, high, node, ends, euclidean) >= longest:
                continue
            if _farthest_corners(low, high, own, low, high, node, ends, euclidean) < shortest:
                for row in mine:
                    counts[row] += size
                continue
            if node < first:
                stack[depth], stack[depth + 1] = 2 * node, 2 * node + 1
                depth += 2
                continue
            padded = min(-(-size // LANES) * LANES, width)
            for me in range(len(mine)):
                place, limit = starts[own] + me, limits[mine[me]]
                if _nearest_corners(points, points, place, low, high, node, ends, euclidean) >= limit:
                    continue
                if _farthest_corners(points, points, place, low, high, node, ends, euclidean) < limit:
                    counts[mine[me]] += size
                else:
                    counts[mine[me]] += _scan(
                        leaves, node - first, padded, points[place], ends, euclidean, limit, joint, norm
                    )
