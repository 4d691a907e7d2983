"""The laboratory of the chapter on MINDE: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from szilard.compendium import Cell, Experiment, Laboratory
from szilard.distributions import beyond_normal
from szilard.experiments.minde.cells import (
    PAIRS,
    UNTRAINED,
    Classical,
    Consistency,
    Digits,
    Entropy,
    Real,
    SampleSize,
    Trained,
)
from szilard.experiments.minde.claims import CLAIMS
from szilard.experiments.minde.dials import BOUNDS, FAMILIES, FLEETS, HIGH, Critics, Neighbour, Sweep
from szilard.experiments.minde.fleet import HALF_CUBE, OPTIONS, PROTOCOLS, SHAPES, SPIRAL, Ablation, Budget, Group
from szilard.experiments.minde.scores import TIMES, Forward, Integrand, Pointwise, Sigma, Truncation

ABOUT = {
    "forward": "exact and learnt scores of a normal pair along the diffusion",
    "integrand": "where on the log signal-to-noise axis the information sits",
    "truncation": "what cutting the diffusion short costs, by information and time sampler",
    "quick": "both variants and all forms of MINDE on eight benchmark tasks, few steps or one",
    "classical": "estimators without training on all 40 benchmark tasks",
    "benchmark": "the 40 benchmark tasks, both variants, three seeds, two protocols, at paper scale",
    "variational": "the 40 benchmark tasks by four variational bounds, three seeds, at paper scale",
    "ablation": "options of MINDE, one after the other, on five hard tasks with the same budget",
    "steps": "error and wall time against the number of training steps, two protocols",
    "samplesize": "error against the number of samples, three repetitions each",
    "consistency": "baseline, data processing and additivity on noisy random images with closed forms",
    "digits": "the same three tests on noisy handwritten digits, beside exact sums",
    "sweeps": "high information, heavy tails, spirals and sparsity, one dial at a time",
    "neighbours": "variational bounds on the dial of high information",
    "sigma": "the outside form against the width of its Gaussian reference",
    "real": "five estimators on brain signals and on halves of images",
    "entropy": "differential entropy by score matching and by nearest neighbours",
    "pointwise": "what the estimator attributes to single samples, against exact pointwise information",
}
INFORMATION = (0.4133, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # nats, the grid of the truncation curve
AS_PUBLISHED, EXACT = list(TIMES)[2:]
DRAWS = {(1.0, EXACT): 1_000_000, (3.0, EXACT): 3_000_000, (5.0, EXACT): 3_000_000, (5.0, AS_PUBLISHED): 3_000_000}
PAIR, FIVE, THREE = "1v1-normal-0.75", "multinormal-sparse-5-5-2-2.0", "multinormal-sparse-3-3-2-2.0"
SWISS_ROLL, STUDENT = "swissroll_x-normal_cdf-1v1-normal-0.75", "asinh-student-identity-1-1-1"
EASY_TASKS = (PAIR, "1v1-bimodal-0.75", SWISS_ROLL, FIVE, HALF_CUBE, STUDENT)
UNSOLVED_TASKS = ("1v1-additive-0.75", SPIRAL)  # by so short a training
ALL_TASKS = tuple(each.id for each in beyond_normal())
RANDOM_VIEWS = [*product(["paired_view"], (2, 4)), *product(["repeated_view"], (1, 2))]
RANDOM_VIEWS += product(["view"], (2, 4, 5, 8))
DIGIT_VIEWS = [*product(["view"], (2, 4, 8)), ("repeated_view", 1), *product(["paired_view"], (2, 4))]
MORE_DIGIT_VIEWS = [*DIGIT_VIEWS, ("view", 5), ("repeated_view", 2)]
HARD_SHAPES = ("1x1", "3x3", "5x5")
SOME_OPTIONS = ("published", "log-SNR", "asinh", "rank", "baseline", "logistic", "adaptive")
COMPARED = ("published", "baseline")  # by the claim
NEIGHBOURS, LEARNT = ("ksg", "copula"), ("minde",)
ALL = (*NEIGHBOURS, *LEARNT)
FIVE_ESTIMATORS = ("gaussian", "copula", "ksg", "kl", "minde")

QUICK: dict[str, Sequence[Cell]] = {
    "forward": [Forward(), Forward(steps=UNTRAINED)],
    "integrand": [Integrand(*pair) for pair in product((0.4133, 1.0, 3.0), "cj")],
    "truncation": [Truncation(*pair, DRAWS.get(pair, 0)) for pair in product(INFORMATION, TIMES)],
    "quick": [
        Trained(*pair, 20_000, steps)
        for tasks, steps in ((EASY_TASKS, 600), (UNSOLVED_TASKS, 400), (EASY_TASKS, UNTRAINED))
        for pair in product(tasks, "cj")
    ],
    "classical": [Classical(*pair, 4_000) for pair in product(ALL_TASKS, ("ksg", "gaussian", "copula"))],
    "ablation": [
        Ablation(*pair, steps=steps, hidden=64)
        for options, steps in ((SOME_OPTIONS, 150), (COMPARED, UNTRAINED))
        for pair in product(HARD_SHAPES, options)
    ],
    "steps": [Budget(*pair) for pair in product(PROTOCOLS, (25, 50, 100, 200, 300))],
    "samplesize": [
        SampleSize(HALF_CUBE, *cell, steps=steps)
        for estimators, steps in ((ALL, 250), (LEARNT, UNTRAINED))
        for cell in product(estimators, (100, 500, 2500, 10_000), range(3))
    ],
    "consistency": [Consistency(*view, steps=steps) for steps in (100, UNTRAINED) for view in RANDOM_VIEWS],
    "digits": [Digits(*view, steps=steps) for steps in (200, UNTRAINED) for view in DIGIT_VIEWS],
    "sweeps": [Sweep(HIGH, "minde plain", steps=700)]  # the longest first
    + [Sweep(*pair) for pair in product(FAMILIES, ALL)]
    + [Sweep(HIGH, each, steps=UNTRAINED) for each in FLEETS],
    "neighbours": [*map(Neighbour, BOUNDS), Neighbour("mine", steps=1600)],
    "sigma": [Sigma(task, steps=steps) for steps in (1000, UNTRAINED) for task in (PAIR, THREE)],
    "real": [Real(*pair) for pair in product(PAIRS, FIVE_ESTIMATORS)],
    "entropy": [Entropy(*pair) for pair in product(("normal in 3 dimensions", "uniform"), ("kl", "minde"))],
    "pointwise": [Pointwise()],
}
FULL: dict[str, Sequence[Cell]] = {
    "forward": [Forward(samples=100_000, steps=steps) for steps in (20_000, UNTRAINED)],
    "benchmark": [
        Group(dims, variant, protocol, steps=steps)
        for steps, protocol, dims, variant in product((40_000, UNTRAINED), PROTOCOLS, SHAPES, "cj")
    ],
    "variational": [Critics(*pair) for pair in product(SHAPES, BOUNDS)],
    "ablation": [
        Ablation(*pair, samples=110_000, steps=steps, batch=1024, hidden=64, seeds=3)
        for options, steps in ((OPTIONS, 40_000), (COMPARED, UNTRAINED))
        for pair in product(HARD_SHAPES, options)
    ],
    "steps": [
        Budget(*pair, samples=110_000, batch=1024, hidden=64, seeds=3)
        for pair in product(PROTOCOLS, (300, 1000, 3000, 10_000, 30_000, 100_000))
    ],
    "samplesize": [
        SampleSize(*cell, steps=20_000)
        for cell in product((HALF_CUBE, SPIRAL), ALL, (100, 1000, 10_000, 100_000), range(3))
    ],
    "digits": [Digits(*view, 100_000, steps, 256) for steps in (40_000, UNTRAINED) for view in MORE_DIGIT_VIEWS],
    "sweeps": [
        Sweep(*cell, samples=100_000, steps=steps)
        for families, estimators, steps in ((FAMILIES, (*NEIGHBOURS, *FLEETS), 20_000), ([HIGH], FLEETS, UNTRAINED))
        for cell in product(families, estimators, range(3))
    ],
    "neighbours": [
        Neighbour(*pair, samples=100_000, steps=20_000, batch=1024, hidden=256) for pair in product(BOUNDS, range(3))
    ],
}
EXPERIMENTS = tuple(
    Experiment(name, about, quick=QUICK.get(name, ()), full=FULL.get(name, ()), light=name == "integrand")
    for name, about in ABOUT.items()
)
LABORATORY = Laboratory("minde", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
