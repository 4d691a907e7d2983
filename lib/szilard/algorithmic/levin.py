"""Universal search in a tiny language: programs in the order of length plus log time, until one fits the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from szilard.algorithmic import _levin_loops as loops
from szilard.algorithmic.description import as_bits
from szilard.progress import progress_bar
from szilard.threads import interruptible
from szilard.validation import check_integer

BITS_PER_OPERATION = 3

LANGUAGE = {
    ">": "move one cell on",
    "+": "move one stride on",
    "=": "the stride becomes the position",
    "<": "the position becomes the stride",
    "x": "mark the cell, if there is one here",
    "[": "nothing; a place to come back to",
    "]": "if still within the cells, back to the nearest [ on the left, or else to the start",
    "end": "if still within the cells, start again; beyond them, halt",
}
"""The marking language, made for this book: it has a position and a stride, both 1 at first, and eight symbols."""

__all__ = ["LANGUAGE", "Discovery", "MarkingRun", "levin_search", "run_marking", "trace_marking"]


@dataclass(frozen=True)
class MarkingRun:
    """What a program left.

    Args:
        unmarked: whether each cell 0, 1, …, size - 1 is unmarked, bool; cells 0 and 1 cannot be marked.
        steps: operations executed.
        halted: whether it came to an end.
    """

    unmarked: np.ndarray
    steps: int
    halted: bool


@dataclass(frozen=True)
class Discovery:
    """The program that universal search found.

    Args:
        program: its operations; see :func:`run_marking`.
        bits: its length, 3 for each operation and 3 for the end.
        steps: the steps it takes.
        phase: the phase k in which it was found; then 2^(k - bits) ≥ steps.
        tried: programs started before, in all phases.
        effort: steps of all of them.
    """

    program: str
    bits: int
    steps: int
    phase: int
    tried: int
    effort: int


def run_marking(program: str, size: int, limit: int = 1_000_000_000) -> MarkingRun:
    """Run a program of the marking language on the cells 2, 3, …, ``size`` - 1.

    What its operations do is in ``LANGUAGE``. Operations and end are coded by 3 bits each, so no program is the
    beginning of another and Σ 2^-bits = 1 over all of them.

    Args:
        program: its operations, without the end.
        size: number of cells, 3 or more.
        limit: most steps.

    >>> run = run_marking(">=[+x]<", 30)
    >>> np.flatnonzero(run.unmarked[2:]) + 2
    array([ 2,  3,  5,  7, 11, 13, 17, 19, 23, 29])
    """
    unknown = set(program) - set(loops.OPERATIONS)
    if unknown:
        raise ValueError(f"program must be made of {loops.OPERATIONS}; got {min(unknown)!r}")
    check_integer(size, "size", minimum=3)
    check_integer(limit, "limit", minimum=1)
    operations = np.array([loops.OPERATIONS.index(each) for each in program], np.int64)
    marks = np.zeros(size, np.uint8)
    end, steps = loops.execute(operations, marks, np.zeros(size, np.bool_), limit)
    return MarkingRun(marks == 0, steps, end == loops.HALTED)


def trace_marking(program: str, size: int, steps: int = 1000) -> pd.DataFrame:
    """The same run step by step in plain Python: ``step``, ``operation``, ``position`` and ``stride`` after it, and
    ``marked``, the cell that it marked for the first time or 0.

    Args:
        program: its operations, without the end.
        size: number of cells, 3 or more.
        steps: most steps.

    >>> trace_marking(">=[+x]<", 12, 5).marked.tolist()
    [0, 0, 0, 0, 4]
    """
    check_integer(size, "size", minimum=3)
    position, stride, at, marked, rows = 1, 1, 0, {0}, list[tuple[int, str, int, int, int]]()
    while len(rows) < steps:
        operation, new = program[at] if at < len(program) else "end", 0
        at += 1
        within = position < size
        if operation in "><+":
            position = {">": position + 1, "<": stride, "+": position + stride}[operation]
        elif operation == "=":
            stride = position
        elif operation == "x" and 1 < position < size and position not in marked:
            new = position
            marked.add(new)
        elif within and operation in ("]", "end"):
            at = 0 if operation == "end" else program.rfind("[", 0, at - 1) + 1
        rows.append((len(rows) + 1, operation, position, stride, new))
        if operation == "end" and not within:
            break
    return pd.DataFrame(rows, columns=["step", "operation", "position", "stride", "marked"])


def levin_search(target: ArrayLike, phases: int = 33) -> Discovery | None:
    r"""The first program that leaves exactly the cells of ``target`` unmarked, by universal search.

    In phase k every program p of at most k bits runs for :math:`2^{k-|p|}` steps, shorter programs first
    (`levin1973universal`). The search thus finds, up to a factor of two, the program with the least
    :math:`|p| + \log_2 t`, and takes about :math:`2^{|p|}` times as long as that program does. What it finds
    depends on the language, which is ours and far from universal.

    Args:
        target: text or array of 0 and 1, (size,): 1 where cell 0, 1, 2, … is to stay unmarked; cells 0 and 1 are
            not compared.
        phases: the last phase. Each takes almost twice as long as the one before: up to 33 they end within ten seconds
            or so, up to 36 within a minute, up to 40 within ten. A terminal shows how far a longer search is.

    Returns:
        The program and what it took; ``None`` if none of these phases has one.

    Raises:
        ValueError: target not binary or shorter than three cells, or phases not a positive integer.
    """
    keep = as_bits(target, "target").astype(np.bool_)
    if len(keep) < 3:
        raise ValueError(f"target must have at least 3 cells; got {len(keep)}")
    check_integer(phases, "phases", minimum=1)
    tried = effort = 0
    with progress_bar(True, 1 << max(phases - BITS_PER_OPERATION, 0), "programs") as show:
        for phase in range(BITS_PER_OPERATION, phases + 1):
            for length in range(phase // BITS_PER_OPERATION):
                bits = BITS_PER_OPERATION * (length + 1)
                program = np.zeros(length, np.int64)
                search = partial(loops.try_all, length, keep, 1 << (phase - bits), program)
                success, steps, programs, total = interruptible(search)
                tried, effort = tried + programs, effort + total
                if success:
                    text = "".join(loops.OPERATIONS[each] for each in program)
                    return Discovery(text, bits, steps, phase, tried, effort)
            show(1 << (phase - BITS_PER_OPERATION), f"phase {phase} of {phases}")
    return None
