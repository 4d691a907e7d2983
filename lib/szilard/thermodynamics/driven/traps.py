"""A harmonic trap that is stiffened at once, or dragged: the exact distribution of the work.

Units: energies in k_B T, times in γ/k (friction over stiffness), lengths in √(k_B T/k), of the trap as it
stands at the beginning. Both processes share one protocol: ``mean_work``, ``variance``, ``free_energy``,
``log_density(work)``, ``sample(n, rng=…)``, and ``reverse``, the process run backwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from szilard.rng import RNG, generator
from szilard.thermodynamics.formulas.catalogue import in_kt
from szilard.validation import as_numbers, check_integer, check_positive

__all__ = ["DraggedTrap", "HarmonicQuench"]


@dataclass(frozen=True)
class HarmonicQuench:
    """A trap in equilibrium whose stiffness is multiplied by ``ratio`` > 0, not 1, at once: W = (ratio - 1) z²/2.

    z is a standard normal variable, so that the work is a Gamma variable of shape 1/2 (`jarzynski1997nonequilibrium`).

    >>> HarmonicQuench(4.0).mean_work, round(HarmonicQuench(4.0).free_energy, 6)
    (1.5, 0.693147)
    """

    ratio: float

    def __post_init__(self) -> None:
        check_positive(self.ratio, "ratio")
        if self.ratio == 1:
            raise ValueError("ratio must differ from 1, where nothing happens; got 1")

    @property
    def mean_work(self) -> float:
        """⟨W⟩ = (r - 1)/2."""
        return in_kt("quench_work", stiffness_ratio=self.ratio)

    @property
    def variance(self) -> float:
        """Variance of the work, (r - 1)²/2."""
        return (self.ratio - 1) ** 2 / 2

    @property
    def free_energy(self) -> float:
        """ΔF = ln(r)/2."""
        return in_kt("quench_free_energy", stiffness_ratio=self.ratio)

    @property
    def reverse(self) -> HarmonicQuench:
        """The stiff trap weakened again."""
        return HarmonicQuench(1 / self.ratio)

    def log_density(self, work: np.ndarray) -> np.ndarray:
        """Logarithm of the density of the work; -∞ where no work can lie."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x = as_numbers(work, "work") / (self.ratio - 1)
            density = -x - np.log(x) / 2 - math.log(math.pi) / 2 - math.log(abs(self.ratio - 1))
        return np.where(x > 0, density, -np.inf)

    def sample(self, n: int, *, rng: RNG = 0) -> np.ndarray:
        """Work of ``n`` runs, shape (n,)."""
        check_integer(n, "n", minimum=1)
        return (self.ratio - 1) / 2 * generator(rng).standard_normal(n) ** 2


@dataclass(frozen=True)
class DraggedTrap:
    """A trap in equilibrium that is dragged at a ``speed`` other than 0 for a ``duration`` > 0: the work is normal, its
    variance twice its mean, and ΔF = 0 (`mazonka1999exactly`).

    >>> round(DraggedTrap(1.0, 1.0).mean_work, 7)
    0.3678794
    """

    speed: float
    duration: float
    free_energy: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        check_positive(abs(self.speed), "speed")
        check_positive(self.duration, "duration")

    @property
    def mean_work(self) -> float:
        """⟨W⟩ = v² (τ - 1 + e^{-τ})."""
        return in_kt("trap_work", friction=1.0, speed=self.speed, relaxation=1.0, duration=self.duration)

    @property
    def variance(self) -> float:
        """Variance of the work, 2⟨W⟩."""
        return 2 * self.mean_work

    @property
    def reverse(self) -> DraggedTrap:
        """The trap dragged back; by symmetry its work has the same distribution."""
        return DraggedTrap(-self.speed, self.duration)

    def log_density(self, work: np.ndarray) -> np.ndarray:
        """Logarithm of the normal density of the work."""
        off = as_numbers(work, "work") - self.mean_work
        return -(off**2) / (2 * self.variance) - math.log(2 * math.pi * self.variance) / 2

    def sample(self, n: int, *, steps: int = 8, rng: RNG = 0) -> np.ndarray:
        """Work of ``n`` runs, shape (n,), simulated in ``steps`` by the exact transition of position and work.

        The position and the integral of its path are drawn together, so that steps of any length make no error.
        """
        check_integer(n, "n", minimum=1)
        check_integer(steps, "steps", minimum=1)
        random = generator(rng)
        step = self.duration / steps
        decay, root = -math.expm1(-step), np.linalg.cholesky(_covariance(step))
        lag = random.standard_normal(n)  # position behind the centre of the trap, times -1
        work = np.zeros(n)
        for _ in range(steps):
            noise = random.standard_normal((n, 2)) @ root.T
            excess = lag + self.speed  # the lag relaxes to -speed
            work -= self.speed * (decay * excess - self.speed * step + noise[:, 1])
            lag = excess * (1 - decay) - self.speed + noise[:, 0]
        return work


def _covariance(t: float) -> np.ndarray:
    """Of an Ornstein-Uhlenbeck variable started at 0, and of its integral, after a time ``t``."""
    e1, e2 = -math.expm1(-t), -math.expm1(-2 * t)
    integral = 2 * t - 4 * e1 + e2
    if t < 1:  # of third order, so that the terms cancel
        integral = sum((4 * (-t) ** k - (-2 * t) ** k) / math.factorial(k) for k in range(24, 2, -1))
    return np.array([[e2, e1**2], [e1**2, integral]])
