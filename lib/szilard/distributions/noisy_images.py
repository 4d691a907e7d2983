"""Real images seen through noise: the same three self-consistency tests as for the Gaussian field, exact by sums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from szilard.distributions.distribution import check_sample_size
from szilard.rng import RNG, generator, spawn
from szilard.validation import as_samples, check_integer, check_positive

DRAWS = 10_000  # of the exact sum's Monte Carlo average; its standard error is a hundredth or two of a nat
TILE = 500

__all__ = ["NoisyImages", "NoisyView"]


@dataclass(frozen=True, eq=False)
class NoisyImages:
    r"""An image A drawn from a finite collection, and B_r, its first r rows with fresh pixel noise N(0, s²).

    The density of B_r is a sum over all images of the collection, so :math:`I(A;B_r)=E\ln p(b|a)/p(b)` is an average
    that can be sampled to any accuracy, while a network sees nothing but samples. The three tests and their answers
    are those of :class:`szilard.distributions.NoisyLinear`.

    Args:
        images: the collection (m, side²), pixels in row-major order, m ≥ 2.
        noise: standard deviation s of the pixel noise, in units of the pixels.

    Raises:
        ValueError: images that are not square, or fewer than two.
    """

    images: np.ndarray
    noise: float

    def __post_init__(self) -> None:
        images = as_samples(self.images, "images")
        check_positive(self.noise, "noise")
        if len(images) < 2 or round(images.shape[1] ** 0.5) ** 2 != images.shape[1]:
            raise ValueError(f"images must be two or more squares of pixels (m, side²); got {images.shape}")
        object.__setattr__(self, "images", images)

    @property
    def side(self) -> int:
        """Rows, and pixels per row."""
        return round(self.images.shape[1] ** 0.5)

    def view(self, rows: int) -> NoisyView:
        """The joint distribution of (B_rows, A)."""
        return NoisyView(self, self._seen(rows), 1, f"Noisy images, {rows} of {self.side} rows")

    def repeated_view(self, rows: int, extra: int = 3) -> NoisyView:
        """The joint distribution of ([B_{rows+extra}, B_rows], A): the second look only repeats pixels of the first."""
        check_integer(extra, "extra", minimum=1)
        pixels = np.concatenate([self._seen(rows + extra), self._seen(rows)])
        return NoisyView(self, pixels, 1, f"Noisy images, {rows + extra} rows and {rows} of them again")

    def paired_view(self, rows: int) -> NoisyView:
        """The joint distribution of ([B¹_rows, B²_rows], [A¹, A²]) for two independent images."""
        return NoisyView(self, self._seen(rows), 2, f"Two noisy images, {rows} of {self.side} rows")

    def _seen(self, rows: int) -> np.ndarray:
        check_integer(rows, "rows", minimum=1)
        if rows > self.side:
            raise ValueError(f"rows must be at most the {self.side} rows of the image; got {rows}")
        return np.arange(rows * self.side)


@dataclass(frozen=True, eq=False)
class NoisyView:
    """A noisy view of images and the images themselves, without pixels that are the same in all of them.

    Made by :class:`NoisyImages`.
    """

    field: NoisyImages
    pixels: np.ndarray
    copies: int
    name: str

    @property
    def dims(self) -> tuple[int, int]:
        """Dimensions of the view and of the images."""
        return self.copies * len(self.pixels), self.copies * int(self._varying.sum())

    @property
    def truth(self) -> str:
        """How the mutual information is known."""
        return "exact density, averaged over 10,000 draws"

    @cached_property
    def _varying(self) -> np.ndarray:
        return np.ptp(self.field.images, axis=0) > 0

    @cached_property
    def mutual_information(self) -> float:
        """I(view; images) in nats; pixels seen twice count once, and copies add up."""
        once = np.unique(self.pixels)
        means, s = self.field.images[:, once], self.field.noise
        rng, total = generator(0), 0.0
        for _ in range(DRAWS // TILE):
            a = rng.integers(len(means), size=TILE)
            z = rng.standard_normal((TILE, len(once)))
            b = means[a] + s * z
            squared = (b**2).sum(1)[:, None] - 2 * b @ means.T + (means**2).sum(1)
            log_mean = logsumexp(-squared / (2 * s**2), axis=1) - np.log(len(means))
            total += (-0.5 * (z**2).sum(1) - log_mean).sum()
        return self.copies * float(total) / DRAWS

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: views (n, ·) and images (n, ·), copies side by side."""
        check_sample_size(n)
        views, images = zip(*(self._draw(n, stream) for stream in spawn(rng, self.copies)), strict=True)
        return np.hstack(views), np.hstack(images)

    def _draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        images = self.field.images[rng.integers(len(self.field.images), size=n)]
        noisy = images + self.field.noise * rng.standard_normal(images.shape)  # one noise for every look
        return noisy[:, self.pixels], images[:, self._varying]
