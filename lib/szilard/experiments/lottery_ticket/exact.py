"""What the chapter on lottery tickets measures of the loss itself: exact optima, the valley of a pair, curves."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.rounding import above_rounding
from szilard.scaling import SQUARE, Budget, best_pair, closed_forms, initial, pair_loss, pair_network, training_path

WEIGHTS = (2.0, 1.4, 1.0, 0.7, 0.5, 0.35, 0.25, 0.2, 0.15, 0.1)

__all__ = ["Channel", "Curve", "Exact", "Valley"]


@dataclass(frozen=True)
class Exact:
    """Closed forms beside numbers found in another way."""

    def measure(self) -> Rows:
        """One row per closed form."""
        return [asdict(each) for each in closed_forms()]


@dataclass(frozen=True)
class Valley:
    """The least losses of a mirrored pair of neurons along its input weight: at bias zero, and at the best bias."""

    activation: str

    def measure(self) -> Rows:
        """One row per input weight."""
        return [self._row(w) for w in WEIGHTS]

    def _row(self, w: float) -> dict[str, float]:
        best, bias = best_pair(self.activation, w)
        weights = {"v": pair_network(self.activation, w), "best_v": pair_network(self.activation, w, bias)}
        losses = {"loss": above_rounding(pair_loss(self.activation, w), 1e-20), "best": above_rounding(best, 1e-20)}
        return {"w": w, **losses, **{name: abs(float(each.v[0, 0])) for name, each in weights.items()}}


@dataclass(frozen=True)
class Channel:
    """The training path of the best of some networks of two SiLU neurons."""

    networks: int = 32
    steps: int = 30_000
    followed: int = 4

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per moment and network followed."""
        at = sorted({round(self.steps ** (k / 24)) for k in range(25)} - {0})
        start = initial(SQUARE, 2, self.networks, rng=rng)
        path = training_path(start, Budget(self.steps, (1e-2, 1e-3)), at)
        best = np.argsort(path[-1].loss(), kind="stable")[: self.followed]
        rows = []
        for step, each in zip(at, (moment[best] for moment in path), strict=True):
            w, v = np.abs(each.w[..., 0]).mean(axis=1), np.abs(each.v).mean(axis=1)
            facts = zip(w.tolist(), v.tolist(), each.b.mean(axis=1).tolist(), each.loss().tolist(), strict=True)
            rows += [
                {"step": step, "path": i, "w": a, "v": b, "b": c, "loss": d, "floor": best_pair("silu", a)[0]}
                for i, (a, b, c, d) in enumerate(facts)
            ]
        return rows


@dataclass(frozen=True)
class Curve:
    """What two networks of this width have learnt after this many steps, and their neurons."""

    width: int
    steps: int
    total: int = 10_000
    grid: int = 61

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per network, part (the whole, or a neuron) and x."""
        budget = Budget(self.total, n_points=max(65, 4 * self.width + 1))
        start = initial(SQUARE, self.width, 2, rng=rng)
        found = training_path(start, budget, [min(self.steps, self.total)])[0]
        x = np.linspace(-2, 2, self.grid)
        rows = []
        for network in range(2):
            one = found[[network]]
            parts = {-1: one.predict(x)[0]} | {j: one.neuron(j).predict(x)[0] for j in range(self.width)}
            rows += [
                {"network": network, "part": part, "x": a, "f": b}
                for part, values in parts.items()
                for a, b in zip(x.tolist(), values.tolist(), strict=True)
            ]
        return rows
