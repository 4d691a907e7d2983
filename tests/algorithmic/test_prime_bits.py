"""Bits, words, gaps and neighbours: against an independent computation, inequalities and brute force."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from szilard.algorithmic import (
    binary_entropy_bits,
    block_entropies,
    compressed_bits,
    coprime_flags,
    cramer_flags,
    description_lengths,
    gap_distribution,
    local_code_length,
    mutual_information_of_counts,
    omega,
    partial_sieve,
    prime_flags,
    residue_transitions,
    sieve_program,
)


@pytest.fixture(scope="module")
def million():
    return prime_flags(1, 10**6 + 1)


def test_lengths_of_descriptions():
    found = description_lengths(10**6).per_integer.tolist()
    expected = [1.564588, 1.084490, 1, 0.396865, 0.396855, 0.396752, 0.306896, 0.313535, 0.233142, 0.232409]
    assert found[:-1] == pytest.approx(expected, abs=1.5e-6)
    assert found[-1] < 1e-3
    assert found[4] < found[3]  # log of a binomial coefficient is below its entropy bound


def test_the_program_prints_the_primes():
    done = subprocess.run([sys.executable, "-c", sieve_program(3000)], capture_output=True, text=True)
    assert done.stdout.strip() == "".join(map(str, prime_flags(1, 3001).astype(int)))


def test_a_wrong_density_costs_more_than_the_right_one():
    """Gibbs's inequality, for the local density against a constant one, by brute force at a small size."""
    integers, flags = coprime_flags(3000, 30)
    kept = integers > np.exp(30 / 8)
    q = 30 / 8 / np.log(integers[kept])
    direct = -np.where(flags[kept], np.log2(q), np.log2(1 - q)).sum()
    assert local_code_length(3000, 30) == pytest.approx(direct, rel=1e-12)
    half = kept.sum()  # a fair coin for each
    assert half > direct > kept.sum() * binary_entropy_bits(flags[kept].mean()) - 20


def test_partial_sieve():
    table = partial_sieve(10**6).set_index("y")
    golden = {2: 0.31353, 5: 0.23314, 31: 0.15276, 283: 0.06395, 739: 0.01108, 947: 0.00063, 997: 0}
    assert table.per_integer[list(golden)].tolist() == pytest.approx(list(golden.values()), abs=1e-5)
    smallest = [np.flatnonzero([n % p == 0 for p in (2, 3, 5, 7)]) for n in range(2, 1001)]
    survivors = partial_sieve(1000).set_index("y").survivors
    assert [survivors[p] for p in (2, 3, 5, 7)] == [
        sum(len(each) == 0 or each[0] > k for each in smallest) for k in range(4)
    ]


def test_words(million):
    table = block_entropies(million, (1, 2, 3, 4, 6, 8, 12, 16))
    expected = [0.396865, 0.784085, 1.171035, 1.548717, 2.291845, 3.005882, 4.383777, 5.691220]
    assert table.entropy.tolist() == pytest.approx(expected, abs=1e-6)
    assert table.words.tolist() == [2, 4, 7, 9, 16, 28, 76, 216]


def test_entropies_of_words_grow_ever_less(million):
    entropy = block_entropies(million, tuple(range(1, 11))).entropy.to_numpy()
    steps = np.diff(entropy)
    assert (steps > 0).all() and (np.diff(steps) < 1e-4).all()


@pytest.mark.parametrize(("wheel", "least", "most"), [(1, 20, 50), (30, 0.8, 1.5), (2310, 0, 0.3)])
def test_bzip2_tells_primes_from_coins_by_small_factors(wheel, least, most):
    primes = coprime_flags(10**6, wheel)[1]
    coins = [cramer_flags(10**6, wheel, int(primes.sum()), rng=seed) for seed in range(3)]
    assert {int(each.sum()) for each in coins} == {int(primes.sum())}
    mean = np.mean([compressed_bits(each, "bz2") for each in coins])
    assert least < 100 * (1 - compressed_bits(primes, "bz2") / mean) < most


def test_coins_have_the_density_of_primes():
    for wheel in (1, 6, 30):
        flags, coins = coprime_flags(10**6, wheel)[1], cramer_flags(10**6, wheel, rng=1)
        assert coins.sum() == pytest.approx(flags.sum(), abs=4 * np.sqrt(flags.sum()))


def test_gaps():
    gaps = gap_distribution(10**6)
    assert gaps.counts[[2, 4, 6, 8, 10, 12, 30]].tolist() == [8169, 8143, 13549, 5569, 7079, 8005, 1914]
    assert (gaps.largest, gaps.largest_after) == (114, 492113)
    assert (gaps.mean, gaps.variance) == pytest.approx((12.73910, 105.7277), abs=1e-4)
    assert (gaps.entropy, gaps.conditional) == pytest.approx((3.909647, 3.555993), abs=1e-5)


def test_neighbours():
    table = residue_transitions(10**7, 10)
    shares = table.div(table.sum(axis=1), axis=0)
    assert [shares.loc[1, 1], shares.loc[1, 3], shares.loc[3, 3]] == pytest.approx([0.1704, 0.3108, 0.1560], abs=1e-4)
    assert mutual_information_of_counts(table.to_numpy()) == pytest.approx(0.046543, abs=1e-6)
    small = residue_transitions(40, 10)  # 7 11 13 17 19 23 29 31 37
    assert small.loc[7, 1] == 1 and small.loc[3, 7] == 1 and small.to_numpy().sum() == 8


def test_independent_residues_share_nothing():
    assert mutual_information_of_counts(np.outer([1, 2], [3, 4, 5])) == pytest.approx(0, abs=1e-12)


def test_flags_on_a_wheel_are_those_of_its_integers():
    integers, flags = coprime_flags(1000, 30)
    assert np.array_equal(flags, omega(1, 1001, True)[integers - 1] == 1)
    assert integers[:9].tolist() == [1, 7, 11, 13, 17, 19, 23, 29, 31]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binary_entropy_bits(1.2), "between 0 and 1"),
        (lambda: description_lengths(10**10), "at most 10\\^9"),
        (lambda: partial_sieve(3), "n must be an integer ≥ 4"),
        (lambda: block_entropies([0, 1], (3,)), "lengths must be at most"),
        (lambda: gap_distribution(4), "n must be an integer ≥ 5"),
        (lambda: residue_transitions(100, 1), "modulus must be an integer ≥ 2"),
        (lambda: mutual_information_of_counts(np.zeros((2, 2))), "positive sum"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
