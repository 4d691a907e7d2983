"""The laboratory of the chapter on constructor theory: which cells each tier runs, and the claims they decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.constructor_theory import cells as cells
from szilard.experiments.constructor_theory import sweeps as sweeps
from szilard.experiments.constructor_theory.claims import CLAIMS, consequence_table

__all__ = ["LABORATORY", "consequence_table", "proof_network", "recorded", "run"]

proof_network = sweeps.proof_network

OVERLAPS = tuple(round(i / 40, 3) for i in range(41))
MEDIA = ("qubit", "toy bit", "four-state classical")
PLANES = tuple(product((2, 3, 4, 5), (2, 3, 4, 6, 8)))  # states, dimensions before; after: a qubit


def _light(name: str, about: str, quick: Sequence[Any], measure: Callable[..., Any]) -> Experiment:
    return Experiment(name, about, quick=quick, light=True)


EXPERIMENTS = (
    _light(
        "truth",
        "permutations and copies of sets of qubit states",
        list(map(cells.TruthOf, cells.VARIABLES)),
        cells.truth,
    ),
    _light(
        "phase",
        "exchanging two of three states",
        [cells.Phase(round(i * 0.1, 1)) for i in range(32)],
        cells.phase,
    ),
    _light(
        "cloning", "the best copies of one of two states", list(map(cells.Cloning, OVERLAPS)), cells.cloning
    ),
    _light("universal", "the best copies of well-known sets", [cells.NoCell()], cells.universal),
    _light(
        "copies",
        "telling states apart from several copies",
        [cells.Copies(*each) for each in product((0.0, 0.3, 0.7, 0.9), range(1, 13))],
        cells.copies,
    ),
    _light(
        "disturbance",
        "a measurer of Z between none and full",
        list(map(cells.Disturbance, OVERLAPS)),
        cells.disturbance,
    ),
    _light("measurers", "what the best measurers cannot do", [cells.NoCell()], cells.measurers),
    _light("local", "one side of two qubits", [cells.Local(2.5 * i) for i in range(37)], cells.local),
    _light("consequences", "C1 to C8 in three media", list(map(cells.Medium, MEDIA)), cells.medium),
    _light(
        "stabiliser",
        "two deciders on all sets of six states",
        [cells.Classical(k) for k in range(2, 7)],
        cells.classical,
    ),
    _light("controls", "media that are classical, and one that is not", [cells.NoCell()], cells.controls),
    _light("graph", "orthogonality of eighteen vectors", [sweeps.Graph()], sweeps.graph),
    _light(
        "network",
        "copying and voting as a network of tasks",
        [sweeps.Network("{0, 1}"), sweeps.Network("{0, +}")],
        sweeps.network,
    ),
    Experiment(
        "search",
        "computation variables among directions of a qubit",
        quick=[sweeps.Subsets(2, 50), sweeps.Subsets(3, 50), sweeps.Subsets(4, 50)],
        full=[
            sweeps.Subsets(2, 50),
            sweeps.Subsets(3, 50),
            sweeps.Subsets(4, 50),
            sweeps.Subsets(5, 50),
        ],
        precision={"cpu": "float64", "cuda": "float64"},
    ),
    Experiment(
        "fraction",
        "random tasks, pair by pair and as a whole",
        quick=[sweeps.Fraction(*each, 2) for each in PLANES],
        full=[sweeps.Fraction(*each, 2, 1_000_000) for each in PLANES],
        precision={"cpu": "float64", "cuda": "float64"},
    ),
)

LABORATORY = Laboratory("constructor_theory", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
