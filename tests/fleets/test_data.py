"""Hold-out splits, batches by passes, and pairs that are checked together."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from szilard.fleets import check_holdout, checked_pairs, passes, split


@given(st.integers(4, 40), st.integers(1, 30), st.integers(1, 4))
def test_a_pass_takes_every_row_at_most_once(n, count, rows):
    batches = passes(n, count, rows, torch.Generator().manual_seed(0))
    assert batches.shape == (count, rows)
    per_pass = n // rows
    for start in range(0, count, per_pass):
        taken = batches[start : start + per_pass].flatten()
        assert len(taken.unique()) == len(taken) and 0 <= taken.min() and taken.max() < n


@pytest.mark.parametrize("holdout", [0.01, 0.2, 0.5])
def test_a_split_takes_every_row_once_and_scales_by_those_to_train_on(holdout):
    samples = np.random.default_rng(0).normal(3.0, 2.0, size=(100, 2))
    parts = split(samples, 1, holdout, "rescale", "cpu")
    assert len(parts.test) == max(round(100 * holdout), 2) and len(parts.fit) + len(parts.test) == 100
    assert torch.allclose(parts.fit.mean(0), torch.zeros(2, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(parts.fit.std(0, correction=0), torch.ones(2, dtype=torch.float64))
    whole = torch.cat([parts.fit, parts.test])[:, 0].sort().values
    order = np.sort(samples[:, 0])
    np.testing.assert_allclose(np.corrcoef(whole, order)[0, 1], 1, rtol=1e-12)


def test_the_same_rng_splits_alike_and_another_does_not():
    samples = np.random.default_rng(0).normal(size=(50, 1))
    first, again, other = (split(samples, seed, 0.2, "rank", "cpu") for seed in (1, 1, 2))
    assert torch.equal(first.test, again.test) and not torch.equal(first.test, other.test)
    draws = [torch.rand(3, generator=s) for s in (first.training, again.training, first.generator)]
    assert torch.equal(draws[0], draws[1]) and not torch.equal(draws[0], draws[2])


def test_too_few_rows_and_shares_that_are_none_are_refused():
    with pytest.raises(ValueError, match="x must have at least 4 rows to train on and hold out; got 3"):
        split(np.arange(3.0)[:, None], 0, 0.1, "rescale", "cpu")
    for share in (0, 1, float("nan"), "a"):
        with pytest.raises(ValueError, match="holdout must be a share"):
            check_holdout(share)


def test_pairs_must_have_one_shape():
    x = np.arange(6.0)
    assert [part.shape for part in checked_pairs([(x, x)])[0]] == [(6, 1), (6, 1)]
    with pytest.raises(ValueError, match="pairs must have equal shapes; pair 0 has"):
        checked_pairs([(x, x), (x[:5], x[:5])])
    with pytest.raises(ValueError, match="pairs must hold at least one"):
        checked_pairs([])
