"""What the chapter on primes measures of the primes themselves: factors, sums, bits, gaps, neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from szilard.algorithmic import description, erdos_kac, mertens, prime_bits, prime_gaps
from szilard.algorithmic.counting import omega_histogram
from szilard.compendium import Rows

__all__ = [
    "Bits", "CoinNeighbours", "Compression", "Exponents", "Factors", "Gaps", "Neighbours", "Partial", "Sums",
    "Variance",
]  # fmt: skip


@dataclass(frozen=True)
class UpTo:
    """The integers from 1 to n."""

    n: int


@dataclass(frozen=True)
class Factors(UpTo):
    """The number of distinct prime factors of the integers up to n, counted without visiting them all."""

    def measure(self) -> Rows:
        """How many integers have k prime factors, what normal curves and Selberg and Delange say, and moments."""
        found = erdos_kac.factor_distribution(omega_histogram(self.n))
        log_log = float(np.log(np.log(self.n)))
        leading, following = (erdos_kac.selberg_delange(self.n, order) for order in (0, 1))
        shared = {name: getattr(found, name) for name in ("mean", "variance", "skewness")} | {
            "log_log": log_log,
            "far_normal": found.distance(log_log, log_log),
            "far_fitted": found.distance(found.mean, found.variance),
            "far_leading": found.distance_from(leading),
            "far_next": found.distance_from(following),
        }
        shared |= {f"mean_error_{order}": found.mean - erdos_kac.omega_mean(self.n, order) for order in (0, 1, 2)}
        return [
            {"k": k, "count": int(count), "leading": float(leading[k]), "next": float(following[k])} | shared
            for k, count in enumerate(found.counts)
        ]


@dataclass(frozen=True)
class Variance(UpTo):
    """Where the variance of the number of prime factors comes from."""

    def measure(self) -> Rows:
        """The variance, what it would be were primes independent, and the covariance of pairs above n."""
        found = erdos_kac.factor_distribution(omega_histogram(self.n))
        alone, apart = erdos_kac.variance_parts(self.n)
        return [{"variance": found.variance, "alone": alone, "apart": apart, "log_log": float(np.log(np.log(self.n)))}]


@dataclass(frozen=True)
class Sums(UpTo):
    """Mertens's sums and Chebyshev's functions, and both sides of Legendre's identity."""

    def measure(self) -> Rows:
        row = mertens.mertens_table([self.n]).iloc[0].to_dict()
        entropy, factorial = mertens.legendre_identity(self.n)
        sums = {name: float(row[name]) for name in ("log_sum", "inverse_sum", "theta", "psi", "product")}
        return [sums | {"primes": int(row["primes"]), "legendre": entropy, "factorial": factorial}]


@dataclass(frozen=True)
class Exponents(UpTo):
    """Entropies of the prime exponents of a uniform integer: their sum, ln n, and the difference."""

    def measure(self) -> Rows:
        total, log = float(mertens.exponent_entropies(self.n).sum()), float(np.log(self.n))
        return [{"sum": total, "log": log, "tc": total - log, "rest": total - log - float(np.log(log))}]


@dataclass(frozen=True)
class Bits(UpTo):
    """Lengths of descriptions of the primes."""

    def measure(self) -> Rows:
        return prime_bits.description_lengths(self.n).to_dict("records")


@dataclass(frozen=True)
class Compression(UpTo):
    """One compressor on the primes coprime to a wheel, and on as many ones among Cramér's coins there."""

    wheel: int
    method: str
    draws: int = 8

    def measure(self, rng: np.random.Generator) -> Rows:
        """Bits per integer of the primes; mean and standard deviation of the coins; the primes' distance from them."""
        flags = prime_bits.coprime_flags(self.n, self.wheel)[1]
        ones, bits = int(flags.sum()), description.compressed_bits(flags, self.method)
        draws = (prime_bits.cramer_flags(self.n, self.wheel, ones, rng=rng) for _ in range(self.draws))
        coins = np.array([description.compressed_bits(each, self.method) for each in draws], float)
        mean, spread = float(coins.mean()), float(coins.std(ddof=1))
        apart = {"saved": 100 * (1 - bits / mean), "z": (bits - mean) / spread if spread else np.nan}
        return [{"bits": bits / self.n, "coins": mean / self.n, "spread": spread / self.n} | apart]


@dataclass(frozen=True)
class Partial(UpTo):
    """Bits that are left to say after sieving by more and more primes; at most 400 points of the curve."""

    def measure(self) -> Rows:
        table = prime_bits.partial_sieve(self.n)
        chosen = np.unique(np.r_[np.geomspace(1, len(table), 400).astype(int) - 1, len(table) - 1])
        return table.iloc[chosen].to_dict("records")


@dataclass(frozen=True)
class Gaps(UpTo):
    """How often each gap occurs, and moments and entropies of gaps."""

    def measure(self) -> Rows:
        found = prime_gaps.gap_distribution(self.n)
        names = ("mean", "variance", "largest", "largest_after", "entropy", "conditional")
        shared = {name: getattr(found, name) for name in names}
        return [{"gap": int(g), "count": int(found.counts[g])} | shared for g in np.flatnonzero(found.counts)]


@dataclass(frozen=True)
class Neighbours(UpTo):
    """Consecutive primes up to n by their residues."""

    modulus: int

    def measure(self) -> Rows:
        """For each residue and each that may follow, how often it does, and the information they share in bits."""
        table = prime_gaps.residue_transitions(self.n, self.modulus)
        shared = prime_gaps.mutual_information_of_counts(table.to_numpy())
        shares = table.div(table.sum(axis=1), axis=0).stack()
        return [
            {"first": int(a), "second": int(b), "share": float(share), "information": shared}
            for (a, b), share in shares.items()
        ]


@dataclass(frozen=True)
class CoinNeighbours(UpTo):
    """Consecutive ones by their residues, among Cramér's coins on the integers up to n that are coprime to a wheel."""

    modulus: int
    wheel: int

    def measure(self, rng: np.random.Generator) -> Rows:
        """For each residue and each that may follow, how often it does, where there are as many ones as primes."""
        integers, flags = prime_bits.coprime_flags(self.n, self.wheel)
        ones = integers[prime_bits.cramer_flags(self.n, self.wheel, int(flags.sum()), rng=rng)]
        residues = ones[np.gcd(ones, self.modulus) == 1] % self.modulus
        shares = pd.crosstab(residues[:-1], residues[1:], normalize="index").stack()
        return [{"first": int(a), "second": int(b), "share": float(share)} for (a, b), share in shares.items()]
