r"""Constants of the distribution of primes, computed from the zeta function rather than looked up.

Sums over primes become sums over ln ζ by Möbius inversion of :math:`\ln\zeta(s)=\sum_k P(ks)/k`, where
:math:`P(s)=\sum_p p^{-s}`, and these converge geometrically.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["PrimeConstants", "prime_constants"]

DIGITS = 30
TERMS = 110  # 2⁻¹¹⁰ is below 10⁻³²


@dataclass(frozen=True)
class PrimeConstants:
    r"""Limits that Mertens's theorems and the distribution of ω need.

    ``gamma``: Euler's γ. ``gamma1``: Stieltjes's γ₁. ``mertens``: :math:`B_1=\lim(\sum_{p\le x}1/p-\ln\ln x)`.
    ``log_sum``: :math:`\sum_p\ln p/(p(p-1))`. ``squares``: :math:`P(2)=\sum_p p^{-2}`.
    """

    gamma: float
    gamma1: float
    mertens: float
    log_sum: float
    squares: float

    @property
    def mertens_log(self) -> float:
        r""":math:`E=\lim(\sum_{p\le x}\ln p/p-\ln x)=-\gamma-\sum_p\ln p/(p(p-1))`."""
        return -self.gamma - self.log_sum

    @property
    def variance(self) -> float:
        r""":math:`B_2=B_1-\pi^2/6-P(2)`, the constant in the variance of ω."""
        from math import pi

        return self.mertens - pi**2 / 6 - self.squares


@lru_cache(maxsize=1)
def prime_constants() -> PrimeConstants:
    """The constants, to double precision.

    >>> round(prime_constants().mertens, 12)
    0.261497212848
    """
    import mpmath
    from sympy import mobius

    with mpmath.workdps(DIGITS):
        moebius = [(k, int(mobius(k))) for k in range(2, TERMS)]
        log_zeta = {k: mpmath.log(mpmath.zeta(k)) for k in range(2, 2 * TERMS)}
        mertens = mpmath.euler + sum(mu * log_zeta[k] / k for k, mu in moebius if mu)
        squares = log_zeta[2] + sum(mu * log_zeta[2 * k] / k for k, mu in moebius if mu)
        log_sum = sum(mu * mpmath.zeta(k, 1, 1) / mpmath.zeta(k) for k, mu in moebius if mu)
        values = (mpmath.euler, mpmath.stieltjes(1), mertens, log_sum, squares)
        return PrimeConstants(*map(float, values))
