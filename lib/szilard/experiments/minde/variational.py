"""What the chapter on MINDE measures with variational bounds: its neural neighbours, on one dial and on forty tasks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.estimators import make, variational_fleet
from szilard.experiments.minde.fleet import HELD_OUT, samples_of, tasks_of
from szilard.experiments.minde.sweeps import FAMILIES
from szilard.rng import spawn

NEIGHBOURS = {"mine": "MINE", "nwj": "NWJ", "infonce": "InfoNCE", "smile": "SMILE"}

__all__ = ["NEIGHBOURS", "Critics", "Neighbour"]


@dataclass(frozen=True)
class Neighbour:
    """One variational estimator on normal laws of rising information, a fleet of critics."""

    estimator: str
    repetition: int = 0
    samples: int = 10_000
    steps: int = 400
    batch: int = 64
    hidden: int = 32

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Truth, estimate and the error it claims, at every information; what it warned of."""
        make_law, values = FAMILIES["high information"]
        laws = [make_law(value) for value in values]
        data, streams = (spawn(each, len(laws)) for each in spawn(rng, 2))
        pairs = [law.sample(self.samples, rng=g) for law, g in zip(laws, data, strict=True)]
        estimates = variational_fleet(_critic(self, device, lr=4e-3), pairs, streams)
        return [
            {
                "truth": law.mutual_information,
                "estimate": each.value,
                "stderr": each.stderr,
                "warned": bool(each.warnings),
            }
            for law, each in zip(laws, estimates, strict=True)
        ]


@dataclass(frozen=True)
class Critics:
    """All benchmark tasks of one shape, several seeds each, by one variational estimator as one fleet."""

    dims: str
    estimator: str
    samples: int = 110_000
    steps: int = 40_000
    batch: int = 256
    hidden: int = 256
    seeds: int = 3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The forty tasks: an estimate by task and seed."""
        members = list(product(tasks_of(self.dims), range(self.seeds)))
        held_out = min(HELD_OUT, self.samples // 10) / self.samples
        estimator = _critic(self, device, lr=1e-3, holdout=held_out)
        estimates = variational_fleet(estimator, *samples_of([each for each, _ in members], self.samples, rng))
        return [
            {
                "task": each.id,
                "seed": seed,
                "truth": each.mutual_information,
                "estimate": estimate.value,
                "stderr": estimate.stderr,
                "warned": bool(estimate.warnings),
            }
            for (each, seed), estimate in zip(members, estimates, strict=True)
        ]


def _critic(cell: Neighbour | Critics, device: str, lr: float, **settings: Any) -> Any:
    from szilard.diffusion import Training

    training = Training(batch=cell.batch, lr=lr)
    shape = {"hidden": cell.hidden, "steps": cell.steps, "training": training}
    return make(cell.estimator, device=device, **shape, **settings)
