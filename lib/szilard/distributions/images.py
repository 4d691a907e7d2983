"""Pairs of images whose mutual information is known: two normal vectors seen through injective maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from szilard.distributions.gaussian import Gaussian, rotated_pair, sparse
from szilard.distributions.renderers import AntiPCA, GaussianImages, RectangleImages, Renderer
from szilard.distributions.transformed import Transformed
from szilard.rng import RNG

__all__ = ["ImagePair", "anti_pca", "gaussian_images", "image_pair", "rectangle_images"]


@dataclass(frozen=True)
class ImagePair(Transformed):
    """Two dependent images, X drawn by ``fx`` and Y by ``fy`` from the normal vectors of ``base``.

    ``fx.generate`` and ``fy.generate`` are the same maps on torch tensors, with gradients.

    >>> pair = gaussian_images(2.0, width=8)
    >>> pair.dims, pair.parameters(5)[0].shape, round(pair.mutual_information, 9)
    ((64, 64), (5, 2), 2.0)
    """

    fx: Renderer
    fy: Renderer

    def __post_init__(self) -> None:
        for argument in ("fx", "fy"):
            if not isinstance(getattr(self, argument), Renderer):
                raise ValueError(f"{argument} must be a renderer; got {getattr(self, argument)!r}")
        super().__post_init__()

    def parameters(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """The parameters, the best possible codes, of the images that ``sample(n, rng)`` gives: (n, fx.count) and
        (n, fy.count)."""
        x, y = self.base.sample(n, rng)
        return self._parameters(self.fx, x), self._parameters(self.fy, y)

    @staticmethod
    def _parameters(renderer: Renderer, xi: np.ndarray) -> np.ndarray:
        parameters: Tensor = renderer.parameters(torch.from_numpy(xi))
        return parameters.numpy()


def image_pair(fx: Renderer, fy: Renderer, mutual_information: float, rng: RNG = 0) -> ImagePair:
    """Images of any two families that share ``mutual_information`` ≥ 0 nats, over
    :func:`~szilard.distributions.rotated_pair`, whose rotations ``rng`` draws."""
    return ImagePair(rotated_pair(fx.count, fy.count, mutual_information, rng), fx, fy)


def gaussian_images(mutual_information: float, width: int = 16, *, correlated: bool = False, rng: RNG = 0) -> ImagePair:
    """Pairs of :class:`~szilard.distributions.GaussianImages` that share ``mutual_information`` nats."""
    family = GaussianImages(width, correlated)
    return image_pair(family, family, mutual_information, rng)


def rectangle_images(mutual_information: float, width: int = 32, *, rng: RNG = 0) -> ImagePair:
    """Pairs of :class:`~szilard.distributions.RectangleImages` that share ``mutual_information`` nats."""
    family = RectangleImages(width)
    return image_pair(family, family, mutual_information, rng)


def anti_pca(mutual_information: float, features: int = 32) -> ImagePair:
    """Pairs of :class:`~szilard.distributions.AntiPCA` whose signals share ``mutual_information`` ≥ 0 nats and whose
    nuisances are independent of all else."""
    family = AntiPCA(features)
    hidden = (
        sparse(2, 2, 1, mutual_information=mutual_information) if mutual_information else Gaussian(np.eye(4), (2, 2))
    )
    return ImagePair(hidden, family, family)
