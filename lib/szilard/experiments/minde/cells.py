"""What the chapter on MINDE measures one estimate at a time: systems no correlation shows, benchmark tasks, digits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import digits
from szilard.diffusion import Architecture, Training
from szilard.distributions import Crossed, Distribution, NoisyImages, NoisyLinear, NoisyXor, sparse, task
from szilard.estimate import Estimate
from szilard.estimators import MINDE, Estimator, make, measure
from szilard.estimators.score_based import PUBLISHED
from szilard.validation import check_choice

UNTRAINED = 1  # steps: the fewest there are; a rate that rises and falls is zero there, and the network adds nothing
RANKED = {"preprocess": "rank", "baseline": "gaussian", "times": "logistic"}
OPTIONS: dict[str, dict[str, Any]] = {  # up to "ours" each adds one thing to the one before it
    "published": PUBLISHED,
    "network": PUBLISHED,
    "plain": PUBLISHED | {"times": "logistic"},
    "ranks": {"times": "logistic", "preprocess": "rank", "baseline": None},
    "ours": RANKED,
    "deep": RANKED,
    "modulated": RANKED,
}
PROTOCOLS = ("ours", "plain")
PAIR, PIXELS = Crossed(0.9), Crossed(0.9, pixels=2)
SYSTEMS: dict[str, Distribution] = {
    "crossed pairs": PAIR,
    "XOR of signs": NoisyXor(2.0),
    "shared scale": task("asinh-student-identity-2-2-1").distribution,
    "view 1": PIXELS.view(1),
    "view 2": PIXELS.view(2),
    "repeated_view 1": PIXELS.repeated_view(1),
    "paired_view 1": PIXELS.paired_view(1),
    **{f"{nats} nats": sparse(3, 3, 2, mutual_information=float(nats)) for nats in (1, 2, 3, 4)},
}
CROSSED, XOR, SCALE, *LOOKS = list(SYSTEMS)[:7]
DIAL = list(SYSTEMS)[7:]  # of information: two pairs of three share it, all is normal
BOUNDS = {"mine": "MINE", "nwj": "NWJ", "infonce": "InfoNCE", "smile": "SMILE"}
PLUG_IN = {"correct_bias": False}
# The samples of a task are measured as they come and the bias of covariances is left in, as the benchmark does.
RAW = {"ksg": {"standardize": False}, "gaussian": PLUG_IN, "copula": PLUG_IN}
COLLECTIONS = ("digits", "normal field")
PIXEL_NOISE = 8.0  # of sixteen grey levels: digits stay unresolved, and information far from its ceiling
INKED = 0.5  # standard deviation of a pixel; the others are blank in nearly all images

# fmt: off
__all__ = ["BOUNDS", "COLLECTIONS", "CROSSED", "DIAL", "LOOKS", "OPTIONS", "PAIR", "PROTOCOLS", "SCALE", "SYSTEMS",
           "UNTRAINED", "XOR", "Classical", "Digits", "Trained", "compared", "forms", "minde", "quick_minde"]
# fmt: on


def minde(option: str, batch: int, hidden: int | None = None, lr: float = 5e-3, **settings: Any) -> MINDE:
    """MINDE under an option.

    ``"published"`` is the authors' network and time input on rescaled data, at their constant rate. All others have a
    residual network that is told the log signal-to-noise ratio, and a rate that rises and falls: ``"network"`` is just
    that, ``"plain"`` draws logistic times, ``"ranks"`` makes the columns Gaussian, ``"ours"`` adds the Gaussian
    baseline, ``"deep"`` has five blocks in place of three, and ``"modulated"`` multiplies by functions of lengths.
    """
    if check_choice(option, "option", OPTIONS) == "published":
        architecture = Architecture("published", hidden=hidden, time="raw")
        training = Training(batch=batch, schedule="constant")
    else:
        kind = "modulated" if option == "modulated" else "residual"
        architecture = Architecture(kind, hidden, blocks=5 if option == "deep" else None)
        training = Training(batch=batch, lr=lr)
    return MINDE(architecture=architecture, training=training, **(OPTIONS[option] | settings))


def quick_minde(option: str, steps: int, batch: int = 512, **settings: Any) -> MINDE:
    """MINDE as the quick tier runs it: a network 48 wide, few steps."""
    return minde(option, batch, 48, 1e-2, steps=steps, redraws=3, **settings)


def compared(truth: float, estimate: Estimate) -> dict[str, float]:
    """An estimate beside the truth."""
    return {"truth": truth, "estimate": estimate.value, "stderr": estimate.stderr}


def forms(truth: float, estimate: Estimate) -> Rows:
    """Every form of an estimate beside the truth, one row each; one row where there are no forms."""
    parts = estimate.diagnostics.get("forms", {"": estimate})
    return [{"warned": bool(estimate.warnings), "form": name, **compared(truth, part)} for name, part in parts.items()]


@dataclass(frozen=True)
class Trained:
    """One system by MINDE under one option, by a variational bound, or by an estimator that needs no training. Networks
    of either kind take the same number of steps of as many samples."""

    system: str
    method: str
    variant: str = "c"
    steps: int = 1500
    samples: int = 20_000
    repetition: int = 0
    batch: int = 512

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per form, with the time for training and evaluation."""
        system = SYSTEMS[check_choice(self.system, "system", SYSTEMS)]
        x, y = system.sample(self.samples, rng=rng)
        started = time.perf_counter()
        estimate = measure(self._estimator(device), y, x, rng=rng)  # of pixels and their view, the view is noised
        seconds = time.perf_counter() - started
        return [{**row, "seconds": seconds} for row in forms(system.mutual_information, estimate)]

    def _estimator(self, device: str) -> Estimator:
        if self.method in OPTIONS:
            return quick_minde(self.method, self.steps, self.batch, variant=self.variant, device=device)
        if self.method not in BOUNDS:
            return make(self.method, **RAW.get(self.method, {}))
        training = Training(batch=self.batch, lr=5e-3)
        return make(self.method, hidden=48, steps=self.steps, training=training, holdout=0.1, device=device)


@dataclass(frozen=True)
class Classical:
    """One benchmark task by an estimator that needs no training."""

    task: str
    estimator: str
    samples: int

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row."""
        searched = {"k": 10, "metric": "euclidean", "device": device} if self.estimator == "ksg" else {}
        settings = searched | RAW.get(self.estimator, {})
        problem, estimator = task(self.task), make(self.estimator, **settings)
        x, y = problem.sample(self.samples, rng=rng)
        return [compared(problem.mutual_information, measure(estimator, x, y, rng=rng))]


@dataclass(frozen=True)
class Digits:
    """I(view of the first rows; image) of noisy digits, or of a normal field, by a Gaussian with the covariance of the
    samples: MINDE's baseline, which does not mind pixels that are shown twice."""

    images: str
    view: str
    rows: int
    samples: int = 20_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row."""
        field = check_choice(self.images, "images", COLLECTIONS) == "normal field"
        collection = NoisyLinear() if field else _digits()
        seen = getattr(collection, check_choice(self.view, "view", ("view", "repeated_view", "paired_view")))(self.rows)
        x, y = seen.sample(self.samples, rng=rng)
        untrained = quick_minde("ours", UNTRAINED, preprocess="rescale", device="cpu")
        return [compared(seen.mutual_information, measure(untrained, x, y, rng=rng))]


@cache
def _digits() -> NoisyImages:
    found = digits().images
    pixels = found.reshape(len(found), -1)
    return NoisyImages(np.where(pixels.std(0) > INKED, pixels, 0.0), PIXEL_NOISE)
