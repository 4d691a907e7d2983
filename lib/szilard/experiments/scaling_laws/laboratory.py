"""The laboratory of the chapter on scaling laws: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from itertools import product

import numpy as np

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.scaling_laws import public, simulated
from szilard.experiments.scaling_laws.claims import CLAIMS
from szilard.experiments.scaling_laws.own import Own, Regression

__all__ = ["LABORATORY", "recorded", "run"]

NOISES = [(0.0, 0), *product((0.005, 0.02), range(3))]
PRECISION = {"cpu": "float32", "cuda": "bfloat16 products, float32 weights"}

# fmt: off
EXPERIMENTS = (
    Experiment("recovery", "six constants from simulated small runs, and what they predict of large ones",
               quick=[*(simulated.Recovery(*each) for each in NOISES),
                      *(simulated.Recovery(0.005, again, shuffled=True) for again in range(3))], light=True),
    Experiment("hyperbola", "steps and tokens that reach one loss, over batch sizes",
               quick=(simulated.Exchange(round(float(loss), 2)) for loss in np.arange(2.4, 3.21, 0.1)), light=True),
    Experiment("quadratic", "steps to a loss over batch sizes, in a model whose training is exact",
               quick=map(simulated.Quadratic, (1.0, 0.0)), light=True),
    Experiment("ends", "where training ends, by batch size, rate and schedule",
               quick=(simulated.End(*each) for each in product((1, 4, 16, 64, 256), (0.05, 0.2), (True, False))),
               light=True),
    Experiment("trajectory", "training curves of held-out larger models, predicted in seven ways",
               quick=map(public.Trajectory, public.FORMS), light=True),
    Experiment("fan", "a law with and without a floor, far beyond its runs, with intervals",
               quick=map(public.Fan, (False, True)), light=True),
    Experiment("setup", "constants by training and evaluation set, with intervals",
               quick=(public.Setup(*each) for each in public.SETUPS), light=True),
    Experiment("transfer", "losses of one set-up by the constants of another",
               quick=(public.Transfer(*each) for each in public.SETUPS), light=True),
    Experiment("refit", "240 points about a known surface, fitted in several ways",
               quick=map(simulated.Refit, range(3)), light=True),
    Experiment("valley", "constants and a prediction when the points are drawn again",
               quick=[simulated.Valley()], light=True),
    Experiment("budget", "what each law makes of a budget", light=True,
               quick=(public.Budget(float(f"{flops:.3g}")) for flops in np.geomspace(1e19, 1e25, 13))),
    Experiment("regression", "exact training of small models, and what it says of a large one",
               quick=[Regression()], light=True),
    Experiment("ladder", "small transformers, a prediction of the largest, and the largest, on the processor",
               full=[Own("processor")], precision=PRECISION),
    Experiment("cardladder", "the same up to 20M parameters, for a graphics card",
               full=[Own("card")], precision=PRECISION),
)
# fmt: on

LABORATORY = Laboratory("scaling_laws", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
