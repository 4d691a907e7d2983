"""Attributes of quantum systems: pure states and subspaces, and the sets of them that everybody uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.algebra import SINGLE, Attribute, Substrate, Variable
from szilard.validation import ROUNDING, as_hermitian, as_numbers, check_integer

RANK = 1e-9  # singular values below this are zero

__all__ = [
    "BB84", "BELL", "RANK", "TRINE", "X", "Y", "Z", "Subspace", "as_density", "as_support", "basis", "everything",
    "part_of", "state", "subspace", "vectors",
]  # fmt: skip


@dataclass(frozen=True)
class Subspace:
    """All states supported in the span of orthonormal vectors; one vector is one pure state.

    Args:
        rows: the vectors, each a tuple of complex amplitudes.
        label: whether they are states of a medium of records, whose dimension is no matter of the model.
    """

    rows: tuple[tuple[complex, ...], ...]
    label: bool = False

    @property
    def dimension(self) -> int:
        """Dimension of the space around it."""
        return len(self.rows[0])

    def __repr__(self) -> str:
        return f"<{len(self.rows)} of {self.dimension} dimensions>"


def state(vector: ArrayLike, name: str, substrate: Substrate = SINGLE) -> Attribute:
    """The attribute "is in this pure state".

    Args:
        vector: amplitudes (d,), real or complex, not all zero; normalised here.
        name: how it prints.
        substrate: the system.

    Raises:
        ValueError: not a finite vector other than zero.
    """
    amplitudes = _numbers(vector, "vector", 1)
    length = np.linalg.norm(amplitudes)
    if length == 0:
        raise ValueError("vector must not be zero; got only zeros")
    row = tuple(complex(a) for a in amplitudes / length)
    return Attribute(name, Subspace((row,)), substrate)


def subspace(spanning: ArrayLike, name: str, substrate: Substrate = SINGLE) -> Attribute:
    """The attribute "is supported in this subspace": all superpositions and mixtures of the vectors given.

    Args:
        spanning: vectors (m, d) that span it; they need be neither orthogonal nor independent.
        name: how it prints.
        substrate: the system.
    """
    rows = _numbers(spanning, "spanning", 2)
    _, size, right = np.linalg.svd(rows, full_matrices=False)
    independent = right[size > RANK * max(float(size[0]), 1.0)]
    if not len(independent):
        raise ValueError("spanning must hold a vector other than zero; got only zeros")
    return Attribute(name, Subspace(tuple(tuple(complex(a) for a in row) for row in independent)), substrate)


def everything(d: int, name: str = "any", substrate: Substrate = SINGLE) -> Attribute:
    """The attribute that every state of a d-dimensional system has."""
    check_integer(d, "d", minimum=1)
    return subspace(np.eye(d), name, substrate)


def part_of(attribute: Attribute, dims: tuple[int, int], place: int) -> Attribute:
    """What states of two systems say of one of them: the support of the reduced states of all that have the attribute.

    Args:
        attribute: a pure state or a subspace of both.
        dims: their dimensions.
        place: 0 for the first, 1 for the second.

    Raises:
        ValueError: dimensions whose product is not that of the attribute, or another place.
    """
    columns = vectors(attribute)
    if len(dims) != 2 or dims[0] * dims[1] != len(columns):
        raise ValueError(f"dims must be two dimensions whose product is {len(columns)}; got {tuple(dims)}")
    if place not in (0, 1):
        raise ValueError(f"place must be 0 or 1; got {place!r}")
    spanning = np.moveaxis(columns.reshape(*dims, -1), place, -1).reshape(-1, dims[place])
    return subspace(spanning, f"{attribute.name} on S{place + 1}")


def as_support(state: ArrayLike, name: str, d: int | None = None) -> np.ndarray:
    """Weighted vectors (d, r) whose squares sum to the state: a ket, or a density matrix's √λ eigenvectors.

    Args:
        state: a unit vector (d,), or a density matrix (d, d): Hermitian, positive semidefinite, of trace one.
        name: how an error calls it.
        d: the dimension that is needed; any if not given.

    Raises:
        ValueError: neither of the two, or of another dimension.
    """
    array = as_numbers(state, name)
    if d is None and array.ndim in (1, 2) and array.size:
        d = len(array)
    if array.shape == (d,):
        length = float(np.linalg.norm(array))
        if abs(length - 1) > 1e-6:
            raise ValueError(f"{name} must be a unit vector; its norm is {length:.6g}")
        return array[:, None] / length
    if array.shape != (d, d):
        size = "d" if d is None else d
        raise ValueError(
            f"{name} must be a ket ({size},) or a density matrix ({size}, {size}); got shape {array.shape}"
        )
    weights, columns = np.linalg.eigh(as_hermitian(array, name))
    if weights[0] < -ROUNDING or abs(weights.sum() - 1) > 1e-6:
        found = f"trace {weights.sum():.6g}, smallest eigenvalue {weights[0]:.3g}"
        raise ValueError(f"{name} must have trace one and no negative eigenvalue; got {found}")
    positive = weights > ROUNDING
    return columns[:, positive] * np.sqrt(weights[positive] / weights[positive].sum())


def as_density(state: ArrayLike, name: str, d: int | None = None) -> np.ndarray:
    """The density matrix (d, d) of a ket or density matrix; arguments and errors are those of :func:`as_support`."""
    support = as_support(state, name, d)
    return support @ support.conj().T


def vectors(attribute: Attribute) -> np.ndarray:
    """Orthonormal columns (d, r) that span the attribute; of a composite one, products of those of its parts.

    Raises:
        ValueError: it is not a quantum attribute, or a union, which is no subspace.
    """
    if attribute.parts:
        return reduce(np.kron, map(vectors, attribute.parts), np.ones((1, 1)))
    if not isinstance(attribute.content, Subspace):
        raise ValueError(f"attribute must be a pure state or a subspace; got {attribute!r}")
    columns = np.array(attribute.content.rows).T
    return columns.real.copy() if not columns.imag.any() else columns


def basis(d: int, names: Sequence[str] | None = None, name: str = "Z", substrate: Substrate = SINGLE) -> Variable:
    """The standard basis of a d-dimensional system as a variable, by default called 0, 1, …"""
    check_integer(d, "d", minimum=2)
    labels = [str(i) for i in range(d)] if names is None else list(names)
    return Variable((state(v, label, substrate) for v, label in zip(np.eye(d), labels, strict=True)), name)


def _numbers(values: ArrayLike, name: str, axes: int) -> np.ndarray:
    array = as_numbers(values, name)
    if array.ndim != axes or 0 in array.shape:
        raise ValueError(f"{name} must have {axes} axes, none of length 0; got shape {array.shape}")
    return array.astype(np.complex128)


_R = math.sqrt(0.5)
Z = basis(2)
X = Variable([state([_R, _R], "+"), state([_R, -_R], "−")], "X")
Y = Variable([state([_R, 1j * _R], "i"), state([_R, -1j * _R], "−i")], "Y")
BB84 = Z | X
_THIRD = 2 * math.pi / 3
TRINE = Variable([state([math.cos(_THIRD * k), math.sin(_THIRD * k)], f"t{k}") for k in range(3)], "trine")
_BELL = {"Φ+": [_R, 0, 0, _R], "Φ−": [_R, 0, 0, -_R], "Ψ+": [0, _R, _R, 0], "Ψ−": [0, _R, -_R, 0]}
BELL = Variable([state(amplitudes, name) for name, amplitudes in _BELL.items()], "Bell")
