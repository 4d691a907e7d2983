"""The compiled loop of the Fokker-Planck solver."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

ROOT = 1.4142135623730951
GAMMA, TWICE = 1 - 1 / ROOT, 1 + ROOT

__all__ = ["GAMMA", "TWICE", "companion", "factor", "march", "solve", "solve_transposed"]


@njit(cache=True, nogil=True)
def factor(energy: np.ndarray, scale: float, down: np.ndarray, pivot: np.ndarray, up: np.ndarray) -> None:
    """LU factors of 1 - dt·L, where L holds the hopping rates e^(∓ΔU/2)/h² between neighbours and scale = dt/h².

    The matrix has -``up[i]`` at (i + 1, i) and -``down[i]`` at (i, i + 1); ``pivot`` is filled with reciprocals. Its
    columns sum to one, so that pivots come without a subtraction: probability is kept to the last digits.
    """
    n = len(energy)
    staying = 1.0
    for i in range(n - 1):
        rate = np.exp(0.5 * (energy[i] - energy[i + 1]))
        up[i], down[i] = scale * rate, scale / rate
        pivot[i] = 1.0 / (staying + up[i])
        staying = 1.0 + down[i] * staying * pivot[i]
    pivot[n - 1] = 1.0 / staying


@njit(cache=True, nogil=True)
def solve(state: np.ndarray, down: np.ndarray, pivot: np.ndarray, up: np.ndarray) -> None:
    """Overwrite ``state`` (n, 4) with the solution of (1 - dt·L) y = state."""
    n = len(state)
    for i in range(1, n):
        share = up[i - 1] * pivot[i - 1]
        for j in range(4):
            state[i, j] += share * state[i - 1, j]
    for j in range(4):
        state[n - 1, j] *= pivot[n - 1]
    for i in range(n - 2, -1, -1):
        for j in range(4):
            state[i, j] = (state[i, j] + down[i] * state[i + 1, j]) * pivot[i]


@njit(cache=True, nogil=True)
def solve_transposed(rhs: np.ndarray, down: np.ndarray, pivot: np.ndarray, up: np.ndarray, out: np.ndarray) -> None:
    """``out`` = Sᵀ ``rhs``, with S the inverse of the factored matrix."""
    n = len(rhs)
    out[0] = rhs[0] * pivot[0]
    for i in range(1, n):
        out[i] = (rhs[i] + down[i - 1] * out[i - 1]) * pivot[i]
    for i in range(n - 2, -1, -1):
        out[i] += up[i] * pivot[i] * out[i + 1]


@njit(cache=True, nogil=True)
def _change(state: np.ndarray, old: np.ndarray, new: np.ndarray) -> None:
    """Change the potential at frozen positions: what it does to the moments of work and to the weights e^(-W)."""
    for i in range(len(old)):
        work = new[i] - old[i]
        state[i, 3] += work * (2.0 * state[i, 2] + work * state[i, 0])
        state[i, 2] += work * state[i, 0]
        state[i, 1] *= np.exp(-work)
        old[i] = new[i]


@njit(cache=True, nogil=True)
def march(
    table: np.ndarray, knot: np.ndarray, share: np.ndarray, dt: np.ndarray, spacing: float, state: np.ndarray
) -> None:
    """Carry ``state`` (n, 4) through a protocol: probabilities and, per cell, the means of e^(-W), W and W².

    A step is the second-order singly diagonally implicit one (`alexander1977diagonally`), which damps what is stiff:
    with S = (1 - γ dt L)^-1 and γ = 1 - 1/√2 it is S + (1 + √2) (S² - S).

    Args:
        table: energies of the cells at the knots, (K, n).
        knot: the knot before each step, (N,).
        share: share of the way to the next knot in the middle of each step, (N,).
        dt: lengths of the steps, (N,).
        spacing: distance of neighbouring cells.
        state: changed in place.
    """
    n = table.shape[1]
    down, pivot, up = np.empty(n), np.empty(n), np.empty(n)
    old, new, once = table[0].copy(), np.empty(n), np.empty_like(state)
    for k in range(len(knot)):
        for i in range(n):
            new[i] = table[knot[k], i] + share[k] * (table[knot[k] + 1, i] - table[knot[k], i])
        _change(state, old, new)
        factor(new, GAMMA * dt[k] / spacing**2, down, pivot, up)
        solve(state, down, pivot, up)
        once[:] = state
        solve(state, down, pivot, up)
        for i in range(n):
            for j in range(4):
                state[i, j] = once[i, j] + TWICE * (state[i, j] - once[i, j])
    _change(state, old, table[-1])


@njit(cache=True, nogil=True)
def companion(
    table: np.ndarray, knot: np.ndarray, share: np.ndarray, dt: np.ndarray, spacing: float, ratio: np.ndarray
) -> None:
    """Carry ``ratio`` (n,), the mean of e^(-W) per cell divided by e^(-U), through the steps of :func:`march`.

    Changes of the potential leave it alone and, by detailed balance, a step acts on it transposed: where march
    multiplies what is too small for a number by what is too large, this stays near one.
    """
    n = table.shape[1]
    down, pivot, up, new = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    once, twice = np.empty(n), np.empty(n)
    for k in range(len(knot)):
        for i in range(n):
            new[i] = table[knot[k], i] + share[k] * (table[knot[k] + 1, i] - table[knot[k], i])
        factor(new, GAMMA * dt[k] / spacing**2, down, pivot, up)
        solve_transposed(ratio, down, pivot, up, once)
        solve_transposed(once, down, pivot, up, twice)
        for i in range(n):
            ratio[i] = once[i] + TWICE * (twice[i] - once[i])
