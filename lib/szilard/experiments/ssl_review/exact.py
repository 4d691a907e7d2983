"""What the chapter measures in worlds whose information is known: maps, bits, bins, surrogates, printed formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from scipy.special import ndtri

from szilard.compendium import Rows
from szilard.estimators import binned_noisy_information, binned_normal_entropy, mixture_information
from szilard.information import entropy
from szilard.representation import (
    OBJECTIVES,
    PowerSplit,
    TwoViewBits,
    linear_codes,
    mixture_entropy_bounds,
    vicreg_terms,
)
from szilard.representation.bits import CODES
from szilard.validation import check_choice

WORLD = PowerSplit()
MUS = (-0.8, -0.6, -0.4, -0.2, *(round(0.1 * k, 1) for k in range(21)))
TERMS = {"invariance": (25.0, 0.0, 0.0), "and variance": (25.0, 25.0, 0.0), "and covariance": (25.0, 25.0, 1.0)}
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"tanh": np.tanh, "ReLU": lambda x: np.maximum(x, 0.0)}

__all__ = ["ACTIVATIONS", "MUS", "TERMS", "WORLD", "Bins", "Bits", "Collapse", "EquationSix", "Mixtures", "Peaks",
    "Phase", "Squashed", "Surrogate", "Unified", "Units"]  # fmt: skip


@dataclass(frozen=True)
class Phase:
    """The best codes for a weight μ of retention, asked about labels that need private information or not."""

    mu: float
    relevances: tuple[float, ...] = tuple(round(0.05 * k, 2) for k in range(31))

    def measure(self) -> Rows:
        a, b = WORLD.best_code(self.mu)
        kept, between = float(WORLD.kept(a, b)), float(WORLD.between_codes(a))
        return [
            {"relevance": c, "shared_power": a, "private_power": b, "kept": kept, "between": between,
             "nats": float(WORLD.about_label(a, b, c)), "compressed": float(WORLD.about_label(WORLD.power, 0.0, c)),
             "threshold": WORLD.threshold, "best_mu": WORLD.best_mu(c)}
            for c in self.relevances
        ]  # fmt: skip


@dataclass(frozen=True)
class Unified:
    """One objective, its terms evaluated on codes that give all power to the shared part, or half of it."""

    objective: str

    def measure(self) -> Rows:
        objective = OBJECTIVES[check_choice(self.objective, "objective", OBJECTIVES)]
        compressed, split = WORLD.world(2.0, 0.0, 1.0), WORLD.world(1.0, 1.0, 1.0)
        return [
            {"name": objective.name, "term": str(term), "path": term.path, "means": term.means,
             "stance": objective.stance, "compressed": term.value(compressed), "split": term.value(split)}
            for term in objective.terms
        ]  # fmt: skip


@dataclass(frozen=True)
class Bits:
    """Two views made of bits, with a flip of the shared one; all functions of the first view as codes."""

    flip: float
    label: str

    def measure(self) -> Rows:
        return [{"code": code} | TwoViewBits(self.flip, self.label, code).summary for code in CODES]


@dataclass(frozen=True)
class Bins:
    """A deterministic unit Z = X, X standard normal, in bins of one width: exactly, from n samples, and with noise."""

    width: float
    samples: int = 2000
    noise: float = 0.3

    def measure(self, rng: np.random.Generator) -> Rows:
        counts = np.unique(np.rint(rng.standard_normal(self.samples) / self.width), return_counts=True)[1]
        return [{"exact": binned_normal_entropy(self.width),
                 "continuum": 0.5 * math.log(2 * math.pi * math.e) - math.log(self.width),
                 "sampled": entropy(counts / self.samples), "ceiling": math.log(self.samples),
                 "noisy": binned_noisy_information(self.width, self.noise),
                 "noisy_limit": 0.5 * math.log1p(self.noise**-2)}]  # fmt: skip


@dataclass(frozen=True)
class Squashed:
    """One unit φ(w X) as its weight grows, as in training, seen through noise of one size."""

    activation: str
    noise: float
    points: int = 150

    def measure(self) -> Rows:
        act = ACTIVATIONS[check_choice(self.activation, "activation", ACTIVATIONS)]
        x = ndtri((np.arange(self.points) + 0.5) / self.points)
        weights = (0.5, 1.0, 2.0, 4.0, 8.0)
        values = [mixture_information(act(w * x), self.noise**2, "exact1d").value for w in weights]
        return [{"weight": w, "nats": value} for w, value in zip(weights, values, strict=True)]


@dataclass(frozen=True)
class Surrogate:
    """Minus the log-determinant of 1 + E against half the sum of squares of E, 64 × 64, entries of one size."""

    size: float

    def measure(self, rng: np.random.Generator) -> Rows:
        e = np.triu(self.size * rng.standard_normal((64, 64)), 1)
        e = e + e.T
        exact, square = -float(np.linalg.slogdet(np.eye(64) + e)[1]), 0.5 * float((e**2).sum())
        return [{"log_det": exact, "square": square, "gap": abs(square / exact - 1)}]


@dataclass(frozen=True)
class Peaks:
    """Four normal peaks of width ½ at (±a, ±a): entropy, and what a normal distribution of that covariance has."""

    distance: float
    draws: int = 200

    def measure(self, rng: np.random.Generator) -> Rows:
        means = self.distance * np.array(list(product((-1.0, 1.0), repeat=2)))
        return [mixture_entropy_bounds(means, 0.25, self.draws, rng)]


@dataclass(frozen=True)
class Mixtures:
    """Random mixtures of eight normal peaks of unit width in a plane, a typical distance apart: entropy and bounds."""

    apart: float
    count: int = 40
    draws: int = 300

    def measure(self, rng: np.random.Generator) -> Rows:
        places = self.apart * rng.standard_normal((self.count, 8, 2))
        return [{"mixture": k} | mixture_entropy_bounds(each, 1.0, self.draws, rng) for k, each in enumerate(places)]


@dataclass(frozen=True)
class Collapse:
    """A linear encoder trained on some terms of VICReg, endless samples: one signal dominates seven."""

    terms: str
    steps: int = 800

    def measure(self, rng: np.random.Generator) -> Rows:
        weights = TERMS[check_choice(self.terms, "terms", TERMS)]
        made = linear_codes(np.diag([4.0, *[0.5] * 7]), 0.02, weights, self.steps, rng=rng)
        return made.summary(every=10)


@dataclass(frozen=True)
class EquationSix:
    """The review's Eq. 6 as printed, I(X1; Z1) + β H(Z2 | X1), and with the entropy meant, H(X2 | Z1), over codes."""

    power: float
    beta: float = 3.0

    def measure(self) -> Rows:
        w, other = WORLD.world(self.power, 0.0, 0.0), WORLD.world(1.0, 1.0, 0.0)
        rate = w.information("X1", "Z1")
        fixed = other.entropy("Z2 X1") - other.entropy("X1")
        left = w.entropy("X2 Z1") - w.entropy("Z1")
        return [{"rate": rate, "printed": rate + self.beta * fixed, "meant": rate + self.beta * left}]


@dataclass(frozen=True)
class Units:
    """VICReg's three terms for the same random codes, by each convention."""

    d: int = 32
    n: int = 256

    def measure(self, rng: np.random.Generator) -> Rows:
        z, noise = torch.as_tensor(rng.standard_normal((2, self.n, self.d)))
        rows: Rows = []
        for convention in ("paper", "code", "review"):
            terms = [float(each) for each in vicreg_terms(0.8 * z, 0.8 * z + 0.3 * noise, convention)]
            named = dict(zip(("invariance", "variance", "covariance"), terms, strict=True))
            dead = float(vicreg_terms(2 * z, 0 * z, convention)[1])  # a branch that is constant
            rows.append({"convention": convention, **named, "dead_branch": dead})
        return rows
