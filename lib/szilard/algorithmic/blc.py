"""Binary lambda calculus: the closed programs of each length, and how much of Kraft's sum they use."""

from __future__ import annotations

import numpy as np

from szilard.validation import check_integer

__all__ = ["closed_shares"]


def closed_shares(longest: int) -> np.ndarray:
    r"""Shares of all infinite bit strings that begin with a closed lambda term of 0, 1, …, ``longest`` bits.

    In the code of `tromp2006binary` an abstraction is 00 and its body, an application 01 and two terms, and the
    variable bound by the i-th enclosing abstraction is i ones and a zero. With m variables in reach, the number of
    terms of n ≥ 2 bits is

    .. math:: f_m(n) = [n - 1 \le m] + f_{m+1}(n-2) + \sum_k f_m(k)\, f_m(n-2-k)

    The shares are :math:`f_0(n)\,2^{-n}`, whose sum stays below one, as for every prefix code (Kraft's inequality).
    The recursion runs in shares, for the numbers outgrow floating point.

    >>> (closed_shares(12) * 2 ** np.arange(13)).astype(int)
    array([ 0,  0,  0,  0,  1,  0,  1,  1,  2,  1,  6,  5, 13])
    """
    check_integer(longest, "longest", minimum=0)
    scopes = longest // 2 + 2
    shares = np.zeros((scopes + 1, longest + 1))
    reach = np.arange(scopes)
    for n in range(2, longest + 1):
        pairs = (shares[:-1, 2 : n - 3] * shares[:-1, n - 4 : 1 : -1]).sum(axis=1) if n > 5 else 0.0
        shares[:-1, n] = (n - 1 <= reach) * 2.0**-n + (shares[1:, n - 2] + pairs) / 4
    return shares[0]
