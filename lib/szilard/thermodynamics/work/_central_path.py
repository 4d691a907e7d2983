"""State discrimination by following the central path of its dual: Newton steps on one matrix of the size of a state."""

from __future__ import annotations

import numpy as np

GAP = 1e-9  # of the largest score: where the path is left
STEPS = 60  # of Newton's method per stage; a handful are taken

__all__ = ["discriminate"]


def discriminate(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Operators that score best, and the matrix that proves it.

    .. math:: \max\Bigl\{\sum_w\operatorname{tr}M_wA_w:\ M_w\succeq0,\ \sum_wM_w=1\Bigr\}
        =\min\{\operatorname{tr}K:\ K\succeq A_w\}

    For growing t, :math:`t\operatorname{tr}K-\sum_w\ln\det(K-A_w)` is minimised; at its minimum the operators
    :math:`(K-A_w)^{-1}/t` sum to one, and the two sides are :math:`mk/t` apart.

    Args:
        scores: the :math:`A_w`, Hermitian and positive semidefinite (m, k, k), not all zero.

    Returns:
        The :math:`M_w` (m, k, k), which sum to one, and K (k, k).
    """
    m, k, _ = scores.shape
    scale = float(np.linalg.eigvalsh(scores)[:, -1].max())
    A = scores / scale
    K, t = 2 * np.eye(k, dtype=A.dtype), 1.0
    while True:
        for _ in range(STEPS):
            inverse = np.linalg.inv(K - A)
            step, decrement = _newton(inverse, t)
            shift = inverse @ step @ inverse
            if decrement < 0.3:
                break
            K = K + step * _length(K - A, step)
        if m * k / t < GAP:
            return (inverse - shift) / t, (K + step) * scale
        K, t = K + step, 10 * t


def _newton(inverse: np.ndarray, t: float) -> tuple[np.ndarray, float]:
    """Newton's step for K, and how far from the path it says that K is."""
    k = inverse.shape[-1]
    gradient = t * np.eye(k) - inverse.sum(axis=0)
    hessian = np.einsum("wab,wcd->adbc", inverse, inverse).reshape(k * k, k * k)
    step = np.linalg.solve(hessian, -gradient.ravel()).reshape(k, k)
    step = (step + step.conj().T) / 2
    return step, float(np.sqrt(max(-np.vdot(gradient, step).real, 0.0)))


def _length(slack: np.ndarray, step: np.ndarray) -> float:
    """The whole step, or nine tenths of the way to the border."""
    root = np.linalg.inv(np.linalg.cholesky(slack))
    steepest = -float(np.linalg.eigvalsh(root @ step @ root.conj().swapaxes(1, 2))[:, 0].min())
    return min(1.0, 0.9 / steepest) if steepest > 0 else 1.0
