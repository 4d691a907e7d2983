"""A standard normal unit in bins of one width, exactly: alone, and with noise."""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from szilard.information import entropy
from szilard.validation import check_positive

NODES = 200  # of the Gauss–Hermite rule by which a noisy unit is averaged over its input
REACH = 12.0  # of the bins, in deviations of the input

__all__ = ["binned_normal_entropy", "binned_noisy_information"]


def _edges(width: float, reach: float) -> np.ndarray:
    count = math.ceil(reach / check_width(width))
    return width * (np.arange(-count, count + 1) + 0.5)


def check_width(width: float) -> float:
    """``width`` if it is a finite number above zero."""
    check_positive(width, "width")
    return width


def binned_normal_entropy(width: float) -> float:
    """Entropy in nats of a standard normal number rounded to multiples of ``width``; ½ ln 2πe − ln ``width`` for
    narrow bins, so that the information of a deterministic unit has no limit.

    >>> round(binned_normal_entropy(1.0), 6)
    1.458959
    """
    masses = np.diff(ndtr(_edges(width, 8.0)))
    return entropy(masses / masses.sum())


def binned_noisy_information(width: float, noise: float) -> float:
    """I(X; X + noise, rounded) in nats of a standard normal X; ½ ln(1 + 1/σ²) for narrow bins.

    >>> round(binned_noisy_information(0.003, 0.3), 5)
    1.24706
    """
    (x, weights), edges = hermegauss(NODES), _edges(width, REACH)
    held = np.abs(x) < REACH - 3 * noise  # what lies further out has no weight
    x, weights = x[held], weights[held] / weights[held].sum()
    given = np.diff(ndtr((edges - x[:, None]) / noise), axis=1)
    given /= given.sum(axis=1, keepdims=True)
    return entropy(weights @ given) - float(weights @ [entropy(row) for row in given])
