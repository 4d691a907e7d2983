"""Least work of erasing a bit within a given time, from the potential or from its variance alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import divergence
from szilard.thermodynamics.formulas.catalogue import Numeric, in_kt
from szilard.validation import check_choice, check_positive, refuse_unit

from .final_state import best_final_state
from .transport import check_error, halves, local_equilibrium, wasserstein2_1d
from .wells import Potential

NEEDS = dict.fromkeys(("local", "free"), "either potential or var") | {"two_state": "neither potential nor var"}

__all__ = ["finite_time_landauer"]


def finite_time_landauer(
    tau: ArrayLike,
    diffusion: float = 1.0,
    potential: Potential | None = None,
    *,
    var: float | None = None,
    target: str = "local",
    error: float = 0.0,
) -> Numeric:
    r"""Least work in kT of erasing a bit within ``tau``, the potential being the same before and after.

    With a ``potential``, symmetric or not, the work is :math:`D(p_f\Vert p^{\mathrm{eq}})+W_2^2/(D\tau)`: for
    ``"local"`` the final state is local equilibrium in the right well, for ``"free"`` it is the best one. With the
    variance ``var`` of a symmetric potential alone, the result is a bound: ``"free"`` is the lower one,
    :math:`\ln2+\mathrm{Var}/(2D\tau)`, and ``"local"`` the upper one, :math:`\ln2+2\mathrm{Var}/(D\tau)`.
    ``"two_state"`` is a system of two levels in the slow limit.

    Args:
        tau: duration, > 0; a number or an array.
        diffusion: constant D; for two levels their total jump rate.
        potential, var: at the start and at the end, or its equilibrium variance instead of it.
        target: final state: ``"local"``, ``"free"`` or ``"two_state"``.
        error: probability of the wrong well at the end, in [0, 1/2]; above 0 for a ``potential`` only.

    Raises:
        ValueError: arguments outside their range, or both or neither of ``potential`` and ``var``.

    Source: `aurell2012refined`, `proesmans2020finite`, `scandi2022minimally`.

    >>> round(finite_time_landauer(10.0, var=1.0, target="free"), 4)
    0.7431
    """
    check_choice(target, "target", ("local", "free", "two_state"))
    check_positive(diffusion, "diffusion")
    check_error(error)
    refuse_unit(tau, "tau")
    tau = np.asarray(tau, dtype=np.float64)
    if not (np.isfinite(tau).all() and (tau > 0).all()):
        raise ValueError(f"tau must be finite and > 0; got {tau}")
    sources = (potential is not None) + (var is not None)
    if sources != (target != "two_state"):
        raise ValueError(f"target {target!r} needs {NEEDS[target]}; got potential={potential!r}, var={var!r}")
    if potential is None:
        if error:
            raise ValueError("error must be 0 unless a potential is given")
        key = "finite_time_lower" if target == "free" else "finite_time_upper"
        if var is None:
            work = in_kt("two_level_work", rate=diffusion, duration=tau)
        else:
            work = in_kt(key, variance=var, diffusion=diffusion, duration=tau)
    elif target == "local":
        work = _local(tau * diffusion, potential, error)
    else:
        work = _free(tau * diffusion, potential, error)
    return float(work) if tau.ndim == 0 else work


def _local(reach: np.ndarray, potential: Potential, error: float) -> np.ndarray:
    edges, p = halves(potential)
    q = local_equilibrium(edges, p, error)
    return divergence(q, p) + wasserstein2_1d(edges, p, q) ** 2 / reach


def _free(reach: np.ndarray, potential: Potential, error: float) -> np.ndarray:
    works = [best_final_state(potential, value, error=error).work for value in reach.ravel()]
    return np.reshape(works, reach.shape)
