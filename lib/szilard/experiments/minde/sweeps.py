"""What the chapter on MINDE measures along one dial: high information, tails, spirals, sparsity; and real digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import digits
from szilard.distributions import Gaussian, NoisyImages, Spiral, Student, Transformed, dense, sparse
from szilard.estimators import make, measure, minde_fleet
from szilard.experiments.minde.cells import quick_minde
from szilard.rng import spawn

# Noise in units of the sixteen grey levels: the digits stay far from resolved, and information far from its ceiling.
PIXEL_NOISE = 8.0


def _spiral(speed: float) -> Any:
    flat = sparse(3, 3, 2, strength=2.0)
    return Transformed(flat, fx=Spiral((0, 1), speed), fy=Spiral((1, 2), speed)) if speed else flat


def _tails(dof: float) -> Any:
    return Student(Gaussian(np.eye(4), (2, 2)), dof=int(dof))


def _sparsity(pairs: float) -> Any:
    return sparse(5, 5, int(pairs), mutual_information=1.0) if pairs else dense(5, 5, mutual_information=1.0)


FAMILIES: dict[str, tuple[Callable[[float], Any], tuple[float, ...]]] = {
    "high information": (lambda nats: sparse(3, 3, 2, mutual_information=nats), (1.0, 2.0, 3.0, 4.0, 5.0)),
    "tails": (_tails, (1.0, 2.0, 4.0, 8.0)),
    "spiral": (_spiral, (0.0, 0.25, 0.5, 1.0)),
    "sparsity": (_sparsity, (0.0, 1.0, 3.0, 5.0)),
}
FAMILIES_AT_ONCE = ("minde", "minde plain")  # a fleet per family

__all__ = ["FAMILIES", "Digits", "Sweep"]


@dataclass(frozen=True)
class Sweep:
    """One family of laws, measured at all its settings by one estimator; the steps are those of a network.

    ``"minde"`` is ranks and Gaussian baseline; ``"minde plain"`` rescaled data and neither, as published.
    """

    family: str
    estimator: str
    repetition: int = 0
    samples: int = 10_000
    steps: int = 250

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Truth, estimate and its error at every setting of the family's dial."""
        make_law, values = FAMILIES[self.family]
        laws = [make_law(value) for value in values]
        data, streams = (spawn(each, len(laws)) for each in spawn(rng, 2))
        pairs = [law.sample(self.samples, rng=g) for law, g in zip(laws, data, strict=True)]
        if self.estimator in FAMILIES_AT_ONCE:
            plain = {"preprocess": "rescale", "baseline": None} if self.estimator == "minde plain" else {}
            estimates = minde_fleet(quick_minde(self.steps, device=device, **plain), pairs, streams)
        else:
            one = make(self.estimator)
            estimates = [measure(one, *pair, rng=g) for pair, g in zip(pairs, streams, strict=True)]
        return [
            {"dial": value, "truth": law.mutual_information, "estimate": each.value, "stderr": each.stderr}
            for value, law, each in zip(values, laws, estimates, strict=True)
        ]


@dataclass(frozen=True)
class Digits:
    """One of the views of noisy handwritten digits."""

    view: str
    rows: int
    samples: int = 20_000
    steps: int = 200
    hidden: int = 64

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """I(view of the first rows; image) for real digits: the estimate and the exact sum over the collection."""
        from szilard.diffusion import Architecture

        law = getattr(_digit_field(), self.view)(self.rows)
        estimator = quick_minde(
            self.steps, preprocess="rescale", architecture=Architecture(hidden=self.hidden), redraws=2, device=device
        )
        estimate = estimator.mutual_information(*law.sample(self.samples, rng=rng), rng=rng)
        return [{"truth": law.mutual_information, "estimate": estimate.value, "stderr": estimate.stderr}]


@cache
def _digit_field() -> NoisyImages:
    images = digits().images
    pixels = images.reshape(len(images), -1)
    inked = pixels.std(0) > 0.5  # the others are blank in nearly all images: wiped in the rest
    return NoisyImages(np.where(inked, pixels, 0.0), PIXEL_NOISE)
