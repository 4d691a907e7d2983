"""How far from possible: the best that channels can do, with a bound that proves it, beside closed forms.

A task is impossible if every constructor falls short by some fixed amount. This module measures the amount.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor import _choi
from szilard.constructor.algebra import Attribute, Task
from szilard.constructor.certificates import Channel
from szilard.constructor.conic import best_channel
from szilard.constructor.states import as_density, vectors
from szilard.validation import as_numbers, check_integer

Goal = tuple[float, Attribute, Attribute]

__all__ = [
    "Best", "Trade", "best_performance", "best_score", "clone_fidelity_of_two", "guess_probability", "helstrom",
    "local_distinguishability", "partial_measurer", "tilted_bell_basis",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Best:
    """The best score: the ``value`` that ``channel`` reaches, and a ``bound`` from the dual that no channel exceeds."""

    value: float
    bound: float
    channel: Channel


def best_score(goals: Sequence[Goal], subject_to: Task | None = None) -> Best:
    r"""The largest :math:`\sum_iw_i\,\mathrm{Tr}[Q_i\,\mathcal E(P_i)]/\mathrm{Tr}P_i` over channels.

    Args:
        goals: weight, input and output of every term; weights ≥ 0.
        subject_to: a task that the channel has to perform exactly.

    Raises:
        ValueError: no goals, a negative weight, or a task that no channel performs.
    """
    if not goals or any(weight < 0 for weight, _, _ in goals):
        raise ValueError("goals must hold at least one term and weights ≥ 0")
    pairs = [] if subject_to is None else [(e, y) for x, y in subject_to.pairs for e in x.elements()]
    inside, outside = _choi.span([vectors(x) for x in (*(x for _, x, _ in goals), *(x for x, _ in pairs))])
    rank, out = inside.shape[1], len(vectors(goals[0][2]))
    gain = np.zeros((rank * out, rank * out), complex)
    for weight, x, y in goals:
        p, q = inside.conj().T @ vectors(x), vectors(y)
        gain += weight / p.shape[1] * np.kron((p @ p.conj().T).T, q @ q.conj().T)
    gain = gain if gain.imag.any() else gain.real
    face = None
    if pairs:
        face = _choi.face([inside.conj().T @ vectors(x) for x, _ in pairs], [vectors(y) for _, y in pairs])
        if face.shape[1] == 0:
            raise ValueError(f"subject_to must be a possible task; no channel performs {subject_to}")
        gain = face.conj().T @ gain @ face
    bound, small, _ = best_channel(gain, rank, face, full=face is not None)
    choi = small if face is None else face @ small @ face.conj().T
    kraus = _preserving(_choi.kraus_of(choi, rank, out), inside, outside, vectors(goals[0][2])[:, 0])
    channel = Channel(kraus)
    return Best(sum(w * _score(channel, x, y) for w, x, y in goals), bound, channel)


def best_performance(task: Task) -> Best:
    """The largest average fidelity with which one channel performs ``task``, all its pairs equally likely."""
    weight = 1 / len(task.pairs)
    return best_score([(weight, x, y) for x, y in task.pairs])


def _preserving(kraus: list[np.ndarray], inside: np.ndarray, outside: np.ndarray, spare: np.ndarray) -> np.ndarray:
    """Kraus operators rid of the solver's last digits, so that they preserve the trace, on the whole input space."""
    stack = np.array(kraus)
    total = np.einsum("kab,kac->bc", stack.conj(), stack)
    values, columns = np.linalg.eigh(total)
    root = (columns / np.sqrt(values)) @ columns.conj().T
    whole = [k @ root @ inside.conj().T for k in stack]
    return np.array(whole + [np.outer(spare, column.conj()) for column in outside.T])


def _score(channel: Channel, x: Attribute, y: Attribute) -> float:
    p, q = vectors(x), vectors(y)
    return float(np.trace(q.conj().T @ channel(p @ p.conj().T) @ q).real) / p.shape[1]


def clone_fidelity_of_two(overlap: float) -> float:
    r"""Best average fidelity of both copies of one of two states, :math:`\tfrac12[1+s^3+(1-s^2)\sqrt{1+s^2}]`.

    Args:
        overlap: s, modulus of the overlap of the two states, in [0, 1].

    Source: :cite:`bruss1998optimal`.

    >>> round(clone_fidelity_of_two(0.5**0.5), 8)
    0.98296291
    """
    s = _unit(overlap, "overlap")
    return (1 + s**3 + (1 - s * s) * math.sqrt(1 + s * s)) / 2


