"""What the chapter on SΩI sets beside it: O-information added up from bounds on pairs; the cost of many variables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from szilard.compendium import Rows
from szilard.distributions import redundant
from szilard.estimate import Estimate, OInformation
from szilard.estimators import Variational, line_o_information, make, variational_fleet
from szilard.experiments.soi.cells import PROTOCOLS, fleet, measured, soi_estimator, system
from szilard.rng import RNG, spawn

BOUNDS = ("mine", "nwj", "infonce", "club")
SYSTEMS = (("red", 2), ("syn", 2), ("mix", 1))  # three variables, three and six

__all__ = ["BOUNDS", "Cost", "Line", "added"]


@dataclass(frozen=True)
class Line:
    """Redundant, synergistic and mixed systems by one bound added up along a line of variables, or by SΩI."""

    estimator: str
    d: int = 5
    samples: int = 10_000
    steps: int = 400
    batch: int = 128
    lr: float = 2e-3
    strengths: tuple[float, ...] = (0.6,)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S of every system, with truth."""
        rows = []
        for setting, stream in zip((2, 1), spawn(rng, 2), strict=True):
            members = [(family, rho) for family, at in SYSTEMS if at == setting for rho in self.strengths]
            laws = [system(family, setting, rho, self.d) for family, rho in members]
            if self.estimator in PROTOCOLS:
                estimator = soi_estimator(self.estimator, self.steps, self.batch, self.lr, device)
                found = fleet(estimator, laws, self.samples, stream)
            else:
                data, streams = (spawn(each, len(laws)) for each in spawn(stream, 2))
                drawn = [law.sample(self.samples, rng=each) for law, each in zip(laws, data, strict=True)]
                found = added(drawn, self.bound(device), streams)
            rows += [
                {"family": family, "rho": rho, **measured(each, law.o_information)}
                for (family, rho), law, each in zip(members, laws, found, strict=True)
            ]
        return rows

    def bound(self, device: str) -> Variational:
        """The bound with the budget of the cell."""
        from szilard.diffusion import Training

        bound = make(self.estimator, steps=self.steps, training=Training(self.batch, self.lr), device=device)
        assert isinstance(bound, Variational)
        return bound


@dataclass
class _Terms:
    """In the place of a bound: writes down the pairs it is asked for, and answers once their bounds are known."""

    name: ClassVar[str] = "asked"
    stochastic: ClassVar[bool] = True
    asked: list[tuple[np.ndarray, np.ndarray, RNG]] = field(default_factory=list)
    answers: Iterator[Estimate] | None = None

    def mutual_information(self, x: ArrayLike, y: ArrayLike, *, rng: RNG = 0) -> Estimate:
        """The next answer, or a place for it."""
        if self.answers is not None:
            return next(self.answers)
        self.asked.append((np.asarray(x), np.asarray(y), rng))
        return Estimate(0.0, 0.0, len(np.asarray(x)), "asked")


def added(systems: Sequence[Sequence[ArrayLike]], bound: Variational, rngs: Sequence[RNG]) -> list[OInformation]:
    """:func:`szilard.estimators.line_o_information` of every system, terms of equal shape trained side by side."""
    terms = [_Terms() for _ in systems]
    for variables, each, rng in zip(systems, terms, rngs, strict=True):
        line_o_information(variables, each, rng=rng)
    asked = [one for each in terms for one in each.asked]
    answers: dict[int, Estimate] = {}
    for width in sorted({x.shape[1] for x, _, _ in asked}):
        equal = [i for i, (x, _, _) in enumerate(asked) if x.shape[1] == width]
        pairs, streams = [asked[i][:2] for i in equal], [asked[i][2] for i in equal]
        answers |= zip(equal, variational_fleet(bound, pairs, streams), strict=True)
    known = iter([answers[i] for i in range(len(asked))])
    for each in terms:
        each.answers = known
    return [line_o_information(variables, each) for variables, each in zip(systems, terms, strict=True)]


@dataclass(frozen=True)
class Cost:
    """A redundant system of this many variables, for which one network is trained and asked."""

    variables: int
    samples: int = 5_000
    steps: int = 100
    batch: int = 256

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """What Ω of N variables takes: questions to one network, networks of the line recipe, seconds for all of it."""
        from szilard.diffusion import dual_total_correlation_gap, total_correlation_gap

        n = self.variables
        questions = {*total_correlation_gap(n).masks, *dual_total_correlation_gap(n).masks}
        variables = redundant(n, 0.5).sample(self.samples, rng=rng)
        estimator = soi_estimator("baseline", self.steps, self.batch, 1e-3, device)
        started = time.perf_counter()
        estimator.o_information(variables, rng=rng)
        return [{"questions": len(questions), "networks": 2 * n - 2, "seconds": time.perf_counter() - started}]
