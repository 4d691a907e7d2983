"""What the chapter on lossy compression sets beside its main line: one noisy sign in bins, rival estimators on
pictures, and the smoothing that published curves went through."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import ndtr, rel_entr

from szilard import estimators
from szilard.bottleneck import PCA, Encoder, compressed_information
from szilard.bottleneck.published import drawn
from szilard.compendium import Rows
from szilard.distributions import image_pair
from szilard.estimators import KernelDensity, binned_information, mixture_information
from szilard.experiments.ib_compression.cells import CLASSICAL, FAMILIES
from szilard.rng import spawn
from szilard.rounding import above_rounding
from szilard.validation import check_choice

SIGMAS = (4.0, 2.0, 1.0, 0.5, 0.25)  # of the noise on a sign
SIZES = tuple(2.0**power for power in range(-9, 3))  # widths of bins
WIDTHS = tuple(np.geomspace(0.06, 0.6, 6).tolist())  # of kernels, in standard deviations
RISES = (4, 12)  # epochs from a tenth of a rise to nine tenths
LONG = 10  # epochs from which on a fall counts as an episode
KEPT = ("PCA", "pixels")
SMOOTHINGS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = MappingProxyType({
    "none": lambda values: values,
    "mean of nine epochs": lambda values: pd.Series(values).rolling(9, center=True, min_periods=1).mean().to_numpy(),
    "as published": drawn,
})  # fmt: skip

__all__ = ["KEPT", "RISES", "SIGMAS", "SIZES", "SMOOTHINGS", "Rivals", "Sign", "Smoothed", "kernel_information"]


@dataclass(frozen=True)
class Sign:
    """A sign X = ±1 through normal noise, L = X + σZ, exactly and in bins with an edge at 0."""

    sigma: float
    samples: int = 1000

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row for each width of the bins, in nats: I(X; L), I(X; bin of L), and the latter counted in samples."""
        sign = np.repeat([-1.0, 1.0], self.samples // 2)
        outputs = sign + self.sigma * rng.standard_normal(len(sign))
        exact = mixture_information([-1.0, 1.0], self.sigma**2, "exact1d").nats
        rows: Rows = []
        for width in SIZES:
            half = math.ceil((1 + 9 * self.sigma) / width)  # bins on either side of 0
            edges = width * np.arange(-half, half + 1)
            given = np.diff(ndtr((edges - 1) / self.sigma))  # probabilities of the bins for X = 1
            binned = float(rel_entr(given, (given + given[::-1]) / 2).sum())
            whole, within = (
                binned_information(outputs, 2 * half, (edges[0], edges[-1]), labels).nats for labels in (None, sign)
            )
            rows.append({"width": width, "exact": exact, "binned": binned, "counted": whole - within})
        return rows


def kernel_information(x: np.ndarray, y: np.ndarray) -> float:
    """I(X; Y) in nats of samples (n, dx) and (n, dy) by normal kernels, as `butakov2024lossy` take them: entropies of
    whitened samples, with the width for x and y under which the pairs are likeliest, each left out of its own density.
    """
    both, *parts = (PCA(z.shape[1]).fit(z).transform(z) for z in (np.hstack([x, y]), x, y))
    joint = [KernelDensity(bandwidth=width).entropy(both).nats for width in WIDTHS]
    width = WIDTHS[int(np.argmin(joint))]
    return sum(KernelDensity(bandwidth=width).entropy(part).nats for part in parts) - min(joint)


@dataclass(frozen=True)
class Rivals:
    """Pairs of pictures of known information: weighted KL, kernels and MINE on the same principal components, or MINE
    alone on the pixels. The components are learnt from ``seen`` other pictures."""

    family: str
    code: str
    most: float = 9.0
    points: int = 4
    samples: int = 1500
    seen: int = 6000
    steps: int = 200

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row for each amount of information and estimator."""
        fitting, drawing, estimating = spawn(rng, 3)
        amounts = np.linspace(0.0, self.most, self.points).tolist()
        encoder, streams = self._encoder(fitting), spawn(drawing, self.points)
        pairs = [self._pair(nats, encoder, stream) for nats, stream in zip(amounts, streams, strict=True)]
        varying = np.all([np.ptp(z, axis=0) > 0 for pair in pairs for z in pair], axis=0)  # of few pictures not all do
        pairs = [(x[:, varying], y[:, varying]) for x, y in pairs]
        mine = estimators.MINE(hidden=64, steps=self.steps, device="cpu", progress=False)
        trained = estimators.variational_fleet(mine, pairs, spawn(estimating, self.points))
        readings = {"mine": [each.nats for each in trained]}
        if encoder is not None:
            weighted = CLASSICAL["weighted-kl"]
            readings["weighted-kl"] = [compressed_information(*each, weighted, baseline=None).nats for each in pairs]
            readings["kde"] = [kernel_information(*each) for each in pairs]
        return [
            {"nats": nats, "method": method, "estimate": value}
            for method, values in readings.items()
            for nats, value in zip(amounts, values, strict=True)
        ]

    def _encoder(self, rng: np.random.Generator) -> Encoder | None:
        if check_choice(self.code, "code", KEPT) == "pixels":
            return None
        renderer = FAMILIES[self.family]
        return PCA(renderer.count).fit(image_pair(renderer, renderer, 1.0).sample(self.seen, rng)[0])

    def _pair(self, nats: float, encoder: Encoder | None, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        renderer = FAMILIES[self.family]
        x, y = image_pair(renderer, renderer, nats).sample(self.samples, rng)
        return (x, y) if encoder is None else (encoder.transform(x), encoder.transform(y))


@dataclass(frozen=True)
class Smoothed:
    """Curves of so many epochs on which nothing falls, as a smoothing leaves them: rises of one nat, and level curves
    with independent noise of deviation 1."""

    smoothing: str
    length: int = 300
    trials: int = 200

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row: how far each rise falls after its peak, in nats; falls of ten epochs and more in a level curve, and
        their mean depth in deviations of the noise."""
        smooth = SMOOTHINGS[check_choice(self.smoothing, "smoothing", SMOOTHINGS)]
        time, row = np.arange(self.length) - self.length / 3, {}
        for epochs in RISES:
            rise = smooth(0.5 + 0.5 * np.tanh(math.log(9) * time / epochs))
            row[f"dip_{epochs}"] = above_rounding(float((np.maximum.accumulate(rise) - rise).max()))
        falls = [_long_falls(smooth(level)) for level in rng.standard_normal((self.trials, self.length))]
        depths = np.concatenate(falls)
        depth = float(depths.mean()) if len(depths) else 0.0
        return [row | {"falls": len(depths) / self.trials, "depth": depth}]


def _long_falls(values: np.ndarray) -> np.ndarray:
    """Depths of the falls of a curve that go on for ten epochs and more."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(values)))) + 1
    ends = np.r_[0, turns, len(values) - 1]
    depths, lengths = -np.diff(values[ends]), np.diff(ends)
    return np.asarray(depths[(depths > 0) & (lengths >= LONG)])
