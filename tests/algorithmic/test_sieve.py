"""Sieves: against sympy and against one array over everything, at the edges of segments and at squares of primes."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import factorint, isprime, primerange

from szilard.algorithmic import omega, prime_flags, primes_up_to, sieve, sieve_histogram
from szilard.algorithmic._sieve_loops import WHEEL

HISTOGRAMS = {  # an independent computation
    10**3: [1, 193, 508, 275, 23],
    10**5: [1, 9700, 33759, 38844, 15855, 1816, 25],
    10**6: [1, 78734, 288726, 379720, 208034, 42492, 2285, 8],
    10**7: [1, 665134, 2536838, 3642766, 2389433, 691209, 72902, 1716, 1],
}


def by_sympy(start, stop, multiplicity):
    factors = [factorint(n) for n in range(start, stop)]
    return [sum(each.values()) if multiplicity else len(each) for each in factors]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 9, 10, 30, 1000])
def test_primes_up_to_small_limits(n):
    assert primes_up_to(n).tolist() == list(primerange(n + 1))


@pytest.mark.parametrize(("n", "count"), [(10**6, 78498), (10**7, 664579)])
def test_number_of_primes(n, count):
    assert len(primes_up_to(n)) == count


@given(st.integers(0, 10**12), st.integers(0, 60))
def test_flags_of_any_window(start, length):
    expected = [isprime(n) for n in range(start, start + length)]
    assert prime_flags(start, start + length).tolist() == expected


def test_a_window_is_a_part_of_the_whole():
    whole, rng = prime_flags(0, 600_000), np.random.default_rng(0)
    for start, stop in np.sort(rng.integers(0, 600_000, (20, 2)), axis=1).tolist():
        assert np.array_equal(prime_flags(start, stop), whole[start:stop])


@pytest.mark.parametrize("multiplicity", [False, True])
@pytest.mark.parametrize("start", [1, WHEEL - 20, 7 * WHEEL - 5, 997**2 - 5, 10**9, 999_983**2 - 10, 10**15 - 20])
def test_factors_of_windows_at_squares_of_primes_and_ends_of_segments(start, multiplicity):
    found = omega(start, start + 20, multiplicity)
    assert found.tolist() == by_sympy(start, start + 20, multiplicity)


def test_powers_and_products_with_many_factors():
    for n in (2**49, 3**31, 2 * 3 * 5 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 * 37, 2**20 * 3**10, 31_622_743**2):
        assert omega(n, n + 1).item() == len(factorint(n))
        assert omega(n, n + 1, True).item() == sum(factorint(n).values())


@pytest.mark.parametrize("n", HISTOGRAMS)
def test_histograms(n):
    assert sieve_histogram(n).tolist() == HISTOGRAMS[n]


def test_threads_do_not_change_the_counts(monkeypatch):
    monkeypatch.setattr("szilard.algorithmic.sieve.usable_threads", lambda: 3)
    assert sieve_histogram(10**7).tolist() == HISTOGRAMS[10**7]
    assert len(primes_up_to(10**7)) == 664579


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: primes_up_to(-1), "n must be an integer ≥ 0"),
        (lambda: primes_up_to(10**10), "span at most 2,000,000,000"),
        (lambda: omega(0, 5), "start must be an integer ≥ 1"),
        (lambda: omega(5, 4), "start ≤ stop"),
        (lambda: prime_flags(10**15, 10**15 + 5), "10\\^15"),
        (lambda: sieve_histogram(10.0), "n must be an integer"),
        (lambda: sieve_histogram(10, device="gpu"), "device must be one of"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


SIMULATED = """
import math, numpy as np
from szilard.algorithmic import _sieve_cuda as card
from szilard.algorithmic.counting import omega_histogram
from szilard.algorithmic.sieve import primes_up_to
card.SEGMENT, card.THREADS = 512, 8
for n in (1, 2, 3, 4, 100, 2000):
    for multiplicity in (False, True):
        found = card.cuda_histogram(n, primes_up_to(math.isqrt(n)), multiplicity, blocks=2)
        assert np.array_equal(np.trim_zeros(found, "b"), omega_histogram(n, multiplicity)), (n, multiplicity)
"""


def test_the_kernel_for_a_card_counts_right_in_the_simulator():
    """The same kernel, threads simulated; smaller segments, since every simulated thread is a real one."""
    root = Path(__file__).parents[2]
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "PYTHONPATH": str(root / "lib")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SIMULATED], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_logarithms_on_the_card_cannot_confuse_a_prime_with_nothing():
    """All roundings together stay far below the half of log₂ n that a missing prime costs."""
    from szilard.algorithmic._sieve_cuda import COUNT_BITS, STEPS, prime_powers

    primes = primes_up_to(1000)
    powers, words = prime_powers(primes, 10**6, False)
    first = np.isin(powers, primes)
    errors = (words[first] >> COUNT_BITS) / STEPS - np.log2(powers[first])
    assert np.abs(errors).max() <= 0.5 / STEPS
    assert math.log2(1e15) * 0.5 / STEPS < 1e-4 < 0.25 * math.log2(2)
    assert (int(math.log2(1e15)) + 1) * STEPS << COUNT_BITS < 2**32


@pytest.mark.gpu
def test_a_card_counts_as_the_processor():
    assert np.array_equal(sieve_histogram(10**8, device="cuda"), sieve_histogram(10**8))


def test_without_a_cuda_target_the_processor_counts_and_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "szilard.algorithmic._sieve_cuda", None)
    monkeypatch.setattr(sieve, "resolve_device", lambda device: device)
    with pytest.warns(UserWarning, match="the processor counts"):
        assert sieve_histogram(1000, device="cuda").tolist() == HISTOGRAMS[1000]
