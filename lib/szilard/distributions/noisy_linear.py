"""A smooth random image and noisy views of its first rows: three self-consistency tests with closed forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.distributions.gaussian import Gaussian, stacked_pair
from szilard.distributions.transformed import Transformed
from szilard.distributions.transforms import RepeatLeading
from szilard.validation import check_integer, check_positive

__all__ = ["NoisyLinear"]


@dataclass(frozen=True)
class NoisyLinear:
    r"""A normal field A on a grid of side × side pixels and its noisy first rows B_r.

    .. math:: A\sim N(0,K),\quad K_{pq}=e^{-\lVert p-q\rVert^2/2\ell^2}+\eta\,\delta_{pq},\qquad
        B_r = A_{\text{rows}<r} + N(0,s^2 1).

    Every view sees the same noise: B_r is the first r rows of one noisy image. So [B_{r+k}, B_r] only
    repeats pixels of B_{r+k} and :math:`I(A;[B_{r+k},B_r]) = I(A;B_{r+k})` exactly; with fresh noise for
    each view the second look would add information. The three tests of `song2020understanding` then have
    the exact answers

    * baseline: I(A; B_r) / I(A; B_side) grows from 0 to 1 with r (:meth:`view`);
    * data processing: I(A; [B_{r+k}, B_r]) / I(A; B_{r+k}) = 1 (:meth:`repeated_view`);
    * additivity: I([A¹, A²]; [B¹_r, B²_r]) / I(A; B_r) = 2 for independent copies (:meth:`paired_view`).

    Args:
        side: pixels per row and rows.
        length: correlation length ℓ in pixels.
        noise: standard deviation s of the pixel noise, in standard deviations of the smooth field.
        nugget: variance η of rough detail in A itself; keeps K well conditioned.

    >>> field = NoisyLinear()
    >>> field.view(4).dims
    (64, 32)
    """

    side: int = 8
    length: float = 3.0
    noise: float = 2.0
    nugget: float = 1e-3

    def __post_init__(self) -> None:
        check_integer(self.side, "side", minimum=1)
        for argument in ("length", "noise", "nugget"):
            check_positive(getattr(self, argument), argument)

    @property
    def kernel(self) -> np.ndarray:
        """K, the covariance of the pixels in row-major order, shape (side², side²)."""
        pixels = np.stack(np.divmod(np.arange(self.side**2), self.side), axis=1).astype(np.float64)
        squared = ((pixels[:, None] - pixels[None]) ** 2).sum(axis=2)
        return np.exp(-squared / (2.0 * self.length**2)) + self.nugget * np.eye(len(pixels))

    def view(self, rows: int) -> Gaussian:
        """The joint distribution of (A, B_rows)."""
        self._check_rows(rows, "rows")
        kernel, visible = self.kernel, rows * self.side
        noise = self.noise**2 * np.eye(visible)
        cov = np.block([[kernel, kernel[:, :visible]], [kernel[:visible], kernel[:visible, :visible] + noise]])
        return Gaussian(cov, (self.side**2, visible), f"Noisy field, {rows} of {self.side} rows")

    def repeated_view(self, rows: int, extra: int = 3) -> Transformed:
        """The joint distribution of (A, [B_{rows+extra}, B_rows])."""
        check_integer(extra, "extra", minimum=1)
        self._check_rows(rows, "rows")
        self._check_rows(rows + extra, "rows + extra")
        name = f"Noisy field, {rows + extra} rows and {rows} of them again"
        return Transformed(self.view(rows + extra), fy=RepeatLeading(rows * self.side), name=name)

    def paired_view(self, rows: int) -> Gaussian:
        """The joint distribution of ([A¹, A²], [B¹_rows, B²_rows]) for two independent copies."""
        return stacked_pair(self.view(rows))

    def _check_rows(self, rows: int, name: str) -> None:
        check_integer(rows, name, minimum=1)
        if rows > self.side:
            raise ValueError(f"{name} must be at most the {self.side} rows of the image; got {rows}")
