"""The laboratory of the chapter on work extraction: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.work_extraction import beyond, certain
from szilard.experiments.work_extraction.claims import CLAIMS, LEAK, YES
from szilard.experiments.work_extraction.drawing import draw_network

__all__ = ["LABORATORY", "LEAK", "YES", "draw_network", "recorded", "run"]

SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
COPIES = (*range(1, 11), 12, 15, 20, 30, 40, 60, 80)
TOGETHER = (10, 20, 50, 100, 200, 500, 1000, 2000)
NUMBERS = ((1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (8, 8), (12, 12), (12, 1), (12, 2), (12, 3), (12, 4), (12, 6))

# fmt: off
EXPERIMENTS = (
    Experiment("proof", "the proof's five tasks in series, each link decided",
               quick=map(certain.Proof, certain.PROOFS), light=True),
    Experiment("overlap", "best success of giving two qubit states different amounts, against their angle",
               quick=(certain.Overlap(5.0 * k) for k in range(37)), light=True),
    Experiment("pairs", "pairs of states that should give amounts 0 and 1",
               quick=map(certain.Pair, certain.PAIRS), light=True),
    Experiment("agreement", "random questions decided by criterion, program and search", light=True,
               quick=map(certain.Agreement, range(4)), full=(certain.Agreement(batch, 250) for batch in range(72))),
    Experiment("equal", "one amount from random states of a degenerate level",
               quick=[certain.Equal()], light=True),
    Experiment("universal", "all states of two complementary bases, an amount for each", light=True,
               quick=(certain.Universal(*each) for each in product(("quantum", "classical"), (2, 3, 4)))),
    Experiment("many", "random states, by number of states and of different amounts", light=True,
               quick=(certain.Many(d, *each) for d, each in product((2, 4, 8), NUMBERS))),
    Experiment("difference", "two overlapping states, by the difference between their amounts",
               quick=map(certain.Difference, (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5)), light=True),
    Experiment("media", "exchanges of energy between a medium and its replica",
               quick=map(beyond.Medium, beyond.MEDIA), light=True),
    Experiment("classical", "attributes of finitely many microstates",
               quick=map(beyond.Classical, beyond.CLASSICAL), light=True),
    Experiment("sets", "all pairs of sets of four microstates, by the amounts wanted",
               quick=(beyond.Sets(*each) for each in ((0, 1), (1, 0), (0, 2), (1, 2), (1, 1))), light=True),
    Experiment("ladders", "failure with a ladder in superposition against its size",
               quick=[*(beyond.Ladder(*each) for each in product(SIZES, ("uniform", "bell", "cosine"))),
                      *(beyond.Ladder(L, "uniform", d) for L, d in product((4, 8, 16, 32), (3, 4)))], light=True),
    Experiment("repeat", "one ladder used sixty times",
               quick=map(beyond.Repeat, (0, 64)), light=True),
    Experiment("blank", "an ancilla used twice without a reset",
               quick=map(beyond.Blank, (1, 2, 4)), light=True),
    Experiment("curve", "thermo-majorisation curves",
               quick=map(beyond.Curve, ("state", "thermal")), light=True),
    Experiment("risk", "work against the allowed probability of failure",
               quick=(beyond.Risk(round(0.02 * k, 2)) for k in range(46)), light=True),
    Experiment("activation", "ergotropy per copy of many copies of a passive state", light=True,
               quick=map(beyond.Activation, COPIES),
               full=map(beyond.Activation, (*COPIES, 100, 120, 140, 160, 180, 200))),
    Experiment("second", "work of many copies at a risk", light=True,
               quick=(beyond.SecondOrder(*each) for each in product(TOGETHER[:6], (0.1, 0.5, 0.8))),
               full=(beyond.SecondOrder(*each) for each in product(TOGETHER, (0.1, 0.5, 0.8)))),
)
# fmt: on

LABORATORY = Laboratory("work_extraction", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
