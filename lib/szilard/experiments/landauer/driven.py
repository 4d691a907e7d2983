"""What the chapter on Landauer drives: bits erased by walkers and by densities, and work that fluctuates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.rng import spawn
from szilard.thermodynamics import (
    DraggedTrap,
    HarmonicQuench,
    berut_protocol,
    best_final_state,
    crooks_bar,
    crooks_slope,
    double_well,
    finite_time_landauer,
    fokker_planck,
    in_kt,
    jarzynski,
    jarzynski_bias,
    optimal_transport_protocol,
    optimize_erasure,
    scaled_protocol,
    simulate_erasure,
    wasserstein2_1d,
)
from szilard.thermodynamics.driven.protocols import Protocol
from szilard.thermodynamics.driven.transport import halves, local_equilibrium

__all__ = ["Bias", "Cycle", "Fluctuation", "Front", "Played", "Sandwich", "Wells", "bound"]


def bound(success: float) -> float:
    """Landauer's bound in k_B T at the probability of success reached, ln 2 - h."""
    return in_kt("reset_work", bits=1.0, error=1 - success, bias=0.5)


@dataclass(frozen=True)
class Cycle:
    """One cycle of erasure; ``stages`` "held" keeps the ends short, "scaled" slows everything with ``tau``."""

    stages: str
    tau: float
    walkers: int
    dt: float
    step: float = 5e-3

    @property
    def protocol(self) -> Protocol:
        """What is done to the double well."""
        return berut_protocol(self.tau, 3.5) if self.stages == "held" else scaled_protocol(self.tau)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Mean work, heat and success by the density, and by walkers if there are any."""
        exact = fokker_planck(self.protocol, dt=self.step)
        row = {
            "duration": self.protocol.duration,
            "work": exact.mean_work,
            "heat": exact.mean_heat,
            "success": exact.success,
            "bound": bound(exact.success),
        }
        found = dict.fromkeys(("walked", "walked_stderr", "walked_heat", "walked_success"), math.nan)
        if self.walkers:
            run = simulate_erasure(self.protocol, self.walkers, self.dt, rng=rng, device=device)
            found = dict(zip(found, (run.mean_work, run.sem, run.mean_heat, run.success), strict=True))
        return [row | found]


@dataclass(frozen=True)
class Wells:
    """A double well of given barrier in k_B T: how far a bit has to be moved to be erased."""

    barrier: float

    def measure(self) -> Rows:
        """Variance of the equilibrium and squared distance to local equilibrium in one well, in L²."""
        edges, p = halves(double_well(self.barrier))
        middle = (edges[1:] + edges[:-1]) / 2
        square = wasserstein2_1d(edges, p, local_equilibrium(edges, p)) ** 2
        return [{"variance": float(p @ (middle**2 + np.diff(edges) ** 2 / 12)), "square": square}]


@dataclass(frozen=True)
class Sandwich:
    """Least work of a full erasure in a time ``tau`` (in L²/D)."""

    tau: float
    barrier: float = 8.0

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The two bounds by the variance, the best end in local equilibrium and the best of all, in k_B T."""
        well = double_well(self.barrier)
        var = wells(Wells(self.barrier), rng, device)[0]["variance"]
        best = best_final_state(well, self.tau)
        return [
            {
                "lower": finite_time_landauer(self.tau, var=var, target="free"),
                "free": best.work,
                "local": finite_time_landauer(self.tau, potential=well, target="local"),
                "upper": finite_time_landauer(self.tau, var=var, target="local"),
                "free_divergence": best.divergence,
                "free_square": best.squared_distance,
            }
        ]


