"""Deterministic work extraction in a world of finitely many microstates: a matter of counting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.verdict import Verdict
from szilard.thermodynamics.work._inputs import as_levels
from szilard.thermodynamics.work.blocks import clusters, resolution
from szilard.thermodynamics.work.extraction import Obstruction

__all__ = ["Rearrangement", "classical_extractable"]


@dataclass(frozen=True)
class Rearrangement:
    """Where every microstate goes: an injective map that conserves energy, the certificate that it is possible.

    Args:
        moves: (microstate before, microstate after, ancilla after, amount) for every microstate of the sets.
    """

    moves: tuple[tuple[int, int, int, float], ...]


def classical_extractable(
    sets: Sequence[Iterable[int]],
    energies: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
) -> Verdict:
    r"""Whether an energy-conserving permutation of microstates draws ``amounts[i]`` from all of ``sets[i]``.

    Microstates are triples of system, battery and ancilla, and the dynamics is any permutation that keeps the
    total energy. By Hall's theorem it is possible if and only if no microstate has to give two amounts, and for
    every energy E and amount w

    .. math:: \Bigl|\bigcup_{i:w_i=w}x_i\cap\{E\}\Bigr|\le\#\{(s,a):E_s+\epsilon_a-\epsilon_{a_0}=E-w\}.

    Args:
        sets: attributes of the system, each a set of indices of microstates.
        energies: energy of each microstate (d,).
        amounts: work wanted from each set, in the same unit.
        ancilla: energies of the ancilla's microstates; it starts in the first. None by default.

    Returns:
        A verdict with a :class:`Rearrangement` or an :class:`~szilard.thermodynamics.work.Obstruction`; the
        margin counts microstates, to spare or missing.

    Raises:
        ValueError: sets and amounts differ in number, a set is empty, or an index is none.

    >>> classical_extractable([{1}, {2}], [0, 1, 1], [1, 1]).possible
    False
    >>> classical_extractable([{1}, {2}], [0, 1, 1], [1, 1], ancilla=[0, 0]).possible
    True
    """
    levels, work = as_levels(energies, "energies"), as_levels(amounts, "amounts")
    added = np.zeros(1) if ancilla is None else as_levels(ancilla, "ancilla")
    attributes = _attributes(sets, len(levels))
    if len(attributes) != len(work):
        raise ValueError(f"amounts must have one entry per set; got {len(work)} for {len(attributes)} sets")
    tolerance = resolution(levels - levels.min(), work, added - added[0])
    for (x, v), (y, w) in combinations(zip(attributes, work, strict=True), 2):
        if abs(v - w) > tolerance and (shared := x & y):
            return _torn(min(shared), levels, (float(v), float(w)))
    final = levels[:, None] + (added - added[0])
    moves: list[tuple[int, int, int, float]] = []
    spare = len(final.ravel())
    for group in clusters(work, tolerance):
        amount = float(work[group].mean())
        members = np.array(sorted(frozenset().union(*(attributes[i] for i in group))))
        for shell in (members[k] for k in clusters(levels[members], tolerance)):
            energy = float(levels[shell].mean())
            room = np.argwhere(np.abs(final - (energy - amount)) <= tolerance)
            if len(room) < len(shell):
                return _short(energy, amount, len(shell), len(room))
            spare = min(spare, len(room) - len(shell))
            moves += [(int(s), int(t), int(a), amount) for s, (t, a) in zip(shell, room[: len(shell)], strict=True)]
    words = "no microstate has to give two amounts, and every energy has room enough"
    return Verdict(True, float(spare), Rearrangement(tuple(moves)), "counting", 0.0, words)


def _attributes(sets: Sequence[Iterable[int]], d: int) -> list[frozenset[int]]:
    attributes = [frozenset(each) for each in sets]
    for i, attribute in enumerate(attributes):
        if not attribute or not all(isinstance(s, (int, np.integer)) and 0 <= s < d for s in attribute):
            raise ValueError(f"sets[{i}] must hold indices of microstates, 0 to {d - 1}; got {sorted(attribute)}")
    return attributes


def _torn(microstate: int, levels: np.ndarray, amounts: tuple[float, float]) -> Verdict:
    words = f"microstate {microstate} would have to give {amounts[0]:g} and {amounts[1]:g}"
    obstruction = Obstruction(words, float(levels[microstate]), amounts, overlap=1.0)
    return Verdict(False, -1.0, obstruction, "counting", 0.0, words)


def _short(energy: float, amount: float, needed: int, available: int) -> Verdict:
    words = (
        f"{needed} microstates of energy {energy:g} that give {amount:g} need as many of energy "
        f"{energy - amount:g}; there are {available}"
    )
    obstruction = Obstruction(words, energy, (amount,), needed=needed, available=available)
    return Verdict(False, float(available - needed), obstruction, "counting", 0.0, words)
