"""Memory and time of estimates that look at all pairs of samples: peak in GiB, seconds.

    python tests/benchmarks/bench_memory.py
    python tests/benchmarks/bench_memory.py --n 50000 --d 64 --out memory.csv

The whole matrix of 50,000² distances would take 18.6 GiB. Every estimate runs in a process of its own, whose peak above
what it held before is counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pandas as pd

ESTIMATES = {
    "mixture information, kt": "mixture_information(x, 1.0, 'kt')",
    "mixture information, own variances": "mixture_information(x, 1.0 + x**2, 'kt')",
    "kernel entropy": "KernelDensity(limit=None).entropy(x)",
}
PROGRAM = """
import json, resource, sys, time
import numpy as np
from szilard.estimators import KernelDensity, mixture_information
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
def run(x):
    return {call}
run(np.random.default_rng(0).normal(size=(200, {d})))
x = np.random.default_rng(0).normal(size=({n}, {d}))
before, start = peak(), time.perf_counter()
nats = run(x).nats
print(json.dumps({{"GiB": peak() - before, "seconds": time.perf_counter() - start, "nats": nats}}))
"""


def measured(name: str, n: int, d: int) -> dict[str, float]:
    """Peak memory in GiB, seconds and nats of one estimate of n samples in d dimensions."""
    program = PROGRAM.format(call=ESTIMATES[name], n=n, d=d)
    output = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    return json.loads(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=50_000, help="samples")
    parser.add_argument("--d", type=int, default=64, help="dimensions")
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    rows = [{"estimate": name, **measured(name, options.n, options.d)} for name in ESTIMATES]
    table = pd.DataFrame(rows).set_index("estimate")
    print(table.to_string(float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
