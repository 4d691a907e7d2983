"""The clusters of points that the small networks of `kawaguchi2023ib` learn, one data set per draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from szilard.rng import spawn
from szilard.validation import check_integer

CLASSES, TRAIN, TEST, WIDE = 5, 10, 50, 100  # classes, and points of each in the three parts
SPREAD = 0.7  # standard deviation of a cluster

__all__ = ["Samples", "blobs"]


@dataclass(frozen=True, eq=False)
class Samples:
    """One draw of data: points (n, d) with integer labels (n,), for training, for testing, and a wider sample on
    which layers are measured."""

    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    wide: tuple[np.ndarray, np.ndarray]

    @property
    def sizes(self) -> tuple[int, int]:
        """Coordinates of a point, and number of classes, whose labels are 0, 1, …"""
        return self.train[0].shape[1], 1 + max(int(y.max()) for _, y in (self.train, self.test, self.wide))

    def permuted(self, rng: int = 0) -> Samples:
        """The control: the same points, with labels that say nothing about them."""
        streams = spawn(rng, 3)
        parts = (self.train, self.test, self.wide)
        return Samples(*((x, stream.permutation(y)) for (x, y), stream in zip(parts, streams, strict=True)))


@lru_cache(maxsize=128)
def blobs(draw: int = 0) -> Samples:
    """Five normal clusters in the plane: 50 points to train on, 250 to test, and 500 of the wider sample.

    ``draw`` seeds scikit-learn's ``make_blobs``, which draws the centres first: they are those of a call of any size,
    so of the authors' too. Theirs is called once for each size, and then the sets share points. Here one call is cut
    into disjoint parts, balanced over the classes.

    >>> [part[0].shape for part in (blobs(0).train, blobs(0).test, blobs(0).wide)]
    [(50, 2), (250, 2), (500, 2)]
    """
    from sklearn.datasets import make_blobs

    check_integer(draw, "draw", minimum=0)
    count = CLASSES * (TRAIN + TEST + WIDE)
    x, y = make_blobs(count, centers=CLASSES, cluster_std=SPREAD, shuffle=False, random_state=draw)
    x, y = x.reshape(CLASSES, -1, 2), y.reshape(CLASSES, -1)
    cuts = [slice(0, TRAIN), slice(TRAIN, TRAIN + TEST), slice(TRAIN + TEST, None)]
    return Samples(*((x[:, cut].reshape(-1, 2), y[:, cut].ravel()) for cut in cuts))
