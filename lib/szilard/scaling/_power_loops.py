"""Compiled loops: fits of a sum of two power laws and a constant, from many starts, by a damped Newton method."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

HUBER, SOFT_L1, SQUARE = 0, 1, 2
A, B, E, ALPHA, BETA = range(5)  # ln A, ln B, ln E, and the two exponents
GRADIENT, CURVATURE = 1e-13, 1e-24
RIDGE = 1e-6
PATIENCE, PROGRESS = 50, 1e-4  # iterations within which the objective must fall by so much

__all__ = ["HUBER", "SOFT_L1", "SQUARE", "descend", "evaluate"]


@njit(cache=True, nogil=True)
def _penalty(r: float, delta: float, kind: int) -> tuple[float, float, float]:
    """Penalty on a residual, and its first two derivatives."""
    if kind == 2 or (kind == 0 and abs(r) <= delta):
        return 0.5 * r * r, r, 1.0
    if kind == 0:
        return delta * (abs(r) - 0.5 * delta), delta * np.sign(r), 0.0
    root = np.sqrt(1.0 + (r / delta) ** 2)
    return delta * delta * (root - 1.0), r / root, 1.0 / root**3


@njit(cache=True, nogil=True)
def evaluate(
    theta: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    delta: float,
    kind: int,
    gradient: np.ndarray,
    hessian: np.ndarray,
    majorant: np.ndarray,
) -> float:
    """The weighted sum of penalties on ln L̂ − ln L; its gradient, Hessian and a positive majorant are filled in.

    Args:
        theta: (ln A, ln B, ln E, α, β); −∞ for a term that is not there.
        x: ln N, ln D and ln L, (3, n).
        weights: (n,).
        delta, kind: of the penalty.
        gradient, hessian, majorant: (5,), (5, 5), (5, 5), overwritten.
    """
    parts = np.empty((4, x.shape[1]))
    total = _value(theta, x, weights, delta, kind, np.inf, parts)
    if total < np.inf:
        _derivatives(x, weights, delta, kind, parts, gradient, hessian, majorant)
    else:
        gradient[:], hessian[:], majorant[:] = 0.0, 0.0, 0.0
    return total


@njit(cache=True, nogil=True)
def _value(
    theta: np.ndarray, x: np.ndarray, weights: np.ndarray, delta: float, kind: int, most: float, parts: np.ndarray
) -> float:
    """The weighted sum of penalties; each point's shares of the three terms and its residual go to ``parts`` (4, n).

    Penalties are not negative: where the sum exceeds ``most``, the points left are not looked at.
    """
    total, base = 0.0, np.exp(theta[2])
    for i in range(x.shape[1]):
        weight = weights[i]
        if weight == 0.0:
            continue
        p0, p1 = np.exp(theta[0] - theta[3] * x[0, i]), np.exp(theta[1] - theta[4] * x[1, i])
        mass = p0 + p1 + base
        if not 0.0 < mass < np.inf:  # out of range, and of reason
            return np.inf
        residual = np.log(mass) - x[2, i]
        parts[0, i], parts[1, i], parts[2, i], parts[3, i] = p0 / mass, p1 / mass, base / mass, residual
        total += weight * _penalty(residual, delta, kind)[0]
        if total > most:
            return np.inf
    return total


@njit(cache=True, nogil=True)
def _derivatives(
    x: np.ndarray,
    weights: np.ndarray,
    delta: float,
    kind: int,
    parts: np.ndarray,
    gradient: np.ndarray,
    hessian: np.ndarray,
    majorant: np.ndarray,
) -> None:
    """Gradient, Hessian and majorant of :func:`evaluate`, from the ``parts`` of :func:`_value`."""
    gradient[:], hessian[:], majorant[:] = 0.0, 0.0, 0.0
    for i in range(x.shape[1]):
        weight, x0, x1 = weights[i], x[0, i], x[1, i]
        if weight == 0.0:
            continue
        p0, p1, p2, residual = parts[0, i], parts[1, i], parts[2, i], parts[3, i]
        _, first, second = _penalty(residual, delta, kind)
        pull = weight * first
        gradient[0] += pull * p0
        gradient[1] += pull * p1
        gradient[2] += pull * p2
        gradient[3] -= pull * p0 * x0
        gradient[4] -= pull * p1 * x1
        _add(hessian, weight * (second - first), pull, p0, p1, p2, x0, x1)
        _add(majorant, pull / residual if residual != 0.0 else weight, 0.0, p0, p1, p2, x0, x1)
    for k in range(5):
        for m in range(k):
            hessian[k, m], majorant[k, m] = hessian[m, k], majorant[m, k]


@njit(cache=True, nogil=True)
def _add(matrix: np.ndarray, both: float, own: float, p0: float, p1: float, p2: float, x0: float, x1: float) -> None:
    """Add one point's curvature to the upper triangle: ``both`` p pᵀ + ``own`` diag(p), in the terms' logarithms."""
    c00, c11, c22 = (both * p0 + own) * p0, (both * p1 + own) * p1, (both * p2 + own) * p2
    c01, c02, c12 = both * p0 * p1, both * p0 * p2, both * p1 * p2
    matrix[0, 0] += c00
    matrix[0, 1] += c01
    matrix[0, 2] += c02
    matrix[0, 3] -= c00 * x0
    matrix[0, 4] -= c01 * x1
    matrix[1, 1] += c11
    matrix[1, 2] += c12
    matrix[1, 3] -= c01 * x0
    matrix[1, 4] -= c11 * x1
    matrix[2, 2] += c22
    matrix[2, 3] -= c02 * x0
    matrix[2, 4] -= c12 * x1
    matrix[3, 3] += c00 * x0 * x0
    matrix[3, 4] += c01 * x0 * x1
    matrix[4, 4] += c11 * x1 * x1


@njit(cache=True, nogil=True)
def _solve(matrix: np.ndarray, right: np.ndarray, free: np.ndarray, step: np.ndarray) -> bool:
    """Fill ``step`` with the solution of ``matrix`` step = −right over the free coordinates, by Cholesky; ``False`` if
    the matrix is not positive definite."""
    n = len(right)
    low = np.zeros((n, n))
    step[:] = 0.0
    for k in range(n):
        for m in range(k + 1):
            entry = matrix[k, m] if free[k] and free[m] else (1.0 if k == m else 0.0)
            for q in range(m):
                entry -= low[k, q] * low[m, q]
            if k == m:
                if not entry > 1e-14 * abs(matrix[k, k]) or not np.isfinite(entry):
                    return False
                low[k, k] = np.sqrt(entry)
            else:
                low[k, m] = entry / low[m, m]
    for k in range(n):
        if free[k]:
            step[k] = -right[k]
        for q in range(k):
            step[k] -= low[k, q] * step[q]
        step[k] /= low[k, k]
    for k in range(n - 1, -1, -1):
        for q in range(k + 1, n):
            step[k] -= low[q, k] * step[q]
        step[k] /= low[k, k]
    return True


@njit(cache=True, nogil=True)
def _one(
    theta: np.ndarray, x: np.ndarray, weights: np.ndarray, free: np.ndarray, delta: float, kind: int, limit: int
) -> tuple[float, bool, int]:
    """Descend from ``theta`` in place; the penalty reached, whether a minimum is, and the iterations taken."""
    gradient, step, trial = np.empty(5), np.empty(5), np.empty(5)
    hessian, majorant, damped = np.empty((5, 5)), np.empty((5, 5)), np.empty((5, 5))
    parts = np.empty((4, x.shape[1]))
    value = evaluate(theta, x, weights, delta, kind, gradient, hessian, majorant)
    mass, damping, before = weights.sum(), 1.0, np.inf
    for count in range(limit):
        if count % PATIENCE == 0:
            if value > before * (1.0 - PROGRESS):  # a term dies out, or a line is all that is left to move along
                return value, False, count
            before = value
        while True:  # from Newton's step towards reweighted least squares, which never goes uphill
            share = damping / (1.0 + damping)
            for k in range(5):
                damped[k] = (1.0 - share) * hessian[k] + share * majorant[k]
                damped[k, k] += damping * RIDGE * (majorant[k, k] + 1e-12)
            if _solve(damped, gradient, free, step):
                break
            damping = max(4.0 * damping, 1e-12)
            if damping > 1e30:
                return value, False, count
        decrement = 0.0
        for k in range(5):
            decrement -= gradient[k] * step[k] * free[k]
        if decrement <= GRADIENT * value + CURVATURE * mass:
            return value, damping < 1.0, count
        trial[:] = theta
        for k in range(5):
            if free[k]:
                trial[k] += step[k]
        new = _value(trial, x, weights, delta, kind, value * (1.0 + 2e-14), parts)  # beyond, a step is refused
        if new < value - 1e-4 * decrement:
            theta[:] = trial
            _derivatives(x, weights, delta, kind, parts, gradient, hessian, majorant)
            value, damping = new, damping * 0.1 if damping > 1e-12 else 0.0
        elif decrement < 1e-10 * value and new <= value * (1.0 + 1e-14):  # rounding decides from here on
            theta[:] = trial
            return min(new, value), True, count
        else:
            damping = max(5.0 * damping, 1e-8)
            if damping > 1e30:
                return value, False, count
    return value, False, limit


@njit(cache=True, nogil=True)
def descend(
    thetas: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    free: np.ndarray,
    delta: float,
    kind: int,
    limit: int,
    values: np.ndarray,
    converged: np.ndarray,
    iterations: np.ndarray,
) -> None:
    """Descend from each row of ``thetas`` (m, 5) in place, on row i of ``weights`` (m or 1, n)."""
    for i in range(len(thetas)):
        which = i if len(weights) > 1 else 0
        values[i], converged[i], iterations[i] = _one(thetas[i], x, weights[which], free, delta, kind, limit)
