"""Context-tree weighting: the mixture over all trees of contexts, for binary sequences."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from szilard.jit import njit
from szilard.validation import check_integer, plain_array

DEEPEST = 22

__all__ = ["ctw_bits", "kt_bits"]


def kt_bits(zeros: int, ones: int) -> float:
    r"""Code length in bits of any sequence of so many zeros and ones, after `krichevsky1981performance`.

    ``−log₂ Γ(a + ½) Γ(b + ½) / (π Γ(a + b + 1))``: Bayes with a beta prior of ½, ½ on the probability of a one.

    >>> round(2 ** -kt_bits(3, 0), 10)
    0.3125
    """
    check_integer(zeros, "zeros", 0)
    check_integer(ones, "ones", 0)
    log = math.lgamma(zeros + 0.5) + math.lgamma(ones + 0.5) - math.log(math.pi) - math.lgamma(zeros + ones + 1)
    return max(-log / math.log(2), 0.0)


def ctw_bits(x: ArrayLike, depth: int = 8) -> np.ndarray:
    r"""Bits of every symbol of a binary sequence under context-tree weighting (`willems1995ctw`), shape (n,).

    At every context s of at most ``depth`` symbols :math:`P_w^s=\frac12P_{KT}^s+\frac12P_w^{0s}P_w^{1s}`. Before the
    sequence stand zeros. For a source with S contexts the whole costs at most 2S − 1 bits more than the tree's own
    code.

    Raises:
        ValueError: symbols other than 0 and 1, or a depth beyond 22.
    """
    check_integer(depth, "depth", 0)
    if depth > DEEPEST:
        raise ValueError(f"depth must be at most {DEEPEST}; got {depth}")
    symbols = plain_array(x, "x")
    if symbols.ndim != 1 or not symbols.size or not np.isin(symbols, (0, 1)).all():
        raise ValueError(f"x must be a sequence of zeros and ones; got shape {symbols.shape}")
    return _ctw(symbols.astype(np.int64), depth)


@njit(cache=True, nogil=True)
def _ctw(x: np.ndarray, depth: int) -> np.ndarray:
    """Nodes are numbered as in a heap: the children of node i are 2i + 1 and 2i + 2, for a 0 or a 1 one step back."""
    size = (1 << depth + 1) - 1
    counts = np.zeros((size, 2))
    own, weighted = np.zeros(size), np.zeros(size)
    bits, path = np.zeros(len(x)), np.zeros(depth + 1, dtype=np.int64)
    for t in range(len(x)):
        node = 0
        for k in range(1, depth + 1):
            node = 2 * node + 1 + (x[t - k] if t >= k else 0)
            path[k] = node
        before = weighted[0]
        for k in range(depth, -1, -1):
            i = path[k]
            a = counts[i]
            own[i] += np.log2((a[x[t]] + 0.5) / (a[0] + a[1] + 1))
            a[x[t]] += 1
            if k == depth:
                weighted[i] = own[i]
            else:
                split = weighted[2 * i + 1] + weighted[2 * i + 2]
                most = max(own[i], split)
                weighted[i] = most - 1 + np.log2(2.0 ** (own[i] - most) + 2.0 ** (split - most))
        bits[t] = before - weighted[0]
    return bits
