r"""Variational bounds with a perfect critic: what a bound loses by itself, apart from what its training loses.

The score of a perfect critic is the log density ratio :math:`\ln r=\ln p(x,y)/p(x)p(y)`, which distributions whose
density is known offer. For a normal pair with canonical correlations ρ_k the moments that decide the spread of a bound
are closed forms, by Mehler's expansion of r:

.. math:: E_p r=e^{2I},\qquad E\,r(x_1,y_2)\,r(x_2,y_1)=\prod_k(1-\rho_k^4)^{-1},\qquad
    \operatorname{Var}_p\ln r=\sum_k\rho_k^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from szilard.distributions.distribution import PointwiseDistribution
from szilard.distributions.gaussian import Gaussian
from szilard.estimate import Estimate
from szilard.estimators import bounds
from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_choice, check_integer

ENTRIES = 4_000_000  # scores that are held at once

BOUNDS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "infonce": bounds.infonce,
        "nwj": lambda f: bounds.nwj(1 + f),
        "js": bounds.js,
        "js, offset forgotten": bounds.nwj,
        "dv": bounds.donsker_varadhan,
        "smile, τ = 1": partial(bounds.smile, tau=1.0),
        "smile, τ = 5": partial(bounds.smile, tau=5.0),
    }
)
"""Bounds by name, as functions of the scores log p/q of a perfect critic, (…, n, n)."""

__all__ = ["BOUNDS", "OptimalCritic", "nwj_variance", "optimal_critic", "ratio_variance", "streamed_bounds"]


@dataclass(frozen=True)
class OptimalCritic:
    """The perfect critic of a distribution whose density is known; made by :func:`optimal_critic`."""

    task: PointwiseDistribution

    def scores(self, x: ArrayLike, y: ArrayLike) -> np.ndarray:
        """ln p(x_i, y_j) / p(x_i) p(y_j), (n, m), of samples (n, dx) and (m, dy).

        Of a normal distribution it is a product of matrices: nothing of size n m d is made.
        """
        x, y = as_samples(x), as_samples(y, "y")
        if isinstance(self.task, Gaussian):
            return _normal_scores(self.task, x, y)
        rows = [self.task.pointwise_mutual_information(np.repeat(one[None], len(y), 0), y) for one in x]
        return np.stack(rows)

    def values(self, bound: str, n: int, batches: int, rng: RNG = 0) -> np.ndarray:
        """A bound, by its name in ``BOUNDS``, on each of ``batches`` fresh batches of n pairs: (batches,) in nats."""
        measure, rng = BOUNDS[check_choice(bound, "bound", BOUNDS)], generator(rng)
        return np.concatenate([measure(f).numpy() for f in self.batches(n, batches, rng)])

    def behaviour(self, bound: str, n: int, batches: int = 1000, rng: RNG = 0) -> Estimate:
        """Mean of a bound over fresh batches of n pairs, with its standard error in nats.

        Diagnostics: ``truth``, ``bias`` and ``spread``, the standard deviation over batches.
        """
        values, truth = self.values(bound, n, batches, rng), self.task.mutual_information
        spread = float(values.std(ddof=1))
        facts = {"truth": truth, "bias": float(values.mean()) - truth, "spread": spread}
        method = f"{bound}(n={n}) of a perfect critic"
        return Estimate(float(values.mean()), spread / math.sqrt(batches), batches * n, method, diagnostics=facts)

    def batches(self, n: int, batches: int, rng: RNG = 0) -> Iterator[Tensor]:
        """Scores of fresh batches of n pairs, one tensor (some, n, n) of ``ENTRIES`` numbers at most after another."""
        check_integer(n, "n", minimum=2)
        check_integer(batches, "batches", minimum=2)
        rng, at_once = generator(rng), max(ENTRIES // n**2, 1)
        for done in range(0, batches, at_once):
            yield self._batch(n, min(at_once, batches - done), rng)

    def _batch(self, n: int, count: int, rng: np.random.Generator) -> Tensor:
        x, y = (part.reshape(count, n, -1) for part in self.task.sample(count * n, rng=rng))
        if isinstance(self.task, Gaussian):
            return torch.as_tensor(_normal_scores(self.task, x, y))
        return torch.as_tensor(np.stack([self.scores(*pair) for pair in zip(x, y, strict=True)]))


def optimal_critic(task: PointwiseDistribution) -> OptimalCritic:
    """The perfect critic of a distribution that knows its ``pointwise_mutual_information``.

    Raises:
        ValueError: a distribution that does not.

    >>> from szilard.distributions import normal_pair
    >>> critic = optimal_critic(normal_pair(mutual_information=3.0))
    >>> critic.behaviour("infonce", 16, 200).value < math.log(16) < 3
    True
    """
    if not isinstance(task, PointwiseDistribution):
        raise ValueError(f"task must know its pointwise mutual information; got {type(task).__name__}")
    return OptimalCritic(task)


def _normal_scores(task: Gaussian, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of x (…, n, dx) with y (…, m, dy): quadratic, so own squares of x and of y, and one product."""
    (cov_x, cov_y), dx = task.blocks, task.dims[0]
    precision = np.linalg.inv(task.cov)
    square_x = ((x @ (np.linalg.inv(cov_x) - precision[:dx, :dx])) * x).sum(-1)
    square_y = ((y @ (np.linalg.inv(cov_y) - precision[dx:, dx:])) * y).sum(-1)
    scores = x @ precision[:dx, dx:] @ np.swapaxes(y, -1, -2)
    np.subtract(
        0.5 * square_x[..., None] + (task.mutual_information + 0.5 * square_y)[..., None, :], scores, out=scores
    )
    return scores


