"""Counting without a sieve: tables of π, sums, and histograms against sieves and known values."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from szilard.algorithmic import omega, omega_histogram, prime_pi, prime_table, primes_up_to, sieve_histogram
from szilard.algorithmic._counting_loops import quotient

LIBRARY = str(Path(__file__).resolve().parents[2] / "lib")
PI = [4, 25, 168, 1229, 9592, 78498, 664579, 5761455, 50847534, 455052511, 4118054813]  # of 10, 100, …
BILLION = [1, 50851223, 206415108, 332590117, 269536378, 114407511, 24020091, 2124141, 55292, 138]


@pytest.mark.parametrize(("k", "count"), list(enumerate(PI, 1)))
def test_prime_counts_of_powers_of_ten(k, count):
    assert prime_pi(10**k) == count


def test_every_small_count():
    flags = np.zeros(3000, int)
    flags[primes_up_to(2999)] = 1
    assert [prime_pi(n) for n in range(3000)] == np.cumsum(flags).tolist()


@settings(max_examples=25)
@given(st.integers(9, 10**7))
def test_counts_by_two_recursions_and_by_a_sieve(n):
    assert prime_pi(n) == prime_table(n)(n) == len(primes_up_to(n))


def test_a_table_holds_all_quotients_and_no_others():
    n = 10_007
    table = prime_table(n)
    primes = primes_up_to(n)
    for i in range(1, n + 1, 7):
        assert table(n // i) == np.searchsorted(primes, n // i, "right")
    with pytest.raises(ValueError, match="must be of the form"):
        table(n - 1)


def test_rough_numbers_by_trial():
    n, integers = 2000, np.arange(2, 2001)
    table = prime_table(n)
    left = np.ones(len(integers), bool)
    for p, count in zip(table.primes, table.rough, strict=True):
        left &= (integers % p != 0) | (integers == p)
        assert count == left.sum()


@settings(max_examples=25)
@given(st.integers(1, 200_000), st.booleans())
def test_histograms_by_both_methods(n, multiplicity):
    counted = omega_histogram(n, multiplicity)
    assert counted.tolist() == sieve_histogram(n, multiplicity).tolist()
    assert counted.sum() == n
    primes = primes_up_to(n)
    powers = [primes]
    while multiplicity and len(powers[-1]):
        further = powers[-1] * primes[: len(powers[-1])]
        powers.append(further[further <= n])
    total = sum(int((n // each).sum()) for each in powers)  # every power of a prime, by its multiples
    assert total == int(counted @ np.arange(len(counted)))


def test_a_billion():
    assert omega_histogram(10**9).tolist() == BILLION
    assert np.dot(BILLION, np.arange(len(BILLION))) == 3271067968


@pytest.mark.parametrize(("k", "total"), [(10, 33787242719), (11, 347589015681)])
def test_totals_beyond_a_sieve(k, total):
    counts = omega_histogram(10**k)
    assert int(counts @ np.arange(len(counts))) == total


def test_numbers_with_one_prime_are_prime_powers():
    n = 10**8
    powers = sum(prime_pi(int(n ** (1 / k) + 1e-9)) for k in range(1, 27))
    assert omega_histogram(n)[1] == powers
    assert omega_histogram(n, multiplicity=True)[1] == prime_pi(n)


def test_two_prime_factors_with_multiplicity_are_semiprimes():
    n = 10**6
    expected = sum(prime_pi(n // int(p)) - i for i, p in enumerate(primes_up_to(math.isqrt(n))))
    assert omega_histogram(n, multiplicity=True)[2] == expected == (omega(1, n + 1, True) == 2).sum()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**11))
def test_both_engines_count_the_same_primes(n):
    pytest.importorskip("primecountpy")
    assert prime_pi(n, "own") == prime_pi(n, "primecount") == prime_pi(n)


def test_quotients_beyond_exact_doubles():
    """One less than a multiple of d: there the quotient of doubles often is the next integer."""
    rng, rounded_up = np.random.default_rng(0), 0
    factors = 2 * rng.integers((34 * 10**6, 67 * 10**6), (37 * 10**6, 68 * 10**6), (500, 2)) + 1
    for q, d in factors.tolist():
        n = q * d - 1
        assert 2**53 < n < 2**54 and quotient(n, d) == n // d
        rounded_up += int(n / float(d)) == q
    assert rounded_up > 100


def test_without_its_package_we_count_ourselves(monkeypatch):
    monkeypatch.setitem(sys.modules, "primecountpy", None)
    assert prime_pi(10**8) == PI[7]
    with pytest.raises(ValueError, match="engine 'primecount' needs its package.*pip install primecountpy"):
        prime_pi(10**8, "primecount")


def test_the_library_leaves_interrupts_as_they_were():
    """In a process of its own, for loading happens once; in a thread, where it may not load, we count ourselves."""
    pytest.importorskip("primecountpy")
    code = """
import signal, threading
from szilard.algorithmic import prime_pi
counts, before = [], signal.getsignal(signal.SIGINT)
thread = threading.Thread(target=lambda: counts.append(prime_pi(10**8)))
thread.start(); thread.join()
counts.append(prime_pi(10**8, "primecount"))
assert counts == [5761455, 5761455], counts
assert signal.getsignal(signal.SIGINT) is before
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": LIBRARY})


@pytest.mark.parametrize(
    ("n", "engine", "message"),
    [
        (-1, "auto", "n must be an integer ≥ 0"),
        (10**16 + 1, "auto", r"n must be at most 10\^16; got 10000000000000001"),
        (10, "primcount", "did you mean 'primecount'"),
    ],
)
def test_bad_counts_are_refused(n, engine, message):
    with pytest.raises(ValueError, match=message):
        prime_pi(n, engine)


@pytest.mark.parametrize("n", [0, -5, 2.5, 10**15, True])
def test_bad_input_is_refused(n):
    with pytest.raises(ValueError, match="n must be"):
        omega_histogram(n)
