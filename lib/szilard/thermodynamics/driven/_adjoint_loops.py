"""The exact derivative of the Fokker-Planck solver: its steps backwards, with transposed matrices."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

from ._evolution_loops import GAMMA, TWICE, factor, solve_transposed

__all__ = ["backward", "forward"]


@njit(cache=True, nogil=True)
def _solve(rhs: np.ndarray, down: np.ndarray, pivot: np.ndarray, up: np.ndarray, out: np.ndarray) -> None:
    """``out`` = S ``rhs``, with S the inverse of the factored matrix."""
    n = len(rhs)
    out[0] = rhs[0]
    for i in range(1, n):
        out[i] = rhs[i] + up[i - 1] * pivot[i - 1] * out[i - 1]
    out[n - 1] *= pivot[n - 1]
    for i in range(n - 2, -1, -1):
        out[i] = (out[i] + down[i] * out[i + 1]) * pivot[i]


@njit(cache=True, nogil=True)
def _energy(table: np.ndarray, knot: int, share: float, out: np.ndarray) -> None:
    for i in range(table.shape[1]):
        out[i] = table[knot, i] + share * (table[knot + 1, i] - table[knot, i])


@njit(cache=True, nogil=True)
def forward(
    table: np.ndarray, knot: np.ndarray, share: np.ndarray, dt: np.ndarray, spacing: float, path: np.ndarray
) -> float:
    """Mean work; ``path`` (N + 1, n), whose first row is the start, is filled with the distribution after each step."""
    n = table.shape[1]
    down, pivot, up = np.empty(n), np.empty(n), np.empty(n)
    old, new, once, twice = table[0].copy(), np.empty(n), np.empty(n), np.empty(n)
    work = 0.0
    for k in range(len(knot)):
        _energy(table, knot[k], share[k], new)
        work += np.dot(path[k], new - old)
        factor(new, GAMMA * dt[k] / spacing**2, down, pivot, up)
        _solve(path[k], down, pivot, up, once)
        _solve(once, down, pivot, up, twice)
        path[k + 1] = once + TWICE * (twice - once)
        old[:] = new
    return work + np.dot(path[-1], table[-1] - old)


@njit(cache=True, nogil=True)
def backward(
    table: np.ndarray,
    knot: np.ndarray,
    share: np.ndarray,
    dt: np.ndarray,
    spacing: float,
    path: np.ndarray,
    price: float,
    worth: np.ndarray,
) -> np.ndarray:
    """Derivative by ``table`` of ``price`` times the mean work plus ``worth`` · final distribution, for a fixed start.

    With M the matrix of a step, S its inverse and v = Sᵀμ, a change dM adds -vᵀ dM S p to μᵀS p; and
    vᵀ dM y = Σ (v_i - v_{i+1}) (up_i y_i + down_i y_{i+1}) (dU_i - dU_{i+1})/2.
    """
    n, steps = table.shape[1], len(knot)
    down, pivot, up = np.empty(n), np.empty(n), np.empty(n)
    old, new, once, twice = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    back, again, by_energy, gradient = np.empty(n), np.empty(n), np.empty(n), np.zeros_like(table)
    _energy(table, knot[-1], share[-1], new)
    value = price * (table[-1] - new) + worth
    gradient[-1] += price * path[-1]
    for k in range(steps - 1, -1, -1):
        if k:
            _energy(table, knot[k - 1], share[k - 1], old)
        else:
            old[:] = table[0]
        factor(new, GAMMA * dt[k] / spacing**2, down, pivot, up)
        _solve(path[k], down, pivot, up, once)
        _solve(once, down, pivot, up, twice)
        solve_transposed(value, down, pivot, up, back)
        solve_transposed(back, down, pivot, up, again)
        value = back + TWICE * (again - back)
        by_energy[:] = price * (path[k] - path[k + 1])
        for i in range(n - 1):
            flow = (value[i] - value[i + 1]) * (up[i] * once[i] + down[i] * once[i + 1])
            flow += TWICE * (back[i] - back[i + 1]) * (up[i] * twice[i] + down[i] * twice[i + 1])
            by_energy[i] -= 0.5 * flow
            by_energy[i + 1] += 0.5 * flow
        gradient[knot[k]] += (1.0 - share[k]) * by_energy
        gradient[knot[k] + 1] += share[k] * by_energy
        value += price * (new - old)
        new[:] = old
    gradient[0] -= price * path[0]
    return gradient
