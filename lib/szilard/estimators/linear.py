"""Information by determinants: what a covariance says of entropy and of shared information, regularised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.validation import as_samples, paired_samples

__all__ = ["LogDet", "gaussian_entropy_bound", "log_det"]


@dataclass(frozen=True)
class LogDet:
    r"""The log-determinant information of `ozsoy2022self` in nats,

    .. math:: \tfrac12\bigl(\ln|\Sigma_x+\epsilon1|+\ln|\Sigma_y+\epsilon1|-\ln|\Sigma+\epsilon1|\bigr).

    It sees linear dependence only, and ε, which keeps it finite, lowers it. For ε → 0 it is
    ``GaussianMI(correct_bias=False)``: exact for normal distributions.

    Args:
        epsilon: added to the variance of every column; above zero.
        standardize: whether columns are divided by their standard deviations first, so that ε has no unit.
    """

    epsilon: float = 1e-3
    standardize: bool = True

    name: ClassVar[str] = "log-det"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.epsilon > 0:
            raise ValueError(f"epsilon must be above zero; got {self.epsilon!r}")

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """The value for samples (n, dx) and (n, dy); no standard error is known: NaN.

        Raises:
            ValueError: samples that do not pair, are too few, or not finite.
        """
        pair = paired_samples(x, y)
        parts = [_standard(part) if self.standardize else part for part in pair]
        value = 0.5 * (sum(log_det(part, self.epsilon) for part in parts) - log_det(np.hstack(parts), self.epsilon))
        return Estimate(max(value, 0.0), math.nan, len(pair[0]), f"LogDet(epsilon={self.epsilon:g})")


def _standard(x: np.ndarray) -> np.ndarray:
    spread = x.std(axis=0)
    return x / np.where(spread > 0, spread, 1.0)


def log_det(x: ArrayLike, epsilon: float = 0.0) -> float:
    """Logarithm of the determinant of Σ + ε 1, Σ the covariance (divided by n) of samples (n, d); −∞ where it is
    singular and ε is 0."""
    x = as_samples(x)
    cov = np.atleast_2d(np.cov(x.T, bias=True)) + epsilon * np.eye(x.shape[1])
    return float(np.linalg.slogdet(cov)[1])


def gaussian_entropy_bound(x: ArrayLike, epsilon: float = 0.0) -> float:
    r"""Entropy in nats of a normal distribution with the covariance Σ + ε 1 of samples (n, d): the most that a
    distribution of this covariance has.

    An *upper* bound: that it rises does not mean that entropy does.
    """
    x = as_samples(x)
    return 0.5 * (x.shape[1] * math.log(2 * math.pi * math.e) + log_det(x, epsilon))
