"""Compiled search for the cheapest way to pebble a graph. A set of vertices is one word, vertex v its bit v.

A state is the set of vertices in fast memory and the set of computed ones in slow memory. It is *settled*: what no
output still to be made depends on is gone, and while there is room, whatever can be computed for nothing is there.
"""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

__all__ = ["canonical", "count", "expand", "remaining", "settle", "useful"]


@njit(cache=True, nogil=True)
def count(x: int) -> int:
    """Number of vertices in a set."""
    n = 0
    while x:
        x &= x - 1
        n += 1
    return n


@njit(cache=True, nogil=True)
def computed(red: int, blue: int, graph: np.ndarray, sets: np.ndarray) -> int:
    """What has been computed where nothing is computed twice: what is kept, and what is gone and was used by all."""
    done = red | blue | sets[0]
    for v in range(len(graph) - 1, -1, -1):
        if graph[v, 2] != 0 and graph[v, 2] & ~done == 0:
            done |= 1 << v
    return done


@njit(cache=True, nogil=True)
def useful(blue: int, red: int, graph: np.ndarray, sets: np.ndarray, recompute: bool) -> int:
    """What may still be read from by a computation: ancestors of outputs to be made; or, where nothing is computed
    twice, parents of what is not computed yet."""
    found = 0
    if recompute:
        left = sets[1] & ~blue
        v = 0
        while left >> v:
            if left >> v & 1:
                found |= graph[v, 1]
            v += 1
        return found
    done = computed(red, blue, graph, sets)
    for v in range(len(graph)):
        if graph[v, 2] & ~done:
            found |= 1 << v
    return found


@njit(cache=True, nogil=True)
def settle(
    red: int, blue: int, M: int, graph: np.ndarray, sets: np.ndarray, recompute: bool, log: np.ndarray
) -> tuple[int, int, int, int]:
    """The settled state, the set of useful vertices, and how many vertices were computed, in the order of ``log``."""
    steps = 0
    need = useful(blue, red, graph, sets, recompute)
    red &= need
    blue &= need | sets[1]
    while count(red) < M:
        wanted = (need | sets[1] & ~blue) & ~red & ~sets[0]
        if not recompute:
            wanted &= sets[1] & ~blue & ~need  # anything else may be better computed later
        best = -1
        for v in range(len(graph)):
            if wanted >> v & 1 and graph[v, 0] & ~red == 0:
                best = v
                if sets[1] & ~blue & (1 << v):
                    break
        if best < 0:
            break
        log[steps] = best
        steps += 1
        red |= 1 << best
        if sets[1] >> best & 1 and not blue >> best & 1:
            blue |= 1 << best
            need = useful(blue, red, graph, sets, recompute)
            red &= need
            blue &= need | sets[1]
    return red, blue, need, steps


@njit(cache=True, nogil=True)
def remaining(red: int, blue: int, graph: np.ndarray, sets: np.ndarray, recompute: bool) -> int:
    """A number of reads that cannot be avoided: inputs under what must be computed yet."""
    must, missing, stored = sets[1] & ~blue, 0, 0
    for v in range(len(graph) - 1, -1, -1):
        if must >> v & 1:
            up = graph[v, 0] & ~red
            missing |= up & sets[0]
            stored |= up & blue
            must |= up & ~sets[0] & ~blue
    return count(missing) + (again(red, blue, stored, missing, graph, sets) if recompute else count(stored))


@njit(cache=True, nogil=True)
def again(red: int, blue: int, stored: int, missing: int, graph: np.ndarray, sets: np.ndarray) -> int:
    """Of the ``stored`` values that are needed, how many must be read, or else something new below them."""
    found, taken = 0, missing
    for p in range(len(graph)):
        if stored >> p & 1:
            below, behind = 1 << p, 1 << p
            for v in range(p, -1, -1):
                if below >> v & 1 and not sets[0] >> v & 1:
                    below |= graph[v, 0] & ~red
            behind = below & (sets[0] | blue)
            if below & sets[0] & ~missing and behind & ~missing & taken == 0:
                taken |= behind
                found += 1
    return found


@njit(cache=True, nogil=True)
def expand(
    red: int, blue: int, need: int, M: int, graph: np.ndarray, sets: np.ndarray, recompute: bool, out: np.ndarray
) -> int:
    """Every way to compute one more vertex; rows of ``out``: vertex, what is read, given up and written before.

    Values are read just before they are used, and given up only for room, written before that or not. Returns the
    number of rows; -1 where ``out`` is too short.
    """
    rows = 0
    undone = sets[1] & ~blue
    if recompute:
        candidates = (need | undone) & ~red & ~sets[0]
    else:
        candidates = ((1 << len(graph)) - 1) & ~computed(red, blue, graph, sets)
    for v in range(len(graph)):
        if not candidates >> v & 1:
            continue
        fetched = graph[v, 0] & ~red
        if fetched & ~(blue | sets[0]):
            continue
        spare = count(red) + count(fetched) + 1 - M
        free = red & ~graph[v, 0]
        if spare > count(free):
            continue
        if spare <= 0:
            if rows == len(out):
                return -1
            out[rows, 0], out[rows, 1], out[rows, 2], out[rows, 3] = v, fetched, 0, 0
            rows += 1
            continue
        rows = _evictions(v, fetched, free, spare, blue, sets, recompute, out, rows)
        if rows < 0:
            return -1
    return rows


@njit(cache=True, nogil=True)
def _evictions(
    v: int,
    fetched: int,
    free: int,
    spare: int,
    blue: int,
    sets: np.ndarray,
    recompute: bool,
    out: np.ndarray,
    rows: int,
) -> int:
    """Rows for every choice of ``spare`` values of ``free`` to give up, and of those among them to write."""
    members = np.empty(64, np.int64)
    size, x = 0, free
    while x:
        members[size] = x & -x
        size += 1
        x &= x - 1
    chosen = (1 << spare) - 1
    while chosen >> size == 0:
        gone = 0
        for i in range(size):
            if chosen >> i & 1:
                gone |= members[i]
        dirty = gone & ~blue & ~sets[0]
        written = dirty
        while True:
            if rows == len(out):
                return -1
            out[rows, 0], out[rows, 1], out[rows, 2], out[rows, 3] = v, fetched, gone, written
            rows += 1
            if written == 0 or not recompute:  # what is computed once must be kept while it is needed
                break
            written = (written - 1) & dirty
        low = chosen & -chosen
        high = chosen + low
        chosen = (((high ^ chosen) >> 2) // low) | high
    return rows


@njit(cache=True, nogil=True)
def mapped(x: int, g: int, images: np.ndarray) -> int:
    """A set of vertices under symmetry ``g``; ``images`` (symmetries, 8, 256) holds images of bytes."""
    y, byte = 0, 0
    while x:
        y |= images[g, byte, x & 255]
        x >>= 8
        byte += 1
    return y


@njit(cache=True, nogil=True)
def canonical(red: int, blue: int, images: np.ndarray) -> tuple[int, int]:
    """The first of all states that symmetries make of this one."""
    a, b = red, blue
    for g in range(1, len(images)):
        x = mapped(red, g, images)
        if x > a:
            continue
        y = mapped(blue, g, images)
        if x < a or y < b:
            a, b = x, y
    return a, b
