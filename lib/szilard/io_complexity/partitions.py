"""Partitions of a graph into parts that little fast memory serves: what lower bounds for the pebble game count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from szilard.io_complexity.dags import Dag
from szilard.validation import check_integer

__all__ = ["dominator_size", "partition_size", "schedule_parts"]


def dominator_size(dag: Dag, part: Collection[int]) -> int:
    """Fewest vertices that meet every path from an input to a vertex of ``part``; its own and inputs may be among them.

    By Menger's theorem, the most paths that share no vertex.

    >>> dominator_size(Dag(((), (), (0, 1), (2,))), {3})
    1
    """
    n, source, sink = len(dag), 2 * len(dag), 2 * len(dag) + 1
    edges = [(2 * v, 2 * v + 1) for v in range(n)]  # into a vertex and out of it: one path at most
    edges += [(2 * p + 1, 2 * v) for v, up in enumerate(dag.parents) for p in up]
    edges += [(source, 2 * v) for v in dag.inputs] + [(2 * v + 1, sink) for v in part]
    rows, cols = np.array(edges, np.int32).T
    network = csr_array((np.ones(len(edges), np.int32), (rows, cols)), shape=(2 * n + 2, 2 * n + 2))
    return int(maximum_flow(network, source, sink).flow_value)


def partition_size(dag: Dag, parts: Sequence[Collection[int]]) -> int:
    """The least S for which ``parts`` are an S-partition (``hong1981io``): the largest dominator or minimum set.

    The minimum set of a part are its vertices without a child in it.

    Args:
        dag: the graph.
        parts: sets of vertices, in an order in which no part depends on a later one; some may be empty.

    Raises:
        ValueError: a vertex in no part or in two, or a part that depends on a later one.
    """
    place = {v: i for i, part in enumerate(parts) for v in part}
    members = sorted(v for part in parts for v in part)
    if members != list(range(len(dag))):
        raise ValueError(f"parts must hold each of the {len(dag)} vertices once; got {members}")
    if late := [v for v, up in enumerate(dag.parents) if any(place[p] > place[v] for p in up)]:
        raise ValueError(f"parts must depend on no later part; that of vertex {late[0]} does")
    least = [sum(all(place[c] != i for c in dag.children[v]) for v in part) for i, part in enumerate(parts)]
    return max(*least, *(dominator_size(dag, part) for part in parts))


def schedule_parts(moves: Sequence[tuple[str, int]], M: int) -> list[set[int]]:
    """What a schedule holds in fast memory for the first time, cut after every ``M`` moves between the memories.

    Lemma 2.7 of ``saha2024io``: of a schedule with ``M`` words of fast memory that computes and reads nothing in vain,
    the parts are a 2M-partition. So if none has fewer than P parts, every schedule makes M (P - 1) moves (Lemma 2.8).
    """
    check_integer(M, "M", minimum=1)
    parts, seen, io = [set[int]()], set[int](), 0
    for kind, v in moves:
        if kind in ("read", "write"):
            if io and io % M == 0:
                parts.append(set())
            io += 1
        if kind in ("read", "compute") and v not in seen:
            seen.add(v)
            parts[-1].add(v)
    return parts
