"""Protocols: a potential given at knots in time, linear in between, with a jump where two knots share a time.

All solvers share one definition of the time steps. A step runs in the potential of its middle; between
steps, before the first and after the last, the potential changes at frozen positions. The work of a step is therefore
a difference of energies at one position. Jarzynski's equality then holds exactly for steps that leave e^(-U)
stationary, as those of the Fokker-Planck solver do; for Langevin steps it holds in the limit of short steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from szilard.validation import check_positive, refuse_unit

from .wells import Potential, Quartic, Tabulated, double_well

__all__ = ["Protocol", "Steps", "berut_protocol", "scaled_protocol", "spline_cells", "steps"]


@dataclass(frozen=True, eq=False)
class Protocol:
    """A potential driven through knots, in natural units (kT, L, L²/D).

    Args:
        times: (K,), from 0 on, never decreasing; two equal times are a jump.
        potentials: K potentials, all quartic or all tabulated on the same grid; U is linear in time between them.

    Raises:
        ValueError: times that do not fit, or potentials of different kinds.
    """

    times: tuple[float, ...]
    potentials: tuple[Potential, ...]

    def __post_init__(self) -> None:
        refuse_unit(self.times, "times")
        times = tuple(float(t) for t in self.times)
        potentials = tuple(self.potentials)
        if len(times) < 2 or len(times) != len(potentials):
            raise ValueError(f"a protocol needs a potential for each of K ≥ 2 times; got {len(times)} times and "
                             f"{len(potentials)} potentials")  # fmt: skip
        if not np.isfinite(times).all() or times[0] != 0 or (np.diff(times) < 0).any() or times[-1] == 0:
            raise ValueError(f"times must be finite, start at 0, never decrease and end above 0; got {times}")
        if any(type(p) is not type(potentials[0]) for p in potentials):
            raise ValueError("potentials must be all Quartic or all Tabulated")
        grids = [p.positions for p in potentials if isinstance(p, Tabulated)]
        if any(not np.array_equal(grid, grids[0]) for grid in grids):
            raise ValueError("tabulated potentials must share one grid of positions")
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "potentials", potentials)

    @property
    def duration(self) -> float:
        """When it ends."""
        return self.times[-1]

    @property
    def quartic(self) -> bool:
        """Whether the potentials are polynomials; else they are tables."""
        return isinstance(self.potentials[0], Quartic)

    def energies(self, x: np.ndarray) -> np.ndarray:
        """U at the knots, (K, n), at the positions ``x``, (n,)."""
        return np.stack([potential.energy(x) for potential in self.potentials])

    def coefficients(self) -> np.ndarray:
        """Those of quartic potentials at the knots, (K, 5)."""
        return np.array([potential.coefficients for potential in self.potentials if isinstance(potential, Quartic)])

    def domain(self) -> tuple[float, float]:
        """An interval that holds the equilibrium of every knot."""
        ends = np.array([potential.domain() for potential in self.potentials])
        return float(ends[:, 0].min()), float(ends[:, 1].max())


class Steps(NamedTuple):
    """Time steps of a protocol, (N,) each: the knot before, the share of the way to the next one, the length."""

    knot: np.ndarray
    share: np.ndarray
    dt: np.ndarray


def steps(protocol: Protocol, dt: float) -> Steps:
    """The steps of a protocol: every stretch between knots in equal steps of at most ``dt``.

    >>> steps(berut_protocol(tau=2.0, tilt=2.5), dt=0.5).share.tolist()
    [0.5, 0.125, 0.375, 0.625, 0.875, 0.5]
    """
    check_positive(dt, "dt")
    lengths = np.diff(protocol.times)
    counts = [math.ceil(length / dt * (1 - 1e-12)) for length in lengths]
    share = [(np.arange(count) + 0.5) / count for count in counts]
    size = [length / count for length, count in zip(lengths, counts, strict=True) if count]
    knot = np.repeat(np.arange(len(lengths)), counts)
    return Steps(knot, np.concatenate(share), np.repeat(size, [count for count in counts if count]))


def spline_cells(protocol: Protocol) -> tuple[float, float, np.ndarray]:
    """Left wall, width of the cells, and the splines of the knots, (K, cells, 4), lowest power first."""
    tables = [potential for potential in protocol.potentials if isinstance(potential, Tabulated)]
    x, cubic = tables[0].positions, np.stack([table.spline.c[::-1].T for table in tables])
    return float(x[0]), float((x[-1] - x[0]) / (len(x) - 1)), np.ascontiguousarray(cubic)


def berut_protocol(
    tau: float, tilt: float, *, barrier: float = 8.0, lowered: float = 2.2, ramp: float = 0.5
) -> Protocol:
    """Erasure as with a bead in an optical trap: lower the barrier, tilt during ``tau``, restore both.

    Only the tilting takes longer when ``tau`` grows: the ends, of length ``ramp`` each, keep their dissipation. Times
    are in L²/D, ``tilt`` is the largest force in kT/L, ``barrier`` and ``lowered`` are heights at rest and meanwhile.

    Raises:
        ValueError: a duration or height that is not positive.

    Source: `berut2012experimental`.
    """
    check_positive(tau, "tau")
    check_positive(ramp, "ramp")
    rest = double_well(barrier)
    stages = (rest, double_well(lowered), double_well(lowered, tilt), rest)
    return Protocol((0.0, ramp, ramp + tau, 2 * ramp + tau), stages)


def scaled_protocol(
    tau: float,
    tilt: float = 4.0,
    *,
    barrier: float = 14.0,
    lowered: float = 2.2,
    shares: tuple[float, float, float, float] = (0.2, 0.4, 0.2, 0.2),
) -> Protocol:
    """Erasure with all four stages scaled by ``tau``: lower the barrier, tilt, raise it, release the tilt.

    Args and errors are those of :func:`berut_protocol`, but ``tau`` is the duration of the whole and ``shares`` are its
    parts, which sum to one. The barrier at rest has to hold the bit while the tilt is released.
    """
    check_positive(tau, "tau")
    if len(shares) != 4 or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-12:
        raise ValueError(f"shares must be four numbers > 0 that sum to one; got {shares}")
    rest = double_well(barrier)
    stages = (rest, double_well(lowered), double_well(lowered, tilt), double_well(barrier, tilt), rest)
    times = np.concatenate([[0.0], np.cumsum(shares)[:3], [1.0]]) * tau
    return Protocol(tuple(times.tolist()), stages)
