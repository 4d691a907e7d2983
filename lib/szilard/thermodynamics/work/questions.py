"""Random questions about work extraction, as tests and experiments put them: some possible, some not."""

from __future__ import annotations

import numpy as np

from szilard.constructor.sampling import random_kets, random_unitary
from szilard.rng import RNG, generator

ANCILLAS = (None, (0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 1.0), (1.0, 0.0, 0.0))

__all__ = ["random_kets", "random_question"]


def random_question(rng: RNG = 0) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, tuple[float, ...] | None]:
    """States, levels, amounts and ancilla, in the order of the arguments of ``extractable``.

    Two to four levels of energies 0, 1 and 2, two or three states, amounts 0 and 1, an ancilla of up to four
    levels. In two of three, states are superpositions of vectors that each belong to one state and one energy, so
    that states orthogonal energy by energy are frequent; the rest are drawn uniformly.
    """
    rng = generator(rng)
    d, n = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    levels = np.sort(rng.integers(0, 3, size=d)).astype(float)
    amounts = rng.integers(0, 2, size=n).astype(float)
    ancilla = ANCILLAS[rng.integers(len(ANCILLAS))]
    if rng.random() < 1 / 3:
        return list(random_kets(n, d, rng)), levels, amounts, ancilla
    frame = np.zeros((d, d), dtype=complex)
    for level in sorted(set(levels)):
        here = np.flatnonzero(levels == level)
        frame[np.ix_(here, here)] = random_unitary(len(here), rng=rng)
    owner = rng.integers(0, n, size=d)
    spaces = [frame[:, owner == i] if (owner == i).any() else frame[:, :1] for i in range(n)]
    states = [space @ random_kets(1, space.shape[1], rng)[0] for space in spaces]
    return states, levels, amounts, ancilla
