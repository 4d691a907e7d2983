"""Entropy rates without a model: against counting by hand, closed forms, and sources that are known exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.language import (
    ANSATZES,
    GOLDEN_MEAN,
    Markov,
    TwoCoins,
    block_entropies,
    ctw_bits,
    extrapolate,
    kt_bits,
    lz76_rate,
    lz78_rate,
    match_lengths,  # fmt: skip
    match_rates,
)
from szilard.language import _suffix_loops as loops
from szilard.language.rates import as_symbols

CHAIN = Markov(np.array([[0.9, 0.1], [0.3, 0.7]]))
H = 0.5720694199996341


def by_looking(text):
    """Shortest pieces that have not begun before, by trying all."""
    found = []
    for i in range(len(text)):
        length = 1
        while i + length <= len(text) and text.find(text[i : i + length]) < i:
            length += 1
        found.append(length)
    return found


@given(st.text("abc", min_size=1, max_size=60))
def test_suffixes_and_matches_are_those_one_finds_by_looking(text):
    symbols, size = as_symbols(text)
    order = loops.suffix_array(symbols, size)
    assert order.tolist() == sorted(range(len(text)), key=lambda i: text[i:])
    assert match_lengths(text).tolist() == by_looking(text)


@pytest.mark.parametrize("text", ["a", "aa", "a" * 50, "ab" * 25, "abcabcabd", "mississippi", "b" * 20 + "a"])
def test_repetitive_texts(text):
    assert match_lengths(text).tolist() == by_looking(text)


def test_lempel_and_zivs_phrases():
    assert loops.lz76_phrases(match_lengths("0001101001000101") - 1) == 6  # 0 001 10 100 1000 101, their own example
    phrases = [[0], [1], [0, 1], [0, 1, 1], [1, 0]]
    x = np.concatenate(phrases).astype(np.int32)
    assert loops.lz78_phrases(x, 2) == 5
    assert lz78_rate(np.concatenate(phrases)) == pytest.approx(5 * np.log2(5) / 9)


@pytest.mark.parametrize("rate", [lz76_rate, lz78_rate, lambda x: match_rates(x).mean_inverse])
def test_a_constant_sequence_has_no_entropy_and_relabelling_changes_nothing(rate):
    assert rate(np.zeros(200_000, dtype=int)) < 0.03
    x = CHAIN.sample(5000, 1)
    assert rate(x) == rate(1 - x) == rate(np.where(x, "q", "b"))


def test_uniform_symbols_have_the_entropy_of_their_alphabet():
    x = np.random.default_rng(0).integers(0, 8, 200_000)
    short, long = match_rates(x[:2000]), match_rates(x)
    for name, off in (("inverse_mean", 0.4), ("mean_inverse", 0.4), ("ratio", 0.2)):
        assert abs(getattr(long, name) - 3) < min(off, abs(getattr(short, name) - 3))
    assert abs(block_entropies(x, 3).conditional[-1] - 3) < 0.002


def test_the_chain_that_is_known():
    assert CHAIN.entropy_rate == pytest.approx(H, abs=1e-15)
    np.testing.assert_allclose(CHAIN.stationary, [0.75, 0.25], atol=1e-15)
    x = CHAIN.sample(16_000, 0)
    rates, blocks = match_rates(x), block_entropies(x, 12)
    assert rates.inverse_mean < rates.ratio < rates.mean_inverse
    assert abs(rates.inverse_mean - 0.497) < 0.02 and abs(rates.mean_inverse - 0.588) < 0.02
    assert abs(blocks.conditional[1] - H) < 0.01
    assert blocks.conditional[11] < H - 0.03  # too few blocks: the bias points down
    assert 4 <= blocks.trusted < 11 and abs(blocks.conditional[blocks.trusted - 1] - H) < 0.01
    for depth in (1, 4, 8):
        assert abs(ctw_bits(x, depth).mean() - H) < 0.01


def test_the_golden_mean():
    assert GOLDEN_MEAN.entropy_rate == pytest.approx(2 / 3, abs=1e-15)
    x = GOLDEN_MEAN.sample(200_000, 0)
    assert not (x[1:] & x[:-1]).any()
    assert abs(block_entropies(x, 8).excess - (np.log2(3) - 4 / 3)) < 0.01


def test_reversal_leaves_block_entropies():
    x = CHAIN.sample(3000, 2)
    np.testing.assert_allclose(block_entropies(x, 6).entropy, block_entropies(x[::-1], 6).entropy, rtol=1e-12)


def test_block_entropy_bias_is_that_of_miller():
    x = np.random.default_rng(0).integers(0, 4, (400, 200))
    found = np.mean([block_entropies(row, 1).entropy[0] for row in x])
    assert abs(2 - found - block_entropies(x[0], 1).bias[0]) < 0.002


def test_kt_and_ctw_closed_forms():
    assert 2 ** -kt_bits(3, 0) == pytest.approx(5 / 16) and 2 ** -kt_bits(2, 1) == pytest.approx(1 / 16)
    assert kt_bits(4, 4) == pytest.approx(9.870717, abs=1e-6)
    x = CHAIN.sample(500, 3)
    assert ctw_bits(x, 0).sum() == pytest.approx(kt_bits(int((x == 0).sum()), int(x.sum())), rel=1e-12)


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_ctw_pays_at_most_for_the_tree(depth):
    x = np.concatenate([[0] * depth, CHAIN.sample(3000, 4)])
    whole = ctw_bits(x[depth:], depth).sum()
    states = x[depth - 1 : -1]
    split = sum(
        kt_bits(int(((x[depth:] == 0) & (states == s)).sum()), int(((x[depth:] == 1) & (states == s)).sum()))
        for s in (0, 1)
    )
    assert whole <= split + 2 * 2 - 1 + 1e-9


@given(st.lists(st.integers(0, 1), min_size=1, max_size=8), st.integers(0, 4))
def test_ctw_is_normalised(x, depth):
    p = [2 ** -ctw_bits([*x, symbol], depth).sum() for symbol in (0, 1)]
    assert sum(p) == pytest.approx(2 ** -ctw_bits(x, depth).sum(), rel=1e-12)


def test_two_coins_in_context():
    source = TwoCoins()
    expected = {1: 1.0, 2: 0.904381, 3: 0.855246, 5: 0.794924, 10: 0.740605, 20: 0.723451}
    for n, value in expected.items():
        assert source.in_context(n) == pytest.approx(value, abs=1e-6)
    assert source.entropy_rate == pytest.approx(0.721928, abs=1e-6) and source.local == pytest.approx(1.0)
    tosses = source.sample(20_000, 20, 0)
    bits = source.surprisal(tosses)
    assert bits[:, 0].tolist() == [1.0] * 20_000
    errors = bits.std(axis=0) / np.sqrt(len(bits)) + 1e-12
    assert (np.abs(bits.mean(axis=0) - [source.in_context(n) for n in range(1, 21)]) < 4 * errors).all()


@pytest.mark.parametrize("ansatz", list(ANSATZES))
def test_an_extrapolation_finds_its_own_form_again(ansatz):
    n = np.array([1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7])
    form = ANSATZES[ansatz][0]
    unit = 1.0 if "logarithm" in ansatz else 1e4
    a = 0.8 if "stretched" in ansatz else 1.4
    fitted = extrapolate(n, form(n / unit, a, 0.65, 1.25), ansatz)
    assert (fitted.beta, fitted.h) == pytest.approx((0.65, 1.25), abs=1e-3)
    np.testing.assert_allclose(fitted(n), form(n / unit, a, 0.65, 1.25), atol=1e-5)


def test_the_hilberg_fit_of_measured_rates():
    n, rates = [1e4, 3e4, 1e5, 3e5, 1e6, 3e6], [2.7016, 2.2051, 1.9171, 1.6826, 1.5281, 1.4529]
    power, stretched = extrapolate(n, rates), extrapolate(n, rates, "stretched exponential")
    assert (power.a, power.beta, power.h) == pytest.approx((1.430, 0.640, 1.265), abs=2e-3)
    assert (stretched.beta, stretched.h) == pytest.approx((0.760, 1.168), abs=2e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: match_rates("abc"), "at least 4"),
        (lambda: match_lengths([]), "1 to"),
        (lambda: match_lengths([[1, 2]]), "sequence"),
        (lambda: match_lengths([1.0, np.nan]), "finite"),
        (lambda: block_entropies("ab", 3), "longest = 3"),
        (lambda: ctw_bits([0, 2]), "zeros and ones"),
        (lambda: ctw_bits([0, 1], 30), "at most 22"),
        (lambda: kt_bits(-1, 0), "zeros"),
        (lambda: Markov(np.eye(2)), "falls apart"),
        (lambda: Markov(np.ones((1, 2)) / 2), "square"),
        (lambda: TwoCoins(heads=(0.0, 1.0)), "between 0 and 1"),
        (lambda: extrapolate([1, 2, 3], [1, 2, 3]), "at least 4 pairs"),
        (lambda: extrapolate([1, 1, 2, 3], [1, 2, 3, 4]), "different"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
