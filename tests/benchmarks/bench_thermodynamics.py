"""Langevin walkers and Fokker-Planck steps through an erasure, against loops over NumPy arrays.

    python tests/benchmarks/bench_thermodynamics.py                     20 000 walkers, 4000 steps; 512 cells
    python tests/benchmarks/bench_thermodynamics.py --walkers 4000 --out thermodynamics.csv

The NumPy contestants are what one writes without a compiler, and not carelessly: all walkers at once, buffers in place,
normal numbers from the fastest generator; SciPy's banded solver for the implicit steps. Everything runs once before it
is timed; then contestants take turns and the best round counts. Mean works are printed beside the seconds.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.linalg import solve_banded

TAU, TILT, STEP = 3.0, 3.5, 1e-3
ROUNDS = 3

Contestant = Callable[[int], float]


def erasure():
    from szilard.thermodynamics import berut_protocol

    return berut_protocol(TAU, TILT)


def course(dt: float) -> np.ndarray:
    """Barrier and tilt in the middle of each step, and at both ends, (N + 2, 2)."""
    from szilard.thermodynamics.driven.protocols import steps

    protocol = erasure()
    knots = np.array([(well.coefficients[4], -well.coefficients[1]) for well in protocol.potentials])
    schedule = steps(protocol, dt)
    share = schedule.share[:, None]
    middle = knots[schedule.knot] * (1 - share) + knots[schedule.knot + 1] * share
    return np.concatenate([knots[:1], middle, knots[-1:]])


def walk_szilard(walkers: int) -> float:
    from szilard.thermodynamics import simulate_erasure

    return simulate_erasure(erasure(), walkers, STEP, rng=0, device="cpu").mean_work


def walk_numpy(walkers: int) -> float:
    from szilard.thermodynamics import double_well, sample_equilibrium

    rng = np.random.Generator(np.random.SFC64(0))
    x = sample_equilibrium(double_well(8.0), walkers, rng=np.random.default_rng(0))
    work, square, noise = np.zeros(walkers), np.empty(walkers), np.empty(walkers)
    values = course(STEP)
    root = math.sqrt(2 * STEP)
    for before, now in zip(values[:-2], values[1:-1], strict=True):
        barrier, tilt = now
        rng.standard_normal(out=noise)
        np.multiply(x, x, out=square)
        square -= 1
        work += (barrier - before[0]) * square * square - (tilt - before[1]) * x
        square *= x
        square *= -4 * barrier * STEP
        noise *= root
        x += square
        x += noise
        x += tilt * STEP
    change = values[-1] - values[-2]
    work += change[0] * (x * x - 1) ** 2 - change[1] * x
    return float(work.mean())


def walk_torch(walkers: int) -> float:
    from szilard.thermodynamics import double_well, sample_equilibrium
    from szilard.thermodynamics.driven._langevin_torch import walk
    from szilard.thermodynamics.driven.protocols import steps

    rng = np.random.default_rng(0)
    start = sample_equilibrium(double_well(8.0), walkers, rng=rng)
    return float(walk(erasure(), steps(erasure(), STEP), start, rng, "cpu")[1].mean())


def flow_szilard(points: int) -> float:
    from szilard.thermodynamics import fokker_planck

    return fokker_planck(erasure(), points=points).mean_work


def flow_numpy(points: int) -> float:
    """One step of the same order on the same grid; densities and works alone, no fluctuation averages."""
    x = np.linspace(-2.3, 2.3, points)
    spacing = x[1] - x[0]
    well, values, dt = (x * x - 1) ** 2, course(5e-3), 5e-3
    energy = values[0, 0] * well - values[0, 1] * x
    p = np.exp(-energy)
    p /= p.sum()
    work, gamma = 0.0, 1 - 1 / math.sqrt(2)
    for barrier, tilt in values[1:-1]:
        new = barrier * well - tilt * x
        work += p @ (new - energy)
        energy = new
        up = gamma * dt / spacing**2 * np.exp(-np.diff(energy) / 2)
        down = (gamma * dt / spacing**2) ** 2 / up
        band = np.zeros((3, points))
        band[0, 1:], band[2, :-1], band[1] = -down, -up, 1
        band[1, :-1] += up
        band[1, 1:] += down
        once = solve_banded((1, 1), band, p, check_finite=False)
        p = once + (1 + math.sqrt(2)) * (solve_banded((1, 1), band, once, check_finite=False) - once)
    return float(work + p @ (values[-1, 0] * well - values[-1, 1] * x - energy))


RACES: dict[str, dict[str, Contestant]] = {
    "Langevin": {"szilard": walk_szilard, "numpy": walk_numpy, "torch": walk_torch},
    "Fokker-Planck": {"szilard": flow_szilard, "numpy": flow_numpy},
}


def race(name: str, size: int, rounds: int = ROUNDS) -> pd.DataFrame:
    """One row per contestant: seconds of its best round, mean work, and how many times slower than ours."""
    contestants = RACES[name]
    seconds, works = dict.fromkeys(contestants, math.inf), {}
    for run in contestants.values():
        run(size)
    for _ in range(rounds):
        for contestant, run in contestants.items():
            start = time.perf_counter()
            works[contestant] = run(size)
            seconds[contestant] = min(seconds[contestant], time.perf_counter() - start)
    table = pd.DataFrame({"race": name, "size": size, "seconds": seconds, "work": works})
    table["times ours"] = table["seconds"] / seconds["szilard"]
    return table.rename_axis("contestant").reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--walkers", type=int, default=20_000)
    parser.add_argument("--points", type=int, default=512)
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    from szilard.threads import usable_threads

    print(f"{usable_threads()} threads for ours; NumPy and SciPy use one whatever they are given")
    table = pd.concat([race("Langevin", options.walkers), race("Fokker-Planck", options.points)])
    print(table.to_string(index=False, float_format="{:.4g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
