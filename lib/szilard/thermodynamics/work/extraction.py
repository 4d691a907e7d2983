"""Which amounts of work can be drawn, surely and exactly, from which states: decided, and the process built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.verdict import Verdict
from szilard.thermodynamics.work.blocks import clusters
from szilard.thermodynamics.work.problem import NEGLIGIBLE, Problem, Share, pose
from szilard.thermodynamics.work.reference import Reference

__all__ = ["Extraction", "Move", "Obstruction", "extractable"]


@dataclass(frozen=True)
class Move:
    """One piece of an extraction: components of one energy give one amount.

    Args:
        amount: work that they give.
        source: orthonormal columns (d, r) in the space of system and reference.
        target: orthonormal columns (d·a, r) in that of system, reference and ancilla.
    """

    amount: float
    source: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class Extraction:
    """An energy-conserving process that draws the amounts: the certificate that it is possible.

    Args:
        moves: what happens to each energy and amount.
        problem: the question that it answers.
    """

    moves: tuple[Move, ...]
    problem: Problem

    def start(self) -> np.ndarray:
        """The column (a·b, 1) that stands for the ancilla in its first level and an empty battery."""
        return np.kron(np.eye(len(self.problem.ancilla), 1), self._battery(0.0))

    def unitary(self) -> np.ndarray:
        """A unitary (d·a·b, d·a·b) of system ⊗ ancilla ⊗ battery that conserves energy and makes all moves."""
        problem = self.problem
        frame = np.kron(problem.blocks.frame, np.eye(len(self.start())))
        total = (problem.final_levels[:, :, None] + problem.battery).ravel()
        sources = [np.kron(move.source, self.start()) for move in self.moves]
        targets = [np.kron(move.target, self._battery(move.amount)) for move in self.moves]
        before, after = (frame.conj().T @ np.hstack(columns) for columns in (sources, targets))
        matrix = np.zeros((len(total), len(total)), dtype=np.result_type(frame, before, after))
        for group in clusters(total, problem.tolerance):
            here = np.linalg.norm(before[group], axis=0) > 0.5
            matrix[np.ix_(group, group)] = _completed(before[np.ix_(group, here)], after[np.ix_(group, here)])
        return frame @ matrix @ frame.conj().T

    def _battery(self, amount: float) -> np.ndarray:
        levels = self.problem.battery
        return np.eye(len(levels))[:, [int(np.abs(levels - amount).argmin())]]


@dataclass(frozen=True)
class Obstruction:
    """Why it is impossible: one energy at which the states leave no room.

    Args:
        reason: in words.
        energy: the energy, of system and reference together.
        amounts: the amount, or the two amounts, that it is about.
        overlap: largest cosine between components that should give different amounts; 0 where counting fails.
        missing: by how much the components of an amount outnumber the final levels; 0 where they overlap.
    """

    reason: str
    energy: float
    amounts: tuple[float, ...]
    overlap: float = 0.0
    missing: int = 0


def extractable(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
    *,
    battery: ArrayLike | None = None,
) -> Verdict:
    r"""Whether a process that conserves energy draws ``amounts[i]`` from ``states[i]``, surely and exactly.

    Battery and ancilla start in levels of sharp energy. Then it is possible if and only if, for every energy E
    with projector :math:`\Pi_E`,

    (a) :math:`\langle\psi_i|\Pi_E|\psi_j\rangle=0` wherever :math:`w_i\neq w_j`: orthogonal *block by block*, and

    (b) for every amount w, :math:`\operatorname{span}\{\Pi_E\psi_i:w_i=w\}` has no more dimensions than system
    and ancilla have levels at energy :math:`E-w`.

    Args:
        states: kets (d,) or density matrices (d, d); the amount of a mixed state must come from all of its support.
        H: Hamiltonian of the system, a matrix (d, d) or its levels (d,).
        amounts: work wanted from each state, in the unit of ``H``; negative is work put in.
        ancilla: energies of an auxiliary system that starts in the first of them; none by default.
        reference: a ladder in superposition, which may be used up; none by default.
        battery: levels of the battery relative to its start; by default 0 and the amounts. More change nothing.

    Returns:
        A verdict. Possible: its certificate is an :class:`Extraction`, its margin the number of final levels to
        spare where they are fewest. Impossible: its certificate is an :class:`Obstruction`, its margin minus the
        largest cosine between components that should be orthogonal, or minus the number of levels missing.

    Raises:
        ValueError: shapes that do not fit, states that are none, amounts without a level of the battery.

    Source: marletto2022work, whose theorem is that (a) needs orthogonal states; the criterion is derived in the
    chapter.

    >>> import numpy as np
    >>> plus, minus = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    >>> extractable([[1, 0], [0, 1]], [0, 1], [0, 1]).possible
    True
    >>> extractable([plus, minus], [0, 1], [0, 1]).possible
    False
    """
    problem = pose(states, H, amounts, ancilla, reference, battery)
    shares = list(problem.shares())
    if flaw := _overlap(problem, shares) or _shortage(problem, shares):
        return Verdict(False, -float(flaw.overlap or flaw.missing), flaw, "energy blocks", NEGLIGIBLE, flaw.reason)
    spare = min(share.available - share.space.shape[1] for share in shares)
    words = "different amounts come from orthogonal components, and every energy has levels enough"
    process = Extraction(_moves(problem, shares), problem)
    return Verdict(True, float(spare), process, "energy blocks", NEGLIGIBLE, words)


def _overlap(problem: Problem, shares: list[Share]) -> Obstruction | None:
    """The worst violation of (a)."""
    worst = None
    for one, other in combinations(shares, 2):
        if one.block != other.block:
            continue
        cosine = float(np.linalg.norm(one.space.conj().T @ other.space, 2))
        if cosine > max(NEGLIGIBLE, worst.overlap if worst else 0.0):
            energy = float(problem.blocks.energies[one.block])
            amounts = tuple(float(problem.amounts[each.amount]) for each in (one, other))
            words = f"at energy {energy:g} the components for amounts {amounts[0]:g} and {amounts[1]:g} overlap"
            worst = Obstruction(words, energy, amounts, overlap=min(cosine, 1.0))
    return worst


def _shortage(problem: Problem, shares: list[Share]) -> Obstruction | None:
    """The worst violation of (b)."""
    missing, worst = max(
        ((share.space.shape[1] - share.available, share) for share in shares), key=lambda pair: pair[0]
    )
    if missing <= 0:
        return None
    energy, amount = float(problem.blocks.energies[worst.block]), float(problem.amounts[worst.amount])
    needed = f"needs {worst.space.shape[1]} final levels at energy {energy - amount:g}; there are {worst.available}"
    return Obstruction(f"amount {amount:g} at energy {energy:g} {needed}", energy, (amount,), missing=missing)


def _moves(problem: Problem, shares: list[Share]) -> tuple[Move, ...]:
    frame = problem.blocks.frame
    sources = _orthonormal([problem.blocks.bases[share.block] @ share.space for share in shares])
    moves = []
    for share, source in zip(shares, sources, strict=True):
        energy, amount = problem.blocks.energies[share.block], problem.amounts[share.amount]
        rank = source.shape[1]
        levels, labels = np.divmod(problem.at(energy - amount)[:rank], len(problem.ancilla))
        target = np.einsum("ik,jk->ijk", frame[:, levels], np.eye(len(problem.ancilla))[:, labels])
        moves.append(Move(float(amount), source, target.reshape(-1, rank)))
    return tuple(moves)


def _orthonormal(parts: list[np.ndarray]) -> list[np.ndarray]:
    """Columns that are orthogonal up to rounding, made exactly so without preferring any."""
    left, _, right = np.linalg.svd(np.hstack(parts), full_matrices=False)
    return np.split(left @ right, np.cumsum([part.shape[1] for part in parts])[:-1], axis=1)


def _completed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """A unitary that takes the orthonormal columns ``before`` to ``after``."""
    r = before.shape[1]
    full = [np.linalg.qr(columns, mode="complete")[0][:, r:] for columns in (before, after)]
    return after @ before.conj().T + full[1] @ full[0].conj().T
