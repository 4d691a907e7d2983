"""What the chapter on lossy compression measures where the information is known: normal pairs, pictures, one neuron."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import digamma, ndtri

from szilard import distributions, estimators
from szilard.bottleneck import PCA, Autoencoder, Encoder, Nothing, compressed_information
from szilard.bottleneck.published import least_squares_weights
from szilard.compendium import Rows
from szilard.distributions import AntiPCA, GaussianImages, RectangleImages, Renderer
from szilard.estimate import Estimate
from szilard.estimators import KSG, Estimator, KozachenkoLeonenko, WeightedKL, measure
from szilard.rng import spawn
from szilard.validation import check_choice

FIVE = 5  # neighbours, as published
CLASSICAL: Mapping[str, Estimator] = MappingProxyType({
    "weighted-kl": WeightedKL(k=FIVE, whiten=True), "weighted-kl-50": WeightedKL(k=50, support="all", whiten=True),
    "kl": KozachenkoLeonenko(k=FIVE, whiten=True), "kl-1": KozachenkoLeonenko(k=1, whiten=True), "ksg": KSG(k=FIVE),
    "kde": estimators.KernelDensity(),
})  # fmt: skip
BOUNDS = ("mine", "infonce")
ON_CODES, ON_PIXELS = ("weighted-kl", "ksg"), ("kl", "ksg")  # no weights solve for hundreds of dimensions
SIGNAL = "hidden signal"
FAMILIES: Mapping[str, Renderer] = MappingProxyType({
    "bells 16": GaussianImages(16), "rectangles 16": RectangleImages(16), "bells 32": GaussianImages(32),
    "rectangles 32": RectangleImages(32), "five-parameter bells 32": GaussianImages(32, correlated=True),
    SIGNAL: AntiPCA(),
})  # fmt: skip
CODES = ("parameters", "autoencoder", "untrained", "PCA", "pixels", "nothing")
NOISES = ("additive", "relative", "bins")

__all__ = ["BOUNDS", "CLASSICAL", "CODES", "FAMILIES", "NOISES", "SIGNAL", "Neuron", "Normal", "Pictures", "Weights"]


def refusable(estimator: Estimator, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Estimate:
    """The estimate, or NaN where the estimator refuses."""
    try:
        return measure(estimator, x, y, rng=rng)
    except ValueError as refusal:
        return Estimate(np.nan, np.nan, len(x), f"refused: {refusal}")


@dataclass(frozen=True)
class Normal:
    """A rotated pair of normal vectors, all of whose coordinates share the information, by one method.

    Steps are of a variational bound's training.
    """

    dims: int
    nats: float
    method: str
    samples: int = 5000
    steps: int = 200
    repetition: int = 0

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row: the estimate, for two methods that of shuffled pairs, and the most that KSG can say."""
        rotating, drawing, estimating, shuffling = spawn(rng, 4)
        x, y = distributions.rotated_pair(self.dims, self.dims, self.nats, rotating).sample(self.samples, drawing)
        estimator, apart = self._estimator(), np.nan
        estimate = refusable(estimator, x, y, estimating)
        if self.method in ON_CODES:
            apart = refusable(estimator, x, shuffling.permutation(y), shuffling).nats
        ceiling = float(digamma(self.samples) - digamma(FIVE))
        return [{"estimate": estimate.nats, "stderr": estimate.stderr, "shuffled": apart, "ceiling": ceiling}]

    def _estimator(self) -> Estimator:
        if check_choice(self.method, "method", (*CLASSICAL, *BOUNDS)) in CLASSICAL:
            return CLASSICAL[self.method]
        return estimators.make(self.method, hidden=48, steps=self.steps, device="cpu", progress=False)


@dataclass(frozen=True)
class Weights:
    """The weights of the first k neighbours in dimension d, on the spread support or on all of them."""

    k: int
    d: int
    support: str

    def measure(self) -> Rows:
        """Their norm and sum, and whether the equations have a solution; without one, those of least squares."""
        try:
            weights, solvable = estimators.bias_cancelling_weights(self.k, self.d, self.support), True
        except ValueError:
            weights, solvable = least_squares_weights(self.k, self.d), False
        return [{"norm": float(np.linalg.norm(weights)), "sum": float(weights.sum()), "solvable": solvable}]


