"""How well a score ranks: the area under the curve of true against false positives."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_numbers

__all__ = ["auc"]


def auc(truth: ArrayLike, score: ArrayLike) -> float:
    r"""Probability that a positive scores above a negative, ties counting half: the area under the ROC curve.

    .. math:: \mathrm{AUC}=P(s_+>s_-)+\tfrac12P(s_+=s_-)

    Args:
        truth: which are positive, booleans or 0 and 1, (n,), some of each.
        score: real numbers, (n,), higher where a positive is thought likelier; only their order matters.

    Raises:
        ValueError: not two vectors of one length, a truth that is not binary or all the same, NaN or infinite scores.

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8])
    0.875
    """
    positive, values = as_numbers(truth, "truth"), as_numbers(score, "score")
    if positive.ndim != 1 or positive.shape != values.shape or np.iscomplexobj(values):
        raise ValueError(
            f"truth and score must be two vectors of real numbers; got shapes {positive.shape}, {values.shape}"
        )
    ones = np.count_nonzero(positive == 1)
    zeros = len(positive) - ones
    if not (ones and zeros) or np.count_nonzero(positive) != ones:
        raise ValueError(f"truth must hold 0 and 1, and both; got {np.unique(positive)[:5].tolist()}")
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(count) - (count - 1) / 2  # from 1; tied scores share the mean of theirs
    return float((ranks[place[positive == 1]].sum() - ones * (ones + 1) / 2) / (ones * zeros))
