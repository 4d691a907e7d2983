"""The laboratory of the chapter on MINDE: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.distributions import beyond_normal
from szilard.experiments.minde import cells as cells
from szilard.experiments.minde import exact as exact
from szilard.experiments.minde import fleet as fleets
from szilard.experiments.minde import sweeps as sweeps
from szilard.experiments.minde import variational as bounds
from szilard.experiments.minde.claims import CLAIMS
from szilard.experiments.minde.tables import (
    ablation_errors,
    areas,
    budget_errors,
    by_bound,
    form_spread,
    noise_rmse,
    quick_table,
    ratios,
    scoreboard,
    solved_by,
)

__all__ = [
    "LABORATORY",
    "ablation_errors",
    "areas",
    "budget_errors",
    "by_bound",
    "form_spread",
    "noise_rmse",
    "quick_table",
    "ratios",
    "recorded",
    "run",
    "scoreboard",
    "solved_by",
]

INFORMATION = (0.4133, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # nats, the grid of the truncation curve
SCHEMES = ("uniform 1e-5", "uniform 1e-3", "importance, as published", "importance, exact weight")
MEASURED = {  # how many draws
    (1.0, SCHEMES[3]): 1_000_000,
    (3.0, SCHEMES[3]): 3_000_000,
    (5.0, SCHEMES[3]): 3_000_000,
    (5.0, SCHEMES[2]): 3_000_000,
}
QUICK_TASKS = (
    "1v1-normal-0.75",
    "1v1-bimodal-0.75",
    "swissroll_x-normal_cdf-1v1-normal-0.75",
    "multinormal-sparse-5-5-2-2.0",
    "half_cube-multinormal-sparse-3-3-2-2.0",
    "asinh-student-identity-1-1-1",
)
DIGIT_VIEWS = (
    ("view", 2),
    ("view", 4),
    ("view", 8),
    ("view", 5),
    ("repeated_view", 1),
    ("paired_view", 2),
    ("paired_view", 4),
    ("repeated_view", 2),
)
HARD_TASKS = ("1v1-additive-0.75", "spiral-multinormal-sparse-3-3-2-2.0")
TASKS = tuple(each.id for each in beyond_normal())
HARD_SHAPES = ("1x1", "3x3", "5x5")
QUICK_OPTIONS = ("published", "log-SNR", "asinh", "rank", "baseline", "logistic", "adaptive")
EXPERIMENTS = (
    Experiment(
        "forward",
        "exact and learnt scores of a normal pair along the diffusion",
        quick=[cells.Forward()],
        full=[cells.Forward(samples=100_000, steps=20_000)],
    ),
    Experiment(
        "integrand",
        "where on the log signal-to-noise axis the information sits",
        quick=[exact.Integrand(*pair) for pair in product((0.4133, 1.0, 3.0), "cj")],
        light=True,
    ),
    Experiment(
        "truncation",
        "what cutting the diffusion short costs, by information and time sampler",
        quick=[
            exact.Truncation(i, scheme, MEASURED.get((i, scheme), 0)) for i, scheme in product(INFORMATION, SCHEMES)
        ],
    ),
    Experiment(
        "quick",
        "both variants and all forms of MINDE on eight benchmark tasks, few steps",
        quick=[cells.Trained(*pair, 20_000, 600) for pair in product(QUICK_TASKS, "cj")]
        + [cells.Trained(*pair, 20_000, 400) for pair in product(HARD_TASKS, "cj")],
    ),
    Experiment(
        "classical",
        "estimators without training on all 40 benchmark tasks",
        quick=[cells.Classical(*pair, 4_000) for pair in product(TASKS, ("ksg", "gaussian", "copula"))],
    ),
    Experiment(
        "benchmark",
        "the 40 benchmark tasks, both variants, three seeds, two protocols, at paper scale",
        full=[
            fleets.Group(shape, variant, protocol)
            for protocol, shape, variant in product(fleets.PROTOCOLS, fleets.SHAPES, "cj")
        ],
    ),
    Experiment(
        "variational",
        "the 40 benchmark tasks by four variational bounds, three seeds, at paper scale",
        full=[bounds.Critics(*pair) for pair in product(fleets.SHAPES, bounds.NEIGHBOURS)],
    ),
    Experiment(
        "ablation",
        "options of MINDE, one after the other, on five hard tasks with the same budget",
        quick=[fleets.Ablation(*pair) for pair in product(HARD_SHAPES, QUICK_OPTIONS)],
        full=[
            fleets.Ablation(*pair, samples=110_000, steps=40_000, batch=1024, hidden=64, seeds=3)
            for pair in product(HARD_SHAPES, fleets.OPTIONS)
        ],
    ),
    Experiment(
        "steps",
        "error and wall time against the number of training steps, two protocols",
        quick=[fleets.Budget(*pair) for pair in product(fleets.PROTOCOLS, (25, 50, 100, 200, 300))],
        full=[
            fleets.Budget(*pair, samples=110_000, batch=1024, hidden=64, seeds=3)
            for pair in product(fleets.PROTOCOLS, (300, 1000, 3000, 10_000, 30_000, 100_000))
        ],
    ),
    Experiment(
        "samplesize",
        "error against the number of samples, three repetitions each",
        quick=[
            cells.SampleSize("half_cube-multinormal-sparse-3-3-2-2.0", *cell)
            for cell in product(("ksg", "copula", "minde"), (100, 500, 2500, 10_000), range(3))
        ],
        full=[
            cells.SampleSize(i, *cell, steps=20_000)
            for i in ("half_cube-multinormal-sparse-3-3-2-2.0", "spiral-multinormal-sparse-3-3-2-2.0")
            for cell in product(("ksg", "copula", "minde"), (100, 1000, 10_000, 100_000), range(3))
        ],
    ),
    Experiment(
        "consistency",
        "baseline, data processing and additivity on noisy random images with closed forms",
        quick=[cells.Consistency("paired_view", r) for r in (2, 4)]
        + [cells.Consistency("repeated_view", r) for r in (1, 2)]
        + [cells.Consistency("view", r) for r in (2, 4, 5, 8)],
    ),
    Experiment(
        "digits",
        "the same three tests on noisy handwritten digits, beside exact sums",
        quick=[sweeps.Digits(*pair) for pair in (*DIGIT_VIEWS[:3], *DIGIT_VIEWS[4:7])],
        full=[sweeps.Digits(*pair, 100_000, 40_000, 256) for pair in DIGIT_VIEWS],
    ),
    Experiment(
        "sweeps",
        "high information, heavy tails, spirals and sparsity, one dial at a time",
        quick=[sweeps.Sweep("high information", "minde plain", steps=700)]  # the longest first
        + [sweeps.Sweep(*pair) for pair in product(sweeps.FAMILIES, ("ksg", "copula", "minde"))],
        full=[
            sweeps.Sweep(*cell, samples=100_000, steps=20_000)
            for cell in product(sweeps.FAMILIES, ("ksg", "copula", "minde", "minde plain"), range(3))
        ],
    ),
    Experiment(
        "neighbours",
        "variational bounds on the dial of high information",
        quick=[*map(bounds.Neighbour, bounds.NEIGHBOURS), bounds.Neighbour("mine", steps=1600)],
        full=[
            bounds.Neighbour(*pair, samples=100_000, steps=20_000, batch=1024, hidden=256)
            for pair in product(bounds.NEIGHBOURS, range(3))
        ],
    ),
    Experiment(
        "sigma",
        "the outside form against the width of its Gaussian reference",
        quick=[cells.Sigma("1v1-normal-0.75"), cells.Sigma("multinormal-sparse-3-3-2-2.0")],
    ),
    Experiment(
        "real",
        "five estimators on brain signals and on halves of images",
        quick=[
            cells.Real(*pair)
            for pair in product(
                ("LPut | RPut", "LHip | RHip", "LPrec | RPrec", "digit halves"),
                ("gaussian", "copula", "ksg", "kl", "minde"),
            )
        ],
    ),
    Experiment(
        "entropy",
        "differential entropy by score matching and by nearest neighbours",
        quick=[cells.Entropy(*pair) for pair in product(("normal in 3 dimensions", "uniform"), ("kl", "minde"))],
    ),
    Experiment(
        "pointwise",
        "what the estimator attributes to single samples, against exact pointwise information",
        quick=[exact.Pointwise()],
    ),
)

LABORATORY = Laboratory("minde", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
