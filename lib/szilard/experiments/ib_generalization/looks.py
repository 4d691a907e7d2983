"""Closer looks at a few networks: where they decide, what steering does to a code, and what posteriors, bins and noise
that is added afterwards do to a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from szilard import bottleneck as ib
from szilard.bottleneck import Configuration, Descent, GaussianPosterior, Learner, train_ensemble
from szilard.bottleneck.posterior import FLOOR
from szilard.bottleneck.published import likeliest_deviation, multiplied_bits, one_coordinate_information
from szilard.compendium import Rows
from szilard.estimators import binned_information, mixture_information
from szilard.rng import spawn

ETA = 5e-4  # rate at which λ follows the information
FREE = 0.0  # in place of a target: nothing is held
UNTRAINED = Descent(2, 0, 1e-12, 0.0, 2)

__all__ = ["ETA", "FREE", "Binned", "Clouds", "Floors", "Held", "Noised", "Regions", "Traces"]


def _steered(
    targets: Sequence[float], draws: Sequence[int], width: int, rng: np.random.Generator, device: str, steps: int
) -> list[Learner]:
    """A network for every target and draw; all start alike."""
    seed = int(rng.integers(2**31))
    fleet = [
        Configuration(width, 0.0, 0.0 if target == FREE else ETA, target, draw, seed)
        for target in targets
        for draw in draws
    ]
    return list(train_ensemble(fleet, _descent(steps), device=device))


def _descent(steps: int) -> Descent:
    return Descent(steps, max(0, steps - 100), rank=2 if steps < 10 else 10)


@dataclass(frozen=True)
class Held:
    """Networks without weight decay, the information of whose codes is held at targets, or left alone (0)."""

    targets: tuple[float, ...]
    width: int = 32
    draws: int = 12
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per target and draw."""
        learners = _steered(self.targets, range(self.draws), self.width, rng, device, self.steps)
        rows: Rows = []
        for each in learners:
            code, labels = each.codes()[-1], each.samples.wide[1]
            kept = mixture_information(code.means, code.variances, "mc", labels, rng=rng).value
            row = {"target": each.configuration.target, "draw": each.configuration.draw}
            scores = {name: getattr(each, name) for name in ("gap", "train_loss", "test_loss", "test_accuracy")}
            rows.append(row | scores | {"held": float(each.informations[-20:].mean()), "mc_y": kept})
        return rows


@dataclass(frozen=True)
class Traces:
    """λ and the information of the code during training, for some targets."""

    targets: tuple[float, ...]
    width: int = 32
    draw: int = 0
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per target and step."""
        rows: Rows = []
        for each in _steered(self.targets, [self.draw], self.width, rng, device, self.steps):
            told = zip(each.informations, each.multipliers, strict=True)
            target = each.configuration.target
            rows += [{"target": target, "step": i, "held": a, "multiplier": b} for i, (a, b) in enumerate(told)]
        return rows


@dataclass(frozen=True)
class Clouds:
    """Codes of the wide sample on the first two principal axes of their means, for some targets."""

    targets: tuple[float, ...]
    width: int = 32
    draw: int = 0
    points: int = 40
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per target and point, so many of each class."""
        x, y = (part.reshape(5, 100, -1)[:, : self.points] for part in ib.blobs(self.draw).wide)
        x, y = x.reshape(-1, 2), y.ravel()
        rows: Rows = []
        for each in _steered(self.targets, [self.draw], self.width, rng, device, self.steps):
            code = each.codes(x)[-1]
            axes = np.linalg.svd(code.means - code.means.mean(0), full_matrices=False)[2][:2]
            axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])[:, None]
            z = code.means + np.sqrt(code.variances) * np.random.default_rng(0).standard_normal(code.means.shape)
            flat = (z - code.means.mean(0)) @ axes.T
            about = {"target": each.configuration.target, "gap": each.gap}
            about["mc_y"] = mixture_information(*_channel(each), "mc", each.samples.wide[1], rng=rng).value
            rows += [about | {"label": int(c), "z1": a, "z2": b} for c, (a, b) in zip(y, flat.tolist(), strict=True)]
        return rows


def _channel(learner: Learner) -> tuple[np.ndarray, np.ndarray]:
    code = learner.codes()[-1]
    return code.means, code.variances


