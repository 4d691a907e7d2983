"""KSG against its peers, side by side in one process: seconds, value and ratio for every sample size and dimension.

    python tests/benchmarks/bench_ksg.py                    the whole grid, minutes
    python tests/benchmarks/bench_ksg.py --sizes 1000 10000 --out ksg.csv
    python tests/benchmarks/bench_ksg.py --sizes 100000 --limit 300    a peer that takes longer is stopped there

Contestants take turns, and the best of a few rounds counts, so that a busy machine disturbs all of them alike. Each one
first runs once on few samples: neither imports nor compilation are timed. scikit-learn offers one dimension only.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np
import pandas as pd

K = 3
SIZES = (1_000, 10_000, 100_000)
DIMS = (1, 3, 10)

Contestant = Callable[[np.ndarray, np.ndarray], float]


def ours(x: np.ndarray, y: np.ndarray) -> float:
    from szilard.estimators import KSG

    return KSG(k=K, standardize=False, device="cpu").mutual_information(x, y).nats


def scikit_learn(x: np.ndarray, y: np.ndarray) -> float:
    from sklearn.feature_selection import mutual_info_regression

    return float(mutual_info_regression(x, y[:, 0], n_neighbors=K, random_state=0)[0])


def npeet_plus(x: np.ndarray, y: np.ndarray) -> float:
    import npeet_plus

    return float(npeet_plus.mi(x, y, k=K)) * math.log(2)  # it answers in bits


def infomeasure(x: np.ndarray, y: np.ndarray) -> float:
    import infomeasure

    return float(infomeasure.mutual_information(x, y, approach="ksg", k=K, base="e", noise_level=0))


CONTESTANTS: dict[str, Contestant] = {
    "szilard": ours,
    "scikit-learn": scikit_learn,
    "npeet-plus": npeet_plus,
    "infomeasure": infomeasure,
}


def gaussian_pair(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """n samples of d pairs of correlation 0.6."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, d))
    return x, 0.6 * x + 0.8 * rng.normal(size=(n, d))


def race(n: int, d: int, rounds: int | None = None) -> pd.DataFrame:
    """One row per contestant: n, d, contestant, seconds (best round), nats."""
    if rounds is None:
        rounds = 7 if n * d <= 3_000 else 3 if n * d <= 30_000 else 1
    runners = {name: run for name, run in CONTESTANTS.items() if d == 1 or name != "scikit-learn"}
    x, y = gaussian_pair(n, d)
    seconds, nats = dict.fromkeys(runners, math.inf), {}
    for run in runners.values():
        run(x[:200], y[:200])
    for _ in range(rounds):
        for name, run in runners.items():
            start = time.perf_counter()
            nats[name] = run(x, y)
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return pd.DataFrame(
        [{"n": n, "d": f"{d}+{d}", "contestant": c, "seconds": seconds[c], "nats": nats[c]} for c in runners]
    )


def race_against_the_clock(n: int, d: int, limit: float) -> pd.DataFrame:
    """As :func:`race`, one round, each contestant in a process of its own that is stopped after ``limit`` seconds.

    Whoever is stopped counts with ``limit`` seconds, which flatters it, and has no value.
    """
    fork, rows = multiprocessing.get_context("fork"), []
    for name, run in CONTESTANTS.items():
        if d > 1 and name == "scikit-learn":
            continue
        receiver, sender = fork.Pipe(duplex=False)
        child = fork.Process(target=_timed, args=(run, *gaussian_pair(n, d), sender))
        child.start()
        receiver.recv()  # warm
        seconds, nats = receiver.recv() if receiver.poll(limit) else (limit, math.nan)
        child.kill()
        child.join()
        rows.append({"n": n, "d": f"{d}+{d}", "contestant": name, "seconds": seconds, "nats": nats})
    return pd.DataFrame(rows)


def _timed(run: Contestant, x: np.ndarray, y: np.ndarray, sender: Connection) -> None:
    run(x[:200], y[:200])
    sender.send("warm")
    start = time.perf_counter()
    nats = run(x, y)
    sender.send((time.perf_counter() - start, nats))


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """One row per (n, d): seconds of each contestant and how many times faster we are than the fastest peer."""
    wide = table.pivot(index=["n", "d"], columns="contestant", values="seconds")
    peers = wide.drop(columns="szilard").min(axis=1)
    wide.insert(0, "ratio", peers / wide["szilard"])
    return wide.sort_index(key=lambda level: level.map(lambda v: int(str(v).split("+")[0])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--dims", type=int, nargs="+", default=DIMS)
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--limit", type=float, help="seconds after which a contestant is stopped; one round")
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    points = [(n, d) for n in options.sizes for d in options.dims]
    races = (
        race_against_the_clock(n, d, options.limit) if options.limit else race(n, d, options.rounds) for n, d in points
    )
    table = ratios(pd.concat(races))
    print(table.to_string(float_format="{:.4g}".format, na_rep="not offered"))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