def _correlations(task: Gaussian) -> np.ndarray:
    """Canonical correlations of a normal pair, largest first."""
    (cov_x, cov_y), dx = task.blocks, task.dims[0]
    left, right = np.linalg.cholesky(cov_x), np.linalg.cholesky(cov_y)
    across = np.linalg.solve(left, np.linalg.solve(right, task.cov[:dx, dx:].T).T)
    return np.linalg.svd(across, compute_uv=False)


def ratio_variance(task: Gaussian) -> float:
    """Var_q r = e^{2I} − 1 of a normal pair, exactly; of any distribution it is at least e^I − 1 (Jensen)."""
    return math.expm1(2 * task.mutual_information)


def nwj_variance(task: Gaussian, n: int) -> float:
    r"""Variance of NWJ with a perfect critic on n pairs of a normal distribution, all n(n − 1) negative pairs used:

    .. math:: \frac1n\sum_k\rho_k^2+\frac1{n(n-1)}\Bigl(e^{2I}-1+\prod_k(1-\rho_k^4)^{-1}-1\Bigr).

    The negative pairs of a batch share samples, yet of all their covariances only that of (x_i, y_j) with (x_j, y_i)
    is not zero, since E_q(r | x) = 1.
    """
    check_integer(n, "n", minimum=2)
    rho2 = _correlations(task) ** 2
    crossed = math.expm1(-float(np.log1p(-(rho2**2)).sum()))
    return float(rho2.sum()) / n + (ratio_variance(task) + crossed) / (n * (n - 1))


def streamed_bounds(rows: Callable[[int, int], Tensor], n: int, tile: int = 256, tau: float = 5.0) -> dict[str, float]:
    """The bounds of one batch of n pairs whose scores come in strips, so that none of size n × n × d is ever made.

    Args:
        rows: ``rows(start, stop)`` gives the scores log p/q (stop − start, n) of those x with every y.
        n: pairs in the batch.
        tile: rows per strip.
        tau: where SMILE clips.

    Returns:
        ``"infonce"``, ``"nwj"``, ``"dv"``, ``"smile"``, ``"club"`` in nats, as :mod:`szilard.estimators.bounds` gives
        them for the whole matrix.
    """
    check_integer(n, "n", minimum=2)
    check_integer(tile, "tile", minimum=1)
    strips = [_strip(rows(start, min(start + tile, n)).double(), start, tau) for start in range(0, n, tile)]
    own, row, away, clipped, total = (torch.cat(parts) for parts in zip(*strips, strict=True))
    pairs = math.log(n * (n - 1))
    partition, cut = away.logsumexp(0) - pairs, clipped.logsumexp(0) - pairs
    mean = own.mean()
    values = {"infonce": math.log(n) + (own - row).mean(), "nwj": 1 + mean - partition.exp(), "dv": mean - partition,
              "smile": mean - cut, "club": mean - total.sum() / (n * (n - 1))}  # fmt: skip
    return {name: float(value) for name, value in values.items()}


def _strip(f: Tensor, start: int, tau: float) -> tuple[Tensor, ...]:
    """Of some rows: own scores; ln Σ exp f with its own; without; of clipped scores without; and Σ f without."""
    index = torch.arange(len(f))
    own = f[index, start + index].clone()
    row = f.logsumexp(-1)
    total = f.sum(-1) - own
    clipped = f.clamp(-tau, tau)
    for part in (f, clipped):
        part[index, start + index] = -math.inf
    return own, row, f.logsumexp(-1), clipped.logsumexp(-1), total
