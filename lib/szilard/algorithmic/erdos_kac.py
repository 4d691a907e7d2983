r"""The distribution of ω(n), the number of distinct prime factors of a random n ≤ N, at finite N.

Erdős and Kac (`erdos1940gaussian`): :math:`(\omega-\ln\ln N)/\sqrt{\ln\ln N}` tends to a normal variable, but so slowly
that no table reaches it. What tables do reach is the expansion of Selberg and Delange (`tenenbaum1995introduction`),

.. math:: \frac1N\sum_{n\le N}z^{\omega(n)}=(\ln N)^{z-1}\Bigl[\lambda_0(z)+\frac{\lambda_1(z)}{\ln N}+\dots\Bigr],
   \qquad \lambda_0(z)=\frac1{\Gamma(z)}\prod_p\Bigl(1+\frac z{p-1}\Bigr)\Bigl(1-\frac1p\Bigr)^z,

with :math:`\lambda_1/\lambda_0=(z-1)\bigl(\gamma z-1+z(z-1)\sum_p\frac{\ln p}{(p-1)(p-1+z)}\bigr)`. Moments follow from
it, and so does the whole histogram, as coefficients of a polynomial in z.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from szilard.algorithmic.sieve import check_up_to, primes_up_to
from szilard.algorithmic.zeta_sums import prime_constants
from szilard.validation import check_integer, check_positive

CIRCLE = 64  # points at which the generating function is taken: coefficients up to ω = 63
RADIUS = 0.9  # of the circle; −1, where the first factor of the product vanishes, stays outside
PRODUCT_TO = 200_000  # primes taken one by one; the rest of a product is known to second order

__all__ = [
    "FactorDistribution", "factor_distribution", "omega_mean", "omega_variance", "selberg_delange", "variance_parts",
]  # fmt: skip


@dataclass(frozen=True)
class FactorDistribution:
    """Moments of a histogram of ω, and its distance from normal distributions.

    ``counts[k]`` integers among 1, …, n have k prime factors.
    """

    n: int
    mean: float
    variance: float
    skewness: float
    counts: np.ndarray

    def distance(self, mean: float, variance: float) -> float:
        r"""Kolmogorov distance from the normal distribution with these moments.

        .. math:: \max_k|F(k)-\Phi((k+\tfrac12-\mu)/\sigma)|

        Half-integers are where a distribution on integers and a smooth one are best compared.
        """
        from scipy.special import ndtr

        check_positive(variance, "variance")
        k = np.arange(len(self.counts))
        normal = ndtr((k + 0.5 - mean) / math.sqrt(variance))
        return float(np.abs(np.cumsum(self.counts) / self.n - normal).max())

    def distance_from(self, pmf: np.ndarray) -> float:
        """Kolmogorov distance from another distribution on the integers 0, 1, 2, …"""
        size = max(len(pmf), len(self.counts))
        pmf_of_counts = np.pad(self.counts / self.n, (0, size - len(self.counts)))
        return float(np.abs(np.cumsum(pmf_of_counts) - np.cumsum(np.pad(pmf, (0, size - len(pmf))))).max())


def factor_distribution(counts: np.ndarray) -> FactorDistribution:
    """The distribution that a histogram of ω (or Ω) describes.

    Args:
        counts: integers ≥ 0, entry k for k prime factors.

    Raises:
        ValueError: negative counts, or none at all.

    >>> from szilard.algorithmic.counting import omega_histogram
    >>> factor_distribution(omega_histogram(1000)).mean
    2.126
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or counts.dtype.kind not in "iu" or counts.min(initial=0) < 0 or not counts.sum():
        raise ValueError(f"counts must be integers ≥ 0 with a positive sum; got {counts!r}")
    total, k = int(counts.sum()), np.arange(len(counts))
    weights = counts / total
    mean = int(counts @ k) / total
    variance, third = (float(weights @ (k - mean) ** power) for power in (2, 3))
    return FactorDistribution(total, mean, variance, third / variance**1.5 if variance else 0.0, counts)


def omega_mean(n: int, order: int = 2) -> float:
    r"""Mean of ω up to ``n`` by its asymptotic expansion,

    .. math:: \ln\ln n+B_1+\frac{\gamma-1}{\ln n}-\frac{1-\gamma-\gamma_1}{\ln^2n}.

    Args:
        n: ≥ 3.
        order: last power of 1 / ln n to take along: 0, 1 or 2.

    >>> round(omega_mean(10**6), 4)  # exact: 2.853708
    2.8541
    """
    check_integer(n, "n", minimum=3)
    _check_order(order, 2)
    c, log = prime_constants(), math.log(n)
    terms = (c.mertens, (c.gamma - 1) / log, -(1 - c.gamma - c.gamma1) / log**2)
    return math.log(log) + sum(terms[: order + 1])


