"""The laboratory of the chapter on leave-one-out distinguishability: which cells each tier runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from szilard.compendium import Cell, Experiment, Laboratory
from szilard.experiments.lood import exact
from szilard.experiments.lood.claims import CLAIMS
from szilard.experiments.lood.exact import Copies, Depth, Everyone, Joint, Landscape, Noise, Pairs, Queries, Resolved
from szilard.experiments.lood.scenes import KERNELS
from szilard.experiments.lood.trained import Pictures, Reconstructed, Retrained

ABOUT = {
    "exact": "the worked example of two records on a line",
    "equivalence": "all records left out by one factorisation, some of them again by solving anew",
    "everyone": "a thousand digits, each left out: attack, divergence, and the pictures of the extremes",
    "landscape": "three measures along a line through the record left out",
    "queries": "the largest of each measure over many queries, by kernel and record",
    "joint": "joint divergence of a set of queries that grows, with and without the record in it",
    "retraining": "networks retrained without one record after the other, beside five predictions and two controls",
    "wide": "the same with networks 256 wide and four layers deep, a thousand records of MNIST and of Fashion-MNIST",
    "reconstruction": "searches for a record left out from random pixels, run by run",
    "pictures": "the same searches as pictures",
    "depth": "divergence and effective rank over depth, by activation and scale of the kernel",
    "records": "divergence of 600 records and effective rank, ReLU and GELU, to fifty layers, scale held fixed",
    "rates": "the correlation of two inputs over depth, by activation",
    "noise": "attack, divergence and information over the noise, by depth",
    "copies": "a record left out of a set in which copies of it stay",
    "pairs": "two records left out together, against one by one",
}
DEPTHS = {"relu": (1, 2, 5, 10, 20), "gelu": (1, 2, 5, 10, 20), "erf": (1, 2, 5, 10, 20), "tanh": (1, 2, 5, 10)}
RELEASED = (("relu", "released"), ("gelu", "released"), ("gelu", "released, wider"))
DEEP = Retrained("mnist", n=1000, flipped=20, records=30, repeats=60, width=256, depth=4, steps=300, lr=0.003)

QUICK: dict[str, Sequence[Cell]] = {
    "exact": [exact.Worked(noise) for noise in (0.1, 0.01)],
    "equivalence": [Resolved(depth=5)],
    "everyone": [Everyone()],
    "landscape": [Landscape("worked example"), Landscape("RBF")],
    "queries": [Queries(*each) for each in product(KERNELS, range(6))],
    "joint": [Joint(place) for place in (0, 1, 12)],
    "retraining": [*(Retrained(draw=draw) for draw in range(3)), Retrained(activation="gelu")],
    "reconstruction": [Reconstructed(*each) for each in product(("RBF", "ReLU"), range(6))],
    "pictures": [Pictures(*each) for each in product(("RBF", "ReLU"), range(3))],
    "depth": [
        *(Depth(name, depth) for name, depths in DEPTHS.items() for depth in depths),
        *(Depth(name, depth, scale) for (name, scale), depth in product(RELEASED, (2, 9))),
    ],
    "records": [Depth(*each, n=600, shown=600) for each in product(("relu", "gelu"), (1, 2, 5, 10, 20, 50))],
    "rates": [exact.Rates(name) for name in ("relu", "gelu", "erf")],
    "noise": [Noise(depth) for depth in (1, 2, 5, 10)],
    "copies": [Copies(copies) for copies in (0, 1, 2, 4, 8, 16)],
    "pairs": [Pairs(partner) for partner in ("nearest", "random")],
}
FULL: dict[str, Sequence[Cell]] = {
    "retraining": [
        Retrained(activation=name, draw=draw, repeats=64) for name, draw in product(("relu", "gelu"), range(8))
    ],
    "wide": [DEEP, replace(DEEP, activation="gelu"), replace(DEEP, collection="fashion-mnist")],
    "reconstruction": [
        Reconstructed(*each, n=400, restarts=16, steps=400) for each in product(("RBF", "ReLU", "GELU"), range(20))
    ],
    "queries": [Queries(*each, n=400, queries=2000) for each in product(KERNELS, range(40))],
    "depth": [
        *(Depth(*each, n=1000, shown=200) for each in product(("relu", "gelu", "erf"), (1, 2, 5, 10, 20, 50))),
        *(Depth("tanh", depth, n=1000, shown=200) for depth in (1, 2, 5, 10)),
        *(Depth(name, depth, scale, n=1000, shown=200) for (name, scale), depth in product(RELEASED, (2, 5, 9))),
    ],
}
LIGHT = ("exact", "landscape", "queries", "joint", "copies", "pairs", "noise", "equivalence", "everyone", "rates")
EXPERIMENTS = tuple(
    Experiment(name, about, quick=QUICK.get(name, ()), full=FULL.get(name, ()), light=name in LIGHT)
    for name, about in ABOUT.items()
)
LABORATORY = Laboratory("lood", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
