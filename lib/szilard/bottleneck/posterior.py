r"""Normal posteriors of a network's weights, and how much the weights tell of the data they were trained on."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from szilard.estimate import Estimate
from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_choice, check_integer, check_positive

if TYPE_CHECKING:
    from torch import Tensor

    Array = TypeVar("Array", np.ndarray, Tensor)
else:
    Array = TypeVar("Array")

METHODS = ("pairwise", "kt", "mc")
FLOOR = 1e-6  # least variance of a weight: what never moved in training would make the density infinite

__all__ = [
    "FLOOR", "GaussianPosterior", "Moments", "divergences", "double_jensen", "kolchinsky_tracey", "model_information",
    "posterior_of", "swag",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class GaussianPosterior:
    r"""The normal distribution :math:`N(m,\operatorname{diag}(v)+LL^\top)` of P weights.

    Density and samples are of this one distribution. Every operation costs P K², by Woodbury's identity.

    Args:
        mean: m, (P,).
        diag: v, (P,), each > 0.
        lowrank: L, (P, K); K may be 0.

    Raises:
        ValueError: shapes that do not match, entries that are not finite, or a variance that is not positive.

    >>> GaussianPosterior(np.zeros(2), np.ones(2)).kl(GaussianPosterior(np.ones(2), np.ones(2)))
    1.0
    """

    mean: np.ndarray
    diag: np.ndarray
    lowrank: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        mean, diag = (np.asarray(part, dtype=np.float64) for part in (self.mean, self.diag))
        lowrank = np.asarray(self.lowrank, dtype=np.float64)
        lowrank = lowrank if lowrank.size else np.zeros((mean.size, 0))
        if mean.ndim != 1 or diag.shape != mean.shape or lowrank.ndim != 2 or len(lowrank) != len(mean):
            shapes = mean.shape, diag.shape, lowrank.shape
            raise ValueError(f"mean, diag and lowrank must have shapes (P,), (P,) and (P, K); got {shapes}")
        if not all(np.isfinite(part).all() for part in (mean, diag, lowrank)) or not (diag > 0).all():
            raise ValueError("mean, diag and lowrank must be finite and diag > 0; got other entries")
        for name, part in (("mean", mean), ("diag", diag), ("lowrank", lowrank)):
            object.__setattr__(self, name, part)

    @cached_property
    def _factors(self) -> tuple[np.ndarray, float]:
        """A (P, K) with inverse covariance = diag(1/v) − A Aᵀ, and the logarithm of the covariance's determinant."""
        scaled = self.lowrank / self.diag[:, None]
        root = np.linalg.cholesky(np.eye(scaled.shape[1]) + self.lowrank.T @ scaled)
        whitened = solve_triangular(root, scaled.T, lower=True).T
        return whitened, float(np.log(self.diag).sum() + 2 * np.log(np.diag(root)).sum())

    def _squares(self, rows: np.ndarray) -> np.ndarray:
        """Squares of the Mahalanobis lengths of rows (n, P)."""
        return (rows**2 / self.diag).sum(1) - ((rows @ self._factors[0]) ** 2).sum(1)

    def log_prob(self, weights: ArrayLike) -> np.ndarray:
        """Log densities in nats at weights (n, P), shape (n,)."""
        rows = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        if rows.ndim != 2 or rows.shape[1] != len(self.mean):
            raise ValueError(f"weights must have shape (n, {len(self.mean)}); got {np.shape(weights)}")
        constant = len(self.mean) * math.log(2 * math.pi) + self._factors[1]
        return -0.5 * (self._squares(rows - self.mean) + constant)

    def sample(self, n: int, rng: RNG = 0) -> np.ndarray:
        """``n`` draws of the weights, (n, P)."""
        check_integer(n, "n", minimum=1)
        rng = generator(rng)
        noise = np.sqrt(self.diag) * rng.standard_normal((n, len(self.mean)))
        return self.mean + noise + rng.standard_normal((n, self.lowrank.shape[1])) @ self.lowrank.T

    def kl(self, other: GaussianPosterior) -> float:
        """Kullback–Leibler divergence of this from ``other``, in nats; ValueError where their sizes differ."""
        if len(other.mean) != len(self.mean):
            raise ValueError(f"other must have {len(self.mean)} weights; got {len(other.mean)}")
        factor, volume = other._factors
        trace = (self.diag * (1 / other.diag - (factor**2).sum(1))).sum() + other._squares(self.lowrank.T).sum()
        distance = other._squares((self.mean - other.mean)[None])[0]
        return max(0.5 * float(trace + distance - len(self.mean) + volume - self._factors[1]), 0.0)  # below by rounding

    def marginal(self, part: slice | np.ndarray) -> GaussianPosterior:
        """The posterior of some of the weights, for example those of the first layers."""
        return GaussianPosterior(self.mean[part], self.diag[part], self.lowrank[part])


