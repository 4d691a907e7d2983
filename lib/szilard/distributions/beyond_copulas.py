"""Systems of many variables whose dependence no Gaussian copula sees: noisy signs, a shared scale, both at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import xlog1py
from scipy.stats import chi

from szilard.distributions.distribution import check_sample_size, exact, exact_o_information
from szilard.estimate import OInformation
from szilard.rng import RNG, generator, spawn
from szilard.validation import check_integer, check_positive

_REACH = 9.0  # beyond nine standard deviations the normal density integrates to 1e-19

__all__ = ["NoisyParity", "SharedScale", "SideBySide"]


@dataclass(frozen=True)
class NoisyParity:
    r"""Three signs of which the third is the product of the others, each seen through normal noise: synergy alone.

    :math:`X^i=aS^i+N^i` with :math:`S^3=S^1S^2` and a the ``separation``, 0 < a ≤ 6. Any two variables are independent.
    With :math:`t_i=\tanh(ax_i)` the density is :math:`\prod_ip(x^i)` times :math:`1+t_1t_2t_3`, so that

    .. math:: TC=E\ln(1+t_1t_2t_3)\le\ln2,\qquad DTC=2\,TC,\qquad\Omega=-TC,

    by the trapezoidal rule, as in :class:`szilard.distributions.MixturePair`.

    >>> round(float(NoisyParity(2.0).o_information.omega), 6)
    -0.530624
    """

    separation: float = 2.0

    dims = (1, 1, 1)
    name = "noisy parity of three signs"
    truth = "quadrature, error below 1e-9 nats"

    def __post_init__(self) -> None:
        check_positive(self.separation, "separation")
        if self.separation > 6:
            raise ValueError(f"separation must be at most 6; got {self.separation!r}")

    @cached_property
    def o_information(self) -> OInformation:
        """TC, DTC, Ω, S and gradients in nats: the mean of (1 + T) ln(1 + T), folded onto positive x."""
        a, step = self.separation, min(0.1, 0.25 / self.separation)
        x = step * np.arange(math.ceil((a + _REACH) / step) + 1)
        weight = (np.exp(-0.5 * (x - a) ** 2) + np.exp(-0.5 * (x + a) ** 2)) * step / math.sqrt(2 * math.pi)
        weight[0] /= 2
        t, both = np.tanh(a * x), np.multiply.outer(np.tanh(a * x), np.tanh(a * x))
        rows = [weight @ (xlog1py(1 + both * c, both * c) + xlog1py(1 - both * c, -both * c)) for c in t]
        tc = float(0.5 * weight @ np.array(rows) @ weight)
        return exact_o_information((tc, 2 * tc), ((0.0, 0.0),) * 3)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: three arrays (n, 1)."""
        check_sample_size(n)
        rng = generator(rng)
        signs = rng.choice([-1.0, 1.0], size=(n, 2))
        centres = self.separation * np.column_stack([signs, signs.prod(1)])
        return tuple(np.split(centres + rng.standard_normal((n, 3)), 3, axis=1))


@dataclass(frozen=True)
class SharedScale:
    r"""``n`` uncorrelated variables of ``d`` coordinates, all wide or all narrow: redundancy without correlation.

    A coin sets the scale of every coordinate, 1 or ``ratio`` (above 1, at most 100); normal numbers do the rest. With
    :math:`h_k` the entropy of k coordinates, an integral over the radius, :math:`TC_n=n\,h_d-h_{nd}` and
    :math:`DTC_n=(n-1)\,TC_n-n\,TC_{n-1}`.

    >>> round(float(SharedScale(8.0).o_information.omega), 6)
    0.389204
    """

    ratio: float = 8.0
    n: int = 3
    d: int = 2

    name = "variables of one scale"
    truth = "quadrature, error below 1e-9 nats"

    def __post_init__(self) -> None:
        check_integer(self.n, "n", minimum=2)
        check_integer(self.d, "d", minimum=1)
        check_positive(self.ratio, "ratio")
        if not 1 < self.ratio <= 100:
            raise ValueError(f"ratio must be above 1 and at most 100; got {self.ratio!r}")

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each variable."""
        return (self.d,) * self.n

    @cached_property
    def o_information(self) -> OInformation:
        """TC, DTC, Ω, S and gradients in nats."""
        one, n = self._entropy(1), self.n
        tc, rest, least = (k * one - self._entropy(k) for k in (n, n - 1, n - 2))
        without = (rest, (n - 2) * rest - (n - 1) * least) if n > 2 else (0.0, 0.0)
        return exact_o_information((tc, (n - 1) * tc - n * rest), (without,) * n)

    def _entropy(self, variables: int) -> float:
        """In nats, of so many variables: Gauss–Legendre over the radius at either scale."""
        if not variables:
            return 0.0
        k, (nodes, weights) = variables * self.d, np.polynomial.legendre.leggauss(1000)
        half = (math.sqrt(k) + _REACH) / 2
        radius = half * (nodes + 1)
        mean = sum(self._log_density(scale * radius, k) for scale in (1.0, self.ratio)) / 2
        return float(-half * (weights * chi.pdf(radius, k)) @ mean)

    def _log_density(self, radius: np.ndarray, k: int) -> np.ndarray:
        """Of k coordinates, at this distance from the origin."""
        wide = -0.5 * (radius / self.ratio) ** 2 - k * math.log(self.ratio)
        return np.logaddexp(-0.5 * radius**2, wide) - 0.5 * k * math.log(2 * math.pi) - math.log(2)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: one array (n, d) per variable."""
        check_sample_size(n)
        rng = generator(rng)
        scale = rng.choice([1.0, self.ratio], size=(n, 1))
        return tuple(scale * rng.standard_normal((n, self.d)) for _ in range(self.n))


@dataclass(frozen=True)
class SideBySide:
    """Two independent systems beside each other: every measure adds up, each variable keeps its gradient."""

    left: NoisyParity | SharedScale
    right: NoisyParity | SharedScale

    name = "two independent systems"
    truth = "quadrature, error below 1e-9 nats"

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each variable."""
        return self.left.dims + self.right.dims

    @property
    def o_information(self) -> OInformation:
        """TC, DTC, Ω, S and gradients in nats."""
        two = self.left.o_information, self.right.o_information
        tc, dtc, omega, s = (exact(sum(getattr(one, name).nats for one in two)) for name in ("tc", "dtc", "omega", "s"))
        return OInformation(tc, dtc, omega, s, (two[0].gradients or ()) + (two[1].gradients or ()))

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: one array (n, d) per variable."""
        left, right = spawn(rng, 2)
        return self.left.sample(n, rng=left) + self.right.sample(n, rng=right)
