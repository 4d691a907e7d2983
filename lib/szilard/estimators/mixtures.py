r"""What a layer with normal noise knows about its input, over a finite data set.

The data are N equally likely points x_i, the layer is :math:`Z\mid x_i\sim q_i=N(\mu_i,\operatorname{diag}\sigma^2_i)`,
so Z is a mixture of N normal distributions and :math:`0\le I(X;Z)\le\ln N` (`goldfeld2019estimating`). A deterministic
layer to which noise of one variance is added after the fact, the "KDE estimate" of `saxe2019information`, is the case
of equal variances with the activations as means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.estimators._classes import ceiling_of, ceiling_warnings, members
from szilard.estimators._gaussian_mixture import (
    Mixture,
    advantages,
    exact_information,
    expected_log_density,
    log_overlaps,
    mixture_of,
)
from szilard.rng import RNG, generator
from szilard.rounding import above_rounding
from szilard.validation import as_samples, check_aligned, check_choice, check_integer

METHODS = ("mc", "jensen", "kt", "bd", "exact1d")
NARROWEST = 1e-300  # a smaller variance has no finite inverse

__all__ = ["METHODS", "mixture_information"]


@np.errstate(over="ignore")  # infinitely many standard deviations apart is far enough
def mixture_information(
    means: ArrayLike, variances: ArrayLike, method: str = "mc", labels: ArrayLike | None = None, *, rng: RNG = 0,
    draws: int = 1,
) -> Estimate:  # fmt: skip
    r"""I(X; Z) in nats, or I(X; Z | Y) where ``labels`` y_i are given, of :math:`Z\mid x_i\sim N(\mu_i,\sigma_i^2)`.

    With :math:`q=\frac1N\sum_jq_j`, the methods are

    * ``"mc"``: Monte Carlo, :math:`\hat I=\operatorname{mean}_i\ln\frac{q_i(z_i)}{q(z_i)}` with :math:`z_i\sim q_i`.
      Unbiased, and never above ln N.
    * ``"jensen"``: :math:`\breve I=\frac1{N^2}\sum_{ij}\mathrm{KL}(q_i\|q_j)\ge I`, in closed form. It has no ceiling.
    * ``"kt"``: :math:`-\frac1N\sum_i\ln\frac1N\sum_je^{-\mathrm{KL}(q_i\|q_j)}\ge I`, never above ln N.
    * ``"bd"``: the same with Bhattacharyya distances :math:`-\ln\int\sqrt{q_iq_j}` in place of KL, :math:`\le I`.
    * ``"exact1d"``: I itself by quadrature, for d = 1.

    "kt" and "bd" are the pairwise bounds of `kolchinsky2017estimating`, "mc" and "jensen" the estimators that
    `kawaguchi2023ib` train and measure with. With labels each is taken inside every class and averaged with the
    classes' frequencies. Cost N² d, in tiles of 32 MiB; "jensen" N d.

    Args:
        means: μ, (N, d) or (N,); for a deterministic layer its activations.
        variances: σ², one number, (N,) for noise that is equal in all directions, or (N, d).
        method: one of the above.
        labels: (N,), numbers or text.
        rng: draws the z_i of "mc"; the other methods draw nothing.
        draws: z per point for "mc".

    The standard error of "mc" counts the spread between points too, so it is an upper one for these points and holds
    for the distribution they come from, apart from the bias near the ceiling. Other methods have none: 0.

    Diagnostics: ``ceiling``, the most that N points can show (ln N; with labels :math:`\sum_c\frac{N_c}N\ln N_c`),
    ``components``, how many distributions are distinct, ``classes``, and a warning near the ceiling or above it.

    Raises:
        ValueError: not numeric or finite, shapes that do not match, a variance below 1e-300, an unknown method,
            "exact1d" with d > 1, or labels that are not one per point.

    >>> mixture_information([0, 1, 3], [1, 1, 4], "exact1d")
    0.3290 ± 0 nats · mixture_information(exact1d) · n = 3
    """
    check_aligned((means, labels), ("means", "labels"))
    means, variances = _checked(means, variances, method)
    check_integer(draws, "draws", minimum=1)
    groups = members(labels, len(means))
    # The noise goes to the points sorted by content, so that neither their order nor the names of classes matter; by
    # value and not by bytes, so that what rounding leaves does not deal it out anew.
    order = np.lexsort(np.hstack([means, variances]).T[::-1])
    mixtures = [mixture_of(means[group], variances[group]) for group in groups]
    if method == "mc":
        local = _monte_carlo(mixtures, groups, order, generator(rng), draws)
        value, stderr = float(local.mean()), above_rounding(float(local.std())) / math.sqrt(len(local))
    else:
        shares = np.array([len(group) for group in groups]) / len(means)
        value, stderr = float(shares @ [CLOSED[method](mixture) for mixture in mixtures]), 0.0
        value = max(above_rounding(value), 0.0)
    ceiling = ceiling_of(groups)
    facts: dict[str, Any] = {"ceiling": ceiling, "components": sum(len(mixture.weights) for mixture in mixtures)}
    facts |= {"classes": len(groups), "warnings": tuple(ceiling_warnings(value, ceiling))}
    return Estimate(value, stderr, len(means), f"mixture_information({method})", diagnostics=facts)


def _checked(means: ArrayLike, variances: ArrayLike, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances, both (N, d)."""
    check_choice(method, "method", METHODS)
    means = as_samples(means, "means")
    spread = as_samples([variances] if np.ndim(variances) == 0 else variances, "variances")
    n, d = means.shape
    if spread.shape not in ((n, d), (n, 1)) and np.ndim(variances) != 0:
        raise ValueError(f"variances must be one number or have shape ({n},) or ({n}, {d}); got {np.shape(variances)}")
    if spread.min() < NARROWEST:
        raise ValueError(f"variances must be at least {NARROWEST:g}; got {spread.min():.3g}")
    if method == "exact1d" and d != 1:
        raise ValueError(f'method "exact1d" needs means of one coordinate; got {d}: use "kt" and "bd", or "mc"')
    return means, np.broadcast_to(spread, means.shape)


