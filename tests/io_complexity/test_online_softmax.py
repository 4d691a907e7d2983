"""States of the online softmax merge in any order and stand what floating point does."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.io_complexity import OnlineSoftmax, attention_reference

RNG = np.random.default_rng(0)
Q, K, V = RNG.normal(size=(3, 12, 4))
SCORES = Q @ K.T


def states(cuts):
    return [OnlineSoftmax.of(SCORES[:, part], V[part]) for part in np.split(np.arange(12), cuts)]


def close(a, b):
    return all(np.allclose(getattr(a, x), getattr(b, x), rtol=1e-12, atol=1e-14) for x in ("m", "l", "o"))


def test_merging_is_associative_and_commutative_with_an_identity():
    a, b, c = states([3, 7])
    assert close(a.merge(b).merge(c), a.merge(b.merge(c)))
    assert close(a.merge(b), b.merge(a))
    assert close(a.merge(OnlineSoftmax.empty(12, 4)), a) and close(OnlineSoftmax.empty(12, 4).merge(a), a)


@pytest.mark.parametrize("cuts", [[], [1], [6], [2, 3, 9], list(range(1, 12))])
def test_any_split_in_chain_or_tree_gives_attention(cuts):
    chain, *rest = level = states(cuts)
    for each in rest:
        chain = chain.merge(each)
    while len(level) > 1:
        level = [a.merge(b) for a, b in zip(level[::2], level[1::2], strict=False)] + level[len(level) // 2 * 2 :]
    for state in (chain, level[0]):
        assert np.allclose(state.output, attention_reference(Q, K, V), rtol=1e-12, atol=1e-13)
        assert np.allclose(state.logsumexp, np.log(np.exp(SCORES).sum(axis=1)), rtol=1e-12)


def test_single_precision_with_scores_of_ten_thousand_stays_finite():
    scores = (1e4 * RNG.normal(size=(5, 8))).astype(np.float32)
    state = OnlineSoftmax.of(scores[:, :3], V[:3].astype(np.float32))
    whole = state.merge(OnlineSoftmax.of(scores[:, 3:], V[3:8].astype(np.float32)))
    assert whole.output.dtype == np.float32 and np.isfinite(whole.output).all()
    assert np.array_equal(whole.output, V[scores.argmax(axis=1)].astype(np.float32))


def test_a_masked_row_gives_zeros_and_disturbs_no_other():
    scores = SCORES[:, :5].copy()
    scores[2] = -np.inf
    masked = OnlineSoftmax.of(scores, V[:5])
    assert np.array_equal(masked.output[2], np.zeros(4)) and np.isneginf(masked.logsumexp[2])
    merged = masked.merge(OnlineSoftmax.of(SCORES[:, 5:], V[5:]))
    assert np.allclose(merged.output[2], attention_reference(Q[2:3], K[5:], V[5:])[0])
    both = masked.merge(masked)
    assert np.isfinite(both.output).all() and np.array_equal(both.output[2], np.zeros(4))


def test_bad_scores_are_refused():
    with pytest.raises(ValueError, match="must fit"):
        OnlineSoftmax.of(SCORES, V[:3])
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match=r"finite or -inf"):
            OnlineSoftmax.of([[wrong]], [[1.0]])
