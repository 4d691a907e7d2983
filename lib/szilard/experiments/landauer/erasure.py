"""Bits erased in finite time: by walkers, by their density, by the best protocol and by habit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.thermodynamics.driven.transport import halves, local_equilibrium
from szilard.validation import check_choice

__all__ = ["Cycle", "Front", "Played", "Sandwich", "Wells"]


def _bound(success: float) -> float:
    """Landauer's bound in k_B T at the probability of success reached, ln 2 - h."""
    return thermo.in_kt("reset_work", bits=1.0, error=1 - success, bias=0.5)


def _walked(
    protocol: thermo.Protocol, walkers: int, dt: float, rng: np.random.Generator, device: str
) -> tuple[float, ...]:
    """Mean work of walkers, its standard error, mean heat and success; NaN without walkers."""
    if not walkers:
        return (math.nan,) * 4
    run = thermo.simulate_erasure(protocol, walkers, dt, rng=rng, device=device)
    return run.mean_work, run.sem, run.mean_heat, run.success


@dataclass(frozen=True)
class Cycle:
    """One cycle of erasure: its mean work, heat and success by the density, and by walkers if there are any.

    ``stages`` "held" keeps the ends short, "scaled" slows everything with ``tau``.
    """

    stages: str
    tau: float
    walkers: int
    dt: float
    step: float = 5e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        check_choice(self.stages, "stages", ("held", "scaled"))
        held = self.stages == "held"
        protocol = thermo.berut_protocol(self.tau, 3.5) if held else thermo.scaled_protocol(self.tau)
        exact = thermo.fokker_planck(protocol, dt=self.step)
        walked, stderr, heat, success = _walked(protocol, self.walkers, self.dt, rng, device)
        return [{
            "duration": protocol.duration, "work": exact.mean_work, "heat": exact.mean_heat,
            "success": exact.success, "bound": _bound(exact.success),
            "walked": walked, "walked_stderr": stderr, "walked_heat": heat, "walked_success": success,
        }]  # fmt: skip


@dataclass(frozen=True)
class Wells:
    """A double well of given barrier in k_B T: how far a bit has to be moved to be erased.

    Measured are the variance of the equilibrium and the squared distance to local equilibrium in one well, in L².
    """

    barrier: float

    def measure(self) -> Rows:
        edges, p = halves(thermo.double_well(self.barrier))
        middle = (edges[1:] + edges[:-1]) / 2
        square = thermo.wasserstein2_1d(edges, p, local_equilibrium(edges, p)) ** 2
        return [{"variance": float(p @ (middle**2 + np.diff(edges) ** 2 / 12)), "square": square}]


@dataclass(frozen=True)
class Sandwich:
    """Least work of a full erasure in a time ``tau`` (in L²/D): the best of all, the best that ends in local
    equilibrium, and the two bounds by the variance, in k_B T."""

    tau: float
    barrier: float = 8.0

    def measure(self) -> Rows:
        well = thermo.double_well(self.barrier)
        var = Wells(self.barrier).measure()[0]["variance"]
        best = thermo.best_final_state(well, self.tau)
        return [{
            "lower": thermo.finite_time_landauer(self.tau, var=var, target="free"),
            "free": best.work,
            "local": thermo.finite_time_landauer(self.tau, potential=well, target="local"),
            "upper": thermo.finite_time_landauer(self.tau, var=var, target="local"),
            "free_divergence": best.divergence, "free_square": best.squared_distance,
        }]  # fmt: skip


@dataclass(frozen=True)
class Played:
    """A protocol played, that of optimal transport or a plain one of the same duration.

    Measured is the work by the density and by walkers in k_B T, success and the bound at it, beside theory.
    """

    which: str
    tau: float
    barrier: float = 8.0
    walkers: int = 0
    dt: float = 2.5e-4
    step: float = 5e-4

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        check_choice(self.which, "which", ("transport", "plain"))
        if self.which == "transport":
            made = thermo.optimal_transport_protocol(thermo.double_well(self.barrier), self.tau)
            protocol, theory, step = made.protocol, made.work, min(self.step, self.tau / 400)
        else:
            protocol, theory, step = thermo.scaled_protocol(self.tau, barrier=self.barrier), math.nan, 5e-3
        exact = thermo.fokker_planck(protocol, dt=step)
        walked, stderr, *_ = _walked(protocol, self.walkers, self.dt, rng, device)
        return [{
            "theory": theory, "work": exact.mean_work, "success": exact.success, "bound": _bound(exact.success),
            "walked": walked, "walked_stderr": stderr,
        }]  # fmt: skip


@dataclass(frozen=True)
class Front:
    """The best found with barrier and tilt alone within ``tau`` at a probability of error, and with every force."""

    tau: float
    error: float
    barrier: float = 8.0
    knots: int = 5
    points: int = 128

    def measure(self) -> Rows:
        played = thermo.optimize_erasure(
            self.tau, error=self.error, barrier=self.barrier, knots=self.knots, points=self.points
        )
        least = thermo.best_final_state(thermo.double_well(self.barrier), self.tau, error=self.error)
        return [{
            "work": played.work, "reached": played.error, "converged": played.converged, "free": least.work,
            "bound": _bound(1 - played.error),
        }]  # fmt: skip
