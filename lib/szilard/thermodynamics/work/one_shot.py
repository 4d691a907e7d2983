"""Work from one copy with a bath, with a chance of failure that is bounded: thermo-majorisation and its kin.

Everything here is for states without coherence between energies: a distribution ``p`` over levels ``E``. ``T`` is the
thermal energy kT in the unit of ``E``, and so is the work. ``p`` that is no distribution, lengths that differ, T ≤ 0
and risks that are no probabilities are refused with a ValueError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.thermodynamics.work._inputs import as_occupations
from szilard.thermodynamics.work.passive import gibbs

__all__ = [
    "formation_work", "one_shot_work", "thermo_majorization_curve", "thermo_majorizes", "thermal_divergence",
    "with_thermal",
]  # fmt: skip


def thermo_majorization_curve(p: ArrayLike, E: ArrayLike, T: float) -> tuple[np.ndarray, np.ndarray]:
    r"""The concave curve of ``p`` against the thermal τ: levels by :math:`p_i/\tau_i` descending, both summed.

    Args:
        p: probabilities (d,).
        E: levels (d,).
        T: thermal energy kT > 0, in the unit of ``E``.

    Returns:
        The corners :math:`(\sum\tau_i,\sum p_i)`, from (0, 0) to (1, 1): two arrays (d + 1,).

    Source: horodecki2013fundamental.

    >>> x, y = thermo_majorization_curve([0.0, 1.0], [0.0, 0.0], T=1.0)
    >>> x.tolist(), y.tolist()
    ([0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    """
    p, tau = with_thermal(p, E, T)
    order = np.argsort(-p / tau, kind="stable")
    x, y = (np.concatenate([[0.0], np.cumsum(each[order])]) for each in (tau, p))
    x[-1] = y[-1] = 1.0
    return x, y


def thermo_majorizes(p: ArrayLike, q: ArrayLike, E: ArrayLike, T: float, tolerance: float = 1e-12) -> bool:
    """Whether thermal operations turn ``p`` into ``q``: the curve of ``p`` lies nowhere below that of ``q``.

    By more than ``tolerance``; both are probabilities (d,) of the levels ``E``, at the thermal energy ``T``.

    Source: horodecki2013fundamental.

    >>> thermo_majorizes([0, 1], [0.5, 0.5], [0, 0], T=1.0)
    True
    """
    x, above = thermo_majorization_curve(p, E, T)
    corners, below = thermo_majorization_curve(q, E, T)
    # both are concave, the upper one with corners at x: where it matters is at the corners of the lower
    return bool((np.interp(corners, x, above) >= below - tolerance).all())


def one_shot_work(p: ArrayLike, E: ArrayLike, T: float, eps: float = 0.0, fractional: bool = True) -> float:
    r"""Work that succeeds with probability at least 1 - ε, in the unit of ``E``.

    .. math:: W_\varepsilon=-T\ln\min_{0\le t\le 1}\Bigl\{\sum_i t_i\tau_i:\ \sum_i t_ip_i\ge1-\varepsilon\Bigr\}

    With fractional :math:`t_i` this is T times the hypothesis-testing divergence, read off the
    thermo-majorisation curve; with :math:`t_i\in\{0,1\}` whole levels are kept or given up. For ε = 0 both are
    :math:`-T\ln\sum_{p_i>0}\tau_i`.

    Args:
        p: probabilities (d,).
        E: levels (d,).
        T: thermal energy kT > 0, in the unit of ``E``.
        eps: allowed probability of failure, 0 ≤ ε < 1.
        fractional: whether a level may be kept with a probability.

    Source: horodecki2013fundamental, aberg2013truly.

    >>> round(one_shot_work([0.7, 0.2, 0.1, 0.0], [0.0, 0.5, 1.0, 2.0], T=1.0), 6)
    0.066298
    """
    occupations, tau = with_thermal(p, E, T)
    if not 0 <= eps < 1:
        raise ValueError(f"eps must be a probability with 0 ≤ eps < 1; got {eps!r}")
    if eps == 0:
        weight = float(tau[occupations > 0].sum())
    elif fractional:
        x, y = thermo_majorization_curve(p, E, T)
        rising = np.concatenate([[True], np.diff(y) > 0])
        weight = float(np.interp(1 - eps, y[rising], x[rising]))
    else:
        weight = _lightest(occupations, tau, 1 - eps)
    return -float(T) * float(np.log(min(weight, 1.0)))


def formation_work(p: ArrayLike, E: ArrayLike, T: float) -> float:
    r"""Work that makes the state from a thermal one without risk, :math:`T\ln\max_i p_i/\tau_i`, in the unit of ``E``.

    Source: horodecki2013fundamental.
    """
    p, tau = with_thermal(p, E, T)
    return float(T) * float(np.log((p / tau).max()))


def thermal_divergence(p: ArrayLike, E: ArrayLike, T: float) -> tuple[float, float]:
    r"""Mean and variance of :math:`\ln p_i/\tau_i` under ``p``: the relative entropy D in nats, and V in nats²."""
    p, tau = with_thermal(p, E, T)
    p, tau = p[p > 0], tau[p > 0]
    ratio = np.log(p / tau)
    mean = float(p @ ratio)
    return mean, float(p @ (ratio - mean) ** 2)


def with_thermal(p: ArrayLike, E: ArrayLike, T: float) -> tuple[np.ndarray, np.ndarray]:
    """``p``, checked, and the thermal probabilities of the same levels."""
    occupations, levels = as_occupations(p, E)
    tau = gibbs(levels, T)
    if not (tau > 0).all():
        raise ValueError(f"T must not be so small that thermal probabilities vanish; got T = {T:g}")
    return occupations, tau


def _lightest(p: np.ndarray, tau: np.ndarray, needed: float) -> float:
    """The least thermal weight of a set of levels with probability ``needed``."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    kept = milp(tau, integrality=np.ones_like(p), bounds=Bounds(0, 1), constraints=LinearConstraint(p, needed - 1e-12))
    return float(tau @ np.round(kept.x))
