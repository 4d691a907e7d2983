"""The best probability of giving every state its amount, when it cannot be done surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.conic import hermitian_basis, minimise
from szilard.constructor.gaps import guess_probability
from szilard.thermodynamics.work._central_path import discriminate
from szilard.thermodynamics.work._inputs import as_priors
from szilard.thermodynamics.work.blocks import energy_blocks, resolution
from szilard.thermodynamics.work.problem import as_amounts, beside, distinct, pose
from szilard.thermodynamics.work.reference import Reference

__all__ = ["Success", "best_success", "helstrom", "success_bound"]


@dataclass(frozen=True)
class Success:
    """A probability of success, attained by ``povm``, and an upper limit from a dual solution, equal up to rounding.

    The operators (m, d, d), one per amount, sum to the identity, or to less if levels are short.
    """

    value: float
    bound: float
    povm: np.ndarray


def best_success(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    *,
    priors: ArrayLike | None = None,
    covariant: bool = True,
    amounts: ArrayLike | None = None,
    reference: Reference | None = None,
) -> Success:
    r"""Largest mean probability that states are given their amounts, ancillas being free.

    .. math:: \max_{M}\sum_iq_i\operatorname{tr}M_{w_i}\rho_i,\qquad M_w\succeq0,\quad\sum_wM_w=1,\quad[M_w,H]=0

    The last condition is energy conservation; without it (``covariant=False``) this is state discrimination. It
    is solved energy by energy: one or two outcomes in closed form, more along the central path of the dual program.

    Args:
        states, H, reference: as in :func:`~szilard.thermodynamics.work.extractable`.
        priors: how often each state comes; equally often by default.
        covariant: whether energy is conserved.
        amounts: as there, but only which of them are equal matters; by default all are different.

    Raises:
        ValueError: shapes that do not fit, states or priors that are none.

    Source: helstrom1969quantum for two states.

    >>> import numpy as np
    >>> plus, minus = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    >>> [round(best_success([plus, minus], [0, 1], covariant=each).value, 9) for each in (True, False)]
    [0.5, 1.0]
    """
    works = as_amounts(np.arange(len(states)) if amounts is None else amounts, states)
    system, supports = beside(states, H, reference)
    blocks = energy_blocks(system)
    bases = blocks.bases if covariant else (blocks.frame,)
    weighed = _weighed(supports, distinct(works, resolution(works))[1], priors)
    return _assembled([(basis, _discriminated(_seen(weighed, basis))) for basis in bases])


def helstrom(rho: ArrayLike, sigma: ArrayLike, prior: float = 0.5) -> float:
    """Best chance to tell two states apart, which bounds that of drawing another amount from each.

    Args and errors: as of :func:`szilard.constructor.guess_probability`.

    >>> round(helstrom([1, 0], [[0.5, 0.5], [0.5, 0.5]]), 6)
    0.853553
    """
    return guess_probability(rho, sigma, prior)


def success_bound(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
    *,
    priors: ArrayLike | None = None,
) -> Success:
    r"""What no energy-conserving process with these resources exceeds; it is one exactly where one succeeds surely.

    As :func:`best_success`, with :math:`\operatorname{tr}\Pi_EM_w` at most the number of final levels at energy
    :math:`E-w`: the operator of one amount cannot have a larger rank. Arguments are those of
    :func:`~szilard.thermodynamics.work.extractable`.
    """
    problem = pose(states, H, amounts, ancilla, reference)
    weighed = _weighed(problem.supports, problem.which, priors)
    parts = []
    for energy, basis in zip(problem.blocks.energies, problem.blocks.bases, strict=True):
        caps = [len(problem.at(energy - work)) for work in problem.amounts]
        parts.append((basis, _discriminated(_seen(weighed, basis), caps)))
    return _assembled(parts)


Answer = tuple[np.ndarray, float]  # operators (m, k, k) and an upper bound on their score


def _weighed(supports: tuple[np.ndarray, ...], which: Sequence[int], priors: ArrayLike | None) -> np.ndarray:
    """Prior times state, summed over the states with each amount (m, d, d)."""
    weights, amount = as_priors(priors, len(supports)), np.array(which)
    outer = np.array([support @ support.conj().T for support in supports])
    return np.array([np.tensordot(weights[amount == w], outer[amount == w], 1) for w in range(amount.max() + 1)])


def _seen(operators: np.ndarray, basis: np.ndarray) -> np.ndarray:
    return basis.conj().T @ operators @ basis


def _assembled(parts: list[tuple[np.ndarray, tuple[np.ndarray, Answer]]]) -> Success:
    povm, value, bound = np.zeros(()), 0.0, 0.0
    for basis, (scores, (operators, limit)) in parts:
        value += float(np.einsum("wij,wji->", operators, scores).real)
        povm = povm + basis @ operators @ basis.conj().T
        bound += limit
    return Success(value, bound, povm)


def _discriminated(scores: np.ndarray, caps: list[int] | None = None) -> tuple[np.ndarray, Answer]:
    """The operators of one block that score best, with the scores they were made for."""
    m, k, _ = scores.shape
    if caps is not None and min(caps) < k:
        return scores, _capped(scores, np.minimum(caps, k))
    if k == 1 or m == 1 or not scores.any():
        traces = np.einsum("wii->w", scores).real
        return scores, (np.eye(m)[traces.argmax()][:, None, None] * np.eye(k), float(traces.max()))
    if m == 2:
        values, frame = np.linalg.eigh(scores[0] - scores[1])
        first = (frame * (values > 0)) @ frame.conj().T
        total = np.trace(scores.sum(axis=0)).real + np.abs(values).sum()
        return scores, (np.array([first, np.eye(k) - first]), float(total) / 2)
    return scores, _uncapped(scores)


def _uncapped(scores: np.ndarray) -> Answer:
    """Three outcomes or more, every one of which may have any rank."""
    operators, K = discriminate(scores)
    lift = max(float(np.linalg.eigvalsh(scores - K).max()), 0.0)
    return _feasible(operators, None), float(np.trace(K).real) + lift * len(K)


def _capped(scores: np.ndarray, caps: np.ndarray) -> Answer:
    """By the dual program, min tr K + Σ c_w μ_w with K + μ_w ⪰ A_w, K ⪰ 0, μ ≥ 0; its multipliers are the operators."""
    m, k, _ = scores.shape
    operators = np.zeros((m, k, k), dtype=scores.dtype)
    open_ = np.flatnonzero(caps > 0)
    short = np.flatnonzero(caps[open_] < k)
    scale = float(np.abs(scores[open_]).max()) if len(open_) else 0.0
    if not scale:
        return operators, 0.0
    units = hermitian_basis(k, not np.iscomplexobj(scores))
    own = (short == np.arange(len(open_) + 1)[:, None])[:, :, None, None] * np.eye(k)  # the last for K alone
    zeros = [*(-scores[open_] / scale), np.zeros((k, k))]
    blocks = [(zero, np.concatenate([units, each])) for zero, each in zip(zeros, own, strict=True)]
    ones = np.eye(len(units) + len(short))[:, len(units) :]
    blocks += [(np.zeros((1, 1)), one[:, None, None]) for one in ones.T]
    cost = np.concatenate([np.einsum("mii->m", units).real, caps[open_][short]])
    optimum = minimise(cost, blocks)
    multipliers = np.array(optimum.multipliers[: len(open_)])
    operators[open_] = _feasible(multipliers if np.iscomplexobj(operators) else multipliers.real, caps[open_])
    matrices = [block for block in blocks if len(block[0]) == k]
    return operators, scale * _limit(optimum.y, matrices, cost, len(units))


def _limit(y: np.ndarray, blocks: list[tuple[np.ndarray, np.ndarray]], cost: np.ndarray, units: int) -> float:
    """The value of a dual solution, lifted until it is feasible: an upper bound whatever the solver did."""
    y = np.concatenate([y[:units], np.maximum(y[units:], 0.0)])
    least = min(float(np.linalg.eigvalsh(zero + np.tensordot(y, slope, 1))[0]) for zero, slope in blocks)
    return float(cost @ y) + len(blocks[0][0]) * max(-least, 0.0)


def _feasible(operators: np.ndarray, caps: np.ndarray | None) -> np.ndarray:
    """The operators, made exactly positive and, together, the identity, or at most that if ranks are capped."""
    values, frames = np.linalg.eigh((operators + operators.conj().swapaxes(1, 2)) / 2)
    operators = (frames * np.maximum(values, 0)[:, None, :]) @ frames.conj().swapaxes(1, 2)
    totals, frame = np.linalg.eigh(operators.sum(axis=0))
    root = (frame / np.sqrt(np.maximum(totals, 1.0))) @ frame.conj().T
    operators = root @ operators @ root
    if caps is None:
        operators[0] += np.eye(len(root)) - operators.sum(axis=0)
        return operators
    traces = np.einsum("wii->w", operators).real
    return operators * np.minimum(1.0, caps / np.maximum(traces, 1e-300))[:, None, None]
