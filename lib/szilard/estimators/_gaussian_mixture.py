"""A finite mixture of normal distributions with diagonal covariances, and sums over all pairs of its components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from szilard.estimators._classes import row_keys

PAIRS = 1 << 22  # pairs held at a time: 32 MiB for each array of a tile, of which at most four are alive
ROUNDING = 1e-8  # nats by which the fast way to log densities may miss, else differences are taken one by one
REACHES = np.array([0, 1, 2, 3, 4, 6, 8, 12])  # standard deviations from a mean at which a quadrature is divided
ORDER = 32  # nodes of a piece

Exponents = Callable[[slice], np.ndarray]

__all__ = ["Mixture", "advantages", "exact_information", "expected_log_density", "log_overlaps", "mixture_of"]


@dataclass(frozen=True)
class Mixture:
    """Distinct components with means (m, d) around 0, variances (m, d) and weights (m,); ``own`` (n,) tells which of
    them each of the n points has."""

    means: np.ndarray
    variances: np.ndarray
    weights: np.ndarray
    own: np.ndarray

    @property
    def shared(self) -> bool:
        """Whether all components have the same variances."""
        return bool((self.variances == self.variances[0]).all())


def mixture_of(means: np.ndarray, variances: np.ndarray) -> Mixture:
    """The mixture of n equally likely components (n, d); equal ones become one, so that copies change nothing."""
    _, first, own, counts = np.unique(
        row_keys(np.hstack([means, variances])), return_index=True, return_inverse=True, return_counts=True
    )
    weights, means = counts / len(means), means[first]
    return Mixture(means - weights @ means, variances[first], weights, own)


def advantages(exponents: Exponents, own: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r""":math:`E_{i,o_i}-\ln\sum_j w_j e^{E_{ij}}` for every row i, tile by tile.

    Args:
        exponents: gives rows of E (rows, m), each up to a constant of its own, in an array that may be overwritten.
        own: o (n,), the component of every row.
        weights: w (m,), the weights of the components.
    """
    rows = max(1, PAIRS // len(weights))
    parts = [slice(start, start + rows) for start in range(0, len(own), rows)]
    return np.concatenate([_advantage(exponents(part), own[part], weights) for part in parts])


def _advantage(exponents: np.ndarray, own: np.ndarray, weights: np.ndarray) -> np.ndarray:
    exponents -= exponents.max(axis=1, keepdims=True)
    mine = exponents[np.arange(len(own)), own]
    return mine - np.log(np.exp(exponents, out=exponents) @ weights)


def expected_log_density(mixture: Mixture) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    r"""The function that gives :math:`\mathbb E_{z\sim N(p_i,s_i)}\ln q_j(z)`, (rows, m), up to a constant of each row.

    Its arguments are points p and variances s around them, (rows, d); zeros for log densities at the points. A normal
    distribution is an exponential family, so that this is one product of moments with natural parameters, unless
    components are so narrow for their distances that the product would cancel to rounding.
    """
    means, variances = mixture.means, mixture.variances
    natural = means / variances
    if not mixture.shared:
        natural = np.hstack([natural, -0.5 / variances])
    base = -0.5 * (np.log(variances) + means**2 / variances).sum(axis=1)
    largest = np.abs(_moments(means, variances, natural.shape[1])).max(axis=0) * np.abs(natural).max(axis=0)
    if not largest.sum() * np.finfo(float).eps < ROUNDING:
        return lambda points, spread: _one_by_one(mixture, points, spread)

    def product(points: np.ndarray, spread: np.ndarray) -> np.ndarray:
        values = _moments(points, spread, natural.shape[1]) @ natural.T
        values += base
        return values

    return product


def _moments(points: np.ndarray, spread: np.ndarray, columns: int) -> np.ndarray:
    """First moments of the coordinates and, where there are columns for them, the second."""
    return points if columns == points.shape[1] else np.hstack([points, points**2 + spread])


def _one_by_one(mixture: Mixture, points: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Expected log densities (rows, m) from differences, coordinate by coordinate."""
    values = np.zeros((len(points), len(mixture.weights)))
    for point, width, mean, variance in zip(points.T, spread.T, mixture.means.T, mixture.variances.T, strict=True):
        squares = (point[:, None] - mean) ** 2
        squares += width[:, None]
        squares /= variance
        values += squares
    values *= -0.5
    values -= 0.5 * np.log(2 * np.pi * mixture.variances).sum(axis=1)
    return values


def log_overlaps(mixture: Mixture) -> Exponents:
    r""":math:`\ln\int\sqrt{q_iq_j}`, minus the Bhattacharyya distances, up to a constant of each row."""

    def overlaps(part: slice) -> np.ndarray:
        values = np.zeros((len(mixture.means[part]), len(mixture.weights)))
        for mean, variance in zip(mixture.means.T, mixture.variances.T, strict=True):
            both = variance[part, None] + variance
            values -= (mean[part, None] - mean) ** 2 / both
            values -= 2 * np.log(both, out=both)
        values += np.log(mixture.variances).sum(axis=1)
        values /= 4
        return values

    return overlaps


def exact_information(mixture: Mixture) -> float:
    r""":math:`\sum_j w_j\int q_j\ln\frac{q_j}{\sum_k w_kq_k}` in nats, in one dimension, by Gauss–Legendre quadrature.

    The line is divided at :data:`REACHES` of every component, but not finer than the narrowest one.
    """
    means, widths = mixture.means[:, 0], np.sqrt(mixture.variances[:, 0])
    reaches = np.concatenate([REACHES, -REACHES]) * widths[:, None]
    ends = np.unique(np.round((means[:, None] + reaches) / widths.min())) * widths.min()
    nodes, node_weights = np.polynomial.legendre.leggauss(ORDER)
    halves = np.diff(ends) / 2
    points = ((ends[:-1] + halves)[:, None] + halves[:, None] * nodes).reshape(-1, 1)
    rows = max(1, PAIRS // len(means))
    parts = [points[start : start + rows] for start in range(0, len(points), rows)]
    integrand = np.concatenate([_information_density(mixture, part) for part in parts])
    return float(np.sum(integrand * np.outer(halves, node_weights).ravel()))


def _information_density(mixture: Mixture, points: np.ndarray) -> np.ndarray:
    """Σ_j w_j q_j ln(q_j / q) at points (rows, 1)."""
    log_density = _one_by_one(mixture, points, np.zeros_like(points))
    gains = log_density - logsumexp(log_density, axis=1, b=mixture.weights, keepdims=True)
    return np.einsum("ij,ij,j->i", np.exp(log_density, out=log_density), gains, mixture.weights)
