r"""How an integer is shown to a learner that shall tell primes from composites, and how well it can do.

The published experiments write n as a string of binary digits in one column of a table. Read back as a number, "000101"
is the *decimal* number 101, and single precision keeps 24 bits of it: a column of a few thousand values that
has lost the last digits, parity first of all. :func:`decimal_column` is that reading; digits in columns of their own
and residues are what one would want instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from szilard.algorithmic.prime_bits import coprime_residues
from szilard.algorithmic.sieve import prime_flags
from szilard.validation import check_choice, check_integer

MODULI = {"residues": (2, 3, 5), "bits and residues": (3, 5, 7, 11, 13)}
FEATURES = ("decimal", "n", "bits", *MODULI)

__all__ = [
    "FEATURES", "Confusion", "bit_features", "confusion", "decimal_column", "density_predictor", "features",
    "log_loss_bits", "oracle_auc", "residue_features", "shared_values", "smallest_first",
]  # fmt: skip


def features(kind: str, n: np.ndarray, bits: int) -> np.ndarray:
    """The columns that a learner is shown of the integers ``n`` below 2^bits, (n, columns).

    Args:
        kind: ``"decimal"``, the digits read as one float, as published; ``"n"``, the integer as one float; ``"bits"``,
            a column for each digit; ``"residues"`` modulo 2, 3, 5; or digits and residues modulo 3, 5, 7, 11, 13.
        n: integers, (n,).
        bits: digits, 1 to 38.
    """
    check_choice(kind, "features", FEATURES)
    if kind == "decimal":
        return decimal_column(n, bits)
    if kind == "n":
        return n.astype(np.float32)[:, None]
    digits = [bit_features(n, bits)] if kind.startswith("bits") else []
    return np.hstack([*digits, residue_features(n, MODULI[kind])]) if kind in MODULI else digits[0]


def decimal_column(n: np.ndarray, bits: int) -> np.ndarray:
    """The binary digits of ``n`` read as one decimal number in single precision, (n, 1) float32.

    Args:
        n: integers ≥ 0 below 2^bits, (n,).
        bits: digits, 1 to 38.

    >>> decimal_column(np.array([5, 6]), 6).ravel().tolist()
    [101.0, 110.0]
    """
    _check_integers(n, bits)
    if bits > 38:
        raise ValueError(f"bits must be at most 38, where single precision ends; got {bits}")
    n = np.asarray(n)
    value = np.zeros(len(n))
    for place in reversed(range(bits)):  # Horner's rule in doubles, far more exact than what is kept
        value = 10 * value + (n >> place & 1)
    return value.astype(np.float32)[:, None]


def shared_values(bits: int) -> pd.DataFrame:
    """What :func:`decimal_column` leaves of all integers of so many bits, one row per value.

    Columns ``value``; ``first``, the smallest integer that has it; ``integers`` and ``primes``, how many share it.
    """
    column = decimal_column(np.arange(2**bits), bits)[:, 0]  # never falls with n, so that equal values stand together
    first = np.r_[0, 1 + np.flatnonzero(np.diff(column))]
    primes = np.add.reduceat(prime_flags(0, len(column)).astype(np.int64), first)
    sizes = np.diff(np.r_[first, len(column)])
    return pd.DataFrame({"value": column[first].astype(float), "first": first, "integers": sizes, "primes": primes})


def bit_features(n: np.ndarray, bits: int) -> np.ndarray:
    """Binary digits of ``n`` as columns, highest first, (n, bits) uint8.

    >>> bit_features(np.array([5]), 4).tolist()
    [[0, 1, 0, 1]]
    """
    _check_integers(n, bits)
    n = np.asarray(n)
    return np.stack([(n >> place & 1).astype(np.uint8) for place in reversed(range(bits))], axis=1)


def _check_integers(n: np.ndarray, bits: int) -> None:
    check_integer(bits, "bits", minimum=1)
    n = np.asarray(n)
    if n.ndim != 1 or n.dtype.kind not in "iu" or (n.size and (n.min() < 0 or int(n.max()) >> bits)):
        raise ValueError(f"n must be integers from 0 to 2^{bits} − 1, shape (n,); got {n!r}")


def residue_features(n: np.ndarray, moduli: tuple[int, ...]) -> np.ndarray:
    """``n`` modulo each of ``moduli`` as columns, (n, moduli) uint8; moduli from 2 to 256."""
    if not all(2 <= m <= 256 for m in moduli):
        raise ValueError(f"moduli must lie between 2 and 256; got {moduli}")
    return np.stack([(np.asarray(n) % m).astype(np.uint8) for m in moduli], axis=1)


@dataclass(frozen=True)
class Confusion:
    """Shares of all samples: ``tp`` prime and called prime, ``fn`` prime and called composite, and so on."""

    tn: float
    fp: float
    fn: float
    tp: float

    @property
    def base_rate(self) -> float:
        """Share of primes."""
        return self.tp + self.fn

    @property
    def predicted_rate(self) -> float:
        """Share called prime."""
        return self.tp + self.fp

    @property
    def recall(self) -> float:
        """Share of the primes that is called prime, TP / (TP + FN): the true positive *rate*, unlike TP itself."""
        return self.tp / self.base_rate

    @property
    def precision(self) -> float:
        """Share of those called prime that is prime, TP / (TP + FP); NaN if none is called prime."""
        return self.tp / self.predicted_rate if self.predicted_rate else float("nan")

    def z_score(self, samples: float) -> float:
        """Standard errors by which true positives exceed those of as many calls at random, of so many samples."""
        variance = self.base_rate * (1 - self.base_rate) * self.predicted_rate * (1 - self.predicted_rate)
        return float((self.tp - self.base_rate * self.predicted_rate) / np.sqrt(variance / samples))

    @property
    def false_positive_rate(self) -> float:
        """Share of the composites that is called prime."""
        return self.fp / (self.fp + self.tn)


def confusion(prime: np.ndarray, called: np.ndarray) -> Confusion:
    """Confusion of a decision ``called`` with the truth ``prime``, both boolean, (n,).

    >>> confusion(np.array([True, False]), np.array([True, True])).precision
    0.5
    """
    prime, called = np.asarray(prime, bool), np.asarray(called, bool)
    if prime.shape != called.shape or not prime.any():
        raise ValueError(f"prime and called must have one shape and hold a prime; got {prime.shape}, {called.shape}")
    pairs = ((~prime, ~called), (~prime, called), (prime, ~called), (prime, called))
    return Confusion(*(float(np.mean(a & b)) for a, b in pairs))


def smallest_first(prime: np.ndarray, called: float) -> tuple[float, float]:
    """Recall of calling the smallest integers prime, a share ``called`` of all, and the area under the curve of −n.

    Primes thin out, so that this rule has some skill: what is learnt by whoever learns n's size and nothing else.

    Args:
        prime: whether 0, 1, 2, … are prime (bool), (n,).
        called: share of the integers to call prime, in [0, 1].
    """
    places = np.flatnonzero(prime)
    below = places - np.arange(len(places))  # composites below each prime
    recall = float(np.mean(places < called * len(prime)))
    return recall, 1 - float(below.mean()) / (len(prime) - len(places))


def oracle_auc(prime: np.ndarray, modulus: int) -> float:
    r"""Area under the curve of the best rule that knows only whether n is coprime to the modulus.

    .. math:: \mathrm{AUC}=\tfrac12(1+\mathrm{TPR}-\mathrm{FPR}).

    Args:
        prime: whether 0, 1, 2, … are prime (bool), (n,).
        modulus: ≥ 2.
    """
    check_integer(modulus, "modulus", minimum=2)
    rule = confusion(prime, np.gcd(np.arange(len(prime)), modulus) == 1)
    return (1 + rule.recall - rule.false_positive_rate) / 2


def density_predictor(n: np.ndarray, wheel: int = 1) -> np.ndarray:
    r"""Probability that n is prime from the prime number theorem and a wheel: :math:`\frac m{\varphi(m)\ln n}` or 0.

    The best calibrated probability for whoever knows no more. It is capped at one, and n < 2 has probability zero; so
    have the primes that divide m, which whoever uses a wheel is given.

    Args:
        n: integers ≥ 0, (n,).
        wheel: the modulus m, ≥ 1.

    >>> density_predictor(np.array([10007, 10008]), 6).round(3)
    array([0.326, 0.   ])
    """
    n = np.asarray(n)
    coprime = (np.gcd(n, wheel) == 1) & (n > 1)
    density = wheel / len(coprime_residues(wheel))
    return np.where(coprime, np.minimum(1.0, density / np.log(np.maximum(n, 2))), 0.0)


def log_loss_bits(prime: np.ndarray, probability: np.ndarray, floor: float = 1e-9) -> float:
    """Mean code length in bits per integer of the truth under predicted probabilities, ``floor`` away from 0 and 1.

    Args:
        prime: the truth (bool), (n,).
        probability: of being prime, (n,).
        floor: so that one certain error costs 30 bits, not infinitely many.
    """
    prime, probability = np.asarray(prime, bool), np.asarray(probability, float)
    if prime.shape != probability.shape or not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError(f"probability must have shape {prime.shape} and lie between 0 and 1")
    q = np.clip(probability, floor, 1 - floor)
    return float(-np.log2(np.where(prime, q, 1 - q)).mean())
