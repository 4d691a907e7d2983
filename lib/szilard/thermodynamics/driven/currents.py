"""The thermodynamic uncertainty relation: what a precise current costs, for a walk and for a ring of states.

Entropies are in units of k_B, rates in 1/s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_integer, check_positive

__all__ = ["Ring", "tur_ratio", "walk"]


def tur_ratio(current: ArrayLike, entropy_production: float) -> float:
    """Σ Var(J)/⟨J⟩², at least 2 for a current that Markov jumps carry in a steady state.

    Args:
        current: J in runs of equal duration, shape (n,), n ≥ 2, mean not 0.
        entropy_production: Σ, mean total entropy production of a run in k_B, > 0.

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


@dataclass(frozen=True)
class Ring:
    """States in a ring; from state i the system jumps on with rate ``forward[i]``, back with ``backward[i]``.

    Args:
        forward: in 1/s, > 0, shape (n,), n ≥ 3.
        backward: in 1/s, > 0, shape (n,).

    Raises:
        ValueError: fewer than three states, rates that are not positive, or different lengths.
    """

    forward: tuple[float, ...]
    backward: tuple[float, ...]

    def __post_init__(self) -> None:
        rates = [as_samples(x, name)[:, 0] for x, name in ((self.forward, "forward"), (self.backward, "backward"))]
        if len(rates[0]) < 3 or rates[0].shape != rates[1].shape or min(r.min() for r in rates) <= 0:
            raise ValueError("forward and backward must hold as many rates > 0, three or more; they do not")
        for name, r in zip(("forward", "backward"), rates, strict=True):
            object.__setattr__(self, name, tuple(r.tolist()))

    @cached_property
    def steady(self) -> np.ndarray:
        """Probabilities in the steady state, shape (n,)."""
        return self._solved(np.zeros(len(self.forward)), 1.0)

    @property
    def current(self) -> float:
        """Mean net jumps per second, summed over all links."""
        return float(self.steady @ (np.array(self.forward) - np.array(self.backward)))

    @property
    def entropy_rate(self) -> float:
        """Entropy production in k_B per second: turns round the ring per second times the affinity."""
        affinity = np.log(self.forward).sum() - np.log(self.backward).sum()
        return float(self.current / len(self.forward) * affinity)

    @cached_property
    def dispersion(self) -> float:
        """Variance of the net jumps per second in the long run.

        Second derivative of the largest eigenvalue of the generator with forward jumps weighted by e^s and
        backward ones by e^{-s}; second-order perturbation theory with the group inverse gives it exactly.
        """
        up, down = np.array(self.forward), np.array(self.backward)
        first = self._hops(up, -down)
        response = self._solved(self.current * self.steady - first @ self.steady, 0.0)
        return float(self.steady @ (up + down) + 2 * first.sum(0) @ response)

    @property
    def ratio(self) -> float:
        """Entropy rate × dispersion / current², at least 2."""
        return self.entropy_rate * self.dispersion / self.current**2

    def _solved(self, right: np.ndarray, total: float) -> np.ndarray:
        """What the generator takes to ``right``, of a given sum."""
        up, down = np.array(self.forward), np.array(self.backward)
        matrix = np.vstack([self._hops(up, down) - np.diag(up + down), np.ones(len(up))])
        return np.linalg.lstsq(matrix, np.append(right, total), rcond=None)[0]

    def _hops(self, up: np.ndarray, down: np.ndarray) -> np.ndarray:
        """Matrix that moves probability on by ``up`` and back by ``down``."""
        identity = np.eye(len(up))
        return np.roll(identity, 1, axis=0) * up + np.roll(identity, -1, axis=0) * down
