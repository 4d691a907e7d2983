"""Deterministic work extraction in a world of finitely many microstates: a matter of counting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.algebra import Task
from szilard.constructor.classical import ClassicalModel
from szilard.constructor.verdict import Verdict
from szilard.thermodynamics.work._inputs import as_levels
from szilard.thermodynamics.work.blocks import clusters, resolution
from szilard.thermodynamics.work.extraction import Obstruction

__all__ = ["classical_extractable"]


def classical_extractable(
    sets: Sequence[Iterable[int]],
    energies: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
) -> Verdict:
    r"""Whether an energy-conserving permutation of microstates draws ``amounts[i]`` from all of ``sets[i]``.

    Microstates are triples of system, ancilla and battery, and the dynamics is any permutation that keeps the
    total energy: a task for :class:`~szilard.constructor.ClassicalModel`, energy by energy. By Hall's theorem it is
    possible if and only if no microstate has to give two amounts, and for every energy E and amount w

    .. math:: \Bigl|\bigcup_{i:w_i=w}x_i\cap\{E\}\Bigr|\le\#\{(s,a):E_s+\epsilon_a-\epsilon_{a_0}=E-w\}.

    Args:
        sets: attributes of the system, each a set of indices of microstates.
        energies: energy of each microstate (d,).
        amounts: work wanted from each set, in the same unit.
        ancilla: energies of the ancilla's microstates; it starts in the first. None by default.

    Returns:
        The model's verdict on triples (system, ancilla, amount); before extraction the last two are 0. Where an energy
        has no place at all for an amount, the certificate is an :class:`~szilard.thermodynamics.work.Obstruction`.

    Raises:
        ValueError: sets and amounts differ in number, a set is empty, or an index is none.

    >>> classical_extractable([{1}, {2}], [0, 1, 1], [1, 1]).possible
    False
    >>> classical_extractable([{1}, {2}], [0, 1, 1], [1, 1], ancilla=[0, 0]).possible
    True
    """
    levels, work = as_levels(energies, "energies"), as_levels(amounts, "amounts")
    added = np.zeros(1) if ancilla is None else as_levels(ancilla, "ancilla")
    attributes = [frozenset(each) for each in sets]
    for i, members in enumerate(attributes):
        if not members or not all(isinstance(s, (int, np.integer)) and 0 <= s < len(levels) for s in members):
            raise ValueError(f"sets[{i}] must hold indices of microstates, 0 to {len(levels) - 1}; got {set(members)}")
    if len(attributes) != len(work):
        raise ValueError(f"amounts must have one entry per set; got {len(work)} for {len(attributes)} sets")
    tolerance = resolution(levels - levels.min(), work, added - added[0])
    given = {place: 0.0 if (w := float(work[group].mean())) == 0 else w
             for group in clusters(work, tolerance) for place in group}  # fmt: skip
    world = ClassicalModel(
        tuple(product(range(len(levels)), range(len(added)), {0.0, *given.values()})), "permutations"
    )
    pairs = []
    for (i, members), shell in product(enumerate(attributes), clusters(levels, tolerance)):
        before = {(int(s), 0, 0.0) for s in members & set(shell.tolist())}
        rest = levels[shell].mean() - given[i]
        places = np.argwhere(np.abs(levels[:, None] + (added - added[0]) - rest) <= tolerance)
        after = {(int(s), int(a), given[i]) for s, a in places}
        if before and not after:
            words = f"no microstate has the energy {rest:g} that is left when {given[i]:g} is drawn"
            flaw = Obstruction(words, float(levels[shell].mean()), (given[i],), missing=len(before))
            return Verdict(False, -float(len(before)), flaw, "counting", 0.0, words)
        if before:
            name = f"{i} at {levels[shell].mean():g}"
            pairs.append((world.attribute(before, f"set {name}"), world.attribute(after, f"gives {name}")))
    return world.possible(Task(pairs))
