"""What estimators of information offer, and how any of them is asked."""

from __future__ import annotations

from typing import ClassVar, Protocol, TypeGuard, runtime_checkable

from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.rng import RNG

__all__ = ["EntropyEstimator", "Estimator", "StochasticEstimator", "measure", "takes_rng"]


@runtime_checkable
class Estimator(Protocol):
    """What every estimator of mutual information is: a frozen dataclass of settings with this method.

    ``name`` is its registry id; ``stochastic`` tells whether it is a :class:`StochasticEstimator`.
    """

    name: ClassVar[str]
    stochastic: ClassVar[bool]

    def mutual_information(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy)."""
        ...


class StochasticEstimator(Estimator, Protocol):
    """An estimator that draws random numbers."""

    def mutual_information(self, x: ArrayLike, y: ArrayLike, *, rng: RNG = 0) -> Estimate:
        """I(X; Y) in nats of samples ``x`` (n, dx) and ``y`` (n, dy), all randomness from ``rng``."""
        ...


@runtime_checkable
class EntropyEstimator(Protocol):
    """An estimator that also measures differential entropy; where it is stochastic, it takes ``rng`` here too."""

    def entropy(self, x: ArrayLike) -> Estimate:
        """H(X) in nats of samples ``x`` (n, d)."""
        ...


def takes_rng(estimator: Estimator) -> TypeGuard[StochasticEstimator]:
    """Whether an estimator draws random numbers."""
    return estimator.stochastic


def measure(estimator: Estimator, x: ArrayLike, y: ArrayLike, rng: RNG = 0) -> Estimate:
    """I(X; Y) by any estimator: ``rng`` goes to the stochastic ones only.

    >>> from szilard.estimators import GaussianMI
    >>> measure(GaussianMI(), [0.0, 1.0, 2.0, 4.0], [1.0, 0.0, 3.0, 2.0]).n
    4
    """
    if takes_rng(estimator):
        return estimator.mutual_information(x, y, rng=rng)
    return estimator.mutual_information(x, y)
