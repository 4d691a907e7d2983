"""The laboratory of the chapter on MINDE: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
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
from szilard.experiments.minde.fleet import (
    HALF_CUBE,
    OPTIONS,
    PROTOCOLS,
    SHAPES,
    SPIRAL,
    Ablation,
    Budget,
    Group,
)
from szilard.experiments.minde.scores import TIMES, Forward, Integrand, Pointwise, Sigma, Truncation

INFORMATION = (0.4133, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # nats, the grid of the truncation curve
PUBLISHED, EXACT = list(TIMES)[2:]
DRAWS = {
    (1.0, EXACT): 1_000_000,
    (3.0, EXACT): 3_000_000,
    (5.0, EXACT): 3_000_000,
    (5.0, PUBLISHED): 3_000_000,
}
NORMAL_PAIR, NORMAL_5X5, NORMAL_3X3 = (
    "1v1-normal-0.75",
    "multinormal-sparse-5-5-2-2.0",
    "multinormal-sparse-3-3-2-2.0",
)
SWISS_ROLL, STUDENT = "swissroll_x-normal_cdf-1v1-normal-0.75", "asinh-student-identity-1-1-1"
EASY_TASKS = (NORMAL_PAIR, "1v1-bimodal-0.75", SWISS_ROLL, NORMAL_5X5, HALF_CUBE, STUDENT)
UNSOLVED_TASKS = ("1v1-additive-0.75", SPIRAL)  # by so short a training
ALL_TASKS = tuple(each.id for each in beyond_normal())
FIELD_VIEWS = [
    *(("paired_view", rows) for rows in (2, 4)),
    *(("repeated_view", rows) for rows in (1, 2)),
    *(("view", rows) for rows in (2, 4, 5, 8)),
]
DIGIT_VIEWS = [
    ("view", 2),
    ("view", 4),
    ("view", 8),
    ("repeated_view", 1),
    ("paired_view", 2),
    ("paired_view", 4),
]
HARD_SHAPES = ("1x1", "3x3", "5x5")
QUICK_OPTIONS = ("published", "log-SNR", "asinh", "rank", "baseline", "logistic", "adaptive")
COMPARED = ("published", "baseline")  # by the claim
FEW_AND_MANY = (100, 500, 2500, 10_000)
CLASSICAL = ("ksg", "copula")

EXPERIMENTS = (
    Experiment(
        "forward",
        "exact and learnt scores of a normal pair along the diffusion",
        quick=[Forward(), Forward(steps=UNTRAINED)],
        full=[Forward(samples=100_000, steps=steps) for steps in (20_000, UNTRAINED)],
    ),
    Experiment(
        "integrand",
        "where on the log signal-to-noise axis the information sits",
        quick=[Integrand(*pair) for pair in product((0.4133, 1.0, 3.0), "cj")],
        light=True,
    ),
    Experiment(
        "truncation",
        "what cutting the diffusion short costs, by information and time sampler",
        quick=[Truncation(*pair, DRAWS.get(pair, 0)) for pair in product(INFORMATION, TIMES)],
    ),
    Experiment(
        "quick",
        "both variants and all forms of MINDE on eight benchmark tasks, few steps or one",
        quick=[
            Trained(*pair, 20_000, steps)
            for tasks, steps in ((EASY_TASKS, 600), (UNSOLVED_TASKS, 400), (EASY_TASKS, UNTRAINED))
            for pair in product(tasks, "cj")
        ],
    ),
    Experiment(
        "classical",
        "estimators without training on all 40 benchmark tasks",
        quick=[Classical(*pair, 4_000) for pair in product(ALL_TASKS, ("ksg", "gaussian", "copula"))],
    ),
    Experiment(
        "benchmark",
        "the 40 benchmark tasks, both variants, three seeds, two protocols, at paper scale",
        full=[
            Group(dims, variant, protocol, steps=steps)
            for steps, protocol, dims, variant in product((40_000, UNTRAINED), PROTOCOLS, SHAPES, "cj")
        ],
    ),
    Experiment(
        "variational",
        "the 40 benchmark tasks by four variational bounds, three seeds, at paper scale",
        full=[Critics(*pair) for pair in product(SHAPES, BOUNDS)],
    ),
    Experiment(
        "ablation",
        "options of MINDE, one after the other, on five hard tasks with the same budget",
        quick=[Ablation(*pair) for pair in product(HARD_SHAPES, QUICK_OPTIONS)]
        + [Ablation(*pair, steps=UNTRAINED) for pair in product(HARD_SHAPES, COMPARED)],
        full=[
            Ablation(*pair, samples=110_000, steps=steps, batch=1024, hidden=64, seeds=3)
            for options, steps in ((OPTIONS, 40_000), (COMPARED, UNTRAINED))
            for pair in product(HARD_SHAPES, options)
        ],
    ),
    Experiment(
        "steps",
        "error and wall time against the number of training steps, two protocols",
        quick=[Budget(*pair) for pair in product(PROTOCOLS, (25, 50, 100, 200, 300))],
        full=[
            Budget(*pair, samples=110_000, batch=1024, hidden=64, seeds=3)
            for pair in product(PROTOCOLS, (300, 1000, 3000, 10_000, 30_000, 100_000))
        ],
    ),
    Experiment(
        "samplesize",
        "error against the number of samples, three repetitions each",
        quick=[
            SampleSize(HALF_CUBE, *cell, steps=steps)
            for estimators, steps in (((*CLASSICAL, "minde"), 250), (("minde",), UNTRAINED))
            for cell in product(estimators, FEW_AND_MANY, range(3))
        ],
        full=[
            SampleSize(*cell, steps=20_000)
            for cell in product(
                (HALF_CUBE, SPIRAL), (*CLASSICAL, "minde"), (100, 1000, 10_000, 100_000), range(3)
            )
        ],
    ),
    Experiment(
        "consistency",
        "baseline, data processing and additivity on noisy random images with closed forms",
        quick=[Consistency(*view, steps=steps) for steps in (100, UNTRAINED) for view in FIELD_VIEWS],
    ),
    Experiment(
        "digits",
        "the same three tests on noisy handwritten digits, beside exact sums",
        quick=[Digits(*view, steps=steps) for steps in (200, UNTRAINED) for view in DIGIT_VIEWS],
        full=[
            Digits(*view, 100_000, steps, 256)
            for steps in (40_000, UNTRAINED)
            for view in (*DIGIT_VIEWS, ("view", 5), ("repeated_view", 2))
        ],
    ),
    Experiment(
        "sweeps",
        "high information, heavy tails, spirals and sparsity, one dial at a time",
        quick=[Sweep(HIGH, "minde plain", steps=700)]  # the longest first
        + [Sweep(*pair) for pair in product(FAMILIES, (*CLASSICAL, "minde"))]
        + [Sweep(HIGH, each, steps=UNTRAINED) for each in FLEETS],
        full=[
            Sweep(*cell, samples=100_000, steps=steps)
            for families, estimators, steps in (
                (FAMILIES, (*CLASSICAL, *FLEETS), 20_000),
                ((HIGH,), FLEETS, UNTRAINED),
            )
            for cell in product(families, estimators, range(3))
        ],
    ),
    Experiment(
        "neighbours",
        "variational bounds on the dial of high information",
        quick=[*map(Neighbour, BOUNDS), Neighbour("mine", steps=1600)],
        full=[
            Neighbour(*pair, samples=100_000, steps=20_000, batch=1024, hidden=256)
            for pair in product(BOUNDS, range(3))
        ],
    ),
    Experiment(
        "sigma",
        "the outside form against the width of its Gaussian reference",
        quick=[Sigma(task, steps=n) for n in (1000, UNTRAINED) for task in (NORMAL_PAIR, NORMAL_3X3)],
    ),
    Experiment(
        "real",
        "five estimators on brain signals and on halves of images",
        quick=[Real(*pair) for pair in product(PAIRS, ("gaussian", "copula", "ksg", "kl", "minde"))],
    ),
    Experiment(
        "entropy",
        "differential entropy by score matching and by nearest neighbours",
        quick=[Entropy(*pair) for pair in product(("normal in 3 dimensions", "uniform"), ("kl", "minde"))],
    ),
    Experiment(
        "pointwise",
        "what the estimator attributes to single samples, against exact pointwise information",
        quick=[Pointwise()],
    ),
)
LABORATORY = Laboratory("minde", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
