"""Compiled loops over many tiny networks side by side: the last axis of every array counts networks.

Every operation acts on each network alone and in a fixed order, with sums, products, quotients and square roots only.
So a network comes out the same to the last bit whatever is trained beside it and whatever processor trains it, which
matters because training is chaotic.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from szilard.jit import njit

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.693145751953125, 1.42860682030941723212e-6  # the first has few digits: k times it is exact
INTEGER = 1.5 * 2.0**52  # what is added to this becomes an integer in the last bits
TAYLOR = tuple(1 / math.factorial(k) for k in range(13))
ATANH = tuple(1 / (2 * k + 1) for k in range(17))
SILU, RELU, LEAKY, GELU, TANH, SOFTPLUS, SQUARE = range(7)
LEAK = 0.01
GELU_LINEAR, GELU_CUBIC = 2 * math.sqrt(2 / math.pi), 0.044715

__all__ = ["activate", "evaluate", "train"]


def _to_bits(context: Any, x: Any) -> Any:
    """The bits of a float64, as an integer."""
    return types.int64(types.float64), lambda _, builder, __, args: builder.bitcast(args[0], ir.IntType(64))


def _to_real(context: Any, x: Any) -> Any:
    """The float64 that has these bits."""
    return types.float64(types.int64), lambda _, builder, __, args: builder.bitcast(args[0], ir.DoubleType())


_bits: Any = intrinsic(_to_bits)  # called in compiled code, without the context
_real: Any = intrinsic(_to_real)


@njit(inline="always")
def _exp(z: float) -> float:
    """e to the power z, clipped to ±700: 2 to the power k times a Taylor series."""
    z = min(max(z, -700.0), 700.0)
    shifted = z * LOG2_E + INTEGER
    k = shifted - INTEGER
    r = (z - k * LN2_HIGH) - k * LN2_LOW
    p = TAYLOR[12] * r + TAYLOR[11]
    p = p * r + TAYLOR[10]
    p = p * r + TAYLOR[9]
    p = p * r + TAYLOR[8]
    p = p * r + TAYLOR[7]
    p = p * r + TAYLOR[6]
    p = p * r + TAYLOR[5]
    p = p * r + TAYLOR[4]
    p = p * r + TAYLOR[3]
    p = p * r + TAYLOR[2]
    p = p * r + 1.0
    p = p * r + 1.0
    return p * _real((_bits(shifted) + 1023) << 52)


@njit(inline="always")
def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + _exp(-z))


@njit(inline="always")
def _log1p(e: float) -> float:
    """ln(1 + e) for e from 0 to 1, by the series of the inverse hyperbolic tangent."""
    u = e / (2.0 + e)
    square, total = u * u, 0.0
    for k in range(16, -1, -1):
        total = total * square + ATANH[k]
    return 2.0 * u * total


@njit(cache=True, nogil=True, error_model="numpy")
def activate(kind: int, z: np.ndarray, h: np.ndarray, d: np.ndarray) -> None:
    """Write the activation of ``z`` (n,) to ``h`` and its derivative to ``d``."""
    if kind == SILU:
        for i in range(z.size):
            s = _sigmoid(z[i])
            h[i] = z[i] * s
            d[i] = s * (1.0 + z[i] * (1.0 - s))
    elif kind == RELU or kind == LEAKY:
        low = 0.0 if kind == RELU else LEAK
        for i in range(z.size):
            d[i] = 1.0 if z[i] > 0.0 else low
            h[i] = z[i] * d[i]
    elif kind == GELU:
        for i in range(z.size):
            x = z[i]
            s = _sigmoid(GELU_LINEAR * (x + GELU_CUBIC * x * x * x))
            h[i] = x * s
            d[i] = s + x * s * (1.0 - s) * GELU_LINEAR * (1.0 + 3.0 * GELU_CUBIC * x * x)
    elif kind == TANH:
        for i in range(z.size):
            h[i] = 2.0 * _sigmoid(2.0 * z[i]) - 1.0
            d[i] = 1.0 - h[i] * h[i]
    elif kind == SOFTPLUS:
        for i in range(z.size):
            h[i] = max(z[i], 0.0) + _log1p(_exp(-abs(z[i])))
            d[i] = _sigmoid(z[i])
    else:
        for i in range(z.size):
            h[i] = z[i] * z[i]
            d[i] = 2.0 * z[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _layer(theta: np.ndarray, x: np.ndarray, width: int, j: int, z: np.ndarray) -> None:
    """Write w·x + b of neuron ``j`` to ``z`` (points, networks)."""
    points, dim = x.shape
    for p in range(points):
        for m in range(theta.shape[1]):
            z[p, m] = theta[j, m] * x[p, 0] + theta[dim * width + j, m]
        for k in range(1, dim):
            for m in range(theta.shape[1]):
                z[p, m] += theta[k * width + j, m] * x[p, k]


@njit(cache=True, nogil=True, error_model="numpy")
def _forward(
    theta: np.ndarray, x: np.ndarray, kind: int, z: np.ndarray, h: np.ndarray, d: np.ndarray, f: np.ndarray
) -> None:
    """Write outputs to ``f`` (points, networks), activations and derivatives to ``h`` and ``d`` (one neuron or all)."""
    points, dim = x.shape
    rows, members = theta.shape
    width = (rows - 1) // (dim + 2)
    for p in range(points):
        for m in range(members):
            f[p, m] = theta[rows - 1, m]
    for j in range(width):
        kept = j % h.shape[0]
        _layer(theta, x, width, j, z)
        activate(kind, z.reshape(-1), h[kept].reshape(-1), d[kept].reshape(-1))
        hj, out = h[kept], (dim + 1) * width + j
        for p in range(points):
            for m in range(members):
                f[p, m] += theta[out, m] * hj[p, m]


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate(theta: np.ndarray, x: np.ndarray, kind: int) -> np.ndarray:
    """Outputs (points, networks) of networks ``theta`` (parameters, networks) at ``x`` (points, dim)."""
    shape = (len(x), theta.shape[1])
    f, z, h, d = np.empty(shape), np.empty(shape), np.empty((1, *shape)), np.empty((1, *shape))
    _forward(theta, x, kind, z, h, d, f)
    return f


@njit(cache=True, nogil=True, error_model="numpy")
def _backward(
    theta: np.ndarray, x: np.ndarray, h: np.ndarray, d: np.ndarray, g: np.ndarray, gradient: np.ndarray
) -> None:
    """Write the gradient for derivatives ``g`` (points, networks) of the loss by the outputs."""
    points, dim = x.shape
    rows, members = theta.shape
    width = (rows - 1) // (dim + 2)
    gradient[:] = 0.0
    for p in range(points):
        for m in range(members):
            gradient[rows - 1, m] += g[p, m]
    for j in range(width):
        hj, dj, bias, out = h[j], d[j], dim * width + j, (dim + 1) * width + j
        for p in range(points):
            for m in range(members):
                q = g[p, m] * dj[p, m]
                gradient[out, m] += g[p, m] * hj[p, m]
                gradient[bias, m] += q
                gradient[j, m] += q * x[p, 0]
            for k in range(1, dim):
                for m in range(members):
                    gradient[k * width + j, m] += g[p, m] * dj[p, m] * x[p, k]
        for k in range(dim + 1):
            for m in range(members):
                gradient[k * width + j, m] *= theta[out, m]


@njit(cache=True, nogil=True, error_model="numpy")
def train(
    theta: np.ndarray,
    mean: np.ndarray,
    square: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    rates: np.ndarray,
    start: int,
    stop: int,
    kind: int,
) -> None:
    """Take the steps from ``start`` to ``stop`` of Adam on the mean squared error, in place.

    Args:
        theta, mean, square: parameters (rows, networks) and the two averages of Adam; the rows hold the input
            weights coordinate by coordinate, the biases, the output weights and the constant.
        x, y: points (n, dim) and targets (n,).
        rates: learning rate of each step.
        kind: code of the activation.
    """
    rows, members = theta.shape
    points, dim = x.shape
    shape = (points, members)
    f, z, gradient = np.empty(shape), np.empty(shape), np.empty_like(theta)
    h, d = np.empty(((rows - 1) // (dim + 2), *shape)), np.empty(((rows - 1) // (dim + 2), *shape))
    first, second = 1.0, 1.0
    for _ in range(start):
        first, second = first * 0.9, second * 0.999
    for t in range(start, stop):
        _forward(theta, x, kind, z, h, d, f)
        for p in range(points):
            for m in range(members):
                f[p, m] = 2.0 * (f[p, m] - y[p]) / points
        _backward(theta, x, h, d, f, gradient)
        first, second = first * 0.9, second * 0.999
        rate, scale = rates[t] / (1.0 - first), math.sqrt(1.0 - second)
        for i in range(rows):
            for m in range(members):
                slope = gradient[i, m]
                mean[i, m] = 0.9 * mean[i, m] + 0.1 * slope
                square[i, m] = 0.999 * square[i, m] + 0.001 * (slope * slope)
                theta[i, m] -= rate * mean[i, m] / (math.sqrt(square[i, m]) / scale + 1e-8)
