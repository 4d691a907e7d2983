"""The census of small machines the plain way: every table is run by itself, and the outputs are counted."""

from __future__ import annotations

import numpy as np
from numba import njit

from szilard.algorithmic._turing_loops import _add, _grow, _key
from szilard.algorithmic.enumeration import _both_blanks, _outputs


def census_one_by_one(states: int, start: int, stop: int, limit: int) -> tuple[dict[str, int], np.ndarray]:
    """Counts by output and by steps, on both blanks, of the machines number ``start`` to ``stop - 1``."""
    steps = np.zeros(limit + 1, np.int64)
    keys, counts = run_block(states, start, stop, limit, steps)
    return _both_blanks(_outputs(keys, counts)), 2 * steps


@njit
def run_one(table: np.ndarray, limit: int, blank: int, tape: np.ndarray) -> tuple[int, int]:
    """Key of the output and number of steps of one machine; (0, 0) if it has not halted after ``limit`` steps.

    Args:
        table: instructions, (2n,) int64.
        limit: largest number of steps, the halting one included.
        blank: the symbol all over the tape.
        tape: room to work in, (2 limit + 1,) uint8.
    """
    tape[:] = blank
    at = low = high = limit
    state = 0
    for step in range(1, limit + 1):
        instruction = table[2 * state + tape[at]]
        if instruction < 2:
            tape[at] = instruction
            return _key(tape, low, high), step
        instruction -= 2
        tape[at] = (instruction >> 1) & 1
        state = instruction >> 2
        at += 2 * (instruction & 1) - 1
        low, high = min(low, at), max(high, at)
    return 0, 0


@njit
def run_block(n: int, start: int, stop: int, limit: int, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Run the machines number ``start`` to ``stop - 1``, each by itself, on a tape of zeros.

    The digits of a machine's number in base 4n + 2 are its table. Returns keys and counts, zeros for empty places;
    ``steps``, machines by number of steps, is added to.
    """
    table, tape = np.empty(2 * n, np.int64), np.empty(2 * limit + 1, np.uint8)
    keys, counts, used = np.zeros(1 << 10, np.int64), np.zeros(1 << 10, np.int64), 0
    for number in range(start, stop):
        rest = number
        for entry in range(2 * n):
            table[entry] = rest % (4 * n + 2)
            rest //= 4 * n + 2
        key, taken = run_one(table, limit, 0, tape)
        if taken:
            steps[taken] += 1
            used += _add(keys, counts, key, 1)
            if 2 * used > len(keys):
                keys, counts = _grow(keys, counts)
    return keys, counts
