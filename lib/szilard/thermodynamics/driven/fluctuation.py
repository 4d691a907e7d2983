"""Free energies from work that fluctuates: Jarzynski's average, Crooks' relation, and how reliable they are.

Work is in units of k_B T throughout. Rare runs of small work dominate an exponential average. Too few runs miss them:
the estimate is then too high and its error too small. :func:`jarzynski` says how many runs carry the average, and
:func:`crooks_bar` does better with runs of the reversed process.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_samples, check_integer

FEW_RUNS = 50  # effective runs below which the logarithm of the average is unreliable
LITTLE_OVERLAP = 0.03

__all__ = ["FreeEnergy", "crooks_bar", "crooks_slope", "jarzynski", "jarzynski_bias"]


@dataclass(frozen=True)
class FreeEnergy:
    """A free energy difference in units of k_B T with its standard error, by ``method`` from ``n`` runs, of which
    ``effective`` carry it; ``bias`` is estimated to leading order, not subtracted; ``warnings`` say what to doubt."""

    value: float
    stderr: float
    bias: float
    effective: float
    n: int
    method: str
    warnings: tuple[str, ...] = ()

    def __float__(self) -> float:
        return self.value

    def agrees_with(self, truth: float, sigmas: float = 4.0) -> bool:
        """Whether ``truth`` lies within ``sigmas`` standard errors."""
        return abs(self.value - truth) <= sigmas * self.stderr


def jarzynski(work: ArrayLike) -> FreeEnergy:
    """ΔF = -ln⟨e^{-W}⟩ in units of k_B T from runs that start in equilibrium.

    The error and the bias are those of the delta method, σ/√n and σ²/(2n), with σ² the relative variance of
    e^{-W}. Where a few runs carry the average, both are themselves underestimates, and a warning says so.

    Source: `jarzynski1997nonequilibrium`.

    >>> from szilard.thermodynamics import HarmonicQuench
    >>> jarzynski(HarmonicQuench(4.0).sample(20_000, rng=1)).agrees_with(0.693147)
    True
    """
    runs = _runs(work, "work")
    n, least = len(runs), runs.min()
    weight = np.exp(least - runs)
    spread = float(weight.var(ddof=1) / weight.mean() ** 2)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    warnings: tuple[str, ...] = ()
    if effective < FEW_RUNS:
        warnings = (f"{effective:.1f} of {n} runs carry the average: it errs upwards by an unknown amount",)
    value = float(least - math.log(weight.mean()))
    return FreeEnergy(value, math.sqrt(spread / n), spread / (2 * n), effective, n, "jarzynski", warnings)


def jarzynski_bias(work: ArrayLike, sizes: Iterable[int], free_energy: float = 0.0) -> np.ndarray:
    """Mean error of :func:`jarzynski` from as few runs as each of ``sizes`` says, and its standard error, (m, 2).

    The runs, ``work`` of shape (n,), are cut into as many blocks as there are; ``free_energy`` is the true value.

    Raises:
        ValueError: bad runs, or a size that is not an integer from 1 to n/2.
    """
    from scipy.special import logsumexp

    runs, rows = _runs(work, "work"), []
    for size in sizes:
        check_integer(size, "sizes", minimum=1)
        if (blocks := len(runs) // size) < 2:
            raise ValueError(f"sizes must be at most half the number of runs, {len(runs) // 2}; got {size}")
        off = math.log(size) - logsumexp(-runs[: blocks * size].reshape(blocks, size), axis=1) - free_energy
        rows.append((off.mean(), off.std(ddof=1) / math.sqrt(blocks)))
    return np.array(rows)


def crooks_bar(forward: ArrayLike, backward: ArrayLike) -> FreeEnergy:
    """ΔF in units of k_B T by Bennett's acceptance ratio, the most likely value for works in both directions.

    It solves Σ_F f(M + W - ΔF) = Σ_R f(-M + W + ΔF), f(x) = 1/(1 + eˣ), M = ln(n_F/n_R); the error is that of
    the likelihood.

    ``forward`` and ``backward`` are works of the process and of its reverse, (n,) and (m,), two runs at least each.

    Raises:
        ValueError: not numbers, not finite, or fewer than two runs either way.

    Source: `bennett1976efficient`, `shirts2003equilibrium`.
    """
    from scipy.optimize import brentq
    from scipy.special import expit

    ahead, back = _runs(forward, "forward"), _runs(backward, "backward")
    shift = math.log(len(ahead) / len(back))

    def imbalance(free_energy: float) -> float:
        # It rises with the free energy.
        return float(expit(free_energy - shift - ahead).sum() - expit(shift - free_energy - back).sum())

    low = min(ahead.min(), -back.max()) - abs(shift) - 50.0
    high = max(ahead.max(), -back.min()) + abs(shift) + 50.0
    value = brentq(imbalance, low, high, xtol=1e-12, rtol=1e-14)
    both = np.concatenate([ahead, -back]) - value + shift
    slope = float((expit(both) * expit(-both)).sum())
    n = len(both)
    variance = (1 / slope if slope else math.inf) - (1 / len(ahead) + 1 / len(back))
    overlap = slope * n / (len(ahead) * len(back))  # 1 where both ways look the same
    warnings: tuple[str, ...] = ()
    if overlap < LITTLE_OVERLAP:
        warnings = (f"forward and backward works overlap by {overlap:.1e}: their crossing was hardly seen",)
    return FreeEnergy(value, math.sqrt(max(variance, 0.0)), 0.0, slope * 4, n, "BAR", warnings)


def crooks_slope(forward: ArrayLike, backward: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Slope s and zero W₀ of ln[P_F(W)/P_R(-W)] = s (W - W₀), by logistic regression; Crooks says s = 1, W₀ = ΔF.

    It needs no histogram: the direction of a run is regressed on its work.

    Args are those of :func:`crooks_bar`; returned are (s, W₀) and their standard errors.

    Raises:
        ValueError: bad runs, or works that do not overlap, so that nothing bounds the slope.

    Source: `crooks1999entropy`.
    """
    from scipy.special import expit

    ahead, back = _runs(forward, "forward"), _runs(backward, "backward")
    w = np.concatenate([ahead, -back])
    is_forward = np.concatenate([np.ones(len(ahead)), np.zeros(len(back))])
    offset = math.log(len(ahead) / len(back))
    design = np.column_stack([np.ones_like(w), w])
    at = np.array([-crooks_bar(ahead, back).value, 1.0])
    for _ in range(50):  # Newton's method; starting at the theory it needs a handful of steps
        p = expit(offset + design @ at)
        information = (design * (p * (1 - p))[:, None]).T @ design
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e14:
            raise ValueError("forward and backward works must overlap; theirs do not, which leaves no slope")
        step = np.linalg.solve(information, design.T @ (is_forward - p))
        at = at + step
        if np.abs(step).max() < 1e-12 * (1 + np.abs(at).max()):
            break
    covariance = np.linalg.inv(information)
    zero = -at[0] / at[1]
    gradient = np.array([-1 / at[1], at[0] / at[1] ** 2])
    errors = np.sqrt([covariance[1, 1], gradient @ covariance @ gradient])
    return np.array([at[1], zero]), errors


def _runs(work: ArrayLike, name: str) -> np.ndarray:
    runs = as_samples(work, name)
    if runs.shape[1] != 1 or len(runs) < 2:
        raise ValueError(f"{name} must have shape (n,) with n ≥ 2; got shape {np.shape(work)}")
    return runs[:, 0]
