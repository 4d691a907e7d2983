"""Compiled loops over a trace of addresses, numbered from 0."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

__all__ = ["lru", "next_use", "opt"]


@njit(cache=True, nogil=True)
def lru(trace: np.ndarray, M: int, addresses: int) -> int:
    """Misses where the line unused for longest gives way; resident lines are a list from latest to oldest."""
    before, after = np.full(addresses + 1, -1, np.int64), np.full(addresses + 1, -1, np.int64)
    head = addresses  # a sentinel: after it the latest, before it the oldest
    before[head], after[head] = head, head
    size, misses = 0, 0
    for x in trace:
        if after[x] >= 0:
            before[after[x]], after[before[x]] = before[x], after[x]
        else:
            misses += 1
            if size == M:
                oldest = before[head]
                before[head], after[before[oldest]] = before[oldest], head
                after[oldest] = -1
            else:
                size += 1
        first = after[head]
        after[head], before[x], after[x], before[first] = x, head, first, x
    return misses


@njit(cache=True, nogil=True)
def next_use(trace: np.ndarray, addresses: int) -> np.ndarray:
    """When the address of every access is accessed again; the length of the trace where it is not."""
    seen = np.full(addresses, len(trace), np.int64)
    found = np.empty(len(trace), np.int64)
    for t in range(len(trace) - 1, -1, -1):
        found[t] = seen[trace[t]]
        seen[trace[t]] = t
    return found


@njit(cache=True, nogil=True)
def opt(trace: np.ndarray, M: int, addresses: int) -> int:
    """Misses where the line used again furthest in the future gives way."""
    ahead = next_use(trace, addresses)
    place = np.full(addresses, -1, np.int64)
    held, due = np.empty(M, np.int64), np.empty(M, np.int64)
    size, misses = 0, 0
    for t in range(len(trace)):
        x = trace[t]
        if place[x] < 0:
            misses += 1
            if size < M:
                spot = size
                size += 1
            else:
                spot = int(np.argmax(due))
                place[held[spot]] = -1
            held[spot], place[x] = x, spot
        due[place[x]] = ahead[t]
    return misses
