r"""How many bits it takes to write down which of 1, …, N are prime, under one assumption after another.

All lengths are in bits. A description that may use computation is a short program; one that may use none but knows the
density q of primes among M candidates needs :math:`\log_2\binom M{qM}\le M\,h(q)` bits, with the binary entropy h.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from szilard.algorithmic.counting import prime_pi, prime_table
from szilard.algorithmic.description import as_bits
from szilard.algorithmic.sieve import check_up_to, prime_flags, primes_up_to
from szilard.information import binary_entropy
from szilard.rng import RNG, generator
from szilard.validation import check_integer

__all__ = [
    "binary_entropy_bits", "block_entropies", "coprime_flags", "coprime_residues", "cramer_flags",
    "description_lengths", "entropy_of_counts", "local_code_length", "partial_sieve", "sieve_program",
]  # fmt: skip


def binary_entropy_bits(q: ArrayLike) -> np.ndarray:
    r"""Entropy of a coin in bits, :math:`h(q)=-q\log_2q-(1-q)\log_2(1-q)`.

    >>> float(binary_entropy_bits(0.5))
    1.0
    """
    return binary_entropy(q) / math.log(2)


def coprime_residues(wheel: int) -> np.ndarray:
    """Residues in [1, wheel] without a common factor with ``wheel`` (int64).

    >>> coprime_residues(30)
    array([ 1,  7, 11, 13, 17, 19, 23, 29])
    """
    check_integer(wheel, "wheel", minimum=1)
    residues = np.arange(1, wheel + 1)
    return residues[np.gcd(residues, wheel) == 1]


def coprime_flags(n: int, wheel: int) -> tuple[np.ndarray, np.ndarray]:
    """The integers ≤ ``n`` coprime to ``wheel`` and which of them are prime: the sequence that is left after the
    wheel has removed what it can know.

    Args:
        n: 2 ≤ n ≤ 10⁹.
        wheel: modulus, ≥ 1; 1 keeps every integer.
    """
    check_up_to(n, 2, 9)
    rows = np.arange(n // wheel + 1, dtype=np.int64) * wheel
    integers = (rows[:, None] + coprime_residues(wheel)).ravel()
    integers = integers[: np.searchsorted(integers, n, "right")]
    return integers, prime_flags(0, n + 1)[integers]


def local_code_length(n: int, wheel: int = 1) -> float:
    r"""Bits that the primes ≤ ``n`` cost under the density :math:`\frac{m}{\varphi(m)\ln k}` at each k coprime to m.

    That density is the sharpest that knows the prime number theorem and the wheel m only. Prime divisors of m are
    given, and so are integers up to e^(m/φ(m)), where it would exceed one.

    Args:
        n: 10 ≤ n ≤ 10⁹.
        wheel: the modulus m.
    """
    check_up_to(n, 2, 9)
    total, density = 0.0, wheel / len(coprime_residues(wheel))
    for start in range(0, n + 1, 1 << 22):
        k = np.arange(start, min(n + 1, start + (1 << 22)))
        prime = prime_flags(start, int(k[-1]) + 1)
        coins = (np.gcd(k, wheel) == 1) & (k > math.exp(density))
        q = density / np.log(k[coins])
        total -= float(np.where(prime[coins], np.log2(q), np.log2(1 - q)).sum())
    return total


def cramer_flags(n: int, wheel: int = 1, ones: int | None = None, *, rng: RNG) -> np.ndarray:
    """Cramér's coins in the place of the primes: independent, with their density, on the integers ≤ ``n`` coprime to
    ``wheel`` (bool).

    Args:
        n: 2 ≤ n ≤ 10⁹.
        wheel: modulus, ≥ 1.
        ones: how many are to show one; the surplus, a few hundredths of them, is turned over at random.
        rng: seed or generator.
    """
    rng = generator(rng)
    integers, flags = coprime_flags(n, wheel)
    density = wheel / len(coprime_residues(wheel))
    free = integers <= math.exp(density)
    q = np.minimum(1, density / np.log(np.where(free, math.e**density, integers)))
    coins = np.where(free, flags, rng.random(len(q)) < q)
    if ones is not None:
        surplus = int(coins.sum()) - ones
        turned = rng.choice(np.flatnonzero(coins == (surplus > 0)), abs(surplus), replace=False)
        coins[turned] = surplus < 0
    return coins


def description_lengths(n: int) -> pd.DataFrame:
    """Bits for the primes ≤ ``n`` by several descriptions: ``description``, ``bits`` and ``per_integer``.

    Args:
        n: 100 ≤ n ≤ 10⁹.
    """
    check_up_to(n, 2, 9)
    count, gaps = prime_pi(n), np.diff(primes_up_to(n))
    log_odds = np.arange(3, n + 1, dtype=float)
    cramer = float(np.sum(binary_entropy_bits(1 / np.log(log_odds))))
    choose = (math.lgamma(n + 1) - math.lgamma(count + 1) - math.lgamma(n - count + 1)) / math.log(2)
    rows = {
        "list of the primes, π(N) log₂ N": count * math.log2(n),
        "π(N) ln N, nats read as bits": count * math.log(n),
        "one bit per integer": float(n),
        "density known, N h(π(N)/N)": n * float(binary_entropy_bits(count / n)),
        "one of all sets of that size, log₂ C(N, π(N))": choose,
        "coins of density 1/ln n": cramer,
        "list of gaps at their entropy": len(gaps) * entropy_of_counts(np.bincount(gaps)),
        "odd numbers only": _wheel_bits(n, count, 2),
        "coprime to 30 only": _wheel_bits(n, count, 30),
        "coprime to 30, density 30/(8 ln n)": local_code_length(n, 30),
        "a sieve in Python": 8.0 * len(sieve_program(n)),
    }
    return pd.DataFrame(
        {"description": list(rows), "bits": list(rows.values()), "per_integer": [b / n for b in rows.values()]}
    )


def _wheel_bits(n: int, count: int, wheel: int) -> float:
    """Bits with the density known among integers coprime to the wheel; its own primes are given."""
    divisors = sum(wheel % int(p) == 0 for p in primes_up_to(wheel))
    residues = coprime_residues(wheel)
    candidates = n // wheel * len(residues) + int(np.sum(residues <= n % wheel))
    return candidates * float(binary_entropy_bits((count - divisors) / candidates))


def sieve_program(n: int) -> str:
    """A Python program that prints which of 1, …, ``n`` are prime, as ``n`` digits 0 or 1.

    Its length grows with the digits of ``n`` alone: an upper bound of O(log n) on the complexity of the sequence.

    Args:
        n: ≥ 1.

    >>> len(sieve_program(10**6)) - len(sieve_program(10**5))
    1
    """
    check_integer(n, "n", minimum=1)
    return f"n={n}\ns=[1]*-~n\nfor i in range(2,n):s[2*i::i]=[0]*len(s[2*i::i])\nprint(0,*s[2:],sep='')"


def partial_sieve(n: int) -> pd.DataFrame:
    r"""Bits that the primes ≤ ``n`` cost after sieving by the first k primes, for every k.

    With Φ integers in [2, n] that no prime ≤ y divides, π(n) − π(y) of them prime, the code length is
    :math:`\Phi\,h\bigl((\pi(n)-\pi(y))/\Phi\bigr)`. At y = √n it vanishes: what was left to say has been computed.

    Args:
        n: 4 ≤ n ≤ 10¹².

    Returns:
        Columns ``primes`` (k), ``y``, ``survivors`` (Φ), ``bits``, ``per_integer``.
    """
    check_up_to(n, 4, 12)
    table = prime_table(n)
    k = np.arange(1, len(table.primes) + 1)
    survivors = table.rough - k
    bits = survivors * binary_entropy_bits((table(n) - k) / survivors)
    return pd.DataFrame({"primes": k, "y": table.primes, "survivors": survivors, "bits": bits, "per_integer": bits / n})


def block_entropies(bits: np.ndarray, lengths: tuple[int, ...]) -> pd.DataFrame:
    """Entropy in bits of the words of each length in a binary sequence, and how many different words occur.

    Words overlap; the estimate is the plug-in one, too low where words are nearly as many as positions.

    Args:
        bits: 0 and 1 or booleans, (n,).
        lengths: word lengths, 1 to 24 each, at most n.

    Returns:
        Columns ``length``, ``entropy``, ``words``.

    Raises:
        ValueError: not a binary sequence, or a length out of range.

    >>> block_entropies(np.array([0, 1] * 50), (1,)).entropy.item()
    1.0
    """
    sequence = as_bits(bits).astype(np.int64)
    rows = []
    for length in lengths:
        check_integer(length, "lengths", minimum=1)
        if length > min(24, len(sequence)):
            raise ValueError(f"lengths must be at most 24 and at most the sequence's own; got {length}")
        words = np.zeros(len(sequence) - length + 1, np.int64)
        for offset in range(length):
            words = 2 * words + sequence[offset : offset + len(words)]
        counts = np.bincount(words)
        rows.append({"length": length, "entropy": entropy_of_counts(counts), "words": int((counts > 0).sum())})
    return pd.DataFrame(rows)


def entropy_of_counts(counts: np.ndarray) -> float:
    """Plug-in entropy of counts ≥ 0 with a positive sum, in bits."""
    p = counts[counts > 0] / counts.sum()
    return float(-(p * np.log2(p)).sum())
