"""What the chapter on MINDE measures after invertible maps: the widest spirals, and all of the forty tasks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.distributions import task
from szilard.estimators import minde_fleet
from szilard.experiments.minde.cells import UNTRAINED, forms, minde
from szilard.experiments.minde.fleet import WIDEST, held_out, samples_of
from szilard.fleets import Pair, fit_flows
from szilard.rng import spawn
from szilard.validation import check_choice

__all__ = ["Mapped", "Unwound"]


@dataclass(frozen=True)
class Unwound:
    """A spiral of the benchmark in 25 + 25 dimensions by our options, after maps that were learnt on other samples;
    with ``shuffled``, after Y has lost its partners. Several seeds."""

    task: str
    shuffled: bool = False
    samples: int = 110_000
    maps: int = 800
    learnt_on: int = 40_000
    steps: int = 3000
    batch: int = 1024
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per seed, form, and network: untrained, which sees a Gaussian copula, and trained."""
        problem = task(check_choice(self.task, "task", WIDEST))
        pairs, streams = samples_of([problem] * self.seeds, self.samples, rng)
        drawn = [spawn(stream, 4) for stream in streams]
        if self.shuffled:
            pairs = [(x, g[0].permutation(y)) for (x, y), g in zip(pairs, drawn, strict=True)]
        mapped = [self._mapped(*pair, g[1], device) for pair, g in zip(pairs, drawn, strict=True)]
        truth, share = 0.0 if self.shuffled else problem.mutual_information, held_out(self.samples - self.learnt_on)
        rows: Rows = []
        for use, steps in ((2, UNTRAINED), (3, self.steps)):
            estimator = minde("deep", self.batch, steps=steps, holdout=share, device=device)
            for seed, estimate in enumerate(minde_fleet(estimator, mapped, [g[use] for g in drawn])):
                rows += [{"seed": seed, "trained": steps > UNTRAINED, **row} for row in forms(truth, estimate)]
        return rows

    def _mapped(self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator, device: str) -> Pair:
        """The samples that no map was learnt on, mapped."""
        few = slice(self.learnt_on)
        fx, fy = fit_flows(x[few], y[few], steps=self.maps, device=device, rng=rng)
        return fx(x[self.learnt_on :]), fy(y[self.learnt_on :])


@dataclass(frozen=True)
class Mapped:
    """A task of the benchmark by MINDE-C with our options, after maps that were learnt on other samples."""

    task: str
    samples: int = 110_000
    maps: int = 800
    learnt_on: int = 40_000
    steps: int = 4000
    batch: int = 1024

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per form, and network: untrained, which sees a Gaussian copula, and trained."""
        problem, rest = task(self.task), self.samples - self.learnt_on
        (pair,), (stream,) = samples_of([problem], self.samples, rng)
        learning, *drawn = spawn(stream, 3)
        (x, fit_x), (y, fit_y) = ((part[self.learnt_on :], part[: self.learnt_on]) for part in pair)
        fx, fy = fit_flows(fit_x, fit_y, steps=self.maps, device=device, rng=learning)
        rows: Rows = []
        for use, steps in zip(drawn, (UNTRAINED, self.steps), strict=True):
            estimator = minde("deep", self.batch, steps=steps, holdout=held_out(rest), device=device)
            found = forms(problem.mutual_information, estimator.mutual_information(fx(x), fy(y), rng=use))
            rows += [{"trained": steps > UNTRAINED, "variant": "c", **row} for row in found]
        return rows
