"""The laboratory of the chapter on MINDE: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from szilard.compendium import Cell, Experiment, Laboratory
from szilard.distributions import beyond_normal
from szilard.experiments.minde import cells
from szilard.experiments.minde.cells import CROSSED, OPTIONS, PROTOCOLS, UNTRAINED, XOR, Classical, Digits, Trained
from szilard.experiments.minde.claims import CLAIMS
from szilard.experiments.minde.fleet import SHAPES, WIDEST, Critics, Group, Wound
from szilard.experiments.minde.scores import TIMES, Forward, Integrand, Sigma, Truncation
from szilard.experiments.minde.unwound import Mapped, Unwound

ABOUT = {
    "forward": "exact and learnt scores of a normal pair along the diffusion",
    "integrand": "where on the log signal-to-noise axis the information sits",
    "truncation": "what cutting the diffusion short costs, by information and time sampler",
    "unseen": "both variants and all forms of MINDE on three systems whose dependence correlation does not show",
    "classical": "estimators without training on all 40 benchmark tasks",
    "benchmark": "the 40 benchmark tasks, both variants, three seeds, by our protocol, at paper scale",
    "published": "the same as published, but for a tenth of the steps and one seed; variant J without 1 × 1 tasks",
    "untrained": "the same without training, both protocols, one seed",
    "spirals": "the widest spiral of the 40 tasks by a network that multiplies by functions of lengths",
    "flows": "both spirals of 25 + 25 dimensions after invertible maps, and the same with Y shuffled",
    "mapped": "the 40 benchmark tasks after invertible maps, one seed, a fifth of the steps",
    "variational": "the 40 benchmark tasks by three variational bounds, one seed, at paper scale",
    "ablation": "options of MINDE, one added to the other, on two systems with the same budget",
    "steps": "error and wall time against the number of training steps, two protocols",
    "samplesize": "error against the number of samples, three repetitions each",
    "consistency": "baseline, data processing and additivity on pixels whose sign is lost, with closed forms",
    "digits": "the same three tests on noisy digits, by a Gaussian",
    "sweeps": "the dial of information, by eight estimators with the same data and steps",
    "sigma": "the outside form against the width of its Gaussian reference",
}
INFORMATION = (0.4133, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # nats, the grid of the truncation curve
DIAL = (0.1, 0.2, 0.4133, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0)  # nats, the positions of the slider
DRAWN = [(1.0, "importance, exact weight"), *product([5.0], list(TIMES)[2:])]
ALL_TASKS = tuple(each.id for each in beyond_normal())
CLASSICAL = ("ksg", "gaussian", "copula")
WIDEST_FIRST = [each.id for each in sorted(beyond_normal(), key=lambda each: -sum(each.dims))]
LARGEST_FIRST = sorted(SHAPES, key=lambda shape: sum(map(int, shape.split("x"))), reverse=True)
DIGIT_LOOKS = [*product(["view"], (2, 4, 5, 8)), ("repeated_view", 2), ("paired_view", 4)]
SIZES = list(product((250, 2000, 16_000), range(3)))


QUICK: dict[str, Sequence[Cell]] = {
    "forward": [Forward()],
    "integrand": [*(Integrand("normal", *pair) for pair in product(DIAL, "cj")),
                  Integrand(CROSSED, cells.PAIR.mutual_information)],
    "truncation": [Truncation(*pair, 1_000_000 * (pair in DRAWN)) for pair in product(INFORMATION, TIMES)],
    "unseen": [
        Trained(*one, steps)
        for steps in (1000, UNTRAINED) for one in product((CROSSED, XOR, cells.SCALE), PROTOCOLS, "cj")
    ],
    "classical": [Classical(*pair, 4_000) for pair in product(ALL_TASKS, CLASSICAL)],
    "ablation": [
        Trained(system, option, "c", 600, repetition=again)
        for again, system, option in product(range(2), (XOR, cells.SCALE), list(OPTIONS)[:5])
    ],
    "steps": [
        Trained(XOR, method, "c", steps, repetition=again, batch=256)
        for again, method, steps in product(range(2), PROTOCOLS, (UNTRAINED, 60, 250, 1000))
    ],
    "samplesize": [
        Trained(CROSSED, method, "c", steps, *size, batch=256)
        for methods, steps in ((("ours", "ksg", "copula"), 1000), (("ours",), UNTRAINED))
        for method, size in product(methods, SIZES)
    ],
    "consistency": [
        Trained(look, method, steps=steps * (2 if "paired" in look and steps > 1 else 1))  # for twice the variables
        for steps in (1200, UNTRAINED) for look, method in product(cells.LOOKS, PROTOCOLS)
    ],
    "digits": [Digits(images, *look) for images, look in product(cells.COLLECTIONS, DIGIT_LOOKS)],
    "sweeps": [
        Trained(system, method, steps=steps, samples=10_000, batch=256)
        for methods, steps in (((*PROTOCOLS, *cells.BOUNDS, "ksg", "copula"), 400), (PROTOCOLS, UNTRAINED))
        for method, system in product(methods, cells.DIAL)
    ],
    "sigma": [Sigma(protocol, steps) for steps in (1500, UNTRAINED) for protocol in PROTOCOLS],
}  # fmt: skip
FULL: dict[str, Sequence[Cell]] = {
    "classical": [Classical(*pair, 110_000) for pair in product(ALL_TASKS, CLASSICAL)],
    "benchmark": [Group(dims, variant, "ours") for variant, dims in product("cj", SHAPES)],
    "published": [Group(*pair, "published", seeds=1) for pair in product(LARGEST_FIRST, "cj") if pair != ("1x1", "j")],
    "untrained": [Group(*one, steps=UNTRAINED, seeds=1) for one in product(LARGEST_FIRST, "cj", ("ours", "published"))],
    "spirals": [Wound(WIDEST[0], "modulated", steps=steps) for steps in (20_000, UNTRAINED)],
    "flows": [*map(Unwound, WIDEST), *(Unwound(name, shuffled=True, seeds=1) for name in WIDEST)],
    "mapped": [Mapped(name) for name in WIDEST_FIRST],
    "variational": [Critics(*pair) for pair in product(LARGEST_FIRST, ("mine", "nwj", "infonce"))],
}
EXPERIMENTS = tuple(
    Experiment(name, about, quick=QUICK.get(name, ()), full=FULL.get(name, ()), light=name == "integrand")
    for name, about in ABOUT.items()
)
LABORATORY = Laboratory("minde", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
