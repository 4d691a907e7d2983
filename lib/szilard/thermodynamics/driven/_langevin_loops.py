"""The compiled loops of the Langevin engine: normal numbers in registers, walkers in blocks that stay in the cache.

Nothing here calls a mathematical library or fuses operations, so a seed gives the same bits on every processor. Loops
over the lanes of a block have no branches: the compiler turns them into vector instructions.
"""

from __future__ import annotations

import math

import numpy as np

from szilard.jit import njit

HALF = 128  # generators of one block; each gives two normal numbers a step
BLOCK = 2 * HALF

__all__ = ["BLOCK", "HALF", "normals", "walk_quartic", "walk_table"]

_ONE = np.uint64(0x3FF0000000000000)  # bits of 1.0
_TWO52 = np.uint64(0x4330000000000000)  # bits of 2^52
_ROOT_HALF = np.uint64(0x3FE6A09E667F3BCD)  # bits of sqrt(1/2)
_EXPONENT = np.uint64(0x7FF) << np.uint64(52)
_S12, _S17, _S19, _S20, _S22, _S23, _S32, _S41, _S45, _S52, _S62, _S63 = (
    np.uint64(k) for k in (12, 17, 19, 20, 22, 23, 32, 41, 45, 52, 62, 63)
)
_BIAS = np.uint64(1023)
_LN2 = 0.6931471805599453


@njit(inline="always", error_model="numpy")
def _float(bits: np.uint64) -> float:
    return np.uint64(bits).view(np.float64)


@njit(inline="always", error_model="numpy")
def _bits(x: float) -> np.uint64:
    return np.float64(x).view(np.uint64)


@njit(inline="always", error_model="numpy")
def _radius(bits: np.uint64) -> float:
    """sqrt(-2 ln u) for u = (k + 1/2)/2^32 with the upper 32 bits k."""
    u = (2.0 - 2.0**-33) - _float(((bits >> _S32) << _S20) | _ONE)
    # u = 2^e m with m in [sqrt(1/2), sqrt(2)): ln m by the series of the inverse hyperbolic tangent
    whole = _bits(u) + (_ONE - _ROOT_HALF)
    exponent = whole >> _S52
    m = _float(_bits(u) + ((_BIAS - exponent) << _S52))
    e = _float(exponent | _TWO52) - (4503599627370496.0 + 1023.0)
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    series = 1.0 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13))))))
    return math.sqrt(-2.0 * (e * _LN2 + 2.0 * s * series))


@njit(inline="always", error_model="numpy")
def _direction(bits: np.uint64) -> tuple[float, float]:
    """A unit vector at a uniform angle, from the lower 32 bits: an eighth of the circle, swapped and reflected."""
    share = _float(((bits << _S32) >> _S12) | _ONE)  # [1, 2); its last two bits in use pick the octant
    angle = (share - 1.5) * 1.5707963267948966
    q = angle * angle
    sine = angle * (1.0 + q * (-1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 - q / 39916800)))))
    cosine = 1.0 + q * (-1 / 2 + q * (1 / 24 + q * (-1 / 720 + q * (1 / 40320 - q / 3628800))))
    swap = bits & np.uint64(1)
    sign = (bits << _S62 >> _S63) << _S63
    first = cosine if swap else sine
    second = sine if swap else cosine
    return _float(_bits(first) ^ sign), _float(_bits(second) ^ sign)


@njit(cache=True, nogil=True, error_model="numpy")
def normals(seeds: np.ndarray, out: np.ndarray) -> None:
    """Fill ``out`` (2·HALF,) with standard normal numbers (Box-Muller) from HALF generators (4, HALF).

    The generator is xoshiro256++ (`blackman2021scrambled`).
    """
    for i in range(HALF):
        a, b, c, d = seeds[0, i], seeds[1, i], seeds[2, i], seeds[3, i]
        total = a + d
        bits = ((total << _S23) | (total >> _S41)) + a
        t = b << _S17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = (d << _S45) | (d >> _S19)
        seeds[0, i], seeds[1, i], seeds[2, i], seeds[3, i] = a, b, c, d
        r = _radius(bits)
        x, y = _direction(bits)
        out[i] = r * x
        out[HALF + i] = r * y


