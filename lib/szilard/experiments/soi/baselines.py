"""What the chapter on SΩI sets beside it: O-information added up from bounds on pairs; the cost of many variables."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.distributions import redundant
from szilard.estimators import line_o_information, make
from szilard.experiments.soi.cells import PROTOCOLS, Rows, measured, soi_estimator, system
from szilard.rng import spawn

BOUNDS = ("mine", "nwj", "infonce", "club")

__all__ = ["BOUNDS", "Cost", "Line"]


@dataclass(frozen=True)
class Line:
    """One system at several strengths: a bound added up along a line of variables, or a protocol of SΩI."""

    estimator: str
    family: str
    setting: int = 2
    d: int = 10
    repetition: int = 0
    samples: int = 10_000
    steps: int = 400
    batch: int = 64
    lr: float = 1e-3
    strengths: tuple[float, ...] = (0.3, 0.6)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S at every strength, with truth."""
        laws = [system(self.family, self.setting, rho, self.d) for rho in self.strengths]
        rows = []
        for rho, law, stream in zip(self.strengths, laws, spawn(rng, len(laws)), strict=True):
            data, training = spawn(stream, 2)
            found = _o_information(self, law.sample(self.samples, rng=data), training, device)
            rows.append({"rho": rho, **measured(found, law.o_information)})
        return rows


def _o_information(cell: Line, variables: Any, rng: np.random.Generator, device: str) -> Any:
    if cell.estimator in PROTOCOLS:
        estimator = soi_estimator(cell.estimator, cell.steps, cell.batch, cell.lr, device)
        return estimator.o_information(variables, rng=rng)
    from szilard.diffusion import Training

    training = Training(batch=cell.batch, lr=cell.lr)
    bound = make(cell.estimator, steps=cell.steps, training=training, device=device)
    return line_o_information(variables, bound, rng=rng)


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
