"""Engines that turn measured information into work: Szilard's, with errors, with a movable wall, with several places.

A particle sits in one of several places x, the demon reads y, and moves walls until place x has the share v(x|y)
of the box; that yields the work ln[v(x|y)/p(x)] in units of k_B T. Energies are in k_B T, information in nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import divergence
from szilard.rng import RNG, generator
from szilard.validation import ROUNDING, as_distribution, as_samples, check_integer

__all__ = ["EngineRuns", "FeedbackEngine", "szilard_engine"]


@dataclass(frozen=True)
class EngineRuns:
    """Simulated cycles of an engine, (n,) each: extracted work in k_B T, information ln[p(y|x)/p(y)] of the reading in
    nats, and 1/p(y) where the reversed run gives the reading y again, else 0: its mean is the efficacy."""

    work: np.ndarray
    information: np.ndarray
    returned: np.ndarray


@dataclass(frozen=True, init=False)
class FeedbackEngine:
    """An engine given by the joint distribution of place and reading, and by the final places of the walls.

    Args:
        joint: probabilities p(x, y), shape (places, readings), every place and reading possible.
        shares: v(x|y), the share of the box that place x ends with after reading y, same shape; columns sum to
            one and are positive wherever ``joint`` is. The best, v = p(x|y), unless given.

    Raises:
        ValueError: no probabilities, or shares that do not fit.

    Source: `sagawa2010generalized`.

    >>> round(szilard_engine(0.1).mean_work, 4)
    0.3681
    """

    joint: np.ndarray
    shares: np.ndarray

    def __init__(self, joint: ArrayLike, shares: ArrayLike | None = None) -> None:
        joint = as_distribution(as_samples(joint, "joint"), "joint")
        if not (joint.sum(0) > 0).all() or not (joint.sum(1) > 0).all():
            raise ValueError("joint must give every place and every reading a positive probability")
        shares = joint / joint.sum(0) if shares is None else as_samples(shares, "shares").copy()
        if shares.shape != joint.shape:
            raise ValueError(f"shares must have the shape of joint, {joint.shape}; got {shares.shape}")
        if (shares < 0).any() or (np.abs(shares.sum(0) - 1) > ROUNDING).any():
            raise ValueError("shares must be ≥ 0 and sum to one in every column")
        if (shares[joint > 0] == 0).any():
            raise ValueError("shares must be positive wherever joint is: no wall can crush the particle")
        for name, value in (("joint", joint), ("shares", shares)):
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    @cached_property
    def mean_work(self) -> float:
        """Mean extracted work in k_B T, Σ p(x, y) ln[v(x|y)/p(x)] ≤ I."""
        share = np.where(self.joint > 0, self.shares, 1.0)
        return float((self.joint * np.log(share / self.joint.sum(1, keepdims=True)))[self.joint > 0].sum())

    @cached_property
    def mutual_information(self) -> float:
        """I(x; y) in nats, an upper bound on the mean work in k_B T."""
        return divergence(self.joint, np.outer(self.joint.sum(1), self.joint.sum(0)))

    @cached_property
    def efficacy(self) -> float:
        """γ = ⟨e^W⟩ = Σ p(y|x) v(x|y): the probabilities of reading y again in the reversed cycle, summed over y."""
        return float((self.joint / self.joint.sum(1, keepdims=True) * self.shares).sum())

    @cached_property
    def excluded(self) -> float:
        """λ = Σ p(y) v(x|y) over places that a reading excludes, those with p(x, y) = 0; ⟨e^{W-I}⟩ = 1 - λ."""
        return float((self.joint.sum(0) * self.shares)[self.joint == 0].sum())

    def sample(self, n: int, *, rng: RNG = 0) -> EngineRuns:
        """``n`` simulated cycles, each with a particle and a reading forwards and backwards."""
        check_integer(n, "n", minimum=1)
        random = generator(rng)
        places, readings = self.joint.shape
        pairs = random.choice(places * readings, n, p=self.joint.ravel())
        x, y = np.divmod(pairs, readings)
        work = np.log(self.shares[x, y] / self.joint.sum(1)[x])
        information = np.log(self.joint[x, y] / (self.joint.sum(1)[x] * self.joint.sum(0)[y]))
        # Backwards: walls where reading y left them, a fresh particle, and a second reading.
        level = random.random(n)[:, None]
        back = (level > np.cumsum(self.shares.T[y], axis=1)).sum(1).clip(max=places - 1)
        again = random.random(n) < self.joint[back, y] / self.joint.sum(1)[back]
        return EngineRuns(work, information, again / self.joint.sum(0)[y])


def szilard_engine(error: float, partition: float | None = None) -> FeedbackEngine:
    """Szilard's engine whose reading errs with probability ``error`` in either half.

    ``partition`` is the share of the box on the side read at the end; 1 - error, the best, unless given.
    """
    for name, value in (("error", error), ("partition", partition)):
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {value!r}")
    right, wrong = (1 - error) / 2, error / 2
    joint = [[right, wrong], [wrong, right]]
    if partition is None:
        return FeedbackEngine(joint)
    return FeedbackEngine(joint, [[partition, 1 - partition], [1 - partition, partition]])
