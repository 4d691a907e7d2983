r"""The best final state of an erasure in finite time: one implicit step of a gradient flow, by Newton's method.

Among all distributions q with a given probability at x > 0, it minimises :math:`D(q\Vert p)+W_2^2(p,q)/(D\tau)`, where
p is the equilibrium. The variables are the final edges of the cells of p, each of which keeps its mass. The objective
is a sum over neighbouring edges, so that its Hessian is tridiagonal. Distributions uniform in each cell are a subset
of all: the value approaches the minimum from above, with an error of the order of the cells' width squared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.validation import check_integer, check_positive

from .transport import check_error, halves
from .wells import Potential, Tabulated

CELLS = 4000
NODE = 0.5 - 0.5 / 3**0.5  # of Gauss's rule with two points on [0, 1]
SHRINK, FINER = (0.9, 220)  # ratio of widths and number of the finer cells on each side of the edge between the wells
NEWTON_STEPS = 500
LEAST = 1e-11  # probability of a cell between the wells
ENOUGH = 1e-13  # decrease in kT that another Newton step would bring

__all__ = ["FinalState", "best_final_state"]


@dataclass(frozen=True, eq=False)
class FinalState:
    """A distribution: cells with ``masses`` (n,), whose edges have moved from ``start`` to ``edges``, (n + 1,)."""

    work: float
    """In kT: divergence plus squared distance over Dτ."""
    divergence: float
    """From the equilibrium, in nats."""
    squared_distance: float
    """W₂² to the equilibrium, in L²."""
    start: np.ndarray
    edges: np.ndarray
    masses: np.ndarray

    @property
    def density(self) -> np.ndarray:
        """Probability density in each cell at the end, (n,)."""
        return self.masses / np.diff(self.edges)


def best_final_state(potential: Potential, reach: float, *, error: float = 0.0, cells: int = CELLS) -> FinalState:
    """The distribution reached from equilibrium at least work, with probability ``error`` at x < 0.

    Args:
        potential: at the start and at the end.
        reach: Dτ in L², > 0; the minimum is found down to about 1e-3, where the squared distance dominates.
        error: probability of the wrong well, in [0, 1/2].
        cells: number of cells of equal width for the equilibrium, ≥ 16.

    Source: `proesmans2020finite`.

    >>> from szilard.thermodynamics.driven.wells import double_well
    >>> best = best_final_state(double_well(8.0), 1.0, cells=500)
    >>> 0.69 < best.work < 2.34
    True
    """
    check_positive(reach, "reach")
    check_error(error)
    check_integer(cells, "cells", minimum=16)
    start, masses, pinned, log_z = _cut(potential, error, cells)
    problem = _Problem(potential, 1 / reach, start, masses, pinned)
    edges = problem.minimum()
    entropy = -masses @ np.log(masses / np.diff(edges))
    divergence = float(masses @ problem.energy(edges) - entropy + log_z)
    square = float(masses @ problem.square(edges))
    return FinalState(divergence + square / reach, divergence, square, start, edges, masses)


def _cut(potential: Potential, error: float, cells: int) -> tuple[np.ndarray, np.ndarray, int, float]:
    """Edges at the start, masses, the edge that goes to x = 0, and the logarithm of the partition sum."""
    edges, mass = halves(potential, cells)
    levels = np.concatenate([[0.0], np.cumsum(mass)])
    pinned = int(np.searchsorted(levels, error))
    if error:
        split = float(np.interp(error, levels, edges))
        # Finer cells for what goes to the barrier, where the density is low.
        fine = (edges[1] - edges[0]) * SHRINK ** np.arange(FINER)
        fresh = np.concatenate([split - fine, [split], split + fine])
        edges = np.union1d(edges[np.abs(edges - split) > fine[-1]], fresh)
        pinned = int(np.searchsorted(edges, split))
    width = np.diff(edges)
    energy = potential.energy(_nodes(edges))
    lowest = energy.min()
    mass = np.exp(lowest - energy).mean(axis=0) * width
    log_z = np.log(mass.sum()) - lowest
    mass[:pinned] *= error / mass[:pinned].sum() if pinned else 1.0
    mass[pinned:] *= (1 - error) / mass[pinned:].sum()
    return *_merged(edges, mass, pinned), float(log_z)


def _merged(edges: np.ndarray, mass: np.ndarray, pinned: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Join cells of negligible probability between the wells, which would leave the Hessian without digits."""
    width = np.diff(edges)
    ample = mass * width.max() >= LEAST * width
    first, last = np.flatnonzero(ample)[[0, -1]]
    keep, total = np.ones(len(edges), dtype=bool), 0.0
    for cell in range(first, last):
        total += mass[cell]
        keep[cell + 1] = ample[cell] or total >= LEAST or cell + 1 == pinned
        total = 0.0 if keep[cell + 1] else total
    return edges[keep], np.add.reduceat(mass, np.flatnonzero(keep)[:-1]), int(keep[:pinned].sum())


