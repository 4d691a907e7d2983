"""A switched normal pair: no closed form, so its information comes from quadrature with an error estimate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import log_expit

from szilard.distributions.distribution import as_points, check_sample_size
from szilard.rng import RNG, generator
from szilard.validation import check_positive

__all__ = ["MixturePair"]

_REACH = 12.0  # the normal density beyond 12 standard deviations integrates to less than 1e-32
_LARGEST = 10.0  # separations beyond this share ln 2 nats to the last bit


@dataclass(frozen=True)
class MixturePair:
    r"""A fair sign S = ±1 seen twice through independent normal noise: X = aS + N, Y = aS + N'.

    With :math:`q(x)=P(S=1|x)=1/(1+e^{-2ax})` the density ratio is

    .. math:: \frac{p(x,y)}{p(x)p(y)} = 2\,[\,q(x)q(y)+(1-q(x))(1-q(y))\,],

    and I(X;Y) ≤ ln 2 is the integral of p(x, y) times its logarithm. The trapezoidal rule on the whole plane
    converges faster than any power of its step for such an analytic integrand, so halving the step once shows
    the error (:attr:`quadrature_error`).

    Args:
        separation: a, in standard deviations of the noise, 0 < a ≤ 10.

    >>> round(MixturePair(1.5).mutual_information, 9)
    0.405958782
    """

    separation: float = 1.5

    dims = (1, 1)
    name = "Switched normal pair 1 x 1"

    def __post_init__(self) -> None:
        check_positive(self.separation, "separation")
        if self.separation > _LARGEST:
            raise ValueError(f"separation must be at most {_LARGEST:g}; got {self.separation!r}")

    @property
    def truth(self) -> str:
        """How the information is known."""
        return f"quadrature, error about {max(self.quadrature_error, 1e-15):.0e} nats"

    @property
    def mutual_information(self) -> float:
        """Mutual information in nats."""
        return _quadrature(self.separation, self._step / 2)

    @property
    def quadrature_error(self) -> float:
        """Change of the information, in nats, when the quadrature's step is halved."""
        return abs(self.mutual_information - _quadrature(self.separation, self._step))

    @property
    def _step(self) -> float:
        # the logarithm is singular at distance π/2a from the real plane: the step has to resolve that
        return min(0.2, 0.5 / self.separation)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: two arrays (n, 1)."""
        check_sample_size(n)
        rng = generator(rng)
        centre = self.separation * rng.choice([-1.0, 1.0], size=(n, 1))
        return centre + rng.standard_normal((n, 1)), centre + rng.standard_normal((n, 1))

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,)."""
        x, y = as_points(x, y, self.dims)
        return _log_ratio(self.separation, x[:, 0], y[:, 0])


def _log_ratio(a: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    same_up = log_expit(2 * a * x) + log_expit(2 * a * y)
    same_down = log_expit(-2 * a * x) + log_expit(-2 * a * y)
    return math.log(2.0) + np.logaddexp(same_up, same_down)


@lru_cache(maxsize=64)
def _quadrature(a: float, step: float) -> float:
    count = math.ceil((a + _REACH) / step)
    grid = step * np.arange(-count, count + 1)
    up, down = (np.exp(-0.5 * (grid - centre) ** 2) / math.sqrt(2 * math.pi) for centre in (a, -a))
    density = 0.5 * (np.outer(up, up) + np.outer(down, down))
    return float(np.sum(density * _log_ratio(a, grid[:, None], grid[None]))) * step**2
