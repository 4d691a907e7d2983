r"""Invertible maps of one vector: they change every marginal and leave the mutual information as it was.

A map is applied row by row to an array (n, d) and undone by ``inverse``. Maps compose with ``@`` as functions
do: ``Spiral() @ NormalCDF()`` first takes the normal CDF. Definitions follow `czyz2023beyond`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from szilard.validation import as_samples, check_integer, check_positive

__all__ = [
    "Asinh", "Composed", "Homeomorphism", "Identity", "NormalCDF", "NormalToMixture", "RepeatLeading",
    "SignedPower", "Spiral", "SwissRoll", "Wiggly",
]  # fmt: skip

# bisection halves a bracket this often: from a width of 1e3 to below the spacing of float64 near 1
_HALVINGS = 64


class Homeomorphism:
    """A continuous map of vectors with a continuous inverse on its image; the base of all maps here.

    >>> cubed = SignedPower(3) @ Asinh()
    >>> cubed.name, float(cubed.inverse(cubed([[2.0]]))[0, 0].round(12))
    ('Signed power 3 @ Asinh', 2.0)
    """

    @property
    def name(self) -> str:
        """Readable name."""
        return "Identity"

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Images of the rows of ``x`` (n, d); ValueError where the map is not defined."""
        x = as_samples(x)
        self.output_dim(x.shape[1])
        return self._forward(x)

    def inverse(self, z: np.ndarray) -> np.ndarray:
        """The rows whose images are the rows of ``z``; NaN or infinite outside the map's image."""
        return self._backward(as_samples(z, "z"))

    def output_dim(self, dim: int) -> int:
        """Dimension of the image of a ``dim``-dimensional vector; ValueError where the map is not defined."""
        return self._image_dim(dim)

    def __matmul__(self, inner: Homeomorphism) -> Homeomorphism:
        return Composed(self, inner)

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return x

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return z

    def _image_dim(self, dim: int) -> int:
        return dim


@dataclass(frozen=True)
class Identity(Homeomorphism):
    """x → x."""


@dataclass(frozen=True)
class Composed(Homeomorphism):
    """x → outer(inner(x))."""

    outer: Homeomorphism
    inner: Homeomorphism

    @property
    def name(self) -> str:
        """Readable name, outermost map first."""
        return f"{self.outer.name} @ {self.inner.name}"

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return self.outer(self.inner(x))

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return self.inner.inverse(self.outer.inverse(z))

    def _image_dim(self, dim: int) -> int:
        return self.outer.output_dim(self.inner.output_dim(dim))


@dataclass(frozen=True)
class NormalCDF(Homeomorphism):
    """x → Φ(x) per coordinate: a standard normal number becomes uniform on (0, 1)."""

    name = "Normal CDF"

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return ndtr(x)

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return ndtri(z)


@dataclass(frozen=True)
class SignedPower(Homeomorphism):
    """``x → sign(x) |x|^p`` per coordinate; p = 3/2, the "half-cube", lengthens the tails."""

    exponent: float = 1.5

    def __post_init__(self) -> None:
        check_positive(self.exponent, "exponent")

    @property
    def name(self) -> str:
        """Readable name."""
        return "Half-cube" if self.exponent == 1.5 else f"Signed power {self.exponent:g}"

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return np.sign(x) * np.abs(x) ** self.exponent

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return np.sign(z) * np.abs(z) ** (1.0 / self.exponent)


@dataclass(frozen=True)
class Asinh(Homeomorphism):
    """x → asinh(x) per coordinate: turns power-law tails into exponential ones."""

    name = "Asinh"

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return np.arcsinh(x)

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return np.sinh(z)


@dataclass(frozen=True)
class Wiggly(Homeomorphism):
    r"""x → x + Σ a sin(ω x + φ) per coordinate, strictly increasing because ``Σ |a ω| < 1``.

    Args:
        terms: triples (a, ω, φ).
    """

    terms: tuple[tuple[float, float, float], ...]

    name = "Wiggly"

    def __post_init__(self) -> None:
        slope = sum(abs(a * omega) for a, omega, _ in self.terms)
        if not slope < 1:
            raise ValueError(f"terms must have Σ|a ω| < 1 for the map to be increasing; got {slope:.6g}")

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return x + sum(a * np.sin(omega * x + phi) for a, omega, phi in self.terms)

    def _backward(self, z: np.ndarray) -> np.ndarray:
        reach = sum(abs(a) for a, _, _ in self.terms)
        return _bisect(self._forward, z, z - reach, z + reach)


