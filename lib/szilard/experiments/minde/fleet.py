"""What the chapter on MINDE measures with fleets: the forty tasks at paper scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.diffusion import Training
from szilard.distributions import Task, beyond_normal, task
from szilard.estimate import Estimate
from szilard.estimators import Variational, make, minde_fleet, variational_fleet
from szilard.experiments.minde.cells import BOUNDS, compared, forms, minde
from szilard.fleets import Pair
from szilard.rng import spawn
from szilard.validation import check_choice

HELD_OUT = 10_000  # samples that the published protocol evaluates on
SHAPES = tuple(dict.fromkeys("x".join(map(str, each.dims)) for each in beyond_normal()))
PROTOCOLS = {"published": "published", "ours": "deep"}  # of the forty tasks, and the options they stand for
WIDEST = tuple(each.id for each in beyond_normal() if each.id.startswith("spiral") and each.dims == (25, 25))

__all__ = ["PROTOCOLS", "SHAPES", "WIDEST", "Critics", "Group", "Wound", "held_out", "samples_of", "tasks_of"]


@dataclass(frozen=True)
class Group:
    """All benchmark tasks of one shape, several seeds each, one variant under one protocol, trained as one fleet."""

    dims: str
    variant: str
    protocol: str
    samples: int = 110_000
    steps: int = 20_000
    batch: int = 1024
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per task, seed and form, with the number of parameters of the network."""
        option = PROTOCOLS[check_choice(self.protocol, "protocol", PROTOCOLS)]
        found = _found(tasks_of(self.dims), option, self, rng, device)
        return [{"task": each.id, "seed": seed, **row} for each, seed, row in found]


@dataclass(frozen=True)
class Wound:
    """A spiral of the benchmark in 25 + 25 dimensions, several seeds, by one option, trained as one fleet."""

    task: str
    option: str
    variant: str = "c"
    samples: int = 110_000
    steps: int = 20_000
    batch: int = 1024
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per seed and form, with the number of parameters of the network."""
        found = _found([task(check_choice(self.task, "task", WIDEST))], self.option, self, rng, device)
        return [{"seed": seed, **row} for _, seed, row in found]


@dataclass(frozen=True)
class Critics:
    """All benchmark tasks of one shape, several seeds each, by one variational estimator as one fleet."""

    dims: str
    estimator: str
    samples: int = 110_000
    steps: int = 6000
    batch: int = 512
    hidden: int = 256
    seeds: int = 1

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per task and seed, with whether the estimate came with a warning."""
        members = list(product(tasks_of(self.dims), range(self.seeds)))
        training, holdout = Training(batch=self.batch, lr=1e-3), held_out(self.samples)
        named = make(check_choice(self.estimator, "estimator", BOUNDS), hidden=self.hidden, steps=self.steps)
        assert isinstance(named, Variational)
        critic = replace(named, training=training, holdout=holdout, device=device)
        estimates = variational_fleet(critic, *samples_of([each for each, _ in members], self.samples, rng))
        return [
            {"task": each.id, "seed": seed, **compared(each.mutual_information, found), "warned": bool(found.warnings)}
            for (each, seed), found in zip(members, estimates, strict=True)
        ]


def tasks_of(dims: str) -> list[Task]:
    """The benchmark tasks whose variables have these widths, for example ``"3x3"``, in published order."""
    check_choice(dims, "dims", SHAPES)
    return [each for each in beyond_normal() if "x".join(map(str, each.dims)) == dims]


def held_out(samples: int) -> float:
    """The share of the samples to evaluate on: as many as published, a tenth of few."""
    return min(HELD_OUT, samples // 10) / samples


def samples_of(tasks: Sequence[Task], n: int, rng: np.random.Generator) -> tuple[list[Pair], list[np.random.Generator]]:
    """``n`` samples of each task, and the streams that their trainings draw from."""
    data, streams = (spawn(each, len(tasks)) for each in spawn(rng, 2))
    return [(x, y) for x, y in (each.sample(n, rng=g) for each, g in zip(tasks, data, strict=True))], streams


def _found(
    tasks: Sequence[Task], option: str, cell: Group | Wound, rng: np.random.Generator, device: str
) -> list[tuple[Task, int, dict[str, Any]]]:
    """Every form of the estimates of ``tasks``, several seeds each, by one option, with the budget of a cell."""
    settings: dict[str, Any] = {"steps": cell.steps, "holdout": held_out(cell.samples), "device": device}
    estimator = minde(option, cell.batch, variant=cell.variant, **settings)
    members = list(product(tasks, range(cell.seeds)))
    estimates = minde_fleet(estimator, *samples_of([each for each, _ in members], cell.samples, rng))
    return [
        (each, seed, {**row, "parameters": _parameters(estimate)})
        for (each, seed), estimate in zip(members, estimates, strict=True)
        for row in forms(each.mutual_information, estimate)
    ]


def _parameters(estimate: Estimate) -> int:
    return sum(part.numel() for part in estimate.diagnostics["model"].network.parameters())
