r"""Exact counting far beyond the reach of a sieve: π(n), sums of prime factors, and the whole law of ω and Ω.

All of it rests on the values of π at the quotients ⌊n / i⌋, of which there are only about 2√n. A number above 1 is
known by its largest prime factor q and the rest m, and for a given m the q are counted at once, as π(n / m).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard.validation import check_choice, check_integer

# Tables of 2 · 10⁷ entries, minutes; quotients stay far below 2⁵³, where doubles divide exactly.
LARGEST = 10**14

__all__ = ["PrimeTable", "factor_total", "omega_histogram", "prime_pi", "prime_table"]


@dataclass(frozen=True)
class PrimeTable:
    """π at all quotients of ``n``.

    ``small[i]`` is π(i) and ``large[i]`` is π(⌊n / i⌋) for i ≤ √n; ``primes`` are those up to √n, and ``rough[k]`` is
    how many integers of [2, n] no prime up to ``primes[k]`` divides properly (the primes themselves are left in).
    """

    n: int
    small: np.ndarray
    large: np.ndarray
    primes: np.ndarray
    rough: np.ndarray

    def __call__(self, quotient: int) -> int:
        """π(⌊n / i⌋) for the quotient with that value.

        Raises:
            ValueError: not of the form ⌊n / i⌋.
        """
        if 0 <= quotient < len(self.small):
            return int(self.small[quotient])
        i = self.n // max(quotient, 1)
        if i < 1 or self.n // i != quotient:
            raise ValueError(f"quotient must be of the form ⌊{self.n} / i⌋; got {quotient}")
        return int(self.large[i])


def prime_table(n: int) -> PrimeTable:
    """π at every ⌊n / i⌋ by Legendre's recursion, in about n^(3/4) steps.

    Args:
        n: 1 ≤ n ≤ 10¹⁴.

    Raises:
        ValueError: ``n`` is no integer of that range.

    >>> prime_table(10**6)(10**6)
    78498
    """
    from ._counting_loops import prime_tables

    _check(n)
    small, large, rough = prime_tables(n, math.isqrt(n))
    primes = 1 + np.flatnonzero(np.diff(small))
    return PrimeTable(n, small, large, primes, rough)


def prime_pi(n: int) -> int:
    """Number of primes ≤ ``n``, exact, in about n^(3/4) steps of which most are additions.

    Args:
        n: 0 ≤ n ≤ 10¹⁴.

    Raises:
        ValueError: ``n`` is no integer of that range.

    >>> prime_pi(10**9)
    50847534
    """
    from ._counting_loops import legendre

    check_integer(n, "n", minimum=0)
    if n < 9:
        return sum(p <= n for p in (2, 3, 5, 7))
    _check(n)
    return int(legendre(n, math.isqrt(n)))


def omega_histogram(n: int, multiplicity: bool = False, method: str = "count") -> np.ndarray:
    """How many of the integers 1, …, ``n`` have 0, 1, 2, … prime factors (int64), exact.

    Args:
        n: 1 ≤ n ≤ 10¹⁴.
        multiplicity: count a prime as often as it divides (Ω) instead of once (ω).
        method: ``"count"`` needs no visit to most integers, ``"sieve"`` factors every one; they agree.

    Returns:
        Counts, entry k for k prime factors; the last entry is not zero.

    Raises:
        ValueError: ``n`` is no integer of that range, or an unknown method.

    >>> omega_histogram(10**6).tolist()
    [1, 78734, 288726, 379720, 208034, 42492, 2285, 8]
    """
    check_choice(method, "method", ("count", "sieve"))
    _check(n)
    if method == "sieve":
        from .sieve import sieve_histogram

        return sieve_histogram(n, multiplicity)
    from ._counting_loops import count_by_factors

    table = prime_table(n)
    counts = count_by_factors(n, bool(multiplicity), table.primes, table.small, table.large)
    return np.trim_zeros(counts, "b")


def factor_total(n: int, multiplicity: bool = False) -> int:
    r"""Number of prime factors of all integers up to ``n`` together.

    .. math:: \sum_{m\le n}\omega(m)=\sum_{p\le n}\lfloor n/p\rfloor=\sum_{m\le n}\pi(\lfloor n/m\rfloor),

    and with ``multiplicity`` the same sum over all prime powers. The hyperbola splits it at √n.

    Args:
        n: 1 ≤ n ≤ 10¹⁴.
        multiplicity: Ω instead of ω.

    Raises:
        ValueError: ``n`` is no integer of that range.

    >>> factor_total(10**6)
    2853708
    """
    table = prime_table(n)
    total = int(np.sum(n // table.primes)) + int(np.sum(table.large[1:] - len(table.primes)))
    if multiplicity:
        for p in map(int, table.primes):
            power = p * p
            while power <= n:
                total += n // power
                power *= p
    return total


def _check(n: int) -> None:
    check_integer(n, "n", minimum=1)
    if n > LARGEST:
        raise ValueError(f"n must be at most 10^14; got {n}")
