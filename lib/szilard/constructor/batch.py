r"""A million joint decisions at once: pure states to pure states, by the smallest eigenvalue of small matrices.

For overlaps of outputs that are all different from zero, a task on n pure states is possible if and only if the
quotient of the two Gram matrices, entry by entry, is positive semidefinite; see :mod:`szilard.constructor.quantum`.
Here the quotients of many tasks are formed and diagonalised together, by compiled Jacobi rotations or on a GPU.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from szilard.device import resolve_device
from szilard.threads import usable_threads

CERTAIN = 1e-10  # per state; as in the decider of single tasks
CLEAR = 1e-7
SMALL_BATCH = 10_000  # tasks for which threads would not pay

__all__ = ["computation_margins", "grams", "joint_margins", "pair_margins", "verdicts"]


def grams(states: np.ndarray) -> np.ndarray:
    r"""Gram matrices :math:`\langle\psi_i|\psi_j\rangle`, (B, n, n), of B sets of n states, (B, n, d)."""
    if states.ndim != 3:
        raise ValueError(f"states must have shape (sets, n, d); got {states.shape}")
    return states.conj() @ states.transpose(0, 2, 1)


def joint_margins(source: np.ndarray, target: np.ndarray, device: str = "cpu") -> np.ndarray:
    """Smallest eigenvalue of source ⊘ target for every pair of Gram matrices; NaN where an output overlap vanishes.

    Args:
        source: Gram matrices of the inputs (B, n, n).
        target: Gram matrices of the outputs (B, n, n).
        device: ``"cpu"``, ``"cuda"`` or ``"auto"``.
    """
    if source.shape != target.shape or source.ndim != 3 or source.shape[1] != source.shape[2]:
        raise ValueError(f"source and target must both have shape (sets, n, n); got {source.shape}, {target.shape}")
    if (place := resolve_device(device)) != "cpu":
        return _on_gpu(source, target, place)
    from szilard.constructor._jacobi import quotient_margins

    margins = np.empty(len(source))
    source, target = (np.ascontiguousarray(g, dtype=np.complex128) for g in (source, target))
    if len(source) <= SMALL_BATCH:
        quotient_margins(source, target, margins)
        return margins
    workers = usable_threads()
    edges = np.linspace(0, len(source), workers + 1).astype(int)
    parts = [slice(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda part: quotient_margins(source[part], target[part], margins[part]), parts))
    return margins


def _on_gpu(source: np.ndarray, target: np.ndarray, device: str) -> np.ndarray:
    import torch

    out = []
    for start in range(0, len(source), 100_000):
        g, h = (torch.as_tensor(x[start : start + 100_000], device=device) for x in (source, target))
        free = (h.abs() <= 1e-9).any(dim=2).any(dim=1)
        quotient = torch.where(h.abs() <= 1e-9, torch.zeros_like(g), g / h)
        out.append(torch.where(free, torch.nan, torch.linalg.eigvalsh(quotient)[:, 0]).cpu().numpy())
    return np.concatenate(out)


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


def computation_margins(states: np.ndarray, device: str = "cpu") -> np.ndarray:
    """The worst margin of exchanging two neighbours, for every set: not negative for computation variables.

    NaN where overlaps vanish and pairs alone do not decide.

    Args:
        states: (B, n, d) pure states, unit rows.
        device: as for :func:`joint_margins`.
    """
    source = grams(states)
    worst, open_ = np.full(len(source), np.inf), np.zeros(len(source), bool)
    for i in range(states.shape[1] - 1):
        order = np.arange(states.shape[1])
        order[[i, i + 1]] = order[[i + 1, i]]
        target = source[:, order][:, :, order]
        margins, pairs = joint_margins(source, target, device), pair_margins(source, target)
        margins = np.where(np.isnan(margins) & (pairs < -CLEAR), pairs, margins)
        open_ |= np.isnan(margins)
        worst = np.fmin(worst, margins)
    return np.where(open_ & ~(worst < -CLEAR), np.nan, worst)
