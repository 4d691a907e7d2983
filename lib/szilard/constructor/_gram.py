r"""Pure states to pure states: the Gram matrix decides.

A channel that turns :math:`\psi_i` into :math:`\varphi_i` is an isometry
:math:`V\psi_i=\varphi_i\otimes e_i` with the environment thrown away. So one exists if and only if some Gram matrix
M of unit vectors :math:`e_i` has :math:`G_\psi=M\circ G_\varphi`, entry by entry :cite:`chefles2004existence`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.constructor.certificates import Channel
from szilard.constructor.conic import hermitian_basis, minimise
from szilard.constructor.states import RANK

__all__ = ["Completion", "channel", "complete", "environment"]


@dataclass(frozen=True, eq=False)
class Completion:
    """The best Gram matrix of environment states, (n, n), its smallest eigenvalue, and how far rounding moved that.

    The witness is a positive semidefinite Y of trace 1 that vanishes on the free entries, with
    :math:`\\langle Y,M\\rangle` = margin for every choice of them; ``solved``: whether the solver converged.
    """

    margin: float
    matrix: np.ndarray
    witness: np.ndarray
    error: float
    solved: bool = True


def environment(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The overlaps that the environment needs, which of them are free, and the rounding error in them.

    Args:
        source: Gram matrix of the inputs (n, n).
        target: Gram matrix of the outputs (n, n); where it vanishes the environment is free.
    """
    free = np.abs(target) <= RANK
    needed = np.where(free, 0.0, source / np.where(free, 1.0, target))
    np.fill_diagonal(needed, 1.0)
    smallest = np.abs(target[~free]).min()
    return needed, free, float(4 * len(source) * np.finfo(float).eps / smallest**2)


def complete(needed: np.ndarray, free: np.ndarray, error: float) -> Completion:
    """Fill the free entries so that the smallest eigenvalue is as large as it can be."""
    if not free.any():
        values, columns = np.linalg.eigh(needed)
        lowest = columns[:, 0]
        return Completion(float(values[0]), needed, np.outer(lowest, lowest.conj()), error)
    isreal = not (np.iscomplexobj(needed) and needed.imag.any())
    units = hermitian_basis(len(needed), isreal, free)
    n = len(needed)
    slopes = np.concatenate([-np.eye(n, dtype=units.dtype)[None], units])
    cost = np.zeros(len(slopes))
    cost[0] = -1.0
    optimum = minimise(cost, [(needed.real if isreal else needed, slopes)])
    matrix = needed + np.einsum("m,mab->ab", optimum.y[1:], units)
    witness = _on_pattern(optimum.multipliers[0], free)
    margin = float(np.linalg.eigvalsh(matrix)[0])
    bound = float(np.vdot(witness, needed).real)
    return Completion(margin, matrix, witness, max(error, bound - margin), optimum.solved)


def _on_pattern(witness: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The multiplier made exactly feasible: zero where it must be, positive, of trace 1."""
    clean = np.where(free, 0.0, (witness + witness.conj().T) / 2)
    lowest = min(float(np.linalg.eigvalsh(clean)[0]), 0.0)
    clean = clean - 2 * lowest * np.eye(len(clean))
    return clean / np.trace(clean).real


def channel(inputs: np.ndarray, outputs: np.ndarray, matrix: np.ndarray) -> Channel:
    """The channel whose environment states have the Gram matrix ``matrix``.

    Args:
        inputs: columns (d, n), the input states.
        outputs: columns (D, n), the output states.
        matrix: M, (n, n), positive semidefinite to rounding.
    """
    (d, n), out = inputs.shape, len(outputs)
    values, columns = np.linalg.eigh(matrix)
    support = values > RANK * values[-1]
    states = (columns[:, support] * np.sqrt(values[support])).conj().T  # environment states as columns
    states = states / np.linalg.norm(states, axis=0)
    targets = np.einsum("on,en->oen", outputs, states).reshape(-1, n)
    # The isometry from the span of the inputs that comes nearest to all the targets (Procrustes).
    left, size, right = np.linalg.svd(targets @ inputs.conj().T, full_matrices=True)
    rank = int((np.linalg.svd(inputs, compute_uv=False) > RANK).sum())
    isometry = left[:, :rank] @ right[:rank]
    kraus = list(isometry.reshape(out, len(states), d).transpose(1, 0, 2))
    kraus += [np.outer(outputs[:, 0], row) for row in right[rank:]]  # what no input has goes anywhere
    return Channel(np.array(kraus))
