"""Erasure and engines in one call each, in SI units; every value comes from a formula of the room."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import divergence

from .catalogue import Numeric, formula

__all__ = ["generalized_landauer", "landauer_energy", "refrigerated_erasure", "szilard_work"]


def landauer_energy(bits: ArrayLike, temperature: ArrayLike, error: ArrayLike = 0.0, bias: ArrayLike = 0.5) -> Numeric:
    """Least work in J of resetting ``bits`` at ``temperature`` in K; negative where they lose order.

    Args:
        bits: how many, ≥ 0.
        temperature: > 0.
        error: probability that a bit is wrong afterwards.
        bias: probability that a bit is 1 beforehand.

    Raises:
        ValueError: a value outside its domain.

    Source: `landauer1961irreversibility`.

    >>> f"{landauer_energy(1, 300):.6e}"
    '2.870979e-21'
    """
    return formula("reset_work")(bits, temperature, error, bias)


def szilard_work(error: ArrayLike, partition: ArrayLike | None = None, temperature: ArrayLike = 300.0) -> Numeric:
    """Mean work in J of Szilard's engine whose measurement is wrong with probability ``error``.

    Args:
        error: in [0, 1].
        partition: share of the box on the measured side at the end, in (0, 1); the best, 1 - error, unless given.
        temperature: in K, > 0.

    Raises:
        ValueError: a value outside its domain.

    Source: `sagawa2010generalized`.
    """
    if partition is None:
        return formula("szilard_work")(error, temperature)
    return formula("szilard_partition_work")(error, partition, temperature)


def generalized_landauer(
    initial: ArrayLike,
    final: ArrayLike,
    initial_equilibrium: ArrayLike,
    final_equilibrium: ArrayLike,
    temperature: float,
    free_energy: float = 0.0,
) -> float:
    """Least work in J of changing one distribution over states into another.

    Args:
        initial: probabilities of the states beforehand, shape (n,).
        final: afterwards.
        initial_equilibrium: equilibrium beforehand, positive wherever ``initial`` is.
        final_equilibrium: equilibrium afterwards, positive wherever ``final`` is.
        temperature: in K, > 0.
        free_energy: change of the equilibrium free energy in J.

    Raises:
        ValueError: not probabilities that sum to one, different shapes, or an infinite divergence.

    Source: `esposito2011second`.

    >>> f"{generalized_landauer([0.5, 0.5], [1, 0], [0.5, 0.5], [0.5, 0.5], 300):.6e}"
    '2.870979e-21'
    """
    before = _divergence(initial, initial_equilibrium, "initial")
    after = _divergence(final, final_equilibrium, "final")
    return formula("nonequilibrium_work")(free_energy, after, before, temperature)


def refrigerated_erasure(
    bits: ArrayLike, cold: ArrayLike, hot: ArrayLike = 300.0, efficiency: ArrayLike = 1.0
) -> Numeric:
    """Least work in J of erasing ``bits`` at ``cold`` and lifting the heat to ``hot``, both in K.

    With Carnot's refrigerator it is k T_h ln 2 a bit, however cold the memory.

    Args:
        bits: how many, ≥ 0.
        cold: temperature of the memory, > 0.
        hot: temperature of the room, ≥ ``cold``.
        efficiency: of the refrigerator, as a share of Carnot's, in (0, 1].

    Raises:
        ValueError: a value outside its domain.

    Source: `landauer1961irreversibility`, `callen1985thermodynamics`.

    >>> f"{refrigerated_erasure(1, 1e-29):.6e}"
    '2.870979e-21'
    """
    share = np.asarray(efficiency, dtype=np.float64)
    if not ((share > 0) & (share <= 1)).all():
        raise ValueError(f"efficiency must lie between 0 (excluded) and 1; got {efficiency!r}")
    heat = formula("landauer")(bits, cold)
    return heat + formula("carnot_work")(heat, hot, cold) / efficiency


def _divergence(state: ArrayLike, equilibrium: ArrayLike, name: str) -> float:
    value = divergence(state, equilibrium, (name, f"{name}_equilibrium"))
    if not np.isfinite(value):
        raise ValueError(f"{name}_equilibrium must be positive wherever {name} is; got 0 there")
    return value
