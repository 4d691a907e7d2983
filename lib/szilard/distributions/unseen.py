"""Dependence that no correlation and no copula of a normal distribution shows, with information by quadrature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import xlogy

from szilard.distributions.distribution import as_points, check_sample_size
from szilard.rng import RNG, generator
from szilard.validation import check_integer, check_positive

__all__ = ["Crossed", "NoisyXor"]

_REACH = 9.0  # the normal density beyond 9 standard deviations integrates to less than 1e-18


@dataclass(frozen=True)
class Crossed:
    r"""Standard normal pixels, each seen through noise and with a sign that was flipped by a fair coin.

    .. math:: X\sim N(0,1_m),\qquad Y_j = S_j\,ρ X_{v_j} + \sqrt{1-ρ^2}\,N_j,\qquad S_j=\pm1,

    so that each pair of a pixel and its view is an even mixture of two normal pairs of correlations ρ and −ρ: a cross.
    All margins are standard normal and nothing is correlated; the dependence is in the magnitudes alone.
    A pixel that is seen twice is seen with the same noise and the same sign.

    Args:
        rho: ρ, between 0 and 1.
        pixels: m ≥ 1, the width of X.
        seen: v, which pixels Y shows, repetitions allowed; all of them once if left out.

    >>> Crossed(0.95, pixels=3).repeated_view(1, extra=1).dims
    (3, 3)
    """

    rho: float = 0.95
    pixels: int = 1
    seen: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.rho < 1.0:
            raise ValueError(f"rho must lie between 0 and 1; got {self.rho!r}")
        check_integer(self.pixels, "pixels", minimum=1)
        if any(not 0 <= pixel < self.pixels for pixel in self.seen):
            raise ValueError(f"seen must hold indices below {self.pixels}, the number of pixels; got {self.seen}")
        object.__setattr__(self, "seen", self.seen or tuple(range(self.pixels)))

    def view(self, rows: int) -> Crossed:
        """The pixels and a view of the first ``rows`` of them."""
        return Crossed(self.rho, self.pixels, tuple(range(rows)))

    def repeated_view(self, rows: int, extra: int = 1) -> Crossed:
        """The pixels and a view of the first ``rows + extra``, the first ``rows`` shown once more."""
        return Crossed(self.rho, self.pixels, (*range(rows + extra), *range(rows)))

    def paired_view(self, rows: int) -> Crossed:
        """Two independent copies: all pixels of both, and a view of the first ``rows`` of each."""
        return Crossed(self.rho, 2 * self.pixels, (*range(rows), *range(self.pixels, self.pixels + rows)))

    @property
    def name(self) -> str:
        """Readable name."""
        return f"Crossed normal pairs {self.pixels} x {len(self.seen)} (rho={self.rho:g})"

    @property
    def dims(self) -> tuple[int, int]:
        """Dimensions of X and Y."""
        return self.pixels, len(self.seen)

    @property
    def truth(self) -> str:
        """How the information is known."""
        return "quadrature, error below 1e-9 nats"

    @property
    def mutual_information(self) -> float:
        """Mutual information in nats: that of one pair, times the number of pixels seen."""
        return len(set(self.seen)) * _crossed(self.rho)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: arrays (n, m) and (n, len(seen))."""
        check_sample_size(n)
        rng = generator(rng)
        x, noise = rng.standard_normal((2, n, self.pixels))
        signs = rng.choice([-1.0, 1.0], size=(n, self.pixels))
        y = signs * self.rho * x + math.sqrt(1 - self.rho**2) * noise
        return x, y[:, self.seen]

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,), for points where repetitions agree."""
        x, y = as_points(x, y, self.dims)
        first = [self.seen.index(pixel) for pixel in sorted(set(self.seen))]
        return _log_ratio(self.rho, x[:, sorted(set(self.seen))], y[:, first]).sum(1)

    def denoising_gain(self, k: np.ndarray, variance: np.ndarray) -> np.ndarray:
        r"""Half the mean squared difference of the best guesses of Z from :math:`kX+\sqrt{v}Z`, with Y and without.

        For one pixel of a signal with :math:`k^2+v=1`, k and v of shape (n,). Without Y the noised pixel is standard
        normal. Given y it is an even mixture of two normals of means ±ρky and variance 1 − ρ²k². The mean over y and
        over the noise of either part is a trapezoidal sum.
        """
        z = np.linspace(-8, 8, 161)
        weight = np.exp(-(z**2) / 2)
        weight /= weight.sum()
        spread = (k**2 * (1 - self.rho**2) + variance)[:, None, None]
        centre = k[:, None, None] * self.rho * z[:, None]
        x = centre + np.sqrt(spread) * z
        score = (centre * np.tanh(centre * x / spread) - x) / spread
        return 0.5 * variance * (np.einsum("tyz,y,z->t", score**2, weight, weight) - 1)


@dataclass(frozen=True)
class NoisyXor:
    r"""Three noisy signs, the third the product of the others: X = a(S₁, S₂) + N, Y = a S₁S₂ + N'.

    Y is independent of each coordinate of X and depends on the two together, by the density ratio

    .. math:: \frac{p(x,y)}{p(x)p(y)} = 1 + \tanh(ax_1)\tanh(ax_2)\tanh(ay).

    Args:
        separation: a, in standard deviations of the noise, 0 < a ≤ 10.
    """

    separation: float = 2.0

    dims = (2, 1)
    truth = "quadrature, error below 1e-9 nats"

    def __post_init__(self) -> None:
        check_positive(self.separation, "separation")
        if self.separation > 10:
            raise ValueError(f"separation must be at most 10; got {self.separation!r}")

    @property
    def name(self) -> str:
        """Readable name."""
        return f"XOR of noisy signs 2 x 1 (separation={self.separation:g})"

    @property
    def mutual_information(self) -> float:
        """Mutual information in nats, at most ln 2."""
        return _xor(self.separation)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: arrays (n, 2) and (n, 1)."""
        check_sample_size(n)
        rng = generator(rng)
        signs = rng.choice([-1.0, 1.0], size=(n, 2))
        noise = rng.standard_normal((n, 3))
        return self.separation * signs + noise[:, :2], self.separation * signs.prod(1, keepdims=True) + noise[:, 2:]

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,)."""
        x, y = as_points(x, y, self.dims)
        return np.log1p(np.tanh(self.separation * np.hstack([x, y])).prod(1))


def _log_ratio(rho: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    rest = 1 - rho**2
    product = np.abs(rho * x * y) / rest  # ln cosh without overflow
    cosh = product + np.log1p(np.exp(-2 * product)) - math.log(2)
    return cosh - rho**2 * (x**2 + y**2) / (2 * rest) - 0.5 * math.log(rest)


@lru_cache(maxsize=64)
def _crossed(rho: float) -> float:
    """E ln p(x,y)/p(x)p(y), by the trapezoidal rule over x and over the noise of y; either sign gives the same."""
    z = np.linspace(-_REACH, _REACH, 401)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    x, noise = z[:, None], z[None]
    ratio = _log_ratio(rho, x, rho * x + math.sqrt(1 - rho**2) * noise)
    return float(weight @ ratio @ weight)


@lru_cache(maxsize=64)
def _xor(a: float) -> float:
    """E r ln r over the three signals taken independent; each is an even mixture, whose signs only flip tanh."""
    step = min(0.2, 0.5 / a) / 2
    z = a + step * np.arange(-math.ceil(_REACH / step), math.ceil(_REACH / step) + 1)
    weight = np.exp(-((z - a) ** 2) / 2) / math.sqrt(2 * math.pi) * step
    each = np.tanh(a * z)
    pairs = each[:, None] * each[None]
    total = 0.0
    for sign in (-1.0, 1.0):  # of the product of the three
        for value, share in zip(each, weight, strict=True):
            ratio = 1 + sign * pairs * value
            total += 0.5 * share * float(weight @ xlogy(ratio, ratio) @ weight)
    return total
