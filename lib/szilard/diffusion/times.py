"""At which diffusion times to look: sampling densities on [0, 1] and the weights that keep the integral exact.

Information is half the integral of r(t) E‖Δε(t)‖² over time, where r = β/σ² and Δε is a difference of noise
predictions. Drawing t from a density q and weighting by r/q leaves that integral unchanged, whatever q is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from szilard.diffusion.process import VPDiffusion
from szilard.validation import check_choice, check_positive

__all__ = ["ImportanceTimes", "TimeSampler", "UniformTimes", "make_times"]


class TimeSampler(Protocol):
    """A density on diffusion times, with its inverse distribution function and its integration weight."""

    process: VPDiffusion

    def inverse_cdf(self, u: Any) -> Any:
        """Times whose distribution function equals ``u`` ∈ (0, 1); NumPy or torch, any shape."""

    def weight(self, t: Any) -> Any:
        """r(t)/q(t): what turns an average over sampled times into the time integral."""


@dataclass(frozen=True)
class UniformTimes:
    """Times uniform on [t_min, 1]; what happens below ``t_min`` is left out."""

    process: VPDiffusion = field(default_factory=VPDiffusion)
    t_min: float = 1e-5

    def __post_init__(self) -> None:
        _check_cut(self.t_min, "t_min")

    def inverse_cdf(self, u: Any) -> Any:
        """Times at distribution function ``u``."""
        return self.t_min + (1 - self.t_min) * u

    def weight(self, t: Any) -> Any:
        """r(t) (1 − t_min)."""
        return self.process.rate(t) * (1 - self.t_min)


@dataclass(frozen=True)
class ImportanceTimes:
    r"""Times with density proportional to r(t) above ``t_eps`` and to the constant r(t_eps) below.

    Above ``t_eps`` this is uniform in log signal-to-noise ratio (`huang2021variational`). With
    :math:`A(t)=\log(e^{B(t)}-1)`, the normaliser is :math:`Z = r(t_ε)t_ε + A(1) - A(t_ε)`, and the exact
    weight is Z above ``t_eps`` and :math:`Z\,r(t)/r(t_ε)` below.

    Args:
        process: the diffusion.
        t_eps: where the density stops growing.
        t_min: below it the weight grows no further (it would diverge as 1/t and let errors of a network in).
        exact: ``False`` keeps the weight Z everywhere, as the authors' code does: the integral below
            ``t_eps`` is then underweighted, and information above about 3 nats per coordinate is lost.
    """

    process: VPDiffusion = field(default_factory=VPDiffusion)
    t_eps: float = 1e-3
    t_min: float = 1e-5
    exact: bool = True

    def __post_init__(self) -> None:
        _check_cut(self.t_eps, "t_eps")
        _check_cut(self.t_min, "t_min")

    @property
    def normaliser(self) -> float:
        """Z, the integral of the unnormalised density over [0, 1]."""
        return self._below + self._A(1.0) - self._A(self.t_eps)

    @property
    def _below(self) -> float:
        return float(self.process.rate(np.float64(self.t_eps))) * self.t_eps

    def _A(self, t: float) -> float:
        return -float(self.process.log_snr(np.float64(t)))

    def cdf(self, t: np.ndarray) -> np.ndarray:
        """Distribution function of the sampled times."""
        t = np.asarray(t, dtype=np.float64)
        above = self._below - self.process.log_snr(np.maximum(t, self.t_eps)) - self._A(self.t_eps)
        return np.where(t < self.t_eps, self._below * t / self.t_eps, above) / self.normaliser

    def inverse_cdf(self, u: Any) -> Any:
        """Times at distribution function ``u``; the inverse of :meth:`cdf`."""
        mass = u * self.normaliser
        above = self.process.time(-(mass + self._A(self.t_eps) - self._below))
        below = mass * (self.t_eps / self._below)
        return _where(mass <= self._below, below, above)

    def weight(self, t: Any) -> Any:
        """Z, times r(t)/r(t_eps) below ``t_eps`` if ``exact``."""
        if not self.exact:
            return 0 * t + self.normaliser
        low = t.clip(min(self.t_min, self.t_eps), self.t_eps)
        return self.process.rate(low) * (self.normaliser * self.t_eps / self._below)


def make_times(name: str, process: VPDiffusion, t_eps: float) -> TimeSampler:
    """The time sampler called ``"importance"`` or ``"uniform"``, cut at ``t_eps``."""
    check_choice(name, "times", ("importance", "uniform"))
    if name == "importance":
        return ImportanceTimes(process, t_eps=t_eps)
    return UniformTimes(process, t_min=t_eps)


def _where(condition: Any, yes: Any, no: Any) -> Any:
    if hasattr(condition, "detach"):
        import torch

        return torch.where(condition, yes, no)
    return np.where(condition, yes, no)


def _check_cut(value: float, name: str) -> None:
    check_positive(value, name)
    if value >= 1:
        raise ValueError(f"{name} must lie in (0, 1), the span of diffusion time; got {value!r}")
