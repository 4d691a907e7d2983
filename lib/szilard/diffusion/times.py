"""At which diffusion times to look: sampling densities on [0, 1] and the weights that keep the integral exact.

Information is half the integral of r(t) E‖Δε(t)‖² over time, where r = β/σ² and Δε is a difference of noise
predictions. Drawing t from a density q and weighting by r/q leaves that integral unchanged, whatever q is.

As r = −dλ/dt with λ the log signal-to-noise ratio, a density q(λ) on that axis has the weight 1/q(λ).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from szilard.diffusion.process import VPDiffusion
from szilard.validation import check_choice, check_positive

SAMPLERS = ("importance", "uniform", "logistic", "adaptive")
HIGHEST = 14.0  # log signal-to-noise ratio where samplers on that axis stop: t = 8e-6

__all__ = [
    "SAMPLERS", "ImportanceTimes", "LogisticTimes", "PiecewiseTimes", "TimeSampler", "UniformTimes", "make_times",
]  # fmt: skip


class TimeSampler(Protocol):
    """A density on diffusion times, with its inverse distribution function and its integration weight."""

    @property
    def process(self) -> VPDiffusion:
        """The diffusion."""

    def inverse_cdf(self, u: Tensor) -> Tensor:
        """Times whose distribution function equals ``u`` ∈ (0, 1), any shape."""

    def weight(self, t: Tensor) -> Tensor:
        """r(t)/q(t): what turns an average over sampled times into the time integral."""


@dataclass(frozen=True)
class UniformTimes:
    """Times uniform on [t_min, 1]; what happens below ``t_min`` is left out."""

    process: VPDiffusion = field(default_factory=VPDiffusion)
    t_min: float = 1e-5

    def __post_init__(self) -> None:
        _check_cut(self.t_min, "t_min")

    def inverse_cdf(self, u: Tensor) -> Tensor:
        """Times at distribution function ``u``."""
        return self.t_min + (1 - self.t_min) * u

    def weight(self, t: Tensor) -> Tensor:
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
        return _at(self.process.rate, self.t_eps) * self.t_eps

    def _A(self, t: float) -> float:
        return -_at(self.process.log_snr, t)

    def inverse_cdf(self, u: Tensor) -> Tensor:
        """Times at distribution function ``u``."""
        mass = u * self.normaliser
        above = self.process.time(-(mass + self._A(self.t_eps) - self._below))
        below = mass * (self.t_eps / self._below)
        return torch.where(mass <= self._below, below, above)

    def weight(self, t: Tensor) -> Tensor:
        """Z, times r(t)/r(t_eps) below ``t_eps`` if ``exact``."""
        if not self.exact:
            return 0 * t + self.normaliser
        low = t.clip(min(self.t_min, self.t_eps), self.t_eps)
        return self.process.rate(low) * (self.normaliser * self.t_eps / self._below)


@dataclass(frozen=True)
class LogisticTimes:
    r"""Times whose log signal-to-noise ratio is logistic, cut at ``clip`` scales on either side of ``loc``.

    With s = (λ − loc)/scale and L the logistic function, q(λ) = L(s) L(−s) / (scale · tanh(clip/2)). The defaults are
    those that arXiv 2509.20609 takes for its estimator of the same integral: λ from −10 to 14, nearly the whole span
    of the published diffusion.

    Raises:
        ValueError: ``scale`` or ``clip`` not positive, or a lower end beyond t = 1.
    """

    process: VPDiffusion = field(default_factory=VPDiffusion)
    loc: float = 2.0
    scale: float = 3.0
    clip: float = 4.0

    def __post_init__(self) -> None:
        check_positive(self.scale, "scale")
        check_positive(self.clip, "clip")
        last, low = _at(self.process.log_snr, 1.0), self.loc - self.clip * self.scale
        if not low >= last:
            raise ValueError(f"loc - clip * scale must be at least {last:.4g}, where t = 1; got {low:.4g}")

    def inverse_cdf(self, u: Tensor) -> Tensor:
        """Times at distribution function ``u``: the highest ratios come first."""
        edge = 1 / (1 + math.exp(self.clip))
        mass = edge + (1 - 2 * edge) * u
        return self.process.time(self.loc - self.scale * (mass / (1 - mass)).log())

    def weight(self, t: Tensor) -> Tensor:
        """1/q(λ) = 2 scale tanh(clip/2) (1 + cosh s)."""
        s = (self.process.log_snr(t) - self.loc) / self.scale
        return (2 * self.scale * math.tanh(self.clip / 2)) * (1 + s.cosh())


@dataclass(frozen=True, eq=False)
class PiecewiseTimes:
    """Times whose log signal-to-noise ratio has a density constant on equal bins, from ``high`` down to t = 1.

    Args:
        masses: probability of each bin, positive, from the highest ratio down: (bins,), or (fleet, bins) for times
            (…, fleet, n) of which every member has a density of its own.
        process: the diffusion.
        high: where the first bin begins.
    """

    masses: Tensor
    process: VPDiffusion = field(default_factory=VPDiffusion)
    high: float = HIGHEST

    def __post_init__(self) -> None:
        masses = torch.as_tensor(self.masses, dtype=torch.float64)
        if masses.dim() not in (1, 2) or not (masses > 0).all() or not ((masses.sum(-1) - 1).abs() < 1e-5).all():
            raise ValueError(
                "masses must be positive and add up to one along the last of one or two axes; "
                f"got shape {tuple(masses.shape)}"
            )
        object.__setattr__(self, "masses", masses)

    @classmethod
    def flat(cls, process: VPDiffusion, bins: int = 16) -> PiecewiseTimes:
        """Uniform in log signal-to-noise ratio."""
        return cls(torch.full((bins,), 1 / bins, dtype=torch.float64), process)

    @property
    def width(self) -> float:
        """Width of a bin in log signal-to-noise ratio."""
        return (self.high - _at(self.process.log_snr, 1.0)) / self.masses.shape[-1]

    @cached_property
    def _edges(self) -> Tensor:
        """Mass before each bin."""
        return self.masses.cumsum(-1) - self.masses

    def bins(self, t: Tensor) -> Tensor:
        """Which bin each time is in."""
        index = (self.high - self.process.log_snr(t)) / self.width
        return index.clip(0, self.masses.shape[-1] - 1).long()

    def inverse_cdf(self, u: Tensor) -> Tensor:
        """Times at distribution function ``u``: the highest ratios come first."""
        edges = self._edges.to(u)[..., None, :]
        index = (u[..., None] >= edges[..., 1:]).sum(-1)
        within = (u - self._look_up(self._edges, index, u)) / self._look_up(self.masses, index, u)
        return self.process.time(self.high - self.width * (index + within))

    def weight(self, t: Tensor) -> Tensor:
        """1/q(λ): width of a bin over its mass."""
        return self.width / self._look_up(self.masses, self.bins(t), t)

    def _look_up(self, table: Tensor, index: Tensor, like: Tensor) -> Tensor:
        """Entries of a table (bins,) or (fleet, bins) by bin."""
        values = table.to(like)
        if table.dim() == 1:
            return values[index]
        return values[torch.arange(len(table), device=index.device)[:, None], index]


def make_times(name: str, process: VPDiffusion, t_eps: float) -> TimeSampler:
    """The sampler called ``"importance"``, ``"uniform"``, ``"logistic"`` or ``"adaptive"``.

    The first two are cut at ``t_eps``; the others reach from t = 1 to 8e-6 whatever it is. An adaptive one starts
    uniform in log signal-to-noise ratio, and :func:`szilard.diffusion.fit_times` adapts it.
    """
    check_choice(name, "times", SAMPLERS)
    _check_cut(t_eps, "t_eps")
    if name == "importance":
        return ImportanceTimes(process, t_eps=t_eps)
    if name == "uniform":
        return UniformTimes(process, t_min=t_eps)
    return LogisticTimes(process) if name == "logistic" else PiecewiseTimes.flat(process)


def _at(function: Callable[[Tensor], Tensor], t: float) -> float:
    """A function of times at one of them."""
    return float(function(torch.tensor(t, dtype=torch.float64)))


def _check_cut(value: float, name: str) -> None:
    check_positive(value, name)
    if value >= 1:
        raise ValueError(f"{name} must lie in (0, 1), the span of diffusion time; got {value!r}")
