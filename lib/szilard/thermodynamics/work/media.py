r"""What makes a medium one for work or for heat: which changes can be traded with a copy of it, both ways or one way.

A medium has attributes of sharp energy, each with some number of microstates, and dynamics is any injective map that
keeps energy. An exchange takes medium and replica from attributes (i, k) to (j, l) and touches nothing else; it is
possible if and only if no more microstates go in than come out. To swap the two is always possible and shows nothing:
that is why two attributes are not enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.verdict import Verdict
from szilard.thermodynamics.work._inputs import as_levels
from szilard.thermodynamics.work.blocks import clusters, resolution
from szilard.validation import check_integer

__all__ = ["Exchange", "exchanges", "is_heat_medium", "is_work_medium"]

Pair = tuple[int, int]


@dataclass(frozen=True)
class Exchange:
    """Medium and replica trade energy, in the direction in which there is room for it.

    Args:
        before: attributes of medium and replica, by number.
        after: what they become; not the two of ``before`` swapped.
        sizes: microstates of both together, before and after, the first not larger.
    """

    before: Pair
    after: Pair
    sizes: Pair

    @property
    def both_ways(self) -> bool:
        """Whether the reverse is possible too."""
        return self.sizes[0] == self.sizes[1]

    @property
    def entropy(self) -> float:
        """By how many nats the logarithm of the number of microstates grows."""
        return math.log(self.sizes[1]) - math.log(self.sizes[0])


def exchanges(energies: ArrayLike, sizes: Sequence[int]) -> tuple[Exchange, ...]:
    """All exchanges of attributes with ``energies`` (n,) and ``sizes`` microstates (n,) that keep the total energy.

    Raises:
        ValueError: energies that are equal, lengths that differ, or a size below one.

    >>> exchanges([0, 1, 2], [1, 2, 1])
    (Exchange(before=(0, 2), after=(1, 1), sizes=(1, 4)),)
    """
    levels = as_levels(energies, "energies")
    if len(sizes) != len(levels):
        raise ValueError(f"sizes must have one entry per energy; got {len(sizes)} for {len(levels)}")
    for size in sizes:
        check_integer(size, "sizes", minimum=1)
    if len(clusters(levels, resolution(levels))) < len(levels):
        raise ValueError(f"energies must all be different; got {levels.tolist()}")
    pairs = list(combinations_with_replacement(range(len(levels)), 2))
    total, room = levels[np.array(pairs)].sum(axis=1), [sizes[i] * sizes[k] for i, k in pairs]
    found = []
    for m, n in combinations(range(len(pairs)), 2):
        if abs(total[m] - total[n]) <= resolution(total):
            few, many = sorted((m, n), key=lambda place: room[place])
            found.append(Exchange(pairs[few], pairs[many], (room[few], room[many])))
    return tuple(found)


def is_work_medium(energies: ArrayLike, sizes: Sequence[int]) -> Verdict:
    """Whether the attributes are a work variable: three at least, and exchanges that go both ways link all of them.

    The certificate holds the exchanges; the margin is minus the entropy in nats that the least reversible one makes.

    Source: marletto2022work.

    >>> is_work_medium([0, 1, 2], [1, 1, 1]).possible, is_work_medium([0, 1, 2], [1, 2, 1]).possible
    (True, False)
    """
    return _decided(energies, sizes, both_ways=True)


def is_heat_medium(energies: ArrayLike, sizes: Sequence[int]) -> Verdict:
    """Whether every exchange goes one way only, three attributes at least being linked by exchanges.

    Source: marletto2022work.

    >>> is_heat_medium([0, 1, 2], [1, 2, 1]).possible
    True
    """
    return _decided(energies, sizes, both_ways=False)


def _decided(energies: ArrayLike, sizes: Sequence[int], both_ways: bool) -> Verdict:
    found = exchanges(energies, sizes)
    if not found:
        words = "nothing but a swap with the replica keeps the energy"
        return Verdict(False, -math.inf, found, "counting", 0.0, words)
    right = [each for each in found if each.both_ways == both_ways]
    possible = _linked(len(sizes), right) and (both_ways or len(right) == len(found))
    entropies = [each.entropy for each in found]
    margin = -max(entropies) + 0.0 if both_ways else min(entropies)
    words = f"{sum(each.both_ways for each in found)} of {len(found)} exchanges go both ways"
    return Verdict(possible, margin, found, "counting", 0.0, words)


def _linked(n: int, found: Sequence[Exchange]) -> bool:
    """Whether exchanges lead from every attribute to every other, three at least."""
    from scipy.sparse.csgraph import connected_components

    steps = np.zeros((n, n))
    for each in found:
        steps[np.ix_(each.before, each.after)] = 1
    return n >= 3 and connected_components(steps, directed=False)[0] == 1
