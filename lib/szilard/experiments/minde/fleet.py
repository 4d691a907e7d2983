"""What the chapter on MINDE measures with fleets: the forty tasks at paper scale, the options, the training budget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.distributions import Task, beyond_normal, task
from szilard.estimate import Estimate
from szilard.estimators import make, minde_fleet
from szilard.rng import spawn

HELD_OUT = 10_000  # samples that the published protocol evaluates on
REDRAWS = 3
SHAPES = tuple(dict.fromkeys("x".join(map(str, each.dims)) for each in beyond_normal()))
HARD_TASKS = (
    "1v1-normal-0.75",
    "1v1-additive-0.1",
    "student-identity-1-1-1",
    "spiral-multinormal-sparse-3-3-2-2.0",
    "multinormal-sparse-5-5-2-2.0",
)
BUDGET_TASKS = ("half_cube-multinormal-sparse-3-3-2-2.0", "spiral-multinormal-sparse-3-3-2-2.0")
RANKED = {"preprocess": "rank", "baseline": "gaussian"}
OPTIONS: dict[str, dict[str, str]] = {
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
PROTOCOLS = {"published": "published", "ours": "deep"}

__all__ = [
    "HARD_TASKS",
    "HELD_OUT",
    "OPTIONS",
    "PROTOCOLS",
    "SHAPES",
    "Ablation",
    "Budget",
    "Group",
    "samples_of",
    "tasks_of",
]


@dataclass(frozen=True)
class Group:
    """All benchmark tasks of one shape, several seeds each, trained as one fleet: one variant under one protocol."""

    dims: str
    variant: str
    protocol: str
    samples: int = 110_000
    steps: int = 40_000
    batch: int = 1024
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The forty tasks: every form, by task and seed, with the number of parameters of the network."""
        tasks = tasks_of(self.dims)
        members = [(each, seed) for each in tasks for seed in range(self.seeds)]
        held_out = min(HELD_OUT, self.samples // 10) / self.samples
        estimator = _minde(
            PROTOCOLS[self.protocol],
            self.batch,
            variant=self.variant,
            steps=self.steps,
            holdout=held_out,
            device=device,
        )
        estimates = _fleet(estimator, [each for each, _ in members], self.samples, rng)
        return [
            {"task": each.id, "seed": seed, **row, "parameters": _parameters(estimate)}
            for (each, seed), estimate in zip(members, estimates, strict=True)
            for row in _forms(each, estimate)
        ]


@dataclass(frozen=True)
class Ablation:
    """The hard tasks of one shape under one option of MINDE; a trained fleet of all tasks and seeds."""

    dims: str
    option: str
    samples: int = 10_000
    steps: int = 150
    batch: int = 256
    hidden: int = 32
    seeds: int = 1

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Every form on each hard task, at a training budget that is the same for all options."""
        members = [
            (each, seed)
            for each, seed in product(map(task, HARD_TASKS), range(self.seeds))
            if _shape(each) == self.dims
        ]
        estimator = _minde(
            self.option, self.batch, hidden=self.hidden, steps=self.steps, redraws=REDRAWS, device=device
        )
        estimates = _fleet(estimator, [each for each, _ in members], self.samples, rng)
        return [
            {"task": each.id, "seed": seed, **row}
            for (each, seed), estimate in zip(members, estimates, strict=True)
            for row in _forms(each, estimate)
        ]


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
        """Every form by task and seed, with the wall time of the whole fleet, training and evaluation."""
        members = [(each, seed) for each, seed in product(map(task, BUDGET_TASKS), range(self.seeds))]
        estimator = _minde(
            PROTOCOLS[self.protocol], self.batch, hidden=self.hidden, steps=self.steps, redraws=REDRAWS, device=device
        )
        pairs, streams = samples_of([each for each, _ in members], self.samples, rng)
        started = time.perf_counter()
        estimates = minde_fleet(estimator, pairs, streams)
        facts = {"networks": len(members), "seconds": time.perf_counter() - started}
        return [
            {"task": each.id, "seed": seed, **row, **facts}
            for (each, seed), estimate in zip(members, estimates, strict=True)
            for row in _forms(each, estimate)
        ]


def tasks_of(dims: str) -> list[Task]:
    """The benchmark tasks whose variables have these widths, for example ``"3x3"``, in published order."""
    return [each for each in beyond_normal() if _shape(each) == dims]


def _shape(each: Task) -> str:
    return "x".join(map(str, each.dims))


def _minde(option: str, batch: int, hidden: int | None = None, **settings: Any) -> Any:
    """MINDE under an option.

    ``"published"`` is the authors' network and time input on rescaled data, at their constant rate. All others have a
    residual network that is told the log signal-to-noise ratio, and a rate that rises and falls; ``"log-SNR"`` is just
    that, and ``"deep"`` has five blocks in place of three.
    """
    from szilard.diffusion import Architecture, Training

    if option == "published":
        architecture = Architecture("published", hidden=hidden, time="raw")
        training = Training(batch=batch, schedule="constant")
    else:
        architecture = Architecture(hidden=hidden, blocks=5 if option == "deep" else None)
        training = Training(batch=batch, lr=5e-3)
    return make("minde", architecture=architecture, training=training, **OPTIONS[option], **settings)


def _fleet(estimator: Any, tasks: Sequence[Task], samples: int, rng: np.random.Generator) -> list[Estimate]:
    """One estimate for each task, every one with samples and a network of its own."""
    return minde_fleet(estimator, *samples_of(tasks, samples, rng))


def samples_of(
    tasks: Sequence[Task], samples: int, rng: np.random.Generator
) -> tuple[list[tuple[np.ndarray, ...]], list[np.random.Generator]]:
    """Samples of each task, and the streams that their trainings draw from."""
    data, streams = (spawn(each, len(tasks)) for each in spawn(rng, 2))
    return [each.sample(samples, rng=g) for each, g in zip(tasks, data, strict=True)], streams


def _forms(each: Task, estimate: Estimate) -> Rows:
    shared = {"truth": each.mutual_information, "warned": bool(estimate.warnings)}
    return [
        {**shared, "form": name, "estimate": form.value, "stderr": form.stderr}
        for name, form in estimate.diagnostics["forms"].items()
    ]


def _parameters(estimate: Estimate) -> int:
    return sum(part.numel() for part in estimate.diagnostics["model"].network.parameters())
