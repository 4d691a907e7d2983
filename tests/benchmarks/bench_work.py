"""Best success against toqito's state discrimination, side by side in one process: ratio, seconds and values.

    python tests/benchmarks/bench_work.py
    python tests/benchmarks/bench_work.py --out work.csv

toqito knows no energy, so the task is discrimination without conservation, which both do; our time for the same
states with conservation (three energies) stands beside it. Each runs once before it is timed, so that imports do not
count; then they take turns and the best round counts.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

CASES = ((3, 2), (4, 2), (4, 3), (5, 4), (6, 6))
ROUNDS = 5

Contestant = Callable[[np.ndarray], float]


def ours(states: np.ndarray) -> float:
    from szilard.thermodynamics.work import best_success

    return best_success(states, np.zeros(states.shape[1]), covariant=False).value


def conserving(states: np.ndarray) -> float:
    from szilard.thermodynamics.work import best_success

    return best_success(states, np.arange(states.shape[1]) % 3).value


def toqito(states: np.ndarray) -> float:
    from toqito.state_opt import state_distinguishability

    vectors = [np.outer(state, state.conj()) for state in states]
    return float(state_distinguishability(vectors, [1 / len(states)] * len(states), primal_dual="dual")[0])


CONTESTANTS: dict[str, Contestant] = {"szilard": ours, "conserving energy": conserving, "toqito": toqito}


def kets(n: int, d: int) -> np.ndarray:
    """Random states (n, d)."""
    from szilard.thermodynamics.work import random_kets

    return random_kets(n, d, rng=0)


def race(n: int, d: int, rounds: int = ROUNDS) -> pd.DataFrame:
    """One row per contestant: seconds of the best round, and the success."""
    states, seconds, values = kets(n, d), dict.fromkeys(CONTESTANTS, math.inf), {}
    for run in CONTESTANTS.values():
        run(states)
    for _ in range(rounds):
        for name, run in CONTESTANTS.items():
            start = time.perf_counter()
            values[name] = run(states)
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return pd.DataFrame(
        {"states": n, "dimension": d, "contestant": name, "seconds": seconds[name], "success": values[name]}
        for name in CONTESTANTS
    )


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """One row per case: how many times faster we are than toqito, seconds of each, difference of the values."""
    wide = table.pivot(index=["states", "dimension"], columns="contestant", values="seconds")
    wide.insert(0, "ratio", wide["toqito"] / wide["szilard"])
    value = table.pivot(index=["states", "dimension"], columns="contestant", values="success")
    wide["difference"] = (value["szilard"] - value["toqito"]).abs()
    return wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = ratios(pd.concat([race(n, d) for n, d in CASES]))
    print(table.to_string(float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
