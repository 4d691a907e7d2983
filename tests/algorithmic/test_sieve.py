"""Sieves: against sympy and against one array over everything, at the edges of segments and at squares of primes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import factorint, isprime, primerange

from szilard.algorithmic import omega, prime_flags, primes_up_to, sieve_histogram
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
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
