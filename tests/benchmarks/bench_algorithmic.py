"""Census of small machines against running them all, and block decomposition against pybdm, in one process.

    python tests/benchmarks/bench_algorithmic.py                 three, four and five states, sequences of 10^4 to 10^6
    python tests/benchmarks/bench_algorithmic.py --out algorithmic.csv

The plain loop runs every machine by itself, compiled too (a sample of them where there are too many). All have one
thread and run once before they are timed; the best round counts. Results are compared: counts must be equal,
complexities agree to one part in 1e9.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.algorithmic import BUSY_BEAVER_STEPS, block_decomposition, census, machine_count

sys.path.insert(0, str(Path(__file__).parents[1] / "algorithmic" / "support"))
from one_by_one import census_one_by_one  # noqa: E402

ROUNDS = 3
LENGTHS = (10_000, 100_000, 1_000_000)
SAMPLE = 8_000_000  # machines that the plain loop runs, in blocks spread evenly over all
BLOCKS = 32


def best(run: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Seconds of the best round, and the result."""
    seconds, result = math.inf, run()
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def machines(states: int) -> dict[str, Any]:
    """The tree against the plain loop, in machines accounted for per second (a machine on two tapes counts twice)."""
    total, limit = machine_count(states), 500 if states == 5 else None
    ours, tree = best(lambda: census(states, limit, workers=1), rounds=1 if states == 5 else ROUNDS)
    size = min(total, SAMPLE) // BLOCKS
    starts = np.linspace(0, total - size, BLOCKS).astype(int).tolist() if total > SAMPLE else range(0, total, size)
    longest = limit or BUSY_BEAVER_STEPS[states]
    plain, blocks = best(
        lambda: [census_one_by_one(states, a, min(a + size, total), longest)[0] for a in starts], rounds=1
    )
    if total <= SAMPLE:
        assert sum(map(Counter, blocks), Counter()) == tree.counts
    rate, plain_rate = tree.machines / ours, 2 * sum(min(size, total - a) for a in starts) / plain
    return {
        "what": f"D({states}), {tree.machines:,} machines",
        "ratio": rate / plain_rate,
        "seconds": ours,
        "per second": rate,
        "plain per second": plain_rate,
    }


def blocks(length: int) -> dict[str, Any]:
    """Block decomposition of coin flips against pybdm's, in symbols per second."""
    from pybdm import BDM

    coins = np.random.default_rng(0).integers(0, 2, length)
    peer = BDM(ndim=1)
    ours, found = best(lambda: block_decomposition(coins))
    theirs, value = best(lambda: peer.bdm(coins), rounds=1)
    assert abs(found.bits - value) < 1e-9 * value
    return {
        "what": f"BDM of {length:,} symbols",
        "ratio": theirs / ours,
        "seconds": ours,
        "per second": length / ours,
        "plain per second": length / theirs,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--states", type=int, nargs="+", default=(3, 4, 5))
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = pd.DataFrame([machines(n) for n in options.states] + [blocks(n) for n in LENGTHS])
    print(table.to_string(index=False, float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
