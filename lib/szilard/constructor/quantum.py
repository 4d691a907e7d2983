"""The quantum model: a task is possible if a channel performs it, and a ladder of tests finds out.

From cheap to expensive: structure, overlaps of pairs, eigenvalues of one Gram matrix, its completion, the Choi matrix.
A task is always decided for all its pairs at once: pair by pair everything is possible, by throwing the input away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from szilard.constructor import _choi, _gram
from szilard.constructor.algebra import Attribute, Task, Variable
from szilard.constructor.certificates import Channel, ChoiWitness, GramWitness, PairWitness
from szilard.constructor.states import RANK, Subspace, basis, everything, subspace, vectors
from szilard.constructor.verdict import Verdict
from szilard.validation import check_integer

Demand = tuple[Attribute, Attribute]

SAME = 1e-10  # amplitude by which a state may miss an attribute that it has
CERTAIN = 1e-10  # per state: rounding of the border, a Gram margin above minus this is possible
CLEAR = 1e-7  # a margin below minus this is impossible; in between, undecided
SDP_CLEAR = 1e-6  # the same for margins that a solver found
CHOICES = 4096  # ways to choose one output per input, for tasks that leave a choice

__all__ = ["QuantumModel"]


@dataclass(frozen=True)
class QuantumModel:
    """Finite quantum systems; every completely positive trace-preserving map can be realised.

    Ancillas come free, so "to arbitrary accuracy" and "exactly" are the same: channels between finite systems form a
    compact set.

    Args:
        dims: dimensions of the substrates that the model speaks of, an int or several. Attributes are of one of
            them, or of several together; others are refused.
    """

    dims: int | tuple[int, ...] = 2

    def __post_init__(self) -> None:
        dims = (self.dims,) if isinstance(self.dims, int) else tuple(self.dims)
        for d in dims:
            check_integer(d, "dims", minimum=1)
        object.__setattr__(self, "dims", dims)

    def possible(self, task: Task) -> Verdict:
        """Whether one channel turns every input of ``task`` into one of its outputs.

        Raises:
            ValueError: attributes that are not quantum, inputs, or outputs, of different dimensions, or a dimension
                that no substrates of the model have together.
        """
        self._check_dimension(*task.inputs, *task.outputs)
        return replace(self._decided(task), task=task)

    def _decided(self, task: Task) -> Verdict:
        demands = _demands(task)
        _same_dimension([x for x, _ in demands], "inputs")
        _same_dimension([y for _, choice in demands for y in choice], "outputs")
        fixed = [(x, choice[0]) for x, choice in demands if len(choice) == 1]
        if len(fixed) == len(demands):
            return decide(fixed)
        if fixed and (verdict := decide(fixed)).possible is False:
            return verdict
        if math.prod(len(choice) for _, choice in demands) > CHOICES:
            return Verdict(None, math.nan, reason=f"more than {CHOICES} ways to choose the outputs")
        for choice in product(*(choice for _, choice in demands)):
            verdict = decide([(x, y) for (x, _), y in zip(demands, choice, strict=True)])
            if verdict.possible:
                return verdict
        return Verdict(None, verdict.margin, reason="no choice of outputs is possible; a random choice might be")

    def _check_dimension(self, *attributes: Attribute) -> None:
        """Refuse what is no state of the model's substrates, one or several; records are a medium of their own."""
        dims = self.dims if isinstance(self.dims, tuple) else (self.dims,)
        for part in _simple(attributes):
            d = len(vectors(part))
            if not _is_label(part) and not _composed(d, dims):
                raise ValueError(f"{part!r} must be of the model's dimensions {dims}; got dimension {d}")

    def disjoint(self, x: Attribute, y: Attribute) -> bool:
        """Whether no state has both attributes."""
        self._check_dimension(x, y)
        pairs = product(x.elements(), y.elements())
        return all(_shared([vectors(a), vectors(b)])[0] > SAME for a, b in pairs)

    def bar(self, x: Attribute) -> Attribute | None:
        """All states that can be told apart from ``x`` for certain: the orthogonal complement; ``None`` if empty."""
        self._check_dimension(x)
        _, rest = _choi.span([vectors(e) for e in x.elements()])
        if not rest.shape[1]:
            return None
        other = subspace(rest.T, f"not {x.name}", x.substrate)
        return _as_label(other) if _is_label(x) else other

    def same(self, x: Attribute, y: Attribute) -> bool:
        """Whether two attributes hold the same states."""
        equal = [[_equal(a, b) for b in y.elements()] for a in x.elements()]
        return all(map(any, equal)) and all(map(any, zip(*equal, strict=True)))

    def labels(self, n: int) -> Variable:
        """An information variable with n values, in a medium of its own."""
        values = basis(n, [f"‘{i}’" for i in range(n)])
        return Variable(map(_as_label, values), "labels")

    def anything(self, like: Attribute) -> Attribute:
        """The attribute that every state of the system of ``like`` has."""
        whole = everything(len(vectors(like.elements()[0])), "any", like.substrate)
        return _as_label(whole) if _is_label(like) else whole


