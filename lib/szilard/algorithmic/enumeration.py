"""What all machines of n states write before they halt: the exact census D(n), and its parts for large n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from szilard.algorithmic import _turing_loops as loops
from szilard.algorithmic.turing import BUSY_BEAVER_STEPS, machine_count
from szilard.threads import usable_threads
from szilard.validation import check_integer

LARGEST = 5  # states; the tree of six is out of reach
SHALLOW = 3  # up to this number of states threads cost more than they save
PARTS = 64

__all__ = ["Census", "block_census", "census", "census_part", "merge_censuses"]


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
    def exact(self) -> bool:
        """Whether no machine halts later: the limit is at least the busy beaver's."""
        return self.states in BUSY_BEAVER_STEPS and self.limit >= BUSY_BEAVER_STEPS[self.states]

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
        return _counted(states, limit, machine_count(states), [_walk(states, limit, 0, 1)])
    with ThreadPoolExecutor(workers or usable_threads()) as pool:
        walks = list(pool.map(lambda part: _walk(states, limit, part, PARTS), range(PARTS)))
    return _counted(states, limit, machine_count(states), walks)


def census_part(states: int, limit: int | None = None, part: int = 0, parts: int = 1) -> Census:
    """One of ``parts`` parts of a census, which :func:`merge_censuses` puts together; each can run on its own machine.

    Args:
        states: 1 to 5.
        limit: as in :func:`census`.
        part: which part, 0 to ``parts`` - 1.
        parts: number of parts. Subtrees are dealt out in turn; part 0 also holds what lies above them.

    Raises:
        ValueError: an argument is out of range.
    """
    limit = _limit(states, limit)
    check_integer(parts, "parts", minimum=1)
    check_integer(part, "part", minimum=0)
    if part >= parts:
        raise ValueError(f"part must be below parts = {parts}; got {part}")
    return _counted(states, limit, 0 if part else machine_count(states), [_walk(states, limit, part, parts)])


def block_census(states: int, start: int, stop: int, limit: int | None = None) -> Census:
    """The same census of the machines number ``start`` to ``stop - 1``, run one by one: slow, and obviously right.

    Raises:
        ValueError: the block does not lie within 0 and the number of machines, or ``states`` or ``limit`` is bad.
    """
    limit = _limit(states, limit)
    check_integer(start, "start", minimum=0)
    check_integer(stop, "stop", minimum=start + 1)
    if stop > machine_count(states):
        raise ValueError(f"stop must be at most the number of machines, {machine_count(states)}; got {stop}")
    steps = np.zeros(limit + 1, np.int64)
    keys, counts = loops.run_block(states, start, stop, limit, steps)
    total = _both_blanks(_outputs(keys, counts))
    return Census(states, limit, 2 * (stop - start), total, 2 * steps, stop - start)


def merge_censuses(parts: Iterable[Census]) -> Census:
    """The census of which these are the parts.

    Raises:
        ValueError: no parts, or parts that differ in states or limit.
    """
    parts = list(parts)
    if len({(each.states, each.limit) for each in parts}) != 1:
        raise ValueError("parts must hold at least one census, all with the same states and limit")
    counts: Counter[str] = Counter()
    for each in parts:
        counts.update(each.counts)
    return Census(
        parts[0].states,
        parts[0].limit,
        sum(each.machines for each in parts),
        _sorted(counts),
        sum(each.steps for each in parts),
        sum(each.runs for each in parts),
    )


def _limit(states: int, limit: int | None) -> int:
    check_integer(states, "states", minimum=1)
    if states > LARGEST:
        raise ValueError(f"states must be at most {LARGEST}; got {states}")
    if limit is None and states not in BUSY_BEAVER_STEPS:
        raise ValueError(f"limit must be given for {states} states; 500 is usual")
    if limit is not None:
        check_integer(limit, "limit", minimum=1)
    return BUSY_BEAVER_STEPS[states] if limit is None else int(limit)


def _walk(states: int, limit: int, part: int, parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Keys, counts, steps and runs of one part of the tree."""
    steps = np.zeros(limit + 1, np.int64)
    split = 0 if parts == 1 else max(1, states - 1)
    keys, counts, runs = loops.walk(states, limit, split, part, parts, steps)
    full = np.flatnonzero(keys)
    return keys[full], counts[full], steps, runs


def _counted(
    states: int, limit: int, tables: int, walks: list[tuple[np.ndarray, np.ndarray, np.ndarray, int]]
) -> Census:
    """The census of parts of the tree, mirror images and the second blank added."""
    keys, counts, steps, runs = zip(*walks, strict=True)
    different, place = np.unique(np.concatenate(keys), return_inverse=True)
    sums = np.zeros(len(different), np.int64)
    np.add.at(sums, place, np.concatenate(counts))
    total = _both_blanks(_mirrored(_outputs(different, sums)))
    return Census(states, limit, 2 * tables, total, 2 * sum(steps), sum(runs))


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
    return _sorted(total)


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (len(item[0]), item[0])))


_EXCHANGE = str.maketrans("01", "10")
