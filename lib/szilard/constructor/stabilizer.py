"""Two media with finitely many states and superinformation: stabiliser states, and Spekkens' toy bit.

Both are classical models in the sense of this room, finitely many points that finitely many moves permute, and so every
task on one or two systems is decided by following the moves until nothing new turns up. The six stabiliser states of a
qubit move under the Clifford group :cite:`gottesman1998heisenberg`; the toy bit has four points, of which one may know
half :cite:`spekkens2007evidence`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np

from szilard.constructor.algebra import Attribute, Task, Variable, unite
from szilard.constructor.classical import ClassicalModel, Move
from szilard.constructor.predicates import is_distinguishable
from szilard.constructor.states import basis, state, vectors
from szilard.constructor.verdict import Verdict
from szilard.validation import check_integer

_R = math.sqrt(0.5)
_HADAMARD = np.array([[_R, _R], [_R, -_R]])
_PHASE = np.diag([1, 1j])
_CNOT = np.eye(4)[[0, 1, 3, 2]]
MOST_QUBITS = 3

__all__ = ["StabilizerModel", "ToyBit"]


@dataclass(frozen=True)
class StabilizerModel:
    """Qubits that are only ever in stabiliser states, and moved by H, S and CNOT.

    It reads the same attributes as the quantum model, single stabiliser states, so that the two can be compared task by
    task. No ancillas, no measurement: what is possible here is possible by a Clifford unitary.

    Args:
        n: qubits of one substrate; a task may have several substrates, three qubits in all.
    """

    n: int = 1

    def __post_init__(self) -> None:
        check_integer(self.n, "n", minimum=1)

    def possible(self, task: Task) -> Verdict:
        """Whether one Clifford unitary turns every input of ``task`` into one of its outputs.

        The verdict's own task and moves are those of :meth:`in_points`.
        """
        model, task = self.in_points(task)
        return model.possible(task)

    def in_points(self, task: Task) -> tuple[ClassicalModel, Task]:
        """The classical model whose states are the stabiliser states, and the same task in their terms."""
        points = self._points(self._qubits(task.inputs[0]))
        return points.model, points.read(task)

    def _points(self, qubits: int) -> _Points:
        if not 1 <= qubits <= MOST_QUBITS:
            raise ValueError(f"task must have at most {MOST_QUBITS} qubits; got {qubits}")
        return _points_of(qubits)

    def states(self, qubits: int | None = None) -> np.ndarray:
        """All stabiliser states of some qubits as columns, (2^n, count), each up to its phase."""
        return self._points(self.n if qubits is None else qubits).columns

    def labels(self, n: int) -> Variable:
        """An information variable with n values, of the standard basis."""
        if n > 2**self.n:
            raise ValueError(f"n must be at most {2**self.n}, the values of {self.n} qubits; got {n}")
        return Variable(basis(2**self.n).attributes[:n], "labels")

    def disjoint(self, x: Attribute, y: Attribute) -> bool:
        """Whether no state has both attributes."""
        return not self._extent(x) & self._extent(y)

    def same(self, x: Attribute, y: Attribute) -> bool:
        """Whether two attributes hold the same states."""
        return self._extent(x) == self._extent(y)

    def bar(self, x: Attribute) -> Attribute | None:
        """All stabiliser states that can be told apart from ``x`` for certain; ``None`` if there are none."""
        states = self.anything(x).members
        apart = [s for s in states if not self.same(s, x) and is_distinguishable(Variable([x, s]), self).possible]
        return unite(*apart, name=f"not {x.name}") if apart else None

    def anything(self, like: Attribute) -> Attribute:
        """The attribute that every stabiliser state of the system of ``like`` has."""
        columns = self._points(self._qubits(like)).columns
        return unite(*(state(c, f"s{i}", like.substrate) for i, c in enumerate(columns.T)), name="any")

    def _extent(self, attribute: Attribute) -> set[int]:
        return {self._points(self._qubits(e)).index(e) for e in attribute.elements()}

    def _qubits(self, attribute: Attribute) -> int:
        """How many qubits an attribute is of, if they make up one or several substrates of the model."""
        element, total = attribute.elements()[0], 0
        for part in element.parts or (element,):
            d = len(vectors(part))
            qubits = d.bit_length() - 1
            if d != 2**qubits or not qubits or qubits % self.n:
                needed = f"of the model's dimension, {2**self.n} or a power"
                raise ValueError(f"{part!r} must be {needed}; got dimension {d}")
            total += qubits
        return total


class _Points:
    """The stabiliser states of some qubits as points, the gates as permutations of them."""

    def __init__(self, qubits: int) -> None:
        gates = _gates(qubits)
        start = np.zeros(2**qubits, complex)
        start[0] = 1
        numbers, images, queue = {_key(start): 0}, [], [start]
        for vector in queue:  # grows while it is read
            row = []
            for gate in gates.values():
                after = gate @ vector
                place = numbers.setdefault(_key(after), len(numbers))
                if place == len(queue):
                    queue.append(after)
                row.append(place)
            images.append(row)
        self.columns = np.array(queue).T
        self.number = numbers
        moves = {name: (1, _Lookup([row[i] for row in images])) for i, name in enumerate(gates)}
        self.model = ClassicalModel(tuple(range(len(queue))), moves)

    def index(self, attribute: Attribute) -> int:
        """The number of the stabiliser state that an attribute is."""
        columns = vectors(attribute)
        place = self.number.get(_key(columns[:, 0])) if columns.shape[1] == 1 else None
        if place is None:
            raise ValueError(f"attribute must be a stabiliser state; got {attribute!r}")
        return place

    def read(self, task: Task) -> Task:
        """The same task with points for attributes."""
        return Task([(self._point(x), self._point(y)) for x, y in task.pairs], task.name)

    def _point(self, attribute: Attribute) -> Attribute:
        return Attribute(attribute.name, frozenset(self.index(e) for e in attribute.elements()))


@cache
def _points_of(qubits: int) -> _Points:
    return _Points(qubits)


@dataclass(frozen=True)
class _Lookup:
    images: list[int] = field(hash=False)

    def __call__(self, place: int) -> tuple[int]:
        return (self.images[place],)


def _gates(qubits: int) -> dict[str, np.ndarray]:
    """H and S on every qubit, CNOT on every ordered pair, as matrices."""
    gates = {}
    for q in range(qubits):
        before, after = np.eye(2**q), np.eye(2 ** (qubits - q - 1))
        gates[f"H{q}"] = np.kron(np.kron(before, _HADAMARD), after)
        gates[f"S{q}"] = np.kron(np.kron(before, _PHASE), after)
    numbers = np.arange(2**qubits)
    for control in range(qubits):
        for target in range(qubits):
            if control != target:
                bit = numbers >> (qubits - 1 - control) & 1
                gates[f"CNOT{control}{target}"] = np.eye(2**qubits)[numbers ^ (bit << (qubits - 1 - target))]
    return gates


def _key(vector: np.ndarray) -> bytes:
    """The same bytes for the same ray: phase taken from the first amplitude that is there, then rounded."""
    first = vector[np.argmax(np.abs(vector) > 1e-6)]
    rounded = np.round(vector * (np.conj(first) / abs(first)), 6) + 0.0
    return (rounded + 0.0j).tobytes()


@dataclass(frozen=True)
class ToyBit(ClassicalModel):
    """Spekkens' toy bit: four points, and knowledge that never covers fewer than two of them.

    A point is a pair (q, p) of bits, numbered 2q + p. Moves on one toy bit are all 24 permutations of the points;
    those on two are generated by them and by a controlled shift.

    Args:
        fewest: points that a state covers at least. 2: the states are the six pairs of points, and {0, 1} and {0, 2}
            are disjoint although they share a point; 1: the points are the states, and these two overlap.
    """

    states: tuple[int, ...] = (0, 1, 2, 3)
    dynamics: Mapping[str, tuple[int, Move]] = field(default_factory=lambda: dict(TOY_MOVES), hash=False)
    fewest: int = 2

    @property
    def observables(self) -> tuple[Variable, Variable, Variable]:
        """Its three variables: the value of q, of p, and of their sum."""
        pairs = ((("0", (0, 1)), ("1", (2, 3))), (("+", (0, 2)), ("−", (1, 3))), (("i", (0, 3)), ("−i", (1, 2))))
        values = [[self.attribute(points, name) for name, points in pair] for pair in pairs]
        z, x, y = (Variable(pair, name) for pair, name in zip(values, "ZXY", strict=True))
        return z, x, y

    @property
    def correlated(self) -> Variable:
        """Four values of two toy bits, such as "q agrees, and so does p": what the controlled shift makes of + and −
        beside 0 and 1. They correspond to the Bell states."""
        z, x, _ = self.observables
        points = {s: self.attribute([s], f"point {s}") for s in self.states}
        values = []
        for value in x * z:
            shifted = [_shift(*pair) for pair in product(self.states, repeat=2) if pair in self.extent(value)]
            values.append(unite(*(points[s] * points[t] for s, t in shifted), name=f"{value} shifted"))
        return Variable(values, "E")

    def disjoint(self, x: Attribute, y: Attribute) -> bool:
        """Whether no state has both attributes: they share fewer points than a state covers."""
        return len(self.extent(x) & self.extent(y)) < self.fewest

    def _letters(self) -> tuple[Attribute, ...]:
        return self.observables[0].attributes


def _shift(control: int, target: int) -> tuple[int, int]:
    """Add q of the first to q of the second, and p of the second to p of the first."""
    return control ^ (target & 1), target ^ (control & 2)


TOY_MOVES: dict[str, tuple[int, Move]] = {
    "swap q and p": (1, lambda s: ((s >> 1) | (s & 1) << 1,)), "add q to p": (1, lambda s: (s ^ (s >> 1),)),
    "flip q": (1, lambda s: (s ^ 2,)), "CNOT": (2, _shift),
}  # fmt: skip
