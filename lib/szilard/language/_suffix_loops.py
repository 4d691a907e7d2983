"""Compiled loops: a suffix array in linear time by induced sorting, and what follows from it."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

__all__ = ["lz76_phrases", "lz78_phrases", "previous_matches", "suffix_array"]


def suffix_array(x: np.ndarray, size: int) -> np.ndarray:
    """Places of the suffixes of ``x`` in alphabetical order; its symbols are 0 to ``size`` − 1 (`nong2011sais`).

    The sorted array of the substrings that begin at a local minimum is made by the same means, level by level.
    """
    stack = []
    while True:
        smaller = _types(x)
        sa, minima = np.full(len(x), -1, dtype=np.int32), _minima(smaller)
        _induce(x, sa, smaller, minima, size)
        ordered = sa[_is_minimum(smaller)[sa]]
        names, count = _names(x, ordered, smaller)
        stack.append((x, size, smaller, minima))
        if count == len(minima):
            order = np.empty(len(minima), dtype=np.int32)
            order[names[minima]] = np.arange(len(minima), dtype=np.int32)
            break
        x, size = names[minima], count
    while stack:
        x, size, smaller, minima = stack.pop()
        sa = np.full(len(x), -1, dtype=np.int32)
        _induce(x, sa, smaller, minima[order], size)
        order = sa
    return order


@njit(cache=True, nogil=True)
def _types(x: np.ndarray) -> np.ndarray:
    """Whether each suffix is smaller than the next one; the empty suffix is smallest."""
    n = len(x)
    smaller = np.zeros(n, dtype=np.bool_)
    for i in range(n - 2, -1, -1):
        smaller[i] = x[i] < x[i + 1] or (x[i] == x[i + 1] and smaller[i + 1])
    return smaller


@njit(cache=True, nogil=True)
def _is_minimum(smaller: np.ndarray) -> np.ndarray:
    found = np.zeros(len(smaller), dtype=np.bool_)
    for i in range(1, len(smaller)):
        found[i] = smaller[i] and not smaller[i - 1]
    return found


def _minima(smaller: np.ndarray) -> np.ndarray:
    """Places where a smaller suffix follows a larger one."""
    return np.flatnonzero(_is_minimum(smaller)).astype(np.int32)


@njit(cache=True, nogil=True)
def _induce(x: np.ndarray, sa: np.ndarray, smaller: np.ndarray, minima: np.ndarray, size: int) -> None:
    """Sort all suffixes, given those that begin at local minima in their order, the last first to be placed."""
    n = len(x)
    ends = np.zeros(size + 1, dtype=np.int64)
    for i in range(n):
        ends[x[i] + 1] += 1
    for a in range(size):
        ends[a + 1] += ends[a]
    place = ends[1:].copy()
    for k in range(len(minima) - 1, -1, -1):
        a = x[minima[k]]
        place[a] -= 1
        sa[place[a]] = minima[k]
    place[:] = ends[:-1]
    last = n - 1  # the suffix before the empty one
    sa[place[x[last]]] = last
    place[x[last]] += 1
    for k in range(n):
        i = sa[k] - 1
        if sa[k] > 0 and not smaller[i]:
            sa[place[x[i]]] = i
            place[x[i]] += 1
    place[:] = ends[1:]
    for k in range(n - 1, -1, -1):
        i = sa[k] - 1
        if sa[k] > 0 and smaller[i]:
            place[x[i]] -= 1
            sa[place[x[i]]] = i


@njit(cache=True, nogil=True)
def _names(x: np.ndarray, ordered: np.ndarray, smaller: np.ndarray) -> tuple[np.ndarray, int]:
    """Ranks of the substrings from one local minimum to the next, equal ones alike; and how many ranks there are."""
    n = len(x)
    names = np.full(n, -1, dtype=np.int32)
    count = 0
    for k in range(len(ordered)):
        if k > 0 and not _same(x, ordered[k - 1], ordered[k], smaller):
            count += 1
        names[ordered[k]] = count
    return names, count + 1 if len(ordered) else 0


@njit(cache=True, nogil=True)
def _same(x: np.ndarray, i: int, j: int, smaller: np.ndarray) -> bool:
    n, step = len(x), 0
    while True:
        if i + step >= n or j + step >= n:
            return False
        ended = step > 0 and smaller[i + step] and not smaller[i + step - 1]
        other = step > 0 and smaller[j + step] and not smaller[j + step - 1]
        if ended != other or x[i + step] != x[j + step]:
            return False
        if ended:
            return True
        step += 1


@njit(cache=True, nogil=True)
def previous_matches(x: np.ndarray, sa: np.ndarray) -> np.ndarray:
    """For every place the longest match of what begins there with what begins anywhere before (`crochemore2008lpf`).

    The match may run on past the place. The neighbours in the suffix array that begin earlier are the best candidates;
    both are followed in the order of the text, so that a match loses at most one symbol from one place to the next.
    """
    n = len(x)
    above, below = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    stack = np.empty(n, dtype=np.int32)
    top = 0
    for k in range(n):
        i = sa[k]
        while top > 0 and stack[top - 1] > i:
            top -= 1
            below[stack[top]] = i
        if top > 0:
            above[i] = stack[top - 1]
        stack[top] = i
        top += 1
    longest = np.zeros(n, dtype=np.int32)
    first = second = 0
    for i in range(n):
        first, second = max(first - 1, 0), max(second - 1, 0)
        first = _extend(x, above[i], i, first)
        second = _extend(x, below[i], i, second)
        longest[i] = max(first, second)
    return longest


@njit(cache=True, nogil=True)
def _extend(x: np.ndarray, j: int, i: int, length: int) -> int:
    if j < 0:
        return 0
    while i + length < len(x) and x[j + length] == x[i + length]:
        length += 1
    return length


@njit(cache=True, nogil=True)
def lz76_phrases(longest: np.ndarray) -> int:
    """Phrases, each the shortest that has not begun before; the last one may be incomplete."""
    count, i = 0, 0
    while i < len(longest):
        i += longest[i] + 1
        count += 1
    return count


@njit(cache=True, nogil=True)
def lz78_phrases(x: np.ndarray, size: int) -> int:
    """Phrases, each an earlier phrase and one symbol more; the last one may be incomplete."""
    n = len(x)
    room = 16
    while room < 2 * n + 2:
        room *= 2
    keys, nodes = np.full(room, -1, dtype=np.int64), np.zeros(room, dtype=np.int32)
    count, node = 0, 0
    for i in range(n):
        key = np.int64(node) * size + x[i]
        place = (key * 0x9E3779B97F4A7C1 >> 20) & (room - 1)
        while keys[place] != -1 and keys[place] != key:
            place = (place + 1) & (room - 1)
        if keys[place] == key:
            node = nodes[place]
        else:
            count += 1
            keys[place], nodes[place] = key, count
            node = 0
    return count + (node > 0)
