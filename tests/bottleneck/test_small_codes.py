"""Codes of few cells have the gaps that arithmetic says, and bad numbers are refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from szilard.bottleneck import fixed_encoder_bound, majority_gaps, memorising_gaps


def test_one_cell_of_fair_coins_has_the_mean_deviation_of_a_binomial_count() -> None:
    n, trials = 25, 40_000
    counts = np.arange(n + 1)
    expected = binom.pmf(counts, n, 0.5) @ (0.5 - np.minimum(counts, n - counts) / n)
    gaps = majority_gaps(1, n, trials=trials, rng=1)
    assert gaps.mean() == pytest.approx(expected, abs=4 * gaps.std() / trials**0.5)


def test_certain_labels_leave_no_gap() -> None:
    assert not majority_gaps(4, 400, 1.0, trials=50).any()


def test_the_gap_may_be_negative_where_the_majority_is_right() -> None:
    gaps = majority_gaps(1, 50, 0.6, trials=5000)
    assert gaps.min() < 0 < gaps.max()
    assert gaps.mean() == pytest.approx(0, abs=4 * gaps.std() / 5000**0.5 + 1e-3)


def test_hoeffding_holds() -> None:
    for cells, n in ((1, 20), (5, 100)):
        assert (majority_gaps(cells, n, trials=4000) > float(fixed_encoder_bound(cells, n))).mean() < 0.05


@pytest.mark.parametrize("count", [0, 30, 60])
def test_memorised_labels_make_half_of_their_share(count: int) -> None:
    gaps = memorising_gaps(60, count, trials=4000, rng=2)
    assert gaps.mean() == pytest.approx(count / 120, abs=4 * 0.5 / np.sqrt(60 * 4000))
    others = memorising_gaps(60, count, True, trials=4000, rng=3)
    assert others.mean() == pytest.approx(0, abs=4 * 0.5 / np.sqrt(60 * 4000))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: majority_gaps(0, 5), "cells"),
        (lambda: majority_gaps(1, 5, 1.5), "signal"),
        (lambda: majority_gaps(1, 0), "n must"),
        (lambda: memorising_gaps(5, 6), "count"),
        (lambda: memorising_gaps(5, -1), "count"),
    ],
)
def test_bad_numbers_are_named(call, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()
