"""Entropy from nearest-neighbour distances, plain and with weights that cancel bias."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from szilard.estimate import Estimate
from szilard.estimators._common import (
    from_local,
    near_ceiling,
    not_local,
    rescaled,
    reverse_neighbours,
    split_scaled,
    varying_pair,
    whitened,
)  # fmt: skip
from szilard.estimators._singular import check_spread
from szilard.estimators.kinds import check_fine
from szilard.estimators.neighbours import check_search, k_nearest
from szilard.validation import as_samples, check_choice, check_integer, check_neighbours, check_varies, paired_samples

__all__ = ["KozachenkoLeonenko", "WeightedKL", "bias_cancelling_weights"]

REMEDY = "drop copied rows, add noise at the scale of the rounding, or use Histogram"
IQR = 1.35  # standard deviations, of a normal column
NORM_UP_TO = 5.0  # norm of the weights from which on cancelling bias costs more than it gains
SUM_UP_TO = 1e-8  # by how much rounding may move the sum of the weights from 1
SUPPORTS = ("spread", "all")


@dataclass(frozen=True)
class KozachenkoLeonenko:
    r"""Differential entropy in nats from the distance to the k-th nearest neighbour.

    .. math:: \hat H(X) = \psi(n) - \psi(k) + \ln c_d + \frac dn\sum_i\ln\rho_{k,i},

    :math:`\rho_{k,i}` the distance from sample i to its k-th neighbour and :math:`c_d` the volume of the unit ball of
    the metric (`kozachenko1987sample`; Eq. 20 of `kraskov2004estimating`). Mutual information is
    :math:`\hat H(X)+\hat H(Y)-\hat H(X,Y)`; its three biases do not cancel, which is what
    :class:`~szilard.estimators.KSG` improves on.

    Args:
        k: number of neighbours.
        metric: ``"euclidean"`` or ``"max"``.
        standardize: divide every column by its interquartile range first, and add its logarithm.
        whiten: bring x, y and (x, y) each to unit covariance first and add back what that takes from their entropies.
            With the Euclidean metric the estimate then stays the same under every invertible affine map of x or of
            y, and strong linear dependence costs no accuracy (`butakov2024lossy` estimate so).
        neighbours, device: as in :class:`~szilard.estimators.KSG`.

    >>> x = np.random.default_rng(0).uniform(size=1000)
    >>> KozachenkoLeonenko(k=3).entropy(x)  # the uniform distribution on [0, 1] has entropy 0
    -0.0... ± 0.0... nats · KozachenkoLeonenko(k=3) · n = 1,000
    """

    k: int = 3
    metric: str = "euclidean"
    standardize: bool = True
    whiten: bool = False
    neighbours: str = "auto"
    device: str = "auto"

    name: ClassVar[str] = "kl"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_integer(self.k, "k", minimum=1)
        check_search(self.metric, self.neighbours, self.device)

    def entropy(self, x: ArrayLike) -> Estimate:
        """H(X) in nats of samples ``x`` (n, d), in the unit of x per column.

        Diagnostics: ``relative_radius`` as for KSG; warnings about neighbourhoods that are not local, heavy tails, and
        columns of very different scale that are not standardised.

        Raises:
            ValueError: not numeric, not finite, n ≤ k, a constant column, a column that others fix, or values or rows
                that repeat too often.
        """
        return _announce_radius(_entropy(self, as_samples(x)), "biases the entropy upwards")

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy), with the error of the summed influences.

        Diagnostics: the three ``entropies`` of x, y and the joint, and warnings as of :meth:`entropy`.

        Raises:
            ValueError: as :meth:`entropy`, or different numbers of rows.
        """
        return _announce_radius(_mutual_information(self, x, y), "biases the estimate")

    def weights(self, d: int) -> np.ndarray:
        """Weights (k,) of the neighbours: the k-th alone counts."""
        return np.eye(self.k)[-1]


