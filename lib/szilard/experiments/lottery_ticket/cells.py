"""What the chapter on lottery tickets measures of fleets: losses, mirror partners, averages, exchanged parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.scaling.averaging import average_losses, bias_variance, shuffled
from szilard.scaling.ensembles import Ensemble, initial, train_ensemble, training_path
from szilard.scaling.mirror import mirror_test
from szilard.scaling.targets import SQUARE, Budget, Target, sum_of_squares
from szilard.validation import check_choice

SYMMETRIC = 0.05  # of the sum of the two input weights: what may be left where they are opposite

__all__ = ["TARGETS", "Averages", "CardFleet", "Cloud", "Exchange", "Fleet", "Mirror", "Pairs", "points"]


def _exponential(x: np.ndarray) -> np.ndarray:
    return np.exp(x[:, 0]).astype(np.float32).astype(float)  # the last bit of exp differs between processors


TARGETS = {
    "x²": SQUARE,
    "exp x": Target("exp x", _exponential),
    "2 dimensions": sum_of_squares(2),
    "3 dimensions": sum_of_squares(3),
}


def points(width: int, dim: int = 1) -> int:
    """Training points for networks of this width: more than four per neuron, and enough to fill a cube."""
    return max(65 if dim == 1 else 256, 4 * width + 1)


@dataclass(frozen=True)
class Fleet:
    """Networks of one width, trained with one budget; 0 steps leave them as they start."""

    activation: str
    width: int
    networks: int
    steps: int = 3000
    lr: float = 1e-2
    power: float = 0.5
    target: str = "x²"

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per network: its loss, and the mean square of its odd part."""
        target = TARGETS[check_choice(self.target, "target", TARGETS)]
        start = initial(target, self.width, self.networks, self.activation, init_power=self.power, rng=rng)
        budget = Budget(self.steps, (self.lr, 1e-4), points(self.width, target.dim))
        return _rows(training_path(start, budget, [self.steps])[0])


@dataclass(frozen=True)
class CardFleet:
    """Networks of one width on x², on a card in single precision; losses are taken in double precision beside it."""

    activation: str
    width: int
    networks: int
    steps: int

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per network."""
        start = initial(SQUARE, self.width, self.networks, self.activation, rng=rng)
        budget = Budget(self.steps, n_points=points(self.width))
        return _rows(training_path(start, budget, [self.steps], device)[0])


def _rows(ensemble: Ensemble) -> Rows:
    dense = max(1001, 4 * ensemble.budget.n_points + 1)
    pairs = zip(ensemble.loss(dense).tolist(), ensemble.odd_energy(dense).tolist(), strict=True)
    return [{"loss": loss, "odd": odd} for loss, odd in pairs]


@dataclass(frozen=True)
class Pairs:
    """Networks of two neurons: as they start, after training, and with the trained neurons exchanged among them."""

    activation: str
    networks: int = 512
    steps: int = 10_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per network and state."""
        budget = Budget(self.steps)
        start = initial(SQUARE, 2, self.networks, self.activation, rng=rng)
        trained = training_path(start, budget, [self.steps])[0]
        states = {"initial": start, "trained": trained, "exchanged": shuffled(trained, "neurons", rng)}
        return [row for state, ensemble in states.items() for row in self._state(state, ensemble)]

    def _state(self, state: str, ensemble: Ensemble) -> Rows:
        w, loss = ensemble.w[..., 0], ensemble.loss()
        slopes = w * np.abs(ensemble.v) if self.activation == "relu" else w  # ReLU tells only their product
        symmetric = np.abs(slopes.sum(axis=1)) < SYMMETRIC * np.abs(slopes).sum(axis=1)
        parts = {"w": w, "b": ensemble.b, "v": ensemble.v}
        columns = {f"{name}{k + 1}": part[:, k] for name, part in parts.items() for k in range(2)}
        table = {"loss": loss, "symmetric": symmetric, **columns, "c": ensemble.c}
        return [
            {"state": state, **{name: column[i].item() for name, column in table.items()}} for i in range(len(loss))
        ]