@dataclass(frozen=True)
class Played:
    """A protocol played: the one of optimal transport, or a plain one of the same duration."""

    which: str
    tau: float
    barrier: float = 8.0
    walkers: int = 0
    dt: float = 2.5e-4
    step: float = 5e-4

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Work by the density and by walkers in k_B T, success, the bound at it, and what theory says of transport."""
        theory = math.nan
        if self.which == "transport":
            made = optimal_transport_protocol(double_well(self.barrier), self.tau)
            protocol, theory = made.protocol, made.work
        else:
            protocol = scaled_protocol(self.tau, barrier=self.barrier)
        step = min(self.step, self.tau / 400) if self.which == "transport" else 5e-3
        exact = fokker_planck(protocol, dt=step)
        walked = stderr = math.nan
        if self.walkers:
            run = simulate_erasure(protocol, self.walkers, self.dt, rng=rng, device=device)
            walked, stderr = run.mean_work, run.sem
        return [
            {
                "theory": theory,
                "work": exact.mean_work,
                "success": exact.success,
                "bound": bound(exact.success),
                "walked": walked,
                "walked_stderr": stderr,
            }
        ]


@dataclass(frozen=True)
class Front:
    """The best that barrier and tilt alone can do within ``tau`` at a probability of error."""

    tau: float
    error: float
    barrier: float = 8.0
    knots: int = 5
    points: int = 128

    def measure(self) -> Rows:
        """Work of the optimised protocol, and the least with every force at hand at the same error, in k_B T."""
        found = optimize_erasure(self.tau, error=self.error, barrier=self.barrier, knots=self.knots, points=self.points)
        well = double_well(self.barrier)
        return [
            {
                "work": found.work,
                "reached": found.error,
                "converged": found.converged,
                "free": best_final_state(well, self.tau, error=self.error).work,
                "bound": bound(1 - found.error),
            }
        ]


@dataclass(frozen=True)
class Fluctuation:
    """Erasure in a duration ``tau`` of tilting, forwards and backwards, with a histogram of the work."""

    tau: float
    walkers: int = 40_000
    dt: float = 2.5e-4
    bins: int = 48
    span: tuple[float, float] = (-4.0, 12.0)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per bin of the work, with the summary of the whole run beside it."""
        ahead = berut_protocol(self.tau, 3.5)
        duration = ahead.times[-1]
        back = Protocol(tuple(duration - t for t in reversed(ahead.times)), tuple(reversed(ahead.potentials)))
        first, second = spawn(rng, 2)
        forward = simulate_erasure(ahead, self.walkers, self.dt, rng=first, device=device)
        backward = simulate_erasure(back, self.walkers, self.dt, rng=second, device=device)
        (slope, zero), (slope_stderr, zero_stderr) = crooks_slope(forward.work, backward.work)
        exact = fokker_planck(ahead, dt=5e-3)
        bar = crooks_bar(forward.work, backward.work)
        alone = jarzynski(forward.work)
        right = forward.final > 0
        weight = np.exp(-forward.work)
        left_part, right_part = exact.jarzynski_by_well
        summary = {
            "work": exact.mean_work, "success": exact.success, "slope": slope, "slope_stderr": slope_stderr,
            "zero": zero, "zero_stderr": zero_stderr, "bar": bar.value, "bar_stderr": bar.stderr,
            "average": alone.value, "average_stderr": alone.stderr, "carrying": alone.effective,
            "left": left_part, "right": right_part,
            "walked_left": float((weight * ~right).mean()), "walked_right": float((weight * right).mean()),
        }  # fmt: skip
        edges = np.linspace(*self.span, self.bins + 1)
        width = edges[1] - edges[0]
        counts = [np.histogram(w, edges)[0] for w in (forward.work, -backward.work)]
        return [
            {
                "bin": float((edges[i] + edges[i + 1]) / 2),
                "forward": counts[0][i] / (self.walkers * width),
                "backward": counts[1][i] / (self.walkers * width),
                "forward_count": int(counts[0][i]),
                "backward_count": int(counts[1][i]),
                **summary,
            }
            for i in range(self.bins)
        ]


@dataclass(frozen=True)
class Bias:
    """An exactly known process whose free energy is estimated from ever more runs."""

    process: str
    parameter: float
    runs: int = 65_536
    sizes: tuple[int, ...] = (4, 16, 64, 256, 1024, 4096)

    def measure(self, rng: np.random.Generator) -> Rows:
        """Bias of Jarzynski's average, and error of Bennett's ratio, by the number of runs; in k_B T."""
        process = DraggedTrap(self.parameter, 1.0) if self.process == "drag" else HarmonicQuench(self.parameter)
        first, second = spawn(rng, 2)
        ahead, back = process.sample(self.runs, rng=first), process.reverse.sample(self.runs, rng=second)
        found = jarzynski_bias(ahead, self.sizes, free_energy=process.free_energy)
        rows = []
        for size, (mean, stderr) in zip(self.sizes, found, strict=True):
            half = size // 2
            blocks = min(self.runs // half, 64)
            pairs = zip(
                ahead[: blocks * half].reshape(blocks, half), back[: blocks * half].reshape(blocks, half), strict=True
            )
            ratio = np.array([crooks_bar(*pair).value for pair in pairs]) - process.free_energy
            rows.append(
                {
                    "size": size,
                    "mean_work": process.mean_work,
                    "bias": mean,
                    "bias_stderr": stderr,
                    "ratio_bias": float(ratio.mean()),
                    "ratio_stderr": float(ratio.std(ddof=1) / math.sqrt(blocks)),
                }
            )
        return rows
