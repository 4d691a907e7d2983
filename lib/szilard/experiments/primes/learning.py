"""What the chapter on primes measures of learners: the published matrices, their feature, and better ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.algorithmic import prime_features
from szilard.algorithmic.prime_features import Confusion
from szilard.algorithmic.prime_learners import Boosting, fit_predict, published_draw, split
from szilard.algorithmic.sieve import prime_flags
from szilard.compendium import Rows
from szilard.ranking import auc
from szilard.rng import spawn

TESTED = 0.2  # the published share of the test part
WHEELS = {"residues": 30, "bits": 2, "bits and residues": 30030}  # the modulus whose residues the columns reveal
RATES = ("tp", "recall", "false_positive_rate", "precision", "predicted_rate", "base_rate")

# From the authors' notebooks: digits, confusion as shares of all samples (TN, FP, FN, TP), AUC (last round or best).
PUBLISHED = {
    "18 bits, fixed": (18, Confusion(0.543471, 0.368693, 0.052039, 0.035797), 0.49867),
    "18 bits, tuned": (18, Confusion(0.638886, 0.273278, 0.058209, 0.029628), 0.52948),
    "24 bits, tuned": (24, Confusion(0.635707, 0.300054, 0.041912, 0.022326), 0.51855),
}

__all__ = ["PUBLISHED", "Collapse", "Learner", "Smallest", "Stored", "Tuning"]


@dataclass(frozen=True)
class Stored:
    """A confusion matrix of the authors' notebooks."""

    run: str

    def measure(self) -> Rows:
        """What it says, beside the rule that calls as many of the smallest integers prime."""
        bits, matrix, auc = PUBLISHED[self.run]
        recall, area = prime_features.smallest_first(prime_flags(0, 2**bits), matrix.predicted_rate)
        size = {"size_recall": recall, "size_auc": area, "z": matrix.z_score(TESTED * 2**bits)}
        return [{"auc": auc} | size | {name: getattr(matrix, name) for name in RATES}]


@dataclass(frozen=True)
class Smallest:
    """The rule that calls the smallest integers of so many bits prime."""

    bits: int

    def measure(self) -> Rows:
        """Its precision over the share of primes, by the share of integers that it calls prime."""
        prime, shares = prime_flags(0, 2**self.bits), np.linspace(0.1, 1, 37)
        return [
            {"called": float(share), "lift": prime_features.smallest_first(prime, share)[0] / float(share)}
            for share in shares
        ]


@dataclass(frozen=True)
class Learner:
    """One learner on the integers of so many bits, shown in one way; rounds are of boosting."""

    features: str
    learner: str = "xgboost"
    rounds: int = 10
    bits: int = 18

    def measure(self, rng: np.random.Generator) -> Rows:
        """Quality on a fifth of the integers that it has not seen, and of the probability by n's size and a wheel."""

        parts, fitting = spawn(rng, 2)
        n, prime = np.arange(2**self.bits), prime_flags(0, 2**self.bits)
        part = split(len(n), TESTED, validation=0.0, rng=parts)
        x, settings = prime_features.features(self.features, n, self.bits), Boosting(self.rounds)
        score = fit_predict(self.learner, x[part.train], prime[part.train], x[part.test], settings, rng=fitting)
        truth, known = prime[part.test], prime_features.density_predictor(part.test, WHEELS.get(self.features, 1))
        areas = {"auc": auc(truth, score), "wheel_auc": auc(truth, known)}
        found = prime_features.confusion(truth, score > score.mean())
        return [areas | {name: getattr(found, name) for name in RATES}]


@dataclass(frozen=True)
class Tuning:
    """The published search space, random draws; the best by validation and the best by the test part itself."""

    features: str
    trials: int = 6
    bits: int = 18

    def measure(self, rng: np.random.Generator) -> Rows:
        """For each draw its area under the curve on the validation part and on the test part."""

        parts, draws, *fits = spawn(rng, 2 + self.trials)
        n, prime = np.arange(2**self.bits), prime_flags(0, 2**self.bits)
        part = split(len(n), rng=parts)
        x, cut = prime_features.features(self.features, n, self.bits), len(part.validation)
        unseen = np.r_[part.validation, part.test]
        rows = []
        for trial, fit in enumerate(fits):
            settings = published_draw(draws)
            score = fit_predict("xgboost", x[part.train], prime[part.train], x[unseen], settings, rng=fit)
            validation = auc(prime[part.validation], score[:cut])
            test = auc(prime[part.test], score[cut:])
            rows.append({"trial": trial, "depth": settings.max_depth, "validation": validation, "test": test})
        return rows


@dataclass(frozen=True)
class Collapse:
    """All integers of so many bits in one column of single precision."""

    bits: int

    def measure(self) -> Rows:
        """One row per value that is left: its first integer, how many share it, and how many of these are prime."""
        return prime_features.shared_values(self.bits).to_dict("records")
