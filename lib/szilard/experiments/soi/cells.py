"""What the chapter on SΩI measures: the settings of one cell and the function that measures it, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from szilard.compendium import Rows
from szilard.diffusion import AnalyticGaussianScore, ImportanceTimes, Training, gaussian_gap, soi_masks
from szilard.diffusion import dual_total_correlation_gap as dtc_gap
from szilard.diffusion import total_correlation_gap as tc_gap
from szilard.distributions import GaussianSystem, NoisyParity, SharedScale, SideBySide, combine
from szilard.distributions.systems import mixed, redundant, synergistic
from szilard.estimate import OInformation
from szilard.estimators import SOI, GaussianCopula, soi_fleet
from szilard.estimators.score_based import PUBLISHED
from szilard.rng import spawn

System: TypeAlias = "GaussianSystem | NoisyParity | SharedScale | SideBySide"
QUANTITIES = ("tc", "dtc", "omega", "s")
PROTOCOLS = {"plain": None, "baseline": "gaussian"}
FAMILIES = ("red", "syn", "mix")
MAPS = ("identity", "half-cube", "cdf")
BEYOND: dict[str, System] = {
    "parity": NoisyParity(2.0),
    "scale": SharedScale(6.0),
    "both": SideBySide(NoisyParity(2.0), SharedScale(6.0)),
}

__all__ = [
    "BEYOND", "FAMILIES", "MAPS", "PROTOCOLS", "QUANTITIES", "Analytic", "Beyond", "Curves", "Exact", "Gradients",
    "Masks", "System", "Transform", "fleet", "measured", "soi_estimator", "system",
]  # fmt: skip


def system(family: str, setting: int, rho: float, d: int = 1) -> GaussianSystem:
    """The authors' synthetic systems: setting 0 has ten variables, 1 has six and 2 has three."""
    if family == "mix":
        return mixed(setting, rho, d)
    block = {"red": redundant, "syn": synergistic}[family]
    sizes = {0: (3, 3, 4), 1: (3, 3), 2: (3,)}[setting]
    return combine(*(block(size, rho, d) for size in sizes))


def soi_estimator(protocol: str, steps: int, batch: int, lr: float, device: str) -> SOI:
    """SΩI by one of the protocols, with the budget of a cell."""
    training = Training(batch=batch, lr=lr)
    settings = PUBLISHED | {"baseline": PROTOCOLS[protocol]}
    return SOI(steps=steps, training=training, redraws=5, device=device, **settings)


def fleet(
    estimator: SOI, laws: Sequence[System], samples: int, rng: np.random.Generator, gradients: bool = False
) -> list[OInformation]:
    """SΩI of systems of equal widths, each from its own samples and with its own stream, trained side by side."""
    data, training = (spawn(each, len(laws)) for each in spawn(rng, 2))
    drawn = [law.sample(samples, rng=stream) for law, stream in zip(laws, data, strict=True)]
    return soi_fleet(estimator, drawn, training, gradients)


def measured(found: OInformation, truth: OInformation) -> dict[str, Any]:
    """Truth, estimate and error of every quantity, side by side; and S from the marginals to the conditionals."""
    row: dict[str, Any] = {"warned": bool(found.warnings)}
    for name in QUANTITIES:
        ours = getattr(found, name)
        row |= {f"{name}_truth": getattr(truth, name).value, name: ours.value, f"{name}_stderr": ours.stderr}
    direct = found.diagnostics.get("s_direct")
    return row | {"s_direct": float("nan") if direct is None else direct.value}


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
        needed = enumerate(soi_masks(self.variables, self.gradients))
        return [{"mask": k, "variable": i + 1, "role": role} for k, mask in needed for i, role in enumerate(mask)]


@dataclass(frozen=True)
class Analytic:
    """A system whose exact scores are put in the place of the network's."""

    family: str
    setting: int
    rho: float

    def measure(self) -> Rows:
        """TC and DTC by the time integral over exact scores, beside the closed form."""
        law = system(self.family, self.setting, self.rho)
        score, truth = AnalyticGaussianScore(law.cov, law.dims), law.o_information
        gaps = {"tc": tc_gap(len(law.dims)), "dtc": dtc_gap(len(law.dims))}
        return [
            {"quantity": q, "truth": getattr(truth, q).value, "integral": gaussian_gap(score, gap, ImportanceTimes())}
            for q, gap in gaps.items()
        ]


