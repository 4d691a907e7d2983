r"""Potentials on a line, quartic or tabulated, their equilibrium distributions, and exact samples of these.

Natural units throughout the simulations: energies in kT, lengths in the distance L of a well from the barrier, times in
:math:`L^2/D`. The equilibrium density is then :math:`e^{-U}/Z`.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.polynomial.polynomial import polyder, polyroots, polyval
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import check_integer, check_positive, refuse_unit

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

# Energy in kT above the minimum at which a domain ends: what lies beyond has probability ~ 1e-16.
DEPTH = 36.0
CELLS = 2048

__all__ = ["Potential", "Quartic", "Tabulated", "double_well", "equilibrium", "harmonic_trap", "sample_equilibrium"]


class _Curve(abc.ABC):
    """What every potential on a line can tell."""

    def energy(self, x: ArrayLike) -> np.ndarray:
        """U(x) in kT."""
        refuse_unit(x, "x")
        return self._derivative(x, 0)

    def slope(self, x: ArrayLike) -> np.ndarray:
        """U'(x) in kT/L."""
        return self._derivative(x, 1)

    def curvature(self, x: ArrayLike) -> np.ndarray:
        """U''(x) in kT/L²."""
        return self._derivative(x, 2)

    @abc.abstractmethod
    def _derivative(self, x: ArrayLike, order: int) -> np.ndarray: ...


@dataclass(frozen=True)
class Quartic(_Curve):
    r"""The potential :math:`U(x)=\sum_{j=0}^4 c_jx^j` in kT, confining: the highest power even, its factor positive.

    Args:
        coefficients: :math:`c_0,\dots,c_4`.

    Raises:
        ValueError: not five finite numbers, or U does not grow on both sides.
    """

    coefficients: tuple[float, float, float, float, float]

    def __post_init__(self) -> None:
        refuse_unit(self.coefficients, "coefficients")
        c = np.asarray(self.coefficients, dtype=np.float64)
        if c.shape != (5,) or not np.isfinite(c).all():
            raise ValueError(f"coefficients must be five finite numbers; got {self.coefficients!r}")
        if not (c[4] > 0 or (c[4] == c[3] == 0 and c[2] > 0)):
            raise ValueError(f"coefficients must confine: even highest power, factor > 0; got {tuple(c)}")
        object.__setattr__(self, "coefficients", tuple(c.tolist()))

    def _derivative(self, x: ArrayLike, order: int) -> np.ndarray:
        c = polyder(np.array(self.coefficients), order)
        return polyval(np.asarray(x, dtype=np.float64), c)

    def turning_points(self) -> np.ndarray:
        """Positions where the force vanishes, increasing."""
        return _real_roots(polyder(self.coefficients))

    def domain(self, depth: float = DEPTH) -> tuple[float, float]:
        """The interval outside of which U lies more than ``depth`` above its minimum."""
        lowest = self.energy(self.turning_points()).min()
        ends = _real_roots([self.coefficients[0] - lowest - depth, *self.coefficients[1:]])
        return float(ends[0]), float(ends[-1])


