"""The laboratory of the chapter on work extraction: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.work_extraction import average, certain
from szilard.experiments.work_extraction.claims import CLAIMS
from szilard.experiments.work_extraction.drawing import draw_network
from szilard.experiments.work_extraction.tables import slope

__all__ = ["CONDITIONS", "KINDS", "LABORATORY", "draw_network", "recorded", "run", "slope"]

CONDITIONS = {"free": "no conservation", "helped": "with a ladder of 4", "conserving": "energy conserved"}
KINDS = {"average": "average, bath", "ergotropy": "ergotropy", "risky": "failing 1 in 10", "certain": "certain, bath"}
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
WEIGHTS = (0.0, 0.001, *(round(0.05 * k, 2) for k in range(1, 21)))
COPIES = (*range(1, 11), 12, 15, 20, 30, 40, 60, 80)
TOGETHER = (10, 20, 50, 100, 200, 500, 1000, 2000)
RISKS = tuple(round(0.02 * k, 2) for k in range(46))

# fmt: off
EXPERIMENTS = (
    Experiment("proof", "the proof's three tasks in series, each link decided",
               quick=map(certain.Proof, certain.PROOFS), light=True),
    Experiment("overlap", "best success of giving two qubit states different amounts, against their angle",
               quick=(certain.Overlap(7.5 * k) for k in range(25)), light=True),
    Experiment("pairs", "pairs of states that should give amounts 0 and 1",
               quick=map(certain.Pair, certain.PAIRS), light=True),
    Experiment("agreement", "random questions decided by criterion, program and search", light=True,
               quick=map(certain.Agreement, range(4)), full=(certain.Agreement(batch, 250) for batch in range(8))),
    Experiment("equal", "one amount from random states of a degenerate level",
               quick=map(certain.Equal, (1, 2)), light=True),
    Experiment("ladders", "failure with a ladder in superposition against its size",
               quick=(certain.Ladder(*each) for each in product(SIZES, ("uniform", "bell", "cosine"))), light=True),
    Experiment("repeat", "one ladder used sixty times",
               quick=map(certain.Repeat, (0, 64)), light=True),
    Experiment("blank", "an ancilla used twice without a reset",
               quick=map(certain.Blank, (1, 2, 4)), light=True),
    Experiment("classical", "attributes of finitely many microstates",
               quick=map(certain.Classical, certain.CLASSICAL), light=True),
    Experiment("universal", "as many amounts as states",
               quick=(certain.Universal(4, "BB84"), *map(certain.Universal, range(2, 9))), light=True),
    Experiment("mixture", "four kinds of work along a family of qubit states",
               quick=map(average.Mixture, WEIGHTS), light=True),
    Experiment("curve", "thermo-majorisation curves",
               quick=map(average.Curve, ("state", "thermal")), light=True),
    Experiment("risk", "work against the allowed probability of failure",
               quick=map(average.Risk, RISKS), light=True),
    Experiment("activation", "ergotropy per copy of many copies of a passive state", light=True,
               quick=map(average.Activation, COPIES),
               full=map(average.Activation, (*COPIES, 100, 120, 140, 160, 180, 200))),
    Experiment("second", "work of many copies at a risk", light=True,
               quick=(average.SecondOrder(*each) for each in product(TOGETHER[:6], (0.1, 0.5, 0.8))),
               full=(average.SecondOrder(*each) for each in product(TOGETHER, (0.1, 0.5, 0.8)))),
    Experiment("random", "ergotropy of random states and Hamiltonians", light=True,
               quick=(average.RandomStates(d, 20_000) for d in (2, 3, 4, 6)),
               full=(average.RandomStates(d, 1_000_000) for d in (2, 3, 4, 6, 8)),
               precision={"cpu": "float64", "cuda": "float64"}),
)
# fmt: on

LABORATORY = Laboratory("work_extraction", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
