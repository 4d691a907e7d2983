"""What the functions of this room accept as a Hamiltonian, levels, a distribution; the rest is refused here."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_distribution, as_hermitian, as_numbers, check_positive

__all__ = ["as_hamiltonian", "as_levels", "as_occupations", "as_priors", "as_temperature"]


def as_levels(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as a finite real vector with at least one entry."""
    array = as_numbers(values, name)
    if array.ndim != 1 or not len(array) or np.iscomplexobj(array):
        raise ValueError(f"{name} must be a vector of real numbers; got shape {array.shape}, {array.dtype}")
    return array


def as_hamiltonian(H: ArrayLike, name: str = "H") -> np.ndarray:
    """``H`` as a Hermitian matrix (d, d), or as its vector of levels (d,) where it is given as one."""
    array = as_numbers(H, name)
    return as_levels(array, name) if array.ndim == 1 else as_hermitian(array, name)


def as_occupations(p: ArrayLike, E: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """``p`` as probabilities (d,) of the levels ``E`` (d,), their sum exactly one, and the levels."""
    occupations, levels = as_distribution(p), as_levels(E, "E")
    if occupations.shape != levels.shape:
        raise ValueError(f"p and E must have one entry per level; got shapes {occupations.shape} and {levels.shape}")
    return occupations / occupations.sum(), levels


def as_priors(priors: ArrayLike | None, count: int) -> np.ndarray:
    """Weights of ``count`` alternatives, equal ones where none are given."""
    if priors is None:
        return np.full(count, 1 / count)
    weights = as_distribution(priors, "priors", (count,))
    return weights / weights.sum()


def as_temperature(T: float) -> float:
    """``T``, the thermal energy kT in the unit of the energies, if it is > 0."""
    check_positive(T, "T")
    return float(T)
