"""Two views of one thing: noisy shifted images, and a nonlinear mixture that hides which coordinate is shared."""

from __future__ import annotations

import math

import numpy as np

from szilard.rng import RNG, generator
from szilard.validation import as_samples

ANGLE = 0.7  # radians by which coordinates are turned before they are bent
BEND = 0.5  # weight of the square that bends the second one

__all__ = ["augmented", "displaced", "mixed_views", "unmixed_views"]


def augmented(images: np.ndarray, noise: float = 0.2, shift: int = 1, rng: RNG = 0) -> np.ndarray:
    """A random view of each image: moved by up to ``shift`` pixels in both directions, with fresh normal noise.

    Args:
        images: (n, height, width), with ink from 0 to 1.
        noise: standard deviation of the noise of a pixel.
        shift: largest move, in pixels; what leaves is lost, what enters is blank.
        rng: draws moves and noise.

    Returns:
        (n, height · width).
    """
    rng, (n, height, width) = generator(rng), images.shape
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift)))
    down, across = rng.integers(2 * shift + 1, size=(2, n))
    rows = down[:, None, None] + np.arange(height)[:, None]
    columns = across[:, None, None] + np.arange(width)
    moved = padded[np.arange(n)[:, None, None], rows, columns].reshape(n, -1)
    return moved + noise * rng.standard_normal(moved.shape)


def displaced(images: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Every image (n, height, width) moved by its own row of ``by`` (n, 2), whole pixels down and to the right; what
    leaves is lost, what enters is blank.

    Raises:
        ValueError: ``by`` has another shape.
    """
    if by.shape != (len(images), 2):
        raise ValueError(f"by must have shape ({len(images)}, 2), a move for each image; got {by.shape}")
    n, height, width = images.shape
    reach = int(np.abs(by).max(initial=0))
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach)))
    rows, columns = (reach - by[:, axis, None] + np.arange(size) for axis, size in ((0, height), (1, width)))
    return padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]


def mixed_views(x: np.ndarray, bend: float = BEND) -> np.ndarray:
    """Views (n, 2) turned by 0.7 radians and then bent, (u, v) → (u, v + ``bend`` u²): an invertible map, which changes
    no information and leaves no coordinate that is the shared one."""
    u, v = (as_samples(x) @ _turn().T).T
    return np.stack([u, v + bend * u**2], axis=1)


def unmixed_views(x: np.ndarray, bend: float = BEND) -> np.ndarray:
    """The inverse of :func:`mixed_views`."""
    u, v = as_samples(x).T
    return np.stack([u, v - bend * u**2], axis=1) @ _turn()


def _turn() -> np.ndarray:
    return np.array([[math.cos(ANGLE), -math.sin(ANGLE)], [math.sin(ANGLE), math.cos(ANGLE)]])
