"""The compiled loop over all small Turing machines, as a tree of partly known ones.

Of n states and two symbols, entry ``2 * state + symbol`` of a table holds one of 4n + 2 instructions: 0 and 1 write
that bit and halt in place; ``2 + 4 * next + 2 * bit + move`` writes ``bit``, moves left (0) or right (1) and goes to
state ``next``. States count from 0 here, and 0 starts. An output of length L with bits b is the key ``(1 << L) | b``;
1, the key of no cells, stands for all outputs that are too long.
"""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

LONGEST = 61  # cells of an output that fit into a key

__all__ = ["LONGEST", "walk"]


@njit(cache=True, nogil=True)
def walk(
    n: int, limit: int, split: int, part: int, parts: int, steps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Outputs of all machines that start on zeros and whose first move, if any, is to the right.

    Depth first over partly known tables. A machine runs until it reads an entry that is not known yet; there the
    walk branches, and every branch goes on from a copy of the tape. Where it halts, the unread entries are free:
    the output counts (4n + 2) to the power of their number. States are named in the order they appear, and a new
    name counts for all states it could stand for. Halting at the very first step counts one half, because the
    caller doubles everything for machines that move to the left first.

    Args:
        n: number of states.
        limit: largest number of steps, the halting one included.
        split: number of known entries at which the tree is dealt out.
        part: take subtrees ``part``, ``part + parts``, …; what lies above them belongs to part 0.
        parts: number of parts.
        steps: machines by number of steps, (limit + 1,) int64; added to.

    Returns:
        Keys and counts, zeros for empty places, and the number of partly known machines that were run.
    """
    width, entries = 2 * limit + 3, 2 * n
    table = np.full(entries, -1, np.int64)
    tape, tapes = np.zeros(width, np.uint8), np.zeros((entries, width), np.uint8)
    past = np.zeros(width, np.uint8)
    place, choice = np.zeros((entries, 6), np.int64), np.zeros(entries, np.int64)
    weight, free = np.ones(entries, np.int64), np.ones(entries + 1, np.int64)
    for unread in range(entries):
        free[unread + 1] = free[unread] * (4 * n + 2)
    keys, counts = np.zeros(1 << 10, np.int64), np.zeros(1 << 10, np.int64)
    used = runs = dealt = level = 0
    place[0] = limit + 1, 0, 0, limit + 1, limit + 1, 1  # position, entry, steps, low, high, states known
    while level >= 0:
        at, entry, step, low, high, known = place[level]
        if choice[level] == 0:
            if level >= split or part == 0:
                worth = weight[level] * free[entries - level - 1] // (1 if level else 2)
                steps[step + 1] += 4 * worth  # two bits, two first moves
                for bit in range(2):
                    tapes[level, at] = bit
                    used += _add(keys, counts, _key(tapes[level], low, high), worth)
                tapes[level, at] = entry & 1
                if 2 * used > len(keys):
                    keys, counts = _grow(keys, counts)
            choice[level] = 2 if level else 3
        instruction = choice[level]
        if level == entries - 1 or instruction >= 2 + 4 * min(known + 1, n):
            table[entry] = -1
            level -= 1
            continue
        choice[level] += 1 if level else 2
        table[entry] = instruction
        fresh = (instruction - 2) >> 2 == known
        if _trapped(table, entry >> 1):
            continue
        runs += level >= split or part == 0
        tape[low : high + 1] = tapes[level, low : high + 1]
        stopped, state, step, left, right = _run(table, tape, past, at, entry, step, limit, low, high)
        if step < limit:
            dealt += level + 1 == split
            if level + 1 != split or dealt % parts == part:
                weight[level + 1] = weight[level] * (n - known if fresh else 1)
                level += 1
                choice[level] = 0
                tapes[level, left : right + 1] = tape[left : right + 1]
                place[level] = stopped, 2 * state + tape[stopped], step, left, right, known + fresh
        tape[left : right + 1] = 0
    return keys, counts, runs


@njit(cache=True, nogil=True)
def _run(
    table: np.ndarray,
    tape: np.ndarray,
    past: np.ndarray,
    at: int,
    entry: int,
    step: int,
    limit: int,
    low: int,
    high: int,
) -> tuple[int, int, int, int, int]:
    """Go on until an unknown entry is read, or to ``limit`` steps, or to a proof that it goes on for ever.

    The proof: the state is that of an earlier moment, and so is all of the tape that was visited since, up to a
    shift. ``past`` is the tape of that moment, which is chosen anew after 8, 16, 32, … further steps.
    """
    state, wait, old = entry >> 1, 8, -1
    then = left = right = past_low = past_high = 0
    renew = step + wait
    while step < limit:
        instruction = table[2 * state + tape[at]] - 2
        if instruction < 0:
            break
        tape[at] = (instruction >> 1) & 1
        state = instruction >> 2
        at += 2 * (instruction & 1) - 1
        low, high = min(low, at), max(high, at)
        left, right = min(left, at), max(right, at)
        step += 1
        if state == old and tape[at] == past[then]:
            if at >= then:
                first, last = left, right if at == then else max(past_high, high - at + then)
            else:
                first, last = min(past_low, low - at + then), right
            if _recurs(tape, past, at - then, first, last):
                step = limit
                break
        if step == renew:
            wait *= 2
            renew += wait
            past[low : high + 1] = tape[low : high + 1]
            old, then, left, right, past_low, past_high = state, at, at, at, low, high
    past[past_low : past_high + 1] = 0
    return at, state, step, low, high


@njit(cache=True, nogil=True, inline="always")
def _recurs(tape: np.ndarray, past: np.ndarray, shift: int, first: int, last: int) -> bool:
    """Whether the tape is the past one, moved by ``shift``, on the past cells ``first`` to ``last``."""
    for cell in range(first, last + 1):
        if tape[cell + shift] != past[cell]:
            return False
    return True


@njit(cache=True, nogil=True)
def _trapped(table: np.ndarray, state: int) -> bool:
    """Whether no unknown entry can be reached from ``state``, whatever is on the tape: then it never halts."""
    seen = frontier = 1 << state
    while frontier:
        for here in range(len(table) // 2):
            if frontier >> here & 1:
                frontier ^= 1 << here
                for entry in (2 * here, 2 * here + 1):
                    if table[entry] < 0:
                        return False
                    after = 1 << ((table[entry] - 2) >> 2)
                    frontier |= after & ~seen
                    seen |= after
    return True


@njit(cache=True, nogil=True)
def _key(tape: np.ndarray, low: int, high: int) -> int:
    key = 1
    if high - low >= LONGEST:
        return key
    for cell in range(low, high + 1):
        key = 2 * key + tape[cell]
    return key


@njit(cache=True, nogil=True)
def _add(keys: np.ndarray, counts: np.ndarray, key: int, amount: int) -> int:
    """Add ``amount`` to the place of ``key``; 1 if the key is new."""
    mask = len(keys) - 1
    slot = (key * 0x9E3779B97F4A7C1 >> 24) & mask
    while keys[slot] and keys[slot] != key:
        slot = (slot + 1) & mask
    new = keys[slot] == 0
    keys[slot] = key
    counts[slot] += amount
    return int(new)


@njit(cache=True, nogil=True)
def _grow(keys: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same table with four times the room."""
    more, values = np.zeros(4 * len(keys), np.int64), np.zeros(4 * len(keys), np.int64)
    for slot in range(len(keys)):
        if keys[slot]:
            _add(more, values, keys[slot], counts[slot])
    return more, values
