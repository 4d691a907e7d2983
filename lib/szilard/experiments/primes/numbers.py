"""What the chapter on primes measures of the primes themselves: factors, sums, bits, gaps, neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.algorithmic import description, erdos_kac, mertens, prime_bits, prime_gaps
from szilard.algorithmic.counting import omega_histogram, prime_pi
from szilard.algorithmic.sieve import prime_flags, sieve_histogram
from szilard.compendium import Rows
from szilard.validation import check_choice

SEQUENCES = ("primes", "coins", "primes, wheel 30", "coins, wheel 30")
WORDS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16)

__all__ = ["Bits", "Compression", "Exponents", "Factors", "Gaps", "Neighbours", "Partial", "Sieved", "Sums", "Words"]


@dataclass(frozen=True)
class UpTo:
    """The integers from 1 to n."""

    n: int


@dataclass(frozen=True)
class Factors:
    """The number of distinct prime factors of the integers up to n, counted without visiting them all."""

    n: int

    def measure(self) -> Rows:
        """How many integers have k prime factors, what normal curves and Selberg and Delange say, and moments."""
        law = erdos_kac.factor_distribution(omega_histogram(self.n))
        log_log = float(np.log(np.log(self.n)))
        expansions = [erdos_kac.selberg_delange(self.n, order) for order in (0, 1)]
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
        shared |= {f"mean_error_{order}": law.mean - erdos_kac.omega_mean(self.n, order) for order in (0, 1, 2)}
        shared |= {f"variance_error_{i}": law.variance - erdos_kac.omega_variance(self.n, i) for i in (0, 1)}
        return [
            {"k": k, "count": int(count), "leading": float(expansions[0][k]), "next": float(expansions[1][k])} | shared
            for k, count in enumerate(law.counts)
        ]


@dataclass(frozen=True)
class Sieved:
    """The same histogram by factoring every integer up to n."""

    n: int
    multiplicity: bool = False

    def measure(self, device: str) -> Rows:
        """Counts by the sieve beside counts without it."""
        ours = sieve_histogram(self.n, self.multiplicity, device=device)
        other = omega_histogram(self.n, self.multiplicity)
        return [{"k": k, "sieved": int(a), "counted": int(b)} for k, (a, b) in enumerate(zip(ours, other, strict=True))]


@dataclass(frozen=True)
class Sums(UpTo):
    """Mertens's sums and Chebyshev's functions, and both sides of Legendre's identity."""

    def measure(self) -> Rows:
        row = mertens.mertens_table([self.n]).iloc[0].to_dict()
        entropy, factorial = mertens.legendre_identity(self.n)
        return [
            {name: float(row[name]) for name in ("log_sum", "inverse_sum", "theta", "psi", "product")}
            | {"primes": int(row["primes"]), "legendre": entropy, "factorial": factorial}
        ]


@dataclass(frozen=True)
class Exponents(UpTo):
    """Entropies of the prime exponents of a uniform integer: their sum, ln n, and the difference."""

    def measure(self) -> Rows:
        entropies = mertens.exponent_entropies(self.n)
        total = float(entropies.sum())
        log_log = float(np.log(np.log(self.n)))
        tc = total - float(np.log(self.n))
        return [{"sum": total, "log": float(np.log(self.n)), "tc": tc, "log_log": log_log, "rest": tc - log_log}]


@dataclass(frozen=True)
class Bits(UpTo):
    """Lengths of descriptions of the primes."""

    def measure(self) -> Rows:
        return prime_bits.description_lengths(self.n).to_dict("records")


@dataclass(frozen=True)
class Compression:
    """One sequence of the integers up to n, after one compressor."""

    n: int
    sequence: str
    method: str

    def measure(self, rng: np.random.Generator) -> Rows:
        """Bits after compression and restored, per integer; the plain entropy of one symbol for comparison.

        ``"primes"`` is the whole sequence, ``"primes, wheel 30"`` what is left without multiples of 2, 3 and 5;
        ``"coins"`` stands for independent coins of the primes' density, drawn anew from the cell's stream.
        """
        source, _, coded = check_choice(self.sequence, "sequence", SEQUENCES).partition(", ")
        wheel = 30 if coded else 1
        flags = (
            prime_bits.coprime_flags(self.n, wheel)[1]
            if source == "primes"
            else prime_bits.cramer_flags(self.n, wheel, rng=rng)
        )
        entropy = float(prime_bits.binary_entropy_bits(flags.mean())) * len(flags) / self.n
        return [{"bits": description.compressed_bits(flags, self.method) / self.n, "entropy": entropy}]


@dataclass(frozen=True)
class Partial(UpTo):
    """Bits that are left to say after sieving by more and more primes; at most 400 points of the curve."""

    def measure(self) -> Rows:
        table = prime_bits.partial_sieve(self.n)
        chosen = np.unique(np.r_[np.geomspace(1, len(table), 400).astype(int) - 1, len(table) - 1])
        return table.iloc[chosen].to_dict("records")


@dataclass(frozen=True)
class Words(UpTo):
    """Entropy of words of the characteristic sequence, and how many occur."""

    def measure(self) -> Rows:
        return prime_bits.block_entropies(prime_flags(1, self.n + 1), WORDS).to_dict("records")


@dataclass(frozen=True)
class Gaps(UpTo):
    """How often each gap occurs, and moments and entropies of gaps."""

    def measure(self) -> Rows:
        law = prime_gaps.gap_distribution(self.n)
        shared = {
            name: getattr(law, name)
            for name in ("mean", "variance", "largest", "largest_after", "entropy", "conditional")
        }
        return [
            {"gap": int(g), "count": int(law.counts[g])} | shared | {"primes": prime_pi(self.n)}
            for g in np.flatnonzero(law.counts)
        ]


@dataclass(frozen=True)
class Neighbours:
    """Consecutive primes up to n by their residues."""

    n: int
    modulus: int

    def measure(self) -> Rows:
        """Counts of pairs of residues, their ratio to what independence would give, and the information they share."""
        table = prime_gaps.residue_transitions(self.n, self.modulus)
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
