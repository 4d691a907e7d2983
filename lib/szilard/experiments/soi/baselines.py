"""What the chapter on SΩI sets beside it: O-information added up from bounds on pairs; the cost of many variables."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.distributions import redundant
from szilard.estimators import Variational, line_fleet, make
from szilard.experiments.soi.cells import PROTOCOLS, fleet, measured, soi_estimator, system
from szilard.rng import spawn

BOUNDS = ("mine", "nwj", "infonce", "club")
SYSTEMS = (("red", 2), ("syn", 2), ("mix", 1))  # three variables, three and six

__all__ = ["BOUNDS", "Cost", "Line"]


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
                found = line_fleet(self.bound(device), drawn, streams)
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
