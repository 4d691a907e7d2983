"""Leave-one-out distinguishability of a Gaussian process: for any queries, for every record at once, for groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cholesky, lapack, solve_triangular

from szilard.leave_one_out.distinguishability import Distinguishability
from szilard.leave_one_out.gaussian_process import Posterior, factorised, posterior, records
from szilard.leave_one_out.kernels import Kernel
from szilard.validation import as_numbers, as_samples, check_positive

SINGULAR = 1e-11  # of the largest eigenvalue of a correlation matrix: below, a direction repeats others

__all__ = ["Difference", "cross_lood", "difference", "group_lood", "joint_lood", "lood", "self_lood"]


@dataclass(frozen=True, eq=False)
class Difference:
    """A process without some records, and what it takes to add them: queries can then be asked one after the other.

    Args:
        posterior: the process without them.
        x: the records' inputs, (m, d).
        factor: lower Cholesky factor of c(S, S) + σ²I, the predictive covariance of their labels.
        residual: the labels' distance from the prediction, whitened by ``factor``, (m, C).
    """

    posterior: Posterior
    x: np.ndarray
    factor: np.ndarray
    residual: np.ndarray

    def each(self, queries: ArrayLike) -> Distinguishability:
        """Every query (q, d) by itself."""
        rows = as_samples(queries, "queries")
        reach = self._whitened(rows)
        variance = self.posterior.variance(rows)
        squares = (reach**2).sum(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(variance > 0, squares / variance, 0.0).clip(0, 1 - 1e-15)
            moved = ((reach.T @ self.residual) ** 2).sum(1)
            surprise = np.where(squares > 0, moved / squares, 0.0)
        return Distinguishability(share[:, None], surprise[:, None], moved / 2, self.residual.shape[1])

    def together(self, queries: ArrayLike) -> Distinguishability:
        """All queries (q, d) as one set; some may repeat others."""
        rows = as_samples(queries, "queries")
        reach = self._whitened(rows)
        covariance = self.posterior.covariance(rows)
        scale = np.sqrt(np.diag(covariance).clip(min=0))
        scale = np.where(scale > 0, scale, np.inf)
        values, vectors = np.linalg.eigh(covariance / scale / scale[:, None])
        kept = values > SINGULAR * values[-1]
        shrunk = (vectors[:, kept] / np.sqrt(values[kept])).T @ (reach / scale).T
        moved = ((reach.T @ self.residual) ** 2).sum()
        return _of_matrix(shrunk.T @ shrunk, self.residual, moved / 2)

    def _whitened(self, rows: np.ndarray) -> np.ndarray:
        """c(S, Q), whitened by the factor: (m, q)."""
        return solve_triangular(self.factor, self.posterior.covariance(self.x, rows), lower=True, check_finite=False)


def difference(process: Posterior, s: tuple[ArrayLike, ArrayLike]) -> Difference:
    """What adding records to ``process`` takes; ``s`` holds inputs (m, d) and targets (m, C), or one as (d,) and (C,).

    Raises:
        ValueError: shapes that do not fit the process.
    """
    d, outputs = process.X.shape[1], process.Y.shape[1]
    inputs, targets = (as_numbers(part, "s") for part in s)
    x, y = records((np.atleast_2d(inputs), targets.reshape(-1, outputs)), ("inputs of s", "targets of s"))
    if x.shape[1] != d:
        raise ValueError(f"s must have inputs with {d} columns; got {x.shape[1]}")
    predictive = process.covariance(x)
    predictive.flat[:: len(x) + 1] += process.noise
    factor = cholesky(predictive, lower=True)
    return Difference(process, x, factor, solve_triangular(factor, y - process.mean(x), lower=True))


def lood(
    kernel: Kernel, X: ArrayLike, Y: ArrayLike, s: tuple[ArrayLike, ArrayLike], queries: ArrayLike, noise: float = 0.05
) -> Distinguishability:
    """How far the process given (X, Y) and that given the records ``s`` as well are apart at each of ``queries``.

    One factorisation and one update of rank m. Build :func:`difference` once to ask again.

    Args:
        kernel: of the prior, for example :class:`NNGP`.
        X, Y: the other records: inputs (n, d) and targets (n, C) or (n,).
        s: inputs and targets of the records left out, (m, d) and (m, C), or one record as (d,) and (C,).
        queries: (q, d), each taken by itself; :func:`joint_lood` takes them together.
        noise: σ² > 0, the regulariser.

    Raises:
        ValueError: shapes that do not fit, or a noise that is not positive.

    >>> from szilard.leave_one_out import RBF
    >>> lood(RBF(0.5), [[0.0]], [1.0], ([1.0], [-1.0]), [[1.0]], noise=0.1).kl.round(5)
    array([12.77225])
    """
    return difference(posterior(kernel, X, Y, noise), s).each(queries)


def joint_lood(
    kernel: Kernel, X: ArrayLike, Y: ArrayLike, s: tuple[ArrayLike, ArrayLike], queries: ArrayLike, noise: float = 0.05
) -> Distinguishability:
    """As :func:`lood`, for the joint distribution of the outputs at all ``queries``."""
    return difference(posterior(kernel, X, Y, noise), s).together(queries)


def self_lood(K: ArrayLike, Y: ArrayLike, noise: float = 0.05) -> Distinguishability:
    r"""Every record queried at itself, with and without it, from one factorisation of the kernel matrix of all.

    With :math:`A=(K+\sigma^2I)^{-1}` the classic leave-one-out identities (`dubrule1983cross`) give

    .. math:: t_i=1-\sigma^2A_{ii},\qquad e_i=\lVert(AY)_i\rVert^2/A_{ii},\qquad
        \Delta_i=(A_{ii}^{-1}-\sigma^2)\,(AY)_i.

    Args:
        K: kernel matrix of all n records, (n, n).
        Y: targets, (n, C) or (n,).
        noise: σ² > 0.

    Raises:
        ValueError: shapes that do not fit, or K + σ²I not positive definite.

    >>> self_lood(np.eye(2), [1.0, -1.0], noise=1.0).kl.round(6)
    array([0.403426, 0.403426])
    """
    gram, y = _checked(K, Y, noise)
    factor, info = lapack.dpotrf(gram.T, lower=1, clean=1, overwrite_a=1)
    if info:
        raise ValueError("K + noise·I must be positive definite; it is not")
    inverse = lapack.dtrtri(factor, lower=1, overwrite_c=1)[0]
    diagonal = np.einsum("ij,ij->j", inverse, inverse)
    return _from_inverse(diagonal, inverse.T @ (inverse @ y), noise)


def cross_lood(K: ArrayLike, Y: ArrayLike, noise: float = 0.05) -> Distinguishability:
    """Every record j queried with and without every record i, from one inverse: entry (i, j) of shapes (n, n, 1).

    Record j stays in the training set. The diagonal is :func:`self_lood`.
    """
    gram, y = _checked(K, Y, noise)
    A = _inverse(gram)
    n, diagonal, weights = len(A), np.diag(A).copy(), A @ y
    reach = (np.eye(n) - noise * A) / diagonal[:, None]  # c(j, i) without i
    within = noise * (1 - noise * diagonal)  # variance at j with all records
    gained = reach**2 * diagonal[:, None]
    squares = (weights**2).sum(1)
    share = gained / (within + gained)
    surprise = np.broadcast_to((squares / diagonal)[:, None], (n, n))
    moved = reach**2 * squares[:, None]
    return Distinguishability(share[..., None], surprise[..., None], moved / 2, y.shape[1])


def group_lood(K: ArrayLike, Y: ArrayLike, groups: Sequence[Sequence[int]], noise: float = 0.05) -> Distinguishability:
    """Groups of m records queried at themselves, with and without the whole group, from one inverse.

    Args:
        K, Y, noise: as for :func:`self_lood`.
        groups: indices, (g, m), each group of different records.

    Raises:
        ValueError: no array of indices (g, m), or a record twice in a group.
    """
    gram, y = _checked(K, Y, noise)
    members = as_numbers(groups, "groups").astype(int)
    if members.ndim != 2 or members.min() < 0 or members.max() >= len(gram):
        raise ValueError(f"groups must be indices (g, m) from 0 to {len(gram) - 1}; got shape {members.shape}")
    if (np.diff(np.sort(members), axis=1) == 0).any():
        raise ValueError("groups must hold different records; one holds a record twice")
    A = _inverse(gram)
    blocks, weights = A[members[:, :, None], members[:, None, :]], (A @ y)[members]
    values, vectors = np.linalg.eigh(blocks)
    rotated = vectors.swapaxes(1, 2) @ weights
    residual = vectors @ (rotated / values[..., None])  # of the labels from the prediction without the group
    moved = ((residual - noise * weights) ** 2).sum((1, 2))
    share = (1 - noise * values).clip(0, 1 - 1e-15)
    return Distinguishability(share, (rotated**2).sum(-1) / values, moved / 2, y.shape[1])


def _from_inverse(diagonal: np.ndarray, weights: np.ndarray, noise: float) -> Distinguishability:
    squares = (weights**2).sum(1)
    share = (1 - noise * diagonal).clip(0, 1 - 1e-15)
    moved = (1 / diagonal - noise).clip(min=0) ** 2 * squares
    return Distinguishability(share[:, None], (squares / diagonal)[:, None], moved / 2, weights.shape[1])


def _of_matrix(T: np.ndarray, residual: np.ndarray, mean_distance: float) -> Distinguishability:
    """From the shares as a matrix (m, m) in the coordinates of the whitened residual."""
    values, vectors = np.linalg.eigh((T + T.T) / 2)
    surprise = ((vectors.T @ residual) ** 2).sum(1)
    return Distinguishability(values.clip(0, 1 - 1e-15), surprise, np.asarray(mean_distance), residual.shape[1])


def _checked(K: ArrayLike, Y: ArrayLike, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """K + σ²I, a fresh array, and Y."""
    gram, y = records((K, Y), ("K", "Y"))
    check_positive(noise, "noise")
    if gram.shape[0] != gram.shape[1]:
        raise ValueError(f"K must be square; got shape {gram.shape}")
    gram = gram.copy()
    gram.flat[:: len(gram) + 1] += noise
    return gram, y


def _inverse(gram: np.ndarray) -> np.ndarray:
    lower = np.tril(lapack.dpotri(factorised(gram), lower=1)[0])
    return lower + np.tril(lower, -1).T
