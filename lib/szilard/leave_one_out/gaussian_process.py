"""Gaussian processes conditioned on records: the distribution of a trained model's outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cho_solve, cholesky, solve_triangular

from szilard.leave_one_out.kernels import Kernel
from szilard.validation import as_samples, check_positive

__all__ = ["Posterior", "centred_one_hot", "posterior", "records"]


@dataclass(frozen=True, eq=False)
class Posterior:
    r"""A Gaussian process given records, its outputs independent with one covariance.

    .. math:: \mu(q)=k_{qX}(K+\sigma^2I)^{-1}Y,\qquad c(q,q')=k(q,q')-k_{qX}(K+\sigma^2I)^{-1}k_{Xq'}

    Args:
        kernel: of the prior.
        X: records, (n, d).
        Y: their targets, (n, C).
        noise: σ², the variance of a target about the function.
        factor: lower Cholesky factor of K + σ²I.
    """

    kernel: Kernel
    X: np.ndarray
    Y: np.ndarray
    noise: float
    factor: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """(K + σ²I)⁻¹Y, (n, C)."""
        return cho_solve((self.factor, True), self.Y, check_finite=False)

    def mean(self, Q: ArrayLike) -> np.ndarray:
        """μ at queries (q, d): shape (q, C)."""
        return self.kernel(Q, self.X) @ self.weights

    def covariance(self, Q: ArrayLike, Z: ArrayLike | None = None) -> np.ndarray:
        """c(Q, Z) of the function itself, without noise, (q, z); of ``Q`` with itself where ``Z`` is not given."""
        left = self._whitened(Q)
        right = left if Z is None else self._whitened(Z)
        return self.kernel(Q, Z) - left.T @ right

    def variance(self, Q: ArrayLike) -> np.ndarray:
        """c(q, q) of every query, (q,)."""
        return (self.kernel.diagonal(Q) - (self._whitened(Q) ** 2).sum(0)).clip(min=0)

    def _whitened(self, Q: ArrayLike) -> np.ndarray:
        return solve_triangular(self.factor, self.kernel(self.X, Q), lower=True, check_finite=False)


def posterior(kernel: Kernel, X: ArrayLike, Y: ArrayLike, noise: float) -> Posterior:
    """The process with this kernel, given targets ``Y`` (n, C) or (n,) at ``X`` (n, d) with noise of this variance.

    Raises:
        ValueError: arrays that do not fit, a noise that is not positive, or so small that rounding hides it.
    """
    x, y = records((X, Y), ("X", "Y"))
    check_positive(noise, "noise")
    gram = kernel(x)
    gram.flat[:: len(gram) + 1] += noise
    return Posterior(kernel, x, y, float(noise), factorised(gram))


def factorised(gram: np.ndarray) -> np.ndarray:
    """Lower Cholesky factor of K + σ²I, which is overwritten."""
    try:
        return cholesky(gram, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:
        raise ValueError("noise must be large enough for K + noise·I to be positive definite; it is not") from None


def records(pair: tuple[ArrayLike, ArrayLike], names: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (n, d) and targets (n, C) as float64; a vector of targets is one output."""
    x, y = (as_samples(part, name) for part, name in zip(pair, names, strict=True))
    if len(x) != len(y):
        raise ValueError(f"{names[0]} and {names[1]} must have equal rows; got {len(x)} and {len(y)}")
    return x, y


def centred_one_hot(labels: ArrayLike, classes: int | None = None) -> np.ndarray:
    """Targets (n, C) for labels 0 … C−1: 1 − 1/C for the class of a record and −1/C for the others.

    >>> centred_one_hot([0, 1])
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    found = as_samples(labels, "labels")[:, 0].astype(int)
    count = int(found.max()) + 1 if classes is None else classes
    if found.min() < 0 or found.max() >= count:
        raise ValueError(f"labels must lie from 0 to {count - 1}; got {found.min()} to {found.max()}")
    return np.eye(count)[found] - 1 / count
