"""What the chapter measures of measuring: bounds with perfect and learnt critics, certificates, consistency."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from torch import Tensor

from szilard.compendium import Rows
from szilard.distributions import Gaussian, correlation_from_information, sparse
from szilard.estimators import (
    KSG,
    Estimator,
    GaussianCopula,
    GaussianMI,
    LogDet,
    MatrixRenyi,
    SlicedMI,
    bounds,
    measure,
)
from szilard.estimators.ceilings import arc_infonce
from szilard.estimators.certificates import all_different, certificates, most_certifiable
from szilard.estimators.consistency import TARGETS, self_consistency
from szilard.estimators.fresh import learnt_values
from szilard.estimators.optimal import BOUNDS, nwj_variance, optimal_critic
from szilard.estimators.sliced import sliced_normal_information
from szilard.rng import spawn
from szilard.validation import check_choice

WIDE = 20  # coordinates of the pairs that bounds are measured on
DOUBT = 0.05  # chance that a certificate may be wrong
BATCHES = 100  # that a perfect critic is evaluated on beside a learnt one


@dataclass(frozen=True)
class Objective:
    """What a critic is learnt by and what is then read of it; with a baseline, functions of ln a(y) too."""

    learn: Callable[..., Tensor]
    reads: Mapping[str, Callable[..., Tensor]]
    baseline: bool = False


def _alone(name: str, bound: Callable[..., Tensor], baseline: bool = False) -> Objective:
    return Objective(bound, {name: bound}, baseline)


def _between(alpha: float) -> Objective:
    def bound(f: Tensor, log_baseline: Tensor) -> Tensor:
        return bounds.interpolated(f, alpha, log_baseline)

    return _alone(f"I_α, α = {alpha:g}", bound, True)


_CLIPPED = {f"smile, τ = {tau:g}": partial(bounds.smile, tau=tau) for tau in (1.0, 5.0)}
OBJECTIVES: Mapping[str, Objective] = {
    "infonce": _alone("infonce", bounds.infonce),
    "nwj": _alone("nwj", bounds.js),
    "dv": _alone("dv", bounds.donsker_varadhan),
    "jensen-shannon": Objective(
        bounds.jensen_shannon, {"js": bounds.js, **_CLIPPED, "smile, τ = ∞": bounds.donsker_varadhan}
    ),
    "tuba": _alone("tuba", bounds.tuba, True),
    **{f"I_α, α = {alpha:g}": _between(alpha) for alpha in (0.01, 0.5, 0.99)},
}
IDEAL = {"smile, τ = ∞": "dv", "tuba": "js"}  # what else a perfect critic makes of a reading
CLASSICAL: Mapping[str, Estimator] = {
    "KSG": KSG(k=5, standardize=False), "Gaussian": GaussianMI(), "copula": GaussianCopula(), "log-det": LogDet(),
    "sliced": SlicedMI(GaussianMI(), slices=100), "matrix Rényi": MatrixRenyi(),
}  # fmt: skip
FEW = {"matrix Rényi": 400}  # samples of what costs n³

__all__ = [
    "CLASSICAL",
    "DOUBT",
    "OBJECTIVES",
    "WIDE",
    "Batch",
    "Certificate",
    "Consistency",
    "Dimension",
    "Learnt",
    "Optimal",
]


def pairs(nats: float, d: int = WIDE) -> Gaussian:
    """d pairs of normal coordinates that share ``nats`` equally."""
    return sparse(d, d, d, mutual_information=nats)


@dataclass(frozen=True)
class Optimal:
    """All bounds with a perfect critic, on fresh batches of n of 20 normal pairs that share some nats."""

    nats: float
    n: int
    batches: int

    def measure(self, rng: np.random.Generator) -> Rows:
        task = pairs(self.nats)
        found, done = np.empty((len(BOUNDS), self.batches)), 0  # in one piece, lest small ones keep all scores
        for scores in optimal_critic(task).batches(self.n, self.batches, rng):
            found[:, done : done + len(scores)] = [bound(scores).numpy() for bound in BOUNDS.values()]
            done += len(scores)
        rows, exact = [], math.sqrt(nwj_variance(task, self.n))
        for name, values in zip(BOUNDS, found, strict=True):
            spread = float(values.std(ddof=1))
            rows.append({"bound": name, "value": float(values.mean()), "stderr": spread / math.sqrt(self.batches),
                         "spread": spread, "largest": float(values.max()), "exact_spread": exact})  # fmt: skip
        return rows


@dataclass(frozen=True)
class Batch:
    """InfoNCE with a perfect critic by size of the batch: exactly, of an arc; and measured, of 20 normal pairs."""

    n: int
    drawn: int = 0  # batches of normal pairs

    def measure(self, rng: np.random.Generator) -> Rows:
        rows: Rows = []
        for nats in np.arange(0.0, 14.25, 0.5).tolist():
            rows.append({"nats": nats, "arc": arc_infonce(self.n, nats)})
            if self.drawn and nats in (1, 2, 4, 6, 8, 10):
                made = optimal_critic(pairs(nats)).behaviour("infonce", self.n, self.drawn, rng)
                rows[-1] |= {"normal": made.value, "stderr": made.stderr}
        return rows


@dataclass(frozen=True)
class Learnt:
    """A critic learnt on fresh batches of 64, for some amounts of information as one fleet, and all that it reads."""

    objective: str
    nats: tuple[float, ...] = (2.0, 10.0)
    cubed: bool = False
    steps: int = 600
    hidden: int = 128
    critic: str = "separable"
    batch: int = 64

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        objective = OBJECTIVES[check_choice(self.objective, "objective", OBJECTIVES)]
        tasks, (train, perfect) = [pairs(nats) for nats in self.nats], spawn(rng, 2)
        read = learnt_values(tasks, objective.learn, objective.reads, self.steps, batch=self.batch, hidden=self.hidden,
                             cubed=self.cubed, critic=self.critic, baseline=objective.baseline, device=device,
                             rng=train)  # fmt: skip
        rows: Rows = []
        for (name, values), (truth, place) in product(read.items(), zip(self.nats, range(len(tasks)), strict=True)):
            own, same, ideal = values[place], IDEAL.get(name, name), math.nan
            if same in BOUNDS:
                ideal = optimal_critic(tasks[place]).behaviour(same, self.batch, BATCHES, perfect).value
            rows.append({"bound": name, "truth": truth, "value": float(own.mean()),
                         "spread": float(own.std(ddof=1)), "perfect": ideal})  # fmt: skip
        return rows


@dataclass(frozen=True)
class Certificate:
    """The most that n samples can certify of a pair that shares all it can, at 95 %."""

    n: int
    draws: int = 400

    def measure(self, rng: np.random.Generator) -> Rows:
        symbols = max(round(math.exp(most_certifiable(self.n, DOUBT))), 2)
        drawn = np.sort(rng.integers(symbols, size=(self.draws, self.n)), axis=1)
        seen, exact = float((np.diff(drawn, axis=1) > 0).all(axis=1).mean()), all_different(self.n, symbols)
        return [{"kind": kind, "nats": nats, "distinct": seen, "exact": exact}
                for kind, nats in certificates(self.n, 10.0, DOUBT).items()]  # fmt: skip


@dataclass(frozen=True)
class Consistency:
    """One estimator, asked whether independence gives 0, a noisier copy adds nothing, and two copies count twice."""

    estimator: str
    nats: float = 2.0
    samples: int = 2000
    batch: int = 64

    def measure(self, rng: np.random.Generator) -> Rows:
        perfect = check_choice(self.estimator, "estimator", (*BOUNDS, *CLASSICAL)) in BOUNDS
        n = min(self.samples, FEW.get(self.estimator, self.samples))

        def read(task: Gaussian) -> float:
            if perfect:
                return optimal_critic(task).behaviour(self.estimator, self.batch, self.samples // 4, rng).value
            return measure(CLASSICAL[self.estimator], *task.sample(n, rng=rng), rng=rng).value

        value, ratios = self_consistency(read, pairs(self.nats, 2))
        return [{"test": test, "ratio": ratios[test], "target": target, "value": value}
                for test, target in TARGETS.items()]  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """d normal pairs that share some nats, as they are or with y cubed, by estimators that need no training."""

    d: int
    nats: float
    cubed: bool = False
    samples: int = 5000

    def measure(self, rng: np.random.Generator) -> Rows:
        task = pairs(self.nats, self.d)
        x, y = task.sample(self.samples, rng=rng)
        y = y**3 if self.cubed else y
        values = {name: measure(CLASSICAL[name], x, y, rng=rng).value for name in ("KSG", "copula", "log-det")}
        if not self.cubed:
            rho = correlation_from_information(self.nats / self.d)
            values["sliced"] = sliced_normal_information(rho, self.d)
        values["InfoNCE"] = optimal_critic(task).behaviour("infonce", 512, 8, rng).value
        return [{"estimator": name, "value": value} for name, value in values.items()]
