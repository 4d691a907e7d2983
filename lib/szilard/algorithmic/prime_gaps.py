"""What consecutive primes have to do with each other: gaps, their entropy, and the residues of neighbours.

Neighbours avoid each other's residues, more than chance would have it (`lemke2016unexpected`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from szilard.algorithmic.prime_bits import coprime_residues, entropy_of_counts
from szilard.algorithmic.sieve import primes_up_to
from szilard.validation import check_integer

__all__ = ["GapDistribution", "gap_distribution", "mutual_information_of_counts", "residue_transitions"]


@dataclass(frozen=True)
class GapDistribution:
    """Gaps between consecutive primes up to n.

    ``counts[g]`` gaps of length g; ``largest_after``: the prime before the first largest gap; ``entropy`` of one gap
    and ``conditional`` entropy of a gap given the one before it, plug-in, in bits.
    """

    n: int
    counts: np.ndarray
    mean: float
    variance: float
    largest_after: int
    entropy: float
    conditional: float

    @property
    def largest(self) -> int:
        """The largest gap."""
        return len(self.counts) - 1


def gap_distribution(n: int) -> GapDistribution:
    """The distribution of gaps between consecutive primes ≤ ``n``.

    Args:
        n: 5 ≤ n ≤ 2·10⁹.

    >>> gap_distribution(100).counts[[1, 2, 4, 6, 8]]
    array([1, 8, 7, 7, 1])
    """
    check_integer(n, "n", minimum=5)
    primes = primes_up_to(n)
    gaps = np.diff(primes)
    counts = np.bincount(gaps)
    pairs = np.bincount(gaps[:-1] * len(counts) + gaps[1:])
    conditional = entropy_of_counts(pairs) - entropy_of_counts(np.bincount(gaps[:-1]))
    mean, variance, largest_after = float(gaps.mean()), float(gaps.var()), int(primes[gaps.argmax()])
    return GapDistribution(n, counts, mean, variance, largest_after, entropy_of_counts(counts), conditional)


def residue_transitions(n: int, modulus: int) -> pd.DataFrame:
    """How often a prime ≡ a is followed by a prime ≡ b, among the primes ≤ ``n`` that do not divide ``modulus``.

    Args:
        n: 2 ≤ n ≤ 2·10⁹.
        modulus: ≥ 2.

    Returns:
        Counts (int64), rows a, columns b, the residues coprime to the modulus.
    """
    check_integer(n, "n", minimum=2)
    check_integer(modulus, "modulus", minimum=2)
    primes = primes_up_to(n)
    residues = coprime_residues(modulus)
    # Before the largest prime divisor of the modulus, primes that divide it interrupt the sequence.
    start = max((int(p) for p in primes_up_to(modulus) if modulus % p == 0), default=1)
    place = np.searchsorted(residues, primes[primes > start] % modulus)
    counts = np.bincount(place[:-1] * len(residues) + place[1:], minlength=len(residues) ** 2)
    return pd.DataFrame(counts.reshape(len(residues), -1), index=residues, columns=residues)


def mutual_information_of_counts(table: np.ndarray) -> float:
    """Plug-in mutual information of a contingency table of counts, in bits.

    >>> mutual_information_of_counts(np.array([[5, 0], [0, 5]]))
    1.0
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.min(initial=0) < 0 or not table.sum():
        raise ValueError(f"table must hold counts ≥ 0 with a positive sum on two axes; got shape {table.shape}")
    margins = entropy_of_counts(table.sum(axis=0)) + entropy_of_counts(table.sum(axis=1))
    return margins - entropy_of_counts(table.ravel())
