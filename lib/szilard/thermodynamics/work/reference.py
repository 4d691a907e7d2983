"""Ladders in superposition: a clock or phase reference that makes coherence between energies usable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.validation import ROUNDING, as_numbers, check_integer, check_positive

__all__ = ["Reference", "cosine_ladder", "ladder_failure", "repeated_success", "uniform_ladder"]


@dataclass(frozen=True)
class Reference:
    r"""An auxiliary ladder in the state :math:`\sum_nc_n|n\rangle` with energies :math:`n\,\Delta`.

    Args:
        amplitudes: the :math:`c_n`, a unit vector (L,), real or complex.
        spacing: the energy Δ between neighbours, > 0, in the unit of the Hamiltonian it is used with.
    """

    amplitudes: np.ndarray
    spacing: float = 1.0

    def __post_init__(self) -> None:
        amplitudes = as_numbers(self.amplitudes, "amplitudes")
        length = np.linalg.norm(amplitudes)
        if amplitudes.ndim != 1 or not abs(length - 1) <= ROUNDING:
            raise ValueError(f"amplitudes must be a unit vector; got shape {amplitudes.shape}, norm {length:.9g}")
        check_positive(self.spacing, "spacing")
        object.__setattr__(self, "amplitudes", amplitudes)

    @property
    def energies(self) -> np.ndarray:
        """Energies of its levels (L,)."""
        return self.spacing * np.arange(len(self.amplitudes))


def uniform_ladder(levels: int, spacing: float = 1.0) -> Reference:
    r"""Equal amplitudes :math:`c_n=L^{-1/2}` on ``levels`` levels.

    >>> round(ladder_failure(uniform_ladder(4)), 12)
    0.125
    """
    check_integer(levels, "levels", minimum=1)
    return Reference(np.full(levels, levels**-0.5), spacing)


def cosine_ladder(levels: int, spacing: float = 1.0) -> Reference:
    r"""The best amplitudes on ``levels`` levels, half a wave :math:`c_n\propto\sin\frac{\pi(n+1)}{L+1}`.

    They are the top eigenvector of the path of L sites.
    """
    check_integer(levels, "levels", minimum=1)
    wave = np.sin(np.pi * np.arange(1, levels + 1) / (levels + 1))
    return Reference(wave / np.linalg.norm(wave), spacing)


def ladder_failure(reference: Reference) -> float:
    r"""Probability that :math:`(|0\rangle\pm|1\rangle)/\sqrt2`, one gap apart as the ladder is, get the wrong amounts.

    .. math:: \tfrac12\Bigl(1-\sum_n|c_nc_{n+1}|\Bigr)

    It is :math:`\frac1{2L}` for equal amplitudes and :math:`\frac12(1-\cos\frac{\pi}{L+1})` at best.
    """
    c = reference.amplitudes
    return 0.5 * (1 - float(np.abs(c[1:] * c[:-1]).sum()))


def repeated_success(reference: Reference, uses: int, padding: int = 0) -> np.ndarray:
    r"""Success of the k-th use of one ladder that is never refreshed, and of all uses up to it: (uses, 2).

    Each use meets a fresh :math:`|+\rangle` or :math:`|-\rangle` with equal chance. In every block of n quanta
    the extractor tells :math:`(|0,n\rangle\pm|1,n-1\rangle)/\sqrt2` apart, delivers amount 0 for plus and one gap
    for minus, and leaves the system in its ground state; at the ends of the ladder, where there is but one
    state, it delivers 0 from the bottom, and from the top puts the ladder one step lower and delivers 1.

    Args:
        reference: the ladder at its first use, with real amplitudes.
        uses: how often it is used.
        padding: further, empty levels below and above it.

    Source: aberg2014catalytic.
    """
    check_integer(uses, "uses", minimum=1)
    check_integer(padding, "padding", minimum=0)
    empty = np.zeros(padding)
    c = np.concatenate([empty, reference.amplitudes, empty])
    every, right = _kraus(len(c))
    state = np.outer(c, c.conj())
    successful = state.copy()
    rows = []
    for _ in range(uses):
        successful = _after(successful, right)
        rows.append([np.trace(each).real for each in (_after(state, right), successful)])
        state = _after(state, every)
    return np.array(rows)


def _after(state: np.ndarray, operators: list[np.ndarray]) -> np.ndarray:
    return sum((K @ state @ K.conj().T for K in operators), np.zeros_like(state)) / 2


def _kraus(levels: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What one use does to the ladder, for |+⟩ and |-⟩ and both amounts; the second list has the right amounts.

    Column n says what becomes of the ladder's level n: with system 0 there are n quanta, with 1 there are n + 1.
    """
    every, right = [], []
    same, up, down = (np.eye(levels, k=k) for k in (0, -1, 1))
    for sign in (1, -1):
        none, one = (same + sign * up) / np.sqrt(2), (down - sign * same) / np.sqrt(2)
        none[0], one[-1] = same[0], sign * same[-1]  # at the ends there is but one state
        every += [none / np.sqrt(2), one / np.sqrt(2)]
        right.append(every[-2 if sign == 1 else -1])
    return every, right