def _monte_carlo(
    mixtures: list[Mixture], groups: list[np.ndarray], order: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """ln q_i(z_i) / q(z_i) for ``draws`` of z_i per point, (draws N,)."""
    noise, local = np.empty((len(order), mixtures[0].means.shape[1])), []
    gains = [_sampled_gains(mixture) for mixture in mixtures]
    for _ in range(draws):
        noise[order] = rng.standard_normal(noise.shape)
        local += [gain(noise[group]) for gain, group in zip(gains, groups, strict=True)]
    return np.concatenate(local)


def _sampled_gains(mixture: Mixture) -> Callable[[np.ndarray], np.ndarray]:
    """The function of noise (n, d) that gives ln q_i(z_i) / q(z_i), (n,), at z_i = μ_i + σ_i noise_i."""
    means, widths = mixture.means[mixture.own], np.sqrt(mixture.variances[mixture.own])
    still, log_density = np.zeros((1, means.shape[1])), expected_log_density(mixture)

    def gains(noise: np.ndarray) -> np.ndarray:
        points = means + widths * noise
        return advantages(lambda part: log_density(points[part], still), mixture.own, mixture.weights)

    return gains


def _mean_divergence(mixture: Mixture) -> float:
    """Mean of KL(q_i‖q_j) over all pairs: the logarithms cancel, and what remains needs moments only."""
    means, variances, weights = mixture.means, mixture.variances, mixture.weights
    centred = means - weights @ means
    expected = weights @ (centred**2 + variances)  # the mixture's variances
    return 0.5 * float((weights @ ((expected + centred**2 - variances) / variances)).sum())


def _kolchinsky_tracey(mixture: Mixture) -> float:
    log_density = expected_log_density(mixture)
    return _pairwise(mixture, lambda part: log_density(mixture.means[part], mixture.variances[part]))


def _bhattacharyya(mixture: Mixture) -> float:
    if mixture.shared:  # the distances are then a quarter of KL
        return _kolchinsky_tracey(replace(mixture, variances=4 * mixture.variances))
    return _pairwise(mixture, log_overlaps(mixture))


def _pairwise(mixture: Mixture, exponents: Callable[[slice], np.ndarray]) -> float:
    """Mean over components of what :func:`advantages` gives."""
    return float(mixture.weights @ advantages(exponents, np.arange(len(mixture.weights)), mixture.weights))


CLOSED: Mapping[str, Callable[[Mixture], float]] = MappingProxyType(
    {"jensen": _mean_divergence, "kt": _kolchinsky_tracey, "bd": _bhattacharyya, "exact1d": exact_information}
)
