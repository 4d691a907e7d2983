"""Graphs, networks and large sweeps of the chapter on constructor theory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from szilard import constructor as ct
from szilard.experiments.constructor_theory.cells import QUBIT, VARIABLES, Rows

__all__ = ["Fraction", "Graph", "Network", "Subsets", "bloch_states", "proof_network"]


@dataclass(frozen=True)
class Graph:
    """The eighteen vectors of Cabello, Estebaranz and García-Alcaine."""

    def measure(self) -> Rows:
        """The edges of the orthogonality graph, with the basis each belongs to (0: none)."""
        joined = ct.orthogonality(ct.KOCHEN_SPECKER)
        cliques = ct.maximal_cliques(joined)
        bases = sorted(sorted(c) for c in cliques if len(c) == 4)
        rows = []
        for i, j in combinations(joined, 2):
            if j not in joined[i]:
                continue
            home = next((number for number, basis in enumerate(bases, 1) if i in basis and j in basis), 0)
            rows.append({"first": i, "second": j, "basis": home})
        facts = {"largest": max(map(len, cliques)), "bases": len(bases)}
        return [row | facts for row in rows]


@dataclass(frozen=True)
class Subsets:
    """All sets of this many states among directions on the Bloch sphere from solids of this many corners."""

    size: int
    directions: int

    def measure(self) -> Rows:
        """How many of the sets are computation variables, how many of those hold information."""
        vectors = bloch_states(self.directions)
        chosen = np.array(list(combinations(range(len(vectors)), self.size)))
        tested, computing, informing = len(chosen), 0, 0
        for part in np.array_split(chosen, max(1, tested // 200_000)):
            margins = ct.computation_margins(vectors[part])
            overlaps = np.abs(ct.grams(vectors[part])) - np.eye(self.size)
            informed = overlaps.max(axis=(1, 2)) < 1e-9
            computing += int(((margins > -1e-9) | informed).sum())
            informing += int(informed.sum())
        return [{"sets": tested, "computation": computing, "information": informing}]


def bloch_states(directions: int) -> np.ndarray:
    """States (directions, 2) that point to the corners of an octahedron (6), with those of a cube (14), of an
    icosahedron (26), to the edges of the cube (38), and to more corners of hexagons in the three planes (50)."""
    solids = ((1, 0, 0), (1, 1, 1), (0, 1, (1 + math.sqrt(5)) / 2), (0, 1, 1), (0, 1, math.sqrt(3)))
    turned = (np.roll(np.multiply(c, s), k) for c in solids for s in product((1, -1), repeat=3) for k in range(3))
    points = np.array(list(dict.fromkeys(tuple(map(float, corner)) for corner in turned)))[:directions]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    x, y, z = points.T
    theta = np.arccos(np.clip(z, -1, 1))
    return np.stack([np.cos(theta / 2), np.sin(theta / 2) * np.exp(1j * np.arctan2(y, x))], axis=1)


@dataclass(frozen=True)
class Fraction:
    """Random tasks: n states in ``before`` dimensions, to be turned into n states in ``after`` dimensions."""

    n: int
    before: int
    after: int
    tasks: int = 50_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """Share of tasks whose pairs are all possible one by one, and of those possible as a whole."""
        pairs = joint = undecided = 0
        for count in _chunks(self.tasks, 100_000):
            source = ct.grams(ct.random_pure_states(count, self.n, self.before, rng))
            target = ct.grams(ct.random_pure_states(count, self.n, self.after, rng))
            found = ct.verdicts(ct.joint_margins(source, target), self.n)
            pairs += int((ct.pair_margins(source, target) >= 0).sum())
            joint += int((found == 1).sum())
            undecided += int((found == -1).sum())
        return [{"pairwise": pairs / self.tasks, "jointly": joint / self.tasks, "undecided": undecided / self.tasks}]


def _chunks(total: int, size: int) -> list[int]:
    return [min(size, total - start) for start in range(0, total, size)]


def proof_network(values: ct.Variable) -> ct.Task:
    """Copy, copy again, look at all three: what could be copied without end could be told apart."""
    blank = ct.Z[0]
    copy = ct.clone_task(values, blank).called("copy")
    keep = ct.Task([(x, x) for x in values], "keep")
    wait = ct.Task({blank: blank}, "wait")
    labels = QUBIT.labels(len(values))
    vote = ct.Task([(x * x * x, label) for x, label in zip(values, labels, strict=True)], "vote")
    return vote @ ((keep | copy) @ (copy | wait))


@dataclass(frozen=True)
class Network:
    """The network for one set of states, by name."""

    states: str

    def measure(self) -> Rows:
        """The boxes of the network, where they stand, and what a qubit says of the task in each."""
        rows = []
        for item in ct.layout(proof_network(VARIABLES[self.states])):
            if isinstance(item, ct.Box):
                verdict = QUBIT.possible(item.task)
                place = {"column": item.column, "row": item.row, "rows": item.rows}
                rows.append({"box": item.task.name, **place, "possible": bool(verdict), "margin": verdict.margin})
        return rows
