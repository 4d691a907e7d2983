"""A bit of two levels that jumps at a fixed total rate: its erasure in finite time, exactly.

The upper level lies by ``e`` above the lower one; its occupation p relaxes at the rate Γ to 1/(1 + eᵉ). Units:
energies in k_B T, times in 1/Γ. A cycle of erasure starts at p = 1/2 and e = 0 and ends with e switched back to 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from szilard.thermodynamics.formulas.catalogue import in_kt
from szilard.validation import as_samples, check_positive

__all__ = ["TwoStateErasure", "optimal_two_state", "play_two_state", "ramp_two_state"]


@dataclass(frozen=True)
class TwoStateErasure:
    """One cycle of erasure of a two-level bit: its mean work in k_B T, equal to the heat, and the occupation of the
    upper level at the end; by time, (n,), that occupation and the energy of the level between the two jumps."""

    duration: float
    work: float
    error: float
    time: np.ndarray
    occupation: np.ndarray
    energy: np.ndarray

    @property
    def bound(self) -> float:
        """Landauer's bound at the error reached, ln 2 - h(error)."""
        return in_kt("reset_work", bits=1.0, error=self.error, bias=0.5)

    @property
    def excess(self) -> float:
        """Entropy production in k_B: work less the bound."""
        return self.work - self.bound


def optimal_two_state(duration: float, error: float = 1e-9, points: int = 4001) -> TwoStateErasure:
    """The protocol of least work that brings p from 1/2 to ``error`` in ``duration``.

    Along it p' = -u(p) with u² = κ π(1 - π), where π = p - u is the equilibrium occupation at the present energy; κ is
    constant, like the energy in mechanics. For long durations the excess times the duration tends to (π/2)², the
    squared Fisher–Rao distance of the two ends, twice their Bhattacharyya angle.

    Raises:
        ValueError: an error outside (0, 1/2), or a duration of at most ln(1/(2 error)), in 1/Γ, too short to reach it.

    Source: `esposito2010finite`; slow limit `scandi2022minimally`.
    """
    from scipy.optimize import brentq

    check_positive(duration, "duration")
    if not 0 < error < 0.5:
        raise ValueError(f"error must lie between 0 and 1/2 (ends excluded); got {error!r}")
    least = math.log(0.5 / error)
    if duration <= least:
        needed = f"exceed ln(1/(2 error)) = {least:.6g}, below which no energy suffices"
        raise ValueError(f"duration must {needed}; got {duration:g}")
    # In the variable θ = ln p the path is gentle at both ends; Gauss-Legendre converges geometrically there.
    nodes, weights = np.polynomial.legendre.leggauss(400)
    theta = math.log(error) + (nodes + 1) / 2 * least
    weights = weights / 2 * least

    def log_duration(log_kappa: float) -> float:
        return math.log(float(weights @ (np.exp(theta) / _speed(np.exp(theta), math.exp(log_kappa)))))

    target = math.log(duration)
    kappa = math.exp(brentq(lambda x: log_duration(x) - target, -60.0, 60.0, xtol=1e-13))
    p = np.exp(theta)
    produced = float(weights @ (p * _force(p, kappa)))
    grid = _path(kappa, error, points)
    time = _integral(np.log(grid), grid / _speed(grid, kappa))
    bound = in_kt("reset_work", bits=1.0, error=error, bias=0.5)
    energy = -logit(grid - _speed(grid, kappa))
    return TwoStateErasure(duration, bound + produced, error, time * duration / time[-1], grid, energy)


def play_two_state(energies: ArrayLike, durations: ArrayLike) -> TwoStateErasure:
    """The cycle in which the energy is held at each of ``energies`` for the time ≥ 0 in ``durations``, (n,) each.

    Between jumps the occupation relaxes exponentially; work is done in the jumps alone.

    Raises:
        ValueError: not numbers, or of different lengths, or negative durations.
    """
    levels, spans = as_samples(energies, "energies")[:, 0], as_samples(durations, "durations")[:, 0]
    if levels.shape != spans.shape:
        raise ValueError(f"energies and durations must have the same length; got {len(levels)} and {len(spans)}")
    if (spans < 0).any():
        raise ValueError(f"durations must be ≥ 0; got {spans.min():g}")
    rest, decay = expit(-levels), np.exp(-spans)
    occupation = np.empty(len(levels) + 1)
    occupation[0] = p = 0.5
    for i, (target, keep) in enumerate(zip(rest.tolist(), decay.tolist(), strict=True)):
        occupation[i + 1] = p = target + (p - target) * keep
    jumps = np.diff(levels, prepend=0.0, append=0.0)
    time = np.concatenate([[0.0], np.cumsum(spans)])
    work, levels = float(occupation @ jumps), np.append(levels, levels[-1])
    return TwoStateErasure(float(time[-1]), work, float(p), time, occupation, levels)


def ramp_two_state(duration: float, energy: float = 12.0, steps: int = 20_000) -> TwoStateErasure:
    """The plain protocol: the energy rises evenly, in small ``steps``, to ``energy`` and drops back at once."""
    check_positive(duration, "duration")
    check_positive(energy, "energy")
    middle = (np.arange(steps) + 0.5) / steps * energy
    return play_two_state(middle, np.full(steps, duration / steps))


def _speed(p: np.ndarray, kappa: float) -> np.ndarray:
    """u = -p' on the optimal path, the root of u²(1 + κ) + κ(1 - 2p)u = κp(1 - p) without cancellation."""
    return 2 * kappa * p * (1 - p) / (kappa * (1 - 2 * p) + np.sqrt(kappa**2 + 4 * kappa * p * (1 - p)))


def _path(kappa: float, error: float, points: int) -> np.ndarray:
    """Occupations from 1/2 to ``error`` that are neither far apart in time nor in logarithm."""
    fine = np.exp(np.linspace(math.log(0.5), math.log(error), 8 * points))
    time = _integral(np.log(fine), fine / _speed(fine, kappa))
    shares = time / time[-1] + np.linspace(0.0, 1.0, len(fine))
    grid = np.exp(np.interp(np.linspace(0.0, 2.0, points), shares, np.log(fine)))
    grid[0], grid[-1] = 0.5, error
    return grid


def _force(p: np.ndarray, kappa: float) -> np.ndarray:
    """Entropy production per p that leaves: logit(p) - logit(π) at π = p - u."""
    u = _speed(p, kappa)
    return np.log1p(u / (1 - p)) - np.log1p(-u / p)


def _integral(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Running integral of y over |dx| by the trapezoidal rule, from 0."""
    return np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) * (y[1:] + y[:-1]) / 2)])
