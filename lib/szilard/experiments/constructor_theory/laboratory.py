"""The laboratory of the chapter on constructor theory: which cells each tier runs, and the claims they decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.constructor_theory import cells, media, sweeps
from szilard.experiments.constructor_theory.claims import CLAIMS
from szilard.experiments.constructor_theory.sweeps import proof_network
from szilard.experiments.constructor_theory.tables import signs

__all__ = ["LABORATORY", "proof_network", "recorded", "run", "signs"]

OVERLAPS = tuple(round(i / 40, 3) for i in range(41))
PLANES = tuple(product((2, 3, 4, 5), (2, 3, 4, 5, 8, 16)))  # states, dimensions before; after: a qubit
FINER = tuple(product((2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 8, 12, 16, 24, 32)))

# fmt: off
EXPERIMENTS = (
    Experiment("truth", "permutations and copies of sets of qubit states",
               quick=map(cells.TruthOf, cells.VARIABLES), light=True),
    Experiment("phase", "exchanging two of three states",
               quick=(cells.Phase(round(i * 0.1, 1)) for i in range(32)), light=True),
    Experiment("cloning", "the best copies of one of two states",
               quick=map(cells.Cloning, OVERLAPS), light=True),
    Experiment("copies", "telling states apart from several copies",
               quick=(cells.Copies(*each) for each in product((0.0, 0.3, 0.7, 0.9), range(1, 13))), light=True),
    Experiment("disturbance", "a measurer of Z between none and full",
               quick=map(cells.Disturbance, OVERLAPS), light=True),
    Experiment("measurers", "what the best measurers cannot do",
               quick=[cells.Measurers()], light=True),
    Experiment("local", "one side of two qubits",
               quick=(cells.Local(2.5 * i) for i in range(37)), light=True),
    Experiment("chain", "the definitions, line by line, in seven media",
               quick=map(media.Chain, media.CHAINS), light=True),
    Experiment("consequences", "C1 to C8 in seven media",
               quick=map(media.Media, media.MEDIA), light=True),
    Experiment("partitions", "all pairs of variables of small classical media",
               quick=(media.Partitions(*each) for each in product((4, 5, 6), ("all", "permutations"))), light=True),
    Experiment("erasing", "what erasing a classical bit takes",
               quick=map(cells.Erasing, ("all", "permutations")), light=True),
    Experiment("stabiliser", "two deciders on all sets of six states",
               quick=map(cells.Classical, range(2, 7)), light=True),
    Experiment("graph", "orthogonality of eighteen vectors",
               quick=[sweeps.Graph()], light=True),
    Experiment("network", "copying and voting as a network of tasks",
               quick=[sweeps.Network("{0, 1}"), sweeps.Network("{0, +}")], light=True),
    Experiment("search", "computation variables among directions of a qubit",
               quick=(sweeps.Subsets(size, 50) for size in (2, 3, 4)),
               full=(sweeps.Subsets(size, 50) for size in (2, 3, 4, 5))),
    Experiment("fraction", "random tasks, pair by pair and as a whole",
               quick=(sweeps.Fraction(*each, 2) for each in PLANES),
               full=(sweeps.Fraction(*each, 2, 1_000_000) for each in FINER)),
)
# fmt: on

LABORATORY = Laboratory("constructor_theory", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
