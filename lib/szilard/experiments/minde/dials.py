"""What the chapter on MINDE measures along one dial, and by variational bounds, its neural neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.diffusion import Training
from szilard.distributions import Distribution, Gaussian, Spiral, Student, Transformed, dense, sparse
from szilard.estimators import Variational, make, measure, minde_fleet, variational_fleet
from szilard.experiments.minde.cells import compared, quick_minde, samples_of
from szilard.experiments.minde.fleet import held_out, tasks_of
from szilard.validation import check_choice

BOUNDS = {"mine": "MINE", "nwj": "NWJ", "infonce": "InfoNCE", "smile": "SMILE"}
FLEETS = {"minde": {}, "minde plain": {"preprocess": "rescale", "baseline": None}}  # settings of quick_minde
HIGH = "high information"

__all__ = ["BOUNDS", "FAMILIES", "FLEETS", "HIGH", "Critics", "Neighbour", "Sweep"]


def _spiral(speed: float) -> Distribution:
    flat = sparse(3, 3, 2, strength=2.0)
    return Transformed(flat, fx=Spiral((0, 1), speed), fy=Spiral((1, 2), speed)) if speed else flat


def _sparsity(pairs: float) -> Distribution:
    return sparse(5, 5, int(pairs), mutual_information=1.0) if pairs else dense(5, 5, mutual_information=1.0)


FAMILIES: dict[str, tuple[Callable[[float], Distribution], tuple[float, ...]]] = {
    HIGH: (lambda nats: sparse(3, 3, 2, mutual_information=nats), (1.0, 2.0, 3.0, 4.0, 5.0)),
    "tails": (lambda dof: Student(Gaussian(np.eye(4), (2, 2)), dof=int(dof)), (1.0, 2.0, 4.0, 8.0)),
    "spiral": (_spiral, (0.0, 0.25, 0.5, 1.0)),
    "sparsity": (_sparsity, (0.0, 1.0, 3.0, 5.0)),
}


@dataclass(frozen=True)
class Sweep:
    """One family of distributions by one estimator, at all settings of its dial; the steps are those of a network.

    ``"minde"`` is ranks and Gaussian baseline; ``"minde plain"`` rescaled data and neither, as published.
    """

    family: str
    estimator: str
    repetition: int = 0
    samples: int = 10_000
    steps: int = 250

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per setting of the dial."""
        values, members = _family(self.family)
        pairs, streams = samples_of(members, self.samples, rng)
        if self.estimator in FLEETS:
            trained = quick_minde(self.steps, device=device, **FLEETS[self.estimator])
            estimates = minde_fleet(trained, pairs, streams)
        else:
            one = make(self.estimator)
            estimates = [measure(one, x, y, rng=g) for (x, y), g in zip(pairs, streams, strict=True)]
        return [
            {"dial": value, **compared(member.mutual_information, estimate)}
            for value, member, estimate in zip(values, members, estimates, strict=True)
        ]


@dataclass(frozen=True)
class Neighbour:
    """One variational estimator on normal distributions of rising information, a fleet of critics."""

    estimator: str
    repetition: int = 0
    samples: int = 10_000
    steps: int = 400
    batch: int = 64
    hidden: int = 32

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per information, with whether the estimate came with a warning."""
        _, members = _family(HIGH)
        estimates = variational_fleet(_critic(self, device, lr=4e-3), *samples_of(members, self.samples, rng))
        return [
            {**compared(member.mutual_information, estimate), "warned": bool(estimate.warnings)}
            for member, estimate in zip(members, estimates, strict=True)
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
        """One row per task and seed, with whether the estimate came with a warning."""
        members = list(product(tasks_of(self.dims), range(self.seeds)))
        critic = _critic(self, device, lr=1e-3, holdout=held_out(self.samples))
        estimates = variational_fleet(critic, *samples_of([each for each, _ in members], self.samples, rng))
        rows = [
            {"task": each.id, "seed": seed, **compared(each.mutual_information, estimate)}
            for (each, seed), estimate in zip(members, estimates, strict=True)
        ]
        return [row | {"warned": bool(each.warnings)} for row, each in zip(rows, estimates, strict=True)]


def _family(name: str) -> tuple[tuple[float, ...], list[Distribution]]:
    """The settings of a family's dial, and the distribution at each."""
    make_distribution, values = FAMILIES[check_choice(name, "family", FAMILIES)]
    return values, [make_distribution(value) for value in values]


def _critic(cell: Neighbour | Critics, device: str, lr: float, **settings: Any) -> Variational:
    shape = {"hidden": cell.hidden, "steps": cell.steps, "training": Training(batch=cell.batch, lr=lr)}
    critic = make(check_choice(cell.estimator, "estimator", BOUNDS), device=device, **shape, **settings)
    assert isinstance(critic, Variational)
    return critic
