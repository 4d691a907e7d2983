"""The compiled loop over all subsets of a set of variables: neighbours in the enumeration share their factorisation."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

SINGULAR = 1e-12  # variance that the variables before leave unexplained, below which they fix a variable

__all__ = ["SINGULAR", "scan"]


@njit(cache=True, nogil=True)
def scan(
    correlation: np.ndarray, prefixes: np.ndarray, subsets: np.ndarray, dets: np.ndarray, precisions: np.ndarray
) -> None:
    r"""Determinants and precision products of all subsets that begin with one of the prefixes, in lexicographic order.

    A depth-first walk: with :math:`R_S = LL^\top` for the variables S on the path and :math:`M=L^{-1}`, one more
    variable j costs the products :math:`w = M R_{Sj}` and :math:`M^\top w`, whatever comes below it. Then
    :math:`|R|` gains the factor :math:`1-w^\top w`, and the diagonal of the inverse gains the squares of the new row
    of M.

    Args:
        correlation: correlation matrix (N, N).
        prefixes: first elements (p, m), increasing, m below the size of the subsets; m may be 0 for p = 1.
        subsets: to be filled, (count, k) indices.
        dets: to be filled, (count,): |R|, or 0 where a variable of the subset is fixed by those before.
        precisions: to be filled, (count,): the product of the diagonal of the inverse of R.
    """
    n, k, given = len(correlation), subsets.shape[1], prefixes.shape[1]
    chosen, w, det = np.empty(k, np.int64), np.empty(k), np.ones(k + 1)
    inverse, diagonal = np.zeros((k, k)), np.zeros((k, k))
    row = 0
    for prefix in prefixes:
        for level in range(given):
            chosen[level] = prefix[level]
            _push(correlation, chosen, level, w, det, inverse, diagonal)
        level = given
        chosen[level] = chosen[level - 1] + 1 if level else 0
        while level >= given:
            if chosen[level] > n - k + level:
                level -= 1
                if level >= 0:
                    chosen[level] += 1
                continue
            _push(correlation, chosen, level, w, det, inverse, diagonal)
            if level < k - 1:
                level += 1
                chosen[level] = chosen[level - 1] + 1
                continue
            product = 1.0
            for i in range(k):
                subsets[row, i] = chosen[i]
                product *= diagonal[level, i]
            dets[row], precisions[row] = det[k], product
            row += 1
            chosen[level] += 1


@njit(cache=True, nogil=True, inline="always")
def _push(
    correlation: np.ndarray, chosen: np.ndarray, level: int, w: np.ndarray, det: np.ndarray, inverse: np.ndarray,
    diagonal: np.ndarray,
) -> None:  # fmt: skip
    """Add the variable ``chosen[level]`` to the factorisation of those before it."""
    new, left = chosen[level], 1.0
    for r in range(level):
        total = 0.0
        for s in range(r + 1):
            total += inverse[r, s] * correlation[chosen[s], new]
        w[r] = total
        left -= total * total
    if left < SINGULAR or det[level] == 0.0:
        det[level + 1] = 0.0
        inverse[level, : level + 1] = 0.0
        diagonal[level, : level + 1] = 0.0
        return
    det[level + 1] = det[level] * left
    scale = 1.0 / np.sqrt(left)
    for s in range(level):
        total = 0.0
        for r in range(s, level):
            total += w[r] * inverse[r, s]
        inverse[level, s] = -total * scale
        diagonal[level, s] = diagonal[level - 1, s] + inverse[level, s] ** 2
    inverse[level, level] = scale
    diagonal[level, level] = scale * scale
