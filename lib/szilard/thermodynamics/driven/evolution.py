r"""Mean work, success and fluctuation theorems of a protocol without a random number: the Fokker-Planck equation.

.. math:: \partial_t p = \partial_x\!\left(p\,\partial_xU + \partial_xp\right)

on cells of width h between reflecting walls, hopping to neighbours at the rates e^(-ΔU/2)/h², for which e^(-U) is
exactly stationary, and implicit steps of second order. These square-root rates are good to the order h² where ΔU per
cell is well below one; where it is not, they move walkers too fast, by sinh(ΔU/2)/(ΔU/2). The same steps carry the
Feynman-Kac companion :math:`q(x)=p(x)\,\langle e^{-W}\mid x\rangle` and the moments of the work: at frozen position, a
change ΔU of the potential multiplies q by e^(-ΔU).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.threads import interruptible
from szilard.validation import as_distribution, check_integer

from .protocols import Protocol, Steps, steps
from .wells import equilibrium

# Most negative probability, in size, that steps may leave in a cell; beyond it they are too long.
NEGATIVE = 1e-6

__all__ = ["FPResult", "cells", "fokker_planck", "grid"]


@dataclass(frozen=True, eq=False)
class FPResult:
    """Averages of a protocol, in kT and natural units; probabilities (n,) on ``positions``."""

    mean_work: float
    std_work: float
    mean_heat: float
    """Heat given to the bath: work less the change of the mean energy."""
    success: float
    """Probability of the right well, x > 0, at the end."""
    jarzynski: float
    """⟨e^(-W)⟩; equals the ratio of the partition sums after and before, exactly and at any speed."""
    jarzynski_by_well: tuple[float, float]
    """The same average split by the well at the end: left, right."""
    free_energy_change: float
    """Of the non-equilibrium free energy ⟨U⟩ - S."""
    positions: np.ndarray
    initial: np.ndarray
    final: np.ndarray

    @property
    def entropy_production(self) -> float:
        """Mean work less the change of free energy, in nats; never negative."""
        return self.mean_work - self.free_energy_change


def cells(low: float, high: float, points: int) -> np.ndarray:
    """Centres of ``points`` equal cells of [low, high].

    >>> cells(-1.0, 1.0, 4).tolist()
    [-0.75, -0.25, 0.25, 0.75]
    """
    return low + (np.arange(points) + 0.5) * ((high - low) / points)


def grid(protocol: Protocol, domain: tuple[float, float] | None, points: int) -> tuple[np.ndarray, float]:
    """Centres of the ``points`` ≥ 8 cells on which a protocol is solved, and their width.

    The walls of the ``domain`` are those of a table; for quartic potentials, unless given, an interval that holds the
    equilibria, shifted so that x = 0 lies between two cells.

    >>> from szilard.thermodynamics.driven.protocols import berut_protocol
    >>> x, spacing = grid(berut_protocol(2.0, 3.5), (-2.0, 2.0), 8)
    >>> float(x[0]), spacing
    (-1.75, 0.5)
    """
    check_integer(points, "points", minimum=8)
    if domain is None:
        domain = _aligned(*protocol.domain(), points) if protocol.quartic else protocol.domain()
    low, high = domain
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"domain must be two finite numbers, the lower first; got {domain}")
    return cells(low, high, points), (high - low) / points


def fokker_planck(
    protocol: Protocol,
    *,
    dt: float = 5e-3,
    points: int = 512,
    domain: tuple[float, float] | None = None,
    initial: np.ndarray | None = None,
) -> FPResult:
    """Solve the Fokker-Planck equation through a protocol that starts in equilibrium.

    Args:
        protocol: a potential in time.
        dt: longest time step in L²/D.
        points: number of cells, ≥ 8.
        domain: walls; those of :func:`grid` unless given.
        initial: probabilities of the cells at the start, (points,); equilibrium unless given. Jarzynski's averages
            are then those of this start.

    Raises:
        ValueError: arguments outside their range, steps so long that probabilities turn negative, or a potential
            whose jumps overflow.

    >>> from szilard.thermodynamics.driven.protocols import berut_protocol
    >>> result = fokker_planck(berut_protocol(tau=8.0, tilt=3.5), dt=0.02, points=128)
    >>> round(result.jarzynski, 9), [round(part, 9) for part in result.jarzynski_by_well]
    (1.0, [0.5, 0.5])
    """
    from ._evolution_loops import march

    x, spacing = grid(protocol, domain, points)
    table = protocol.energies(x)
    start = equilibrium(protocol.potentials[0], x)
    if initial is not None:
        start = as_distribution(initial, "initial", (points,))
    state = np.zeros((points, 4))
    state[:, 0] = state[:, 1] = start
    schedule = steps(protocol, dt)
    interruptible(lambda: march(table, *schedule, spacing, state))
    if state[:, 0].min() < -NEGATIVE:
        raise ValueError(f"dt must be shorter: with {dt!r} probabilities fall to {state[:, 0].min():.2g}")
    if not np.isfinite(state[:, 1]).all() and initial is None:
        state[:, 1] = _weights(table, schedule, spacing)
    if not np.isfinite(state).all():
        raise ValueError("protocol must change by less at once: e^(-W), W or W² exceeds the range of numbers")
    return _result(x, table, start, state)


def _weights(table: np.ndarray, schedule: Steps, spacing: float) -> np.ndarray:
    """The means of e^(-W) per cell, from equilibrium, where the potential jumps by more than numbers hold."""
    from ._evolution_loops import companion

    lowest = table[0].min()
    ratio = np.full(table.shape[1], 1 / np.exp(lowest - table[0]).sum())
    companion(table, *schedule, spacing, ratio)
    return ratio * np.exp(lowest - table[-1])


def _aligned(low: float, high: float, points: int) -> tuple[float, float]:
    """A domain of ``points`` cells that covers [low, high], with 0, where the wells part, between two cells."""
    if not low < 0 < high:
        return low, high
    spacing = (high - low) / (points - 1)
    start = -spacing * np.ceil(-low / spacing)
    return start, start + points * spacing


def _result(x: np.ndarray, table: np.ndarray, start: np.ndarray, state: np.ndarray) -> FPResult:
    from scipy.special import xlogy

    final, weight, first, second = state.T.copy()
    right = np.clip(0.5 + x / (x[1] - x[0]), 0.0, 1.0)  # the share of each cell that lies at x > 0
    mean = float(first.sum())
    energy = float(final @ table[-1] - start @ table[0])
    clipped = np.maximum(final, 0.0)  # rounding and long steps leave slightly negative numbers in empty cells
    entropy = float(xlogy(start, start).sum() - xlogy(clipped, clipped).sum())
    return FPResult(
        mean_work=mean, std_work=float(np.sqrt(max(second.sum() - mean**2, 0.0))), mean_heat=mean - energy,
        success=float(final @ right), jarzynski=float(weight.sum()),
        jarzynski_by_well=(float(weight @ (1 - right)), float(weight @ right)),
        free_energy_change=energy - entropy, positions=x, initial=start, final=final,
    )  # fmt: skip
