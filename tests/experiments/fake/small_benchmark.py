"""The benchmark experiment of MINDE on a few tasks with little to do; run as a program, the command with it."""

from __future__ import annotations

from itertools import product

import szilard.experiments
from szilard.compendium import Experiment, Laboratory
from szilard.experiments.minde import fleet as fleets

CELLS = [
    fleets.Group(dims, variant, protocol, samples=300, steps=20, batch=16, seeds=2)
    for protocol, dims, variant in product(fleets.PROTOCOLS, ("2x1", "2x2"), "cj")
]
SMALL = Laboratory("minde", [Experiment("benchmark", "a few tasks", full=CELLS)])

if __name__ == "__main__":
    szilard.experiments.load = lambda key: SMALL
    from szilard.cli import app

    app()
