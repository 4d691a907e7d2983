"""Work that fluctuates: erasure forwards and backwards, and estimates of a known free energy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.rng import spawn
from szilard.validation import check_choice

__all__ = ["Bias", "Fluctuation"]


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
        summary = _exact(ahead) | _estimates(forward, backward)
        edges = np.linspace(*self.span, self.bins + 1)
        counts = [np.histogram(work, edges)[0] for work in (forward.work, -backward.work)]
        mass = self.walkers * (edges[1] - edges[0])
        return [
            {
                "bin": float(left + right) / 2, "forward": there / mass, "backward": back / mass,
                "forward_count": int(there), "backward_count": int(back),
            } | summary
            for left, right, there, back in zip(edges[:-1], edges[1:], *counts, strict=True)
        ]  # fmt: skip


def _exact(protocol: thermo.Protocol) -> dict[str, float]:
    """By the density: mean work, success, and the exponential average split by the final well."""
    exact = thermo.fokker_planck(protocol, dt=5e-3)
    left, right = exact.jarzynski_by_well
    return {"work": exact.mean_work, "success": exact.success, "left": left, "right": right}


def _estimates(forward: thermo.WorkResult, backward: thermo.WorkResult) -> dict[str, float]:
    """By walkers: Crooks' line, two estimates of the free energy, and the exponential average split by the well."""
    (slope, zero), (slope_stderr, zero_stderr) = thermo.crooks_slope(forward.work, backward.work)
    ratio, alone = thermo.crooks_bar(forward.work, backward.work), thermo.jarzynski(forward.work)
    right, weight = forward.final > 0, np.exp(-forward.work)
    return {
        "slope": slope, "slope_stderr": slope_stderr, "zero": zero, "zero_stderr": zero_stderr,
        "bar": ratio.value, "bar_stderr": ratio.stderr,
        "average": alone.value, "average_stderr": alone.stderr, "carrying": alone.effective,
        "walked_left": float((weight * ~right).mean()), "walked_right": float((weight * right).mean()),
    }  # fmt: skip


@dataclass(frozen=True)
class Bias:
    """An exactly known process whose free energy is estimated from ever more runs: bias of Jarzynski's average and
    of Bennett's ratio by the number of runs, in k_B T."""

    process: str
    parameter: float
    runs: int = 65_536
    sizes: tuple[int, ...] = (4, 16, 64, 256, 1024, 4096)

    def measure(self, rng: np.random.Generator) -> Rows:
        check_choice(self.process, "process", ("drag", "quench"))
        drag = self.process == "drag"
        process = thermo.DraggedTrap(self.parameter, 1.0) if drag else thermo.HarmonicQuench(self.parameter)
        first, second = spawn(rng, 2)
        ahead, back = process.sample(self.runs, rng=first), process.reverse.sample(self.runs, rng=second)
        averages = thermo.jarzynski_bias(ahead, self.sizes, free_energy=process.free_energy)
        rows = []
        for size, (bias, stderr) in zip(self.sizes, averages, strict=True):
            half = size // 2
            blocks = min(self.runs // half, 64)
            pairs = np.stack([ahead[: blocks * half], back[: blocks * half]]).reshape(2, blocks, half)
            off = np.array([thermo.crooks_bar(*pairs[:, i]).value for i in range(blocks)])
            off -= process.free_energy
            rows.append({
                "size": size, "mean_work": process.mean_work, "bias": bias, "bias_stderr": stderr,
                "ratio_bias": float(off.mean()), "ratio_stderr": float(off.std(ddof=1) / math.sqrt(blocks)),
            })  # fmt: skip
        return rows
