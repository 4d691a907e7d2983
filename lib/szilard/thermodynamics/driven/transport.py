r"""Distances between distributions on a line, and the least work of a change in finite time that follows from them.

An overdamped change from p to q in a time τ, whatever the forces, with the potential back at its start, needs at least
the work

.. math:: W/kT = D(q\Vert p^{\mathrm{eq}}) - D(p\Vert p^{\mathrm{eq}}) + \frac{W_2^2(p,q)}{D\tau}

and the best protocol needs no more (`aurell2012refined`). Which q is best is a convex problem: :mod:`.final_state`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_distribution, refuse_unit

from .wells import Potential

CELLS = 4000
FAINT = 1e-200  # least probability of a cell: below it the slope of a quantile function would overflow

__all__ = ["check_error", "halves", "local_equilibrium", "wasserstein2_1d"]


def wasserstein2_1d(edges: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    r"""The distance :math:`W_2` of two distributions on a line in the unit of ``edges``, exact if uniform in each cell.

    .. math:: W_2^2(p,q) = \int_0^1 \left[Q_p(u)-Q_q(u)\right]^2du

    with the quantile functions Q. They are linear between the levels at which a cell of either distribution ends.

    ``edges`` (n + 1,) are the ends of the cells, increasing; ``p`` and ``q`` (n,) their probabilities in both.

    Raises:
        ValueError: wrong shapes, edges that do not increase, or no probabilities.

    >>> round(wasserstein2_1d([-1, 0, 1], [0.5, 0.5], [0, 1]) ** 2, 12)
    0.333333333333
    """
    refuse_unit(edges, "edges")
    edges = np.asarray(edges, dtype=np.float64)
    if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ValueError(f"edges must be finite and increasing, (n + 1,); got shape {edges.shape}")
    levels = [_levels(p, "p", len(edges) - 1), _levels(q, "q", len(edges) - 1)]
    ends = np.union1d(*levels)
    low, high = (np.zeros(len(ends) - 1) for _ in range(2))
    for level, sign in zip(levels, (1, -1), strict=True):
        cell = np.searchsorted(level, ends[:-1], side="right") - 1
        slope = (edges[cell + 1] - edges[cell]) / np.maximum(level[cell + 1] - level[cell], FAINT)
        low += sign * (edges[cell] + slope * (ends[:-1] - level[cell]))
        high += sign * (edges[cell] + slope * (ends[1:] - level[cell]))
    square = float(np.diff(ends) @ (low**2 + low * high + high**2)) / 3
    return float(np.sqrt(square))


def _levels(probabilities: ArrayLike, name: str, n: int) -> np.ndarray:
    """Cumulative probabilities at the edges, from 0 to 1."""
    p = as_distribution(probabilities, name, (n,))
    levels = np.concatenate([[0.0], np.cumsum(p / p.sum())])
    levels[-1] = 1.0
    return np.minimum(levels, 1.0)


def halves(potential: Potential, cells: int = CELLS) -> tuple[np.ndarray, np.ndarray]:
    """Edges of cells, one of them at x = 0, (n + 1,), and the equilibrium probabilities of the cells, (n,)."""
    low, high = potential.domain()
    if not low < 0 < high:
        raise ValueError(f"potential must hold walkers on both sides of x = 0; its domain is ({low}, {high})")
    left = min(max(2, round(cells * -low / (high - low))), cells - 2)
    edges = np.concatenate([np.linspace(low, 0, left + 1)[:-1], np.linspace(0, high, cells - left + 1)])
    width, middle = np.diff(edges), (edges[1:] + edges[:-1]) / 2
    energy = potential.energy(np.stack([middle - width / 12**0.5, middle + width / 12**0.5]))
    mass = np.exp(energy.min() - energy).sum(axis=0) * width  # Gauss's rule with two points
    return edges, mass / mass.sum()


def check_error(error: float) -> None:
    """Refuse a probability of the wrong well outside [0, 1/2]."""
    refuse_unit(error, "error")
    if not 0 <= error <= 0.5:
        raise ValueError(f"error must lie in [0, 1/2]; got {error!r}")


def local_equilibrium(edges: np.ndarray, p: np.ndarray, error: float = 0.0) -> np.ndarray:
    """``p`` rescaled in each half, to ``error``, in [0, 1/2], at x < 0 and 1 - ``error`` at x > 0; (n,)."""
    check_error(error)
    right = edges[:-1] >= 0
    return np.where(right, p * ((1 - error) / p[right].sum()), p * (error / p[~right].sum()))
