"""Matrix-based Rényi information: entropies of the eigenvalues of a kernel matrix, in place of a density."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.rounding import above_rounding
from szilard.validation import as_samples, check_positive, paired_samples

__all__ = ["MatrixRenyi", "normalised_kernel", "renyi_entropy"]


def normalised_kernel(x: ArrayLike, width: float) -> np.ndarray:
    r"""A = K/n of samples (n, d), (n, n), with :math:`K_{ij}=e^{-\|x_i-x_j\|^2/2w^2}`; its trace is one."""
    x = as_samples(x)
    check_positive(width, "width")
    square = (x**2).sum(axis=1)
    distances = np.maximum(square[:, None] + square - 2 * x @ x.T, 0.0)
    np.fill_diagonal(distances, 0.0)
    return np.exp(-distances / (2 * width**2)) / len(x)


def renyi_entropy(a: ArrayLike, alpha: float = 1.01) -> float:
    r""":math:`S_\alpha(A)=\frac1{1-\alpha}\ln\operatorname{tr}A^\alpha` in nats of a kernel of trace one (n, n), from 0
    where all points coincide to ln n where all are far apart (`giraldo2015measures`).

    Raises:
        ValueError: not a square matrix of trace one, or ``alpha`` not above zero or equal to one.
    """
    a = np.asarray(a, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or abs(np.trace(a) - 1) > 1e-8:
        raise ValueError(f"a must be a square matrix of trace one; got shape {a.shape}")
    if not alpha > 0 or alpha == 1:
        raise ValueError(f"alpha must be above zero and not one; got {alpha!r}")
    weights = np.clip(np.linalg.eigvalsh(a), 0.0, None)
    return above_rounding(math.log((weights**alpha).sum()) / (1 - alpha))


@dataclass(frozen=True)
class MatrixRenyi:
    """I_α = S_α(A) + S_α(B) − S_α(A∘B / tr A∘B) in nats of `giraldo2015measures`.

    Not the mutual information of any density: at most ln n, and a matter of the kernel's width.

    Args:
        alpha: order; near one for Shannon's.
        width: of the kernel in standard deviations of a column, times √d; above zero.
    """

    alpha: float = 1.01
    width: float = 0.5

    name: ClassVar[str] = "matrix-renyi"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_positive(self.width, "width")

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """The value for samples (n, dx) and (n, dy); it costs n³, and no standard error is known: NaN."""
        parts = paired_samples(x, y)
        a, b = (self._kernel(part) for part in parts)
        entropies = [renyi_entropy(each, self.alpha) for each in (a, b, len(a) * a * b)]
        facts = {"entropies": tuple(entropies), "ceiling": math.log(len(a))}
        value = max(above_rounding(entropies[0] + entropies[1] - entropies[2]), 0.0)
        return Estimate(value, math.nan, len(a), f"MatrixRenyi(alpha={self.alpha:g})", diagnostics=facts)

    def _kernel(self, x: np.ndarray) -> np.ndarray:
        spread = x.std(axis=0)
        return normalised_kernel(x / np.where(spread > 0, spread, 1.0), self.width * math.sqrt(x.shape[1]))
