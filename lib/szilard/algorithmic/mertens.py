r"""Mertens's sums, Chebyshev's functions, and the information that prime exponents carry about a random integer.

Let n' be uniform on {1, …, n} and :math:`n'=\prod_p p^{X_p}`. The exponents determine n' and n' them, so that
:math:`H(X_2,X_3,\dots)=\ln n` nats. Kontoyiannis reads Chebyshev's bound off the inequality
:math:`\ln n\le\sum_pH(X_p)` (`kontoyiannis2008primes`); the difference of the two sides is the total correlation of
the exponents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from szilard.algorithmic.sieve import check_up_to, primes_up_to

__all__ = ["exponent_entropies", "legendre_identity", "mertens_table"]


def exponent_entropies(n: int) -> np.ndarray:
    r"""Entropy in nats of the exponent of each prime p ≤ ``n`` in an integer uniform on {1, …, n}, by prime.

    .. math:: \Pr(X_p\ge k)=\lfloor n/p^k\rfloor/n.

    Args:
        n: 2 ≤ n ≤ 10⁹.

    >>> exponent_entropies(2).round(6)  # 1 or 2: one fair coin
    array([0.693147])
    """
    from scipy.special import entr

    check_up_to(n, 2, 9)
    primes = primes_up_to(n)
    entropy = np.zeros(len(primes))
    share, active = np.full(len(primes), n, np.int64), len(primes)
    while active:
        further = share[:active] // primes[:active]
        entropy[:active] += entr((share[:active] - further) / n)
        share[:active] = further
        active = int(np.searchsorted(-further, 0))  # shares fall with p: those still positive come first
    return entropy


def legendre_identity(n: int) -> tuple[float, float]:
    r"""Both sides of :math:`\sum_p\mathbb E[X_p]\ln p=\tfrac1n\ln n!`, in nats.

    Args:
        n: 2 ≤ n ≤ 10⁹.
    """
    check_up_to(n, 2, 9)
    primes = primes_up_to(n)
    expected, share = np.zeros(len(primes)), n // primes
    while share.any():
        expected += share / n
        share //= primes
    return float((expected * np.log(primes)).sum()), math.lgamma(n + 1) / n


def mertens_table(xs: Sequence[int]) -> pd.DataFrame:
    r"""Sums over the primes up to each x, less what they grow like.

    Columns ``primes``, π(x); ``log_sum``, :math:`\sum\ln p/p-\ln x`; ``inverse_sum``, :math:`\sum1/p-\ln\ln x`;
    ``theta``, θ(x)/x; ``psi``, ψ(x)/x; ``product``, :math:`\prod(1-1/p)\ln x`.

    Args:
        xs: integers between 2 and 10⁹.
    """
    for x in xs:
        check_up_to(x, 2, 9)
    every = primes_up_to(max(xs))
    return pd.DataFrame([_row(int(x), every[: np.searchsorted(every, x, "right")]) for x in xs])


def _row(x: int, primes: np.ndarray) -> dict[str, float]:
    logs, inverse = np.log(primes), 1 / primes
    powers, exponent = np.ones(len(primes)), 2
    while (root := _floor_root(x, exponent)) >= 2:
        powers[: np.searchsorted(primes, root, "right")] += 1
        exponent += 1
    return {
        "x": x, "primes": len(primes), "log_sum": float((logs * inverse).sum() - math.log(x)),
        "inverse_sum": float(inverse.sum() - math.log(math.log(x))), "theta": float(logs.sum() / x),
        "psi": float((powers * logs).sum() / x), "product": math.exp(float(np.log1p(-inverse).sum())) * math.log(x),
    }  # fmt: skip


def _floor_root(x: int, k: int) -> int:
    """⌊x^(1/k)⌋, exact."""
    root = round(x ** (1 / k))
    return root - (root**k > x)
