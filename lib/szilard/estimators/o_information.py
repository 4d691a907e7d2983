r"""O-information from any estimator of total correlation, by the identities that tie the two together.

For N variables with :math:`TC(X)` and :math:`TC(X^{\setminus i})`, all but one of them,

.. math:: DTC=(N-1)\,TC(X)-\sum_i TC(X^{\setminus i}),\quad \Omega=(2-N)\,TC(X)+\sum_i TC(X^{\setminus i}),\quad
    S=N\,TC(X)-\sum_i TC(X^{\setminus i})

(`rosas2019oinformation`). Every route below is an average over samples of local terms, so each quantity is a linear
combination of them, sample by sample, and its error knows how they are correlated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from szilard.estimate import Estimate, OInformation
from szilard.estimators._common import Settings, describe, standardized, tie_warnings
from szilard.estimators._singular import FIXED, free_share, infinite
from szilard.validation import as_samples, check_neighbours, check_varies, has_ties

if TYPE_CHECKING:
    from szilard.estimators.gaussian import GaussianCopula, GaussianMI
    from szilard.estimators.ksg import KSG

SPARSE = 10  # samples per occupied cell below which a plug-in of frequencies is badly biased

LocalTC = Callable[[tuple[int, ...]], np.ndarray]

__all__ = ["DiscretePlugIn", "by_covariance", "by_neighbours", "check_enough", "checked_variables", "combined"]


@dataclass(frozen=True)
class DiscretePlugIn:
    """O-information of discrete variables from the frequencies of their values.

    Frequencies always look more dependent than probabilities: TC comes out too high by about the number of occupied
    cells over 2n, and a warning tells where that matters.
    """

    name: ClassVar[str] = "discrete"
    stochastic: ClassVar[bool] = False

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False) -> OInformation:
        """TC, DTC, Ω, S in nats of variables (n,) or (n, d_i), each row one value of its variable."""
        parts = checked_variables(variables, vary=False)
        codes = [np.unique(part, axis=0, return_inverse=True)[1].ravel() for part in parts]

        def local(subset: tuple[int, ...]) -> np.ndarray:
            return sum(_surprise(codes[i]) for i in subset) - _surprise(*(codes[i] for i in subset))

        cells = len(np.unique(np.stack(codes, axis=1), axis=0))
        n, warnings = len(codes[0]), []
        if n < SPARSE * cells:
            excess = f"expect values too high by about {cells / (2 * n):.2f} nats"
            warnings.append(f"{n} samples fall into {cells} different cells: {excess}")
        return combined(self, local, len(parts), n, gradients, warnings)


def by_covariance(
    estimator: GaussianMI | GaussianCopula,
    variables: Sequence[ArrayLike],
    gradients: bool,
    scores: Callable[[np.ndarray], np.ndarray] | None,
) -> OInformation:
    """O-information of the normal distribution with the covariance of the samples, or of their normal scores."""
    parts = checked_variables(variables)
    dims, x = [part.shape[1] for part in parts], np.hstack(parts)
    n, warnings = len(x), tie_warnings(scores is not None and has_ties(x))
    check_enough(n, sum(dims))
    if free_share(x, dims) < FIXED:
        return infinite(n, len(dims), gradients, describe(estimator))
    z = x if scores is None else scores(x)
    z = z - z.mean(axis=0)
    columns = np.split(np.arange(sum(dims)), np.cumsum(dims)[:-1])

    @cache
    def log_density(subset: tuple[int, ...]) -> np.ndarray:
        return _log_density(z[:, np.concatenate([columns[i] for i in subset])], estimator.correct_bias)

    def local(subset: tuple[int, ...]) -> np.ndarray:
        return log_density(subset) - sum(log_density((i,)) for i in subset)

    return combined(estimator, local, len(dims), n, gradients, warnings)


def check_enough(n: int, columns: int) -> None:
    """Refuse fewer samples than a covariance needs."""
    if n <= columns:
        raise ValueError(f"a covariance of {columns} columns needs at least {columns + 1} samples; got {n}")


def by_neighbours(estimator: KSG, variables: Sequence[ArrayLike], gradients: bool) -> OInformation:
    r"""O-information from nearest neighbours, with the total correlation of `kraskov2004estimating`,

    .. math:: \widehat{TC}=\psi(k)+(m-1)\,\psi(n)-\Bigl\langle\sum_{i=1}^m\psi(n_i+1)\Bigr\rangle,

    for m variables, n_i the samples that lie closer to one in variable i than its k-th neighbour in all of them.
    """
    parts = checked_variables(variables)
    n, k = len(parts[0]), estimator.k
    check_neighbours(k, n)
    x, dims = np.hstack(parts), [part.shape[1] for part in parts]
    if estimator.variant != 1:
        raise ValueError("O-information by neighbours needs variant 1 of KSG; got 2")
    if free_share(x, dims) < FIXED:
        return infinite(n, len(parts), gradients, describe(estimator))
    if estimator.standardize:
        parts = [standardized(part) for part in parts]

    def local(subset: tuple[int, ...]) -> np.ndarray:
        blocks = [parts[i] for i in subset]
        radii = estimator.nearest(blocks)[0][:, -1]
        counts = sum(digamma(estimator.count(block, radii) + 1) for block in blocks)
        return digamma(k) + (len(subset) - 1) * digamma(n) - counts

    return combined(estimator, local, len(parts), n, gradients, tie_warnings(has_ties(x)))


def combined(
    estimator: Settings, local: LocalTC, variables: int, n: int, gradients: bool, warnings: Sequence[str] = ()
) -> OInformation:
    """Every quantity from local terms (n,) of the total correlation of any subset of the variables."""
    everything = tuple(range(variables))

    @cache
    def tc(subset: tuple[int, ...]) -> np.ndarray:
        return local(subset) if len(subset) > 1 else np.zeros(n)

    def omega(subset: tuple[int, ...]) -> np.ndarray:
        return (2 - len(subset)) * tc(subset) + sum(tc(_without(i, subset)) for i in subset)

    def mean(part: np.ndarray) -> Estimate:
        return Estimate(float(part.mean()), float(part.std(ddof=1)) / math.sqrt(n), n, describe(estimator))

    whole, lost = tc(everything), omega(everything)
    each = tuple(mean(lost - omega(_without(i, everything))) for i in everything) if gradients else None
    parts = mean(whole), mean(whole - lost), mean(lost), mean(2 * whole - lost)
    return OInformation(*parts, each, {"warnings": tuple(warnings)})


def _without(i: int, subset: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(j for j in subset if j != i)


def _log_density(z: np.ndarray, correct_bias: bool) -> np.ndarray:
    """Log density (n,) of centred samples under a normal distribution fitted to them: minus the entropy on average."""
    n, d = z.shape
    factor = np.linalg.cholesky(np.atleast_2d(z.T @ z / n))
    white = np.linalg.solve(factor, z.T)
    shift = 0.5 * float(digamma((n - np.arange(1, d + 1)) / 2).sum()) + 0.5 * d * math.log(2 / n)
    return (
        -0.5 * (white**2).sum(axis=0)
        - np.log(np.diag(factor)).sum()
        - 0.5 * d * math.log(2 * math.pi)
        + (shift if correct_bias else 0.0)
    )


def _surprise(*codes: np.ndarray) -> np.ndarray:
    """Minus the log frequency of each row's combination of values."""
    _, rows, counts = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True, return_counts=True)
    return -np.log(counts[rows.ravel()] / len(codes[0]))


def checked_variables(variables: Sequence[ArrayLike], vary: bool = True, fewest: int = 2) -> list[np.ndarray]:
    """Samples (n, d_i) of each of several variables; ValueError where they are too few or do not belong together."""
    parts = [as_samples(part, f"variables[{i}]") for i, part in enumerate(variables)]
    if len(parts) < fewest:
        raise ValueError(f"variables must hold at least {'two' if fewest == 2 else 'three'} arrays; got {len(parts)}")
    if len({len(part) for part in parts}) > 1:
        raise ValueError(f"variables must have the same number of rows; got {[len(part) for part in parts]}")
    for i, part in enumerate(parts):
        if vary:
            check_varies(part, f"variables[{i}]")
    return parts
