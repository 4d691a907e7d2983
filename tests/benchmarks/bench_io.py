"""Words counted per second by the machine of two memories, states per second of the pebble search, and accesses per
second of the caches, in one process.

    python tests/benchmarks/bench_io.py
    python tests/benchmarks/bench_io.py --out io.csv

The machine does all the arithmetic besides; `of arithmetic` is the share that the same sums take in
plain NumPy. Seconds of the processor; one thread; all run once before, and the best of three rounds counts.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.io_complexity import (
    attention_dag,
    attention_reference,
    attention_trace,
    lru_misses,
    matmul_dag,
    opt_misses,
    optimal_pebbling,
    run_attention,
    run_matmul,
)

ROUNDS = 3
# Blocks such that a word moved comes with few operations: what is timed is the machine.
RUNS = {
    "standard, d = 4": ("standard", 2048, 4, 10**6, {}),
    "FlashAttention 2, 32 × 64": ("flash2", 1024, 64, 16_384, {"rows": 32, "cols": 64}),
    "outer products, a = 30": ("outer_tile", 512, 64, 1020, {}),
}


def best(run: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Seconds of the best round, and the result."""
    seconds, result = math.inf, run()
    for _ in range(rounds):
        start = time.process_time()
        result = run()
        seconds = min(seconds, time.process_time() - start)
    return seconds, result


def machine(name: str) -> dict[str, Any]:
    """Words that the machine counts per second, moves and arithmetic done."""
    algorithm, N, d, M, blocks = RUNS[name]
    q, k, v = np.random.default_rng(0).normal(size=(3, N, d))
    seconds, result = best(lambda: run_attention(algorithm, q, k, v, M, **blocks))
    plain, _ = best(lambda: attention_reference(q, k, v))
    return {"what": name, "seconds": seconds, "per second": result.io / seconds, "of arithmetic": plain / seconds}


def product(size: int = 512) -> dict[str, Any]:
    """The same for a product of square matrices, tiles of 15."""
    a, b = np.random.default_rng(0).normal(size=(2, size, size))
    seconds, result = best(lambda: run_matmul(a, b, 255))
    plain, _ = best(lambda: a @ b)
    return {
        "what": "matrix product, a = 15",
        "seconds": seconds,
        "per second": result.io / seconds,
        "of arithmetic": plain / seconds,
    }


def pebbles(name: str) -> dict[str, Any]:
    """States that the search looks at per second."""
    dag, M = {"attention 2 × 2, M = 5": (attention_dag(2, 2), 5), "product 3 × 3 × 2, M = 6": (matmul_dag(3, 3, 2), 6)}[
        name
    ]
    seconds, result = best(lambda: optimal_pebbling(dag, M))
    return {"what": name, "seconds": seconds, "per second": result.seen / seconds}


def caches() -> list[dict[str, Any]]:
    """Accesses per second of both caches."""
    trace = attention_trace(256, 32, 64)
    rows = []
    for name, misses in (("least recently used", lru_misses), ("best choice", opt_misses)):
        seconds, _ = best(lambda misses=misses: misses(trace, 256))
        rows.append({"what": name, "seconds": seconds, "per second": len(trace) / seconds})
    return rows


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    out = parser.parse_args().out
    rows = [
        *map(machine, RUNS),
        product(),
        pebbles("attention 2 × 2, M = 5"),
        pebbles("product 3 × 3 × 2, M = 6"),
        *caches(),
    ]
    table = pd.DataFrame(rows)
    table.to_csv(out, index=False, float_format="%.3g") if out else print(
        table.to_string(index=False, float_format="{:.3g}".format)
    )


if __name__ == "__main__":
    main()
