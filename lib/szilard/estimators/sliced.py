"""Sliced mutual information: the mean information of one-dimensional projections."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.special import betaln

from szilard.estimate import Estimate
from szilard.estimators.ksg import KSG
from szilard.estimators.protocol import Estimator, measure
from szilard.rng import RNG, spawn
from szilard.validation import check_integer, paired_samples

__all__ = ["SlicedMI", "sliced_normal_information"]


@dataclass(frozen=True)
class SlicedMI:
    r"""Sliced mutual information of `goldfeld2021sliced` in nats: the mean of :math:`I(\theta^\top X;\varphi^\top Y)`
    over directions θ, φ drawn uniformly from the two spheres.

    At most I(X; Y), equal to it for numbers, and above zero unless X and Y are independent. It shrinks as dimensions
    grow, so that values of different dimensions do not compare.

    Args:
        estimator: measures every slice.
        slices: pairs of directions.
    """

    estimator: Estimator = field(default_factory=lambda: KSG(k=5))
    slices: int = 50

    name: ClassVar[str] = "sliced"
    stochastic: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_integer(self.slices, "slices", minimum=2)

    def mutual_information(self, x: ArrayLike, y: ArrayLike, *, rng: RNG = 0) -> Estimate:
        """The value for samples (n, dx) and (n, dy), with the standard error over slices."""
        x, y = paired_samples(x, y)
        directions, inner = spawn(rng, 2)
        values = np.array([self._slice(x, y, directions, inner) for _ in range(self.slices)])
        stderr = float(values.std(ddof=1)) / math.sqrt(self.slices)
        method = f"SlicedMI({type(self.estimator).__name__}, slices={self.slices})"
        return Estimate(float(values.mean()), stderr, len(x), method)

    def _slice(self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator, inner: np.random.Generator) -> float:
        across, along = (part @ _direction(part.shape[1], rng) for part in (x, y))
        return measure(self.estimator, across, along, rng=inner).nats


def _direction(d: int, rng: np.random.Generator) -> np.ndarray:
    vector = rng.standard_normal(d)
    return vector / np.linalg.norm(vector)


def sliced_normal_information(rho: float, d: int) -> float:
    r"""Sliced information in nats of d independent normal pairs of correlation ρ, by quadrature.

    A slice has correlation :math:`\rho\,\theta\cdot\varphi`, and :math:`u=(\theta\cdot\varphi)^2` is distributed as
    Beta(½, (d − 1)/2): :math:`E_u\bigl[-\tfrac12\ln(1-\rho^2u)\bigr]`.

    >>> round(sliced_normal_information(0.5, 1), 6) == round(-0.5 * math.log(0.75), 6)
    True
    """
    check_integer(d, "d", minimum=1)
    if not -1 < rho < 1:
        raise ValueError(f"rho must lie in (-1, 1); got {rho!r}")
    if d == 1:
        return -0.5 * math.log1p(-(rho**2))

    def integrand(angle: float) -> float:  # u = cos²(angle): the density of the angle is ∝ sin^{d−2}
        return -0.5 * math.log1p(-((rho * math.cos(angle)) ** 2)) * math.sin(angle) ** (d - 2)

    area = math.exp(betaln(0.5, (d - 1) / 2)) / 2
    return quad(integrand, 0, math.pi / 2, epsabs=1e-13, epsrel=1e-12)[0] / area
