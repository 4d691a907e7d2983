"""The pebble game: optima against a table, against a search that knows only the rules, and against a referee."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from szilard.io_complexity import (
    Dag,
    IllegalMove,
    SearchTooLarge,
    attention_dag,
    dot_dag,
    fft_dag,
    lower_bounds,
    matmul_dag,
    optimal_pebbling,
    order_pebbling,
    pyramid_dag,
    replay,
    symmetries,
    tree_dag,
)

GRAPHS = {
    "dot product 3": dot_dag(3),
    "matmul 2x2x2": matmul_dag(2, 2, 2),
    "outer product 2x2": matmul_dag(2, 2, 1),
    "mat-vec 2x2": matmul_dag(2, 1, 2),
    "attention 1, 1": attention_dag(1, 1, "explicit"),
    "attention 2, 1": attention_dag(2, 1),
    "pyramid 3": pyramid_dag(3),
    "matmul 2x2x3": matmul_dag(2, 2, 3),
    "matmul 3x3x2": matmul_dag(3, 3, 2),
    "tree 4": tree_dag(4),
    "pyramid 5": pyramid_dag(5),
}
OPTIMA = {  # of two other programs, by M
    "dot product 3": {3: 11, 4: 7},
    "matmul 2x2x2": {4: 17, 5: 14, 6: 13, 7: 12, 8: 12},
    "outer product 2x2": {3: 9, 4: 8},
    "mat-vec 2x2": {4: 9, 5: 8},
    "attention 1, 1": {3: 4},
    "attention 2, 1": {4: 16, 5: 11, 6: 10, 7: 9, 8: 8},
    "pyramid 3": {3: 11, 4: 7, 5: 5},
}
SIZES = (11, 16, 8, 10, 7, 18, 10, 24, 30, 31, 21)
LARGER = {
    "matmul 2x2x3": {4: 28, 5: 22, 6: 19, 7: 17, 8: 16},
    "matmul 3x3x2": {4: 37, 5: 29},
    "tree 4": {5: 19, 6: 17},
    "pyramid 5": {6: 9},
}
CASES = [(name, M, io) for name, row in (OPTIMA | LARGER).items() for M, io in row.items()]


def test_graphs_have_their_sizes():
    assert tuple(map(len, GRAPHS.values())) == SIZES


@pytest.mark.parametrize(("name", "M", "io"), CASES)
def test_optima(name, M, io):
    dag = GRAPHS[name]
    found = optimal_pebbling(dag, M)
    assert found.io == replay(dag, found.moves, M) == io
    assert found.io <= replay(dag, order_pebbling(dag, M), M)
    assert found.io >= dag.compulsory


@pytest.mark.parametrize("name", OPTIMA)
def test_less_memory_never_helps_and_much_of_it_leaves_what_is_compulsory(name):
    dag = GRAPHS[name]
    costs = [optimal_pebbling(dag, M).io for M in range(dag.least_memory, dag.least_memory + 6)]
    assert costs == sorted(costs, reverse=True)
    assert optimal_pebbling(dag, len(dag)).io == dag.compulsory


def test_optima_respect_the_bounds_for_attention():
    for M in range(4, 9):
        assert optimal_pebbling(attention_dag(2, 1), M).io >= max(
            value for name, value in lower_bounds(2, 1, M).items() if name != "any_algorithm"
        )


def dijkstra(dag, M, recompute=True):
    """All four rules, no ideas."""
    start = (frozenset(), frozenset(dag.inputs), frozenset(dag.inputs))
    queue, best, tick = [(0, 0, start)], {start: 0}, 0
    while queue:
        cost, _, state = heapq.heappop(queue)
        red, blue, made = state
        if cost > best[state]:
            continue
        if blue.issuperset(dag.outputs):
            return cost
        ways = [(0, (red - {v}, blue, made)) for v in red]
        ways += [(1, (red, blue | {v}, made)) for v in red - blue]
        if len(red) < M:
            ways += [(1, (red | {v}, blue, made)) for v in blue - red]
            ready = (v for v, up in enumerate(dag.parents) if up and v not in red and red.issuperset(up))
            for v in ready:
                if recompute:
                    ways.append((0, (red | {v}, blue, made)))
                elif v not in made:
                    ways.append((0, (red | {v}, blue, made | {v})))
        for more, new in ways:
            if cost + more < best.get(new, 10**9):
                best[new] = cost + more
                tick += 1
                heapq.heappush(queue, (cost + more, tick, new))
    return None


def random_dag(rng, n=None):
    n, inputs = n or int(rng.integers(5, 9)), int(rng.integers(2, 4))
    parents = [()] * inputs
    for v in range(inputs, n):
        count = int(rng.integers(1, min(3, v) + 1))
        parents.append(tuple(sorted(rng.choice(v, count, replace=False).tolist())))
    return Dag(tuple(parents))


@pytest.mark.parametrize("seed", range(30))
def test_the_search_agrees_with_one_that_knows_only_the_rules(seed):
    dag = random_dag(np.random.default_rng(seed))
    for M in (dag.least_memory, dag.least_memory + 1):
        for recompute in (True, False):
            found = optimal_pebbling(dag, M, recompute)
            assert found.io == dijkstra(dag, M, recompute) == replay(dag, found.moves, M), (seed, M, recompute)
            computed = [v for kind, v in found.moves if kind == "compute"]
            assert recompute or len(computed) == len(set(computed))


def test_recomputation_can_pay():
    """A value that is cheap to make again and costs two moves to keep."""
    dag = Dag(((), (0,), (), (), (1, 2), (1, 3), (2, 3), (4, 6), (5, 7)))
    free, once = (optimal_pebbling(dag, 3, recompute).io for recompute in (True, False))
    assert free == dijkstra(dag, 3) and once == dijkstra(dag, 3, False) and free <= once


def test_symmetries_are_symmetries():
    for name, dag in GRAPHS.items():
        group = symmetries(dag)
        assert group[0] == tuple(range(len(dag))), name
        for image in group:
            assert all({image[p] for p in up} == set(dag.parents[image[v]]) for v, up in enumerate(dag.parents))
    assert [len(symmetries(GRAPHS[name])) for name in ("matmul 2x2x2", "matmul 3x3x2", "attention 2, 1")] == [8, 72, 2]


@pytest.mark.parametrize(
    "moves",
    [
        [("compute", 2)],
        [("read", 2)],
        [("write", 0)],
        [("remove", 0)],
        [("jump", 0)],
        [("read", 0), ("read", 1), ("read", 0), ("compute", 0)],
        [("read", 0), ("read", 1), ("compute", 2)],
    ],
)
def test_the_referee_refuses(moves):
    with pytest.raises(IllegalMove):
        replay(Dag(((), (), (0, 1))), moves, 3)


def test_the_referee_sees_one_pebble_too_many():
    moves = [("read", 0), ("read", 1), ("compute", 2), ("write", 2)]
    assert replay(Dag(((), (), (0, 1))), moves, 3) == 3
    with pytest.raises(IllegalMove, match="at most 2"):
        replay(Dag(((), (), (0, 1))), moves, 2)


def test_the_search_agrees_on_nine_vertices():
    dag = random_dag(np.random.default_rng(1), 9)
    assert optimal_pebbling(dag, dag.least_memory).io == dijkstra(dag, dag.least_memory)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="a vertex and its parents, 4 words; got 3"):
        optimal_pebbling(matmul_dag(2, 2, 2), 3)
    with pytest.raises(ValueError, match="before their children"):
        Dag(((), (2,), ()))
    with pytest.raises(ValueError, match="outputs must be computed"):
        Dag(((), (0,)), outputs=(0,))
    with pytest.raises(ValueError, match="at most 62 vertices"):
        optimal_pebbling(fft_dag(4), 3)
    with pytest.raises(ValueError, match="every computed vertex once"):
        order_pebbling(matmul_dag(2, 2, 1), 4, [4, 5, 6])
    with pytest.raises(SearchTooLarge):
        optimal_pebbling(attention_dag(2, 1), 4, max_states=100)
