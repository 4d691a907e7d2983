"""The laboratory of the chapter on Landauer: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.landauer import closed, erasure
from szilard.experiments.landauer.claims import CLAIMS, slow_limit
from szilard.experiments.landauer.our_claims import crooks_points, dissipation
from szilard.thermodynamics import HUBBLE
from szilard.thermodynamics.demon import GASES

__all__ = ["LABORATORY", "crooks_points", "dissipation", "recorded", "run", "slow_limit"]

# fmt: off
HELD, SCALED = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0), (8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
CYCLES = (*(("held", tau, 8.0) for tau in HELD), *(("scaled", tau, 14.0) for tau in SCALED))
UNWALKED = (*(erasure.Cycle("scaled", tau) for tau in HELD),
            *(erasure.Cycle("transport", tau, step=5e-4) for tau in (0.1, 0.3, 1.0, 2.0, 8.0)))
WALKED, LONGEST = (2.0, 8.0, 16.0), 64.0  # cycles that walkers make in the quick tier, the longest in the full
WALKERS, MANY = 10_000, 1_000_000  # of the quick and of the full tier
REACHES = (0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 20.0, 60.0)
COLD = (*(10.0**e for e in (-29, -24, -18, -12, -6, -3, -2, -1, 0, 1, 2)), 300.0)

EXPERIMENTS = (
    Experiment("audit", "the paper's numbers, at both expansion rates", quick=map(closed.Audit, HUBBLE), light=True),
    Experiment("ladder", "energies from the Hubble quantum to a card's", quick=[closed.Ladder()], light=True),
    Experiment("stages", "potential and density of a bead during its erasure, by a plain protocol and by the best",
               quick=(*(erasure.Snapshot("scaled", share, 64.0) for share in (0.0, 0.2, 0.6, 0.8, 1.0)),
                      *(erasure.Snapshot("transport", share, 2.0) for share in (0.0, 0.25, 0.5, 0.75, 1.0))),
               light=True),
    Experiment("cycles", "work, heat and success of erasure against its duration, by density and by walkers",
               quick=(*(erasure.Cycle(*each, WALKERS if each[1] in WALKED else 0) for each in CYCLES), *UNWALKED,
                      erasure.Cycle("transport", 2.0, 4.0, WALKERS, step=5e-4)),
               full=(*(erasure.Cycle(*each, MANY if each[1] <= LONGEST else 0, step=2.5e-3) for each in CYCLES),
                     *UNWALKED, erasure.Cycle("transport", 2.0, 4.0, 100_000, 1.25e-4, 5e-4))),
    Experiment("sandwich", "least work of erasure in finite time, the bounds around it, and how far a bit has to move",
               quick=(*map(erasure.Sandwich, REACHES), *(erasure.Sandwich(1.0, b) for b in (1.0, 2.0, 4.0, 16.0))),
               light=True),
    Experiment("front", "the best found with barrier and tilt, against duration and error",
               quick=(erasure.Front(tau, error, knots=knots)
                      for error, tau, knots in product((0.1, 0.03), (1.0, 2.0, 4.0), (5, 9))),
               full=(erasure.Front(tau, error, knots=knots, points=192) for error, tau, knots in
                     product((0.1, 0.03, 0.01, 0.003), (0.5, 1.0, 2.0, 4.0, 8.0, 16.0), (5, 9, 17)))),
    Experiment("fluctuation", "work of erasure forwards and backwards",
               quick=map(erasure.Fluctuation, (1.0, 4.0)),
               full=(erasure.Fluctuation(tau, MANY, bins=96) for tau in (1.0, 4.0, 24.0))),
    Experiment("bias", "errors of free energies", quick=map(erasure.Bias, (1.0, 3.0, 0.0), (1, 1, 1 / 16)), light=True),
    Experiment("engine", "Szilard's engine with errors and with its wall in several places",
               quick=map(closed.Engine, (0.0, 0.01, 0.1, 0.25, 0.5)), light=True),
    Experiment("memory", "what measuring costs a memory, and what erasing it does",
               quick=(*(closed.Memory(tau, lean) for tau, lean in product((32.0, 128.0, 512.0), (-1.0, 0.0, 1.0))),
                      *(closed.Memory(2048.0, lean, step=8e-2) for lean in (-1.0, 0.0, 1.0)),
                      *(closed.Memory(128.0, 0.0, error) for error in (0.1, 0.25)))),
    Experiment("twostate", "erasure of a two-level bit against its duration",
               quick=map(closed.TwoState, (25.0, 50.0, 100.0, 300.0, 1e3, 1e4)), light=True),
    Experiment("quantum", "Landauer as an equality, for random unitaries",
               quick=(closed.Quantum(*each) for each in ((2, 2), (2, 4), (3, 5))), light=True),
    Experiment("demon", "a demon who compresses his record", quick=map(closed.Demon, GASES), light=True),
    Experiment("precision", "what a current pays", quick=map(closed.Precision, (1.1, 1.5, 2, 3, 6, 12)), light=True),
    Experiment("cold", "erasing in the cold: what it costs, and how fast the bath takes it",
               quick=map(closed.Cold, COLD), light=True),
    Experiment("gpu", "joules per floating-point operation, off the energy counter of a card",
               full=map(closed.Flop, ("float32", "bfloat16", "float16"))),
)
# fmt: on

LABORATORY = Laboratory("landauer", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
