"""A sceptic's search: processes improved from random starts, knowing nothing of the criterion that decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.thermodynamics.work.problem import Problem, pose
from szilard.thermodynamics.work.reference import Reference
from szilard.validation import check_integer

__all__ = ["search_extraction"]


def search_extraction(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
    *,
    starts: int = 20,
    iterations: int = 500,
    rng: RNG = 0,
) -> float:
    r"""Least leakage over all processes tried, :math:`\sum_i\bigl(1-\Pr[\text{battery holds }w_i]\bigr)`.

    A process is one isometry per energy, from the system's block into all final levels of that total energy. The
    probability is a convex function of it, so replacing the isometry by the unitary factor of its gradient never
    lowers it.

    There are ``starts`` random starts per energy and at most ``iterations`` steps from each; the first five arguments
    are those of :func:`~szilard.thermodynamics.work.extractable`.

    >>> search_extraction([[1, 0], [0, 1]], [0, 1], [0, 1]) < 1e-10
    True
    """
    check_integer(starts, "starts", minimum=1)
    check_integer(iterations, "iterations", minimum=1)
    problem = pose(states, H, amounts, ancilla, reference)
    rng = generator(rng)
    blocks = range(len(problem.blocks.energies))
    delivered = sum(_best_of_block(problem, block, starts, iterations, rng) for block in blocks)
    return max(len(problem.supports) - delivered, 0.0)


def _best_of_block(problem: Problem, block: int, starts: int, iterations: int, rng: np.random.Generator) -> float:
    energy = problem.blocks.energies[block]
    rows = [len(problem.at(energy - work)) for work in problem.battery]
    goals = np.zeros((len(rows), *[problem.blocks.bases[block].shape[1]] * 2), dtype=complex)
    for amount, work in enumerate(problem.amounts):
        parts = problem.coordinates(block, amount)
        goals[int(np.abs(problem.battery - work).argmin())] += parts @ parts.conj().T
    pieces = np.repeat(goals, rows, axis=0)  # one matrix per final level
    shape = (starts, len(pieces), pieces.shape[1])
    V = _isometries(rng.standard_normal(shape) + 1j * rng.standard_normal(shape))
    score = np.zeros(starts)
    for _ in range(iterations):
        gradient = np.einsum("snj,njk->snk", V, pieces)
        last, score = score, np.einsum("snk,snk->s", gradient, V.conj()).real
        if (score - last).max() < 1e-15:
            break
        V = _isometries(gradient)
    return float(score.max())


def _isometries(matrices: np.ndarray) -> np.ndarray:
    left, _, right = np.linalg.svd(matrices, full_matrices=False)
    return left @ right
