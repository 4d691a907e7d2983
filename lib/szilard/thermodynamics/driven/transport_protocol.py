r"""The protocol that erases at least work: it moves the equilibrium to the target along straight lines.

With the monotone map T from the equilibrium p to the target q, the distribution at the share s of the duration is that
of :math:`x_s=(1-s)x+sT(x)`, its velocity is :math:`v=(T(x)-x)/\tau`, and the potential that drives it is

.. math:: U(x,t) = -\ln p_s(x) - \int^x v\,dx'

It jumps at both ends, from the potential at rest and back; these jumps are part of the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.validation import check_integer, check_positive

from .protocols import Protocol
from .transport import wasserstein2_1d
from .wells import Potential, Tabulated

FINE = 16_001  # positions at which the map is tabulated
DEEP = 90.0  # energy in kT up to which it is, so that what moves inwards still covers the walls

__all__ = ["TransportProtocol", "optimal_transport_protocol"]


@dataclass(frozen=True, eq=False)
class TransportProtocol:
    """A protocol with its exact work, distance and success."""

    protocol: Protocol
    work: float
    """Mean work in kT: divergence plus W₂²/τ."""
    divergence: float
    """Of the target from the equilibrium, in nats."""
    squared_distance: float
    """W₂² between the equilibrium and the target, in L²."""
    success: float
    """Probability of x > 0 in the target."""
    positions: np.ndarray
    target: np.ndarray
    """Probability density at ``positions``."""


def optimal_transport_protocol(
    potential: Potential, tau: float, *, error: float = 0.01, width: float = 0.15, knots: int = 201, points: int = 512
) -> TransportProtocol:
    r"""Erase within ``tau`` towards the smooth target :math:`q=2p\,[\epsilon+(1-2\epsilon)\,\sigma(x/w)]`.

    σ is the logistic function; :math:`g(x)+g(-x)=1` for the bracket, so q is normalised for a symmetric potential. A
    target that ends sharply at x = 0 would ask for infinite forces there. Even so they are stiff: at τ = 2 walkers need
    steps of 5e-4 at a barrier of 4 kT, of 1e-4 at 8 kT, or their mean work comes out too high.

    Args:
        potential: at rest, symmetric.
        tau: duration in L²/D, > 0.
        error: ε in (0, 1/2): of the wrong well, but for the walkers within ``width`` of the barrier's top.
        width: w in L, > 0.
        knots: potentials between the jumps, ≥ 32.
        points: positions at which they are tabulated, ≥ 64.

    Source: `aurell2011optimal`.
    """
    for value, name in ((tau, "tau"), (width, "width")):
        check_positive(value, name)
    check_integer(knots, "knots", minimum=32)
    check_integer(points, "points", minimum=64)
    if not 0 < error < 0.5:
        raise ValueError(f"error must lie in (0, 1/2); got {error!r}")
    low, high = potential.domain()
    check = np.linspace(0, high, 101)
    uneven = np.abs(potential.energy(check) - potential.energy(-check)).max() > 1e-6
    if uneven or abs(low + high) > 1e-9 * (high - low):
        raise ValueError("potential must be symmetric: U(-x) = U(x), between -x and x")
    flow = _Flow.towards(potential, error, width)
    walls = np.linspace(low, high, points)
    rest = Tabulated(walls, potential.energy(walls))
    shares = np.linspace(0.0, 1.0, knots)
    stages = [Tabulated(walls, flow.potential(share, tau, walls)) for share in shares]
    protocol = Protocol((0.0, *(shares * tau), tau), (rest, *stages, rest))
    divergence, square, success = flow.summary()
    target = np.exp(np.interp(walls, flow.x, flow.log_q))
    return TransportProtocol(protocol, divergence + square / tau, divergence, square, success, walls, target)


@dataclass(frozen=True, eq=False)
class _Flow:
    """Positions (n,), logarithms of the densities before and after there, and the map."""

    x: np.ndarray
    log_p: np.ndarray
    log_q: np.ndarray
    image: np.ndarray

    @classmethod
    def towards(cls, potential: Potential, error: float, width: float) -> _Flow:
        x = np.linspace(*potential.domain(DEEP), FINE)
        energy = potential.energy(x)
        log_p = energy.min() - energy
        log_p -= np.log(np.exp(log_p).sum() * (x[1] - x[0]))
        ratio = error + (1 - 2 * error) * 0.5 * (1 + np.tanh(x / (2 * width)))
        log_q = log_p + np.log(2 * ratio)
        image = np.interp(_odds(log_p), _odds(log_q), x)
        return cls(x, log_p, log_q, image)

    def potential(self, share: float, tau: float, walls: np.ndarray) -> np.ndarray:
        """U at a share of the duration, at the positions ``walls``."""
        from scipy.interpolate import CubicSpline

        stretch = np.exp(self.log_p - np.interp(self.image, self.x, self.log_q))  # dT/dx, as T keeps mass
        places = (1 - share) * self.x + share * self.image
        growth = (1 - share) + share * stretch
        speed = (self.image - self.x) / tau
        push = speed * growth * (self.x[1] - self.x[0])
        drift = np.concatenate([[0.0], np.cumsum((push[1:] + push[:-1]) / 2)])
        energy = np.log(growth) - self.log_p - drift
        inside = np.concatenate([[True], np.diff(places) > 0])
        return CubicSpline(places[inside], energy[inside])(walls)

    def summary(self) -> tuple[float, float, float]:
        """Divergence, squared distance and probability of x > 0 of the target."""
        p, q = (np.exp(log) / np.exp(log).sum() for log in (self.log_p, self.log_q))
        half = (self.x[1] - self.x[0]) / 2
        edges = np.concatenate([self.x - half, self.x[-1:] + half])
        right = np.clip(0.5 + self.x / (2 * half), 0, 1)
        return float(q @ (self.log_q - self.log_p)), wasserstein2_1d(edges, p, q) ** 2, float(q @ right)


def _odds(log_density: np.ndarray) -> np.ndarray:
    """ln F - ln(1 - F) of the distribution function F; keeps its digits in both tails."""
    mass = np.exp(log_density - log_density.max())
    below = np.cumsum(mass) - mass / 2
    above = np.cumsum(mass[::-1])[::-1] - mass / 2
    return np.log(below) - np.log(above)
