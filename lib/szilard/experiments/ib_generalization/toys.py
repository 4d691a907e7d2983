"""What the chapter measures without networks: known mixtures, and codes of few cells."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard.bottleneck import bound, fixed_encoder_bound, loss_factor, majority_gaps, memorising_gaps
from szilard.compendium import Rows
from szilard.estimators import mixture_information

METHODS = ("exact1d", "mc", "jensen", "kt", "bd")

__all__ = ["METHODS", "Cells", "Memorised", "Separation"]


@dataclass(frozen=True)
class Separation:
    """Equally many points around each of four means on a line, so far apart in units of the noise."""

    distance: float
    points: int = 25

    def measure(self, rng: np.random.Generator) -> Rows:
        """All estimates of I(X; Z), in nats."""
        means = np.repeat(self.distance * np.arange(4.0), self.points) + np.tile(np.linspace(-1, 1, self.points), 4)
        found = {method: mixture_information(means, 1.0, method, rng=rng, draws=200).value for method in METHODS}
        return [found | {"ceiling": math.log(len(means))}]


@dataclass(frozen=True)
class Cells:
    """A code of K cells fixed beforehand, a decoder that learns the majority of each, on labels that are right with
    probability 1/2 + signal/2."""

    cells: int
    n: int
    signal: float
    trials: int = 2000
    delta: float = 0.05

    def measure(self, rng: np.random.Generator) -> Rows:
        """The largest gap but for a share δ of the trials, the share beyond the bound, and the new form of it with the
        factor G₃ of the authors' code."""
        gap = majority_gaps(self.cells, self.n, self.signal, trials=self.trials, rng=rng)
        limit = float(fixed_encoder_bound(self.cells, self.n, delta=self.delta))
        beyond = float((gap > limit).mean())
        factor = loss_factor([1 / self.cells] * self.cells, [(1 - self.signal) / 2] * self.cells)
        form = factor * math.sqrt(math.log(self.cells) / self.n)
        return [{"gap": float(np.quantile(gap, 1 - self.delta)), "bound": limit, "beyond": beyond, "form": form}]


@dataclass(frozen=True)
class Memorised:
    """A code of one bit that is the label for so many of the n training points and a coin for all other inputs, on
    labels that nothing predicts; fixed where ``fixed``, so that the points memorised are others than the trained on."""

    share: float
    n: int = 200
    fixed: bool = False
    trials: int = 500

    def measure(self, rng: np.random.Generator) -> Rows:
        """The mean gap in 0–1 loss of the decoder that reads the bit; both informations in bits; bounds."""
        count, nats = round(self.share * self.n), math.log(2)
        told = 0.0 if self.fixed else float(count)
        gap = memorising_gaps(self.n, count, self.fixed, trials=self.trials, rng=rng)
        bounds = {
            "one_term": float(bound([nats], self.n)),
            "two_terms": float(bound([nats, told * nats], self.n)),
            "cells": float(fixed_encoder_bound(2, self.n)),
            "proved": math.sqrt(told * nats / (2 * self.n)),  # of the mean gap
        }
        return [{"gap": float(gap.mean()), "stderr": float(gap.std()) / self.trials**0.5, "model": told, **bounds}]
