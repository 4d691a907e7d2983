"""What the chapter on SΩI measures: the settings of one cell and the function that measures it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.distributions import GaussianSystem, combine, mixed, redundant, synergistic
from szilard.estimate import OInformation
from szilard.estimators import SOI, soi_fleet
from szilard.rng import spawn

QUANTITIES = ("tc", "dtc", "omega", "s")
PROTOCOLS: dict[str, dict[str, Any]] = {
    "plain": {"preprocess": "rescale", "baseline": None},
    "baseline": {"preprocess": "rank", "baseline": "gaussian"},
    "rescaled baseline": {"preprocess": "rescale", "baseline": "gaussian"},
}

__all__ = [
    "PROTOCOLS",
    "QUANTITIES",
    "Analytic",
    "Curve",
    "Exact",
    "Gradients",
    "Masks",
    "Transform",
    "measured",
    "soi_estimator",
    "system",
]


def system(family: str, setting: int, rho: float, d: int = 1) -> GaussianSystem:
    """The authors' synthetic systems: setting 0 has ten variables, 1 has six and 2 has three."""
    if family == "mix":
        return mixed(setting, rho, d)
    block = {"red": redundant, "syn": synergistic}[family]
    sizes = {0: (3, 3, 4), 1: (3, 3), 2: (3,)}[setting]
    return combine(*(block(size, rho, d) for size in sizes))


def soi_estimator(protocol: str, steps: int, batch: int, lr: float, device: str) -> SOI:
    """SΩI by one of the protocols, with the budget of a cell."""
    from szilard.diffusion import Training

    training = Training(batch=batch, lr=lr)
    return SOI(steps=steps, training=training, redraws=5, device=device, **PROTOCOLS[protocol])


def measured(found: OInformation, truth: OInformation) -> dict[str, Any]:
    """Truth, estimate and error of every quantity, side by side."""
    row: dict[str, Any] = {"warned": bool(found.warnings)}
    for name in QUANTITIES:
        ours = getattr(found, name)
        row |= {f"{name}_truth": getattr(truth, name).value, name: ours.value, f"{name}_stderr": ours.stderr}
    return row


@dataclass(frozen=True)
class Exact:
    """One family of systems at one strength: nothing but closed forms."""

    family: str
    setting: int
    rho: float

    def measure(self) -> Rows:
        """TC, DTC, Ω and S of the covariance."""
        found = system(self.family, self.setting, self.rho).o_information
        return [{name: getattr(found, name).value for name in QUANTITIES}]


@dataclass(frozen=True)
class Masks:
    """The masks that one network must learn for this many variables, gradients included or not."""

    variables: int
    gradients: bool

    def measure(self) -> Rows:
        """Every mask once, with the role of each variable: 1 noised, 0 clean, -1 absent."""
        from szilard.diffusion import dual_total_correlation_gap, total_correlation_gap

        n = self.variables
        left_out = [(), *((i,) for i in range(n if self.gradients and n > 3 else 0))]
        gaps = [gap(n, without) for without in left_out for gap in (total_correlation_gap, dual_total_correlation_gap)]
        needed = sorted({mask for gap in gaps for mask in gap.masks}, key=_order)
        return [
            {"kind": _kind(mask), "mask": number, "variable": i + 1, "role": role}
            for number, mask in enumerate(needed)
            for i, role in enumerate(mask)
        ]


KINDS = ("joint", "marginal", "conditional")


def _kind(mask: tuple[int, ...]) -> str:
    """Joint masks noise every variable that is there, the others one."""
    return "conditional" if 0 in mask else "marginal" if mask.count(1) == 1 else "joint"


def _order(mask: tuple[int, ...]) -> tuple[int, ...]:
    """By kind, then fewest absent variables first, then by the variables noised."""
    return (KINDS.index(_kind(mask)), mask.count(-1), *(-role for role in mask))


@dataclass(frozen=True)
class Analytic:
    """A system whose exact scores are put in the place of the network's."""

    family: str
    setting: int
    rho: float

    def measure(self) -> Rows:
        """TC and DTC by the time integral over exact scores, beside the closed form."""
        from szilard.diffusion import (
            AnalyticGaussianScore,
            ImportanceTimes,
            dual_total_correlation_gap,
            gaussian_gap,
            total_correlation_gap,
        )

        law = system(self.family, self.setting, self.rho)
        score, truth = AnalyticGaussianScore(law.cov, law.dims), law.o_information
        gaps = {"tc": total_correlation_gap(len(law.dims)), "dtc": dual_total_correlation_gap(len(law.dims))}
        return [
            {
                "quantity": name,
                "truth": getattr(truth, name).value,
                "integral": gaussian_gap(score, gap, ImportanceTimes()),
            }
            for name, gap in gaps.items()
        ]


@dataclass(frozen=True)
class Curve:
    """A family of systems at several strengths, trained as one fleet."""

    family: str
    setting: int
    protocol: str
    d: int = 1
    repetition: int = 0
    samples: int = 20_000
    steps: int = 600
    batch: int = 256
    lr: float = 1e-3
    strengths: tuple[float, ...] = (0.2, 0.4, 0.6)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S at every strength, with truth."""
        laws = [system(self.family, self.setting, rho, self.d) for rho in self.strengths]
        data, streams = (spawn(each, len(laws)) for each in spawn(rng, 2))
        samples = [law.sample(self.samples, rng=g) for law, g in zip(laws, data, strict=True)]
        estimator = soi_estimator(self.protocol, self.steps, self.batch, self.lr, device)
        found = soi_fleet(estimator, samples, streams)
        return [
            {"rho": rho, **measured(each, law.o_information)}
            for rho, law, each in zip(self.strengths, laws, found, strict=True)
        ]


@dataclass(frozen=True)
class Gradients:
    """The authors' systems for gradients.

    Setting 0 is R(3) + S(3) + R(4), all at 0.7; setting 1 is R(3) at 0.6 + S(3) at 0.7.
    """

    setting: int
    d: int = 1
    samples: int = 20_000
    steps: int = 400
    batch: int = 256
    lr: float = 1e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Per variable: the exact gradient of Ω, ours by the definition and by mutual informations alone."""
        if self.setting == 0:
            law = combine(redundant(3, 0.7, self.d), synergistic(3, 0.7, self.d), redundant(4, 0.7, self.d))
        else:
            law = combine(redundant(3, 0.6, self.d), synergistic(3, 0.7, self.d))
        estimator = soi_estimator("baseline", self.steps, self.batch, self.lr, device)
        found = estimator.o_information(law.sample(self.samples, rng=rng), gradients=True, rng=rng)
        terms = found.diagnostics["gradient_terms"]
        return [
            {
                "variable": i + 1,
                "truth": each.value,
                "estimate": ours.value,
                "stderr": ours.stderr,
                "by_information": other.value,
            }
            for i, (each, ours, other) in enumerate(
                zip(law.o_information.gradients or (), found.gradients or (), terms, strict=True)
            )
        ]


@dataclass(frozen=True)
class Transform:
    """One redundant system seen through a monotone map of every coordinate."""

    map: str
    protocol: str
    repetition: int = 0
    rho: float = 0.6
    d: int = 1
    samples: int = 20_000
    steps: int = 800
    batch: int = 256
    lr: float = 1e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The same information through different maps."""
        law = redundant(3, self.rho, self.d)
        seen = law if self.map == "identity" else law.transformed(self.map)
        estimator = soi_estimator(self.protocol, self.steps, self.batch, self.lr, device)
        found = estimator.o_information(seen.sample(self.samples, rng=rng), rng=rng)
        return [measured(found, law.o_information)]
