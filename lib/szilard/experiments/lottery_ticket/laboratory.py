"""The laboratory of the chapter on lottery tickets: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from szilard.compendium import Cell, Experiment, Laboratory
from szilard.experiments.lottery_ticket import exact
from szilard.experiments.lottery_ticket.cells import Averages, CardFleet, Cloud, Exchange, Fleet, Mirror, Pairs
from szilard.experiments.lottery_ticket.claims import CLAIMS
from szilard.experiments.lottery_ticket.noisy import Noisy
from szilard.scaling import ACTIVATIONS

__all__ = ["LABORATORY", "recorded", "run"]

BOTH = ("silu", "relu")
QUICK = {4: 128, 8: 96, 16: 64, 32: 48, 64: 24}  # networks of each width
PROCESSOR = {2: 1000, 4: 1000, 8: 1000, 16: 1000, 32: 500, 64: 240, 128: 120, 256: 60}
CARD = {n: 1000 if n <= 128 else 200
        for n in (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)}  # fmt: skip
TRAINED = tuple(name for name in ACTIVATIONS if name != "square")  # whose networks have nothing to learn
OTHER = ("2 dimensions", "3 dimensions", "exp x")
BUDGETS = ((1000, 1e-2, 0.5), (3000, 1e-2, 0.5), (8000, 1e-2, 0.5), (3000, 1e-3, 0.5), (3000, 1e-2, 0.0),
           (3000, 1e-2, 1.0))  # fmt: skip
MANY = (*BUDGETS, (1000, 1e-3, 0.5), (10_000, 1e-3, 0.5), (30_000, 1e-2, 0.5), (30_000, 1e-3, 0.5))
MORE = {4: 500, 8: 300, 16: 200, 32: 100, 64: 60}
ABOUT = {
    "scaling": "losses by width, SiLU and ReLU, before and after training",
    "wide": "losses by width up to 1024 neurons, on a card",
    "budget": "losses of SiLU networks by width, steps, learning rate and scale of the first output weights",
    "long": "losses of ReLU networks by width after a long training",
    "pairs": "networks of two neurons: losses and parameters",
    "mirror": "distances between neurons and mirror images, and odd parts, in the course of training",
    "cloud": "neurons of one wide network",
    "exchange": "losses of networks put together from parts of different networks",
    "averages": "averages of independent networks",
    "averages-beside": "averages of untrained networks, and of networks that learnt noise of their own",
    "exact": "closed forms beside numbers computed in another way",
    "valley": "least losses of a pair of neurons by activation and input weight",
    "channel": "training paths of networks of two SiLU neurons",
    "activations": "losses by width and activation",
    "dimension": "losses of SiLU networks by width and target: more coordinates, no symmetry",
    "dimension-untrained": "the same before training",
    "curves": "fitted curves and their neurons",
}
LIGHT = ("averages-beside", "dimension-untrained", "exact", "valley", "curves")
BESIDE: Sequence[Cell] = [*(Averages(n, 0) for n in (4, 8)), *(Noisy(8, 1.5, steps) for steps in (3000, 10_000))]
UNTRAINED: Sequence[Cell] = [
    Fleet("silu", n, m, 0, target=each) for each, (n, m) in product(OTHER, {8: 48, 16: 32, 32: 20}.items())
]
CELLS: dict[str, Sequence[Cell]] = {
    "scaling": [
        *(Fleet(each, n, m) for each, (n, m) in product(BOTH, QUICK.items())),
        *(Fleet(each, n, m, steps=0) for each, (n, m) in product(BOTH, QUICK.items())),
    ],
    "budget": [Fleet("silu", n, m, *each) for each, (n, m) in product(BUDGETS, {4: 48, 8: 72, 16: 48, 32: 32}.items())],
    "long": [Fleet("relu", n, m, 20_000) for n, m in {4: 64, 8: 48, 16: 32}.items()],
    "pairs": [Pairs(each) for each in BOTH],
    "mirror": [Mirror(8, 64, 3000), Mirror(32, 24, 3000), Mirror(128, 4, 3000), Mirror(1000, 2, 2000, 1e-3),
               Mirror(32, 24, 3000, target="exp x")],
    "cloud": [Cloud(1000, 2000)],
    "exchange": [Exchange(n, m) for n, m in {4: 128, 8: 96, 16: 64, 32: 32, 64: 16}.items()],
    "averages": [Averages(*each) for each in ((4, 3000), (8, 3000), (4, 10_000), (8, 10_000))],
    "averages-beside": BESIDE,
    "exact": [exact.Exact()],
    "valley": [exact.Valley(each) for each in ACTIVATIONS],
    "channel": [exact.Channel()],
    "activations": [Fleet(each, n, m) for each, (n, m) in product(TRAINED, {4: 48, 8: 32, 16: 16, 32: 12}.items())],
    "dimension": [Fleet("silu", n, m, target=each)
                  for each, (n, m) in product(OTHER, {8: 48, 16: 32, 32: 20}.items())],
    "dimension-untrained": UNTRAINED,
    "curves": [exact.Curve(*each) for each in product((2, 4, 16), (100, 1000, 10_000))],
}  # fmt: skip
FULL: dict[str, Sequence[Cell]] = {
    "scaling": [Fleet(each, n, m, steps) for steps, each, (n, m) in product((3000, 0), BOTH, PROCESSOR.items())],
    "wide": [CardFleet(each, n, m, 3000) for each, (n, m) in product(BOTH, CARD.items())],
    "budget": [Fleet("silu", n, m, *each) for each, (n, m) in product(MANY, MORE.items())],
    "mirror": [Mirror(10_000, 1, 3000, 3e-4), Mirror(3000, 2, 3000, 1e-3)],
    "averages": [Averages(n, steps, 1000) for n, steps in product((4, 8, 16), (3000, 10_000, 30_000))],
    "averages-beside": BESIDE,
    "dimension": [Fleet("silu", n, m, 10_000, target=each)
                  for each, (n, m) in product(OTHER, {8: 250, 16: 200, 32: 100, 64: 50}.items())],
    "dimension-untrained": UNTRAINED,
}  # fmt: skip
EXPERIMENTS = tuple(
    Experiment(name, about, quick=CELLS.get(name, ()), full=FULL.get(name, ()), light=name in LIGHT)
    for name, about in ABOUT.items()
)
LABORATORY = Laboratory("lottery_ticket", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
