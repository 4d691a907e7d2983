"""Random states and unitaries, uniformly distributed."""

from __future__ import annotations

import numpy as np

from szilard.rng import RNG, generator
from szilard.validation import check_integer

__all__ = ["random_kets", "random_pure_states", "random_state", "random_unitary"]


def random_kets(n: int, d: int, rng: RNG = 0) -> np.ndarray:
    """Unit vectors (n, d) drawn uniformly."""
    vectors = _normal(n, d, rng)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def random_pure_states(count: int, n: int, d: int, rng: RNG = 0) -> np.ndarray:
    """``count`` sets of n pure states in d dimensions, uniformly distributed: (count, n, d) complex, unit rows."""
    parts = generator(rng).standard_normal((count, n, 2 * d))
    parts /= np.linalg.norm(parts, axis=2, keepdims=True)
    return parts.view(np.complex128)


def random_state(d: int, *, rng: RNG = 0) -> np.ndarray:
    """A mixed state of dimension ``d`` ≥ 1, uniform by the Hilbert-Schmidt measure, shape (d, d)."""
    check_integer(d, "d", minimum=1)
    root = _normal(d, d, rng)
    square = root @ root.conj().T
    return square / np.trace(square).real


def random_unitary(d: int, *, rng: RNG = 0) -> np.ndarray:
    """A unitary of dimension ``d`` ≥ 1, uniform by Haar's measure, shape (d, d) (`mezzadri2007generate`)."""
    check_integer(d, "d", minimum=1)
    q, upper = np.linalg.qr(_normal(d, d, rng))
    phases = np.diagonal(upper)
    return q * (phases / np.abs(phases))


def _normal(rows: int, columns: int, rng: RNG) -> np.ndarray:
    """Independent complex normal entries."""
    random = generator(rng)
    return random.standard_normal((rows, columns)) + 1j * random.standard_normal((rows, columns))
