r"""A million joint decisions at once: pure states to pure states, by the smallest eigenvalue of small matrices.

For overlaps of outputs that are all different from zero, a task on n pure states is possible if and only if the
quotient of the two Gram matrices, entry by entry, is positive semidefinite; see :mod:`szilard.constructor.quantum`.
Here the quotients of many tasks are formed and diagonalised together.
"""

from __future__ import annotations

import numpy as np

from szilard.constructor.quantum import CERTAIN, CLEAR
from szilard.constructor.states import RANK

__all__ = ["computation_margins", "grams", "joint_margins", "pair_margins", "verdicts"]


def grams(states: np.ndarray) -> np.ndarray:
    r"""Gram matrices :math:`\langle\psi_i|\psi_j\rangle`, (B, n, n), of B sets of n states, (B, n, d)."""
    if states.ndim != 3:
        raise ValueError(f"states must have shape (sets, n, d); got {states.shape}")
    return states.conj() @ states.transpose(0, 2, 1)


def joint_margins(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Smallest eigenvalue of source ⊘ target for every pair of Gram matrices; NaN where an output overlap vanishes.

    Args:
        source: Gram matrices of the inputs (B, n, n).
        target: Gram matrices of the outputs (B, n, n).
    """
    if source.shape != target.shape or source.ndim != 3 or source.shape[1] != source.shape[2]:
        raise ValueError(f"source and target must both have shape (sets, n, n); got {source.shape}, {target.shape}")
    free = np.abs(target) <= RANK
    margins = np.linalg.eigvalsh(np.where(free, 0, source / np.where(free, 1, target)))[:, 0]
    return np.where(free.any(axis=(1, 2)), np.nan, margins)


def pair_margins(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Smallest difference of moduli, output overlap minus input overlap, over the pairs of every task: (B,).

    Where it is negative the task is impossible; where it is not, the task may still be.
    """
    i, j = np.triu_indices(source.shape[1], 1)
    return (np.abs(target[:, i, j]) - np.abs(source[:, i, j])).min(axis=1)


def verdicts(margins: np.ndarray, n: int) -> np.ndarray:
    """1 where possible, 0 where impossible, −1 where undecided, from margins (B,) of tasks on n states."""
    decided = np.where(margins >= -CERTAIN * n, 1, np.where(margins < -CLEAR, 0, -1))
    return np.where(np.isnan(margins), -1, decided).astype(np.int8)


def computation_margins(states: np.ndarray) -> np.ndarray:
    """The worst margin of exchanging two neighbours, for every set: not negative for computation variables.

    NaN where overlaps vanish and pairs alone do not decide.

    Args:
        states: (B, n, d) pure states, unit rows.
    """
    source = grams(states)
    worst, open_ = np.full(len(source), np.inf), np.zeros(len(source), bool)
    for i in range(states.shape[1] - 1):
        order = np.arange(states.shape[1])
        order[[i, i + 1]] = order[[i + 1, i]]
        target = source[:, order][:, :, order]
        margins, pairs = joint_margins(source, target), pair_margins(source, target)
        margins = np.where(np.isnan(margins) & (pairs < -CLEAR), pairs, margins)
        open_ |= np.isnan(margins)
        worst = np.fmin(worst, margins)
    return np.where(open_ & ~(worst < -CLEAR), np.nan, worst)