class Moments(Generic[Array]):
    """Running mean and squared deviations of weights (…, P), and the last ``rank`` deviations from the mean of their
    time, as `maddox2019simple` collect them. NumPy and torch arrays alike."""

    def __init__(self, rank: int) -> None:
        check_integer(rank, "rank", minimum=2)
        self.count = 0
        self.deviations: deque[Array] = deque(maxlen=rank)
        self.mean: Array
        self.squares: Array

    def add(self, weights: Array) -> None:
        """Take the weights of one more epoch into account."""
        if self.count == 0:
            self.mean, self.squares = 0 * weights, 0 * weights
        self.count += 1
        step = weights - self.mean
        self.mean += step / self.count
        left = weights - self.mean
        self.deviations.append(left)
        step *= left
        self.squares += step


def posterior_of(mean: np.ndarray, variance: np.ndarray, deviations: np.ndarray, floor: float) -> GaussianPosterior:
    """SWAG's distribution from mean and variance (P,) and deviations (K, P)."""
    check_positive(floor, "floor")
    scale = math.sqrt(2 * (len(deviations) - 1))
    return GaussianPosterior(mean, np.maximum(variance, floor) / 2, deviations.T / scale)


def swag(snapshots: Iterable[ArrayLike], rank: int = 10, floor: float = FLOOR) -> GaussianPosterior:
    r"""SWAG (`maddox2019simple`): the normal distribution with the moments of the weights late in a training.

    .. math:: N\big(\bar\theta,\ \tfrac12\operatorname{diag}(\overline{\theta^2}-\bar\theta^2)
        +\tfrac1{2(K-1)}DD^\top\big)

    The columns of D are the last K deviations, each from the mean at its time.

    Args:
        snapshots: weights at the end of epochs, in their order, (T, P) with T ≥ K.
        rank: K ≥ 2.
        floor: least variance of a weight before it is halved. Weights that training leaves where they are have none,
            and information about the data grows without limit as this goes to zero: it is a choice, not a result.

    Raises:
        ValueError: fewer snapshots than ``rank``, or entries that are not finite.

    >>> swag([[0.0], [2.0]], rank=2).diag
    array([0.5])
    """
    moments = Moments[np.ndarray](rank)
    for row in (rows := as_samples(list(snapshots), "snapshots")):
        moments.add(row)
    if len(rows) < rank:
        raise ValueError(f"snapshots must be at least rank = {rank}; got {len(rows)}")
    return posterior_of(moments.mean, moments.squares / moments.count, np.stack(list(moments.deviations)), floor)


def divergences(posteriors: Sequence[GaussianPosterior]) -> np.ndarray:
    """KL(p_i‖p_j) in nats for every pair, (D, D).

    Raises:
        ValueError: no posteriors, or of different sizes.
    """
    if len({len(each.mean) for each in posteriors}) != 1:
        raise ValueError(f"posteriors must be of equal size; got sizes {[len(each.mean) for each in posteriors]}")
    means, diagonals = (np.stack(part) for part in zip(*((p.mean, p.diag) for p in posteriors), strict=True))
    variances = np.stack([each.diag + (each.lowrank**2).sum(1) for each in posteriors])
    columns = np.hstack([each.lowrank for each in posteriors]).T
    owners = np.repeat(np.arange(len(posteriors)), [each.lowrank.shape[1] for each in posteriors])
    volumes = np.array([each._factors[1] for each in posteriors])
    rows = []
    for j, other in enumerate(posteriors):
        factor, inverse, apart = other._factors[0], 1 / other.diag, means - means[j]
        overlaps = np.bincount(owners, ((columns @ factor) ** 2).sum(1), len(posteriors))
        traces = variances @ inverse - diagonals @ (factor**2).sum(1) - overlaps
        distances = apart**2 @ inverse - ((apart @ factor) ** 2).sum(1)
        rows.append(0.5 * (traces + distances - len(other.mean) + volumes[j] - volumes))
    matrix = np.stack(rows, axis=1)
    np.fill_diagonal(matrix, 0.0)
    return np.maximum(matrix, 0.0)  # below by rounding


def kolchinsky_tracey(matrix: np.ndarray) -> float:
    """The method "kt" of :func:`model_information` from :func:`divergences` (D, D), in nats."""
    return float(math.log(len(matrix)) - np.mean(logsumexp(-matrix, axis=1)))


