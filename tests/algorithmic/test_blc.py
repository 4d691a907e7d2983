"""Closed lambda terms by size: enumeration, golden counts, Kraft's inequality."""

from functools import cache

import numpy as np
import pytest

from szilard.algorithmic import closed_shares

GOLDEN = [0, 0, 0, 0, 1, 0, 1, 1, 2, 1, 6, 5, 13, 14, 37, 44, 101, 134, 298, 431, 883, 1361, 2736, 4405, 8574]


@cache
def codes(bits, scope):
    """All codes of ``bits`` bits with ``scope`` variables in reach, spelled out."""
    found = ["1" * i + "0" for i in range(1, scope + 1) if i + 1 == bits]
    if bits > 2:
        found += ["00" + body for body in codes(bits - 2, scope + 1)]
        for k in range(2, bits - 3):
            found += ["01" + f + x for f in codes(k, scope) for x in codes(bits - 2 - k, scope)]
    return found


def counts(longest):
    """Number of closed terms of each length, by the recursion in whole numbers of any size."""
    table = [[0] * (longest + 1) for _ in range(longest // 2 + 3)]
    for n in range(2, longest + 1):
        for m, row in enumerate(table[:-1]):
            pairs = sum(row[k] * row[n - 2 - k] for k in range(2, n - 3))
            row[n] = (n - 1 <= m) + table[m + 1][n - 2] + pairs
    return table[0]


def test_numbers_of_terms():
    np.testing.assert_array_equal(closed_shares(24) * 2.0 ** np.arange(25), GOLDEN)
    assert closed_shares(0).tolist() == [0.0]


def test_numbers_are_those_of_the_codes_themselves():
    shares = closed_shares(18)
    assert [len(codes(n, 0)) / 2**n for n in range(19)] == shares.tolist()


def test_no_code_begins_another():
    words = sorted(code for n in range(19) for code in codes(n, 0))
    assert len(words) == len(set(words))
    assert not any(b.startswith(a) for a, b in zip(words[:-1], words[1:], strict=True))


@pytest.mark.parametrize("longest", [4, 5, 6, 30, 60, 120])
def test_shares_are_those_of_the_counts(longest):
    exact = [count / 2**n for n, count in enumerate(counts(longest))]
    np.testing.assert_allclose(closed_shares(longest), exact, rtol=1e-13)


def test_kraft_sum_stays_below_one():
    shares = closed_shares(399)
    assert shares.sum() == pytest.approx(0.126002784, abs=1e-9)
    assert shares[:61].sum() == pytest.approx(0.1253, abs=5e-5) and shares[:61].sum() < shares.sum() < 1


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="longest must be an integer ≥ 0"):
        closed_shares(-1)
