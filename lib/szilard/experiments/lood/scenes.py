"""The images that the chapter leaves out and puts back, and the kernels that it asks about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from szilard.datasets import images
from szilard.leave_one_out import (
    NNGP,
    RBF,
    Difference,
    Kernel,
    Variances,
    centred_one_hot,
    difference,
    edge_of_chaos,
    posterior,
)
from szilard.validation import check_choice

NOISE = 0.05  # σ², as in the authors' program; their searches use twice as much
SEARCH_NOISE = 0.1
PAIRS = {"digits": (3, 8), "mnist": (4, 9), "mnist subset": (4, 9), "fashion-mnist": (0, 6)}  # two similar classes
KERNELS: dict[str, Kernel] = {"RBF": RBF(10.0), "ReLU": NNGP("relu", 2), "GELU": NNGP("gelu", 2)}

__all__ = [
    "KERNELS", "NOISE", "PAIRS", "SEARCH_NOISE", "Pool", "all_digits", "controlled", "left_out", "two_classes",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pool:
    """Images (n, d) with pixels in [0, 1] and their labels from 0."""

    pixels: np.ndarray
    labels: np.ndarray

    def taken(self, rng: np.random.Generator, n: int) -> Pool:
        """``n`` of them, in random order."""
        chosen = rng.permutation(len(self.labels))[:n]
        return Pool(self.pixels[chosen], self.labels[chosen])


@cache
def two_classes(collection: str) -> Pool:
    """The images of two similar classes: digits 3 and 8, MNIST 4 and 9, or T-shirts and shirts."""
    first, second = PAIRS[check_choice(collection, "collection", PAIRS)]
    name = collection.removesuffix(" subset")
    found = images(name, source="subset" if name != collection else "auto" if name == "digits" else "complete")
    kept = np.isin(found.labels, (first, second))
    pixels = found.images[kept].reshape(kept.sum(), -1) / (16 if name == "digits" else 255)
    return Pool(pixels, (found.labels[kept] == second).astype(int))


@cache
def all_digits() -> Pool:
    """The small digits of scikit-learn, ten classes."""
    found = images("digits")
    return Pool(found.images.reshape(len(found), -1) / 16, found.labels)


def left_out(kernel: str, n: int, record: int = 0) -> tuple[Difference, Pool, np.ndarray]:
    """A process given ``n`` digits, one more that it was not given, those n, and the image of that one."""
    shuffled = all_digits().taken(np.random.default_rng(0), n + 1 + record)
    given = Pool(shuffled.pixels[:n], shuffled.labels[:n])
    process = posterior(KERNELS[kernel], given.pixels, centred_one_hot(given.labels, 10), SEARCH_NOISE)
    target = centred_one_hot(shuffled.labels[[-1]], 10)
    return difference(process, (shuffled.pixels[[-1]], target)), given, shuffled.pixels[-1]


def controlled(activation: str, depth: int) -> NNGP:
    """A network on the edge of chaos that leaves inputs of variance one at one, whatever its depth."""
    return NNGP(activation, depth, edge_of_chaos(activation), first=Variances(1.0))
