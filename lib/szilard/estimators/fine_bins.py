"""A standard normal unit in bins of one width, exactly: alone, and with noise."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from szilard.information import entropy
from szilard.validation import check_positive

INPUTS = 400  # quantiles of the input that a noisy unit is averaged over

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
    """I(X; X + noise, rounded) in nats, X standard normal at its quantiles; ½ ln(1 + 1/σ²) for narrow bins."""
    x, edges = ndtri((np.arange(INPUTS) + 0.5) / INPUTS), _edges(width, 6.0)
    given = np.diff(ndtr((edges - x[:, None]) / noise), axis=1)
    given /= given.sum(axis=1, keepdims=True)
    return entropy(given.mean(axis=0)) - float(np.mean([entropy(row) for row in given]))
