"""The laboratory of the chapter on constructor theory: which cells each tier runs, and the claims they decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.constructor_theory import cells, sweeps
from szilard.experiments.constructor_theory.claims import CLAIMS
from szilard.experiments.constructor_theory.sweeps import proof_network
from szilard.experiments.constructor_theory.tables import consequence_table

__all__ = ["LABORATORY", "consequence_table", "proof_network", "recorded", "run"]

OVERLAPS = tuple(round(i / 40, 3) for i in range(41))
MEDIA = ("qubit", "toy bit", "four-state classical")
DOUBLE = {"cpu": "float64", "cuda": "float64"}
PLANES = tuple(product((2, 3, 4, 5), (2, 3, 4, 6, 8)))  # states, dimensions before; after: a qubit

# fmt: off
EXPERIMENTS = (
    Experiment("truth", "permutations and copies of sets of qubit states",
               quick=map(cells.TruthOf, cells.VARIABLES), light=True),
    Experiment("phase", "exchanging two of three states",
               quick=(cells.Phase(round(i * 0.1, 1)) for i in range(32)), light=True),
    Experiment("cloning", "the best copies of one of two states",
               quick=map(cells.Cloning, OVERLAPS), light=True),
    Experiment("universal", "the best copies of well-known sets",
               quick=[cells.Universal()], light=True),
    Experiment("copies", "telling states apart from several copies",
               quick=(cells.Copies(*each) for each in product((0.0, 0.3, 0.7, 0.9), range(1, 13))), light=True),
    Experiment("disturbance", "a measurer of Z between none and full",
               quick=map(cells.Disturbance, OVERLAPS), light=True),
    Experiment("measurers", "what the best measurers cannot do",
               quick=[cells.Measurers()], light=True),
    Experiment("local", "one side of two qubits",
               quick=(cells.Local(2.5 * i) for i in range(37)), light=True),
    Experiment("consequences", "C1 to C8 in three media",
               quick=map(cells.Medium, MEDIA), light=True),
    Experiment("stabiliser", "two deciders on all sets of six states",
               quick=map(cells.Classical, range(2, 7)), light=True),
    Experiment("controls", "media that are classical, and one that is not",
               quick=[cells.Controls()], light=True),
    Experiment("graph", "orthogonality of eighteen vectors",
               quick=[sweeps.Graph()], light=True),
    Experiment("network", "copying and voting as a network of tasks",
               quick=[sweeps.Network("{0, 1}"), sweeps.Network("{0, +}")], light=True),
    Experiment("search", "computation variables among directions of a qubit", precision=DOUBLE,
               quick=(sweeps.Subsets(size, 50) for size in (2, 3, 4)),
               full=(sweeps.Subsets(size, 50) for size in (2, 3, 4, 5))),
    Experiment("fraction", "random tasks, pair by pair and as a whole", precision=DOUBLE,
               quick=(sweeps.Fraction(*each, 2) for each in PLANES),
               full=(sweeps.Fraction(*each, 2, 1_000_000) for each in PLANES)),
)
# fmt: on

LABORATORY = Laboratory("constructor_theory", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
