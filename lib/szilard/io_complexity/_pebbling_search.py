"""Compiled A* over the states of the pebble game: a hash table, a queue of buckets, and the loop over both."""

from __future__ import annotations

import numpy as np

from szilard.io_complexity._pebbling_loops import canonical, count, expand, remaining, settle, useful
from szilard.jit import njit

__all__ = ["EXPANDED", "FOUND", "SEEN", "grown", "search"]

FULL, FOUND, EMPTY = 0, 1, 2
USED, QUEUED, SPARE, EXPANDED, SEEN = range(5)  # of the facts about a search


@njit(cache=True, nogil=True)
def slot(table: np.ndarray, states: np.ndarray, red: int, blue: int) -> int:
    """Where in the hash table a state is, or would be."""
    mask = len(table) - 1
    h = red * -7046029254386353131 + blue * -4417276706812531889
    h ^= h >> 29
    h *= -4658895280553007687
    i = (h ^ (h >> 32)) & mask
    while table[i] >= 0 and (states[table[i], 0] != red or states[table[i], 1] != blue):
        i = (i + 1) & mask
    return i


@njit(cache=True, nogil=True)
def grown(array: np.ndarray) -> np.ndarray:
    """The array with twice as many rows."""
    new = np.empty((2 * len(array), array.shape[1]), array.dtype)
    new[: len(array)] = array
    return new


@njit(cache=True, nogil=True)
def rehashed(states: np.ndarray, used: int, size: int) -> np.ndarray:
    """A hash table of ``size`` with all states in it."""
    table = np.full(size, -1, np.int64)
    for s in range(used):
        table[slot(table, states, states[s, 0], states[s, 1])] = s
    return table


@njit(cache=True, nogil=True)
def push(queue: np.ndarray, heads: np.ndarray, facts: np.ndarray, s: int, cost: int, f: int) -> np.ndarray:
    """Put a state into the queue of those that promise a total of ``f``; returns the queue, which may have grown."""
    node = facts[SPARE]
    if node >= 0:
        facts[SPARE] = queue[node, 2]
    else:
        node = facts[QUEUED]
        facts[QUEUED] += 1
        if node == len(queue):
            queue = grown(queue)
    queue[node, 0], queue[node, 1], queue[node, 2] = s, cost, heads[f]
    heads[f] = node
    return queue


@njit(cache=True, nogil=True)
def pop(queue: np.ndarray, heads: np.ndarray, facts: np.ndarray, states: np.ndarray, lowest: int) -> tuple[int, int]:
    """The latest state of least promise that is not done, or -1, and that promise."""
    while lowest < len(heads):
        node = heads[lowest]
        if node < 0:
            lowest += 1
            continue
        s, cost = queue[node, 0], queue[node, 1]
        heads[lowest] = queue[node, 2]
        queue[node, 2] = facts[SPARE]
        facts[SPARE] = node
        if not states[s, 4] and cost == states[s, 2]:
            states[s, 4] = 1
            return s, lowest
    return -1, lowest


@njit(cache=True, nogil=True)
def visit(
    states: np.ndarray, table: np.ndarray, facts: np.ndarray, red: int, blue: int, cost: int, before: int
) -> tuple[int, np.ndarray, np.ndarray]:
    """Enter a way to a state that is the best so far: its number (-1 if it is not), the states and the table."""
    place = slot(table, states, red, blue)
    s = table[place]
    if s >= 0 and cost >= states[s, 2]:
        return -1, states, table
    if s < 0:
        s = facts[USED]
        facts[USED] += 1
        if s == len(states):
            states = grown(states)
        if 2 * s > len(table):
            table = rehashed(states, s, 4 * len(table))
            place = slot(table, states, red, blue)
        table[place] = s
        states[s, 0], states[s, 1] = red, blue
    states[s, 2], states[s, 3], states[s, 4] = cost, before, 0
    return s, states, table


@njit(cache=True, nogil=True)
def search(
    M: int, graph: np.ndarray, sets: np.ndarray, images: np.ndarray, recompute: bool, limit: int
) -> tuple[int, int, np.ndarray, np.ndarray]:
    """A* over settled states, cheapest first and the latest of equals first.

    Args:
        M: words of fast memory.
        graph: sets of parents, ancestors and children of every vertex, (n, 3).
        sets: inputs and outputs, (2,).
        images: of bytes under symmetries, the identity first.
        recompute: whether a vertex may be computed twice.
        limit: most states kept.

    Returns:
        How it ended, the last state, all states (red, blue, cost, the one before, done), and facts, among them how many
        states there are, how many were expanded, and how many were looked at.
    """
    states, table = np.empty((1024, 5), np.int64), np.full(4096, -1, np.int64)
    moves, log = np.empty((4096, 4), np.int64), np.empty(64, np.int64)
    queue, heads = np.empty((1024, 3), np.int64), np.full(4096, -1, np.int64)
    facts = np.zeros(5, np.int64)
    facts[SPARE] = -1
    red, blue, _, _ = settle(0, 0, M, graph, sets, recompute, log)
    lowest = remaining(red, blue, graph, sets, recompute)
    s, states, table = visit(states, table, facts, red, blue, 0, -1)
    queue = push(queue, heads, facts, s, 0, lowest)
    while facts[USED] < limit:
        s, lowest = pop(queue, heads, facts, states, lowest)
        if s < 0:
            return EMPTY, 0, states, facts
        red, blue, cost = states[s, 0], states[s, 1], states[s, 2]
        if sets[1] & ~blue == 0:
            return FOUND, s, states, facts
        facts[EXPANDED] += 1
        need = useful(blue, red, graph, sets, recompute)
        ways = expand(red, blue, need, M, graph, sets, recompute, moves)
        while ways < 0:
            moves = grown(moves)
            ways = expand(red, blue, need, M, graph, sets, recompute, moves)
        facts[SEEN] += ways
        for i in range(ways):
            v, fetched, gone, written = moves[i, 0], moves[i, 1], moves[i, 2], moves[i, 3]
            after, kept = red & ~gone | fetched | 1 << v, blue | written | (sets[1] & (1 << v))
            after, kept, _, _ = settle(after, kept, M, graph, sets, recompute, log)
            after, kept = canonical(after, kept, images)
            g = cost + count(fetched) + count(written)
            t, states, table = visit(states, table, facts, after, kept, g, s)
            if t >= 0:
                f = max(lowest, g + remaining(after, kept, graph, sets, recompute))
                queue = push(queue, heads, facts, t, g, f)
    return FULL, 0, states, facts
