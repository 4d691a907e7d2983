"""What the chapter on primes measures of learners: the published experiment, what its feature is, and better ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.algorithmic.prime_features import (
    Confusion,
    bit_features,
    confusion,
    decimal_column,
    density_predictor,
    log_loss_bits,
    oracle_auc,
    residue_features,
)
from szilard.algorithmic.prime_learners import Boosting, fit_predict, split
from szilard.algorithmic.sieve import prime_flags
from szilard.compendium import Rows
from szilard.rng import spawn
from szilard.validation import check_choice

FEATURES = ("decimal", "n", "bits", "residues", "bits and residues")
RESIDUES = {"residues": (2, 3, 5), "bits and residues": (3, 5, 7, 11, 13)}

# Confusion matrices that the authors' notebooks show, as shares of all samples: TN, FP, FN, TP.
PUBLISHED = {
    "18 bits, fixed": (0.543471, 0.368693, 0.052039, 0.035797),
    "18 bits, tuned": (0.638886, 0.273278, 0.058209, 0.029628),
    "24 bits, tuned": (0.635707, 0.300054, 0.041912, 0.022326),
}

__all__ = ["FEATURES", "PUBLISHED", "Collapse", "Learner", "Predictor", "Stored", "Tuning"]


def features(kind: str, n: np.ndarray, bits: int) -> np.ndarray:
    """The columns that a learner is shown."""
    check_choice(kind, "features", FEATURES)
    if kind == "decimal":
        return decimal_column(n, bits)
    if kind == "n":
        return n.astype(np.float32)[:, None]
    columns = [bit_features(n, bits)] if kind.startswith("bits") else []
    return np.hstack([*columns, residue_features(n, RESIDUES[kind])]) if kind in RESIDUES else columns[0]


@dataclass(frozen=True)
class Learner:
    """One learner on the integers of so many bits, shown in one way; rounds are of boosting."""

    features: str
    learner: str = "xgboost"
    rounds: int = 10
    bits: int = 18

    def measure(self, rng: np.random.Generator) -> Rows:
        """Quality on a fifth of the integers that the learner has not seen, beside the best rule by residues alone."""
        from sklearn.metrics import average_precision_score, roc_auc_score

        parts, fitting = spawn(rng, 2)
        n, prime = np.arange(2**self.bits), prime_flags(0, 2**self.bits)
        split_ = split(len(n), validation=0.0, rng=parts)
        x = features(self.features, n, self.bits)
        score = fit_predict(
            self.learner, x[split_.train], prime[split_.train], x[split_.test], Boosting(self.rounds), rng=fitting
        )
        truth = prime[split_.test]
        found = confusion(truth, score > score.mean())
        modulus = {"residues": 30, "bits": 2, "bits and residues": 30030}.get(self.features)
        return [
            {
                "auc": float(roc_auc_score(truth, score)),
                "average_precision": float(average_precision_score(truth, score)),
                "oracle": oracle_auc(prime, modulus) if modulus else 0.5,
            }
            | _rates(found)
        ]


def _rates(found: Confusion) -> dict[str, float]:
    names = ("tp", "recall", "false_positive_rate", "precision", "predicted_rate", "base_rate")
    return {name: getattr(found, name) for name in names}


@dataclass(frozen=True)
class Tuning:
    """The published search space, random draws; the best by validation and the best by the test part itself."""

    features: str
    trials: int = 6
    bits: int = 18

    def measure(self, rng: np.random.Generator) -> Rows:
        """For each draw its area under the curve on the validation part and on the test part."""
        from sklearn.metrics import roc_auc_score

        parts, draws, *fits = spawn(rng, 2 + self.trials)
        n, prime = np.arange(2**self.bits), prime_flags(0, 2**self.bits)
        split_ = split(len(n), rng=parts)
        x = features(self.features, n, self.bits)
        unseen = np.r_[split_.validation, split_.test]
        rows = []
        for trial, fit in enumerate(fits):
            settings = _draw(draws)
            score = fit_predict("xgboost", x[split_.train], prime[split_.train], x[unseen], settings, rng=fit)
            cut = len(split_.validation)
            areas = (
                roc_auc_score(prime[part], s)
                for part, s in ((split_.validation, score[:cut]), (split_.test, score[cut:]))
            )
            rows.append(
                {"trial": trial, "depth": settings.max_depth}
                | dict(zip(("validation", "test"), map(float, areas), strict=True))
            )
        return rows


def _draw(rng: np.random.Generator) -> Boosting:
    """A point of the authors' search space."""
    return Boosting(
        max_depth=int(rng.integers(2, 17)),
        learning_rate=float(np.exp(rng.uniform(-4, 0))),
        subsample=float(rng.uniform(0.5, 1)),
        colsample=float(rng.uniform(0.5, 1)),
        alpha=float(np.exp(rng.uniform(-5, 2))),
        lambda_=float(np.exp(rng.uniform(-5, 2))),
    )


@dataclass(frozen=True)
class Collapse:
    """All integers of so many bits in one column of single precision."""

    bits: int

    def measure(self) -> Rows:
        """One row per value that is left: its first integer, how many share it, and how many of these are prime."""
        n = np.arange(2**self.bits)
        column = decimal_column(n, self.bits)[:, 0]  # never falls with n, so that equal values stand together
        first = np.r_[0, 1 + np.flatnonzero(np.diff(column))]
        primes = np.add.reduceat(prime_flags(0, len(n)).astype(np.int64), first)
        return [
            {"first": int(start), "value": float(column[start]), "integers": int(size), "primes": int(hits)}
            for start, size, hits in zip(first, np.diff(np.r_[first, len(n)]), primes, strict=True)
        ]


@dataclass(frozen=True)
class Stored:
    """A confusion matrix of the authors' notebooks."""

    run: str

    def measure(self) -> Rows:
        """What their matrix says: recall, precision, and the rate at which primes are predicted at all."""
        return [_rates(Confusion(*PUBLISHED[self.run]))]


@dataclass(frozen=True)
class Predictor:
    """Probability by the prime number theorem and a wheel, for the integers of so many bits."""

    wheel: int
    bits: int = 18

    def measure(self) -> Rows:
        """Its area under the curve, its code length, and predicted and found share of primes, above 1000."""
        from sklearn.metrics import roc_auc_score

        n = np.arange(1000, 2**self.bits)
        prime = prime_flags(1000, 2**self.bits)
        q = density_predictor(n, self.wheel)
        return [
            {
                "auc": float(roc_auc_score(prime, q)),
                "log_loss": log_loss_bits(prime, q),
                "predicted": float(q.mean()),
                "found": float(prime.mean()),
            }
        ]
