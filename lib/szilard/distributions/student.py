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

LARGE = 20.0  # half the degrees of freedom from where on Stirling's series is exact in float64
SMALLEST = 1e-150  # scale that samples may be divided by

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
        a, d = self._half, k / 2
        return float(d * (_LOG_TWO_PI + math.log(a) - digamma(a)) + _curved(a, d))

    def _log_norm(self, k: int) -> float:
        a, d = self._half, k / 2
        return _log_gamma_ratio(a, d) - d * (_LOG_TWO_PI + math.log(a))

    @property
    def _half(self) -> float:
        return self.dof / 2 or self.dof  # the smallest float has no half

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""
        dx, dy = self.dims
        return self.normal.mutual_information + _shared_scale(self._half, dx / 2, dy / 2)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: arrays (n, dx) and (n, dy).

        Raises:
            ValueError: ``dof`` so small, below about 0.01, that some samples are too large for float64.
        """
        check_sample_size(n)
        rng = generator(rng)
        x, y = self.normal.sample(n, rng)
        # one scale per row: two independent ones would leave X and Y independent for unit dispersion
        scale = np.sqrt(rng.chisquare(self.dof, size=(n, 1)) / self.dof)
        if scale.min() < SMALLEST:
            raise ValueError(f"dof must be large enough for samples that float64 can hold; got {self.dof:g}")
        return x / scale, y / scale

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,)."""
        dx, dy = self.dims
        nu = self.dof

        def tail(distance: np.ndarray, k: int) -> np.ndarray:
            with np.errstate(divide="ignore"):  # at the centre
                return self._log_norm(k) - (nu + k) / 2 * np.logaddexp(0.0, np.log(distance) - math.log(nu))

        at_x, at_y, at_both = self.normal.distances(x, y)
        return self.normal.mutual_information + tail(at_both, dx + dy) - tail(at_x, dx) - tail(at_y, dy)


# Below, a = ν/2 and d, e halves of dimensions. With G(z) = zψ(z) − ln Γ(z), the entropy of d coordinates bends with d
# as G(a + d) − G(a), and the shared scale tells G(a + d) + G(a + e) − G(a + d + e) − G(a). For large z,
# G(z) = z + ½ ln z + const − Σ_k B_2k / (2k − 1) z^(1 − 2k), whose parts are subtracted one by one: nothing cancels.
_LOG_TWO_PI = math.log(2 * math.pi)
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)  # B_2, B_4, …


def _curved(a: float, d: float) -> float:
    """G(a + d) − G(a)."""
    if a < LARGE:
        return _g(a + d) - _g(a)
    return d + 0.5 * math.log1p(d / a) + _tail(a + d, 0) - _tail(a, 0)


def _shared_scale(a: float, d: float, e: float) -> float:
    """What two vectors of 2d and 2e coordinates share through their scale, in nats; 2de/(2a)² for large a."""
    if a < LARGE:
        return _g(a + d) + _g(a + e) - _g(a + d + e) - _g(a)
    whole = a + d + e
    first = d * (e / a) * ((2 * a + d + e) / (a + d)) / (a + e) / whole / 6
    rest = _tail(a + d, 1) + _tail(a + e, 1) - _tail(whole, 1) - _tail(a, 1)
    return 0.5 * math.log1p(d * (e / a) / whole) + first + rest


def _g(z: float) -> float:
    """zψ(z) − ln Γ(z), finite for the smallest z."""
    return z * float(digamma(1 + z)) - 1 - float(gammaln(1 + z)) + math.log(z)


def _tail(z: float, skipped: int) -> float:
    """The falling terms of G(z) but for the first few."""
    powers = enumerate(_BERNOULLI[skipped:], skipped + 1)
    return -sum(b / (2 * k - 1) * z ** (1 - 2 * k) for k, b in powers)


def _log_gamma_ratio(a: float, d: float) -> float:
    """ln Γ(a + d) − ln Γ(a)."""
    if a < LARGE:
        return float(gammaln(a + d) - gammaln(a))
    tail = sum(
        b / (2 * k * (2 * k - 1)) * ((a + d) ** (1 - 2 * k) - a ** (1 - 2 * k)) for k, b in enumerate(_BERNOULLI, 1)
    )
    return (a + d - 0.5) * math.log1p(d / a) + d * math.log(a) - d + tail
