"""Which states can be told apart from which: the orthogonality graph, its cliques, and a famous set of vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

__all__ = ["KOCHEN_SPECKER", "maximal_cliques", "orthogonality"]

# Eighteen vectors in four dimensions, nine orthogonal bases, every vector in two of them (cabello1996bell).
KOCHEN_SPECKER = np.array(
    [
        [0, 0, 0, 1], [0, 0, 1, 0], [1, 1, 0, 0], [1, -1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0],
        [1, 0, -1, 0], [1, -1, 1, -1], [1, -1, -1, 1], [0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 0, -1],
        [1, 0, 0, 1], [1, 0, 0, -1], [0, 1, -1, 0], [1, 1, -1, 1], [1, 1, 1, -1], [-1, 1, 1, 1],
    ]
)  # fmt: skip


def orthogonality(vectors: np.ndarray, tolerance: float = 1e-9) -> dict[int, set[int]]:
    """For every vector the numbers of those orthogonal to it.

    Args:
        vectors: rows (n, d), real or complex, none of them zero.
        tolerance: overlap of the normalised vectors below which they count as orthogonal.
    """
    rays = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    apart = np.abs(rays @ rays.conj().T) < tolerance
    return {i: set(np.flatnonzero(row).tolist()) for i, row in enumerate(apart)}


def maximal_cliques(joined: Mapping[int, set[int]]) -> list[frozenset[int]]:
    """All maximal cliques of a graph, by Bron and Kerbosch with pivots :cite:`bron1973algorithm`.

    >>> sorted(map(sorted, maximal_cliques({0: {1, 2}, 1: {0, 2}, 2: {0, 1, 3}, 3: {2}})))
    [[0, 1, 2], [2, 3]]
    """
    return list(_extend(joined, frozenset(), set(joined), set()))


def _extend(
    joined: Mapping[int, set[int]], clique: frozenset[int], open_: set[int], closed: set[int]
) -> Iterator[frozenset[int]]:
    if not open_ and not closed:
        yield clique
        return
    pivot = max(open_ | closed, key=lambda node: len(joined[node] & open_))
    for node in sorted(open_ - joined[pivot]):
        yield from _extend(joined, clique | {node}, open_ & joined[node], closed & joined[node])
        open_ = open_ - {node}
        closed = closed | {node}