@dataclass(frozen=True, eq=False)
class Tabulated(_Curve):
    """A potential given by its values on a uniform grid between reflecting walls, a cubic spline between them.

    Args:
        positions: (n,), n ≥ 4, increasing in equal steps; the walls are its ends.
        values: energies in kT, (n,).

    Raises:
        ValueError: wrong shapes, values that are not finite, or unequal steps.
    """

    positions: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        refuse_unit(self.positions, "positions")
        refuse_unit(self.values, "values")
        x, u = (np.array(a, dtype=np.float64) for a in (self.positions, self.values))
        if x.ndim != 1 or x.shape != u.shape or len(x) < 4:
            raise ValueError(f"positions and values must share a shape (n,), n ≥ 4; got {x.shape} and {u.shape}")
        if not (np.isfinite(x).all() and np.isfinite(u).all()):
            raise ValueError("positions and values must be finite")
        steps = np.diff(x)
        if steps[0] <= 0 or np.abs(steps - steps.mean()).max() > 1e-9 * (x[-1] - x[0]):
            raise ValueError("positions must increase in equal steps")
        object.__setattr__(self, "positions", x)
        object.__setattr__(self, "values", u)

    @cached_property
    def spline(self) -> CubicSpline:
        """The interpolating spline."""
        from scipy.interpolate import CubicSpline

        return CubicSpline(self.positions, self.values)

    def _derivative(self, x: ArrayLike, order: int) -> np.ndarray:
        return self.spline(x, order)  # extrapolated outside of the walls, where no walker goes

    def turning_points(self) -> np.ndarray:
        """Positions where the force vanishes, increasing; none within cells where U is flat."""
        roots = self.spline.derivative().roots(extrapolate=False)
        return roots[np.isfinite(roots)]

    def domain(self, depth: float = DEPTH) -> tuple[float, float]:
        """The walls."""
        return float(self.positions[0]), float(self.positions[-1])


Potential: TypeAlias = "Quartic | Tabulated"


def double_well(barrier: float, tilt: float = 0.0) -> Quartic:
    """The potential U = barrier (x² - 1)² - tilt x: wells at ±1, ``barrier`` > 0 in kT, ``tilt`` in kT/L.

    >>> float(double_well(8.0).energy(0.0))
    8.0
    """
    check_positive(barrier, "barrier")
    return Quartic((barrier, -tilt, -2 * barrier, 0.0, barrier))


def harmonic_trap(stiffness: float, centre: float = 0.0) -> Quartic:
    """The potential U = stiffness (x - centre)²/2, in kT.

    >>> float(harmonic_trap(4.0, centre=1.0).energy(2.0))
    2.0
    """
    check_positive(stiffness, "stiffness")
    return Quartic((stiffness * centre**2 / 2, -stiffness * centre, stiffness / 2, 0.0, 0.0))


def equilibrium(potential: Potential, x: np.ndarray) -> np.ndarray:
    """Equilibrium probabilities ∝ e^(-U) of the points ``x``, shape (n,), summing to one."""
    energy = potential.energy(np.asarray(x, dtype=np.float64))
    weight = np.exp(energy.min() - energy)
    return weight / weight.sum()


def sample_equilibrium(potential: Potential, n: int, *, rng: RNG) -> np.ndarray:
    """``n`` independent positions with the density e^(-U)/Z, exact within the domain: by rejection from a staircase.

    Turning points of U are ends of cells, so that the higher density at the ends of a cell bounds the density in it.

    >>> sample_equilibrium(double_well(8.0), 3, rng=0).shape
    (3,)
    """
    check_integer(n, "n", minimum=1)
    rng = generator(rng)
    edges = np.union1d(np.linspace(*potential.domain(), CELLS + 1), potential.turning_points())
    energy = potential.energy(edges)
    lowest = np.minimum(energy[:-1], energy[1:])
    mass = np.diff(edges) * np.exp(lowest.min() - lowest)
    samples: list[np.ndarray] = []
    count = n
    while count:
        tries = count + count // 20 + 16
        cell = np.searchsorted(np.cumsum(mass) / mass.sum(), rng.random(tries), side="right")
        cell = np.minimum(cell, len(mass) - 1)
        x = edges[cell] + (edges[cell + 1] - edges[cell]) * rng.random(tries)
        x = x[rng.random(tries) < np.exp(lowest[cell] - potential.energy(x))][:count]
        samples.append(x)
        count -= len(x)
    return np.concatenate(samples)


def _real_roots(coefficients: ArrayLike) -> np.ndarray:
    """Real roots of a polynomial, lowest power first, increasing."""
    roots = polyroots(np.trim_zeros(np.asarray(coefficients), "b"))
    return np.sort(roots.real[np.abs(roots.imag) < 1e-7 * (1 + np.abs(roots))])
