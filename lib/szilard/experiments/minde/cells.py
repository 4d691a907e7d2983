"""What the chapter on MINDE measures one estimate at a time: benchmark tasks, noisy images, digits and real signals."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import digit_halves, digits, fmri
from szilard.diffusion import Architecture, Training
from szilard.distributions import Distribution, NoisyImages, NoisyLinear, Task, task
from szilard.estimate import Estimate
from szilard.estimators import MINDE, Estimator, KozachenkoLeonenko, make, measure
from szilard.rng import spawn
from szilard.validation import check_choice

UNTRAINED = 1  # steps: the fewest there are; a rate that rises and falls is zero there, and the network adds nothing
PIXEL_NOISE = 8.0  # of sixteen grey levels: digits stay unresolved, and information far from its ceiling
INKED = 0.5  # standard deviation of a pixel; the others are blank in nearly all images
VIEWS = ("view", "repeated_view", "paired_view")
PAIRS = ("LPut | RPut", "LHip | RHip", "LPrec | RPrec", "digit halves")
NORMAL, UNIFORM = "normal in 3 dimensions", "uniform"

# fmt: off
__all__ = ["PAIRS", "UNTRAINED", "Classical", "Consistency", "Digits", "Entropy", "Real", "SampleSize", "Trained",
           "compared", "forms", "quick_minde", "samples_of"]
# fmt: on


def quick_minde(steps: int, **settings: Any) -> MINDE:
    """MINDE as the quick tier runs it: Gaussian ranks, Gaussian baseline, a small network, few steps."""
    options: dict[str, Any] = {"preprocess": "rank", "baseline": "gaussian", "architecture": Architecture(hidden=48)}
    options |= {"training": Training(lr=5e-3, batch=256), "redraws": 3}
    return MINDE(steps=steps, **(options | settings))


def samples_of(
    distributions: Sequence[Distribution | Task], samples: int, rng: np.random.Generator
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[np.random.Generator]]:
    """Samples of each distribution, and the streams that their trainings draw from."""
    data, streams = (spawn(each, len(distributions)) for each in spawn(rng, 2))
    pairs = (each.sample(samples, rng=g) for each, g in zip(distributions, data, strict=True))
    return [(x, y) for x, y in pairs], streams


def compared(truth: float, estimate: Estimate) -> dict[str, float]:
    """An estimate beside the truth."""
    return {"truth": truth, "estimate": estimate.value, "stderr": estimate.stderr}


def forms(truth: float, estimate: Estimate) -> Rows:
    """Every form of an estimate beside the truth, one row each."""
    shared = {"truth": truth, "warned": bool(estimate.warnings)}
    parts = estimate.diagnostics["forms"].items()
    return [{**shared, "form": name, "estimate": part.value, "stderr": part.stderr} for name, part in parts]


def _estimated(of: Distribution | Task, samples: int, estimator: Estimator, rng: np.random.Generator) -> Rows:
    """Draw samples, estimate their information, and compare."""
    x, y = of.sample(samples, rng=rng)
    return [compared(of.mutual_information, measure(estimator, x, y, rng=rng))]


@dataclass(frozen=True)
class Trained:
    """MINDE on one benchmark task: every form, its standard error and whether the forms disagree."""

    task: str
    variant: str
    samples: int
    steps: int
    seed: int = 0

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per form."""
        problem = task(self.task)
        estimator = quick_minde(self.steps, variant=self.variant, device=device)
        estimate = estimator.mutual_information(*problem.sample(self.samples, rng=rng), rng=rng)
        return forms(problem.mutual_information, estimate)


