"""Block decomposition: golden values of pybdm's tests, a slow reference, and what it forgets."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.algorithmic import as_bits, block_decomposition, coding_table


def primes(n):
    """Whether 0, 1, …, n are prime."""
    found = np.ones(n + 1, bool)
    found[:2] = False
    for i in range(2, math.isqrt(n) + 1):
        found[i * i :: i] = False
    return found


def test_values_of_pybdms_own_tests():
    assert block_decomposition("0" * 24).bits == pytest.approx(26.610413747641715, abs=1e-12)
    assert block_decomposition("0" * 12 + "1" * 12).bits == pytest.approx(51.22082749528343, abs=1e-12)


@given(st.text("01", min_size=4, max_size=200), st.integers(1, 4))
def test_equals_the_definition(text, block):
    table = coding_table(3)
    blocks = [text[i : i + block] for i in range(0, len(text) - block + 1, block)]
    often = Counter(blocks)
    found = block_decomposition(text, table, block)
    expected = sum(table.bits[b] + math.log2(n) for b, n in often.items())
    orders = math.factorial(len(blocks)) // math.prod(math.factorial(n) for n in often.values())
    assert found.bits == pytest.approx(expected, rel=1e-12)
    assert found.order_bits == pytest.approx(math.log2(orders), abs=1e-8)
    assert (found.blocks, found.distinct) == (len(blocks), len(often))


def test_primes_look_simple_only_because_of_the_block_length():
    indicator = primes(120_000)[1:]
    found = block_decomposition(indicator)
    assert found.bits == pytest.approx(644.24, abs=0.01)
    assert found.distinct == 17
    assert found.order_bits == pytest.approx(34_157, abs=1)
    assert block_decomposition(indicator, block=11).bits > 2 * found.bits
    wheel = indicator.reshape(-1, 30)[:, [0, 6, 10, 12, 16, 18, 22, 28]].ravel()  # 1, 7, 11, … modulo 30
    assert block_decomposition(wheel).bits > 70 * found.bits


def test_order_of_blocks_is_forgotten():
    indicator = primes(120_000)[1:]
    shuffled = np.random.default_rng(0).permutation(indicator.reshape(-1, 12)).ravel()
    assert block_decomposition(shuffled).bits == pytest.approx(block_decomposition(indicator).bits, abs=1e-9)


def test_text_booleans_and_numbers_are_one():
    text = "011010010110" * 3
    same = [text, [int(c) for c in text], np.array([c == "1" for c in text]), np.array(list(text), float)]
    assert len({block_decomposition(each).bits for each in same}) == 1
    assert as_bits(same[0]).tolist() == same[1]


@pytest.mark.parametrize(
    ("sequence", "options", "message"),
    [
        ("0" * 11, {}, "at least one block of 12; got 11"),
        ("", {}, "non-empty"),
        ("0120", {}, "0 and 1 only; got 2"),
        ([0, 1, 0.5], {}, "0 and 1 only; got 0.5"),
        (np.zeros((3, 4)), {}, r"shape \(3, 4\)"),
        ("0" * 30, {"block": 0}, "block must be an integer ≥ 1"),
        ("0" * 30, {"block": 21}, "block must be at most 20"),
        ("0" * 30, {"block": 13}, "lacks 0000000000000"),
    ],
)
def test_bad_input_is_refused(sequence, options, message):
    with pytest.raises(ValueError, match=message):
        block_decomposition(sequence, **options)
