"""A question about deterministic work extraction, put in energy blocks: what the deciders of this room share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.states import as_support
from szilard.thermodynamics.work._inputs import as_hamiltonian, as_levels
from szilard.thermodynamics.work.blocks import EPSILONS, EnergyBlocks, clusters, energy_blocks, resolution
from szilard.thermodynamics.work.reference import Reference

NEGLIGIBLE = 1e-7  # an amplitude that is rounding: it carries a probability of 1e-14

__all__ = ["Problem", "Share", "as_amounts", "beside", "distinct", "pose"]


@dataclass(frozen=True)
class Share:
    """What one amount asks of one energy block, both by index.

    Args:
        space: orthonormal columns (multiplicity, r) of the components that states with this amount have in
            the block, in coordinates of the block's basis.
        available: how many final levels of system and ancilla have the energy that is left.
    """

    block: int
    amount: int
    space: np.ndarray
    available: int


@dataclass(frozen=True)
class Problem:
    """States, amounts and resources, in energy blocks.

    Args:
        blocks: eigenspaces of the system, its reference included.
        supports: one array of weighted vectors (d, r) per state, whose squares sum to it.
        amounts: the different amounts, ascending (m,).
        which: the index of its amount, per state.
        ancilla: energies of the ancilla's levels (a,), of which it starts in the first.
        battery: energies of the battery's levels (b,), relative to the one it starts in.
        tolerance: energies closer than this are equal.
    """

    blocks: EnergyBlocks
    supports: tuple[np.ndarray, ...]
    amounts: np.ndarray
    which: tuple[int, ...]
    ancilla: np.ndarray
    battery: np.ndarray
    tolerance: float

    @property
    def final_levels(self) -> np.ndarray:
        """Energies of system and ancilla together (d, a), above the ancilla's first level."""
        return self.blocks.levels[:, None] + (self.ancilla - self.ancilla[0])

    def at(self, energy: float) -> np.ndarray:
        """Which final levels of system and ancilla have ``energy``: flat indices into :attr:`final_levels`."""
        return np.flatnonzero(np.abs(self.final_levels.ravel() - energy) <= self.tolerance)

    def coordinates(self, block: int, amount: int) -> np.ndarray:
        """The components in ``block`` of all states with ``amount``, side by side (multiplicity, ·)."""
        basis = self.blocks.bases[block].conj().T
        parts = [basis @ support for support, which in zip(self.supports, self.which, strict=True) if which == amount]
        return np.hstack(parts)

    def shares(self) -> Iterator[Share]:
        """Every block and amount that meet, block by block."""
        for block, energy in enumerate(self.blocks.energies):
            for amount, work in enumerate(self.amounts):
                space = _column_space(self.coordinates(block, amount))
                if space.shape[1]:
                    yield Share(block, amount, space, len(self.at(energy - work)))


def pose(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: ArrayLike,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
    battery: ArrayLike | None = None,
) -> Problem:
    """The question whether ``amounts`` can be drawn from ``states``, checked and in energy blocks.

    Arguments and errors are those of :func:`~szilard.thermodynamics.work.extractable`.
    """
    works = as_amounts(amounts, states)
    system, supports = beside(states, H, reference)
    levels = system if system.ndim == 1 else np.linalg.eigvalsh(system)
    energies = np.zeros(1) if ancilla is None else as_levels(ancilla, "ancilla")
    spread = resolution(levels - levels.min(), works, energies - energies[0])
    tolerance = max(spread, EPSILONS * float(np.spacing(np.abs(levels).max())))
    values, which = distinct(works, tolerance)
    levels = _battery(values, battery, tolerance)
    return Problem(energy_blocks(system, tolerance), supports, values, which, energies, levels, tolerance)


def as_amounts(amounts: ArrayLike, states: Sequence[ArrayLike]) -> np.ndarray:
    """``amounts`` as a vector with one entry per state."""
    works = as_levels(amounts, "amounts")
    if len(states) != len(works):
        raise ValueError(f"amounts must have one entry per state; got {len(works)} for {len(states)} states")
    return works


def beside(
    states: Sequence[ArrayLike], H: ArrayLike, reference: Reference | None
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """The Hamiltonian of system and reference together, a matrix or its levels, and the states as weighted vectors."""
    system = as_hamiltonian(H)
    supports = [as_support(state, f"states[{i}]", len(system)) for i, state in enumerate(states)]
    if reference is not None:
        if not isinstance(reference, Reference):
            raise ValueError(f"reference must be a Reference; got {type(reference).__name__}")
        ladder = reference.energies
        if system.ndim == 1:
            system = np.add.outer(system, ladder).ravel()
        else:
            system = np.kron(system, np.eye(len(ladder))) + np.kron(np.eye(len(system)), np.diag(ladder))
        supports = [np.kron(support, reference.amplitudes[:, None]) for support in supports]
    return system, tuple(supports)


def distinct(amounts: np.ndarray, tolerance: float) -> tuple[np.ndarray, tuple[int, ...]]:
    """The amounts that differ, ascending, and for each of ``amounts`` the index of its own."""
    groups = clusters(amounts, tolerance)
    which = np.empty(len(amounts), dtype=int)
    for index, group in enumerate(groups):
        which[group] = index
    return np.array([amounts[group].mean() for group in groups]), tuple(which.tolist())


def _battery(amounts: np.ndarray, battery: ArrayLike | None, tolerance: float) -> np.ndarray:
    needed = np.concatenate([[0.0], amounts])
    levels = needed if battery is None else as_levels(battery, "battery")
    groups = clusters(levels, tolerance)
    distinct = np.array([levels[group].mean() for group in groups])
    uncovered = [value for value in needed if np.abs(distinct - value).min() > tolerance]
    if uncovered:
        raise ValueError(f"battery must have a level at 0 and at every amount; none is at {uncovered[0]:g}")
    return distinct


def _column_space(columns: np.ndarray) -> np.ndarray:
    vectors, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return vectors[:, sizes > NEGLIGIBLE]
