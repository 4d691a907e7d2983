"""What all machines of n states write before they halt: the exact census D(n)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from szilard.algorithmic import _turing_loops as loops
from szilard.progress import tracked
from szilard.threads import usable_threads
from szilard.validation import check_integer

LARGEST = 5  # states; the tree of six is out of reach
SHALLOW = 3  # up to this number of states threads cost more than they save
PARTS = 256  # of the tree, whose subtrees are dealt out in turn; the first holds what lies above them too

BUSY_BEAVER_STEPS = {1: 1, 2: 6, 3: 21, 4: 107}
"""Most steps that a halting machine of n states takes (`lin1965computer`, `brady1983determination`).

Theirs move when they halt and ours do not; since the halting step counts in both cases, the numbers are the same.
"""

Walk = tuple[np.ndarray, np.ndarray, np.ndarray, int]

__all__ = ["BUSY_BEAVER_STEPS", "Census", "census", "machine_count"]


def machine_count(states: int) -> int:
    """Number of machines with ``states`` states and two symbols, (4n + 2)^{2n}.

    In each state and for each symbol read, a machine writes a bit and halts without moving, or writes a bit, moves
    by one cell and goes to one of its n states; it starts in the first.

    >>> machine_count(3)
    7529536
    """
    check_integer(states, "states", minimum=1)
    return (4 * states + 2) ** (2 * states)


@dataclass(frozen=True)
class Census:
    """Outputs of the machines of n states and two symbols on both blank tapes.

    Args:
        states: number of states n.
        limit: largest number of steps, the halting one included.
        machines: runs accounted for, two per table: one on zeros, one on ones.
        counts: how many of them halt with each output, shortest first; ``""`` stands for all outputs of more
            than 61 cells together, which appear at limits of some thousands of steps.
        steps: how many of them halt after 0, 1, …, ``limit`` steps, (limit + 1,) int64.
        runs: partly known machines that were run to find out; the cost of the census.
    """

    states: int
    limit: int
    machines: int
    counts: Mapping[str, int]
    steps: np.ndarray
    runs: int

    @property
    def halting(self) -> int:
        """Runs that halt within the limit."""
        return sum(self.counts.values())

    @property
    def longest_run(self) -> int:
        """Most steps taken by a machine that halts within the limit."""
        return int(np.flatnonzero(self.steps).max(initial=0))


def census(states: int, limit: int | None = None, *, workers: int | None = None) -> Census:
    r"""The exact census of all machines with ``states`` states, both blank tapes, every table counted.

    .. math:: D(n)(s) = \frac{\#\{\text{machines that halt with output } s\}}{\#\{\text{machines that halt}\}}

    Tables are not run one by one. A machine branches only where it reads an instruction for the first time, and a
    branch that halts stands for all tables that agree on what was read. Mirror images, complements and renamed
    states are counted by their number instead of being run. Four states, 2.2e10 machines, take a fraction of a
    second and five, 5.3e13, a minute of one core, so there is nothing to gain from an accelerator.

    Args:
        states: 1 to 5.
        limit: largest number of steps; the busy beaver's, which makes the census complete, up to four states.
            Five states need one, for example the 500 of `soler2014ctm`.
        workers: threads; all usable cores by default.

    Raises:
        ValueError: states out of range, no limit given where no default is exact, or limit or workers below 1.

    >>> two = census(2)
    >>> two.halting, two.counts["00"], two.longest_run
    (6088, 508, 6)
    """
    limit = _limit(states, limit)
    if workers is not None:
        check_integer(workers, "workers", minimum=1)
    if states <= SHALLOW:
        return _counted(states, limit, [_walk(states, limit, 0, 1)])
    with ThreadPoolExecutor(workers or usable_threads()) as pool:
        walks = pool.map(lambda part: _walk(states, limit, part, PARTS), range(PARTS))
        return _counted(states, limit, tracked(walks, PARTS, f"machines of {states} states"))


def _limit(states: int, limit: int | None) -> int:
    check_integer(states, "states", minimum=1)
    if states > LARGEST:
        raise ValueError(f"states must be at most {LARGEST}; got {states}")
    if limit is None and states not in BUSY_BEAVER_STEPS:
        raise ValueError(f"limit must be given for {states} states; 500 is usual")
    if limit is not None:
        check_integer(limit, "limit", minimum=1)
    return BUSY_BEAVER_STEPS[states] if limit is None else int(limit)


def _walk(states: int, limit: int, part: int, parts: int) -> Walk:
    """Keys, counts, steps and runs of one part of the tree."""
    steps = np.zeros(limit + 1, np.int64)
    split = 0 if parts == 1 else max(1, states - 1)
    keys, counts, runs = loops.walk(states, limit, split, part, parts, steps)
    full = np.flatnonzero(keys)
    return keys[full], counts[full], steps, runs


def _counted(states: int, limit: int, walks: list[Walk]) -> Census:
    """The census of the parts of the tree, mirror images and the second blank added."""
    keys, counts, steps, runs = zip(*walks, strict=True)
    different, place = np.unique(np.concatenate(keys), return_inverse=True)
    sums = np.zeros(len(different), np.int64)
    np.add.at(sums, place, np.concatenate(counts))
    total = _both_blanks(_mirrored(_outputs(different, sums)))
    return Census(states, limit, 2 * machine_count(states), total, 2 * np.sum(steps, axis=0), sum(runs))


def _outputs(keys: np.ndarray, counts: np.ndarray) -> dict[str, int]:
    """Counts by output: a key is the output in binary behind a leading one."""
    full = np.flatnonzero(keys)
    return {f"{key:b}"[1:]: count for key, count in zip(keys[full].tolist(), counts[full].tolist(), strict=True)}


def _mirrored(counts: Mapping[str, int]) -> Counter[str]:
    """Add the mirror image of every machine, whose output is the same read backwards."""
    total = Counter(counts)
    for output, count in counts.items():
        total[output[::-1]] += count
    return total


def _both_blanks(counts: Mapping[str, int]) -> dict[str, int]:
    """Add every machine with its symbols exchanged, which does on ones what the machine does on zeros."""
    total = Counter(counts)
    for output, count in counts.items():
        total[output.translate(_EXCHANGE)] += count
    return dict(sorted(total.items(), key=lambda item: (len(item[0]), item[0])))


_EXCHANGE = str.maketrans("01", "10")
