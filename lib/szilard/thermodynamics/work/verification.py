"""An extraction or an obstruction, checked by matrices alone, and a medium, by counting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.states import as_density
from szilard.constructor.verdict import Verdict
from szilard.thermodynamics.work._inputs import as_hamiltonian, as_levels
from szilard.thermodynamics.work.blocks import energy_blocks, resolution
from szilard.thermodynamics.work.extraction import Extraction, Obstruction
from szilard.thermodynamics.work.problem import NEGLIGIBLE
from szilard.thermodynamics.work.reference import Reference

__all__ = ["Verification", "verify_extraction", "verify_medium", "verify_obstruction"]


@dataclass(frozen=True)
class Verification:
    """How far a process is from an exact extraction: four numbers that rounding alone may fill.

    Args:
        unitarity: largest entry of V†V - 1.
        conservation: largest entry of VH - HV, in the unit of H.
        change: largest change of the probability of any total energy, over all states.
        failure: largest probability that the battery does not hold the amount.
        variance: largest variance of the battery's energy; a right mean is not enough.
    """

    unitarity: float
    conservation: float
    change: float
    failure: float
    variance: float

    def holds(self, tolerance: float = 1e-10) -> bool:
        """Whether every number is below ``tolerance``."""
        return max(vars(self).values()) < tolerance


def verify_extraction(
    extraction: Extraction,
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
) -> Verification:
    """What the unitary of ``extraction`` does to ``states``, computed from H, ancilla and reference anew.

    Nothing is taken from the extraction but its unitary and the levels of its battery.
    """
    V, battery = extraction.unitary(), extraction.problem.battery
    ladder = np.ones(1) if reference is None else reference.amplitudes
    steps = np.zeros(1) if reference is None else reference.energies
    levels = np.zeros(1) if ancilla is None else as_levels(ancilla, "ancilla")
    system = as_hamiltonian(H)
    system = np.diag(system) if system.ndim == 1 else system
    sizes = (len(system), len(ladder), len(levels), len(battery))
    total = _total((system, np.diag(steps), np.diag(levels - levels[0]), np.diag(battery)))
    blocks = energy_blocks(total).bases
    start = np.zeros((sizes[2], sizes[3]))
    start[0, np.abs(battery).argmin()] = 1.0
    changes, failures, variances = [], [], []
    for index, (state, amount) in enumerate(zip(states, as_levels(amounts, "amounts"), strict=True)):
        rho = as_density(state, f"states[{index}]", sizes[0])
        rest = np.kron(ladder, start.ravel())
        before = np.kron(rho, np.outer(rest, rest.conj()))
        after = V @ before @ V.conj().T
        charged = np.diag(after).real.reshape(-1, len(battery)).sum(axis=0)
        mean = float(charged @ battery)
        changes += [abs(np.einsum("ji,jk,ki->", block.conj(), after - before, block)) for block in blocks]
        failures.append(abs(1 - float(charged[np.abs(battery - amount).argmin()])))
        variances.append(float(charged @ (battery - mean) ** 2))
    unitarity = float(np.abs(V.conj().T @ V - np.eye(len(V))).max())
    conservation = float(np.abs(V @ total - total @ V).max())
    return Verification(unitarity, conservation, float(max(changes)), max(failures), max(variances))


def verify_obstruction(
    obstruction: Obstruction,
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
) -> bool:
    """Whether the energy that ``obstruction`` names leaves no room, computed from H, ancilla and reference anew.

    Nothing is taken from the obstruction but its energy and amounts. Components of different amounts overlap there, or
    those of one amount outnumber the levels of system, reference and ancilla that are left at the energy.
    """
    system = as_hamiltonian(H)
    system = np.diag(system) if system.ndim == 1 else system
    ladder = np.ones(1) if reference is None else reference.amplitudes
    steps = np.zeros(1) if reference is None else reference.energies
    added = np.zeros(1) if ancilla is None else as_levels(ancilla, "ancilla")
    levels, frame = np.linalg.eigh(_total((system, np.diag(steps))))
    works = as_levels(amounts, "amounts")
    near = resolution(levels, works, added)
    here, spaces = frame[:, np.abs(levels - obstruction.energy) <= near].conj().T, []
    for amount in obstruction.amounts:
        chosen = [each for each, work in zip(states, works, strict=True) if abs(work - amount) <= near]
        mixed = sum(
            np.kron(as_density(each, "states", len(system)), np.outer(ladder, ladder.conj())) for each in chosen
        )
        weights, columns = np.linalg.eigh(here @ mixed @ here.conj().T)
        spaces.append(columns[:, weights > NEGLIGIBLE**2])
    if len(spaces) == 2:
        return float(np.linalg.norm(spaces[0].conj().T @ spaces[1], 2)) > NEGLIGIBLE
    left = np.add.outer(levels, added - added[0]) - (obstruction.energy - obstruction.amounts[0])
    return spaces[0].shape[1] > np.count_nonzero(np.abs(left) <= near)


def verify_medium(verdict: Verdict, energies: ArrayLike, sizes: Sequence[int], both_ways: bool = True) -> bool:
    """Whether a verdict on a work medium, or on a heat medium (``both_ways=False``), follows from its exchanges.

    These have to be all exchanges that keep the energy, counted anew; the medium is one if they link three attributes
    at least and each goes both ways, or one way.
    """
    levels = as_levels(energies, "energies")
    pairs = list(combinations_with_replacement(range(len(levels)), 2))
    near = resolution(np.add.outer(levels, levels).ravel())
    kept = {(p, q) for p, q in combinations(pairs, 2) if abs(levels[list(p)].sum() - levels[list(q)].sum()) <= near}
    told = {tuple(sorted((each.before, each.after))): each for each in verdict.certificate}
    rooms = [[math.prod(sizes[i] for i in pair) for pair in (each.before, each.after)] for each in told.values()]
    true = all(list(each.sizes) == room for each, room in zip(told.values(), rooms, strict=True))
    linked = {0}
    for _ in levels:
        linked |= {i for p, q in kept if linked & {*p, *q} for i in (*p, *q)}
    answer = len(linked) == len(levels) >= 3 and all((a == b) is both_ways for a, b in rooms)
    return set(told) == kept and true and verdict.possible is answer


def _total(parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """The sum of Hamiltonians of the parts of a composite system."""
    total: np.ndarray = np.zeros((1, 1))
    for part in parts:
        total = np.kron(total, np.eye(len(part))) + np.kron(np.eye(len(total)), part)
    return total