@dataclass(frozen=True)
class Curves:
    """Redundant, synergistic and mixed systems of equal widths at several strengths, trained as one fleet."""

    protocol: str
    setting: int = 1
    d: int = 1
    repetitions: int = 1
    samples: int = 20_000
    steps: int = 800
    batch: int = 256
    lr: float = 5e-3
    strengths: tuple[float, ...] = (0.3, 0.65)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S of every system, with truth."""
        members = list(product(range(self.repetitions), FAMILIES, self.strengths))
        laws = [system(family, self.setting, rho, self.d) for _, family, rho in members]
        estimator = soi_estimator(self.protocol, self.steps, self.batch, self.lr, device)
        found = fleet(estimator, laws, self.samples, rng)
        return [
            {"repetition": repetition, "family": family, "rho": rho, **measured(each, law.o_information)}
            for (repetition, family, rho), law, each in zip(members, laws, found, strict=True)
        ]


@dataclass(frozen=True)
class Gradients:
    """The authors' systems for gradients, three redundant and three synergistic variables and, in setting 0, four more.

    Setting 0 is R(3) + S(3) + R(4), all at 0.7; setting 1 is R(3) at 0.6 + S(3) at 0.7.
    """

    setting: int
    protocol: str
    d: int = 1
    repetitions: int = 1
    samples: int = 20_000
    steps: int = 800
    batch: int = 256
    lr: float = 5e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Per variable: the exact gradient of Ω, ours by the definition and by mutual informations alone."""
        law = combine(redundant(3, 0.6, self.d), synergistic(3, 0.7, self.d))
        if self.setting == 0:
            law = combine(redundant(3, 0.7, self.d), synergistic(3, 0.7, self.d), redundant(4, 0.7, self.d))
        estimator = soi_estimator(self.protocol, self.steps, self.batch, self.lr, device)
        truth = law.o_information.gradients or ()
        return [
            {"repetition": repetition, "variable": i + 1, "truth": each.value, "estimate": ours.value}
            | {"stderr": ours.stderr, "by_information": found.diagnostics["gradient_terms"][i].value}
            for repetition, found in enumerate(fleet(estimator, [law] * self.repetitions, self.samples, rng, True))
            for i, (each, ours) in enumerate(zip(truth, found.gradients or (), strict=True))
        ]


@dataclass(frozen=True)
class Transform:
    """One redundant system of three variables seen through monotone maps of every coordinate, as one fleet."""

    protocol: str
    d: int = 1
    repetitions: int = 3
    rho: float = 0.6
    samples: int = 20_000
    steps: int = 800
    batch: int = 256
    lr: float = 5e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The same information through different maps."""
        law = redundant(3, self.rho, self.d)
        members = list(product(range(self.repetitions), MAPS))
        laws = [law if name == "identity" else law.transformed(name) for _, name in members]
        estimator = soi_estimator(self.protocol, self.steps, self.batch, self.lr, device)
        return [
            {"repetition": repetition, "map": name, **measured(each, law.o_information)}
            for (repetition, name), each in zip(members, fleet(estimator, laws, self.samples, rng), strict=True)
        ]


@dataclass(frozen=True)
class Beyond:
    """A system that no Gaussian copula describes, measured by a protocol of SΩI or by that copula."""

    system: str
    estimator: str
    repetitions: int = 1
    samples: int = 40_000
    steps: int = 2500
    batch: int = 256
    lr: float = 5e-3

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S, with truth."""
        laws = [BEYOND[self.system]] * self.repetitions
        if self.estimator == "copula":
            found = [GaussianCopula(correct_bias=False).o_information(laws[0].sample(self.samples, rng=rng))]
        else:
            estimator = soi_estimator(self.estimator, self.steps, self.batch, self.lr, device)
            found = fleet(estimator, laws, self.samples, rng)
        width = sum(laws[0].dims) / len(laws[0].dims)
        truth = laws[0].o_information
        return [{"repetition": i, "d": width, **measured(each, truth)} for i, each in enumerate(found)]
