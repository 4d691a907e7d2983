"""The laboratory of the chapter on Landauer: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.landauer import closed, erasure, fluctuation, numbers
from szilard.experiments.landauer.claims import CLAIMS
from szilard.experiments.landauer.tables import crooks_points, dissipation, machines, slow_limit
from szilard.thermodynamics import HUBBLE
from szilard.thermodynamics.demon import GASES

__all__ = ["LABORATORY", "crooks_points", "dissipation", "machines", "recorded", "run", "slow_limit"]

# fmt: off
STAGES = {"held": (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0), "scaled": (8.0, 16.0, 32.0, 64.0, 128.0, 256.0)}
CYCLES = tuple((stages, tau) for stages, taus in STAGES.items() for tau in taus)
WALKED = (2.0, 8.0, 16.0, 32.0)  # cycles that walkers make in the quick tier
WALKERS, MANY = 10_000, 1_000_000  # of the quick and of the full tier
DURATIONS = (25.0, 50.0, 100.0, 300.0, 1e3, 1e4)
REACHES = (0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 20.0, 60.0)
COLD = (*(10.0**e for e in (-29, -24, -18, -12, -6, -3, -2, -1, 0, 1, 2)), 300.0)

EXPERIMENTS = (
    Experiment("audit", "the paper's numbers recomputed, both expansion rates",
               quick=map(numbers.Audit, HUBBLE), light=True),
    Experiment("ladder", "energies from the Hubble quantum to an operation of a card",
               quick=[numbers.Ladder()], light=True),
    Experiment("limits", "published limits of computation recomputed",
               quick=[numbers.Limits()], light=True),
    Experiment("cycles", "work, heat and success of erasure against its duration, by density and by walkers",
               quick=(erasure.Cycle(stages, tau, WALKERS if tau in WALKED else 0, 5e-4 if stages == "held" else 2.5e-4)
                      for stages, tau in CYCLES),
               full=(erasure.Cycle(*each, MANY, 2.5e-4, 1e-3) for each in CYCLES)),
    Experiment("wells", "how far a bit has to be moved, against the barrier",
               quick=map(erasure.Wells, (1.0, 2.0, 4.0, 8.0, 16.0)), light=True),
    Experiment("sandwich", "least work of erasure in finite time and the bounds around it",
               quick=map(erasure.Sandwich, REACHES), light=True),
    Experiment("played", "protocols played: optimal transport and habit",
               quick=(*(erasure.Played("transport", tau) for tau in (0.1, 0.3, 1.0, 2.0, 8.0)),
                      erasure.Played("transport", 2.0, 4.0, 10_000),
                      *(erasure.Played("plain", tau) for tau in (2.0, 8.0, 16.0, 32.0)))),
    Experiment("front", "the best found with barrier and tilt, against duration and error",
               quick=(erasure.Front(tau, error) for error, tau in product((0.1, 0.03), (1.0, 2.0, 4.0))),
               full=(erasure.Front(tau, error, knots=9, points=192)
                     for error, tau in product((0.1, 0.03, 0.01, 0.003), (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)))),
    Experiment("fluctuation", "work of erasure forwards and backwards",
               quick=map(fluctuation.Fluctuation, (1.0, 4.0)),
               full=(fluctuation.Fluctuation(tau, MANY, bins=96) for tau in (1.0, 4.0, 24.0))),
    Experiment("bias", "bias of exponential averages against the number of runs",
               quick=(fluctuation.Bias(*each) for each in (("drag", 1.0), ("drag", 3.0), ("quench", 4.0)))),
    Experiment("engine", "Szilard's engine with errors and with its wall in several places",
               quick=map(closed.Engine, (0.0, 0.01, 0.1, 0.25, 0.5)), light=True),
    Experiment("twostate", "erasure of a two-level bit against its duration",
               quick=map(closed.TwoState, DURATIONS), light=True),
    Experiment("quantum", "Landauer as an equality, for random unitaries",
               quick=(closed.Quantum(*each) for each in ((2, 2), (2, 4), (3, 5))), light=True),
    Experiment("cold", "erasing in the cold, the heat lifted to the room",
               quick=map(closed.Cold, COLD), light=True),
    Experiment("precision", "what a steady current pays for its precision",
               quick=map(closed.Precision, (1.1, 1.5, 2.0, 3.0, 6.0, 12.0)), light=True),
    Experiment("demon", "a demon who compresses his record",
               quick=map(closed.Demon, GASES), light=True),
    Experiment("gpu", "joules per floating-point operation, off the energy counter of a card",
               full=map(closed.Flop, ("float32", "bfloat16", "float16"))),
)
# fmt: on

LABORATORY = Laboratory("landauer", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
