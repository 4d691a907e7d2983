"""What the chapter on scaling laws measures where the truth is known: simulated runs, the exchange of steps for tokens,
gradient descent whose expected loss is exact, and fits of points drawn about a known surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from szilard.compendium import Rows
from szilard.scaling import (
    ChinchillaLaw,
    FitResult,
    KaplanLaw,
    NoisyQuadratic,
    bootstrap,
    critical_batch,
    crossing,
    estimate_constants,
    fit,
    simulated_runs,
)

TRUTH = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)
CONSTANTS = ("alpha_N", "Nc", "Sc", "alpha_S", "Bstar", "alpha_B")
LARGE = {"2B": (2e9, 1e5, 4e6), "33B": (33e9, 2e5, 4e6), "33B early": (33e9, 2e4, 1e6)}  # N, S and B
SURFACE = ChinchillaLaw(477.83, 2143.42, 1.81722, 0.347310, 0.367172)
BOLD = (6e10, 1.4e12)  # parameters and tokens far from the points
TRAP = np.array([0.0, 20.0, -1.0, 0.0, 0.0])  # a start from which default tolerances stop early

__all__ = [
    "CONSTANTS",
    "LARGE",
    "SURFACE",
    "TRUTH",
    "End",
    "Exchange",
    "Quadratic",
    "Recovery",
    "Refit",
    "Valley",
    "surface",
]


@dataclass(frozen=True)
class Recovery:
    """Runs simulated with known constants and normal noise on the loss (nats); in ``shuffled`` ones the curves of the
    ladder bear the sizes of others."""

    noise: float
    repetition: int
    shuffled: bool = False
    points: int = 300

    def measure(self, rng: np.random.Generator) -> Rows:
        """Constants by the recipe, and relative errors of what they predict for large models; where it refuses runs
        whose loss does not fall with size, an error of 100 %."""
        try:
            law = estimate_constants(self._runs(rng), levels=np.linspace(3.45, 4.4, 12)).law
        except ValueError:
            return [{"model": model, "error": 1.0, "batchless": 1.0, "exponents": 1.0} for model in LARGE]
        batchless = KaplanLaw(law.Nc, law.alpha_N, law.Sc, law.alpha_S)
        row = {name: getattr(law, name) for name in CONSTANTS}
        worst = max(abs(row[name] / getattr(TRUTH, name) - 1) for name in ("alpha_N", "alpha_S", "alpha_B"))
        rows = []
        for model, run in LARGE.items():
            truth = float(TRUTH.loss(*run))
            errors = {"error": float(law.loss(*run)) / truth - 1, "batchless": float(batchless.loss(*run)) / truth - 1}
            rows.append({"model": model, "loss": truth, **errors, "exponents": worst, **row})
        return rows

    def _runs(self, rng: np.random.Generator) -> pd.DataFrame:
        table = simulated_runs(TRUTH, self.noise, rng, points=self.points)
        ladder = table.B == table.B.max()
        sizes = table.N[ladder].unique()
        if self.shuffled:
            others = dict(zip(sizes, np.roll(sizes, 1 + self.repetition % 6), strict=True))
            table.loc[ladder, "N"] = table.N[ladder].map(others)
        return table


@dataclass(frozen=True)
class Exchange:
    """The steps and tokens that bring a model of 10⁹ parameters to one loss."""

    loss: float

    def measure(self) -> Rows:
        """Steps and tokens over batch sizes, with their minima."""
        B = np.geomspace(1e4, 1e9, 51)
        s_min, e_min = float(TRUTH.s_min(self.loss, 1e9)), float(TRUTH.e_min(self.loss, 1e9))
        steps = TRUTH.steps(self.loss, 1e9, B)
        return [
            {"B": b, "S": s, "E": b * s, "s_min": s_min, "e_min": e_min, "b_crit": e_min / s_min}
            for b, s in zip(B, steps, strict=True)
        ]


@dataclass(frozen=True)
class Quadratic:
    """Regression with noise of this variance, trained exactly at batch sizes 1 to 4096, at the best of 14 rates."""

    noise: float
    kept: int = 128
    steps: int = 6000

    def measure(self) -> Rows:
        """At ten losses, the steps of every batch size beside S_min + E_min/B."""
        sizes, at = 2.0 ** np.arange(13), np.unique(np.geomspace(1, self.steps, 400).astype(int))
        model = NoisyQuadratic(self.kept, self.kept, self.noise)
        best = model.fastest(np.geomspace(0.01, 1.5, 14), sizes, self.steps)[:, at]
        runs = pd.DataFrame({"B": np.repeat(sizes, len(at)), "S": np.tile(at, len(sizes)), "loss": best.ravel()})
        levels = self.noise + np.geomspace(0.35, 0.08, 10)
        table = critical_batch(runs, levels)
        steps = np.array([crossing(at, curve, levels) for curve in best])
        rows = []
        for i, level in enumerate(table.itertuples()):
            fitted = level.s_min + level.e_min / sizes
            product = (steps[:, i] / level.s_min - 1) * (steps[:, i] * sizes / level.e_min - 1)
            rows += [
                {"loss": level.loss, "excess": level.loss - self.noise, "B": B, "S": S, "fitted": f, "product": p,
                 "s_min": level.s_min, "e_min": level.e_min, "b_crit": level.b_crit}
                for B, S, f, p in zip(sizes, steps[:, i], fitted, product, strict=True)
            ]  # fmt: skip
        return rows


@dataclass(frozen=True)
class End:
    """The same model, small enough to be trained to the end, with a rate that falls in a line to zero or stays."""

    batch: int
    rate: float
    falling: bool
    kept: int = 16
    steps: int = 20_000

    def measure(self) -> Rows:
        """How far the last loss is above the lowest that there is, as a share of it."""
        model = NoisyQuadratic(self.kept, self.kept)
        fall = np.linspace(1, 0, self.steps) if self.falling else np.ones(self.steps)
        last = model.losses(self.rate * fall[None], [self.batch], self.steps)[0, -1]
        return [{"loss": last, "above": last / model.floor - 1}]


def surface(rng: np.random.Generator, points: int) -> dict[str, np.ndarray]:
    """Runs about the best fit to the points of `besiroglu2024chinchilla`, with Laplace noise of 0.3 % on the loss."""
    N = np.exp(rng.uniform(np.log(5e7), np.log(1.6e10), points))
    D = np.exp(rng.uniform(np.log(6e18), np.log(3e21), points)) / 6 / N
    return {"N": N, "D": D, "loss": SURFACE.loss(N, D) * np.exp(rng.laplace(0, 0.003, points))}


@dataclass(frozen=True)
class Refit:
    """240 points about a known surface, fitted in several ways."""

    repetition: int = 0
    points: int = 240

    def measure(self, rng: np.random.Generator) -> Rows:
        """The objective (the sum of penalties) that each way reaches, and its exponents."""
        best = fit("chinchilla", surface(rng, self.points))
        tight = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 50_000}
        ways = {
            "150 starts, tight tolerances": (best.theta, True),
            "one start, tight tolerances": _descend(best, 1.0, tight),
            "one start, default tolerances": _descend(best, 1.0, {}),
            "one start, default tolerances, mean": _descend(best, 1 / best.n, {}),
            "constants rounded to two decimals": (np.round(best.theta, 2), True),
        }
        reached = {way: best.objective_at(theta)[0] for way, (theta, _) in ways.items()}
        return [
            {"way": way, "objective": reached[way], "ratio": reached[way] / best.objective, "alpha": theta[3],
             "beta": theta[4], "success": done}
            for way, (theta, done) in ways.items()
        ]  # fmt: skip


@dataclass(frozen=True)
class Valley:
    """What resampling the 240 points does to constants and to a prediction."""

    draws: int = 200
    points: int = 240

    def measure(self, rng: np.random.Generator) -> Rows:
        """Constants of each draw, and its loss at 60 billion parameters and 1.4 trillion tokens over the fitted one."""
        found = fit("chinchilla", surface(rng, self.points))
        drawn = bootstrap(found, self.draws, rng=rng)
        whole = float(found.predict(*BOLD))
        return [
            {
                "log_A": t[0],
                "log_B": t[1],
                "alpha": t[3],
                "beta": t[4],
                "prediction": float(law.loss(*BOLD)) / whole - 1,
            }
            for t, law in zip(drawn.thetas, drawn.laws, strict=True)
        ]


def _descend(best: FitResult, scale: float, options: dict[str, float]) -> tuple[np.ndarray, bool]:
    """Where SciPy's L-BFGS-B stops, from the one start, with the objective times ``scale``, and what it says of it."""

    def value(theta: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = best.objective_at(theta)
        return scale * total, scale * gradient

    found = minimize(value, TRAP, jac=True, method="L-BFGS-B", options=options)
    return found.x, bool(found.success)
