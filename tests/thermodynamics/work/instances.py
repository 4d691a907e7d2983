"""Random questions about work extraction: integer spectra with degeneracies, states that fit and states that do not."""

from __future__ import annotations

import numpy as np

__all__ = ["haar", "instance", "kets"]


def haar(rng: np.random.Generator, d: int) -> np.ndarray:
    """A random unitary."""
    raw = rng.standard_normal((d, d)) + 1j * rng.standard_normal((d, d))
    q, r = np.linalg.qr(raw)
    return q * (np.diag(r) / np.abs(np.diag(r)))


def kets(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Random unit vectors (n, d)."""
    raw = rng.standard_normal((n, d)) + 1j * rng.standard_normal((n, d))
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def instance(rng: np.random.Generator):
    """States, levels, amounts and ancilla; about half of all are possible.

    States are superpositions over blocks of vectors from a random basis inside each block, so that blockwise
    orthogonality happens; one in three is left fully random.
    """
    d = int(rng.integers(2, 5))
    levels = np.sort(rng.integers(0, 3, size=d)).astype(float)
    n = int(rng.integers(2, 4))
    amounts = rng.integers(0, 2, size=n).astype(float)
    ancilla = [None, [0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 1.0], [1.0, 0.0, 0.0]][rng.integers(5)]
    if rng.random() < 1 / 3:
        return list(kets(rng, n, d)), levels, amounts, ancilla
    frame = np.zeros((d, d), dtype=complex)
    for level in set(levels):
        here = np.flatnonzero(levels == level)
        frame[np.ix_(here, here)] = haar(rng, len(here))
    owner = rng.integers(0, n, size=d)  # each basis vector belongs to one state
    states = []
    for i in range(n):
        mine = frame[:, owner == i] if (owner == i).any() else frame[:, :1]
        weights = kets(rng, 1, mine.shape[1])[0]
        states.append(mine @ weights)
    return states, levels, amounts, ancilla
