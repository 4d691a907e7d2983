"""Information of normal channels against a loop over points and against whole matrices: ratio, seconds and values.

    python tests/benchmarks/bench_mixtures.py
    python tests/benchmarks/bench_mixtures.py --out mixtures.csv

All compute the Kolchinsky–Tracey bound of the same points, the others with SciPy's logsumexp: row by row, or from the
whole matrix of divergences. Own variances make that matrix one of n² d numbers on the way. Each runs once before it is
timed; then they take turns and the best round counts.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from scipy.special import logsumexp

CASES = ((1000, 10, "shared"), (4000, 10, "shared"), (4000, 64, "shared"), (500, 10, "own"), (1000, 16, "own"))
ROUNDS = 3

Contestant = Callable[[np.ndarray, np.ndarray], float]


def ours(means: np.ndarray, variances: np.ndarray) -> float:
    from szilard.estimators import mixture_information

    return mixture_information(means, variances, "kt").nats


def loop(means: np.ndarray, variances: np.ndarray) -> float:
    rows = zip(means, variances, strict=True)
    return -float(np.mean([logsumexp(-_divergences(*row, means, variances)) for row in rows])) + math.log(len(means))


def matrix(means: np.ndarray, variances: np.ndarray) -> float:
    if (variances == variances[0]).all():
        scaled = means / np.sqrt(variances)
        distances = cdist(scaled, scaled, "sqeuclidean") / 2
    else:
        distances = _divergences(means[:, None], variances[:, None], means, variances)
    return -float(logsumexp(-distances, axis=1).mean()) + math.log(len(means))


def _divergences(mean: np.ndarray, variance: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    ratio = variance / variances
    return 0.5 * (ratio - 1 - np.log(ratio) + (mean - means) ** 2 / variances).sum(axis=-1)


CONTESTANTS: dict[str, Contestant] = {"szilard": ours, "row by row": loop, "whole matrix": matrix}


def layer(n: int, d: int, variances: str) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances (n, d) of a noisy layer that keeps some of its points apart."""
    rng = np.random.default_rng(0)
    means = 3 / math.sqrt(d) * rng.normal(size=(n, d))
    return means, np.ones((n, d)) if variances == "shared" else rng.uniform(0.5, 2, size=(n, d))


def race(n: int, d: int, variances: str, rounds: int = ROUNDS) -> pd.DataFrame:
    """One row per contestant: seconds of the best round, and nats."""
    points, seconds, nats = layer(n, d, variances), dict.fromkeys(CONTESTANTS, math.inf), {}
    for run in CONTESTANTS.values():
        run(*(part[:100] for part in points))
    for _ in range(rounds):
        for name, run in CONTESTANTS.items():
            start = time.perf_counter()
            nats[name] = run(*points)
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return pd.DataFrame(
        {"n": n, "d": d, "variances": variances, "contestant": name, "seconds": seconds[name], "nats": nats[name]}
        for name in CONTESTANTS
    )


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """One row per case: how many times faster we are than the faster other, seconds of each, largest difference."""
    case = ["n", "d", "variances"]
    wide = table.pivot(index=case, columns="contestant", values="seconds")
    wide.insert(0, "ratio", wide.drop(columns="szilard").min(axis=1) / wide["szilard"])
    nats = table.pivot(index=case, columns="contestant", values="nats")
    wide["difference (nats)"] = nats.max(axis=1) - nats.min(axis=1)
    return wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = ratios(pd.concat([race(*case) for case in CASES]))
    print(table.to_string(float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
