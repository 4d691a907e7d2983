"""The area under the curve against its definition, closed forms and a library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from szilard.algorithmic import oracle_auc, prime_flags, smallest_first
from szilard.ranking import auc


@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 8))
def test_it_counts_pairs_and_halves_ties(seed, n, levels):
    rng = np.random.default_rng(seed)
    truth, score = np.arange(n) % 2 == 0, rng.integers(levels, size=n) / 7
    above = np.sign(score[truth][:, None] - score[~truth][None, :])
    found = auc(truth, score)
    assert found == pytest.approx((1 + above.mean()) / 2, abs=1e-12)
    assert found == pytest.approx(roc_auc_score(truth, score), abs=1e-12)
    assert auc(truth, -score) == pytest.approx(1 - found, abs=1e-12)
    assert auc(truth, np.exp(3 * score)) == pytest.approx(found, abs=1e-12)


def test_known_values():
    assert (auc([0, 1], [1, 2]), auc([0, 1], [2, 1]), auc([0, 1, 0, 1], [5, 5, 5, 5])) == (1.0, 0.0, 0.5)
    g = np.random.default_rng(0)
    score = np.concatenate([g.normal(size=100_000), 1 + g.normal(size=100_000)])
    normal = (1 + math.erf(1 / 2)) / 2  # of two normal scores one standard deviation apart
    assert auc(np.repeat([0, 1], 100_000), score) == pytest.approx(normal, abs=4 * 0.4 / math.sqrt(200_000))


def test_it_is_what_the_prime_rules_say_of_themselves():
    prime, n = prime_flags(0, 4000), np.arange(4000)
    assert auc(prime, np.gcd(n, 30) == 1) == pytest.approx(oracle_auc(prime, 30), abs=1e-12)
    assert auc(prime, -n) == pytest.approx(smallest_first(prime, 0.1)[1], abs=1e-12)


@pytest.mark.parametrize(
    ("truth", "score", "message"),
    [
        ([1, 1], [0, 1], "truth must hold 0 and 1, and both"),
        ([0, 2], [0, 1], "truth must hold 0 and 1"),
        ([0, 1], [0, math.nan], "score must be finite"),
        ([0, 1, 1], [0, 1], "two vectors"),
        ([[0, 1]], [[0, 1]], "two vectors"),
        ([], [], "truth must hold"),
        ([0, 1], [0, 1j], "two vectors"),
    ],
)
def test_refuses(truth, score, message):
    with pytest.raises(ValueError, match=message):
        auc(truth, score)
