r"""Erasure at least work in finite time: distances between densities on a line and the bounds made of them.

With every force at hand, an overdamped change from p to q in a time τ, with the potential back at its start, costs at
least

.. math:: W/kT = D(q\Vert p^{\mathrm{eq}}) - D(p\Vert p^{\mathrm{eq}}) + \frac{W_2^2(p,q)}{D\tau}

and can be done for that (`aurell2012refined`). Which q is best is a convex problem of its own: :mod:`.final_state`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .wells import Potential

CELLS = 4000
FAINT = 1e-200  # probability below which the slope of a quantile function would overflow, and weighs nothing

__all__ = ["check_error", "halves", "local_equilibrium", "wasserstein2_1d"]


def wasserstein2_1d(edges: Any, p: Any, q: Any) -> float:
    r"""The distance :math:`W_2` of two laws on a line in the unit of ``edges``, exact for laws uniform in each cell.

    .. math:: W_2^2(p,q) = \int_0^1 \left[Q_p(u)-Q_q(u)\right]^2du

    with the quantile functions Q, which are linear between the levels where a cell of either law ends.

    Args:
        edges: ends of the cells, increasing, (n + 1,).
        p: probabilities of the cells, (n,).
        q: the same for the other law.

    Raises:
        ValueError: wrong shapes, edges that do not increase, or no probabilities.

    >>> round(wasserstein2_1d([-1, 0, 1], [0.5, 0.5], [0, 1]) ** 2, 12)
    0.333333333333
    """
    edges = np.asarray(edges, dtype=np.float64)
    if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ValueError(f"edges must be finite and increasing, (n + 1,); got shape {edges.shape}")
    levels = [_levels(law, name, len(edges) - 1) for law, name in ((p, "p"), (q, "q"))]
    ends = np.union1d(*levels)
    low, high = (np.zeros(len(ends) - 1) for _ in range(2))
    for law, sign in zip(levels, (1, -1), strict=True):
        cell = np.searchsorted(law, ends[:-1], side="right") - 1
        slope = (edges[cell + 1] - edges[cell]) / np.maximum(law[cell + 1] - law[cell], FAINT)
        low += sign * (edges[cell] + slope * (ends[:-1] - law[cell]))
        high += sign * (edges[cell] + slope * (ends[1:] - law[cell]))
    square = float(np.diff(ends) @ (low**2 + low * high + high**2)) / 3
    return float(np.sqrt(square))


def _levels(law: Any, name: str, n: int) -> np.ndarray:
    """Cumulative probabilities at the edges, from 0 to 1."""
    p = np.asarray(law, dtype=np.float64)
    if p.shape != (n,) or not np.isfinite(p).all() or (p < 0).any() or abs(p.sum() - 1) > 1e-9:
        raise ValueError(
            f"{name} must be {n} probabilities that sum to one; got shape {p.shape}, sum {p.sum()}"
        )
    levels = np.concatenate([[0.0], np.cumsum(p / p.sum())])
    levels[-1] = 1.0
    return np.minimum(levels, 1.0)


def halves(potential: Potential, cells: int = CELLS) -> tuple[np.ndarray, np.ndarray]:
    """Edges of cells that part at x = 0, (n + 1,), and the equilibrium probabilities of the cells, (n,)."""
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
    if not 0 <= error <= 0.5:
        raise ValueError(f"error must lie in [0, 1/2]; got {error!r}")


def local_equilibrium(edges: np.ndarray, p: np.ndarray, error: float = 0.0) -> np.ndarray:
    """``p`` within each half, but with ``error``, in [0, 1/2], at x < 0 and 1 - ``error`` at x > 0; (n,)."""
    check_error(error)
    right = edges[:-1] >= 0
    return np.where(right, p * ((1 - error) / p[right].sum()), p * (error / p[~right].sum()))