def _nodes(edges: np.ndarray) -> np.ndarray:
    """The two points of Gauss's rule in each cell, (2, n)."""
    left, right = edges[:-1], edges[1:]
    return np.stack([left + NODE * (right - left), right - NODE * (right - left)])


@dataclass(frozen=True, eq=False)
class _Problem:
    """The objective as a function of the edges; the edge ``pinned`` stays at x = 0, and those at walls stay there."""

    potential: Potential
    stiffness: float
    start: np.ndarray
    masses: np.ndarray
    pinned: int

    def energy(self, edges: np.ndarray) -> np.ndarray:
        """Mean potential of each cell."""
        return self.potential.energy(_nodes(edges)).mean(axis=0)

    def square(self, edges: np.ndarray) -> np.ndarray:
        """Mean square of the way of each cell."""
        way = edges - self.start
        return (way[:-1] ** 2 + way[:-1] * way[1:] + way[1:] ** 2) / 3

    def value(self, edges: np.ndarray) -> float:
        """Work in kT, but for a constant."""
        parts = self.stiffness * self.square(edges) + self.energy(edges) - np.log(np.diff(edges))
        return float(self.masses @ parts)

    def gradient(self, edges: np.ndarray) -> np.ndarray:
        """Derivative of the value by the edges."""
        way, m = edges - self.start, self.masses
        left = m * self.stiffness * (2 * way[:-1] + way[1:]) / 3
        right = m * self.stiffness * (way[:-1] + 2 * way[1:]) / 3
        first, second = self.potential.slope(_nodes(edges)) * (m / 2)
        left += (1 - NODE) * first + NODE * second + m / np.diff(edges)
        right += NODE * first + (1 - NODE) * second - m / np.diff(edges)
        return _gather(left, right)

    def hessian(self, edges: np.ndarray, convex: bool) -> np.ndarray:
        """Second derivatives, as the upper band and the diagonal; with ``convex``, less where U bends down."""
        m, gap = self.masses, np.diff(edges) ** -2.0
        bend = self.potential.curvature(_nodes(edges))
        first, second = (np.maximum(bend, 0.0) if convex else bend) * (m / 2)
        spring = m * self.stiffness / 3
        near, far, both = (1 - NODE) ** 2, NODE**2, NODE * (1 - NODE)
        left = 2 * spring + near * first + far * second + m * gap
        right = 2 * spring + far * first + near * second + m * gap
        band = np.zeros((2, len(edges)))
        band[0, 1:] = spring + both * (first + second) - m * gap
        band[1] = _gather(left, right)
        return band

    def minimum(self) -> np.ndarray:
        """The best edges, from a start that stretches each side evenly."""
        low, high, split = self.start[0], self.start[-1], self.start[self.pinned]
        left = low * (split - self.start[: self.pinned]) / (split - low) if self.pinned else np.empty(0)
        right = high * (self.start[self.pinned :] - split) / (high - split)
        edges = np.concatenate([left, right])
        for _ in range(NEWTON_STEPS):
            step, decrement = self._step(edges)
            if decrement < ENOUGH:
                return edges
            edges = self._along(edges, step, decrement)
        reach = 1 / self.stiffness
        raise ValueError(f"reach must be longer: no minimum within {NEWTON_STEPS} Newton steps at Dτ = {reach:.3g} L²")

    def _step(self, edges: np.ndarray) -> tuple[np.ndarray, float]:
        """A Newton step, and how fast the value falls along it."""
        from scipy.linalg import solveh_banded

        last = len(edges) - 1
        fixed = (0, self.pinned, last) if isinstance(self.potential, Tabulated) else (self.pinned,)
        gradient = self.gradient(edges)
        gradient[[*fixed]] = 0.0
        for convex in (False, True):
            band = self.hessian(edges, convex)
            for edge in fixed:
                band[0, edge : edge + 2] = 0.0
                band[1, edge] = 1.0
            try:
                step = -solveh_banded(band, gradient)
            except np.linalg.LinAlgError:
                continue
            return step, float(-gradient @ step)
        raise ArithmeticError("the Hessian is not positive")  # pragma: no cover

    def _along(self, edges: np.ndarray, step: np.ndarray, decrement: float) -> np.ndarray:
        """The edges after as much of a step as keeps their order and makes the value fall."""
        closing = -np.diff(step) / np.diff(edges)
        share = min(1.0, 0.95 / max(float(closing.max()), 1e-300))
        value = self.value(edges)
        while share > 1e-12 and self.value(edges + share * step) > value - 1e-4 * share * decrement + 1e-15:
            share /= 2
        return edges + share * step


def _gather(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Sum over cells of the contributions to the edges at their ends."""
    return np.concatenate([left, [0.0]]) + np.concatenate([[0.0], right])
