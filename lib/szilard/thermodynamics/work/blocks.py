"""Energies that are equal up to rounding belong to one block; everything exact about energy is said per block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.states import as_density
from szilard.thermodynamics.work._inputs import as_hamiltonian

RELATIVE = 1e-9  # of the spread of all energies: closer levels are one
EPSILONS = 64  # of the largest energy in units of its rounding error, where that is coarser

__all__ = ["EnergyBlocks", "clusters", "dephase", "energy_blocks", "resolution"]


@dataclass(frozen=True)
class EnergyBlocks:
    """The eigenspaces of a Hamiltonian.

    Args:
        energies: one energy per eigenspace, ascending (m,).
        bases: orthonormal columns (d, multiplicity) of each eigenspace.
    """

    energies: np.ndarray
    bases: tuple[np.ndarray, ...]

    @property
    def frame(self) -> np.ndarray:
        """All bases side by side: a unitary (d, d)."""
        return np.hstack(self.bases)

    @property
    def levels(self) -> np.ndarray:
        """The energy of each column of :attr:`frame` (d,)."""
        return np.repeat(self.energies, [basis.shape[1] for basis in self.bases])


def resolution(*energies: ArrayLike) -> float:
    """The distance below which two energies count as equal: a billionth of the spread, or rounding if coarser."""
    levels = np.concatenate([np.ravel(each) for each in energies])
    rounding = EPSILONS * np.finfo(float).eps * float(np.abs(levels).max())
    return max(RELATIVE * float(np.ptp(levels)), rounding)


def clusters(values: ArrayLike, tolerance: float) -> list[np.ndarray]:
    """Indices of ``values`` grouped by equality up to ``tolerance`` between neighbours, in ascending order."""
    values = np.asarray(values, dtype=float)
    order = np.argsort(values, kind="stable")
    breaks = np.flatnonzero(np.diff(values[order]) > tolerance) + 1
    return np.split(order, breaks)


def energy_blocks(H: ArrayLike, tolerance: float | None = None) -> EnergyBlocks:
    r"""The eigenspaces of ``H``, :math:`H=\sum_E E\,\Pi_E`, with energies equal up to rounding put together.

    Args:
        H: Hermitian matrix (d, d), or its levels (d,) in the standard basis; any unit of energy.
        tolerance: levels closer than this are one block; by default :func:`resolution`.

    >>> energy_blocks([0.1 + 0.2, 0.3, 0.0]).energies.round(3)
    array([0. , 0.3])
    """
    H = as_hamiltonian(H)
    if H.ndim == 1:
        levels, frame = H, np.eye(len(H))
    else:
        shift = float(np.trace(H).real) / len(H)  # a large common energy would cost digits of the gaps
        levels, frame = np.linalg.eigh(H - shift * np.eye(len(H)))
        levels = levels + shift
    groups = clusters(levels, resolution(levels) if tolerance is None else tolerance)
    energies = np.array([levels[group].mean() for group in groups])
    return EnergyBlocks(energies, tuple(frame[:, group] for group in groups))


def dephase(state: ArrayLike, H: ArrayLike) -> np.ndarray:
    r"""The state without coherence between energies, :math:`\mathcal D(\rho)=\sum_E\Pi_E\,\rho\,\Pi_E`.

    Args:
        state: ket (d,) or density matrix (d, d).
        H: Hamiltonian, as in :func:`energy_blocks`.
    """
    blocks = energy_blocks(H)
    rho = as_density(state, "state", len(blocks.frame))
    return sum((basis @ (basis.conj().T @ rho @ basis) @ basis.conj().T for basis in blocks.bases), np.zeros_like(rho))
