"""Exact counting far beyond the reach of a sieve: π(n), and how many integers have how many prime factors.

All of it rests on the values of π at the quotients ⌊n / i⌋, of which there are only about 2√n. A number above 1 is
known by its largest prime factor q and the rest m, and for a given m the q are counted at once, as π(n / m).
"""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from szilard.algorithmic.sieve import check_up_to
from szilard.threads import interruptible
from szilard.validation import check_choice

ENGINES = ("auto", "own", "primecount")
SMALL = 10_000  # below which loading and calling a library costs more than counting

__all__ = ["PrimeTable", "omega_histogram", "prime_pi", "prime_table"]


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

    >>> prime_table(10**6)(10**6)
    78498
    """
    from szilard.algorithmic._counting_loops import prime_tables

    check_up_to(n, 1, 14)  # 2 · 10⁷ entries, minutes; quotients stay far below 2⁵³, where doubles divide exactly
    small, large, rough = interruptible(lambda: prime_tables(n, math.isqrt(n)))
    primes = 1 + np.flatnonzero(np.diff(small))
    return PrimeTable(n, small, large, primes, rough)


def prime_pi(n: int, engine: str = "auto") -> int:
    """Number of primes ≤ ``n``, exact.

    ``"own"`` takes about n^(3/4) steps of which most are additions: seconds at 10¹⁴; at 10¹⁶ minutes and 1.4 GB.
    ``"primecount"`` calls the library of that name, with a better algorithm, through the package ``primecountpy``.
    That package is under the GNU General Public License, so it is the reader's to install, not the extra
    ``algorithmic``'s: ``pip install primecountpy``. ``"auto"`` uses it where it is installed.

    Args:
        n: 0 ≤ n ≤ 10¹⁶.
        engine: ``"auto"``, ``"own"`` or ``"primecount"``.

    Raises:
        ValueError: ``n`` is no integer of that range, an unknown engine, or its package is missing.

    >>> prime_pi(10**9)
    50847534
    """
    check_choice(engine, "engine", ENGINES)
    check_up_to(n, 0, 16)
    n = int(n)
    primecount = _primecount() if engine == "primecount" or (engine == "auto" and n >= SMALL) else None
    if engine == "primecount" and primecount is None:
        raise ValueError("engine 'primecount' needs its package, in the main thread: pip install primecountpy")
    return _own_pi(n) if primecount is None else int(primecount(n))


def _own_pi(n: int) -> int:
    from szilard.algorithmic._counting_loops import legendre

    if n < 9:
        return sum(p <= n for p in (2, 3, 5, 7))
    n += n % 2  # no even number above 2 is prime, and even ones are doubles up to 2⁵⁴
    return int(interruptible(lambda: legendre(n, math.isqrt(n))))


def _primecount() -> Callable[[int], int] | None:
    """primecount's π; ``None`` where its package is missing or cannot be loaded in this thread.

    Loading it replaces the handler of interrupts, which only the main thread may do, and which is undone here.
    """
    handler = signal.getsignal(signal.SIGINT)
    try:
        from primecountpy import prime_pi as primecount
    except (ImportError, ValueError):
        return None
    if handler is not None and signal.getsignal(signal.SIGINT) is not handler:
        signal.signal(signal.SIGINT, handler)
    return primecount


def omega_histogram(n: int, multiplicity: bool = False) -> np.ndarray:
    """How many of the integers 1, …, ``n`` have 0, 1, 2, … prime factors (int64), exact.

    Most integers are not visited; :func:`sieve_histogram` factors every one, and they agree.

    Args:
        n: 1 ≤ n ≤ 10¹⁴.
        multiplicity: count a prime as often as it divides (Ω) instead of once (ω).

    Returns:
        Counts, entry k for k prime factors; the last entry is not zero.

    >>> omega_histogram(10**6).tolist()
    [1, 78734, 288726, 379720, 208034, 42492, 2285, 8]
    """
    from szilard.algorithmic._counting_loops import count_by_factors

    check_up_to(n, 1, 14)
    table = prime_table(n)
    tables = table.primes, table.small, table.large
    counts = interruptible(lambda: count_by_factors(n, bool(multiplicity), *tables))
    return np.trim_zeros(counts, "b")