@dataclass(frozen=True)
class NormalToMixture(Homeomorphism):
    r"""x → F⁻¹(Φ(x)) per coordinate, which turns a standard normal number into the mixture
    :math:`F(v)=\sum_i w_i\,\Phi(v-m_i)` of unit normals.

    Args:
        weights: w, positive, summing to one.
        means: m, one for each weight.
    """

    weights: tuple[float, ...]
    means: tuple[float, ...]

    name = "Bimodal"

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.means):
            raise ValueError(f"means must match weights; got {len(self.means)} and {len(self.weights)}")
        for weight in self.weights:
            check_positive(weight, "weights")
        if not math.isclose(sum(self.weights), 1.0):
            raise ValueError(f"weights must sum to 1; got {sum(self.weights):.9g}")

    def cdf(self, v: np.ndarray) -> np.ndarray:
        """F(v)."""
        return sum(w * ndtr(v - m) for w, m in zip(self.weights, self.means, strict=True))

    def _forward(self, x: np.ndarray) -> np.ndarray:
        # F(x + min m) ≤ Φ(x) ≤ F(x + max m), since every component is a shifted Φ
        return _bisect(self.cdf, ndtr(x), x + min(self.means), x + max(self.means))

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return ndtri(self.cdf(z))


@dataclass(frozen=True)
class SwissRoll(Homeomorphism):
    r"""u in (0, 1) → (t cos t, t sin t) / 21 with t = 3π/2 (1 + 2u): a line rolled up in the plane."""

    name = "Swiss roll"

    def _forward(self, x: np.ndarray) -> np.ndarray:
        t = 1.5 * math.pi * (1.0 + 2.0 * x)
        return np.hstack([t * np.cos(t), t * np.sin(t)]) / 21.0

    def _backward(self, z: np.ndarray) -> np.ndarray:
        if z.shape[1] != 2:
            raise ValueError(f"z must have 2 columns; got {z.shape[1]}")
        t = 21.0 * np.hypot(z[:, :1], z[:, 1:])
        return (t / (1.5 * math.pi) - 1.0) / 2.0

    def _image_dim(self, dim: int) -> int:
        if dim != 1:
            raise ValueError(f"SwissRoll takes one coordinate; got {dim}")
        return 2


@dataclass(frozen=True)
class Spiral(Homeomorphism):
    r"""x → exp(s ‖x‖²/d · G) x: every sphere is turned in one plane by an angle that grows with its radius.

    G is the generator of the rotation in the plane of coordinates (i, j), so that the exponential is
    :math:`\begin{pmatrix}\cos\alpha&-\sin\alpha\\ \sin\alpha&\cos\alpha\end{pmatrix}` there and the identity
    elsewhere, with :math:`\alpha = s\lVert x\rVert^2/d`.

    Args:
        plane: two different coordinates (i, j), counted from 0.
        speed: s, in radians per unit of mean squared coordinate.
    """

    plane: tuple[int, int] = (0, 1)
    speed: float = 1.0

    name = "Spiral"

    def __post_init__(self) -> None:
        if not isinstance(self.plane, tuple) or len(self.plane) != 2 or self.plane[0] == self.plane[1]:
            raise ValueError(f"plane must be a pair of two different coordinates; got {self.plane!r}")
        for coordinate in self.plane:
            check_integer(coordinate, "plane", minimum=0)
        if not isinstance(self.speed, (int, float)) or not math.isfinite(self.speed):
            raise ValueError(f"speed must be a finite number; got {self.speed!r}")

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return self._turn(x, self.speed)

    def _backward(self, z: np.ndarray) -> np.ndarray:
        self._image_dim(z.shape[1])
        return self._turn(z, -self.speed)  # a rotation keeps the norm that sets the angle

    def _turn(self, x: np.ndarray, speed: float) -> np.ndarray:
        angle = speed * np.einsum("nd,nd->n", x, x) / x.shape[1]
        cos, sin = np.cos(angle), np.sin(angle)
        i, j = self.plane
        turned = x.copy()
        turned[:, i] = cos * x[:, i] - sin * x[:, j]
        turned[:, j] = sin * x[:, i] + cos * x[:, j]
        return turned

    def _image_dim(self, dim: int) -> int:
        if max(self.plane) >= dim:
            raise ValueError(f"plane must lie within the {dim} coordinates; got {self.plane}")
        return dim


@dataclass(frozen=True)
class RepeatLeading(Homeomorphism):
    """x → (x, x_1 … x_m): the first ``count`` coordinates are written a second time."""

    count: int

    name = "Repeated"

    def __post_init__(self) -> None:
        check_integer(self.count, "count", minimum=1)

    def _forward(self, x: np.ndarray) -> np.ndarray:
        return np.hstack([x, x[:, : self.count]])

    def _backward(self, z: np.ndarray) -> np.ndarray:
        return z[:, : -self.count]

    def _image_dim(self, dim: int) -> int:
        if self.count > dim:
            raise ValueError(f"count must be at most the dimension {dim}; got {self.count}")
        return dim + self.count


def _bisect(
    increasing: Callable[[np.ndarray], np.ndarray], target: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Where an increasing function reaches ``target``, entry by entry, between ``low`` and ``high``."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = increasing(middle) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)
