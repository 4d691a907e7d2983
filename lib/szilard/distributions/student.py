"""Student's t: dependence that survives without correlation, through the scale that both vectors share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from szilard.distributions.distribution import check_sample_size
from szilard.distributions.gaussian import Gaussian
from szilard.rng import RNG, generator
from szilard.validation import check_integer, check_positive

__all__ = ["Student"]


@dataclass(frozen=True)
class Student:
    r"""Multivariate Student distribution: a normal vector divided by one random scale common to X and Y,

    .. math:: (X, Y) = (Z_X, Z_Y)\,/\sqrt{W/\nu},\qquad (Z_X,Z_Y)\sim N(0,\Sigma),\ W\sim\chi^2_\nu.

    Its mutual information in nats is that of the normal vector plus what the shared scale tells,
    :math:`I = I_\Sigma + h_{d_x} + h_{d_y} - h_{d_x+d_y}`, with the entropy :math:`h_k` of a k-dimensional
    standard distribution (:meth:`standard_entropy`). It is positive even for :math:`\Sigma = 1`.

    Args:
        normal: the distribution of (Z_X, Z_Y); its covariance is the dispersion.
        dof: degrees of freedom ν > 0, in both vectors alike.
        name: readable name; made from the dimensions when empty.

    Raises:
        ValueError: ``dof`` is not a finite number > 0, or ``normal`` is not a Gaussian distribution.

    >>> round(Student.identity(1, 1, dof=1).mutual_information, 6)
    0.224171

    Source: `czyz2023beyond`.
    """

    normal: Gaussian
    dof: float
    name: str = ""

    truth = "closed form"

    def __post_init__(self) -> None:
        if not isinstance(self.normal, Gaussian):
            raise ValueError(f"normal must be a Gaussian distribution; got {type(self.normal).__name__}")
        check_positive(self.dof, "dof")
        dx, dy = self.dims
        object.__setattr__(self, "name", self.name or f"Student-t {dx} x {dy} (dof={self.dof:g})")

    @classmethod
    def identity(cls, dim_x: int, dim_y: int, dof: float) -> Student:
        """The distribution with unit dispersion: X and Y are uncorrelated and still dependent."""
        check_integer(dim_x, "dim_x", minimum=1)
        check_integer(dim_y, "dim_y", minimum=1)
        return cls(Gaussian(np.eye(dim_x + dim_y), (dim_x, dim_y)), dof)

    @property
    def dims(self) -> tuple[int, int]:
        """(dx, dy)."""
        return self.normal.dims

    def standard_entropy(self, k: int) -> float:
        r"""Differential entropy in nats of the k-dimensional distribution with unit dispersion,

        .. math:: h_k = \ln\frac{\Gamma(\nu/2)\,(\nu\pi)^{k/2}}{\Gamma((\nu+k)/2)}
            + \frac{\nu+k}2\Big[\psi\big(\tfrac{\nu+k}2\big) - \psi\big(\tfrac\nu2\big)\Big].
        """
        nu = self.dof
        half = (nu + k) / 2
        return float(-self._log_norm(k) + half * (digamma(half) - digamma(nu / 2)))

    def _log_norm(self, k: int) -> float:
        nu = self.dof
        return float(gammaln((nu + k) / 2) - gammaln(nu / 2) - k / 2 * math.log(nu * math.pi))

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""
        dx, dy = self.dims
        scale = self.standard_entropy(dx) + self.standard_entropy(dy) - self.standard_entropy(dx + dy)
        return self.normal.mutual_information + scale

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: arrays (n, dx) and (n, dy)."""
        check_sample_size(n)
        rng = generator(rng)
        x, y = self.normal.sample(n, rng)
        # one scale per row: two independent ones would leave X and Y independent for unit dispersion
        scale = np.sqrt(rng.chisquare(self.dof, size=(n, 1)) / self.dof)
        return x / scale, y / scale

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,)."""
        dx, dy = self.dims
        nu = self.dof

        def tail(distance: np.ndarray, k: int) -> np.ndarray:
            return self._log_norm(k) - (nu + k) / 2 * np.log1p(distance / nu)

        at_x, at_y, at_both = self.normal.distances(x, y)
        return self.normal.mutual_information + tail(at_both, dx + dy) - tail(at_x, dx) - tail(at_y, dy)
