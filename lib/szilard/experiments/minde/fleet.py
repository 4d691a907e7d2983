"""What the chapter on MINDE measures with fleets: the forty tasks at paper scale, the options, the training budget."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.diffusion import Architecture, Training
from szilard.distributions import Task, beyond_normal, task
from szilard.estimate import Estimate
from szilard.estimators import MINDE, minde_fleet
from szilard.experiments.minde.cells import forms, samples_of
from szilard.validation import check_choice

HELD_OUT = 10_000  # samples that the published protocol evaluates on
SHAPES = tuple(dict.fromkeys("x".join(map(str, each.dims)) for each in beyond_normal()))
HARD_TASKS = (
    "1v1-normal-0.75",
    "1v1-additive-0.1",
    "student-identity-1-1-1",
    "spiral-multinormal-sparse-3-3-2-2.0",
    "multinormal-sparse-5-5-2-2.0",
)
HALF_CUBE, SPIRAL = "half_cube-multinormal-sparse-3-3-2-2.0", "spiral-multinormal-sparse-3-3-2-2.0"
RANKED: dict[str, Any] = {"preprocess": "rank", "baseline": "gaussian"}
OPTIONS: dict[str, dict[str, Any]] = {
    "published": {},
    "log-SNR": {},
    "asinh": {"preprocess": "asinh"},
    "rank": {"preprocess": "rank"},
    "baseline": RANKED,
    "uniform": {**RANKED, "times": "uniform"},
    "logistic": {**RANKED, "times": "logistic"},
    "adaptive": {**RANKED, "times": "adaptive"},
    "deep": {**RANKED, "times": "logistic"},
}
PROTOCOLS = {"published": "published", "ours": "deep"}  # and the options they stand for

# fmt: off
__all__ = ["HALF_CUBE", "HARD_TASKS", "OPTIONS", "PROTOCOLS", "SHAPES", "SPIRAL", "Ablation", "Budget", "Group",
           "held_out", "minde", "tasks_of"]
# fmt: on


@dataclass(frozen=True)
class Group:
    """All benchmark tasks of one shape, several seeds each, one variant under one protocol, trained as one fleet."""

    dims: str
    variant: str
    protocol: str
    samples: int = 110_000
    steps: int = 40_000
    batch: int = 1024
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per task, seed and form, with the number of parameters of the network."""
        option = PROTOCOLS[check_choice(self.protocol, "protocol", PROTOCOLS)]
        settings: dict[str, Any] = {"steps": self.steps, "holdout": held_out(self.samples), "device": device}
        estimator = minde(option, self.batch, variant=self.variant, **settings)
        members = list(product(tasks_of(self.dims), range(self.seeds)))
        estimates = minde_fleet(estimator, *samples_of([each for each, _ in members], self.samples, rng))
        counts: list[dict[str, float]] = [{"parameters": _parameters(estimate)} for estimate in estimates]
        return _rows(members, estimates, counts)


@dataclass(frozen=True)
class Ablation:
    """The hard tasks of one shape under one option of MINDE, a fleet of all tasks and seeds."""

    dims: str
    option: str
    samples: int = 10_000
    steps: int = 150
    batch: int = 256
    hidden: int = 32
    seeds: int = 1

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per task, seed and form."""
        estimator = minde(self.option, self.batch, self.hidden, steps=self.steps, redraws=3, device=device)
        hard = [each for each in map(task, HARD_TASKS) if _shape(each) == self.dims]
        members = list(product(hard, range(self.seeds)))
        estimates = minde_fleet(estimator, *samples_of([each for each, _ in members], self.samples, rng))
        return _rows(members, estimates)


@dataclass(frozen=True)
class Budget:
    """Two tasks of three coordinates under one protocol with a training of this length, a fleet of all seeds."""

    protocol: str
    steps: int
    samples: int = 10_000
    batch: int = 256
    hidden: int = 32
    seeds: int = 1

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per task, seed and form, with the wall time of the whole fleet, training and evaluation."""
        option = PROTOCOLS[check_choice(self.protocol, "protocol", PROTOCOLS)]
        estimator = minde(option, self.batch, self.hidden, steps=self.steps, redraws=3, device=device)
        members = list(product(map(task, (HALF_CUBE, SPIRAL)), range(self.seeds)))
        pairs, streams = samples_of([each for each, _ in members], self.samples, rng)
        started = time.perf_counter()
        estimates = minde_fleet(estimator, pairs, streams)
        facts = {"networks": len(members), "seconds": time.perf_counter() - started}
        return _rows(members, estimates, [facts] * len(members))


def tasks_of(dims: str) -> list[Task]:
    """The benchmark tasks whose variables have these widths, for example ``"3x3"``, in published order."""
    check_choice(dims, "dims", SHAPES)
    return [each for each in beyond_normal() if _shape(each) == dims]


def held_out(samples: int) -> float:
    """The share of the samples to evaluate on: as many as published, a tenth of few."""
    return min(HELD_OUT, samples // 10) / samples


def minde(option: str, batch: int, hidden: int | None = None, **settings: Any) -> MINDE:
    """MINDE under an option.

    ``"published"`` is the authors' network and time input on rescaled data, at their constant rate. All others have a
    residual network that is told the log signal-to-noise ratio, and a rate that rises and falls; ``"log-SNR"`` is just
    that, and ``"deep"`` has five blocks in place of three.
    """
    if check_choice(option, "option", OPTIONS) == "published":
        architecture = Architecture("published", hidden=hidden, time="raw")
        training = Training(batch=batch, schedule="constant")
    else:
        architecture = Architecture(hidden=hidden, blocks=5 if option == "deep" else None)
        training = Training(batch=batch, lr=5e-3)
    return MINDE(architecture=architecture, training=training, **OPTIONS[option], **settings)


def _rows(
    members: list[tuple[Task, int]], estimates: list[Estimate], facts: list[dict[str, float]] | None = None
) -> Rows:
    return [
        {"task": each.id, "seed": seed, **row, **more}
        for (each, seed), estimate, more in zip(members, estimates, facts or [{}] * len(members), strict=True)
        for row in forms(each.mutual_information, estimate)
    ]


def _shape(each: Task) -> str:
    return "x".join(map(str, each.dims))


def _parameters(estimate: Estimate) -> int:
    return sum(part.numel() for part in estimate.diagnostics["model"].network.parameters())
