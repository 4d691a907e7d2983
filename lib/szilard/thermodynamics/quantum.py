"""Landauer's principle as an equality: a quantum system, a finite reservoir, any unitary."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.sampling import random_state, random_unitary
from szilard.validation import ROUNDING, as_hermitian, as_numbers, check_positive

__all__ = ["ReebWolf", "random_state", "random_unitary", "reeb_wolf", "thermal_state", "von_neumann"]


@dataclass(frozen=True)
class ReebWolf:
    """Both sides of β ΔQ = ΔS + I(S':R') + D(ρ_R'‖ρ_R), each computed by itself; everything in nats.

    ``heat`` is given to the reservoir, ``entropy_decrease`` is what the system lost; the ``mutual_information`` of both
    and the ``divergence`` of the reservoir from its thermal state are those afterwards.
    """

    heat: float
    entropy_decrease: float
    mutual_information: float
    divergence: float

    @property
    def residual(self) -> float:
        """Left side less right side: rounding alone."""
        return self.heat - self.entropy_decrease - self.mutual_information - self.divergence

    @property
    def excess(self) -> float:
        """β ΔQ - ΔS, which Landauer's principle says is never negative."""
        return self.heat - self.entropy_decrease


def reeb_wolf(rho_s: ArrayLike, H_r: ArrayLike, beta: float, U: ArrayLike) -> ReebWolf:  # noqa: N803 - the letters of the paper
    """Every term of the equality for a system in ρ_S, a thermal reservoir, and a unitary on both.

    Args:
        rho_s: density matrix of the system, shape (d_S, d_S).
        H_r: Hamiltonian of the reservoir in J, shape (d_R, d_R).
        beta: inverse temperature in 1/J, > 0.
        U: unitary on system ⊗ reservoir, shape (d_S d_R, d_S d_R).

    Raises:
        ValueError: a matrix of another shape, not Hermitian, not a state, not unitary.

    Source: `reeb2014improved`.
    """
    system = _state(rho_s, "rho_s")
    hamiltonian = _complex(H_r, "H_r")
    check_positive(beta, "beta")
    d, r = len(system), len(hamiltonian)
    unitary = as_numbers(U, "U")
    if unitary.shape != (d * r, d * r):
        raise ValueError(f"U must be a matrix of shape {(d * r, d * r)}; got shape {unitary.shape}")
    if np.abs(unitary @ unitary.conj().T - np.eye(d * r)).max() > ROUNDING:
        raise ValueError("U must be unitary; U U† differs from the identity")
    thermal = thermal_state(hamiltonian, beta)
    after = (unitary @ np.kron(system, thermal) @ unitary.conj().T).reshape(d, r, d, r)
    system_after, reservoir_after = np.einsum("ikjk->ij", after), np.einsum("kikj->ij", after)
    heat = beta * np.trace(hamiltonian @ (reservoir_after - thermal)).real
    s_after, r_after = von_neumann(system_after), von_neumann(reservoir_after)
    joint = von_neumann(after.reshape(d * r, d * r))
    log_thermal = -beta * hamiltonian - _log_partition(hamiltonian, beta) * np.eye(r)
    divergence = -r_after - np.trace(reservoir_after @ log_thermal).real
    return ReebWolf(float(heat), von_neumann(system) - s_after, s_after + r_after - joint, float(divergence))


def thermal_state(hamiltonian: ArrayLike, beta: float) -> np.ndarray:
    """e^{-βH}/Z, shape (d, d): ``hamiltonian`` in J, ``beta`` in 1/J, > 0."""
    matrix = _complex(hamiltonian, "hamiltonian")
    check_positive(beta, "beta")
    energies, vectors = np.linalg.eigh(matrix)
    weights = np.exp(-beta * (energies - energies[0]))
    return (vectors * (weights / weights.sum())) @ vectors.conj().T


def von_neumann(rho: ArrayLike) -> float:
    """Entropy -Tr ρ ln ρ of a density matrix in nats.

    >>> round(von_neumann([[0.5, 0], [0, 0.5]]), 6)
    0.693147
    """
    from scipy.special import entr

    return float(entr(np.linalg.eigvalsh(_state(rho, "rho")).clip(min=0.0)).sum())


def _complex(matrix: ArrayLike, name: str) -> np.ndarray:
    return as_hermitian(matrix, name).astype(np.complex128)


def _state(matrix: ArrayLike, name: str) -> np.ndarray:
    array = _complex(matrix, name)
    trace, least = np.trace(array).real, np.linalg.eigvalsh(array)[0]
    if abs(trace - 1) > ROUNDING or least < -ROUNDING:
        raise ValueError(f"{name} must be a density matrix; its trace is {trace:.9g}, its least eigenvalue {least:.3g}")
    return array


def _log_partition(hamiltonian: np.ndarray, beta: float) -> float:
    energies = np.linalg.eigvalsh(hamiltonian)
    return float(math.log(np.exp(-beta * (energies - energies[0])).sum()) - beta * energies[0])