@dataclass(frozen=True)
class Mirror:
    """How near neurons are to their mirror images in the course of a training, and how even the function is."""

    width: int
    networks: int
    steps: int
    lr: float = 1e-2
    target: str = "x²"

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per moment: medians over the networks."""
        target = TARGETS[check_choice(self.target, "target", TARGETS)]
        start = initial(target, self.width, self.networks, rng=rng)
        at = sorted({round(share * self.steps) for share in (0, 0.01, 0.03, 0.1, 0.3, 1)})
        budget = Budget(self.steps, (self.lr, 1e-4), max(65, min(4 * self.width + 1, 129)))
        return [self._row(step, each, start) for step, each in zip(at, training_path(start, budget, at), strict=True)]

    def _row(self, step: int, ensemble: Ensemble, start: Ensemble) -> dict[str, float]:
        test = mirror_test(ensemble, start)
        columns = {"mirrored": test.mirrored, "other": test.other, "itself": test.itself, "null": test.null}
        columns |= {"odd": ensemble.odd_energy(), "loss": ensemble.loss()}
        return {"step": step, **{name: float(np.median(column)) for name, column in columns.items()}}


@dataclass(frozen=True)
class Cloud:
    """The neurons of one wide network, before and after training."""

    width: int
    steps: int

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per neuron and moment."""
        path = training_path(initial(SQUARE, self.width, 1, rng=rng), Budget(self.steps, (1e-3, 1e-4)), [0, self.steps])
        return [
            {"state": state, "w": w, "b": b, "v": v}
            for state, one in zip(("initial", "trained"), path, strict=True)
            for w, b, v in zip(one.w[0, :, 0].tolist(), one.b[0].tolist(), one.v[0].tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Exchange:
    """Networks put together from neurons, or from mirrored pairs of neurons, of different networks."""

    width: int
    networks: int
    steps: int = 3000

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per state: median losses before and after the exchange, with the best constant; of networks at
        first, as trained, and of true averages of good networks of two neurons, whose tickets can be exchanged."""
        start = initial(SQUARE, self.width, self.networks, rng=rng)
        path = training_path(start, Budget(self.steps, n_points=points(self.width)), [0, self.steps])
        small = train_ensemble(SQUARE, 2, 192, budget=Budget(10_000), rng=rng)
        best, pairs = small[np.argsort(small.loss(), kind="stable")[: max(2, len(small) // 5)]], self.width // 2
        true = best[rng.integers(len(best), size=self.networks * pairs)].concat(pairs)
        states = {"initial": path[0], "trained": path[1], "averages": true}
        return [
            {"state": state, "own": _levelled(each)}
            | {unit: _levelled(shuffled(each, unit, rng)) for unit in ("neurons", "tickets")}
            for state, each in states.items()
        ]


def _levelled(networks: Ensemble) -> float:
    """Median loss, each network with the constant that suits it best."""
    return float(np.median(networks.errors().var(axis=1)))


@dataclass(frozen=True)
class Averages:
    """Averages of independent networks of one width."""

    width: int
    steps: int
    networks: int = 192
    sizes: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per number of networks averaged: the median loss; the same with the common error taken away, and for
        copies of one network; bias and variance of all networks and of the better half."""
        start = initial(SQUARE, self.width, self.networks, rng=rng)
        fleet = training_path(start, Budget(self.steps, n_points=points(self.width)), [self.steps])[0]
        better = fleet[np.argsort(fleet.loss(), kind="stable")[: max(2, len(fleet) // 2)]]
        both = {"": bias_variance(fleet), "_half": bias_variance(better)}
        split = {f"{name}{end}": getattr(each, name) for end, each in both.items() for name in ("bias2", "variance")}
        copies, rows = float(np.median(better.loss())), []
        for k in self.sizes:
            average, unbiased = (float(np.median(each)) for each in average_losses(better, k, rng=rng))
            rows.append({"k": k, "average": average, "unbiased": unbiased, "copies": copies, **split})
        return rows
