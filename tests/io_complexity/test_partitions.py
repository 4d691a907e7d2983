"""Partitions: dominators by trying, optimal games cut into parts, and what their bound says of small graphs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from szilard.experiments.attention_io import LABORATORY
from szilard.experiments.attention_io.searching import GRAPHS
from szilard.io_complexity import Dag, dominator_size, optimal_pebbling, partition_size, schedule_parts

LIGHT = [
    (name, M)
    for name, Ms in {
        "dot product of 3": (3, 4), "matrix product 2×2×1": (3, 4), "matrix times vector 2×2": (4, 5),
        "matrix product 2×2×2": (4, 5, 6, 7, 8), "attention N=1, d=1": (3,), "attention N=2, d=1": (4, 5, 6, 7, 8),
        "pyramid of height 3": (3, 4, 5), "matrix product 2×2×3": (6, 8), "chain used twice": (3, 4),
    }.items()
    for M in Ms
]  # fmt: skip


def tried(dag, part):
    """Sets of vertices, smallest first, until one meets every path."""
    for size in range(len(dag) + 1):
        for chosen in map(set, combinations(range(len(dag)), size)):
            reached = set()
            for v, up in enumerate(dag.parents):
                if v not in chosen and (not up or reached.intersection(up)):
                    reached.add(v)
            if not reached.intersection(part):
                return size
    return None


def random_dag(rng):
    inputs = int(rng.integers(2, 4))
    parents = [()] * inputs
    for v in range(inputs, 9):
        parents.append(tuple(sorted(rng.choice(v, int(rng.integers(1, 3)), replace=False).tolist())))
    return Dag(tuple(parents))


@pytest.mark.parametrize("seed", range(12))
def test_dominators_against_trying(seed):
    rng = np.random.default_rng(seed)
    dag = random_dag(rng)
    for _ in range(4):
        part = set(rng.choice(9, int(rng.integers(1, 6)), replace=False).tolist())
        assert dominator_size(dag, part) == tried(dag, part)


def test_a_part_by_hand():
    dag = GRAPHS["matrix product 2×2×1"]  # two numbers a, two numbers b, four products
    assert dominator_size(dag, {4, 5, 6, 7}) == 4 and dominator_size(dag, {4}) == 1
    assert partition_size(dag, [range(8)]) == 4
    assert partition_size(dag, [range(4), {4, 5}, {6, 7}]) == 4  # of the inputs none has a child beside it


@pytest.mark.parametrize(("name", "M"), LIGHT)
def test_optimal_games_cut_after_every_m_moves_are_partitions(name, M):
    """Lemma 2.7: the parts are a 2M-partition, and M h ≥ moves ≥ M (h - 1)."""
    dag = GRAPHS[name]
    found = optimal_pebbling(dag, M)
    parts = schedule_parts(found.moves, M)
    assert partition_size(dag, parts) <= 2 * M
    assert M * len(parts) >= found.io >= M * (len(parts) - 1)


def rest(dag, *parts):
    return [*map(set, parts), set(range(len(dag))).difference(*parts)]


def named(dag, letters, row=""):
    """Vertices whose names begin with one of so many letters, and whose first index is so."""
    return {v for v, name in enumerate(dag.names) if name[0] in letters and row in ("", name[1])}


def by_rows(dag):
    """A product of matrices, one row of the result after the other; all of the right factor comes first."""
    rows = sorted({name[1] for name in dag.names if name[0] == "c"})
    parts = [named(dag, "ac", row) for row in rows]
    return [parts[0] | named(dag, "b"), *parts[1:]]


def few_parts(name, M):
    """A 2M-partition by hand."""
    dag = GRAPHS[name]
    if max(len(dag.inputs), len(dag.outputs)) <= 2 * M:
        return [set(range(len(dag)))]
    if name == "tree of 16":  # its left half, and the rest
        heirs = [{v} for v in range(16)]
        for v in range(16, len(dag)):
            heirs.append(set().union(*(heirs[p] for p in dag.parents[v])))
        return rest(dag, {v for v in range(len(dag)) if heirs[v] <= set(range(8))})
    if name == "attention N=2, d=2":
        return rest(dag, named(dag, "qks"))
    if name == "matrix product 2×2×3":  # two of the three terms of all sums, then the third
        firsts = {v for v, up in enumerate(dag.parents) if up and dag.children[v]}
        return rest(dag, firsts | {p for v in firsts for p in dag.parents[v]})
    return by_rows(dag)


def test_the_bound_by_partitions_says_less_of_these_graphs_than_inputs_and_outputs():
    """Lemma 2.8, M (P - 1), is at most 10 in every row of the table, and 0 in most."""
    cells = [c for tier in ("quick", "full") for c in LABORATORY.experiment("pebble").cells[tier]]
    bounds = {}
    for cell in cells:
        dag, parts = GRAPHS[cell.graph], few_parts(cell.graph, cell.M)
        assert partition_size(dag, parts) <= 2 * cell.M, cell
        bounds[cell.graph, cell.M] = cell.M * (len(parts) - 1)
        assert bounds[cell.graph, cell.M] < dag.compulsory
    assert max(bounds.values()) == 10 and sum(each == 0 for each in bounds.values()) > 0.75 * len(bounds)


@pytest.mark.parametrize(
    ("parts", "message"),
    [([{0, 1}], "each of the 3 vertices once"), ([{0, 1, 2}, {2}], "each of the 3"), ([{0, 2}, {1}], "no later part")],
)
def test_what_is_no_partition_is_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        partition_size(Dag(((), (), (0, 1))), parts)
