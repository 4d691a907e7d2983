"""Many copies, counted by type: how often each level occurs decides probability and energy, and how many share it.

``p`` that is no distribution, lengths that differ, T ≤ 0, n < 1 and levels that are all equal are refused with a
ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import comb, log, prod

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import entropy
from szilard.thermodynamics.work._inputs import as_occupations, as_temperature
from szilard.thermodynamics.work.one_shot import thermal_divergence, with_thermal
from szilard.thermodynamics.work.passive import gibbs
from szilard.validation import check_integer

__all__ = ["PassiveLimit", "copies_ergotropy", "copies_one_shot_work", "ergotropy_limit", "second_order_work", "types"]


def types(n: int, d: int) -> np.ndarray:
    """All ways to share n copies among d levels: counts (number of types, d), int64.

    >>> types(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    check_integer(n, "n", minimum=1)
    check_integer(d, "d", minimum=1)
    counts = np.zeros((1, 0), dtype=int)
    for _ in range(d - 1):
        rest = n - counts.sum(axis=1)
        column = np.concatenate([np.arange(most + 1) for most in rest])
        counts = np.column_stack([np.repeat(counts, rest + 1, axis=0), column])
    return np.column_stack([counts, n - counts.sum(axis=1)])


def copies_ergotropy(p: ArrayLike, E: ArrayLike, n: int) -> float:
    r"""Ergotropy of n copies together, :math:`\mathcal W(\rho^{\otimes n})`, exactly, in the unit of ``E``.

    The :math:`d^n` eigenvalues are never listed: there are :math:`\binom{n+d-1}{d-1}` types, and the two sorted
    lists of probabilities and energies are merged by exact integer multiplicities.

    Args:
        p: eigenvalues of one copy (d,), in the energy basis: ``p[i]`` belongs to level ``E[i]``.
        E: levels (d,).
        n: number of copies; a few hundred for d = 3 take a second.

    Source: alicki2013entanglement.

    >>> [round(copies_ergotropy([0.54, 0.23, 0.23], [0.0, 0.579, 1.0], n), 6) for n in (1, 3)]
    [0.0, 0.004313]
    """
    p, levels = as_occupations(p, E)
    counts = types(n, len(p))
    sizes = _multiplicities(counts)
    logs = _log_chances(counts, p)
    energies = counts @ (levels - levels.min())
    likely, low = np.argsort(-logs, kind="stable"), np.argsort(energies, kind="stable")
    passive = _merged(logs[likely], [sizes[i] for i in likely], energies[low], [sizes[i] for i in low])
    return max(n * float(p @ (levels - levels.min())) - passive, 0.0)


@dataclass(frozen=True)
class PassiveLimit:
    """Ergotropy per copy of infinitely many, inverse temperature of the state left behind, entropy in nats."""

    work: float
    beta: float
    entropy: float


def ergotropy_limit(p: ArrayLike, E: ArrayLike) -> PassiveLimit:
    r"""Ergotropy per copy of infinitely many: the energy above the thermal state of the same entropy.

    .. math:: \lim_n\tfrac1n\mathcal W(\rho^{\otimes n})
        =\operatorname{tr}\rho H-\operatorname{tr}\tau_{\beta^*}H,\qquad S(\tau_{\beta^*})=S(\rho)

    Args:
        p: eigenvalues of the state in the energy basis (d,).
        E: levels (d,), not all equal.

    Source: alicki2013entanglement.
    """
    from scipy.optimize import brentq

    p, levels = as_occupations(p, E)
    if not np.ptp(levels):
        raise ValueError(f"E must hold levels that are not all equal; got {levels[0]:g} only")
    nats = entropy(p)
    ground = np.log((levels == levels.min()).sum())
    gap = np.ptp(levels)

    def excess(beta: float) -> float:
        return entropy(gibbs(levels, 1 / beta)) - nats

    if nats <= ground:  # colder than any thermal state
        return PassiveLimit(float(p @ levels) - float(levels.min()), np.inf, nats)
    hot, cold = 1e-12 / gap, 1 / gap
    if excess(hot) <= 0:
        return PassiveLimit(float(p @ levels - levels.mean()), 0.0, nats)
    while excess(cold) > 0:
        cold *= 2
    beta = float(brentq(excess, hot, cold, xtol=1e-15, rtol=1e-14))
    return PassiveLimit(float(p @ levels - gibbs(levels, 1 / beta) @ levels), beta, nats)


def copies_one_shot_work(p: ArrayLike, E: ArrayLike, T: float, eps: float, n: int) -> float:
    r"""Work per copy that n copies yield together with failure probability ε, exactly, in the unit of ``E``.

    Args:
        p: probabilities of one copy (d,).
        E: levels (d,).
        T: thermal energy kT > 0, in the unit of ``E``.
        eps: allowed probability of failure, 0 < ε < 1.
        n: number of copies, thousands for d ≤ 3.

    Source: tomamichel2013hierarchy.

    >>> round(copies_one_shot_work([0.9, 0.1], [0.0, 1.0], 1.0, 0.1, n=1), 6)
    0.313262
    """
    from scipy.special import gammaln, logsumexp

    p, tau = with_thermal(p, E, T)
    if not 0 < eps < 1:
        raise ValueError(f"eps must be a probability with 0 < eps < 1; got {eps!r}")
    counts = types(n, len(p))
    sizes = gammaln(n + 1) - gammaln(counts + 1).sum(axis=1)
    logs = _log_chances(counts, p)
    thermal = counts @ np.log(tau)
    order = np.argsort(thermal - logs, kind="stable")
    chance = np.cumsum(np.exp(logs + sizes)[order])
    last = int(np.searchsorted(chance, (1 - eps) * chance[-1]))
    rest = (1 - eps) * chance[-1] - (chance[last - 1] if last else 0.0)
    whole = (thermal + sizes)[order[: last + 1]]
    whole[last] += np.log(rest / (chance[last] - (chance[last - 1] if last else 0.0)))
    return -float(T) * float(logsumexp(whole)) / n


def second_order_work(p: ArrayLike, E: ArrayLike, T: float, eps: float, n: int) -> float:
    r"""Normal approximation of :func:`copies_one_shot_work`, :math:`T\bigl(D+\sqrt{V/n}\,\Phi^{-1}(\varepsilon)\bigr)`.

    Source: tomamichel2013hierarchy.
    """
    from scipy.special import ndtri

    check_integer(n, "n", minimum=1)
    mean, variance = thermal_divergence(p, E, T)
    return as_temperature(T) * (mean + np.sqrt(variance / n) * float(ndtri(eps)))


def _log_chances(counts: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Logarithm of the probability of one sequence of each type."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counts > 0, counts * np.log(p), 0.0).sum(axis=1)


def _multiplicities(counts: np.ndarray) -> list[int]:
    """Multinomial coefficients as exact integers."""
    choose = cache(comb)
    return [prod(map(choose, accumulate(row), row)) for row in counts.tolist()]


def _merged(logs: np.ndarray, sizes: list[int], energies: np.ndarray, degeneracies: list[int]) -> float:
    """Sum of probability times energy over two sorted lists with multiplicities."""
    ends = [np.cumsum(np.array(each, dtype=object)) for each in (sizes, degeneracies)]  # integers of any length
    stops = np.unique(np.concatenate(ends))
    i, j = (np.searchsorted(each, stops) for each in ends)
    counts = np.array([log(count) for count in np.diff(stops, prepend=0)])
    return float(np.exp(logs[i] + counts) @ energies[j])
