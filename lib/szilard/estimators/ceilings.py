r"""What InfoNCE reads on average with a perfect critic, exactly, by the size of the batch.

Let X be uniform on a circle and Y uniform on an arc about X whose length is a share 1/m of the circle: I(X; Y) = ln m,
and the ratio of densities is m where Y lies on the arc of X, and 0 elsewhere. (For whole m, m equally likely symbols
shown twice give the same numbers.) Of the n − 1 other partners K ~ Bin(n − 1, 1/m) lie on the arc too, and cannot be
told from the right one:

.. math:: \mathbb E[\text{InfoNCE}]=\ln n-\mathbb E\ln(1+K).

For n ≫ m what is missing is :math:`m/2n` nats to first order: a perfect critic needs about :math:`e^I/2\varepsilon`
pairs to read I within ε.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from szilard.validation import check_integer

__all__ = ["arc_infonce", "batch_for"]


def arc_infonce(n: int, nats: float) -> float:
    """E[InfoNCE], in nats, of a perfect critic on batches of ``n`` pairs of an arc with ``nats`` of information.

    Raises:
        ValueError: ``n`` is no batch, or ``nats`` is negative or not finite.

    >>> round(arc_infonce(64, 2.0), 3), round(arc_infonce(64, 10.0), 3), round(math.log(64), 3)
    (1.949, 4.157, 4.159)
    """
    check_integer(n, "n", minimum=2)
    if not 0 <= nats < math.inf:
        raise ValueError(f"nats must be a finite number ≥ 0; got {nats!r}")
    others, k, share = n - 1, np.arange(n), math.exp(-nats)
    ways = gammaln(n) - gammaln(k + 1) - gammaln(n - k)
    weights = np.exp(ways + xlogy(k, share) + xlog1py(others - k, -share))
    return math.log(n) - float(weights @ np.log1p(k) / weights.sum())


def batch_for(nats: float, within: float) -> int:
    """The least batch with which a perfect critic reads ``nats`` of an arc within ``within`` nats, on average.

    Raises:
        ValueError: ``nats`` is not in [0, 12], beyond which the sum over a batch grows long, or ``within`` not in
            [0.01, 1].

    >>> batch_for(2.0, 0.1)
    34
    """
    if not 0 <= nats <= 12:
        raise ValueError(f"nats must lie in [0, 12]; got {nats!r}")
    if not 0.01 <= within <= 1:
        raise ValueError(f"within must lie in [0.01, 1]; got {within!r}")
    low, high = 1, 2
    while nats - arc_infonce(high, nats) > within:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if nats - arc_infonce(middle, nats) > within else (low, middle)
    return high
