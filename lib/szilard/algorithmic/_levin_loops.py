"""Compiled loops of the marking language: one program, and all programs of one length in turn."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

OPERATIONS = ">+=<x[]"  # and "." ends a program
HALTED, RUNNING, WRONG, LOOPS = 0, 1, 2, 3

__all__ = ["HALTED", "LOOPS", "OPERATIONS", "RUNNING", "WRONG", "execute", "try_all"]


@njit(cache=True, nogil=True)
def execute(program: np.ndarray, marks: np.ndarray, keep: np.ndarray, limit: int) -> tuple[int, int]:
    """Run ``program`` for at most ``limit`` steps and say how that ended, and after how many steps.

    Marks are never taken back. A program that marks a cell of ``keep`` is therefore wrong at once; and one that
    jumps to a place with the position, stride and number of marks it once had there loops for ever.

    Args:
        program: operations by their place in ``OPERATIONS``, (L,) int64.
        marks: zeros, (size,) uint8, to be filled.
        keep: cells that must not be marked, (size,) bool.
        limit: most steps.
    """
    size, position, stride, at, marked = len(marks), 1, 1, 0, 0
    jumps, renew, seen = 0, 1, (-1, 0, 0, 0)
    for step in range(1, limit + 1):
        operation = program[at] if at < len(program) else -1
        at += 1
        jump = False
        if operation == 0:
            position += 1
        elif operation == 1:
            position += stride
        elif operation == 2:
            stride = position
        elif operation == 3:
            position = stride
        elif operation == 4:
            if 1 < position < size and not marks[position]:
                if keep[position]:
                    return WRONG, step
                marks[position] = 1
                marked += 1
        elif operation == 6:
            jump = position < size
            if jump:
                at -= 1
                while at > 0 and program[at - 1] != 5:
                    at -= 1
        elif operation == -1:
            if position >= size:
                return HALTED, step
            jump, at = True, 0
        if jump:
            here = (at, position, stride, marked)
            if here == seen:
                return LOOPS, step
            jumps += 1
            if jumps == renew:
                renew *= 2
                seen = here
    return RUNNING, limit


@njit(cache=True, nogil=True)
def try_all(length: int, target: np.ndarray, limit: int, program: np.ndarray) -> tuple[bool, int, int, int]:
    """Run all programs of ``length`` operations until one marks exactly what ``target`` does not keep.

    Args:
        length: number of operations.
        target: cells to keep unmarked, (size,) bool; the first two do not count.
        limit: most steps of one program.
        program: (length,) int64, zeros; holds the program that was found.

    Returns:
        Whether one was found, its steps, programs tried, and steps of all of them.
    """
    marks, goal = np.zeros(len(target), np.uint8), 0
    for cell in range(2, len(target)):
        goal += not target[cell]
    tried = total = 0
    while True:
        marks[:] = 0
        end, steps = execute(program, marks, target, limit)
        tried += 1
        total += steps
        if end == HALTED:
            marked = 0
            for cell in range(2, len(target)):
                marked += marks[cell]
            if marked == goal:
                return True, steps, tried, total
        place = length - 1
        while place >= 0 and program[place] == 6:
            program[place] = 0
            place -= 1
        if place < 0:
            return False, 0, tried, total
        program[place] += 1
