"""Mutual information under a Gaussian distribution, or under a Gaussian copula."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, ndtri, polygamma
from scipy.stats import rankdata

from szilard.estimate import Estimate, OInformation
from szilard.estimators._common import describe, from_local, outlier_doubts, tie_warnings, varying_pair
from szilard.estimators._singular import FIXED, free_share, infinite, linear_share, residuals, resolution
from szilard.estimators.o_information import checked_variables, combined
from szilard.rounding import in_range
from szilard.validation import has_ties, paired_samples

__all__ = ["DISCRETE", "GaussianCopula", "GaussianMI", "few_doubts", "normal_scores"]

# Smallest over largest singular value of the standardised columns below which they are collinear.
RANK_TOLERANCE = 1e-10
VISIBLE = 0.01  # nats of bias that are not worth a warning
FEW = 3  # samples per column below which the correction of the bias is most of the estimate
DISCRETE = "DiscretePlugIn (discrete) where all variables are discrete"
EQUAL = (
    "To the precision of float64 a combination of the columns of x equals one of y: the information of a continuous "
    "distribution is then infinite."
)
EQUAL_RANKS = (
    "A combination of the normal scores of x equals one of y, as for copies, increasing maps and equal ranks: {n:,} "
    "samples cannot tell infinite information from any above about ln n = {most:.2g} nats."
)


@dataclass(frozen=True)
class GaussianMI:
    r"""Mutual information I(X; Y) in nats of the Gaussian distribution with the sample's covariance.

    With the canonical correlations :math:`\rho_i` between X and Y,

    .. math:: \hat I = \tfrac12\ln\frac{|\hat\Sigma_X|\,|\hat\Sigma_Y|}{|\hat\Sigma|}
                     = -\tfrac12\sum_i \ln(1-\rho_i^2).

    Exact in the limit for Gaussian distributions, a statement about linear dependence for any other: neither a lower
    nor an upper bound in general.

    Args:
        correct_bias: subtract the exact bias under Gaussian sampling. With :math:`m = n - 1` degrees of freedom the
            log-determinant of a p-dimensional sample covariance has expectation
            :math:`\ln|\Sigma| + \sum_{i=1}^p\psi(\tfrac{m+1-i}2) + p\ln\tfrac2m`, so that the plug-in value is too
            large by about :math:`d_x d_y / 2n`. The corrected value may be negative.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=1000)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=1000)  # 0.223 nats
    >>> GaussianMI().mutual_information(x, y)
    0.2... ± 0.0... nats · GaussianMI() · n = 1,000
    """

    correct_bias: bool = True

    name: ClassVar[str] = "gaussian"
    stochastic: ClassVar[bool] = False

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        Diagnostics: ``canonical_correlations``, largest first. If a combination of the columns of x equals one of y, to
        the precision of float64, the value is infinite, with a warning. Others tell of few samples for so many columns,
        and of outliers that hide the bulk.

        Raises:
            ValueError: not numeric, not finite, different numbers of rows, a constant column, collinear columns within
                x or within y, or n ≤ dx + dy.
        """
        x, y = map(in_range, _checked(x, y))
        return _gaussian(self, x, y, outlier_doubts((x, y)), EQUAL)

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False) -> OInformation:
        """TC, DTC, Ω, S and gradients in nats of the normal distribution with the covariance of samples (n, d_i) each.

        A singular covariance gives infinite TC, with a warning.
        """
        return _o_information(self, variables, gradients, scores=None)


