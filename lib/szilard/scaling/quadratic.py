r"""Stochastic gradient descent whose expected loss is known exactly at every step, by linear regression.

Features are normal, with variances λ_i ∝ i^(−1.3); the target has squared weights such that λ_i w_i² ∝ i^(−1.5), both
summing to one, and noise of variance σ². A model keeps the first N features; what the others explain,
r_N, about ∝ N^(−1/2) far below the number of features, it cannot learn.
With batches of B fresh examples and the rate η, the expected squared error d_i of weight i obeys

.. math:: d_i \leftarrow \Big[(1-\eta\lambda_i)^2 + \tfrac{\eta^2}{B}\lambda_i^2\Big] d_i
    + \tfrac{\eta^2}{B}\lambda_i\Big(\sum_j \lambda_j d_j + r_N + \sigma^2\Big),

and the loss is :math:`\sum_j \lambda_j d_j + r_N + \sigma^2`. Nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_numbers, check_integer, check_positive

__all__ = ["NoisyQuadratic"]


@dataclass(frozen=True)
class NoisyQuadratic:
    """Regression on the first ``kept`` of ``features`` normal features, with noise of variance ``noise``.

    Args:
        kept: features that the model has, its size N.
        features: features that the target has.
        noise: σ², the irreducible loss; 0 leaves the noise that a batch makes of the error itself.
        spectrum, target: exponents of λ_i and of λ_i w_i².

    Raises:
        ValueError: sizes that are no positive integers or the wrong way round, or a negative noise.
    """

    kept: int
    features: int = 2048
    noise: float = 1.0
    spectrum: float = 1.3
    target: float = 1.5

    def __post_init__(self) -> None:
        check_integer(self.kept, "kept", 1)
        check_integer(self.features, "features", self.kept)
        if not 0 <= self.noise < np.inf:
            raise ValueError(f"noise must be a finite number ≥ 0; got {self.noise!r}")
        check_positive(self.spectrum, "spectrum")
        check_positive(self.target, "target")

    @cached_property
    def variances(self) -> np.ndarray:
        """λ_i of all features, (features,), sum 1."""
        decay = np.arange(1, self.features + 1) ** -float(self.spectrum)
        return decay / decay.sum()

    @cached_property
    def weights(self) -> np.ndarray:
        """w_i of all features, (features,), with Σ λ_i w_i² = 1."""
        explained = np.arange(1, self.features + 1) ** -float(self.target)
        return np.sqrt(explained / explained.sum() / self.variances)

    @property
    def floor(self) -> float:
        """r_N + σ²: the loss of the best model of this size."""
        return float((self.variances * self.weights**2)[self.kept :].sum()) + self.noise

    def losses(self, rate: ArrayLike, batch: ArrayLike, steps: int) -> np.ndarray:
        """Expected loss after 0, 1, … steps from weights of zero, (runs, steps + 1).

        Args:
            rate: learning rates, (runs,), or (runs, steps) for rates that change; with ``batch`` they broadcast.
            batch: examples per step, (runs,); ``inf`` descends without noise.
            steps: number of steps.

        Raises:
            ValueError: rates below zero or batches that are not positive.
        """
        rates, batches = as_numbers(rate, "rate"), np.asarray(batch, dtype=float)
        if (rates < 0).any() or not (batches > 0).all():
            raise ValueError("rate must be ≥ 0 and batch > 0; got one that is not")
        check_integer(steps, "steps", 1)
        rates = rates[..., None] if rates.ndim < 2 else rates
        rates, batches = np.broadcast_arrays(rates, np.atleast_1d(batches)[:, None])
        variances = self.variances[: self.kept]
        errors = np.tile(self.weights[: self.kept] ** 2, (len(rates), 1))
        found = np.empty((len(rates), steps + 1))
        changing = rates.shape[1] > 1
        for step in range(steps + 1):
            if step <= 1 or changing:
                eta = rates[:, [min(max(step - 1, 0), rates.shape[1] - 1)]]
                each = eta**2 / batches[:, :1]
                shrink, spill = (1 - eta * variances) ** 2 + each * variances**2, each * variances
            with np.errstate(over="ignore", invalid="ignore"):  # rates beyond stability
                if step:
                    errors = shrink * errors + spill * found[:, step - 1, None]
                found[:, step] = errors @ variances + self.floor
        return found

    def fastest(self, rates: ArrayLike, batches: ArrayLike, steps: int) -> np.ndarray:
        """The lowest expected loss that any of the ``rates`` has after each step, (batches, steps + 1)."""
        batch, rate = (x.ravel() for x in np.meshgrid(batches, rates, indexing="ij"))
        found = np.nan_to_num(self.losses(rate, batch, steps), nan=np.inf)
        return found.reshape(len(np.atleast_1d(batches)), -1, steps + 1).min(axis=1)

    def simulate(self, rate: float, batch: int, steps: int, runs: int, rng: RNG = 0) -> np.ndarray:
        """Losses of ``runs`` actual trainings on sampled examples, (runs, steps + 1), from the weights at each step."""
        check_positive(rate, "rate")
        check_integer(batch, "batch", 1)
        random = generator(rng)
        variances, error = self.variances[: self.kept], np.tile(-self.weights[: self.kept], (runs, 1))
        found = np.empty((runs, steps + 1))
        for step in range(steps + 1):
            found[:, step] = error**2 @ variances + self.floor
            x = random.standard_normal((runs, batch, self.kept)) * np.sqrt(variances)
            rest = np.sqrt(self.floor) * random.standard_normal((runs, batch))  # unseen features and noise together
            misses = np.einsum("rbk,rk->rb", x, error) - rest
            error = error - rate / batch * np.einsum("rbk,rb->rk", x, misses)
        return found
