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
    return (closed_shares(longest) * 2.0 ** np.arange(longest + 1)).tolist()


def test_counts():
    assert counts(24) == GOLDEN
    assert counts(0) == [0]


def test_counts_are_those_of_the_codes_themselves():
    assert [len(codes(n, 0)) for n in range(19)] == counts(18)


def test_no_code_begins_another():
    words = sorted(code for n in range(19) for code in codes(n, 0))
    assert len(words) == len(set(words))
    assert not any(b.startswith(a) for a, b in zip(words[:-1], words[1:], strict=True))


def test_krafts_sum_stays_below_one():
    shares = closed_shares(399)
    assert shares[:61].sum() == pytest.approx(0.1253, abs=5e-5)
    assert shares.sum() == pytest.approx(0.126002784, abs=1e-9)
    assert (shares >= 0).all()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="longest must be an integer ≥ 0"):
        closed_shares(-1)