@dataclass(frozen=True)
class GaussianCopula:
    r"""Mutual information I(X; Y) in nats of the Gaussian copula with the sample's rank correlations.

    Every column is replaced by its normal scores :math:`\Phi^{-1}(r/(n+1))`, r the rank, and these enter
    :class:`GaussianMI`. Mutual information does not change under monotone maps of single columns, so this is exact in
    the limit for every distribution that such maps make Gaussian.

    Args:
        correct_bias: as in :class:`GaussianMI`.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=1000)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=1000)
    >>> GaussianCopula().mutual_information(x, y).value == GaussianCopula().mutual_information(np.exp(x), y**3).value
    True
    """

    correct_bias: bool = True

    name: ClassVar[str] = "copula"
    stochastic: ClassVar[bool] = False

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy).

        Tied values share their mean rank, with a warning. Diagnostics: ``canonical_correlations`` of the normal scores.

        Raises:
            ValueError: as :meth:`GaussianMI.mutual_information`.
        """
        x, y = _checked(x, y)
        n, ties = len(x), tie_warnings(has_ties(x) or has_ties(y))
        most = math.log(n) * min(x.shape[1], y.shape[1])
        found = _gaussian(self, normal_scores(x), normal_scores(y), ties, EQUAL_RANKS.format(n=n, most=math.log(n)))
        if not most < found.value < math.inf:
            return found
        beyond = (
            f"{found.value:.3g} nats is beyond {most:.2g}, about the most that the ranks of {n:,} samples can tell."
        )
        return replace(found, diagnostics={**found.diagnostics, "warnings": (*found.warnings, beyond)})

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False) -> OInformation:
        """TC, DTC, Ω, S and gradients in nats of the Gaussian copula of samples (n, d_i) of each variable.

        A singular covariance of the normal scores gives infinite TC, with a warning.
        """
        return _o_information(self, variables, gradients, scores=normal_scores)


def normal_scores(x: np.ndarray) -> np.ndarray:
    """Columns of ``x`` (n, d) made standard normal by their ranks; ties share their mean rank."""
    return ndtri(rankdata(x, axis=0) / (len(x) + 1))


def _check_enough(n: int, columns: int) -> None:
    """Refuse fewer samples than a covariance needs."""
    if n <= columns:
        raise ValueError(f"a covariance of {columns} columns needs at least {columns + 1} samples; got {n}")


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Paired samples that vary, more than they have columns."""
    first, second = paired_samples(x, y)
    _check_enough(len(first), first.shape[1] + second.shape[1])
    return varying_pair(first, second)


def _gaussian(
    estimator: GaussianMI | GaussianCopula, x: np.ndarray, y: np.ndarray, warnings: Sequence[str], equal: str
) -> Estimate:
    r"""Estimate from the directions of y and what x leaves of each: :math:`\hat I=-\sum_i\ln\sin\theta_i`.

    With v one such direction of unit variance and r its residual, :math:`-\ln\sin\theta-r^2/2\sin^2\theta+v^2/2` is the
    pointwise information. Residuals keep their digits near determinism, where :math:`1-\rho^2` loses them.
    """
    n, dx, dy = len(x), x.shape[1], y.shape[1]
    (basis_x, lost_x), (basis_y, lost_y) = _orthonormal(x, "x"), _orthonormal(y, "y")
    left = residuals(basis_y, basis_x)
    _, sines, directions = np.linalg.svd(np.linalg.qr(left, mode="r"))
    rho = np.linalg.svd(basis_x.T @ basis_y, compute_uv=False).clip(max=1.0)
    facts: dict[str, tuple[object, ...]] = {"canonical_correlations": tuple(map(float, rho))}
    if sines[-1] <= max(lost_x, lost_y):
        facts |= {"warnings": (*warnings, equal)}
        return Estimate(np.inf, np.nan, n, describe(estimator), diagnostics=facts)
    v, r = basis_y @ directions.T, left @ directions.T / sines
    estimate = partial(from_local, estimator, 0.5 * n * (v**2 - r**2).sum(axis=1) - np.log(sines).sum(), facts=facts)
    if estimator.correct_bias:
        bias, variance = _bias(n, dx, dy), _variance(n, dx, dy)
    else:  # at independence 2n·I is chi-squared with dx·dy degrees of freedom for large n
        bias, variance = 0.0, dx * dy / (2 * n**2)
    stderr = estimate(extra_variance=variance).stderr
    doubts = few_doubts(n, (dx, dy), stderr, estimator.correct_bias)
    return estimate(shift=-bias, extra_variance=variance, warnings=(*warnings, *doubts))


