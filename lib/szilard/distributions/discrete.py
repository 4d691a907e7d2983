"""Discrete systems whose shared information is exact: XOR, copies, parity, majority."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from szilard.distributions.distribution import check_sample_size, exact_o_information
from szilard.estimate import OInformation
from szilard.information import entropy
from szilard.rng import RNG, generator
from szilard.validation import as_distribution, check_integer

__all__ = ["DiscreteSystem", "copies", "discrete_o_information", "independent_bits", "majority", "parity", "xor"]


@dataclass(frozen=True, eq=False)
class DiscreteSystem:
    """A joint distribution of discrete variables, as an array with one axis per variable.

    Args:
        probabilities: probability of every combination of values, non-negative, adding up to one.
        name: readable name.

    >>> round(xor().o_information.omega.bits, 12)
    -1.0
    """

    probabilities: np.ndarray
    name: str = "Discrete system"

    def __post_init__(self) -> None:
        p = _check_probabilities(self.probabilities).copy()
        p.setflags(write=False)
        object.__setattr__(self, "probabilities", p)

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each variable: one column."""
        return (1,) * self.probabilities.ndim

    @property
    def truth(self) -> str:
        """How the information is known."""
        return "exact sum"

    @property
    def o_information(self) -> OInformation:
        """Exact TC, DTC, Ω, S and gradients in nats."""
        return discrete_o_information(self.probabilities)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: one array (n, 1) of value indices per variable."""
        check_sample_size(n)
        flat = generator(rng).choice(self.probabilities.size, size=n, p=self.probabilities.ravel())
        return tuple(each[:, None] for each in np.unravel_index(flat, self.probabilities.shape))


def xor() -> DiscreteSystem:
    """Two fair bits and their exclusive or: pure synergy, Ω = −1 bit."""
    return DiscreteSystem(parity(3).probabilities, "XOR")


def parity(n: int) -> DiscreteSystem:
    """n − 1 fair bits and their parity: TC = 1 bit, DTC = n − 1 bits."""
    check_integer(n, "n", minimum=2)
    return _uniform_over(n, lambda bits: sum(bits) % 2 == 0, f"parity of {n - 1}")


def copies(n: int) -> DiscreteSystem:
    """The same fair bit n times: pure redundancy, TC = n − 1 bits, DTC = 1 bit."""
    check_integer(n, "n", minimum=2)
    return _uniform_over(n, lambda bits: len(set(bits)) == 1, f"{n} copies")


def majority(n: int) -> DiscreteSystem:
    """An odd number n of fair bits and what most of them say."""
    check_integer(n, "n", minimum=1)
    if n % 2 == 0:
        raise ValueError(f"n must be odd, so that there is a majority; got {n}")
    return _uniform_over(n + 1, lambda bits: bits[-1] == (2 * sum(bits[:-1]) > n), f"majority of {n}")


def independent_bits(n: int) -> DiscreteSystem:
    """n fair bits that know nothing of each other: all measures vanish."""
    check_integer(n, "n", minimum=2)
    return _uniform_over(n, lambda bits: True, f"{n} independent bits")


def discrete_o_information(probabilities: np.ndarray) -> OInformation:
    r"""TC, DTC, Ω, S and gradients in nats of a discrete distribution, by entropy sums (`rosas2019oinformation`).

    .. math:: TC=\sum_i H(X^i)-H(X),\qquad DTC=H(X)-\sum_i H(X^i|X^{\setminus i}),\qquad
        \partial_i\Omega=\Omega(X)-\Omega(X^{\setminus i}).

    Args:
        probabilities: one axis per variable, two axes at least; non-negative, adding up to one.
    """
    p = _check_probabilities(probabilities)
    rests = (_tc_and_dtc(p.sum(axis=i)) if p.ndim > 2 else (0.0, 0.0) for i in range(p.ndim))
    return exact_o_information(_tc_and_dtc(p), rests)


def _tc_and_dtc(p: np.ndarray) -> tuple[float, float]:
    axes, joint = range(p.ndim), entropy(p)
    alone = sum(entropy(p.sum(axis=tuple(j for j in axes if j != i))) for i in axes)
    rest = sum(entropy(p.sum(axis=i)) for i in axes)
    return alone - joint, rest - (p.ndim - 1) * joint


def _uniform_over(n: int, possible: Callable[[tuple[int, ...]], bool], name: str) -> DiscreteSystem:
    """Uniform over those rows of n bits that are ``possible``."""
    p = np.zeros((2,) * n)
    for bits in product((0, 1), repeat=n):
        p[bits] = possible(bits)
    return DiscreteSystem(p / p.sum(), name)


def _check_probabilities(probabilities: np.ndarray) -> np.ndarray:
    p = as_distribution(probabilities, "probabilities")
    if p.ndim < 2:
        raise ValueError(f"probabilities must have one axis per variable, two at least; got shape {p.shape}")
    return p
