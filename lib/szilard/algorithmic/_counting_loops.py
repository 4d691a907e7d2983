"""The compiled loops of exact counting without touching every number; :mod:`.counting` describes them.

Quotients are taken in double precision where that is exact: for integers a < 2⁵³ and b, the floor of the rounded
quotient a / b is the floor of the true one, because a / b lies at least 1 / b below the next integer. For even a < 2⁵⁴,
which are doubles too, it is that or one more.
"""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

__all__ = ["count_by_factors", "legendre", "prime_tables", "quotient"]

MOST_FACTORS = 64


@njit(cache=True, nogil=True)
def prime_tables(n: int, root: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """π(i) and π(⌊n / i⌋) for 0 ≤ i ≤ root = ⌊√n⌋ (entry 0 of the second is unused), int64.

    Legendre's recursion on all quotients at once: start from the number of integers ≥ 2 and, prime by prime, take away
    those whose smallest factor it is. How many that leaves up to n after each prime is the third array.
    """
    rough = np.empty(root, np.int64)
    count = 0
    small = np.arange(-1, root)
    large = np.zeros(root + 1, np.int64)
    for i in range(1, root + 1):
        large[i] = n // i - 1
    small[0] = 0
    for p in range(2, root + 1):
        below = small[p - 1]
        if small[p] == below:
            continue
        if p * p > n:
            break
        end = min(root, n // (p * p))
        middle = min(end, root // p)
        for i in range(1, middle + 1):
            large[i] -= large[i * p] - below
        share = n // p
        for i in range(middle + 1, end + 1):
            large[i] -= small[np.int64(float(share) / float(i))] - below
        for i in range(root, p * p - 1, -1):
            small[i] -= small[np.int64(float(i) / float(p))] - below
        rough[count] = large[1]
        count += 1
    return small, large, rough[:count]


@njit(cache=True, nogil=True)
def count_by_factors(
    n: int, multiplicity: bool, primes: np.ndarray, small: np.ndarray, large: np.ndarray
) -> np.ndarray:
    """How many 1 ≤ m ≤ n have 0, 1, 2, … prime factors (int64), by walking over all m but their largest prime.

    ``primes`` holds those up to √n, ``small`` and ``large`` come from :func:`prime_tables`. Every number above 1 is
    either m q with a prime q above all primes of m, counted by π(n / m) at once, or m p with p the largest prime of m,
    counted when p's exponent grows.
    """
    root = len(small) - 1
    counts = np.zeros(MOST_FACTORS, np.int64)
    counts[0] = 1
    cubes = 0  # primes whose cube is at most n: how many branches a node can have is proportional to it
    while cubes < len(primes) and primes[cubes] ** 2 <= n // primes[cubes]:
        cubes += 1
    stack = np.empty((20 * (3 * cubes + 64), 3), np.int64)
    stack[0] = 1, 0, 0
    top = 1
    while top > 0:
        top -= 1
        m, j, k = stack[top]
        x = np.int64(float(n) / float(m))
        counts[k + 1] += (large[m] if m <= root else small[x]) - j
        i = j
        while i < len(primes) and primes[i] ** 2 <= x // primes[i]:  # p³ ≤ x: branches with branches of their own
            p, e, power = primes[i], 1, primes[i]
            while power <= x // p:
                factors = k + (e if multiplicity else 1)
                child = m * power
                y = x // power
                if i + 1 < len(primes) and primes[i + 1] ** 2 <= y:
                    stack[top] = child, i + 1, factors
                    top += 1
                else:
                    counts[factors + 1] += max((large[child] if child <= root else small[y]) - i - 1, 0)
                counts[k + (e + 1 if multiplicity else 1)] += 1
                power *= p
                e += 1
            i += 1
        total, first = 0, i
        while i < len(primes) and primes[i] ** 2 <= x:  # p² ≤ x < p³: m p q by a look-up, m p² by one
            child = m * primes[i]
            quotient = large[child] if child <= root else small[np.int64(float(x) / float(primes[i]))]
            total += quotient - i - 1
            i += 1
        counts[k + 2] += total
        counts[k + (2 if multiplicity else 1)] += i - first
    return counts


@njit(cache=True, nogil=True)
def legendre(n: int, root: int) -> int:
    """π(n) for n ≥ 9, even if above 2⁵³, with a table only of the integers that no small prime divides.

    The first part sieves by primes up to n^(1/4) and keeps, for every remaining r ≤ √n, how many integers up to n / r
    remain too. What then remains above is a prime or a product of two, and the products are taken away in pairs.
    """
    size = (root + 1) // 2
    small = np.arange(size)  # remaining odd integers in [3, 2i + 1], that is for half-integers
    rough = 2 * np.arange(size) + 1
    large = np.empty(size, np.int64)
    for k in range(size):
        large[k] = (n // rough[k] - 1) // 2
    composite = np.zeros(root + 1, np.bool_)  # or a prime sieved by
    sieved = 0  # odd primes sieved by
    p = 3
    while p * p * p * p <= n:
        if composite[p]:
            p += 2
            continue
        composite[p] = True
        for i in range(p * p, root + 1, 2 * p):
            composite[i] = True
        size = _thin(n, root, p, sieved, small, rough, large, composite, size)
        for j in range((root // p - 1) | 1, p - 1, -2):
            less = small[j >> 1] - sieved
            high = min((j + 2) * p >> 1, (root + 1) // 2)
            for i in range((j * p) >> 1, high):
                small[i] -= less
        sieved += 1
        p += 2
    return large[0] + _pairs(n, sieved, small, rough, large, size) + 1


@njit(cache=True, nogil=True)
def quotient(n: int, d: int) -> int:
    """⌊n / d⌋ for even n < 2⁵⁴, d > √n: faster than a division of integers."""
    nearest = np.int64(float(n) / float(d))
    return int(nearest - (nearest * d > n))


@njit(cache=True, nogil=True)
def _thin(
    n: int,
    root: int,
    p: int,
    sieved: int,
    small: np.ndarray,
    rough: np.ndarray,
    large: np.ndarray,
    composite: np.ndarray,
    size: int,
) -> int:
    """One step of sieving ``large`` by p, and dropping the integers that p divides; the new size."""
    place = 0
    for k in range(size):
        r = rough[k]
        if composite[r]:
            continue
        d = r * p
        if d <= root:
            less = large[small[d >> 1] - sieved]
        else:
            less = small[(quotient(n, d) - 1) >> 1]
        large[place] = large[k] - less + sieved
        rough[place] = r
        place += 1
    return place


@njit(cache=True, nogil=True)
def _pairs(n: int, sieved: int, small: np.ndarray, rough: np.ndarray, large: np.ndarray, size: int) -> int:
    """Minus the products of two primes above n^(1/4), and the correction for counting small ones as remaining."""
    total = (size + 2 * (sieved - 1)) * (size - 1) // 2
    for k in range(1, size):
        total -= large[k]
    for a in range(1, size):
        share = n // rough[a]
        last = small[(share // rough[a] - 1) >> 1] - sieved
        if last < a + 1:
            break
        for b in range(a + 1, last + 1):
            total += small[(np.int64(float(share) / float(rough[b])) - 1) >> 1]
        total -= (last - a) * (sieved + a - 1)
    return total
