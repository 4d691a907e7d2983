"""The softmax of a row seen in pieces: states that can be merged in any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import plain_array

__all__ = ["OnlineSoftmax"]


@dataclass(frozen=True, eq=False)
class OnlineSoftmax:
    """What is known of rows of attention after some of the keys: largest score, sum and output in its scale.

    States form a commutative monoid under :meth:`merge`, with :meth:`empty` as its identity (``milakov2018online``).
    The type of the scores is kept. A score of -inf masks its key; a row without any key gives zeros.

    Args:
        m: largest score of every row, (n,); -inf before any key.
        l: sum of ``exp(score - m)``, (n,).
        o: sum of ``exp(score - m)`` times the value of the key, (n, d).

    >>> state = OnlineSoftmax.of([[0.0, 0.0]], [[1.0], [3.0]])
    >>> state.output, state.merge(OnlineSoftmax.empty(1, 1)).output
    (array([[2.]]), array([[2.]]))
    """

    m: np.ndarray
    l: np.ndarray  # noqa: E741
    o: np.ndarray

    @classmethod
    def empty(cls, n: int, d: int) -> OnlineSoftmax:
        """No key seen."""
        return cls(np.full(n, -np.inf), np.zeros(n), np.zeros((n, d)))

    @classmethod
    def of(cls, scores: ArrayLike, values: ArrayLike) -> OnlineSoftmax:
        """The state after the keys with ``scores`` (n, keys) and ``values`` (keys, d).

        Raises:
            ValueError: the shapes do not fit, or a score is NaN or +inf.
        """
        s, v = plain_array(scores, "scores"), plain_array(values, "values")
        if s.ndim != 2 or v.ndim != 2 or s.shape[1] != len(v):
            raise ValueError(f"scores (n, keys) and values (keys, d) must fit; got shapes {s.shape} and {v.shape}")
        if np.isnan(s).any() or (s == np.inf).any():
            raise ValueError("scores must be finite or -inf; got NaN or +inf")
        s = s.astype(np.result_type(s, np.float32), copy=False)
        m = s.max(axis=1, initial=-np.inf)
        weights = np.exp(s - _finite(m)[:, None])
        return cls(m, weights.sum(axis=1), weights @ v)

    def merge(self, other: OnlineSoftmax) -> OnlineSoftmax:
        """The state after the keys of both."""
        m = np.maximum(self.m, other.m)
        a, b = np.exp(self.m - _finite(m)), np.exp(other.m - _finite(m))
        return OnlineSoftmax(m, a * self.l + b * other.l, a[:, None] * self.o + b[:, None] * other.o)

    @property
    def output(self) -> np.ndarray:
        """The rows of attention, (n, d)."""
        return self.o / np.where(self.l > 0, self.l, 1)[:, None]

    @property
    def logsumexp(self) -> np.ndarray:
        """Logarithm of the sum of the exponentials of all scores, (n,); -inf where there is none."""
        return self.m + np.log(np.where(self.l > 0, self.l, 1))


def _finite(m: np.ndarray) -> np.ndarray:
    """``m`` with 0 for -inf, so that a masked score has the weight exp(-inf) and not NaN."""
    return np.where(np.isneginf(m), 0, m).astype(m.dtype)
