"""What the chapter on primes measures of the primes themselves: factors, sums, bits, gaps, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.algorithmic import description, erdos_kac, mertens, prime_bits, prime_gaps
from szilard.algorithmic.counting import omega_histogram, prime_pi
from szilard.algorithmic.sieve import prime_flags, sieve_histogram

Rows = list[dict[str, Any]]
WORDS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16)

__all__ = [
    "Compression",
    "Factors",
    "Neighbours",
    "Sieved",
    "UpTo",
    "bits",
    "compression",
    "exponents",
    "factors",
    "gaps",
    "neighbours",
    "partial",
    "sieved",
    "sums",
    "words",
]


@dataclass(frozen=True)
class UpTo:
    """The integers from 1 to n."""

    n: int


@dataclass(frozen=True)
class Factors:
    """The number of distinct prime factors of the integers up to n, counted without visiting them all."""

    n: int


def factors(cell: Factors, rng: np.random.Generator, device: str) -> Rows:
    """For each k how many integers have k prime factors, what normal laws and Selberg and Delange say, and moments."""
    del rng, device
    law = erdos_kac.factor_distribution(omega_histogram(cell.n))
    log_log = float(np.log(np.log(cell.n)))
    expansions = [erdos_kac.selberg_delange(cell.n, order) for order in (0, 1)]
    shared = {
        "mean": law.mean,
        "variance": law.variance,
        "skewness": law.skewness,
        "log_log": log_log,
        "far_normal": law.distance(log_log, log_log),
        "far_fitted": law.distance(law.mean, law.variance),
        "far_leading": law.distance_from(expansions[0]),
        "far_next": law.distance_from(expansions[1]),
    }
    shared |= {f"mean_error_{order}": law.mean - erdos_kac.omega_mean(cell.n, order) for order in (0, 1, 2)}
    shared |= {f"variance_error_{i}": law.variance - erdos_kac.omega_variance(cell.n, i) for i in (0, 1)}
    return [
        {"k": k, "count": int(count), "leading": float(expansions[0][k]), "next": float(expansions[1][k])}
        | shared
        for k, count in enumerate(law.counts)
    ]


@dataclass(frozen=True)
class Sieved:
    """The same histogram by factoring every integer up to n."""

    n: int
    multiplicity: bool = False


def sieved(cell: Sieved, rng: np.random.Generator, device: str) -> Rows:
    """Counts by the sieve beside counts without it."""
    del rng
    ours = sieve_histogram(cell.n, cell.multiplicity, device=device)
    other = omega_histogram(cell.n, cell.multiplicity)
    return [
        {"k": k, "sieved": int(a), "counted": int(b)}
        for k, (a, b) in enumerate(zip(ours, other, strict=True))
    ]


def sums(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """Mertens's sums and Chebyshev's functions, and both sides of Legendre's identity."""
    del rng, device
    row = mertens.mertens_table([cell.n]).iloc[0].to_dict()
    entropy, factorial = mertens.legendre_identity(cell.n)
    return [
        {name: float(row[name]) for name in ("log_sum", "inverse_sum", "theta", "psi", "product")}
        | {"primes": int(row["primes"]), "legendre": entropy, "factorial": factorial}
    ]


def exponents(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """Entropies of the prime exponents of a uniform integer: their sum, ln n, and the difference."""
    del rng, device
    entropies = mertens.exponent_entropies(cell.n)
    total = float(entropies.sum())
    log_log = float(np.log(np.log(cell.n)))
    tc = total - float(np.log(cell.n))
    return [{"sum": total, "log": float(np.log(cell.n)), "tc": tc, "log_log": log_log, "rest": tc - log_log}]


def bits(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """Lengths of descriptions of the primes."""
    del rng, device
    return prime_bits.description_lengths(cell.n).to_dict("records")


@dataclass(frozen=True)
class Compression:
    """One sequence of the integers up to n, after one compressor."""

    n: int
    sequence: str
    method: str


def compression(cell: Compression, rng: np.random.Generator, device: str) -> Rows:
    """Bits after compression and restored, per integer; the plain entropy of one symbol for comparison.

    ``"primes"`` is the whole sequence, ``"primes, wheel 30"`` what is left once multiples of 2, 3 and 5 are taken out;
    ``"coins"`` stands for independent coins of the primes' density, drawn anew from the cell's stream.
    """
    del device
    source, _, coded = cell.sequence.partition(", ")
    wheel = 30 if coded else 1
    flags = (
        prime_bits.coprime_flags(cell.n, wheel)[1]
        if source == "primes"
        else prime_bits.cramer_flags(cell.n, wheel, rng=rng)
    )
    entropy = float(prime_bits.binary_entropy_bits(flags.mean())) * len(flags) / cell.n
    return [{"bits": description.compressed_bits(flags, cell.method) / cell.n, "entropy": entropy}]


def partial(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """Bits that are left to say after sieving by more and more primes; at most 400 points of the curve."""
    del rng, device
    table = prime_bits.partial_sieve(cell.n)
    chosen = np.unique(np.r_[np.geomspace(1, len(table), 400).astype(int) - 1, len(table) - 1])
    return table.iloc[chosen].to_dict("records")


def words(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """Entropy of words of the characteristic sequence, and how many occur."""
    del rng, device
    return prime_bits.block_entropies(prime_flags(1, cell.n + 1), WORDS).to_dict("records")


def gaps(cell: UpTo, rng: np.random.Generator, device: str) -> Rows:
    """How often each gap occurs, and moments and entropies of gaps."""
    del rng, device
    law = prime_gaps.gap_distribution(cell.n)
    shared = {
        name: getattr(law, name)
        for name in ("mean", "variance", "largest", "largest_after", "entropy", "conditional")
    }
    return [
        {"gap": int(g), "count": int(law.counts[g])} | shared | {"primes": prime_pi(cell.n)}
        for g in np.flatnonzero(law.counts)
    ]


@dataclass(frozen=True)
class Neighbours:
    """Consecutive primes up to n by their residues."""

    n: int
    modulus: int


def neighbours(cell: Neighbours, rng: np.random.Generator, device: str) -> Rows:
    """Counts of pairs of residues, their ratio to what independence would give, and the information they share."""
    del rng, device
    table = prime_gaps.residue_transitions(cell.n, cell.modulus)
    counts = table.to_numpy()
    expected = counts.sum() / counts.size
    shared = prime_gaps.mutual_information_of_counts(counts)
    return [
        {
            "first": int(a),
            "second": int(b),
            "count": int(table.loc[a, b]),
            "ratio": float(table.loc[a, b] / expected),
            "share": float(table.loc[a, b] / table.loc[a].sum()),
            "information": shared,
        }
        for a in table.index
        for b in table.columns
    ]
