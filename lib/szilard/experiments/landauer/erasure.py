"""Bits erased in finite time: by walkers, by their density, by the best protocol and by habit; work that fluctuates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import sem

from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.rng import spawn
from szilard.thermodynamics.driven.evolution import cells
from szilard.thermodynamics.driven.transport import halves, local_equilibrium
from szilard.validation import check_choice

__all__ = ["Bias", "Cycle", "Fluctuation", "Front", "Sandwich", "Snapshot"]


def _protocol(stages: str, tau: float, barrier: float) -> tuple[thermo.Protocol, float]:
    """A protocol of erasure and the work that theory gives it, NaN where it gives none."""
    check_choice(stages, "stages", ("held", "scaled", "transport"))
    if stages == "held":
        return thermo.berut_protocol(tau, 3.5, barrier=barrier), math.nan
    if stages == "scaled":
        return thermo.scaled_protocol(tau, barrier=barrier), math.nan
    made = thermo.optimal_transport_protocol(thermo.double_well(barrier), tau)
    return made.protocol, made.work


@dataclass(frozen=True)
class Cycle:
    """One cycle of erasure: mean work and heat in k_B T and success by the density, work by walkers if there are any,
    beside theory and the bound at the success reached.

    ``stages`` "held" keeps the ends short, "scaled" slows everything with ``tau``, "transport" is the best protocol.
    """

    stages: str
    tau: float
    barrier: float = 8.0
    walkers: int = 0
    dt: float = 2.5e-4
    step: float = 5e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        protocol, theory = _protocol(self.stages, self.tau, self.barrier)
        exact = thermo.fokker_planck(protocol, dt=min(self.step, self.tau / 400))
        row = {
            "theory": theory, "work": exact.mean_work, "heat": exact.mean_heat, "success": exact.success,
            "bound": thermo.in_kt("reset_work", bits=1.0, error=1 - exact.success, bias=0.5),
            "walked": math.nan, "walked_stderr": math.nan,
        }  # fmt: skip
        if self.walkers:
            run = thermo.simulate_erasure(protocol, self.walkers, self.dt, rng=rng, device=device)
            row |= {"walked": run.mean_work, "walked_stderr": run.sem}
        return [row]


@dataclass(frozen=True)
class Snapshot:
    """Potential in k_B T and density in 1/L after a ``share`` of a cycle of erasure; where the potential jumps at the
    ends, after the first jump and before the last."""

    stages: str
    share: float
    tau: float
    barrier: float = 8.0
    cells: int = 256

    def measure(self) -> Rows:
        protocol, _ = _protocol(self.stages, self.tau, self.barrier)
        times, now, x = np.array(protocol.times), self.share * self.tau, cells(*protocol.domain(), self.cells)
        knot = int(np.searchsorted(times, now)) if now else int((times == 0).sum()) - 1
        table = protocol.energies(x)
        energy = table[knot]
        if now and times[knot] > now:
            way = (now - times[knot - 1]) / (times[knot] - times[knot - 1])
            energy = (1 - way) * table[knot - 1] + way * energy
        p = thermo.equilibrium(protocol.potentials[0], x)
        if now:
            stages = tuple(thermo.Tabulated(x, row) for row in (*table[:knot], energy))
            part = thermo.Protocol((*times[:knot], now), stages)
            p = thermo.fokker_planck(part, dt=self.tau / 4000, points=self.cells, domain=protocol.domain()).final
        columns = np.stack([x, energy, p / (x[1] - x[0])], axis=1)
        return [dict(zip(("x", "energy", "density"), row, strict=True)) for row in columns.tolist()]


@dataclass(frozen=True)
class Sandwich:
    """Least work of a full erasure in a time ``tau`` (in L²/D): the best of all, the best that ends in local
    equilibrium, and the bounds by the variance, in k_B T; variance and squared distance to local equilibrium, in L²."""

    tau: float
    barrier: float = 8.0

    def measure(self) -> Rows:
        well = thermo.double_well(self.barrier)
        edges, p = halves(well)
        middle = (edges[1:] + edges[:-1]) / 2
        var = float(p @ (middle**2 + np.diff(edges) ** 2 / 12))
        return [{
            "lower": thermo.finite_time_landauer(self.tau, var=var, target="free"),
            "free": thermo.best_final_state(well, self.tau).work,
            "local": thermo.finite_time_landauer(self.tau, potential=well, target="local"),
            "upper": thermo.finite_time_landauer(self.tau, var=var, target="local"),
            "variance": var, "square": thermo.wasserstein2_1d(edges, p, local_equilibrium(edges, p)) ** 2,
        }]  # fmt: skip


@dataclass(frozen=True)
class Front:
    """The best found with barrier and tilt alone, linear between ``knots``, within ``tau`` at a probability of error:
    an upper bound on what they can do; and the least with every force."""

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
            "bound": thermo.in_kt("reset_work", bits=1.0, error=played.error, bias=0.5),
        }]  # fmt: skip


@dataclass(frozen=True)
class Fluctuation:
    """Erasure in a duration ``tau`` of tilting, forwards and backwards: one row per bin of a histogram of the work,
    with the summary of the whole run beside it."""

    tau: float
    walkers: int = 40_000
    dt: float = 2.5e-4
    bins: int = 48
    span: tuple[float, float] = (-4.0, 12.0)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        ahead = thermo.berut_protocol(self.tau, 3.5)
        times = tuple(ahead.times[-1] - t for t in reversed(ahead.times))
        behind = thermo.Protocol(times, tuple(reversed(ahead.potentials)))
        forward, backward = (
            thermo.simulate_erasure(each, self.walkers, self.dt, rng=stream, device=device)
            for each, stream in zip((ahead, behind), spawn(rng, 2), strict=True)
        )
        exact = thermo.fokker_planck(ahead, dt=5e-3)
        summary = {"work": exact.mean_work, "success": exact.success}
        summary |= dict(zip(("left", "right"), exact.jarzynski_by_well, strict=True)) | _estimates(forward, backward)
        edges = np.linspace(*self.span, self.bins + 1)
        counts = [np.histogram(work, edges)[0] for work in (forward.work, -backward.work)]
        mass = self.walkers * (edges[1] - edges[0])
        columns = ((edges[1:] + edges[:-1]) / 2, counts[0] / mass, counts[1] / mass, *counts)
        names = ("bin", "forward", "backward", "forward_count", "backward_count")
        return [dict(zip(names, map(float, row), strict=True)) | summary for row in zip(*columns, strict=True)]


def _estimates(forward: thermo.WorkResult, backward: thermo.WorkResult) -> dict[str, float]:
    """By walkers: the slope of Crooks' line, and the exponential average split by the final well."""
    (slope, _), (slope_stderr, _) = thermo.crooks_slope(forward.work, backward.work)
    row = {"slope": slope, "slope_stderr": slope_stderr}
    for side, there in (("left", forward.final <= 0), ("right", forward.final > 0)):
        weight = np.exp(-forward.work) * there
        row |= {f"walked_{side}": weight.mean(), f"walked_{side}_stderr": weight.std() / math.sqrt(len(weight))}
    return row


@dataclass(frozen=True)
class Bias:
    """Mean errors in k_B T of Jarzynski's average and Bennett's ratio, for a trap dragged or else stiffened at once."""

    speed: float
    ratio: float
    runs: int = 131_072
    sizes: tuple[int, ...] = (4, 16, 64, 256, 1024, 4096)

    def measure(self, rng: np.random.Generator) -> Rows:
        trap = thermo.DraggedTrap(self.speed, 1.0) if self.speed else thermo.HarmonicQuench(self.ratio)
        ahead, back = trap.sample(self.runs, rng=rng), trap.reverse.sample(self.runs, rng=rng)
        rows, average = [], thermo.jarzynski_bias(ahead, self.sizes, trap.free_energy)
        for size, (bias, err) in zip(self.sizes, average.tolist(), strict=True):
            pairs = zip(*(work[: 32 * size].reshape(64, -1) for work in (ahead, back)), strict=True)
            off = [thermo.crooks_bar(*pair).value - trap.free_energy for pair in pairs]
            rows.append({"size": size, "bias": bias, "stderr": err, "bar": np.mean(off), "bar_stderr": sem(off)})
        return rows
