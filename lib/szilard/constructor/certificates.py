"""What proves a verdict: constructors for possible tasks, witnesses against every constructor for impossible ones.

Plain records. :mod:`szilard.constructor.verifier` checks them from the task alone, without the code that found them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from szilard.constructor.algebra import Attribute
from szilard.constructor.verdict import Verdict

State = tuple[Hashable, ...]

__all__ = [
    "Apart", "Channel", "ChoiWitness", "Common", "Conflict", "Crowding", "GramWitness", "Invariant", "Map",
    "PairWitness", "State", "Superinformation", "Unclosed", "Word",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Channel:
    """A quantum constructor: the channel :math:`\\rho\\mapsto\\sum_k K_k\\rho K_k^\\dagger`.

    Args:
        kraus: operators (k, d_out, d_in) with :math:`\\sum_k K_k^\\dagger K_k=1`.
    """

    kraus: np.ndarray

    def __call__(self, state: np.ndarray) -> np.ndarray:
        """The density matrix that comes out for a vector (d_in,) or a density matrix (d_in, d_in)."""
        rho = np.outer(state, state.conj()) if np.ndim(state) == 1 else state
        return np.einsum("kab,bc,kdc->ad", self.kraus, rho, self.kraus.conj(), optimize=True)

    def __repr__(self) -> str:
        count, out, d = self.kraus.shape
        return f"Channel({d} → {out} dimensions, {count} Kraus operators)"


@dataclass(frozen=True)
class PairWitness:
    """Two pairs (input, output) of a task whose inputs are harder to tell apart than their outputs would be.

    ``inputs`` is the largest overlap of a state of one input with one of the other; ``outputs``, the same for the
    outputs, is smaller, and no channel lowers overlaps of pure states.
    """

    first: tuple[Attribute, Attribute]
    second: tuple[Attribute, Attribute]
    inputs: float
    outputs: float


@dataclass(frozen=True, eq=False)
class GramWitness:
    """A positive semidefinite Y of trace 1, ``matrix`` (n, n), that excludes every Gram matrix of environment states.

    Y vanishes where the overlap of outputs does, and :math:`\\sum_{ij}\\bar Y_{ij}M_{ij}`, the ``value``, is negative
    for the overlaps M that the environment would need; ``pairs`` of pure states in the order of the rows.
    """

    pairs: tuple[tuple[Attribute, Attribute], ...]
    matrix: np.ndarray
    value: float


@dataclass(frozen=True, eq=False)
class ChoiWitness:
    """A Hermitian W on the input space, ``matrix`` (d_in, d_in), that contradicts trace preservation.

    Were J the Choi matrix of a constructor, :math:`\\mathrm{Tr}\\,W=\\mathrm{Tr}[(W\\otimes1)J]`; but the left side
    is larger, by ``value`` per input dimension, than the right side can be if all outputs stay where they belong.
    """

    matrix: np.ndarray
    value: float


@dataclass(frozen=True)
class Map:
    """A classical constructor: images of states, tuples over their parts; ``reversible``: part of a permutation."""

    images: Mapping[State, State]
    reversible: bool = False

    def __repr__(self) -> str:
        return f"Map({len(self.images)} states{', reversible' if self.reversible else ''})"


@dataclass(frozen=True)
class Conflict:
    """A state that would have to end in two places at once."""

    state: State


@dataclass(frozen=True)
class Crowding:
    """More states than places: ``states`` have fewer allowed images, together, than they are."""

    states: frozenset[State]


@dataclass(frozen=True)
class Word:
    """A constructor from the model's own moves in order of time, each with its places: ``("CNOT", (0, 1))``."""

    moves: tuple[tuple[str, tuple[int, ...]], ...]

    def __repr__(self) -> str:
        text = " ".join(f"{name}{''.join(map(str, places))}" for name, places in self.moves)
        return f"Word({text or 'nothing to do'})"


@dataclass(frozen=True, eq=False)
class Invariant:
    """All that can be reached: a set of joint images that every move maps into itself and that holds no success.

    ``images`` (m, states) are numbers of states, for the input ``states`` in order; the first row is the start.
    """

    states: tuple[State, ...]
    images: np.ndarray

    def __repr__(self) -> str:
        return f"Invariant({len(self.images)} joint images of {len(self.states)} states)"


@dataclass(frozen=True)
class Common:
    """Two attributes that some state has both of, so that no variable holds the two; ``fewest``: points of a state."""

    first: Attribute
    second: Attribute
    fewest: int = 1


@dataclass(frozen=True)
class Apart:
    """Attributes of which no state has two; ``fewest``: points of a state."""

    attributes: tuple[Attribute, ...]
    fewest: int = 1


@dataclass(frozen=True)
class Unclosed:
    """A value, and the bar of its bar, which has more states: whatever is told from the value is told from them too."""

    value: Attribute
    again: Attribute


class Superinformation(NamedTuple):
    """The verdicts on two variables, which have to be positive, and on their union, which has to be negative."""

    x: Verdict
    y: Verdict
    union: Verdict