@dataclass(frozen=True)
class Neuron:
    """The information of one neuron tanh(gain · x) about N values of x, the quantiles of a normal distribution."""

    noise: str
    gain: float
    sigma: float = 0.1
    points: int = 100

    def measure(self) -> Rows:
        """One row: exact for normal noise of deviation σ, added or relative; or of bins of this width."""
        x = ndtri((np.arange(self.points) + 0.5) / self.points)
        outputs = np.tanh(self.gain * x)
        if check_choice(self.noise, "noise", NOISES) == "bins":
            edge = self.sigma * np.ceil(1 / self.sigma)
            return [{"nats": estimators.binned_information(outputs, round(2 * edge / self.sigma), (-edge, edge)).nats}]
        deviations = self.sigma * (np.ones_like(x) if self.noise == "additive" else np.abs(outputs))
        return [{"nats": estimators.mixture_information(outputs, deviations**2, "exact1d").nats}]


@dataclass(frozen=True)
class Pictures:
    """Pairs of pictures with known information, by estimators on one kind of code.

    Encoders are fitted on ``seen`` samples of their own; ``components`` 0 stands for as many as the family has
    parameters. The information goes from ``least`` to ``most`` in equal steps.
    """

    family: str
    code: str
    components: int = 0
    least: float = 0.0
    most: float = 10.0
    points: int = 5
    samples: int = 2500
    seen: int = 6000
    steps: int = 300
    batch: int = 64
    lr: float = 1e-2
    repetition: int = 0

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row for each amount of information and estimator, with that of shuffled pairs."""
        fitting, *streams = spawn(rng, 1 + self.points)
        renderer = FAMILIES[check_choice(self.family, "family", FAMILIES)]
        encoder, rows = self._encoder(renderer, fitting, device), []
        methods = ON_PIXELS if self.code == "pixels" else ON_CODES
        for nats, stream in zip(np.linspace(self.least, self.most, self.points), streams, strict=True):
            drawing, coding, estimating = spawn(stream, 3)
            x, y = self._codes(self._pair(renderer, float(nats)), encoder, drawing, coding)
            readings = {method: self._read(method, x, y, estimating) for method in methods}
            rows += [{"nats": float(nats), "method": method, **reading} for method, reading in readings.items()]
        return rows

    def _pair(self, renderer: Renderer, nats: float) -> distributions.ImagePair:
        if isinstance(renderer, AntiPCA):
            return distributions.anti_pca(nats)
        return distributions.image_pair(renderer, renderer, nats)

    def _encoder(self, renderer: Renderer, rng: np.random.Generator, device: str) -> Encoder | None:
        """What both pictures are encoded by, learnt from pictures of the family."""
        size = self.components or renderer.count
        if check_choice(self.code, "code", CODES) in ("parameters", "pixels"):
            return None
        if self.code == "nothing":
            return Nothing(size)
        drawing, fitting = spawn(rng, 2)
        x = self._pair(renderer, 1.0).sample(self.seen, drawing)[0]
        if self.code == "PCA":
            return PCA(size).fit(x)
        kind = "linear" if isinstance(renderer, AntiPCA) else "convolutional"
        steps = 1 if self.code == "untrained" else self.steps
        return Autoencoder(size, kind, steps=steps, batch=self.batch, lr=self.lr).fit(x, rng=fitting, device=device)

    def _codes(
        self,
        pair: distributions.ImagePair,
        encoder: Encoder | None,
        drawing: np.random.Generator,
        coding: np.random.Generator,
    ) -> list[np.ndarray]:
        drawn = (pair.parameters if self.code == "parameters" else pair.sample)(self.samples, drawing)
        if encoder is None:
            return list(drawn)
        return [encoder.transform(z, rng) for z, rng in zip(drawn, spawn(coding, 2), strict=True)]

    def _read(self, method: str, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
        estimating, shuffling = spawn(rng, 2)
        started = time.perf_counter()
        estimate = self._estimate(method, x, y, estimating)
        seconds = time.perf_counter() - started
        apart = self._estimate(method, x, shuffling.permutation(y), shuffling)
        return {"estimate": estimate.nats, "stderr": estimate.stderr, "shuffled": apart.nats, "seconds": seconds}

    def _estimate(self, method: str, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Estimate:
        if self.code == "pixels":  # whose covariance is singular but for rounding
            plain: dict[str, Estimator] = {"kl": KozachenkoLeonenko(k=FIVE), "ksg": KSG(k=FIVE)}
            return refusable(plain[method], x, y, rng)
        return compressed_information(x, y, CLASSICAL[method], baseline=None, rng=rng)
