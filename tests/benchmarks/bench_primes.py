"""Counting primes and prime factors against sympy, number by number, and against primecount; ratio first.

    python tests/benchmarks/bench_primes.py                      factors to 10^8, primes to 10^8, π to 10^13
    python tests/benchmarks/bench_primes.py --out primes.csv

The ratio is the peer's time over ours: below one, the peer is faster. sympy factors a random sample of the integers,
and its time is scaled to all of them. Everything runs once before it is timed, and the best of three rounds counts;
results are compared and must be equal. Sieves use the threads that NUMBA_NUM_THREADS allows, the peers one.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.algorithmic import omega, omega_histogram, prime_pi, primes_up_to, sieve_histogram

ROUNDS = 3
SAMPLE = 2000
COUNTS = (10**9, 10**11, 10**13)


def best(run: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Seconds of the best round, and the result."""
    seconds, result = math.inf, run()
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def factors(n: int) -> list[dict[str, Any]]:
    """The histogram of ω up to n by both of our methods, against sympy on a sample."""
    from sympy import primefactors

    sample = np.random.default_rng(0).integers(1, n + 1, SAMPLE)
    peer, omegas = best(lambda: [len(primefactors(int(m))) for m in sample], rounds=1)
    assert omegas == [int(omega(int(m), int(m) + 1)[0]) for m in sample]
    peer *= n / SAMPLE
    sieved, first = best(lambda: sieve_histogram(n))
    counted, second = best(lambda: omega_histogram(n))
    assert np.array_equal(first, second)
    return [
        _row(f"ω of all integers to {n:.0e}, sieved", "sympy, sampled", sieved, peer),
        _row(f"ω of all integers to {n:.0e}, counted", "sympy, sampled", counted, peer),
        _row(f"ω of all integers to {n:.0e}, counted", "our sieve", counted, sieved),
    ]


def listing(n: int) -> dict[str, Any]:
    """All primes up to n, against sympy's own sieve."""
    from sympy import Sieve

    ours, primes = best(lambda: primes_up_to(n))
    peer, other = best(lambda: list(Sieve().primerange(n + 1)), rounds=1)
    assert len(primes) == len(other) and primes[-1] == other[-1]
    return _row(f"primes to {n:.0e}", "sympy's sieve", ours, peer)


def counting(n: int) -> list[dict[str, Any]]:
    """π(n) by both engines against primecount itself, which uses a better algorithm than ours."""
    from primecountpy import prime_pi as peer_pi

    peer, count = best(lambda: peer_pi(n))
    rows = []
    for engine in ("own", "primecount"):
        seconds, ours = best(lambda engine=engine: prime_pi(n, engine))
        assert ours == count
        rows.append(_row(f"number of primes to {n:.0e}, {engine} engine", "primecount", seconds, peer))
    return rows


def _row(what: str, peer: str, ours: float, theirs: float) -> dict[str, Any]:
    return {"what": what, "peer": peer, "ratio": theirs / ours, "seconds": ours, "peer seconds": theirs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    rows = [*factors(10**8), listing(10**7), *(row for n in COUNTS for row in counting(n))]
    table = pd.DataFrame(rows).set_index("what")
    print(table.to_string(float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, float_format="%.3g")


if __name__ == "__main__":
    main()
