"""What the functions of this room accept as a Hamiltonian, a state, a law; the rest is refused here."""

from __future__ import annotations

from typing import Any

import numpy as np

from szilard.validation import check_positive

ROUNDING = 1e-9

__all__ = ["as_hamiltonian", "as_law", "as_levels", "as_priors", "as_support", "as_temperature", "density"]


def as_levels(values: Any, name: str) -> np.ndarray:
    """``values`` as a finite real vector with at least one entry."""
    array = _numeric(values, name)
    if array.ndim != 1 or not len(array) or np.iscomplexobj(array):
        raise ValueError(f"{name} must be a vector of real numbers; got shape {array.shape}, {array.dtype}")
    return array


def as_hamiltonian(H: Any, name: str = "H") -> np.ndarray:
    """``H`` as a Hermitian matrix (d, d), or as its vector of levels (d,) where it is given as one."""
    array = _numeric(H, name)
    if array.ndim == 1:
        return as_levels(array, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"{name} must be a Hermitian matrix or its levels (d,); got shape {array.shape}")
    skew = float(np.abs(array - array.conj().T).max())
    if skew > ROUNDING * max(1.0, float(np.abs(array).max())):
        raise ValueError(f"{name} must be Hermitian; H - H† has an entry of modulus {skew:.3g}")
    return (array + array.conj().T) / 2


def as_support(state: Any, d: int, name: str) -> np.ndarray:
    """Weighted vectors (d, r) whose squares sum to the state: a ket, or a density matrix's √λ eigenvectors."""
    array = _numeric(state, name)
    if array.shape == (d,):
        length = float(np.linalg.norm(array))
        if abs(length - 1) > 1e-6:
            raise ValueError(f"{name} must be a unit vector; its norm is {length:.6g}")
        return array[:, None] / length
    if array.shape != (d, d):
        raise ValueError(
            f"{name} must be a ket ({d},) or a density matrix ({d}, {d}); got shape {array.shape}"
        )
    weights, vectors = np.linalg.eigh(as_hamiltonian(array, name))
    if weights[0] < -ROUNDING or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(
            f"{name} must have trace one and no negative eigenvalue; got trace {weights.sum():.6g}, "
            f"smallest eigenvalue {weights[0]:.3g}"
        )
    kept = weights > ROUNDING
    return vectors[:, kept] * np.sqrt(weights[kept] / weights[kept].sum())


def density(state: Any, d: int, name: str = "state") -> np.ndarray:
    """The density matrix (d, d) of a ket or density matrix."""
    support = as_support(state, d, name)
    return support @ support.conj().T


def as_law(p: Any, name: str = "p") -> np.ndarray:
    """``p`` as probabilities that sum to one."""
    array = as_levels(p, name)
    if (array < 0).any() or abs(array.sum() - 1) > ROUNDING:
        raise ValueError(
            f"{name} must be probabilities that sum to one; got least {array.min():.3g}, sum {array.sum():.9g}"
        )
    return array / array.sum()


def as_priors(priors: Any, count: int) -> np.ndarray:
    """Weights of ``count`` alternatives, equal ones where none are given."""
    law = np.full(count, 1 / count) if priors is None else as_law(priors, "priors")
    if len(law) != count:
        raise ValueError(f"priors must have one entry per state, {count}; got {len(law)}")
    return law


def as_temperature(T: Any) -> float:
    """``T``, the thermal energy kT in the unit of the energies, if it is > 0."""
    check_positive(T, "T")
    return float(T)


def _numeric(values: Any, name: str) -> np.ndarray:
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "fiubc":
            raise TypeError
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numeric; got {type(values).__name__}") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; got NaN or infinite entries")
    return array
