"""O-information of all small subsets against thoi and hoi, side by side in one process: seconds, values and ratio.

    python tests/benchmarks/bench_nplets.py                    28 variables, 250 samples, sizes 3 to 6
    python tests/benchmarks/bench_nplets.py --sizes 3 4 --out nplets.csv

Every contestant returns the O-information of all subsets of one size under a Gaussian copula, ours the extremes and
moments of it. Each runs once before it is timed, so that neither imports nor compilation count; then they take turns
and the best round counts. Values are compared on the smallest and largest O-information and on the mean, in nats.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

SIZES = (3, 4, 5, 6)
ROUNDS = 3

Contestant = Callable[[np.ndarray, int], tuple[float, float, float]]


def ours(x: np.ndarray, size: int) -> tuple[float, float, float]:
    from szilard.estimators import scan_nplets

    row = scan_nplets(x, (size,), device="cpu").summary.iloc[0]
    return row.smallest, row.largest, row["mean"]


def thoi(x: np.ndarray, size: int) -> tuple[float, float, float]:
    from thoi.measures.gaussian_copula import multi_order_measures

    omega = multi_order_measures(x, min_order=size, max_order=size)["o"]
    return float(omega.min()), float(omega.max()), float(omega.mean())


def hoi(x: np.ndarray, size: int) -> tuple[float, float, float]:
    from hoi.metrics import Oinfo

    omega = np.asarray(Oinfo(x, verbose=False).fit(minsize=size, maxsize=size, method="gc")) * math.log(2)
    return float(omega.min()), float(omega.max()), float(omega.mean())


CONTESTANTS: dict[str, Contestant] = {"szilard": ours, "thoi": thoi, "hoi": hoi}


def coupled(samples: int = 250, variables: int = 28) -> np.ndarray:
    """Normal variables that share three hidden ones."""
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(samples, 3))
    return hidden @ rng.normal(size=(3, variables)) + 2 * rng.normal(size=(samples, variables))


def race(size: int, rounds: int = ROUNDS) -> pd.DataFrame:
    """One row per contestant: size, seconds of the best round, smallest, largest and mean O-information."""
    x, seconds, values = coupled(), dict.fromkeys(CONTESTANTS, math.inf), {}
    for run in CONTESTANTS.values():
        run(x, size)
    for _ in range(rounds):
        for name, run in CONTESTANTS.items():
            start = time.perf_counter()
            values[name] = run(x, size)
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    rows = [
        {"size": size, "contestant": name, "seconds": seconds[name], "low": low, "high": high, "mean": mean}
        for name, (low, high, mean) in values.items()
    ]
    return pd.DataFrame(rows)


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """One row per size: seconds of each, how many times faster we are than the fastest peer, largest difference."""
    wide = table.pivot(index="size", columns="contestant", values="seconds")
    wide.insert(0, "ratio", wide.drop(columns="szilard").min(axis=1) / wide["szilard"])
    ends = table.set_index(["size", "contestant"])[["low", "high", "mean"]]
    mine = ends.xs("szilard", level="contestant")
    for peer in ("thoi", "hoi"):
        difference = (ends.xs(peer, level="contestant") - mine).abs().max(axis=1)
        wide[f"difference to {peer} (nats)"] = difference
    return wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = ratios(pd.concat([race(size) for size in options.sizes]))
    print(table.to_string(float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