def omega_variance(n: int, order: int = 1) -> float:
    r"""Variance of ω up to ``n`` by its asymptotic expansion,

    .. math:: \ln\ln n+B_2+\frac1{\ln n}\Bigl[\gamma-1+2\Bigl(\gamma+\sum_p\frac{\ln p}{p(p-1)}\Bigr)\Bigr].

    Args:
        n: ≥ 3.
        order: last power of 1 / ln n to take along: 0 or 1.
    """
    check_integer(n, "n", minimum=3)
    _check_order(order, 1)
    c, log = prime_constants(), math.log(n)
    terms = (c.variance, (c.gamma - 1 + 2 * (c.gamma + c.log_sum)) / log)
    return math.log(log) + sum(terms[: order + 1])


def variance_parts(n: int) -> tuple[float, float]:
    r"""Two parts of the variance of ω up to ``n``: of each prime alone, and of pairs too large to divide together.

    With :math:`f_p=\lfloor n/p\rfloor/n` the first is :math:`\sum_pf_p(1-f_p)`, the variance if primes divided
    independently. The second, :math:`-\sum_{p\ne q,\,pq>n}f_pf_q`, is the covariance of pairs that never divide one
    integer; it tends to :math:`-\pi^2/6`. What is missing to the variance are the roundings of :math:`pq\le n`.

    Args:
        n: 2 ≤ n ≤ 10⁹.

    >>> tuple(round(part, 4) for part in variance_parts(10))  # the variance itself is 0.29
    (0.71, -0.32)
    """
    check_up_to(n, 2, 9)
    primes = primes_up_to(n)
    share = (n // primes) / n
    total = np.cumsum(share)
    within = np.searchsorted(primes, n // primes, "right")  # how many q have p q ≤ n
    apart = total[-1] - np.where(within > 0, total[within - 1], 0.0)
    own = share[primes > math.isqrt(n)]
    return float((share * (1 - share)).sum()), float((own**2).sum() - (share * apart).sum())


def selberg_delange(n: int, order: int = 1) -> np.ndarray:
    """Probabilities of ω = 0, 1, 2, … up to ``n`` by the expansion in 1 / ln n (they need not be positive far out).

    Args:
        n: ≥ 3.
        order: last power of 1 / ln n to take along: 0 or 1.

    >>> selberg_delange(10**6)[:4].round(3)  # exact: 0, 0.079, 0.289, 0.380
    array([-0.   ,  0.078,  0.282,  0.382])
    """
    check_integer(n, "n", minimum=3)
    _check_order(order, 1)
    z, leading, ratio = _expansion()
    log = math.log(n)
    values = log ** (z - 1) * leading * (1 + order * ratio / log)
    return (np.fft.fft(values) / CIRCLE).real * RADIUS ** -np.arange(CIRCLE, dtype=float)


def _check_order(order: int, most: int) -> None:
    check_integer(order, "order", minimum=0)
    if order > most:
        raise ValueError(f"order must be at most {most}; got {order}")


@lru_cache(maxsize=1)
def _expansion() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """z on the circle, λ₀(z), and λ₁(z) / λ₀(z)."""
    from scipy.special import rgamma

    c = prime_constants()
    z = RADIUS * np.exp(2j * np.pi * np.arange(CIRCLE) / CIRCLE)
    primes = primes_up_to(PRODUCT_TO).astype(float)
    rest = c.squares - (primes**-2).sum()
    rest_log = c.log_sum - (np.log(primes) / (primes * (primes - 1))).sum()
    logs, sums = np.zeros(CIRCLE, complex), np.zeros(CIRCLE, complex)
    for i, point in enumerate(z):
        logs[i] = (np.log1p(point / (primes - 1)) + point * np.log1p(-1 / primes)).sum()
        sums[i] = (np.log(primes) / ((primes - 1) * (primes - 1 + point))).sum()
    leading = rgamma(z) * np.exp(logs + z * (1 - z) / 2 * rest)
    return z, leading, (z - 1) * (c.gamma * z - 1 + z * (z - 1) * (sums + rest_log))
