"""Steps of the code of `kawaguchi2023ib` and of `butakov2024lossy` as it computes them, and what they do to results.

The right ones are :attr:`szilard.estimate.Estimate.bits`, :func:`szilard.bottleneck.swag`, a mixture information, and
:func:`szilard.estimators.bias_cancelling_weights`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, logsumexp

from szilard.bottleneck.posterior import GaussianPosterior
from szilard.validation import check_integer, check_positive, paired_samples

DEVIATIONS = (0.01, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 21.0)  # σ of noise, to choose from

__all__ = [
    "DEVIATIONS", "clamped", "drawn", "least_squares_weights", "likeliest_deviation", "multiplied_bits",
    "one_coordinate_information",
]  # fmt: skip


def multiplied_bits(nats: float) -> float:
    """Nats times ln 2, where bits are nats over ln 2: 0.48 of the value.

    >>> round(multiplied_bits(math.log(2)), 4)
    0.4805
    """
    return nats * math.log(2)


def clamped(posterior: GaussianPosterior) -> GaussianPosterior:
    """The distribution whose density stands in for that of a :func:`~szilard.bottleneck.swag` posterior.

    Negative deviations are set to 1e-30, and neither the halves nor 1/(K − 1) are there. Samples come from a third
    distribution, with the whole diagonal and deviations over K − 1.
    """
    columns = posterior.lowrank.shape[1]
    deviations = posterior.lowrank * math.sqrt(2 * (columns - 1))
    return GaussianPosterior(posterior.mean, 2 * posterior.diag, np.maximum(deviations, 1e-30))


def drawn(values: np.ndarray) -> np.ndarray:
    """A curve (n,), one value an epoch, n > 27, as it is drawn by `butakov2024lossy`: through a Butterworth filter of
    order 8, forwards and backwards, that lets pass what takes longer than 16 epochs. A smoothing by polynomials comes
    before it and is overwritten.

    Like every filter with so steep an edge it rings: after a sudden rise a curve falls that did not.

    >>> round(float(drawn(np.repeat([0.0, 1.0], 100)).max()), 3)
    1.083
    """
    from scipy.signal import butter, filtfilt

    return np.asarray(filtfilt(*butter(8, 0.125), values))


def one_coordinate_information(features: np.ndarray, reference: np.ndarray, deviation: float) -> float:
    r"""I(X; Z) in nats of features (n, D) with noise of standard deviation σ, as if the noise had one coordinate.

    .. math:: -\ln\sigma-\tfrac12\ln2\pi-\tfrac1n\sum_i\ln\tfrac1R\sum_jN(f_i;r_j,\sigma^2I)

    The first terms are the density at its mode of one coordinate, while the sum is over all D: what comes out is off
    by :math:`(D-1)(\ln\sigma+\frac12\ln2\pi)`. As no noise is added to :math:`f_i`, either, the right first term is
    missing its mean, −D/2.

    Raises:
        ValueError: features and reference (R, D) of other than equal widths, or σ not positive.
    """
    check_positive(deviation, "deviation")
    features, reference = paired_samples(features.T, reference.T, names=("features", "reference"))
    squares = ((features[:, :, None] - reference[:, None, :]) ** 2).sum(0)
    log_mode = -math.log(deviation) - 0.5 * math.log(2 * math.pi)
    prior = logsumexp(-0.5 * squares / deviation**2, axis=1) - math.log(reference.shape[1]) + len(features) * log_mode
    return float(log_mode - prior.mean())


def least_squares_weights(k: int, d: int) -> np.ndarray:
    """Weights (k,) of the first k neighbours in dimension d by least squares, whether or not the equations can hold.

    With more equations than neighbours, from d = 20 on for k = 5, they do not sum to one, and every entropy is wrong by
    a factor. Where they can hold these are :func:`szilard.estimators.bias_cancelling_weights`.

    >>> round(float(least_squares_weights(5, 40).sum()), 2)
    0.92
    """
    check_integer(k, "k", minimum=1)
    check_integer(d, "d", minimum=1)
    j = np.unique(np.arange(1, d + 1) * k // d)
    j, orders = j[j > 0], np.arange(d // 4 + 1)[:, None]
    weights = np.zeros(k)
    rows = np.exp(gammaln(j + 2 * orders / d) - gammaln(j))
    weights[j - 1] = np.linalg.lstsq(rows, (orders[:, 0] == 0).astype(float), rcond=None)[0]
    return weights


def likeliest_deviation(features: np.ndarray, reference: np.ndarray) -> float:
    """The σ among :data:`DEVIATIONS` under which features (n, D) are most likely, in a mixture of normal distributions
    of this width around a reference (R, D): how wide the noise is that a deterministic layer gets afterwards.

    >>> likeliest_deviation(np.zeros((1, 2)), np.ones((1, 2)))
    1.0
    """
    features, reference = paired_samples(features.T, reference.T, names=("features", "reference"))
    squares = ((features[:, :, None] - reference[:, None, :]) ** 2).sum(0)
    scores = [
        logsumexp(-0.5 * squares / sigma**2, axis=1).mean() - len(features) * math.log(sigma) for sigma in DEVIATIONS
    ]
    return DEVIATIONS[int(np.argmax(scores))]