def decide(pairs: Sequence[Demand]) -> Verdict:
    """The ladder: all pairs at once, cheap tests first."""
    inputs, outputs = [vectors(x) for x, _ in pairs], [vectors(y) for _, y in pairs]
    if (verdict := _by_structure(inputs, outputs)) is not None:
        return verdict
    source, target = _overlaps(inputs), _overlaps(outputs)
    if (verdict := _by_pairs(pairs, source, target)) is not None:
        return verdict
    if all(columns.shape[1] == 1 for columns in (*inputs, *outputs)):
        return _by_gram(pairs, np.hstack(inputs), np.hstack(outputs))
    return _by_choi(inputs, outputs)


def _by_structure(inputs: list[np.ndarray], outputs: list[np.ndarray]) -> Verdict | None:
    """Inputs that can be told apart, or outputs with a state in common, leave nothing to decide."""
    missed, served = _shared(outputs)
    if missed < SAME:
        kraus = np.einsum("o,ki->koi", served, np.eye(len(inputs[0])))
        reason = "one state serves as output for every input"
        return Verdict(True, _independence(inputs), Channel(kraus), "structure", 1e-9, reason)
    overlaps = _overlaps(inputs)
    if np.triu(overlaps, 1).max() > 1e-14:
        return None
    _, rest = _choi.span(inputs)
    outcomes = [(q[:, 0], column) for p, q in zip(inputs, outputs, strict=True) for column in p.T]
    outcomes += [(outputs[0][:, 0], column) for column in rest.T]
    kraus = np.array([np.outer(target, column.conj()) for target, column in outcomes])
    return Verdict(True, 1.0, Channel(kraus), "structure", 1e-9, "the inputs can be told apart: measure and prepare")


def _by_pairs(pairs: Sequence[Demand], source: np.ndarray, target: np.ndarray) -> Verdict | None:
    """Two pairs whose outputs would be easier to tell apart than their inputs, where the Gram test cannot say more."""
    pure = np.array([all(vectors(a).shape[1] == 1 for a in pair) for pair in pairs])
    left_to_gram = np.outer(pure, pure) & (target > RANK)
    gap = np.where(left_to_gram, 0.0, np.triu(target - source, 1))
    i, j = map(int, np.unravel_index(np.argmin(gap), gap.shape))
    if gap[i, j] > -CLEAR:
        return None
    witness = PairWitness(pairs[i], pairs[j], float(source[i, j]), float(target[i, j]))
    (x, y), (u, v) = pairs[i], pairs[j]
    reason = f"{x} and {u} overlap more than {y} and {v}"
    return Verdict(False, float(gap[i, j]), witness, "pair", CLEAR, reason)


def _by_gram(pairs: Sequence[Demand], inputs: np.ndarray, outputs: np.ndarray) -> Verdict:
    needed, free, error = _gram.environment(inputs.conj().T @ inputs, outputs.conj().T @ outputs)
    off_diagonal = free & (np.abs(inputs.conj().T @ inputs) > RANK)
    if off_diagonal.any():
        return Verdict(None, math.nan, None, "gram", RANK, "an overlap lies between zero and not zero")
    best = _gram.complete(needed, free, error)
    method = "gram-sdp" if free.any() else "gram"
    certain = max(CERTAIN * len(pairs), best.error)
    clear = max(SDP_CLEAR if free.any() else CLEAR, 10 * best.error)
    if best.margin >= -certain and best.solved:
        channel = _gram.channel(inputs, outputs, best.matrix)
        wrong = max(np.abs(channel(x) - np.outer(y, y.conj())).max() for x, y in zip(inputs.T, outputs.T, strict=True))
        if wrong < 1e-9:
            reason = "the environment can take up the difference of the overlaps"
            return Verdict(True, max(best.margin, 0.0), channel, method, 1e-8, reason)
    value = float(np.vdot(best.witness, needed).real)
    if value < -clear:
        witness = GramWitness(tuple(pairs), best.witness, value)
        reason = "no environment has the overlaps that would be needed"
        return Verdict(False, best.margin, witness, method, clear, reason)
    return Verdict(None, best.margin, None, method, clear, "too near to the border for numbers as precise as these")


