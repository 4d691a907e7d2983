"""The thermodynamic uncertainty relation: what the precision of a current costs, for a walk and for a ring of states.

Entropies are in units of k_B, rates in 1/s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_integer, check_positive

__all__ = ["Ring", "tur_ratio", "walk"]


def tur_ratio(current: ArrayLike, entropy_production: float) -> float:
    """Σ Var(J)/⟨J⟩², at least 2 for a current that Markov jumps carry in a steady state.

    ``current`` is J in runs of equal duration, (n,); ``entropy_production`` is Σ, the mean of a run, in k_B, > 0.

    Raises:
        ValueError: fewer than two runs, a mean of 0, or no entropy production.

    Source: `barato2015thermodynamic`.
    """
    runs = as_samples(current, "current")
    check_positive(entropy_production, "entropy_production")
    if runs.shape[1] != 1 or len(runs) < 2 or runs.mean() == 0:
        raise ValueError(f"current must have shape (n,), n ≥ 2, and a mean other than 0; got shape {np.shape(current)}")
    return float(entropy_production * runs.var(ddof=1) / runs.mean() ** 2)


def walk(forward: float, backward: float, duration: float, n: int, *, rng: RNG = 0) -> np.ndarray:
    """Net steps of ``n`` walks with rates ``forward`` and ``backward`` in 1/s, of ``duration`` in s, shape (n,)."""
    for name, value in (("forward", forward), ("backward", backward), ("duration", duration)):
        check_positive(value, name)
    check_integer(n, "n", minimum=1)
    random = generator(rng)
    ahead, back = random.poisson(forward * duration, n), random.poisson(backward * duration, n)
    return (ahead - back).astype(np.float64)


@dataclass(frozen=True, init=False, eq=False)
class Ring:
    """The steady state of a ring of states, each left for the next at the rate ``forward``, for the one before at the
    rate ``backward``, in 1/s, (n,) each, n ≥ 3.

    Attributes are the probabilities, (n,); the mean ``current`` of net jumps per second, summed over all links, and in
    the long run their variance, ``dispersion``; the entropy produced per turn, ``affinity``, in k_B.

    Raises:
        ValueError: fewer than three states, rates that are not positive, or different numbers of them.

    >>> round(Ring([2.0, 2.0, 2.0], [1.0, 1.0, 1.0]).ratio, 7)
    2.0794415
    """

    steady: np.ndarray
    current: float
    dispersion: float
    affinity: float

    def __init__(self, forward: ArrayLike, backward: ArrayLike) -> None:
        up, down = as_samples(forward, "forward"), as_samples(backward, "backward")
        if up.shape != down.shape or len(up) < 3 or up.shape[1] != 1 or min(up.min(), down.min()) <= 0:
            raise ValueError(f"forward and backward must hold n ≥ 3 rates > 0 each; got {forward!r} and {backward!r}")
        n, up, down = len(up), up[:, 0], down[:, 0]
        ahead, back = np.roll(np.eye(n), 1, axis=0) * up, np.roll(np.eye(n), -1, axis=0) * down
        matrix = np.vstack([ahead + back - np.diag(up + down), np.ones(n)])
        steady = np.linalg.lstsq(matrix, np.append(np.zeros(n), 1.0), rcond=None)[0]
        current, affinity = float(steady @ (up - down)), float(np.log(up / down).sum())
        # Second derivative at s = 0 of the largest eigenvalue of the generator, its jumps weighted by e^s and e^-s.
        off = np.append(current * steady - (ahead - back) @ steady, 0.0)
        response = np.linalg.lstsq(matrix, off, rcond=None)[0]
        dispersion = float(steady @ (up + down) + 2 * (up - down) @ response)
        self.__dict__.update(steady=steady, current=current, dispersion=dispersion, affinity=affinity)

    @property
    def entropy_rate(self) -> float:
        """Entropy produced per second, in k_B."""
        return self.affinity * self.current / len(self.steady)

    @property
    def ratio(self) -> float:
        """Entropy rate × dispersion / current², at least 2; in equilibrium, where nothing flows, its limit 2."""
        if abs(self.affinity) < 1e-7:
            return 2.0
        return self.affinity * self.dispersion / (self.current * len(self.steady))
