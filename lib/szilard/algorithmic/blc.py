"""Binary lambda calculus: how many closed programs there are of each length, and how much of Kraft's sum they use."""

from __future__ import annotations

import numpy as np

from szilard.validation import check_integer

__all__ = ["closed_shares", "closed_terms", "kraft_sum"]


def closed_terms(longest: int) -> list[int]:
    r"""Number of closed lambda terms of 0, 1, …, ``longest`` bits in the code of `tromp2006binary`.

    An abstraction is 00 and its body, an application 01 and two terms, and the variable bound by the i-th
    enclosing abstraction is i ones and a zero. With m variables in reach,

    .. math:: f_m(n) = [n - 1 \le m] + f_{m+1}(n-2) + \sum_k f_m(k)\, f_m(n-2-k)

    where the first term is for n ≥ 2; closed terms are those of m = 0.

    >>> closed_terms(12)
    [0, 0, 0, 0, 1, 0, 1, 1, 2, 1, 6, 5, 13]
    """
    check_integer(longest, "longest", minimum=0)
    scopes = longest // 2 + 2
    counts = [[0] * (longest + 1) for _ in range(scopes + 1)]
    for n in range(2, longest + 1):
        for m in range(scopes):
            row = counts[m]
            pairs = sum(row[k] * row[n - 2 - k] for k in range(2, n - 3))
            row[n] = (n - 1 <= m) + counts[m + 1][n - 2] + pairs
    return counts[0]


def closed_shares(longest: int) -> np.ndarray:
    r"""Shares of all infinite bit strings that begin with a closed term of 0, 1, …, ``longest`` bits, f_0(n) 2^-n.

    Counts of :func:`closed_terms` outgrow floating point, these do not.
    """
    check_integer(longest, "longest", minimum=0)
    scopes = longest // 2 + 2
    shares = np.zeros((scopes + 1, longest + 1))
    reach = np.arange(scopes)
    for n in range(2, longest + 1):
        pairs = (shares[:-1, 2 : n - 3] * shares[:-1, n - 4 : 1 : -1]).sum(axis=1) if n > 5 else 0.0
        shares[:-1, n] = (n - 1 <= reach) * 2.0**-n + (shares[1:, n - 2] + pairs) / 4
    return shares[0]


def kraft_sum(longest: int) -> float:
    r"""Kraft's sum Σ 2^-n over all closed terms of at most ``longest`` bits; below one, as for every prefix code.

    >>> round(kraft_sum(60), 4)
    0.1253
    """
    return float(closed_shares(longest).sum())
