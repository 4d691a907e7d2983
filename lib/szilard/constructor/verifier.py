"""Checks of verdicts from the task and the certificate alone: no code that finds certificates is used here.

States are read from the attributes anew, constructors are applied to them, witnesses are evaluated. What passes is
proved up to rounding, whoever found it and how.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, permutations, product
from operator import mul
from typing import Any

import numpy as np

from szilard.constructor.algebra import Attribute, Task
from szilard.constructor.certificates import (
    Apart,
    Channel,
    ChoiWitness,
    Common,
    Conflict,
    Crowding,
    GramWitness,
    Invariant,
    Map,
    PairWitness,
    Superinformation,
    Unclosed,
    Word,
)
from szilard.constructor.states import Subspace
from szilard.constructor.verdict import Moves, Verdict

LOOSEST = 1e-6  # the largest error that a constructor may have, whatever tolerance its verdict names

__all__ = ["Check", "Moves", "verify"]


@dataclass(frozen=True)
class Check:
    """Whether a certificate proves its verdict.

    Args:
        holds: the result.
        slack: for a constructor its largest error; for a witness by how much it wins. Zero where the check is exact.
    """

    holds: bool
    slack: float


def verify(task: Task | Verdict, verdict: Verdict | None = None, moves: Moves | None = None) -> Check:
    """Check that the certificate of ``verdict`` proves it: ``verify(task, verdict)``, or ``verify(verdict)``.

    A verdict alone is checked for the task that it carries; one that is composed of others, by those that decide it.

    Args:
        task: the task that was decided, or the verdict.
        verdict: what a model said of it.
        moves: of a model that searches, its moves by name, each with the number of copies it takes; by default those
            that the verdict carries.

    Raises:
        ValueError: an undecided verdict, one that carries no task, or a kind of certificate that is not known here.
    """
    if isinstance(task, Verdict):
        return _alone(task)
    if verdict is None:
        raise ValueError("verdict must be given with a task; got none")
    certificate, moves = verdict.certificate, verdict.moves if moves is None else moves
    checks: dict[type, Callable[[], tuple[bool, float]]] = {
        Channel: lambda: _channel(task, certificate, verdict.tolerance),
        PairWitness: lambda: _pair(task, certificate),
        GramWitness: lambda: _gram(task, certificate),
        ChoiWitness: lambda: _choi(task, certificate),
        Map: lambda: _map(task, certificate),
        Conflict: lambda: (not _goal(task, certificate.state), 0.0),
        Crowding: lambda: _crowding(task, certificate),
        Word: lambda: _word(task, certificate, moves or {}),
        Invariant: lambda: _invariant(task, certificate, moves or {}),
    }
    if type(certificate) not in checks:
        raise ValueError(f"verdict must carry a certificate that can be checked; got {certificate!r}")
    holds, slack = checks[type(certificate)]()
    positive = isinstance(certificate, (Channel, Map, Word))
    return Check(bool(holds and verdict.possible is positive), float(slack))


def _alone(verdict: Verdict) -> Check:
    """The check of a verdict by what it carries."""
    parts = verdict.certificate
    if isinstance(parts, Common):
        return Check(verdict.possible is False and _common(parts), 0.0)
    if isinstance(parts, Apart):
        shared = (_common(Common(a, b, parts.fewest)) for a, b in combinations(parts.attributes, 2))
        return Check(verdict.possible is True and not any(shared), 0.0)
    if isinstance(parts, Unclosed):
        return Check(verdict.possible is False and _unclosed(parts), 0.0)
    if verdict.task is not None and verdict.possible is not None:
        return verify(verdict.task, verdict)
    if verdict.possible is None or not isinstance(parts, tuple):
        raise ValueError(f"verdict must be decided and carry its task or the verdicts it is made of; got {verdict!r}")
    wanted = (True, True, False) if isinstance(parts, Superinformation) else (True,) * len(parts)
    against = [part for part, want in zip(parts, wanted, strict=True) if part.possible is not want]
    checks = [_alone(part) for part in (parts if verdict.possible else against) if part.possible is not None]
    if verdict.possible:
        return Check(not against and all(check.holds for check in checks), max(check.slack for check in checks))
    return next((check for check in checks if check.holds), Check(False, 0.0))


def _common(witness: Common) -> bool:
    """Whether some state has both attributes."""
    pairs = list(product(_single(witness.first), _single(witness.second)))
    if any(isinstance(e.content, frozenset) for pair in pairs for one in pair for e in one.parts or (one,)):
        return len(_extent(witness.first) & _extent(witness.second)) >= witness.fewest
    outside = [[np.eye(len(p)) - p for p in map(_projector, pair)] for pair in pairs]
    return any(np.linalg.svd(np.concatenate(both), compute_uv=False)[-1] < 1e-9 for both in outside)


def _unclosed(witness: Unclosed) -> bool:
    """Whether all of ``again`` lies in the span of the value, and some of it in none of the subspaces it unites."""
    value, again = ([_projector(e) for e in _single(a)] for a in (witness.value, witness.again))
    frame, sizes, _ = np.linalg.svd(np.concatenate(value, axis=1))
    outside = np.eye(len(frame)) - frame[:, : (n := int((sizes > 1e-9).sum()))] @ frame[:, :n].conj().T
    missed = [min(np.linalg.norm(p - q @ p, 2) for q in value) for p in again]
    return all(np.linalg.norm(outside @ p, 2) < 1e-9 for p in again) and bool(max(missed) > 1e-9)


def _projector(attribute: Attribute) -> np.ndarray:
    """Projector on the states of an attribute that is no union."""
    if attribute.parts:
        return reduce(np.kron, map(_projector, attribute.parts), np.ones((1, 1), complex))
    rows = _rows(attribute)
    return np.einsum("ka,kb->ab", rows, rows.conj())


def _rows(attribute: Attribute) -> np.ndarray:
    """Orthonormal vectors of a simple quantum attribute."""
    if not isinstance(attribute.content, Subspace):
        raise ValueError(f"task must hold pure states and subspaces; got {attribute!r}")
    return np.array(attribute.content.rows)


def _single(attribute: Attribute) -> Iterator[Attribute]:
    """The attributes of a union, unions within it taken apart."""
    if attribute.members:
        for member in attribute.members:
            yield from _single(member)
    elif attribute.parts:
        for choice in product(*(tuple(_single(part)) for part in attribute.parts)):
            yield reduce(mul, choice)
    else:
        yield attribute


def _demands(task: Task) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
    for x in dict.fromkeys(x for x, _ in task.pairs):
        goals = [_projector(q) for u, y in task.pairs if u == x for q in _single(y)]
        for e in _single(x):
            yield _projector(e), goals


def _channel(task: Task, channel: Channel, tolerance: float) -> tuple[bool, float]:
    kraus = channel.kraus
    total = sum(k.conj().T @ k for k in kraus)
    worst = float(np.linalg.norm(total - np.eye(len(total)), 2))
    for p, goals in _demands(task):
        image = sum(k @ p @ k.conj().T for k in kraus)
        worst = max(worst, min(float(np.linalg.norm(image - q @ image @ q, "nuc")) for q in goals))
    return worst <= min(tolerance, LOOSEST), worst


def _pair(task: Task, witness: PairWitness) -> tuple[bool, float]:
    demanded = all(_demanded(task, pair) for pair in (witness.first, witness.second))
    (x, y), (u, v) = witness.first, witness.second
    before = float(np.linalg.norm(_projector(x) @ _projector(u), 2))
    after = float(np.linalg.norm(_projector(y) @ _projector(v), 2))
    return demanded and before - after > 1e-8, before - after


def _demanded(task: Task, pair: tuple[Attribute, Attribute]) -> bool:
    """Whether the task asks that the first attribute of ``pair`` become the second and nothing else."""
    for x in task.inputs:
        outputs = [q for u, y in task.pairs if u == x for q in _single(y)]
        if pair[0] in _single(x) and outputs == [pair[1]]:
            return True
    return False


def _gram(task: Task, witness: GramWitness) -> tuple[bool, float]:
    """Σ conj(Y) M < 0 for every way to fill the free entries, since Y vanishes there."""
    if not all(_demanded(task, pair) for pair in witness.pairs):
        return False, 0.0
    source, target = (np.stack([_ray(pair[side]) for pair in witness.pairs], axis=1) for side in (0, 1))
    before, after = source.conj().T @ source, target.conj().T @ target
    y = witness.matrix
    free = np.abs(after) < 1e-9
    positive = np.allclose(y, y.conj().T) and np.linalg.eigvalsh(y)[0] > -1e-14
    vanishes = not np.abs(y[free]).any()
    value = (y.conj() * np.where(free, 0, before / np.where(free, 1, after))).sum().real
    return positive and vanishes and value < -1e-8, -value


def _ray(attribute: Attribute) -> np.ndarray:
    projector = _projector(attribute)
    if not np.isclose(np.trace(projector).real, 1):
        raise ValueError(f"witness must speak of pure states; got {attribute!r}")
    if attribute.parts:
        return reduce(np.kron, map(_ray, attribute.parts), np.ones(1, complex))
    return _rows(attribute)[0]


def _choi(task: Task, witness: ChoiWitness) -> tuple[bool, float]:
    """Tr W exceeds what Tr[(W ⊗ 1)J] can be, J being confined to the kernel of the forbidden projectors."""
    w = witness.matrix
    demands = [(p, goals[0]) for p, goals in _demands(task) if len(goals) == 1]
    out = len(demands[0][1])
    forbidden = sum(np.kron(p.conj(), np.eye(out) - q) for p, q in demands)
    values, columns = np.linalg.eigh(forbidden)
    inside = values < 1e-8
    if (values[~inside] < 1e-5).any() or not np.allclose(w, w.conj().T):
        return False, 0.0
    kernel = columns[:, inside]
    d = len(w)
    image = (w @ kernel.reshape(d, -1)).reshape(d * out, -1)  # W ⊗ 1 on every column
    largest = np.linalg.eigvalsh(kernel.conj().T @ image)[-1] if inside.any() else 0.0
    slack = np.trace(w).real / d - max(largest, 0.0)
    return slack > 1e-8, slack


def _extent(attribute: Attribute) -> set[tuple[Hashable, ...]]:
    states: set[tuple[Hashable, ...]] = set()
    for e in _single(attribute):
        states |= set(product(*(_points(part) for part in e.parts or (e,))))
    return states


def _points(attribute: Attribute) -> frozenset[Hashable]:
    if not isinstance(attribute.content, frozenset):
        raise ValueError(f"task must hold sets of states; got {attribute!r}")
    return attribute.content


def _goal(task: Task, state: tuple[Hashable, ...]) -> set[tuple[Hashable, ...]]:
    goals = [set().union(*(_extent(y) for y in task.outputs_of(x))) for x in task.inputs if state in _extent(x)]
    return set.intersection(*goals)


def _states(task: Task) -> set[tuple[Hashable, ...]]:
    return set().union(*(_extent(x) for x in task.inputs))


def _map(task: Task, constructor: Map) -> tuple[bool, float]:
    right = all(s in constructor.images and constructor.images[s] in _goal(task, s) for s in _states(task))
    apart = len(set(constructor.images.values())) == len(constructor.images)
    return right and (apart or not constructor.reversible), 0.0


def _crowding(task: Task, witness: Crowding) -> tuple[bool, float]:
    places = set().union(*(_goal(task, s) for s in witness.states))
    return len(places) < len(witness.states), len(witness.states) - len(places)


def _word(task: Task, word: Word, moves: Moves) -> tuple[bool, float]:
    def follow(state: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        for name, places in word.moves:
            state = _apply(state, moves[name][1], places)
        return state

    return all(follow(s) in _goal(task, s) for s in _states(task)), 0.0


def _apply(
    state: tuple[Hashable, ...], move: Callable[..., Sequence[Hashable]], places: tuple[int, ...]
) -> tuple[Hashable, ...]:
    new = dict(zip(places, move(*(state[p] for p in places)), strict=True))
    return tuple(new.get(place, value) for place, value in enumerate(state))


def _invariant(task: Task, witness: Invariant, moves: Moves) -> tuple[bool, float]:
    """The start is in the set, every move keeps it, no member is a success."""
    copies = len(witness.states[0])
    joint = list(product(_universe(witness, moves), repeat=copies))
    number = {state: i for i, state in enumerate(joint)}
    rows = {row.tobytes() for row in witness.images.astype(np.int64)}
    start = np.array([number[s] for s in witness.states])
    if set(witness.states) != _states(task) or start.tobytes() not in rows:
        return False, 0.0
    for arity, move in moves.values():
        for places in permutations(range(copies), arity):
            table = np.array([number[_apply(s, move, places)] for s in joint])
            if any(row.tobytes() not in rows for row in table[witness.images]):
                return False, 0.0
    goals = [{number[t] for t in _goal(task, s)} for s in witness.states]
    wins = any(all(place in goal for place, goal in zip(row, goals, strict=True)) for row in witness.images)
    return not wins, 0.0


def _universe(witness: Invariant, moves: Moves) -> list[Hashable]:
    """States of one copy as the model lists them: those that moves on one copy can reach, in numerical order."""
    seen: set[Any] = {s for state in witness.states for s in state}  # such states have an order
    single = [move for arity, move in moves.values() if arity == 1]
    frontier = set(seen)
    while frontier:
        frontier = {move(s)[0] for s in frontier for move in single} - seen
        seen |= frontier
    return sorted(seen)