@dataclass(frozen=True)
class Classical:
    """One benchmark task by an estimator that needs no training."""

    task: str
    estimator: str
    samples: int

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row."""
        settings = {"k": 10, "metric": "euclidean"} if self.estimator == "ksg" else {}
        return _estimated(task(self.task), self.samples, make(self.estimator, **settings), rng)


@dataclass(frozen=True)
class SampleSize:
    """One task by one estimator from few or many samples."""

    task: str
    estimator: str
    samples: int
    repetition: int
    steps: int = 250

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        neural = self.estimator == "minde"
        estimator = quick_minde(self.steps, device=device, holdout=0.2) if neural else make(self.estimator)
        return _estimated(task(self.task), self.samples, estimator, rng)


@dataclass(frozen=True)
class Consistency:
    """I(image; view of its first rows) of noisy random images: the estimate beside the closed form."""

    view: str
    rows: int
    samples: int = 50_000
    steps: int = 100

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        seen = getattr(NoisyLinear(), check_choice(self.view, "view", VIEWS))(self.rows)
        settings: dict[str, Any] = {
            "training": Training(lr=3e-4, batch=512),
            "architecture": Architecture(hidden=64),
            "redraws": 1,
        }
        estimator = MINDE(baseline="gaussian", steps=self.steps, device=device, **settings)
        return _estimated(seen, self.samples, estimator, rng)


@dataclass(frozen=True)
class Digits:
    """I(view of the first rows; image) of noisy handwritten digits, beside the exact sum over the collection."""

    view: str
    rows: int
    samples: int = 20_000
    steps: int = 200
    hidden: int = 64

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        seen = getattr(_noisy_digits(), check_choice(self.view, "view", VIEWS))(self.rows)
        settings = {"preprocess": "rescale", "architecture": Architecture(hidden=self.hidden)}
        estimator = quick_minde(self.steps, redraws=2, device=device, **settings)
        return _estimated(seen, self.samples, estimator, rng)


@dataclass(frozen=True)
class Real:
    """One pair of real signals, whose information nobody knows, by one estimator."""

    data: str
    estimator: str

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        x, y = _real_pair(self.data)
        neural = self.estimator == "minde"
        estimator = quick_minde(400, holdout=0.3, device=device) if neural else make(self.estimator)
        started = time.perf_counter()
        estimate = measure(estimator, x, y, rng=rng)
        row = {"samples": len(x), "dim_x": x.shape[1], "dim_y": y.shape[1]}
        row |= {"seconds": time.perf_counter() - started, "estimate": estimate.value}
        return [row | {"stderr": estimate.stderr, "warnings": "; ".join(estimate.warnings)}]


@dataclass(frozen=True)
class Entropy:
    """Differential entropy of a sample by one estimator, beside the closed form."""

    law: str
    estimator: str
    samples: int = 10_000
    steps: int = 600

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row."""
        if check_choice(self.law, "law", (NORMAL, UNIFORM)) == NORMAL:
            scale = np.array([0.5, 1.0, 3.0])
            x = rng.standard_normal((self.samples, 3)) * scale
            truth = 1.5 * np.log(2 * np.pi * math.e) + np.log(scale).sum()
        else:
            x, truth = rng.random((self.samples, 1)), 0.0
        if self.estimator == "minde":
            estimate = quick_minde(self.steps, preprocess="rescale", baseline=None).entropy(x, rng=rng)
        else:
            check_choice(self.estimator, "estimator", ("kl", "minde"))
            estimate = KozachenkoLeonenko().entropy(x)
        return [compared(truth, estimate)]


@cache
def _noisy_digits() -> NoisyImages:
    images = digits().images
    pixels = images.reshape(len(images), -1)
    return NoisyImages(np.where(pixels.std(0) > INKED, pixels, 0.0), PIXEL_NOISE)


def _real_pair(data: str) -> tuple[np.ndarray, np.ndarray]:
    """Two simultaneous measurements: one brain region in both hemispheres, or the halves of an image."""
    if check_choice(data, "data", PAIRS) == "digit halves":
        left, right = digit_halves()
        return left[:, left.std(0) > INKED], right[:, right.std(0) > INKED]
    signals = fmri().iloc[1:]  # the first scan, before the magnetisation settles, is four times larger
    first, second = (signals[[name]].to_numpy() for name in data.split(" | "))
    return first, second
