"""Two views made of bits, whose every information is a finite sum: what is shared, what is private, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from szilard.information import entropy
from szilard.rounding import above_rounding
from szilard.validation import check_choice

NAMES = ("S1", "A", "S2", "B")  # the bits: of the first view S1 and A, of the second S2 and B
CODES: dict[str, Callable[[int, int], int]] = {
    "shared bit": lambda s, a: s,
    "private bit": lambda s, a: a,
    "the view": lambda s, a: 2 * s + a,
    "nothing": lambda s, a: 0,
}

__all__ = ["CODES", "TwoViewBits"]


@dataclass(frozen=True)
class TwoViewBits:
    r"""X1 = (S1, A) and X2 = (S2, B) with fair private bits A, B and a shared bit seen through a flip of probability p:
    S2 = S1 with probability 1 − p.

    Args:
        flip: p, in [0, 1/2].
        label: ``"shared"`` for Y = S1, ``"both"`` for Y = (S1, A).
        code: Z1 as a function of the first view, a name of ``CODES``.
    """

    flip: float = 0.0
    label: str = "shared"
    code: str = "shared bit"

    def __post_init__(self) -> None:
        if not 0 <= self.flip <= 0.5:
            raise ValueError(f"flip must lie in [0, 1/2]; got {self.flip!r}")
        check_choice(self.label, "label", ("shared", "both"))
        check_choice(self.code, "code", CODES)

    @cached_property
    def _joint(self) -> dict[str, list[int]]:
        """By variable, its value in each of the 16 outcomes."""
        outcomes = list(product((0, 1), repeat=4))
        columns = {name: [row[i] for row in outcomes] for i, name in enumerate(NAMES)}
        first = list(zip(columns["S1"], columns["A"], strict=True))
        columns["X1"] = [2 * s + a for s, a in first]
        columns["X2"] = [2 * s + b for s, b in zip(columns["S2"], columns["B"], strict=True)]
        columns["Y"] = [s if self.label == "shared" else 2 * s + a for s, a in first]
        columns["Z1"] = [CODES[self.code](s, a) for s, a in first]
        return columns

    @cached_property
    def _weights(self) -> np.ndarray:
        same = np.equal(self._joint["S1"], self._joint["S2"])
        return np.where(same, 1 - self.flip, self.flip) / 8

    def entropy(self, names: str, given: str = "") -> float:
        """H(names | given) in nats; several variables stand in one text, as in ``"X1 X2"``."""
        return above_rounding(self._entropy(f"{names} {given}") - self._entropy(given))

    def information(self, first: str, second: str, given: str = "") -> float:
        """I(first; second | given) in nats."""
        parts = (f"{first} {given}", f"{second} {given}", f"{first} {second} {given}", given)
        one, other, both, alone = map(self._entropy, parts)
        return above_rounding(one + other - both - alone)

    def _entropy(self, names: str) -> float:
        chosen = [self._joint[check_choice(name, "variable", self._joint)] for name in names.split()]
        if not chosen:
            return 0.0
        _, cells = np.unique(np.array(chosen).T, axis=0, return_inverse=True)
        masses = np.bincount(cells.ravel(), weights=self._weights)
        return entropy(masses / masses.sum())

    @property
    def common(self) -> float:
        """Gács–Körner information in nats: what a function of X1 and one of X2 agree on for certain. It is ln 2 where
        nothing flips and 0 as soon as anything does (`gacs1973common`)."""
        return float(np.log(2)) if self.flip == 0 else 0.0

    @property
    def summary(self) -> dict[str, float]:
        """In nats: what the views share, what the code keeps of its view, what of it the other view knows and what not,
        what code and view say of the label, what of that the other view does not know, and the exact common part."""
        return {
            "views": self.information("X1", "X2"),
            "kept": self.information("X1", "Z1"),
            "known": self.information("Z1", "X2"),
            "excess": self.information("X1", "Z1", "X2"),
            "about": self.information("Z1", "Y"),
            "whole": self.information("X1", "Y"),
            "private": self.information("Y", "X1", "X2"),
            "common": self.common,
        }
