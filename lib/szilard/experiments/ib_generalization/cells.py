"""Networks of the chapter on bottleneck and generalisation: trained in groups that differ by data and seed alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from szilard import bottleneck as ib
from szilard.bottleneck import GaussianPosterior, Learner, kept_information
from szilard.bottleneck.posterior import FLOOR, divergences, double_jensen, kolchinsky_tracey
from szilard.bottleneck.published import clamped
from szilard.compendium import Rows
from szilard.rng import spawn

Values: TypeAlias = dict[str, float]
CHUNK = 50  # networks whose posteriors are held at a time
MODELS, SEVERAL = 20, 8  # draws of data from which I(S; φ) is measured, of one seed and of several

__all__ = ["Group"]


@dataclass(frozen=True)
class Group:
    """Networks of one width, decay and control, one for every draw of data and seed."""

    width: int
    decay: float
    control: float = 0.0
    target: float = 1.5
    permuted: bool = False
    draws: int = 20
    seeds: int = 1
    data: str = "blobs"
    sizes: tuple[int, int, int] = (250, 500, 500)
    steps: int = 300
    lr: float = 0.01

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per network: losses, what its code and layers keep, what its weights tell, and rivals of these."""
        seeds, streams = rng.integers(2**31, size=self.seeds).tolist(), spawn(rng, self.seeds)
        scrambled = float(rng.exponential())  # one number for the group, as the information of a model is
        tables: list[Rows] = []
        posteriors: list[list[GaussianPosterior]] = []
        for seed, stream in zip(seeds, streams, strict=True):
            tables.append([])
            posteriors.append([])
            for start in range(0, self.draws, CHUNK):
                learners = self._trained(range(start, min(start + CHUNK, self.draws)), seed, device)
                tables[-1] += _rows(learners, stream)
                few = learners[: MODELS - len(posteriors[-1])]
                posteriors[-1] += [each.posterior.marginal(each.encoder) for each in few]
        models = enumerate(zip(tables, _model(posteriors), strict=True))
        about = {"scrambled": scrambled}
        return [{"seed": i, **row, **model, **about} for i, (rows, model) in models for row in rows]

    def _trained(self, draws: Sequence[int], seed: int, device: str) -> Sequence[Learner]:
        settings = self.width, self.decay, self.control, self.target
        fleet = [ib.Configuration(*settings, draw, seed, self.permuted) for draw in draws]
        descent = ib.Descent(self.steps, max(self.steps * 2 // 3, self.steps - 100), self.lr)
        return ib.train_ensemble(fleet, descent, data=ib.samples_of(self.data, self.sizes), device=device)


def _rows(learners: Sequence[Learner], rng: np.random.Generator) -> Rows:
    beside = pd.DataFrame(ib.rivals(learners, rng)).to_dict("records")
    streams = spawn(rng, len(learners))
    return [
        {"draw": each.configuration.draw, **_scores(each), **kept_information(each, stream), **other}
        for each, stream, other in zip(learners, streams, beside, strict=True)
    ]


def _scores(learner: Learner) -> Values:
    names = ("gap", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
    return {name: float(getattr(learner, name)) for name in names} | {"held": float(learner.informations[-1])}


def _model(posteriors: Sequence[Sequence[GaussianPosterior]]) -> list[Values]:
    """I(S; φ) in nats of the encoders of each seed, and over all seeds."""
    found = [_told(each) for each in posteriors]
    if len(posteriors) == 1:
        return found
    some = [posterior for each in posteriors for posterior in each[:SEVERAL]]
    double = double_jensen(some, [draw for each in posteriors for draw in range(len(each[:SEVERAL]))])
    return [each | {"model_double": double} for each in found]


def _told(posteriors: Sequence[GaussianPosterior]) -> Values:
    matrix, wrong = divergences(posteriors), divergences([clamped(each) for each in posteriors])
    found = {"pairwise": float(matrix.mean()), "kt": kolchinsky_tracey(matrix), "clamped": float(wrong.mean())}
    found["still"] = float(np.mean([each.diag <= FLOOR / 2 for each in posteriors]))
    return {f"model_{name}": value for name, value in found.items()} | {"ceiling": math.log(len(posteriors))}
