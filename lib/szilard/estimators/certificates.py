r"""How much mutual information n samples can certify at all, whatever bound is used (`mcallester2020formal`).

Let B be a lower bound that is wrong with probability δ at most, whatever the distribution. Of M equally likely symbols,
each shown twice, I(X; Y) = ln M. As long as n draws are all different, nothing tells M from infinity. So a B that
exceeds ln M with probability 1 − δ where M is infinite exceeds it with at least as much where M is finite and no draw
repeats: :math:`(1-\delta)\,P_M(\text{all different})\le\delta`. Hence

.. math:: B\le\ln M^*,\qquad P_{M^*}(\text{all different})=\frac\delta{1-\delta},\qquad
    \ln M^*\approx 2\ln n-\ln\Bigl(2\ln\frac{1-\delta}\delta\Bigr).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtri

from szilard.distributions import correlation_from_information
from szilard.validation import check_integer

__all__ = ["all_different", "certificates", "most_certifiable", "symbols_all_different"]


def all_different(n: int, symbols: float) -> float:
    """Probability that n draws from equally likely symbols are all different, 0 where n exceeds their number.

    >>> round(all_different(23, 365), 4)
    0.4927
    """
    check_integer(n, "n", minimum=1)
    return math.exp(_log_all_different(n, symbols))


def _log_all_different(n: int, symbols: float) -> float:
    if symbols < n:
        return -math.inf
    if symbols > 1e4 * n:  # differences of gammaln cancel
        return float(np.log1p(-np.arange(n) / symbols).sum())
    return float(gammaln(symbols + 1) - gammaln(symbols - n + 1) - n * math.log(symbols))


def symbols_all_different(n: int, probability: float) -> float:
    """The number of equally likely symbols of which n draws are all different with this probability, ``n`` where even
    so few repeat too rarely."""
    check_integer(n, "n", minimum=2)
    if not 0 < probability < 1:
        raise ValueError(f"probability must lie in (0, 1); got {probability!r}")
    wanted = math.log(probability)
    if _log_all_different(n, n) >= wanted:
        return float(n)
    top = 2 * math.log(n) - math.log(-2 * wanted) + 5
    return math.exp(brentq(lambda e: _log_all_different(n, math.exp(e)) - wanted, math.log(n), top, xtol=1e-13))


def most_certifiable(n: int, delta: float = 0.05) -> float:
    """The most nats that n samples can certify, for any distribution, at confidence 1 − δ.

    >>> round(most_certifiable(100), 2), round(math.log(100), 2)
    (7.45, 4.61)
    """
    if not 0 < delta < 0.5:
        raise ValueError(f"delta must lie in (0, 1/2); got {delta!r}")
    return math.log(symbols_all_different(n, delta / (1 - delta)))


def certificates(n: int, nats: float = 10.0, delta: float = 0.05) -> dict[str, float]:
    """What n samples certify at confidence 1 − δ, by who certifies, in nats.

    ``"any"`` is :func:`most_certifiable`; ``"coincidences"`` a bound for equally likely symbols that saw no draw twice;
    ``"InfoNCE"`` its ceiling in one batch; ``"told"`` a bound that may assume a normal pair, which shares ``nats``, by
    Fisher's transformation of the correlation.
    """
    check_integer(n, "n", minimum=4)
    told = math.tanh(math.atanh(correlation_from_information(nats)) + float(ndtri(delta)) / math.sqrt(n - 3))
    return {
        "InfoNCE": math.log(n),
        "coincidences": math.log(symbols_all_different(n, delta)),
        "any": most_certifiable(n, delta),
        "told": -0.5 * math.log1p(-(told**2)),
    }
