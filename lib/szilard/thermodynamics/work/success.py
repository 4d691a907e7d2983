"""The best probability of giving every state its amount, when it cannot be done surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ._inputs import as_priors
from .problem import Problem, pose
from .reference import Reference

__all__ = ["Success", "best_success", "helstrom", "success_bound"]


@dataclass(frozen=True)
class Success:
    """A probability of success, the measurement that attains it, and what no measurement can exceed.

    Args:
        value: the mean probability that the right amount is delivered, attained by ``povm``.
        bound: an upper limit from a dual solution; it equals ``value`` up to the solver's accuracy.
        povm: one operator per amount (m, d, d), which sum to the identity, or to less if levels are short.
    """

    value: float
    bound: float
    povm: np.ndarray

    def __float__(self) -> float:
        return self.value


def best_success(
    states: Sequence[Any],
    H: Any,
    priors: Any = None,
    covariant: bool = True,
    *,
    amounts: Any = None,
    reference: Reference | None = None,
) -> Success:
    r"""Largest mean probability that states are given their amounts, ancillas being free.

    .. math:: \max_{M}\sum_iq_i\operatorname{tr}M_{w_i}\rho_i,\qquad M_w\succeq0,\quad\sum_wM_w=1,\quad[M_w,H]=0

    The last condition is energy conservation; without it (``covariant=False``) this is state discrimination. It
    is solved energy by energy: one or two outcomes in closed form, more by a semidefinite program.

    Args:
        states: kets (d,) or density matrices (d, d).
        H: Hamiltonian of the system, a matrix (d, d) or its levels (d,).
        priors: how often each state comes; equally often by default.
        covariant: whether energy is conserved.
        amounts: the amount that each state should give; all different by default.
        reference: a ladder in superposition that may be used.

    Raises:
        ValueError: shapes that do not fit, states or priors that are none.

    Source: helstrom1969quantum for two states.

    >>> import numpy as np
    >>> plus, minus = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    >>> round(best_success([plus, minus], [0, 1]).value, 9)
    0.5
    >>> round(best_success([plus, minus], [0, 1], covariant=False).value, 9)
    1.0
    """
    amounts = np.arange(len(states)) if amounts is None else amounts
    problem = pose(states, H, amounts, reference=reference)
    bases = problem.blocks.bases if covariant else (problem.blocks.frame,)
    weighed = _weighed(problem, priors)
    return _assembled([(basis, _discriminated(_seen(weighed, basis))) for basis in bases])


def success_bound(
    states: Sequence[Any],
    H: Any,
    amounts: Sequence[float],
    ancilla: Any = None,
    reference: Reference | None = None,
    priors: Any = None,
) -> Success:
    r"""What no energy-conserving process with these resources exceeds; it is one exactly where one succeeds surely.

    As :func:`best_success`, with :math:`\operatorname{tr}\Pi_EM_w` at most the number of final levels at energy
    :math:`E-w`: the operator of one amount cannot have a larger rank. Arguments are those of
    :func:`~szilard.thermodynamics.work.extractable`.
    """
    problem = pose(states, H, amounts, ancilla, reference)
    weighed = _weighed(problem, priors)
    parts = []
    for energy, basis in zip(problem.blocks.energies, problem.blocks.bases, strict=True):
        caps = [len(problem.at(energy - work)) for work in problem.amounts]
        parts.append((basis, _discriminated(_seen(weighed, basis), caps)))
    return _assembled(parts)


def helstrom(rho: Any, sigma: Any, prior: float = 0.5) -> float:
    r"""Best probability of telling two density matrices apart, :math:`\frac12(1+\|q\rho-(1-q)\sigma\|_1)`.

    Source: helstrom1969quantum.

    >>> import numpy as np
    >>> round(helstrom(np.diag([1.0, 0.0]), np.full((2, 2), 0.5)), 6)
    0.853553
    """
    difference = prior * np.asarray(rho) - (1 - prior) * np.asarray(sigma)
    return 0.5 * (1 + float(np.abs(np.linalg.eigvalsh(difference)).sum()))


Answer = tuple[np.ndarray, float]  # operators (m, k, k) and an upper bound on their score


def _weighed(problem: Problem, priors: Any) -> np.ndarray:
    """Prior times state, summed over the states with each amount (m, d, d)."""
    law = as_priors(priors, len(problem.supports))
    outer = np.array([support @ support.conj().T for support in problem.supports])
    which = np.array(problem.which)
    return np.array(
        [np.tensordot(law[which == w], outer[which == w], 1) for w in range(len(problem.amounts))]
    )


def _seen(operators: np.ndarray, basis: np.ndarray) -> np.ndarray:
    return basis.conj().T @ operators @ basis


def _assembled(parts: list[tuple[np.ndarray, tuple[np.ndarray, Answer]]]) -> Success:
    povm, value, bound = 0.0, 0.0, 0.0
    for basis, (scores, (made, limit)) in parts:
        value += float(np.einsum("wij,wji->", made, scores).real)
        povm = povm + basis @ made @ basis.conj().T
        bound += limit
    return Success(value, bound, povm)


def _discriminated(scores: np.ndarray, caps: list[int] | None = None) -> tuple[np.ndarray, Answer]:
    """The operators of one block that score best, with the scores they were made for."""
    m, k, _ = scores.shape
    if caps is not None and min(caps) < k:
        return scores, _solved(scores, np.minimum(caps, k))
    if k == 1:
        made = np.zeros((m, 1, 1))
        made[int(scores[:, 0, 0].real.argmax())] = 1.0
        return scores, (made, float(scores[:, 0, 0].real.max()))
    if m == 1:
        return scores, (np.eye(k)[None], float(np.trace(scores[0]).real))
    if m == 2:
        values, frame = np.linalg.eigh(scores[0] - scores[1])
        first = (frame * (values > 0)) @ frame.conj().T
        total = np.trace(scores.sum(axis=0)).real + np.abs(values).sum()
        return scores, (np.array([first, np.eye(k) - first]), float(total) / 2)
    return scores, _solved(scores, np.full(m, k))


def _solved(scores: np.ndarray, caps: np.ndarray) -> Answer:
    """By the dual program, min tr K + Σ c_w μ_w with K + μ_w ⪰ A_w, K ⪰ 0, whose multipliers are the operators."""
    m, k, _ = scores.shape
    kept = [w for w in range(m) if caps[w] > 0]
    made = np.zeros((m, k, k), dtype=scores.dtype)
    if not kept:
        return made, 0.0
    limited = tuple(bool(caps[w] < k) for w in kept)
    doubled = np.iscomplexobj(scores)
    real = np.array([_real(scores[w]) for w in kept]) if doubled else scores[kept]
    program, unknowns, parameters, constraints = _program(len(real[0]), limited)
    scale = float(np.abs(real).max()) or 1.0
    for parameter, score in zip(parameters, real, strict=True):
        parameter.value = (score + score.T) / (2 * scale)
    unknowns["caps"].value = caps[kept] * (2.0 if doubled else 1.0)
    program.solve(solver="CLARABEL")
    for w, constraint in zip(kept, constraints, strict=True):
        made[w] = _complex(constraint.dual_value) if doubled else constraint.dual_value
    made[kept] = _feasible(made[kept], caps[kept], any(limited))
    K, mu = unknowns["K"].value * scale, unknowns["mu"].value * scale
    short = max(
        float(np.linalg.eigvalsh(score - K)[-1]) - each
        for score, each in zip(real, mu * limited, strict=True)
    )
    lift = max(short, -float(np.linalg.eigvalsh(K)[0]), 0.0)
    bound = float(np.trace(K)) + lift * len(K) + float((unknowns["caps"].value * mu * limited).sum())
    return made, bound / 2 if doubled else bound


@lru_cache(maxsize=64)
def _program(k: int, limited: tuple[bool, ...]) -> tuple[Any, dict[str, Any], list[Any], list[Any]]:
    """The program for one size, compiled once: cvxpy takes longer to write it down than Clarabel to solve it."""
    import cvxpy as cp

    K, mu = cp.Variable((k, k), symmetric=True), cp.Variable(len(limited), nonneg=True)
    caps = cp.Parameter(len(limited), nonneg=True)
    scores = [cp.Parameter((k, k), symmetric=True) for _ in limited]
    constraints = [K + (mu[w] * np.eye(k) if limited[w] else 0) - scores[w] >> 0 for w in range(len(limited))]
    program = cp.Problem(cp.Minimize(cp.trace(K) + caps @ mu), [*constraints, K >> 0])
    return program, {"K": K, "mu": mu, "caps": caps}, scores, constraints


def _real(A: np.ndarray) -> np.ndarray:
    return np.block([[A.real, -A.imag], [A.imag, A.real]])


def _complex(A: np.ndarray) -> np.ndarray:
    k = len(A) // 2
    return (A[:k, :k] + A[k:, k:]) / 2 + 1j * (A[k:, :k] - A[:k, k:]) / 2


def _feasible(operators: np.ndarray, caps: np.ndarray, limited: bool) -> np.ndarray:
    """The solver's operators, made exactly positive and, together, exactly (or at most) the identity."""
    values, frames = np.linalg.eigh((operators + operators.conj().swapaxes(1, 2)) / 2)
    operators = (frames * np.maximum(values, 0)[:, None, :]) @ frames.conj().swapaxes(1, 2)
    totals, frame = np.linalg.eigh(operators.sum(axis=0))
    weights = np.maximum(totals, 1.0) if limited else np.maximum(totals, 1e-12)
    root = (frame / np.sqrt(weights)) @ frame.conj().T
    operators = root @ operators @ root
    traces = np.einsum("wii->w", operators).real
    return operators * np.minimum(1.0, caps / np.maximum(traces, 1e-300))[:, None, None]