def few_doubts(n: int, dims: Sequence[int], stderr: float, corrected: bool) -> list[str]:
    """A sentence where samples are too few for so many columns."""
    bias = _bias(n, *dims)
    if n >= FEW * sum(dims) if corrected else bias <= max(stderr, VISIBLE):
        return []
    what = "taken off, which is exact for normal samples only" if corrected else "not taken off: set correct_bias=True"
    return [
        f"{n:,} samples of {sum(dims)} columns: a covariance so poorly known shows {bias:.2g} nats too many, {what}; "
        "use more samples or fewer columns."
    ]


def _orthonormal(x: np.ndarray, name: str) -> tuple[np.ndarray, float]:
    """An orthonormal basis (n, d) of the centred columns, and the sine that rounding may leave of a direction in it."""
    centred = x - x.mean(axis=0)
    basis, triangle = np.linalg.qr(centred / np.sqrt(np.mean(centred**2, axis=0)))
    size = np.linalg.svd(triangle, compute_uv=False)
    if size[-1] < RANK_TOLERANCE * size[0]:
        raise ValueError(f"{name} must have linearly independent columns; got rank < {x.shape[1]}: drop the redundant")
    return basis, resolution(x) * float(size[0] / size[-1])


def _bias(n: int, *dims: int) -> float:
    """Expectation of the plug-in value minus the truth, for Gaussian samples of variables of these widths."""

    def log_determinant(p: int) -> float:  # the terms p·ln(2 / m) cancel between the parts and the whole
        return float(digamma((n - np.arange(1, p + 1)) / 2).sum())

    return 0.5 * (sum(map(log_determinant, dims)) - log_determinant(sum(dims)))


def _variance(n: int, dx: int, dy: int) -> float:
    """Variance of the value for independent Gaussian samples, from that of each log-determinant."""
    i = np.arange(1, dx + 1)
    return 0.25 * float((polygamma(1, (n - dy - i) / 2) - polygamma(1, (n - i) / 2)).sum())


def _o_information(
    estimator: GaussianMI | GaussianCopula, variables: Sequence[ArrayLike], gradients: bool,
    scores: Callable[[np.ndarray], np.ndarray] | None,
) -> OInformation:  # fmt: skip
    """O-information of the normal distribution with the covariance of the samples, or of their normal scores."""
    parts = checked_variables(variables)
    dims, x = [part.shape[1] for part in parts], np.hstack(parts)
    n, names = len(x), [f"variables[{i}]" for i in range(len(parts))]
    warnings = outlier_doubts(parts, names) if scores is None else tie_warnings(has_ties(x), DISCRETE)
    _check_enough(n, sum(dims))
    if (linear_share if scores is None else free_share)(x, dims) < FIXED:
        return infinite(n, len(dims), gradients, describe(estimator))
    z = in_range(x) if scores is None else scores(x)
    basis, triangle = np.linalg.qr(z - z.mean(axis=0))
    columns = np.split(np.arange(sum(dims)), np.cumsum(dims)[:-1])

    @cache
    def log_density(subset: tuple[int, ...]) -> np.ndarray:
        part = triangle[:, np.concatenate([columns[i] for i in subset])]
        return _log_density(basis, part, estimator.correct_bias)

    def local(subset: tuple[int, ...]) -> np.ndarray:
        return log_density(subset) - sum(log_density((i,)) for i in subset)

    found = combined(estimator, local, len(dims), n, gradients)
    doubts = few_doubts(n, dims, found.tc.stderr, estimator.correct_bias)
    return replace(found, diagnostics={"warnings": (*warnings, *doubts)})


def _log_density(basis: np.ndarray, triangle: np.ndarray, correct_bias: bool) -> np.ndarray:
    """Log density (n,) of centred samples, ``basis`` times ``triangle``, under a normal distribution fitted to them."""
    n, d = len(basis), triangle.shape[1]
    turn, factor = np.linalg.qr(triangle)
    white = basis @ turn
    shift = 0.5 * float(digamma((n - np.arange(1, d + 1)) / 2).sum()) + 0.5 * d * math.log(2 / n)
    return (
        -0.5 * n * (white**2).sum(axis=1)
        - np.log(np.abs(np.diag(factor))).sum()
        - 0.5 * d * math.log(2 * math.pi / n)
        + (shift if correct_bias else 0.0)
    )