def helstrom(overlap: float, copies: int = 1) -> float:
    r"""Best chance to tell two equally likely states apart from n copies, :math:`\tfrac12(1+\sqrt{1-s^{2n}})`.

    Args:
        overlap: s, modulus of the overlap of one copy with the other, in [0, 1].
        copies: n ≥ 1.

    Source: :cite:`helstrom1969quantum`.
    """
    check_integer(copies, "copies", minimum=1)
    return (1 + math.sqrt(1 - _unit(overlap, "overlap") ** (2 * copies))) / 2


def guess_probability(rho: ArrayLike, sigma: ArrayLike, prior: float = 0.5) -> float:
    r"""Best chance to tell two density matrices apart, :math:`\tfrac12(1+\|q\rho-(1-q)\sigma\|_1)`.

    Args:
        rho: one state, a density matrix (d, d) or a ket (d,).
        sigma: the other.
        prior: q, how often the first one comes, in [0, 1].

    Raises:
        ValueError: not two states of one dimension, or a prior that is no probability.

    Source: :cite:`helstrom1969quantum`.

    >>> round(guess_probability(np.diag([1.0, 0.0]), np.full((2, 2), 0.5)), 6) == round(helstrom(0.5**0.5), 6)
    True
    """
    q, first, second = _unit(prior, "prior"), as_density(rho, "rho"), as_density(sigma, "sigma")
    if first.shape != second.shape:
        raise ValueError(f"rho and sigma must have one dimension; got {len(first)} and {len(second)}")
    return float(1 + np.linalg.norm(q * first - (1 - q) * second, "nuc")) / 2


@dataclass(frozen=True)
class Trade:
    """A measurer's chance to guess one variable from the record, and the average fidelity it leaves to another."""

    guess: float
    fidelity: float


def partial_measurer(overlap: float) -> Trade:
    """A qubit whose 0 and 1 leave the environment in states of the given overlap: computed, not by formula.

    Args:
        overlap: of the two environment states, in [0, 1]; 0 is a full measurement of Z, 1 is none.
    """
    c = _unit(overlap, "overlap")
    records = np.array([[1.0, 0.0], [c, math.sqrt(1 - c * c)]])
    isometry = np.einsum("ij,ik->ikj", np.eye(2), records)  # qubit out, environment out, qubit in
    kraus = Channel(isometry.transpose(1, 0, 2))
    states = [np.einsum("ikj,j->ik", isometry, z) for z in np.eye(2)]
    guess = guess_probability(*(np.einsum("ik,il->kl", s, s.conj()) for s in states))
    conjugate = np.array([[1.0, 1.0], [1.0, -1.0]]) * math.sqrt(0.5)
    fidelity = np.mean([(x.conj() @ kraus(x) @ x).real for x in conjugate])
    return Trade(guess, float(fidelity))


def tilted_bell_basis(angle: float) -> np.ndarray:
    """An orthonormal basis (4, 4), rows, of two qubits: products at angle 0, Bell states at π/4."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, 0, s], [s, 0, 0, -c], [0, c, s, 0], [0, s, -c, 0]])


def local_distinguishability(states: np.ndarray, dims: tuple[int, int]) -> float:
    """Best chance to tell two of the states apart from one side alone, for the best pair and side.

    Args:
        states: rows (n, d1 · d2), pure states of two systems.
        dims: d1 and d2.
    """
    tensors = states.reshape(len(states), *dims)
    sides = (np.einsum("nab,ncb->nac", tensors, tensors.conj()), np.einsum("nab,nac->nbc", tensors, tensors.conj()))
    best = 0.5
    for reduced in sides:
        for i in range(len(reduced)):
            for j in range(i):
                best = max(best, guess_probability(reduced[i], reduced[j]))
    return best


def _unit(value: float, name: str) -> float:
    number = as_numbers(value, name)
    if number.ndim or np.iscomplexobj(number) or not 0 <= number <= 1:
        raise ValueError(f"{name} must lie in [0, 1]; got {value!r}")
    return float(number)
