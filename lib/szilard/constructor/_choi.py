r"""Subspaces to subspaces: the Choi matrix decides, after the face on which it has to live is found.

That the input subspace :math:`P_i` ends in :math:`Q_i` means that J has no weight on
:math:`P_i^\top\otimes(1-Q_i)`, so it lives on the kernel K of the sum of these. There the question becomes: how much of
the identity can :math:`\mathrm{Tr}_\text{out}J` fill? All of it, or the task is impossible; and both the question and
its dual have interior points, which the plain feasibility problem has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from szilard.constructor.certificates import Channel
from szilard.constructor.conic import best_channel
from szilard.constructor.states import RANK

LARGEST = 20  # complex dimensions of the face beyond which the solver would take longer than a second
SUPPORT = 1e-6  # relative eigenvalue of a Choi matrix that counts as part of its support

__all__ = ["LARGEST", "Filling", "face", "fill", "kraus_of", "span"]


@dataclass(frozen=True, eq=False)
class Filling:
    """How much of the identity channels on the face can fill.

    Args:
        margin: filled part minus one; 0 where the task is possible.
        channel: the best channel, on the whole input space.
        witness: W, (d, d), on the whole input space: trace of W per dimension minus its largest eigenvalue on the face
            is at least minus the margin.
    """

    margin: float
    channel: Channel
    witness: np.ndarray


def span(inputs: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Orthonormal columns of the span of all inputs, and of what is left over."""
    frame, size, _ = np.linalg.svd(np.concatenate(inputs, axis=1))
    rank = int((size > RANK).sum())
    return frame[:, :rank], frame[:, rank:]


def face(inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray]) -> np.ndarray:
    """Orthonormal columns (input · output, k) of the space on which the Choi matrix may live."""
    d, out = len(inputs[0]), len(outputs[0])
    forbidden = np.zeros((d * out, d * out), complex)
    for p, q in zip(inputs, outputs, strict=True):
        forbidden += np.kron((p @ p.conj().T).T, np.eye(out) - q @ q.conj().T)
    if not forbidden.imag.any():
        forbidden = forbidden.real
    values, columns = np.linalg.eigh(forbidden)
    return columns[:, values <= RANK]


def fill(inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray]) -> Filling | None:
    """Fill the identity as far as possible; ``None`` if the face is too large for the solver.

    Args:
        inputs: orthonormal columns (d, r) of each input.
        outputs: orthonormal columns (D, s) of each output.
    """
    inside, outside = span(inputs)
    rank, out = inside.shape[1], len(outputs[0])
    columns = face([inside.conj().T @ p for p in inputs], outputs)
    size = columns.shape[1]
    if size > LARGEST * (1 if np.iscomplexobj(columns) else 2):
        return None
    if size == 0:
        value, small, z = 0.0, np.zeros((0, 0)), np.zeros((rank, rank))
    else:
        value, small, z = best_channel(np.eye(size), rank, columns)
    choi = _exact(columns, small, rank, out) if value > rank * (1 - 1e-4) else columns @ small @ columns.conj().T
    kraus = [k @ inside.conj().T for k in kraus_of(choi, rank, out)]
    kraus += [np.outer(outputs[0][:, 0], column.conj()) for column in outside.T]
    # On the span J sees ρ^T in its own coordinates: W goes back by the conjugate of the isometry.
    witness = inside.conj() @ (np.eye(rank) - z) @ inside.T
    return Filling(value / rank - 1, Channel(np.array(kraus)), witness)


def _exact(columns: np.ndarray, small: np.ndarray, d: int, out: int) -> np.ndarray:
    """The solver's J moved to the nearest one on its support that preserves the trace exactly."""
    values, vectors = np.linalg.eigh(small)
    positive = values > SUPPORT * values[-1]
    support = columns @ vectors[:, positive]
    size = support.shape[1]
    tensor = support.reshape(d, out, size)
    reduce = np.einsum("aok,bol->abkl", tensor, tensor.conj()).reshape(d**2, size**2)
    start = np.diag(values[positive]).astype(complex)
    deficit = np.eye(d).ravel() - reduce @ start.ravel()
    step, *_ = np.linalg.lstsq(reduce, deficit, rcond=1e-10)
    inner = start + step.reshape(size, size)
    inner = (inner + inner.conj().T) / 2
    values, vectors = np.linalg.eigh(inner)
    root = support @ (vectors * np.sqrt(np.clip(values, 0, None)))
    return root @ root.conj().T


def kraus_of(choi: np.ndarray, d: int, out: int) -> list[np.ndarray]:
    """Kraus operators (out, d) of a Choi matrix on input ⊗ output."""
    values, columns = np.linalg.eigh(choi)
    positive = values > 1e-15
    pairs = zip(values[positive], columns[:, positive].T, strict=True)
    return [np.sqrt(value) * column.reshape(d, out).T for value, column in pairs]
