"""The laboratory of the chapter on Landauer: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.landauer import closed as closed
from szilard.experiments.landauer import driven as driven
from szilard.experiments.landauer import numbers as numbers
from szilard.experiments.landauer.claims import CLAIMS, slow_limit
from szilard.experiments.landauer.tables import crooks_points, dissipation, machines
from szilard.thermodynamics import HUBBLE
from szilard.thermodynamics.demon import GASES

__all__ = ["LABORATORY", "crooks_points", "dissipation", "machines", "recorded", "run", "slow_limit"]

HELD, SCALED = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0), (8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
WALKED = (2.0, 8.0, 16.0, 32.0)  # cycles that walkers make in the quick tier
WALKERS, MANY = 10_000, 1_000_000  # of the quick and of the full tier
DURATIONS = (25.0, 50.0, 100.0, 300.0, 1e3, 1e4)
REACHES = (0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 20.0, 60.0)
COLD = tuple(10.0**e for e in (-29, -24, -18, -12, -6, -3, -2, -1, 0, 1, 2)) + (300.0,)

EXPERIMENTS = (
    Experiment("audit", "the paper's numbers recomputed, both expansion rates",
               quick=[numbers.Audit(rate) for rate in HUBBLE], light=True),
    Experiment("ladder", "energies from the Hubble quantum to an operation of a card",
               quick=[numbers.Ladder()], light=True),
    Experiment("limits", "published limits of computation recomputed",
               quick=[numbers.Limits()], light=True),
    Experiment(
        "cycles",
        "work, heat and success of erasure against its duration, by density and by walkers",
        quick=[
                driven.Cycle(stages, tau, WALKERS if tau in WALKED else 0, 5e-4 if stages == "held" else 2.5e-4)
                for stages, taus in (("held", HELD), ("scaled", SCALED))
                for tau in taus
            ], full=[
                driven.Cycle(stages, tau, MANY, 2.5e-4, 1e-3)
                for stages, taus in (("held", HELD), ("scaled", SCALED))
                for tau in taus
            ],
    ),
    Experiment("wells", "how far a bit has to be moved, against the barrier",
               quick=[driven.Wells(b) for b in (1.0, 2.0, 4.0, 8.0, 16.0)], light=True),
    Experiment("sandwich", "least work of erasure in finite time and the bounds around it",
               quick=[driven.Sandwich(tau) for tau in REACHES], light=True),
    Experiment(
        "played",
        "protocols played: optimal transport and habit",
        quick=[driven.Played("transport", tau) for tau in (0.1, 0.3, 1.0, 2.0, 8.0)]
            + [driven.Played("transport", 2.0, 4.0, 10_000)]
            + [driven.Played("plain", tau) for tau in (2.0, 8.0, 16.0, 32.0)],
    ),
    Experiment(
        "front",
        "the best that barrier and tilt can do, against duration and error",
        quick=[driven.Front(tau, error) for error, tau in product((0.1, 0.03), (1.0, 2.0, 4.0))], full=[
                driven.Front(tau, error, knots=9, points=192)
                for error, tau in product((0.1, 0.03, 0.01, 0.003), (0.5, 1.0, 2.0, 4.0, 8.0, 16.0))
            ],
    ),
    Experiment(
        "fluctuation",
        "work of erasure forwards and backwards",
        quick=[driven.Fluctuation(tau) for tau in (1.0, 4.0)], full=[driven.Fluctuation(tau, MANY, bins=96) for tau in (1.0, 4.0, 24.0)],
    ),
    Experiment(
        "bias",
        "bias of exponential averages against the number of runs",
        quick=[driven.Bias("drag", 1.0), driven.Bias("drag", 3.0), driven.Bias("quench", 4.0)],
    ),
    Experiment("engine", "Szilard's engine with errors and with its wall in several places",
               quick=[closed.Engine(e) for e in (0.0, 0.01, 0.1, 0.25, 0.5)], light=True),
    Experiment("twostate", "erasure of a two-level bit against its duration",
               quick=[closed.TwoState(t) for t in DURATIONS], light=True),
    Experiment("quantum", "Landauer as an equality, for random unitaries",
               quick=[closed.Quantum(*each) for each in ((2, 2), (2, 4), (3, 5))], light=True),
    Experiment("cold", "erasing in the cold, the heat lifted to the room",
               quick=[closed.Cold(t) for t in COLD], light=True),
    Experiment("precision", "what a steady current pays for its precision",
               quick=[closed.Precision(r) for r in (1.1, 1.5, 2.0, 3.0, 6.0, 12.0)], light=True),
    Experiment("demon", "a demon who compresses his record",
               quick=[closed.Demon(kind) for kind in GASES], light=True),
    Experiment("gpu", "joules per floating-point operation, off the energy counter of a card",
               full=[closed.Flop(d) for d in ("float32", "bfloat16", "float16")]),
)  # fmt: skip

LABORATORY = Laboratory("landauer", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
