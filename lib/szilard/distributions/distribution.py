"""What every joint distribution offers: a sampler, its dimensions, and its information with how that is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import numpy as np

from szilard.estimate import Estimate, OInformation
from szilard.rng import RNG
from szilard.validation import check_integer, paired_samples

__all__ = ["Distribution", "PointwiseDistribution", "as_points", "check_sample_size", "exact", "exact_o_information"]


@runtime_checkable
class Distribution(Protocol):
    """A joint distribution of two random vectors whose mutual information is known."""

    @property
    def name(self) -> str:
        """Readable name."""

    @property
    def dims(self) -> tuple[int, ...]:
        """Dimensions of the two vectors."""

    @property
    def truth(self) -> str:
        """How the mutual information is known, for example ``"closed form"``."""

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: one float64 array (n, d) per vector."""


@runtime_checkable
class PointwiseDistribution(Distribution, Protocol):
    """A joint law whose density ratio is known at every point."""

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """:math:`\\ln p(x,y)/p(x)p(y)` in nats of points (n, dx) and (n, dy), shape (n,)."""


def check_sample_size(n: int) -> None:
    """Refuse a sample size that is not an integer ≥ 1."""
    check_integer(n, "n", minimum=1)


def as_points(x: np.ndarray, y: np.ndarray, dims: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """``x`` and ``y`` as arrays (n, dx) and (n, dy) of the given dimensions; ValueError otherwise."""
    x, y = paired_samples(x, y)
    for name, points, dim in zip("xy", (x, y), dims, strict=True):
        if points.shape[1] != dim:
            raise ValueError(f"{name} must have {dim} columns; got {points.shape[1]}")
    return x, y


def exact(nats: float) -> Estimate:
    """A known value as an estimate without error."""
    return Estimate(nats, 0.0, n=0, method="exact")


def exact_o_information(whole: tuple[float, float], without: Iterable[tuple[float, float]]) -> OInformation:
    """Every quantity from TC and DTC in nats, of all variables and of all but each in turn."""
    tc, dtc = whole
    gradients = tuple(exact(tc - dtc - rest_tc + rest_dtc) for rest_tc, rest_dtc in without)
    return OInformation(exact(tc), exact(dtc), exact(tc - dtc), exact(tc + dtc), gradients)