def double_jensen(posteriors: Sequence[GaussianPosterior], draws: Sequence[int]) -> float:
    r"""The variant of "pairwise" over several seeds, in nats, with both logarithms taken inside the mean.

    .. math:: \mathbb E_{ds}\big[\mathbb E_{d's'}\mathrm{KL}(p_{ds}\|p_{d's'})
        -\mathbb E_{s'}\mathrm{KL}(p_{ds}\|p_{ds'})\big]

    The second mean is over the seeds of the same draw. It is a difference of two upper bounds and bounds nothing; it
    can be negative. With one seed it is "pairwise".

    Args:
        posteriors: one for each draw of data and seed.
        draws: which draw each belongs to; all have equally many seeds.

    Raises:
        ValueError: not one draw per posterior, fewer than two draws, or unequal numbers of seeds.

    >>> near, far = (GaussianPosterior(np.full(1, each), np.ones(1)) for each in (0.0, 2.0))
    >>> double_jensen([near, far], [0, 1]), double_jensen([near, far, near, far], [0, 0, 1, 1])
    (1.0, 0.0)
    """
    label = np.asarray(draws)
    _, counts = np.unique(label, return_counts=True)
    if label.shape != (len(posteriors),) or len(counts) < 2 or len(set(counts.tolist())) > 1:
        raise ValueError(f"draws must give one label per posterior, each equally often; got {list(draws)}")
    matrix, same = divergences(posteriors), label[:, None] == label
    return float(matrix.mean() - matrix[same].mean())


def model_information(
    posteriors: Sequence[GaussianPosterior], method: str = "kt", *, draws: int = 64, rng: RNG = 0
) -> Estimate:
    r"""I(S; θ) in nats, of weights θ with posterior :math:`p_d` when S is one of m equally likely sets of data.

    * ``"pairwise"``: :math:`\frac1{m^2}\sum_{dd'}\mathrm{KL}(p_d\|p_{d'})`, an upper bound, the one that
      `kawaguchi2023ib` use. It has no ceiling: narrow posteriors take it orders of magnitude above ln m.
    * ``"kt"``: :math:`-\frac1m\sum_d\ln\frac1m\sum_{d'}e^{-\mathrm{KL}(p_d\|p_{d'})}`, the upper bound of
      `kolchinsky2017estimating`, never above ln m.
    * ``"mc"``: Monte Carlo, ``draws`` of θ from every posterior; unbiased, never above ln m.

    For sets that come from a continuous distribution, "mc" and "kt" reach the information only where it is far below
    ln m. Diagnostics: ``ceiling``, ln m, and a warning near it or above it.

    Raises:
        ValueError: fewer than two posteriors, posteriors of different sizes, or an unknown method.

    >>> far = [GaussianPosterior(np.full(3, 9.0 * i), np.ones(3)) for i in range(2)]
    >>> model_information(far, "pairwise").value, round(model_information(far).value, 6)
    (60.75, 0.693147)
    """
    check_choice(method, "method", METHODS)
    check_integer(draws, "draws", minimum=2)
    if len(posteriors) < 2 or len({len(each.mean) for each in posteriors}) > 1:
        raise ValueError(
            f"posteriors must be two or more of equal size; got sizes {[len(each.mean) for each in posteriors]}"
        )
    ceiling, stderr = math.log(len(posteriors)), 0.0
    if method == "mc":
        value, stderr = _monte_carlo(posteriors, draws, generator(rng))
    elif method == "kt":
        value = kolchinsky_tracey(divergences(posteriors))
    else:
        value = float(divergences(posteriors).mean())
    facts: dict[str, Any] = {"ceiling": ceiling, "warnings": tuple(_doubts(value, ceiling, len(posteriors)))}
    return Estimate(value, stderr, len(posteriors), f"model_information({method})", diagnostics=facts)


def _monte_carlo(posteriors: Sequence[GaussianPosterior], draws: int, rng: np.random.Generator) -> tuple[float, float]:
    gains = []
    for i, (posterior, stream) in enumerate(zip(posteriors, rng.spawn(len(posteriors)), strict=True)):
        weights = posterior.sample(draws, rng=stream)
        densities = np.stack([other.log_prob(weights) for other in posteriors])
        gains.append(densities[i] - logsumexp(densities, axis=0) + math.log(len(posteriors)))
    # the posteriors are given: only the draws from each are random
    return float(np.mean(gains)), math.sqrt(np.mean(np.var(gains, axis=1, ddof=1)) / (draws * len(posteriors)))


def _doubts(value: float, ceiling: float, count: int) -> list[str]:
    if value > ceiling * (1 + 1e-9):
        return [
            f"{value:.3g} nats exceed ln {count} = {ceiling:.3g}, the most that {count} sets can show: an empty bound."
        ]
    if value > 0.9 * ceiling:
        return [f"Within a tenth of ln {count} = {ceiling:.3g} nats, the most that {count} sets of data can show."]
    return []
