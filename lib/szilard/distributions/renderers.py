r"""Maps of standard normal vectors to points, pictures and other vectors in many dimensions, differentiable in torch.

Every map goes through a few *parameters*, which an estimator may be given in place of the picture, and is injective:
it leaves mutual information as it was. The families are those of `butakov2024lossy`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from szilard.distributions.transforms import Homeomorphism
from szilard.validation import check_integer

__all__ = ["AntiPCA", "GaussianImages", "RectangleImages", "Renderer", "Ring", "Segment"]

SHARPNESS = 10.0  # of the bells in the unit square: a standard deviation of 0.22


class Renderer(Homeomorphism):
    """A map of a standard normal vector ξ (n, count) to parameters and of these to what is drawn (n, size)."""

    @property
    def count(self) -> int:
        """Coordinates of ξ, and parameters."""
        return 2

    @property
    def size(self) -> int:
        """Coordinates of what is drawn."""
        return self.count

    @property
    def entropy(self) -> float:
        """Exact differential entropy of the parameters in nats."""
        return 0.0

    def generate(self, xi: Tensor) -> Tensor:
        """What is drawn, (n, size), for ξ (n, count), with gradients."""
        return self.render(self.parameters(xi))

    def parameters(self, xi: Tensor) -> Tensor:
        """Parameters (n, count) for ξ (n, count), with gradients; where not said otherwise uniform on (0, 1)."""
        return torch.special.ndtr(xi)

    def render(self, parameters: Tensor) -> Tensor:
        """What is drawn, (n, size), for parameters (n, count), with gradients."""
        return parameters

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Parameters (n, count) behind what is drawn (n, size), exact up to rounding."""
        return z

    def normal(self, parameters: np.ndarray) -> np.ndarray:
        """ξ (n, count) behind parameters (n, count)."""
        return ndtri(parameters)

    def _forward(self, x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return self.generate(torch.tensor(x)).numpy()

    def _backward(self, z: np.ndarray) -> np.ndarray:
        if z.shape[1] != self.size:
            raise ValueError(f"z must have {self.size} columns; got {z.shape[1]}")
        with np.errstate(divide="ignore", invalid="ignore"):  # outside the map's image
            return self.normal(self.decode(z))

    def _image_dim(self, dim: int) -> int:
        if dim != self.count:
            raise ValueError(f"{type(self).__name__} takes {self.count} coordinates; got {dim}")
        return self.size


@dataclass(frozen=True)
class Ring(Renderer):
    r"""Points of the plane at radius 1 + u and angle 2πv, u and v uniform: of entropy :math:`\ln 2\pi + 2\ln2 - 1`."""

    name = "Ring"

    @property
    def entropy(self) -> float:
        """Exact differential entropy of the points in nats."""
        return math.log(2 * math.pi) + 2 * math.log(2) - 1

    def parameters(self, xi: Tensor) -> Tensor:
        """Points (n, 2)."""
        radius, angle = 1 + torch.special.ndtr(xi[:, 0]), 2 * math.pi * torch.special.ndtr(xi[:, 1])
        return torch.stack([radius * angle.cos(), radius * angle.sin()], 1)

    def normal(self, parameters: np.ndarray) -> np.ndarray:
        """ξ (n, 2) behind points (n, 2)."""
        x, y = parameters.T
        return ndtri(np.stack([np.hypot(x, y) - 1, np.arctan2(y, x) / (2 * math.pi) % 1], 1))


@dataclass(frozen=True)
class Segment(Renderer):
    r"""The ends a < b of a segment of (0, 1) that is longer than ``least`` = m, uniform over the triangle of all such:
    of density :math:`2/(1-m)^2` and entropy :math:`\ln\frac{(1-m)^2}2`.

    .. math:: a = (1-m)\bigl(1-\sqrt{1-u}\bigr),\qquad b = a + m + v\,(1-a-m),\qquad u, v \text{ uniform.}
    """

    least: float = 2 / 32

    name = "Segment"

    def __post_init__(self) -> None:
        if not 0 <= self.least < 1:
            raise ValueError(f"least must lie in [0, 1); got {self.least!r}")

    @property
    def entropy(self) -> float:
        """Exact differential entropy of the ends in nats."""
        return 2 * math.log1p(-self.least) - math.log(2)

    def parameters(self, xi: Tensor) -> Tensor:
        """Ends (n, 2)."""
        above, share = torch.special.ndtr(-xi[:, 0]), torch.special.ndtr(xi[:, 1])  # 1 − u without cancellation
        a = (1 - self.least) * (1 - above.sqrt())
        return torch.stack([a, a + self.least + share * (1 - a - self.least)], 1)

    def normal(self, parameters: np.ndarray) -> np.ndarray:
        """ξ (n, 2) behind ends (n, 2)."""
        a, b = parameters.T
        rest = 1 - a - self.least
        return np.stack([-ndtri((rest / (1 - self.least)) ** 2), ndtri((b - a - self.least) / rest)], 1)


@dataclass(frozen=True)
class GaussianImages(Renderer):
    r"""Bells on a grid of ``width`` × ``width`` pixels over the unit square, rows first, y along the rows' index.

    .. math:: \exp\bigl(-10\,[s^2\Delta x^2 + t^2\Delta y^2 + r\,s\,t\,\Delta x\,\Delta y]\bigr),\qquad
              \Delta x = x-p_0,\ \Delta y = y-p_1.

    The parameters are uniform: the centre alone (s = t = 1, r = 0), or, ``correlated``, five of them with
    :math:`s = 1+p_2,\ t = 1+p_3,\ r = 2p_4-1`.
    """

    width: int = 16
    correlated: bool = False

    def __post_init__(self) -> None:
        check_integer(self.width, "width", minimum=3)

    @property
    def name(self) -> str:
        """Readable name."""
        return f"{'Correlated' if self.correlated else 'Gaussian'} bells of {self.width} x {self.width} pixels"

    @property
    def count(self) -> int:
        """Parameters: two, or five."""
        return 5 if self.correlated else 2

    @property
    def size(self) -> int:
        """Pixels."""
        return self.width**2

    def render(self, parameters: Tensor) -> Tensor:
        """Images (n, width²) for parameters (n, count), with gradients."""
        grid = torch.linspace(0, 1, self.width, dtype=parameters.dtype, device=parameters.device)
        dx, dy = grid - parameters[:, :1], grid - parameters[:, 1:2]
        if not self.correlated:
            return _outer((-SHARPNESS * dy**2).exp(), (-SHARPNESS * dx**2).exp())
        dx, dy = (1 + parameters[:, 2:3]) * dx, (1 + parameters[:, 3:4]) * dy
        cross = (2 * parameters[:, 4] - 1)[:, None] * _outer(dy, dx)
        squares = (dy**2)[:, :, None] + (dx**2)[:, None, :]
        return (-SHARPNESS * (squares.flatten(1) + cross)).exp()

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Parameters (n, count): the logarithm of an image is a polynomial of second degree in x and y."""
        grid = np.linspace(0, 1, self.width)
        y, x = (axis.ravel() for axis in np.meshgrid(grid, grid, indexing="ij"))
        powers = np.stack([x * x, y * y, x * y, x, y, np.ones_like(x)], 1)
        a, b, c, along, across, _ = np.linalg.pinv(powers) @ np.log(z).T / -SHARPNESS
        determinant = 4 * a * b - c * c
        centre = [(c * across - 2 * b * along) / determinant, (c * along - 2 * a * across) / determinant]
        if not self.correlated:
            return np.stack(centre, 1)
        s, t = np.sqrt(a), np.sqrt(b)
        return np.stack([*centre, s - 1, t - 1, (c / (s * t) + 1) / 2], 1)


@dataclass(frozen=True)
class RectangleImages(Renderer):
    """Rectangles on a grid of ``width`` × ``width`` pixels, rows first: a pixel is the share of it that is covered.

    The parameters are left, right, lower and upper end in pixels, drawn as two independent :class:`Segment` with sides
    above 2 pixels. Then some pixel is covered whole, and the sums over columns and over rows give back all four.
    """

    width: int = 32

    least: ClassVar[int] = 2  # pixels

    def __post_init__(self) -> None:
        check_integer(self.width, "width", minimum=self.least + 1)

    @property
    def name(self) -> str:
        """Readable name."""
        return f"Rectangles on {self.width} x {self.width} pixels"

    @property
    def count(self) -> int:
        """Parameters: the four ends."""
        return 4

    @property
    def size(self) -> int:
        """Pixels."""
        return self.width**2

    @property
    def entropy(self) -> float:
        """Exact differential entropy of the four ends, in pixels, in nats."""
        return 2 * self._segment.entropy + 4 * math.log(self.width)

    @property
    def _segment(self) -> Segment:
        return Segment(self.least / self.width)

    def parameters(self, xi: Tensor) -> Tensor:
        """Ends (n, 4) in pixels."""
        return self.width * torch.cat([self._segment.parameters(xi[:, :2]), self._segment.parameters(xi[:, 2:])], 1)

    def render(self, parameters: Tensor) -> Tensor:
        """Images (n, width²) for ends (n, 4), with gradients."""
        edges = torch.arange(self.width + 1, dtype=parameters.dtype, device=parameters.device)
        left, right, lower, upper = parameters[:, :, None].unbind(1)
        across, along = (edges.clamp(low, high).diff() for low, high in ((left, right), (lower, upper)))
        return _outer(along, across)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Ends (n, 4) in pixels: the column and the row through a pixel that is covered whole show the two profiles."""
        images = z.reshape(-1, self.width, self.width)
        return np.hstack([_ends(images.max(1)), _ends(images.max(2))])

    def normal(self, parameters: np.ndarray) -> np.ndarray:
        """ξ (n, 4) behind ends (n, 4)."""
        ends = parameters / self.width
        return np.hstack([self._segment.normal(ends[:, :2]), self._segment.normal(ends[:, 2:])])


@dataclass(frozen=True)
class AntiPCA(Renderer):
    r"""Vectors whose signal x hides from principal components behind a nuisance z, both uniform on (−1, 1).

    .. math:: v_j = \max(a_j,\ 0.1\,j\,a_j),\qquad a_j = x + jz,\qquad j=0,\dots,\text{features}-1,

    and :math:`v_0 = x, v_1 = z`, so that nothing is lost. The nuisance makes nearly all of the variance.
    """

    features: int = 32

    def __post_init__(self) -> None:
        check_integer(self.features, "features", minimum=3)

    @property
    def name(self) -> str:
        """Readable name."""
        return f"Signal under a nuisance in {self.features} dimensions"

    @property
    def size(self) -> int:
        """Features."""
        return self.features

    @property
    def entropy(self) -> float:
        """Exact differential entropy of (x, z) in nats."""
        return 2 * math.log(2)

    def parameters(self, xi: Tensor) -> Tensor:
        """x and z, (n, 2)."""
        return 2 * torch.special.ndtr(xi) - 1

    def render(self, parameters: Tensor) -> Tensor:
        """Vectors (n, features) for x and z (n, 2), with gradients."""
        j = torch.arange(self.features, dtype=parameters.dtype, device=parameters.device)[2:]
        a = parameters[:, :1] + j * parameters[:, 1:]
        return torch.cat([parameters, torch.maximum(a, 0.1 * j * a)], 1)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """x and z, (n, 2)."""
        return z[:, :2]

    def normal(self, parameters: np.ndarray) -> np.ndarray:
        """ξ (n, 2) behind x and z (n, 2)."""
        return ndtri((parameters + 1) / 2)


def _outer(rows: Tensor, columns: Tensor) -> Tensor:
    """Pixels (n, w²) as products of a profile along the rows and one along the columns, each (n, w)."""
    return (rows[:, :, None] * columns[:, None, :]).flatten(1)


def _ends(profile: np.ndarray) -> np.ndarray:
    """Ends (n, 2) of a segment that covers these shares (n, w) of unit cells, one of them whole."""
    cumulated = np.cumsum(np.pad(profile, ((0, 0), (1, 0))), 1)
    whole = profile.argmax(1)
    left = whole - np.take_along_axis(cumulated, whole[:, None], 1)[:, 0]
    return np.stack([left, left + cumulated[:, -1]], 1)
