"""The 12-bit patterns on which compression in deep networks was first reported, from the rule behind their labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

__all__ = ["NEIGHBOURS", "Tishby12", "icosahedral_symmetries", "tishby12"]

NEIGHBOURS = (
    (1, 3, 5, 10, 11), (0, 2, 3, 4, 11), (1, 3, 4, 8, 9), (0, 1, 2, 8, 10), (1, 2, 6, 9, 11), (0, 6, 7, 10, 11),
    (4, 5, 7, 9, 11), (5, 6, 8, 9, 10), (2, 3, 7, 9, 10), (2, 4, 6, 7, 8), (0, 3, 5, 7, 8), (0, 1, 4, 5, 6),
)  # fmt: skip
"""The five neighbours of every coordinate, which is a vertex of an icosahedron."""
ANTIPODES = ((0, 9), (1, 7), (2, 5), (3, 6), (4, 10), (8, 11))


@dataclass(frozen=True)
class Tishby12:
    """All patterns of 12 bits, equally likely, and what they are.

    Args:
        patterns: (4096, 12) int64, entries 0 and 1; row i holds the bits of i, the most significant first.
        labels: (4096,) int64, 0 or 1.
        orbits: (4096,) int64, 0 to 81: patterns that a symmetry of the icosahedron turns into each other share one.
    """

    patterns: np.ndarray
    labels: np.ndarray
    orbits: np.ndarray


def tishby12() -> Tishby12:
    r"""The data set of `shwartzziv2017opening`: 4,096 patterns of 12 bits with a label that a rotation does not change.

    The coordinates are the vertices of an icosahedron. With k ones, e pairs of ones that are neighbours and a pairs
    that are antipodes, the label is 1 where :math:`2e-a\ge12` if k ≤ 6, and where :math:`2e-a\ge15` else; this
    reproduces all labels of the file that the authors published. 2,118 labels are 1, so that H(Y) = I(X; Y) = 0.99916
    bit, and a code that keeps the orbit keeps all of that in 6.07376 bit.

    >>> data = tishby12()
    >>> data.patterns[5], int(data.labels.sum()), len(set(data.orbits.tolist()))
    (array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]), 2118, 82)
    """
    patterns = np.arange(4096)[:, None] >> np.arange(11, -1, -1) & 1
    edges = _adjacency()
    ones, neighbours = patterns.sum(axis=1), np.einsum("ni,ij,nj->n", patterns, edges, patterns) // 2
    antipodes = sum(patterns[:, i] & patterns[:, j] for i, j in ANTIPODES)
    labels = (2 * neighbours - antipodes >= np.where(ones <= 6, 12, 15)).astype(np.int64)
    return Tishby12(patterns, labels, _orbits().copy())


def icosahedral_symmetries() -> np.ndarray:
    """The permutations of the 12 vertices that keep neighbours neighbours: (120, 12), the image of every vertex.

    >>> icosahedral_symmetries().shape
    (120, 12)
    """
    edges = _adjacency()
    partial: list[tuple[int, ...]] = [()]
    for vertex in range(12):
        partial = [
            (*images, image)
            for images in partial
            for image in range(12)
            if image not in images and (edges[image, list(images)] == edges[vertex, :vertex]).all()
        ]
    return np.array(partial)


def _adjacency() -> np.ndarray:
    edges = np.zeros((12, 12), np.int64)
    for vertex, others in enumerate(NEIGHBOURS):
        edges[vertex, others] = 1
    return edges


@lru_cache(maxsize=1)
def _orbits() -> np.ndarray:
    """Number of the orbit of every pattern: orbits in the order of their least pattern."""
    patterns, bits = np.arange(4096)[:, None] >> np.arange(11, -1, -1) & 1, 1 << np.arange(11, -1, -1)
    least = np.min([patterns @ bits[images] for images in icosahedral_symmetries()], axis=0)
    return np.unique(least, return_inverse=True)[1]
