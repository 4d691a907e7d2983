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


@dataclass(frozen=True)
class Exchange:
    """Medium and replica trade energy: their attributes before and after, and how many microstates these have.

    It is written in the direction in which there is room, so that the first size is not the larger.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    sizes: tuple[int, int]

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
    """Whether the attributes are a work variable: exchanges link three at least, and every one goes both ways.

    The certificate holds the exchanges; the margin is minus the most entropy in nats that one of them makes.
    Arguments as in :func:`exchanges`.

    Source: marletto2022work.

    >>> is_work_medium([0, 1, 2], [1, 1, 1]).possible, is_work_medium([0, 1, 2], [1, 2, 1]).possible
    (True, False)
    """
    return _decided(energies, sizes, both_ways=True)


def is_heat_medium(energies: ArrayLike, sizes: Sequence[int]) -> Verdict:
    """Whether exchanges link three attributes at least, each one way; the margin is the least entropy.

    Source: marletto2022work.
    """
    return _decided(energies, sizes, both_ways=False)


def _decided(energies: ArrayLike, sizes: Sequence[int], both_ways: bool) -> Verdict:
    from scipy.sparse.csgraph import connected_components

    found = exchanges(energies, sizes)
    steps = np.zeros((len(sizes), len(sizes)))
    for each in found:
        steps[np.ix_(each.before, each.after)] = 1
    if len(sizes) < 3 or connected_components(steps, directed=False)[0] > 1:
        words = "but for a swap with the replica, no exchange leads from some attributes to others"
        return Verdict(False, -math.inf, found, "counting", 0.0, words)
    entropies = [each.entropy for each in found]
    right = [each.both_ways == both_ways for each in found]
    words = f"{sum(each.both_ways for each in found)} of {len(found)} exchanges go both ways"
    margin = -max(entropies) + 0.0 if both_ways else min(entropies) if all(right) else -1.0
    return Verdict(all(right), margin, found, "counting", 0.0, words)
