"""Sieves: primes, and numbers of prime factors, of every integer in a range, segment by segment in a core's own cache.

Nothing here is probabilistic or rounded. The memory in use does not grow with the range where only a histogram is
asked for, and the work is shared by threads.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np

from szilard.device import is_cuda, resolve_device
from szilard.progress import progress_bar
from szilard.threads import usable_threads
from szilard.validation import check_integer

LARGEST = 10**15  # products of factors stay far below 2⁶⁴, and sieving primes below 2²⁵
LONGEST = 2 * 10**9  # entries of an array that is returned
SEGMENT = 1 << 17  # odd numbers marked at a time: 128 kB
PART = 1 << 25  # integers that a thread sieves at a time, in about a second
THREADING_FROM = 2_000_000  # integers below which starting threads costs more than it saves

T = TypeVar("T")

__all__ = ["check_up_to", "omega", "prime_flags", "primes_up_to", "sieve_histogram"]


def primes_up_to(n: int) -> np.ndarray:
    """All primes ≤ ``n``, ascending (int64).

    Args:
        n: largest integer to consider, 0 ≤ n ≤ 2·10⁹.

    >>> primes_up_to(30)
    array([ 2,  3,  5,  7, 11, 13, 17, 19, 23, 29])
    """
    check_integer(n, "n", minimum=0)
    _check_range(1, int(n) + 1)
    if n < 3:
        return np.arange(2, n + 1, dtype=np.int64)
    odd = np.flatnonzero(_odd_flags(3, int(n) + 1))
    return np.concatenate([[2], 2 * odd + 3]).astype(np.int64)


def prime_flags(start: int, stop: int) -> np.ndarray:
    """Whether each integer of [start, stop) is prime (bool): the characteristic sequence of the primes.

    Args:
        start: first integer, ≥ 0.
        stop: one past the last integer, at most 10¹⁵ and at most 2·10⁹ from ``start``.

    >>> prime_flags(10, 20).nonzero()[0] + 10
    array([11, 13, 17, 19])
    """
    check_integer(start, "start", minimum=0)
    check_integer(stop, "stop", minimum=0)
    _check_range(start, stop)
    flags = np.zeros(stop - start, bool)
    first = max(3, start | 1)
    if stop > first:
        flags[first - start :: 2] = _odd_flags(first, stop)
    if start <= 2 < stop:
        flags[2 - start] = True
    return flags


def omega(start: int, stop: int, multiplicity: bool = False) -> np.ndarray:
    r"""Number of prime factors of each integer of [start, stop) (uint8): distinct ones, ω, or all of them, Ω.

    Args:
        start: first integer, ≥ 1.
        stop: one past the last integer, at most 10¹⁵ and at most 2·10⁹ from ``start``.
        multiplicity: count a prime as often as it divides (Ω).

    >>> omega(1, 13).tolist(), omega(1, 13, multiplicity=True).tolist()
    ([0, 1, 1, 1, 1, 2, 1, 1, 1, 2, 1, 2], [0, 1, 1, 2, 1, 2, 1, 3, 2, 2, 1, 3])
    """
    from szilard.algorithmic._sieve_loops import factor_counts, wheel_pattern

    check_integer(start, "start", minimum=1)
    check_integer(stop, "stop", minimum=1)
    _check_range(start, stop)
    out = np.empty(stop - start, np.uint8)
    wheel, counts = wheel_pattern(bool(multiplicity))
    primes = primes_up_to(math.isqrt(max(stop - 1, 1)))

    def fill(part: tuple[int, int]) -> None:
        a, b = part
        factor_counts(a, b, primes, bool(multiplicity), wheel, counts, out[a - start : b - start])

    list(_shared(fill, start, stop))
    return out


def sieve_histogram(n: int, multiplicity: bool = False, device: str = "cpu") -> np.ndarray:
    """How many of the integers 1, …, ``n`` have 0, 1, 2, … prime factors (int64), by sieving them all.

    Args:
        n: 1 ≤ n ≤ 10¹⁵.
        multiplicity: count Ω instead of ω.
        device: ``"cpu"``, ``"cuda"``, ``"cuda:N"`` or ``"auto"``. Where Numba cannot load its CUDA target, a
            warning says so and the processor counts.

    Returns:
        Counts, entry k for k prime factors; the last entry is not zero.

    >>> sieve_histogram(1000)
    array([  1, 193, 508, 275,  23])
    """
    check_integer(n, "n", minimum=1)
    _check_range(1, n + 1, longest=LARGEST)
    device, primes = resolve_device(device), primes_up_to(math.isqrt(n))
    counts = _cuda_histogram(n, primes, multiplicity, device) if is_cuda(device) else None
    return np.trim_zeros(_cpu_histogram(n, primes, bool(multiplicity)) if counts is None else counts, "b")


def _cuda_histogram(n: int, primes: np.ndarray, multiplicity: bool, device: str) -> np.ndarray | None:
    try:
        from szilard.algorithmic._sieve_cuda import cuda_histogram
    except (ImportError, AttributeError) as error:  # this Numba does not know the installed NumPy
        warnings.warn(f"the processor counts, since Numba cannot load its CUDA target: {error}", stacklevel=3)
        return None
    return cuda_histogram(n, primes, bool(multiplicity), device)


def _cpu_histogram(n: int, primes: np.ndarray, multiplicity: bool) -> np.ndarray:
    from szilard.algorithmic._sieve_loops import factor_histogram, wheel_pattern

    wheel, counts = wheel_pattern(multiplicity)

    def count(part: tuple[int, int]) -> np.ndarray:
        return factor_histogram(*part, primes, multiplicity, wheel, counts)

    return np.asarray(sum(_shared(count, 1, n + 1)))


def _odd_flags(start: int, stop: int) -> np.ndarray:
    """Flags of the odd numbers from ``start``, odd and ≥ 3, to below ``stop``."""
    from szilard.algorithmic._sieve_loops import mark_primes

    flags = np.ones((stop - start + 1) // 2, bool)
    primes = _first_primes(math.isqrt(stop - 1))

    def mark(part: tuple[int, int]) -> None:
        a, b = part[0] | 1, part[1] | 1
        mark_primes(a, min(b, stop), primes, SEGMENT, flags[(a - start) // 2 :])

    list(_shared(mark, start, stop))
    return flags


def _first_primes(n: int) -> np.ndarray:
    """Primes ≤ n by the textbook sieve, for the n ≤ 2²⁵ that larger sieves need."""
    flags = np.ones(n + 1, bool)
    flags[:2] = False
    for p in range(2, math.isqrt(n) + 1):
        if flags[p]:
            flags[p * p :: p] = False
    return np.flatnonzero(flags).astype(np.int64)


def _shared(work: Callable[[tuple[int, int]], T], start: int, stop: int) -> Iterator[T]:
    """Results of ``work`` on the parts of [start, stop), each of a second at most, shared out among threads."""
    threads = usable_threads() if stop - start >= THREADING_FROM else 1
    length = min(PART, -(-(stop - start) // (4 * threads)) if threads > 1 else PART)
    parts = ((a, min(a + length, stop)) for a in range(start, stop, length))
    with progress_bar(True, stop - start, "sieve") as show, ThreadPoolExecutor(threads) as pool:
        while batch := list(islice(parts, 4 * threads)):  # a few parts in memory, never all
            yield from pool.map(work, batch) if threads > 1 else map(work, batch)
            show(batch[-1][1] - start)


def check_up_to(n: int, least: int, power: int) -> None:
    """Refuse what is no integer from ``least`` to 10^``power``."""
    check_integer(n, "n", minimum=least)
    if n > 10**power:
        raise ValueError(f"n must be at most 10^{power}; got {n}")


def _check_range(start: int, stop: int, longest: int = LONGEST) -> None:
    if stop < start or stop > LARGEST + 1 or stop - start > longest:
        needed = f"satisfy start ≤ stop ≤ 10^15 and span at most {longest:,} integers"
        raise ValueError(f"start and stop must {needed}; got {start} and {stop}")