@dataclass(frozen=True)
class WeightedKL:
    r"""Differential entropy in nats from a weighted average over the first k neighbours.

    .. math:: \hat H(X) = \frac1n\sum_i\sum_{j=1}^k w_j
              \left[\psi(n) - \psi(j) + \ln c_d + d\ln\rho_{j,i}\right]

    with Euclidean distances and the weights of :func:`bias_cancelling_weights`, after `berrett2019efficient` (who write
    ln(n − 1) for ψ(n)). In dimension ≥ 4 the plain estimator's bias shrinks more slowly than its error; the weights
    remove those terms.

    Args:
        k: largest neighbour used; the dimension d of the data needs ⌊d/4⌋ + 1 ≤ min(k, d) distinct neighbours.
        standardize: divide every column by its interquartile range first, and add its logarithm.
        support: which of them have weights, as in :func:`bias_cancelling_weights`: from seven dimensions on ``"all"``
            with k ≥ 50 amplifies noise less.
        whiten: as in :class:`KozachenkoLeonenko`.
        neighbours, device: as in :class:`~szilard.estimators.KSG`.

    >>> x = np.random.default_rng(0).uniform(size=(500, 2))
    >>> WeightedKL(k=10).entropy(x).agrees_with(0.0)
    True
    """

    k: int = 20
    standardize: bool = True
    support: str = "spread"
    whiten: bool = False
    neighbours: str = "auto"
    device: str = "auto"

    name: ClassVar[str] = "weighted-kl"
    metric: ClassVar[str] = "euclidean"
    stochastic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_integer(self.k, "k", minimum=1)
        check_choice(self.support, "support", SUPPORTS)
        check_search(self.metric, self.neighbours, self.device)

    def entropy(self, x: ArrayLike) -> Estimate:
        """H(X) in nats of samples ``x`` (n, d), in the unit of x per column.

        Diagnostics: ``weight_norm`` and ``weight_sum`` of the weights, and warnings as above, about weights that
        amplify noise (norm above 5) and weights that rounding keeps from summing to one.

        Raises:
            ValueError: as :meth:`KozachenkoLeonenko.entropy`, or k too small for d.
        """
        x = as_samples(x)
        return _announce_weights(self, _entropy(self, x), x.shape[1])

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) = H(X) + H(Y) − H(X, Y) in nats, each entropy with the weights of its own dimension.

        Raises:
            ValueError: as :meth:`entropy`, or different numbers of rows.
        """
        x, y = paired_samples(x, y)
        estimate = _mutual_information(self, x, y)
        return _announce_weights(self, estimate, x.shape[1] + y.shape[1])

    def weights(self, d: int) -> np.ndarray:
        """Weights (k,) of the neighbours in dimension d."""
        return bias_cancelling_weights(self.k, d, self.support)


def bias_cancelling_weights(k: int, d: int, support: str = "spread") -> np.ndarray:
    r"""Weights (k,) of smallest norm that cancel the leading biases of nearest-neighbour entropies in dimension d.

    The j-th neighbour's entropy has bias terms proportional to :math:`\Gamma(j+2l/d)/\Gamma(j)\,n^{-2l/d}`. Those with
    :math:`l \le d/4` do not vanish faster than :math:`n^{-1/2}`; the weights satisfy

    .. math:: \sum_j w_j = 1, \qquad
              \sum_j w_j\frac{\Gamma(j+2l/d)}{\Gamma(j)} = 0 \quad (l = 1,\dots,\lfloor d/4\rfloor)

    and, of ``support`` "spread", are 0 off the neighbours :math:`\lfloor ik/d\rfloor`, i = 1, …, d, which keeps them
    apart (Eq. 4 of `berrett2019efficient`); of "all", every neighbour may count. Where the constraints leave a choice,
    this is the solution of least :math:`\sum_j w_j^2`; for d < 4 a plain average over those neighbours.

    Raises:
        ValueError: fewer distinct neighbours than constraints.

    >>> bias_cancelling_weights(2, 1)
    array([0., 1.])
    >>> weights = bias_cancelling_weights(20, 5)
    >>> round(float(weights.sum()), 12), np.flatnonzero(weights) + 1
    (1.0, array([ 4,  8, 12, 16, 20]))
    """
    check_integer(k, "k", minimum=1)
    check_integer(d, "d", minimum=1)
    check_choice(support, "support", SUPPORTS)
    j = np.unique(np.arange(1, d + 1) * k // d) if support == "spread" else np.arange(k + 1)
    j = j[j > 0]
    orders = np.arange(d // 4 + 1)[:, None]
    if len(j) < len(orders):
        raise ValueError(f"k must be at least {len(orders)} in dimension {d}; got {k}")
    # Rows scaled to size 1: the constraints are homogeneous, so only their conditioning changes.
    log_rows = gammaln(j + 2 * orders / d) - gammaln(j)
    rows = np.exp(log_rows - log_rows.max(axis=1, keepdims=True))
    weights = np.zeros(k)
    weights[j - 1] = np.linalg.lstsq(rows, (orders[:, 0] == 0).astype(float), rcond=None)[0]
    return weights


Either: TypeAlias = KozachenkoLeonenko | WeightedKL


def _entropy(estimator: Either, x: np.ndarray) -> Estimate:
    check_neighbours(estimator.k, len(x))
    check_varies(x)
    check_spread(x)
    terms, influence, radius = _local(estimator, x, "x")
    _, unit, doubts = split_scaled([x], estimator.standardize or estimator.whiten)
    facts = {"relative_radius": radius / unit}
    return from_local(estimator, terms, influence=influence, warnings=doubts, facts=facts)


def _mutual_information(estimator: Either, x: ArrayLike, y: ArrayLike) -> Estimate:
    x, y = varying_pair(x, y, estimator.k)
    both = np.hstack([x, y])
    parts = [_local(estimator, z, name) for z, name in ((x, "x"), (y, "y"), (both, "(x, y)"))]
    (x_terms, x_influence, _), (y_terms, y_influence, _), (xy_terms, xy_influence, radius) = parts
    terms, influence = x_terms + y_terms - xy_terms, x_influence + y_influence - xy_influence
    _, unit, doubts = split_scaled([both], estimator.standardize or estimator.whiten)
    facts = {"entropies": tuple(float(part[0].mean()) for part in parts), "relative_radius": radius / unit}
    if not estimator.whiten:  # which takes linear dependence out, however strong
        doubts += near_ceiling(float(terms.mean()), len(x), estimator.k)
    return from_local(estimator, terms, influence=influence, warnings=doubts, facts=facts)


def _local(estimator: Either, x: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray, float]:
    """The terms (n,) whose mean is the entropy, each sample's influence on that mean, and the median distance to the
    farthest neighbour."""
    n, d = x.shape
    weights, metric = estimator.weights(d), estimator.metric
    check_fine(x, len(weights), name, REMEDY)
    x, logs = rescaled(x) if estimator.standardize else (x, np.zeros(d))
    x, log_volume = whitened(x, name) if estimator.whiten else (x, 0.0)
    distances, rows = k_nearest([x], len(weights), metric=metric, search=estimator.neighbours, device=estimator.device)
    used = np.flatnonzero(weights)
    _check_apart(distances[:, used], name)
    volumes = d * np.log(distances[:, used]) + _log_ball(d, metric) + logs.sum() + log_volume
    terms = digamma(n) + (volumes - digamma(used + 1)) @ weights[used]
    # Without sample j, the m-th neighbour of those with j among their first m lies farther: by 1/m in log volume.
    shares = np.cumsum((weights / np.arange(1, len(weights) + 1))[::-1])[::-1]
    radius = float(np.median(distances[:, -1])) / (IQR if estimator.whiten else 1.0)
    return terms, terms - reverse_neighbours(rows, shares), radius


def _announce_radius(estimate: Estimate, bias: str) -> Estimate:
    """The estimate with a warning where its neighbours are not local."""
    warnings = estimate.warnings + tuple(not_local(estimate.diagnostics["relative_radius"], bias))
    return replace(estimate, diagnostics={**estimate.diagnostics, "warnings": warnings})


def _announce_weights(estimator: WeightedKL, estimate: Estimate, d: int) -> Estimate:
    """The estimate with norm and sum of its weights in dimension ``d`` and warnings where these tell against it."""
    weights = estimator.weights(d)
    norm, total = float(np.linalg.norm(weights)), float(weights.sum())
    warnings = estimate.warnings
    if norm > NORM_UP_TO:
        warnings += (
            f"The weights that cancel the bias in {d} dimensions amplify noise (their norm is {norm:.3g}): use "
            "support='all' with a larger k, fewer dimensions, or KozachenkoLeonenko.",
        )
    if abs(total - 1) > SUM_UP_TO:
        warnings += (f"The weights in {d} dimensions sum to 1 {total - 1:+.1e}: by so much every entropy is off.",)
    facts = {"weight_norm": norm, "weight_sum": total, "warnings": warnings}
    return replace(estimate, diagnostics={**estimate.diagnostics, **facts})


def _check_apart(distances: np.ndarray, name: str) -> None:
    repeated = int((distances == 0).any(axis=1).sum())
    if repeated:
        raise ValueError(
            f"{name} must not repeat rows; got {repeated} rows at distance 0 from a neighbour, where the entropy "
            f"estimate is −∞: {REMEDY}"
        )


def _log_ball(d: int, metric: str) -> float:
    """Logarithm of the volume of the unit ball."""
    if metric == "max":
        return d * math.log(2)
    return float(d / 2 * math.log(math.pi) - gammaln(d / 2 + 1))