@njit(cache=True, nogil=True, error_model="numpy")
def walk_quartic(
    seeds: np.ndarray, x: np.ndarray, work: np.ndarray, force: np.ndarray, change: np.ndarray, dt: np.ndarray
) -> None:
    """Carry a block of walkers through a protocol of quartic potentials; ``x`` and ``work`` change in place.

    Heun's steps: the force is averaged over both ends of an Euler step with the same noise.

    Args:
        seeds: states of the generators, (4, HALF).
        x: positions, (BLOCK,).
        work: done so far in kT, (BLOCK,).
        force: coefficients of the force during each step, lowest power first, (N, 4).
        change: coefficients of what the potential changes by before each step and at the end, (N + 1, 5).
        dt: lengths of the steps, (N,).
    """
    z = np.empty(BLOCK)
    for k in range(len(dt)):
        normals(seeds, z)
        step, noise = dt[k], np.sqrt(2.0 * dt[k])
        f0, f1, f2, f3 = force[k, 0] * step, force[k, 1] * step, force[k, 2] * step, force[k, 3] * step
        c0, c1, c2, c3, c4 = change[k, 0], change[k, 1], change[k, 2], change[k, 3], change[k, 4]
        for i in range(BLOCK):
            y, kick = x[i], noise * z[i]
            work[i] += c0 + y * (c1 + y * (c2 + y * (c3 + y * c4)))
            first = f0 + y * (f1 + y * (f2 + y * f3))
            ahead = y + first + kick
            x[i] = y + 0.5 * (first + (f0 + ahead * (f1 + ahead * (f2 + ahead * f3)))) + kick
    c0, c1, c2, c3, c4 = change[-1]
    for i in range(BLOCK):
        y = x[i]
        work[i] += c0 + y * (c1 + y * (c2 + y * (c3 + y * c4)))


@njit(cache=True, nogil=True, error_model="numpy")
def walk_table(
    seeds: np.ndarray,
    x: np.ndarray,
    work: np.ndarray,
    low: float,
    spacing: float,
    cubic: np.ndarray,
    knot: np.ndarray,
    share: np.ndarray,
    dt: np.ndarray,
) -> None:
    """Carry a block of walkers through a protocol of tables between reflecting walls; as :func:`walk_quartic`.

    Args:
        seeds, x, work, dt: as there.
        low: position of the left wall.
        spacing: width of the cells.
        cubic: at each knot, coefficients in each cell of the distance from its left end, lowest first, (K, cells, 4).
        knot: the knot before each step, (N,).
        share: share of the way to the next knot, (N,).
    """
    z = np.empty(BLOCK)
    segment, reached = 0, 0.0
    count, high = cubic.shape[1], low + spacing * cubic.shape[1]
    for k in range(len(dt)):
        while segment < knot[k]:
            _advance(x, work, low, spacing, cubic[segment], cubic[segment + 1], 1.0 - reached)
            segment, reached = segment + 1, 0.0
        normals(seeds, z)
        noise, s = np.sqrt(2.0 * dt[k]), share[k]
        before, after = cubic[segment], cubic[segment + 1]
        for i in range(BLOCK):
            cell = min(max(int((x[i] - low) / spacing), 0), count - 1)
            t = x[i] - (low + cell * spacing)
            a, b = before[cell], after[cell]
            d0, d1, d2, d3 = b[0] - a[0], b[1] - a[1], b[2] - a[2], b[3] - a[3]
            work[i] += (s - reached) * (d0 + t * (d1 + t * (d2 + t * d3)))
            slope = (a[1] + s * d1) + t * (2.0 * (a[2] + s * d2) + t * 3.0 * (a[3] + s * d3))
            ahead, sign = _folded(x[i] - slope * dt[k] + noise * z[i], low, high)
            cell = min(max(int((ahead - low) / spacing), 0), count - 1)
            t = ahead - (low + cell * spacing)
            a, b = before[cell], after[cell]
            d1, d2, d3 = b[1] - a[1], b[2] - a[2], b[3] - a[3]
            slope += sign * ((a[1] + s * d1) + t * (2.0 * (a[2] + s * d2) + t * 3.0 * (a[3] + s * d3)))
            x[i], _ = _folded(x[i] - 0.5 * slope * dt[k] + noise * z[i], low, high)
        reached = s
    while segment < len(cubic) - 1:
        _advance(x, work, low, spacing, cubic[segment], cubic[segment + 1], 1.0 - reached)
        segment, reached = segment + 1, 0.0


@njit(inline="always", error_model="numpy")
def _folded(y: float, low: float, high: float) -> tuple[float, float]:
    """Where a step ends that reflecting walls turn back, and which way it then goes: the sign of the mirror image."""
    if low <= y <= high:
        return y, 1.0
    width = high - low
    y -= low
    y -= 2.0 * width * math.floor(y / (2.0 * width))
    sign = 1.0 if y <= width else -1.0
    return min(max(low + min(y, 2.0 * width - y), low), high), sign


@njit(cache=True, nogil=True, error_model="numpy")
def _advance(
    x: np.ndarray, work: np.ndarray, low: float, spacing: float, before: np.ndarray, after: np.ndarray, share: float
) -> None:
    """Change the potential by a share of the way between two knots, positions frozen."""
    for i in range(BLOCK):
        cell = min(max(int((x[i] - low) / spacing), 0), len(before) - 1)
        t = x[i] - (low + cell * spacing)
        a, b = before[cell], after[cell]
        work[i] += share * ((b[0] - a[0]) + t * ((b[1] - a[1]) + t * ((b[2] - a[2]) + t * (b[3] - a[3]))))