def _by_choi(inputs: list[np.ndarray], outputs: list[np.ndarray]) -> Verdict:
    best = _choi.fill(inputs, outputs)
    if best is None:
        return Verdict(None, math.nan, None, "choi-sdp", SDP_CLEAR, "too large for the solver")
    if best.margin > -SDP_CLEAR and _leak(best.channel, inputs, outputs) < 1e-8:
        return Verdict(True, 0.0, best.channel, "choi-sdp", 1e-7, "a channel keeps every output where it belongs")
    if best.margin < -SDP_CLEAR:
        witness = ChoiWitness(best.witness, -best.margin)
        reason = f"at best {100 * (1 + best.margin):.4g} % of the inputs can be served"
        return Verdict(False, best.margin, witness, "choi-sdp", SDP_CLEAR, reason)
    return Verdict(None, best.margin, None, "choi-sdp", SDP_CLEAR, "too near to the border for the solver")


def _leak(channel: Channel, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> float:
    """Largest weight that leaves the output, and largest deviation from trace preservation."""
    kraus = channel.kraus
    total = np.einsum("kab,kac->bc", kraus.conj(), kraus)
    worst = float(np.abs(total - np.eye(len(total))).max())
    for p, q in zip(inputs, outputs, strict=True):
        image = channel(p @ p.conj().T)
        inside = q @ (q.conj().T @ image @ q) @ q.conj().T
        worst = max(worst, float(np.abs(image - inside).max()))
    return worst


def _demands(task: Task) -> list[tuple[Attribute, tuple[Attribute, ...]]]:
    """Every input without unions, and the outputs among which the constructor may choose."""
    return [
        (e, tuple(dict.fromkeys(o for y in task.outputs_of(x) for o in y.elements())))
        for x in task.inputs
        for e in x.elements()
    ]


def _shared(spaces: Sequence[np.ndarray]) -> tuple[float, np.ndarray]:
    """The state that comes nearest to lying in every one of the subspaces, and by which amplitude it misses them."""
    outside = np.concatenate([np.eye(len(q)) - q @ q.conj().T for q in spaces])
    _, sizes, rows = np.linalg.svd(outside, full_matrices=False)
    return float(sizes[-1]), rows[-1].conj()


def _independence(spaces: Sequence[np.ndarray]) -> float:
    """Smallest eigenvalue of the Gram matrix of all vectors: one if all are orthogonal, zero if they are dependent."""
    columns = np.hstack(spaces)
    if columns.shape[1] > len(columns):
        return 0.0
    least = float(np.linalg.eigvalsh(columns.conj().T @ columns)[0])
    return least if least > CERTAIN else 0.0


def _simple(attributes: Iterable[Attribute]) -> Iterator[Attribute]:
    """The attributes of single parts, of which the given ones are unions and products."""
    return (part for a in attributes for element in a.elements() for part in element.parts or (element,))


def _is_label(attribute: Attribute) -> bool:
    return all(isinstance(part.content, Subspace) and part.content.label for part in _simple([attribute]))


def _as_label(attribute: Attribute) -> Attribute:
    """The same states of a medium of records."""
    return replace(attribute, content=Subspace(tuple(map(tuple, vectors(attribute).T.tolist())), label=True))


def _composed(dimension: int, dims: Sequence[int]) -> bool:
    """Whether a dimension is that of one or several substrates of these dimensions together."""
    return dimension in dims or any(
        d > 1 and dimension % d == 0 and _composed(dimension // d, dims) for d in dims
    )  # fmt: skip


def _overlaps(spaces: Sequence[np.ndarray]) -> np.ndarray:
    """Largest overlap of a state of one subspace with one of another, for all pairs."""
    n = len(spaces)
    table = np.eye(n)
    for i in range(n):
        for j in range(i):
            table[i, j] = table[j, i] = _overlap(spaces[i], spaces[j])
    return table


def _overlap(p: np.ndarray, q: np.ndarray) -> float:
    inner = p.conj().T @ q
    return float(abs(inner[0, 0])) if inner.size == 1 else float(np.linalg.norm(inner, 2))


def _equal(x: Attribute, y: Attribute) -> bool:
    p, q = vectors(x), vectors(y)
    return p.shape == q.shape and bool(np.abs(p @ p.conj().T - q @ q.conj().T).max() < RANK)


def _same_dimension(attributes: Sequence[Attribute], what: str) -> None:
    dimensions = sorted({len(vectors(a)) for a in attributes})
    if len(dimensions) > 1:
        raise ValueError(f"{what} must have one dimension; got {dimensions}")
