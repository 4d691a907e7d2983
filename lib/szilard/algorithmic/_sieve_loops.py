"""The compiled loops of the sieves; :mod:`.sieve` describes what they return.

A segment starts at a multiple of ``WHEEL``, so that the part of every number that divides ``WHEEL`` is the same in
every segment and is copied rather than sieved. What sieving by all primes up to the square root leaves over is a
single prime or nothing, and which of the two is decided by integers alone: by whether the product of the prime powers
found equals the number.
"""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

__all__ = ["WHEEL", "WHEEL_PRIMES", "factor_counts", "factor_histogram", "mark_primes", "wheel_pattern"]

WHEEL = 55_440  # 2⁴ · 3² · 5 · 7 · 11: half a megabyte of products and counts, which fits a core's own cache
WHEEL_PRIMES = (2, 3, 5, 7, 11)
MOST_FACTORS = 64  # no number below 2⁶⁴ has more prime factors


def wheel_pattern(multiplicity: bool) -> tuple[np.ndarray, np.ndarray]:
    """For n mod ``WHEEL``: its greatest common divisor with it (uint64), and prime factors of that (uint8)."""
    n = np.arange(WHEEL, dtype=np.uint64)
    product, count = np.gcd(n, np.uint64(WHEEL)), np.zeros(WHEEL, np.uint8)
    for p in WHEEL_PRIMES:
        power = p
        while WHEEL % power == 0 and (multiplicity or power == p):
            count += (product % np.uint64(power) == 0).astype(np.uint8)
            power *= p
    return product, count


@njit(cache=True, nogil=True)
def _sieve_segment(start: int, primes: np.ndarray, multiplicity: bool, product: np.ndarray, count: np.ndarray) -> None:
    """Multiply and count into ``product`` and ``count`` every prime power that the wheel has not covered."""
    length = len(product)
    last = start + length - 1
    for p in primes:
        if p * p > last:
            break
        power = p
        while power <= last:
            if WHEEL % power != 0:
                counted = np.uint8(1 if multiplicity or power == p else 0)
                first = (power - start % power) % power
                for i in range(first, length, power):
                    product[i] *= np.uint64(p)
                    count[i] += counted
            if power > last // p:
                break
            power *= p


@njit(cache=True, nogil=True)
def factor_counts(
    start: int,
    stop: int,
    primes: np.ndarray,
    multiplicity: bool,
    wheel: np.ndarray,
    wheel_count: np.ndarray,
    out: np.ndarray,
) -> None:
    """ω(n) or, with ``multiplicity``, Ω(n) for start ≤ n < stop into ``out`` (uint8); start ≥ 1."""
    product, count = np.empty(WHEEL, np.uint64), np.empty(WHEEL, np.uint8)
    for base in range(start - start % WHEEL, stop, WHEEL):
        product[:], count[:] = wheel, wheel_count
        _sieve_segment(base, primes, multiplicity, product, count)
        for n in range(max(start, base), min(stop, base + WHEEL)):
            i = n - base
            out[n - start] = count[i] + np.uint8(product[i] != np.uint64(n))


@njit(cache=True, nogil=True)
def factor_histogram(
    start: int, stop: int, primes: np.ndarray, multiplicity: bool, wheel: np.ndarray, wheel_count: np.ndarray
) -> np.ndarray:
    """How many n in [start, stop) have 0, 1, 2, … prime factors (int64); start ≥ 1."""
    histogram = np.zeros((4, MOST_FACTORS), np.int64)  # four, or each count would wait for the one before
    product, count = np.empty(WHEEL, np.uint64), np.empty(WHEEL, np.uint8)
    for base in range(start - start % WHEEL, stop, WHEEL):
        product[:], count[:] = wheel, wheel_count
        _sieve_segment(base, primes, multiplicity, product, count)
        for i in range(WHEEL):
            count[i] += np.uint8(product[i] != np.uint64(base + i))
        for i in range(max(start - base, 0), min(stop - base, WHEEL)):
            histogram[i & 3, count[i]] += 1
    return histogram.sum(axis=0)


@njit(cache=True, nogil=True)
def mark_primes(start: int, stop: int, primes: np.ndarray, segment: int, flags: np.ndarray) -> None:
    """``flags[i]`` for the odd number start + 2i: prime or not; ``start`` odd and ≥ 3, ``flags`` all true on entry."""
    for low in range(start, stop, 2 * segment):
        high = min(stop, low + 2 * segment)  # exclusive
        for p in primes[1:]:
            if p * p >= high:
                break
            first = max(p * p, (low + p - 1) // p * p)
            first += p * (first % 2 == 0)
            for i in range((first - start) // 2, (high - start + 1) // 2, p):
                flags[i] = False
