"""Fits of the Chinchilla law from the published grid of 4,500 starts, against SciPy called one start at a time.

    python tests/benchmarks/bench_scaling.py
    python tests/benchmarks/bench_scaling.py --out scaling.csv

Seconds of the processor, one thread each, so that whatever else runs does not count; our starts divide among threads,
so that two cores halve them. 240 points on the surface of `besiroglu2024chinchilla` with Laplace noise. SciPy's
L-BFGS-B gets the analytic gradient and the tolerances that the refit needs, once with the sizes as they are, as the
literature does, once with their mean logarithms taken off, as we do; it runs from a sample of the starts, which says
how long all of them would take. All run once before they are timed. The second row is a warm-started fit, as a
bootstrap makes them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from szilard.scaling import ChinchillaLaw, bootstrap, fit, grid_starts

T = TypeVar("T")
SAMPLE = 45  # every hundredth of the starts
TIGHT = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 50_000}
DELTA = 1e-3


def points(n: int = 240) -> dict[str, np.ndarray]:
    """Runs (n) drawn about a known law."""
    rng, law = np.random.default_rng(0), ChinchillaLaw(477.83, 2143.42, 1.81722, 0.347310, 0.367172)
    N, C = np.exp(rng.uniform(np.log(5e7), np.log(1.6e10), n)), np.exp(rng.uniform(np.log(6e18), np.log(3e21), n))
    D = C / 6 / N
    return {"N": N, "D": D, "loss": law.loss(N, D) * np.exp(rng.laplace(0, 0.003, n))}


def scipy_fit(start: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> float:
    """The objective that L-BFGS-B reaches from one start; x, y, z are ln N, ln D and ln L."""

    def value(t: np.ndarray) -> tuple[float, np.ndarray]:
        terms = np.stack([t[0] - t[3] * x, t[1] - t[4] * y, np.full_like(x, t[2])])
        top = terms.max(axis=0)
        parts = np.exp(terms - top)
        r = top + np.log(parts.sum(axis=0)) - z
        p = parts / parts.sum(axis=0) * np.clip(r, -DELTA, DELTA)
        penalty = np.where(np.abs(r) <= DELTA, 0.5 * r**2, DELTA * (np.abs(r) - 0.5 * DELTA))
        return penalty.sum(), np.array([*p.sum(axis=1), -(p[0] @ x), -(p[1] @ y)])

    return float(minimize(value, start, jac=True, method="L-BFGS-B", options=TIGHT).fun)


def race(sample: int = SAMPLE) -> pd.DataFrame:
    """Seconds of each for the whole grid and for one warm start, and the objectives they reach."""
    runs, starts = points(), grid_starts()
    x, y, z = np.log([runs["N"], runs["D"], runs["loss"]])
    middle = np.array([x.mean(), y.mean()])
    best = fit("chinchilla", runs, starts=starts[::100])
    scipy_fit(starts[0], x, y, z)
    best, ours = timed(lambda: fit("chinchilla", runs, starts=starts))
    chosen = starts[:: len(starts) // sample]
    scale = len(starts) / len(chosen)
    reached, plain = timed(lambda: [scipy_fit(start, x, y, z) for start in chosen])
    centred, helped = timed(
        lambda: [scipy_fit(move(start, middle), x - middle[0], y - middle[1], z) for start in chosen]
    )
    grid = {"task": "4,500 starts", "ratio": plain * scale / ours, "szilard": ours, "scipy": plain * scale,
            "scipy, sizes centred": helped * scale, "objective": best.objective, "scipy's": min(reached + centred),
            "at a minimum": best.converged / best.starts}  # fmt: skip
    _, warm = timed(lambda: bootstrap(best, 200))
    near = [best.theta * (1 + 0.01 * (k - 10) / 10) for k in range(20)]
    _, plain = timed(lambda: [scipy_fit(start, x, y, z) for start in near])
    _, helped = timed(lambda: [scipy_fit(move(start, middle), x - middle[0], y - middle[1], z) for start in near])
    one = {"task": "one warm start", "ratio": plain / 20 / (warm / 200), "szilard": warm / 200, "scipy": plain / 20,
           "scipy, sizes centred": helped / 20}  # fmt: skip
    return pd.DataFrame([grid, one])


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What ``work`` returns, and its seconds of the processor."""
    begun = time.process_time()
    return work(), time.process_time() - begun


def move(theta: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Parameters for sizes whose mean logarithms are taken off."""
    return theta - np.array([*(theta[3:] * middle), 0, 0, 0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = race()
    print(table.to_string(index=False, float_format="{:.4g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
