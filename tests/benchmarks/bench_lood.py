"""Leave-one-out distinguishability of every record of a set, against solving anew without each record.

    python tests/benchmarks/bench_lood.py                      1000 and 2000 records of 20 numbers, two classes
    python tests/benchmarks/bench_lood.py --n 400 --out lood.csv

The rival does what a program does that knows no update: for each record it factors the kernel matrix of the others and
evaluates means and covariance with and without the record. It is timed on a few records and scaled to all. One Cholesky
factorisation of the whole matrix is timed beside them: nothing that solves with this matrix is faster. Everything runs
once before it is timed; then contestants take turns and the best round counts. All divergences are compared.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve, cholesky

NOISE, TIMED, ROUNDS = 0.05, 10, 5


def problem(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel matrix (n, n) and targets (n, 2)."""
    from szilard.leave_one_out import NNGP, centred_one_hot

    rng = np.random.default_rng(0)
    return NNGP("relu", 2)(rng.normal(size=(n, 20))), centred_one_hot(rng.integers(0, 2, n), 2)


def szilard(K: np.ndarray, Y: np.ndarray) -> np.ndarray:
    from szilard.leave_one_out import self_lood

    return self_lood(K, Y, NOISE).kl


def attacks(K: np.ndarray, Y: np.ndarray) -> np.ndarray:
    from szilard.leave_one_out import self_lood

    return self_lood(K, Y, NOISE).auc


def one_cholesky(K: np.ndarray, Y: np.ndarray) -> np.ndarray:
    return cholesky(K + NOISE * np.eye(len(K)), lower=True, overwrite_a=True, check_finite=False)


def solved_anew(K: np.ndarray, Y: np.ndarray, records: range) -> np.ndarray:
    """The divergence of each of ``records`` by two factorisations."""
    found = []
    for i in records:
        rest = np.delete(np.arange(len(K)), i)
        moments = []
        for seen in (rest, np.arange(len(K))):
            factor = cho_factor(K[np.ix_(seen, seen)] + NOISE * np.eye(len(seen)), check_finite=False)
            solved = cho_solve(factor, np.column_stack([K[seen, i], Y[seen]]), check_finite=False)
            moments.append((K[i, seen] @ solved[:, 1:], K[i, i] - K[i, seen] @ solved[:, 0]))
        (out, before), (with_it, after) = moments
        ratio, gap = before / after, float(((with_it - out) ** 2).sum()) / after
        found.append(0.5 * (Y.shape[1] * (ratio - 1 - math.log(ratio)) + gap))
    return np.array(found)


def race(n: int, rounds: int = ROUNDS) -> pd.DataFrame:
    """One row per contestant: seconds for all records, and how many times slower than ours."""
    K, Y = problem(n)
    some = range(min(TIMED, n))
    contestants: dict[str, tuple[Callable[[], np.ndarray], float]] = {
        "szilard": (lambda: szilard(K, Y), 1.0),
        "szilard, with attacks": (lambda: attacks(K, Y), 1.0),
        "one Cholesky": (lambda: one_cholesky(K, Y), 1.0),
        "solved anew": (lambda: solved_anew(K, Y, some), n / len(some)),
    }
    error = np.abs(solved_anew(K, Y, some) / szilard(K, Y)[list(some)] - 1).max()
    seconds = dict.fromkeys(contestants, math.inf)
    for run, _ in contestants.values():
        run()
    for _ in range(rounds):
        for name, (run, share) in contestants.items():
            start = time.perf_counter()
            run()
            seconds[name] = min(seconds[name], (time.perf_counter() - start) * share)
    table = pd.DataFrame({"n": n, "seconds": seconds})
    table["times ours"] = table["seconds"] / seconds["szilard"]
    table["largest relative difference"] = pd.Series({"solved anew": error})
    return table.rename_axis("contestant").reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[1000, 2000])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = pd.concat([race(n) for n in options.n])
    print(table.to_string(index=False, float_format="{:.4g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
