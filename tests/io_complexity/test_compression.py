"""The compression argument on fields and sizes that can be tried out."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from szilard.io_complexity import (
    answers,
    bch_rows,
    binary_bound,
    compression_bound,
    dependent_subsets,
    least_block_bound,
    least_pattern_bound,
    lower_bounds,
    pattern_bound,
    rank_modulo,
    trivial_protocols,
    vandermonde,
)


def test_every_d_rows_of_vandermonde_are_independent():
    assert dependent_subsets(vandermonde(10, 3, 11), 3, 11) == (0, 120)


def test_every_four_rows_of_the_code_are_independent_and_some_five_are_not():
    k = bch_rows(4, 5)
    assert k.shape == (15, 8)
    assert dependent_subsets(k, 4, 2) == (0, 1365)
    assert dependent_subsets(k, 5, 2)[0] > 0


@pytest.mark.parametrize(("N", "d", "q"), [(2, 1, 3), (3, 2, 5), (2, 2, 3)])
def test_entries_take_as_many_values_as_their_rows_leave_free(N, d, q):
    k = vandermonde(N, d, q)
    for code in range(1, 2 ** (N * N)):
        pattern = np.array([code >> i & 1 for i in range(N * N)]).reshape(N, N)
        assert answers(pattern, k, q) == q ** int(np.minimum(pattern.sum(axis=1), d).sum())


def test_dependent_keys_leave_fewer_values():
    assert (
        answers(np.ones((2, 2)), np.array([[1, 1], [1, 1]]), 5)
        == 5**2
        < answers(np.ones((2, 2)), np.array([[1, 1], [1, 2]]), 5)
    )


@pytest.mark.parametrize("d", [1, 2, 3])
def test_no_pattern_needs_less_than_the_lemma_says(d):
    least = least_pattern_bound(4, d)
    assert all(least[b] >= compression_bound(b, d) for b in range(17))
    assert least[16] == pattern_bound(np.ones((4, 4)), d) == min(4, d) * 4


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_no_block_needs_less_than_the_lemma_says(d):
    assert all(least_block_bound(b, d) >= compression_bound(b, d) for b in (1, 2, 5, 16, 100, 1000, 5000))
    wide = np.zeros((5, 5), int)
    wide[:2, :3] = 1
    assert least_block_bound(6, d) <= pattern_bound(wide, d)


def test_protocols_lie_above_the_bound():
    for b in (4, 64, 1024, 2**16):
        assert min(trivial_protocols(b, 16).values()) >= compression_bound(b, 16)


@pytest.mark.parametrize(("m", "distance"), [(3, 3), (4, 5)])
def test_entries_over_zeros_and_ones_take_as_many_values_as_the_code_leaves_free(m, distance):
    """Lemma 4.13 on parity checks: the values of entries, counted over all Q, are no fewer than 2 to the bound."""
    k = bch_rows(m, distance)
    (N, d), rng = k.shape, np.random.default_rng(m)
    promised = int(2 * d / np.log2(N + 1)) - 1
    for share in (0.05, 0.2, 0.5, 1.0):
        pattern = rng.random((N, N)) < share
        rows = pattern.sum(axis=1)
        bits = sum(float(np.log2(answers(pattern[[i]], k, 2))) for i in range(N))
        assert bits >= np.minimum(rows, promised + 1).sum() >= compression_bound(int(rows.sum()), promised)


def test_the_bound_over_zeros_and_ones():
    """It follows from the lemma as that modulo a large prime does, and is lower by the square of a logarithm."""
    N, d, M = 2**14 - 1, 256, 4096
    t = 2 * d // 14 - 1
    most = max(b for b in range(1, 40 * M) if compression_bound(b, t) <= 2 * M)  # entries that 2M bits can tell
    assert most <= max(8 * M**2 / t**2, 8 * M)
    assert binary_bound(N, d, M) == pytest.approx(min(N * N * t * t / (8 * M), N * N / 8) - M)
    assert binary_bound(N, d, M) <= M * (N * N / most - 1) * (1 + 1e-12)
    assert binary_bound(N, d, M) < lower_bounds(N, d, M)["any_algorithm"] < 14**2 * binary_bound(N, d, M)
    assert binary_bound(2**14 - 1, 4, M) == 0.0


def test_rank_against_exhaustion():
    rng = np.random.default_rng(0)
    for _ in range(20):
        a = rng.integers(0, 3, (3, 3))
        spanned = {tuple(np.array(c) @ a % 3) for c in np.ndindex(3, 3, 3)}
        assert 3 ** rank_modulo(a, 3) == len(spanned)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="prime above N = 10"):
        vandermonde(10, 3, 15)
    with pytest.raises(ValueError, match="prime above"):
        vandermonde(10, 3, 7)
    with pytest.raises(ValueError, match="odd"):
        bch_rows(4, 4)
    with pytest.raises(ValueError, match="1 to 4"):
        least_pattern_bound(5, 1)
    assert len(list(combinations(range(10), 3))) == 120