@dataclass(frozen=True)
class Regions:
    """Where networks that were trained on draws of data decide for which class."""

    shown: tuple[int, ...] = (0, 1, 2)
    width: int = 64
    decay: float = 1e-2
    grid: int = 36
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per draw and point of a grid."""
        seed = int(rng.integers(2**31))
        fleet = [Configuration(self.width, self.decay, draw=draw, seed=seed) for draw in self.shown]
        line, rows = np.linspace(-13, 13, self.grid), []
        points = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
        for each in train_ensemble(fleet, _descent(self.steps), device=device):
            mean, _ = each.network.code(torch.from_numpy(points)[None])
            label = each.network.head(mean)[0].argmax(-1).tolist()
            about = {"draw": each.configuration.draw, "test_accuracy": each.test_accuracy}
            rows += [about | {"x1": a, "x2": b, "label": c} for (a, b), c in zip(points.tolist(), label, strict=True)]
        return rows


@dataclass(frozen=True)
class Floors:
    """I(S; φ) of networks on subsets of one superset that share some of their points, against the least variance that
    a weight is allowed in the posterior."""

    common: float
    floors: tuple[float, ...]
    width: int = 32
    decay: float = 1e-2
    draws: int = 12
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per floor, in nats."""
        seed = int(rng.integers(2**31))
        fleet = [Configuration(self.width, self.decay, draw=draw, seed=seed) for draw in range(self.draws)]
        data = partial(ib.halves, self.common)
        learners = train_ensemble(fleet, _descent(self.steps), data=data, device=device)
        posteriors = [each.posterior.marginal(each.encoder) for each in learners]
        rows: Rows = []
        for floor in self.floors:
            wide = [GaussianPosterior(each.mean, np.maximum(each.diag, floor / 2), each.lowrank) for each in posteriors]
            found = {name: ib.model_information(wide, name, rng=rng).value for name in ("pairwise", "kt", "mc")}
            still = float(np.mean([each.diag <= max(floor, FLOOR) / 2 for each in wide]))
            rows.append({"floor": floor, "ceiling": math.log(self.draws), "still": still, **found})
        return rows


@dataclass(frozen=True)
class Binned:
    """Layers of networks of one width sorted into bins, trained on 50 points or not at all."""

    width: int
    trained: bool
    bins: int = 10
    draws: int = 6
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per layer: mean over draws of the entropy in nats over the training points."""
        seed = int(rng.integers(2**31))
        fleet = [Configuration(self.width, draw=draw, seed=seed) for draw in range(self.draws)]
        learners = train_ensemble(fleet, _descent(self.steps) if self.trained else UNTRAINED, device=device)
        layers = [each.codes(each.samples.train[0]) for each in learners]
        rows: Rows = []
        for depth, name in ((2, "layer 3"), (3, "code")):
            found = [binned_information(each[depth].means, bins=self.bins).value for each in layers]
            units = layers[0][depth].means.shape[1]
            rows.append({"layer": name, "units": units, "entropy": float(np.mean(found)), "ceiling": math.log(50)})
        return rows


@dataclass(frozen=True)
class Noised:
    """A deterministic layer that is given noise of the likeliest width after training, as the authors do on images."""

    decays: tuple[float, ...] = (0.0, 1e-2, 1e-1)
    width: int = 32
    draws: int = 12
    steps: int = 300

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per network: I(X; Z) in nats, right, and with the density of one coordinate of the noise."""
        seed = int(rng.integers(2**31))
        fleet = [
            Configuration(self.width, decay, draw=d, seed=seed) for decay in self.decays for d in range(self.draws)
        ]
        learners = train_ensemble(fleet, _descent(self.steps), device=device)
        rows: Rows = []
        for each, stream in zip(learners, spawn(rng, len(learners)), strict=True):
            features = each.codes()[0].means
            seen, reference = features[::2], features[1::2]
            sigma = likeliest_deviation(seen, reference)
            right = mixture_information(features, sigma**2, "mc", rng=stream)
            about = {"draw": each.configuration.draw, "decay": each.configuration.decay, "gap": each.gap}
            values = {"right": right.value, "wrong": one_coordinate_information(seen, reference, sigma)}
            bits = {"bits": right.bits, "printed": multiplied_bits(right.value)}
            rows.append(about | {"sigma": sigma, "ceiling": math.log(len(features))} | values | bits)
        return rows
