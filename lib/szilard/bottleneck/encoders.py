"""What turns many numbers into few: principal components, the noise that makes information finite, and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_numbers, as_samples, check_choice, check_integer, check_positive

__all__ = [
    "PCA", "Compressor", "Encoder", "Mismatched", "Noise", "Noisy", "Nothing", "Projection", "compression_gap",
    "power_bound",
]  # fmt: skip

KINDS = ("additive", "relative")


@runtime_checkable
class Encoder(Protocol):
    """A map from samples to codes that was learnt, if at all, from other samples."""

    @property
    def name(self) -> str:
        """Readable name."""

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Codes (n, m) of samples ``x`` (n, d); only encoders with noise draw from ``rng``."""


@runtime_checkable
class Compressor(Protocol):
    """Settings from which an encoder is learnt."""

    def fit(self, x: ArrayLike, *, rng: RNG = 0, device: str = "auto") -> Encoder:
        """The encoder learnt from samples ``x`` (n, d)."""


@dataclass(frozen=True)
class Noise:
    r"""Gaussian noise on the outputs of a layer: :math:`t+\sigma Z`, or, ``"relative"``, :math:`t\,(1+\sigma Z)`.

    Without noise, a deterministic network keeps infinite or all information, whatever its weights
    (`goldfeld2019estimating`). Relative noise is what the program of `butakov2024lossy` adds: it vanishes at t = 0,
    where the information may still be infinite.

    Args:
        sigma: standard deviation σ, in units of the outputs or, relative, of each output itself.
        kind: ``"additive"`` or ``"relative"``.
    """

    sigma: float
    kind: str = "additive"

    def __post_init__(self) -> None:
        check_positive(self.sigma, "sigma")
        check_choice(self.kind, "kind", KINDS)

    def __call__(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Samples ``x`` (n, d) with fresh noise."""
        x = as_samples(x)
        noise = self.sigma * generator(rng).standard_normal(x.shape)
        return x + (noise if self.kind == "additive" else x * noise)


@dataclass(frozen=True, eq=False)
class Projection:
    """Coordinates of samples along orthogonal axes, from the mean; made by :class:`PCA`.

    Args:
        mean: (d,).
        axes: unit vectors (d, m).
        variances: of the samples it was learnt from along all principal axes (d,), largest first.
        whiten: divide the coordinates by their standard deviations.
    """

    mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    whiten: bool = False

    @property
    def name(self) -> str:
        """Readable name."""
        return f"PCA({self.axes.shape[1]})"

    @property
    def discarded(self) -> np.ndarray:
        """Variances (d − m,) along the axes that were left out, largest first."""
        return self.variances[self.axes.shape[1] :]

    @property
    def _scale(self) -> np.ndarray:
        kept = self.variances[: self.axes.shape[1]]
        return np.sqrt(kept) if self.whiten else np.ones_like(kept)

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Codes (n, m) of samples ``x`` (n, d)."""
        x = as_samples(x)
        if x.shape[1] != len(self.mean):
            raise ValueError(f"x must have the {len(self.mean)} columns of the fitted samples; got {x.shape[1]}")
        return (x - self.mean) @ self.axes / self._scale

    def reconstruct(self, x: ArrayLike) -> np.ndarray:
        """The samples nearest to ``x`` (n, d) among those that the codes can tell apart, (n, d)."""
        return self.mean + self.transform(x) * self._scale @ self.axes.T


@dataclass(frozen=True)
class PCA:
    """Compression to the directions of largest variance.

    Args:
        components: m, at most the number of columns, of which the samples must vary in at least m directions.
        whiten: give every code unit variance.

    >>> PCA(1).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]).transform([[3.0, 3.0]]).round(6)
    array([[2.828427]])
    """

    components: int = 4
    whiten: bool = False

    def __post_init__(self) -> None:
        check_integer(self.components, "components", minimum=1)

    def fit(self, x: ArrayLike, *, rng: RNG = 0, device: str = "auto") -> Projection:
        """The projection learnt from samples ``x`` (n, d); nothing is drawn, and it is learnt on the processor.

        Raises:
            ValueError: not numeric or finite, one row only, or fewer directions with variance than components.
        """
        x = as_samples(x)
        if len(x) < 2:
            raise ValueError("x must have at least 2 rows; got 1")
        variances, axes = _principal(x)
        rank = int((variances > 1e-12 * variances[0]).sum()) if variances[0] > 0 else 0
        if rank < self.components:
            raise ValueError(f"x must vary in at least {self.components} directions (components); got {rank}")
        axes = axes[:, : self.components]
        largest = np.take_along_axis(axes, np.abs(axes).argmax(0)[None], 0)  # made positive: axes have no direction
        return Projection(x.mean(0), axes * np.sign(largest), variances.clip(0), self.whiten)


def _principal(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances (d,) along the principal axes of samples (n, d), largest first, and as many of the axes as vary."""
    n, d = x.shape
    if n > d:
        variances, axes = np.linalg.eigh(np.atleast_2d(np.cov(x.T)))
        return variances[::-1], axes[:, ::-1]
    singular, axes = np.linalg.svd(x - x.mean(0), full_matrices=False)[1:]
    return np.pad(singular**2 / (n - 1), (0, d - n)), axes.T


@dataclass(frozen=True)
class Noisy:
    """The codes of an encoder, with noise."""

    encoder: Encoder
    noise: Noise

    @property
    def name(self) -> str:
        """Readable name."""
        return f"{self.encoder.name} + {self.noise.kind} noise {self.noise.sigma:g}"

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Codes (n, m) of samples ``x`` (n, d), with fresh noise."""
        encoding, noise = generator(rng).spawn(2)
        return self.noise(self.encoder.transform(x, encoding), noise)


@dataclass(frozen=True)
class Nothing:
    """The control: an encoder that keeps nothing but its own noise about one. Its codes share 0 nats with anything."""

    components: int = 1
    noise: Noise = Noise(1.0)

    name = "Nothing"

    def __post_init__(self) -> None:
        check_integer(self.components, "components", minimum=1)

    def fit(self, x: ArrayLike, *, rng: RNG = 0, device: str = "auto") -> Nothing:
        """Itself: there is nothing to learn."""
        return self

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Noise (n, components), for samples ``x`` (n, d)."""
        return self.noise(np.ones((len(as_samples(x)), self.components)), rng)


@dataclass(frozen=True, eq=False)
class Mismatched:
    """The control: the codes of an encoder, each of another sample. They share 0 nats with anything but themselves.

    Args:
        encoder: the encoder.
        seed: of the permutation, which depends on it and on the number of samples alone.
    """

    encoder: Encoder
    seed: int = 0

    @property
    def name(self) -> str:
        """Readable name."""
        return f"{self.encoder.name}, shuffled"

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Codes (n, m) of samples ``x`` (n, d) in another order."""
        return generator(self.seed).permutation(self.encoder.transform(x, rng))


def compression_gap(discarded: ArrayLike, sigma: float) -> float:
    r"""The most that principal components may lose of the information in a noisy layer, in nats:

    .. math:: I(X;L) - I(X;\mathrm{PCA}_m L) \le \sum_{i>m}\tfrac12\ln\frac{\lambda_i}{\sigma^2},
              \qquad L = f(X) + N(0,\sigma^2 1).

    Given X and the kept components, the rest is noise of variance σ² in every direction, and of a given covariance the
    normal distribution has the largest entropy. Equality holds for jointly normal X and L.

    Args:
        discarded: variances λ of L along the axes left out, as :attr:`Projection.discarded`; none is below σ² but by
            sampling error, and such a one counts as 0 nats.
        sigma: standard deviation σ of the layer's additive noise.

    >>> round(compression_gap([4.0, 1.0], 1.0), 6)  # ln 2
    0.693147
    """
    check_positive(sigma, "sigma")
    variances = as_numbers(discarded, "discarded")
    if (variances < 0).any():
        raise ValueError(f"discarded must be variances ≥ 0; got {variances.min():.3g}")
    return float(0.5 * np.log(np.maximum(variances / sigma**2, 1)).sum())


def power_bound(power: float, d: int, sigma: float) -> float:
    r"""The most information, in nats, that d noisy outputs :math:`L=T+N(0,\sigma^2 1_d)` can hold of what made T:

    .. math:: I(X;L) \le \frac d2\ln\Bigl(1+\frac{\operatorname{tr}\operatorname{Cov}T}{d\,\sigma^2}\Bigr).

    Args:
        power: tr Cov T, the summed variance of the outputs before the noise.
        d: number of outputs.
        sigma: standard deviation σ of the noise.
    """
    check_positive(power, "power")
    check_integer(d, "d", minimum=1)
    check_positive(sigma, "sigma")
    return float(0.5 * d * np.log1p(power / (d * sigma**2)))
