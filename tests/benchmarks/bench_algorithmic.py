"""Census of small machines against running them all, and block decomposition against pybdm, in one process.

    python tests/benchmarks/bench_algorithmic.py                 three and four states, sequences of 10^4 to 10^6
    python tests/benchmarks/bench_algorithmic.py --out algorithmic.csv

The plain contestants do the same work in the obvious way: every machine by itself in a compiled loop (a sample of the
machines where there are too many), every block by a dictionary. All run once before they are timed; the best round
counts. Results are compared: counts must be equal, complexities agree to 1e-9 bits.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.algorithmic import block_census, block_decomposition, census, machine_count

ROUNDS = 3
LENGTHS = (10_000, 100_000, 1_000_000)
SAMPLE = 4_000_000  # machines of four states that the plain loop runs


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
    total = machine_count(states)
    ours, tree = best(lambda: census(states))
    sample = min(total, SAMPLE)
    start = (
        total - sample
    ) // 2  # numbers in the middle, whose last instruction neither always nor never halts
    plain, block = best(lambda: block_census(states, start, start + sample), rounds=1)
    if sample == total:
        assert block.counts == tree.counts
    rate, plain_rate = tree.machines / ours, block.machines / plain
    return {
        "what": f"D({states})",
        "seconds": ours,
        "per second": rate,
        "plain per second": plain_rate,
        "ratio": rate / plain_rate,
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
        "seconds": ours,
        "per second": length / ours,
        "plain per second": length / theirs,
        "ratio": theirs / ours,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--states", type=int, nargs="+", default=(3, 4))
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = pd.DataFrame([machines(n) for n in options.states] + [blocks(n) for n in LENGTHS])
    print(table.to_string(index=False, float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
