"""Averages of networks whose errors are largely independent: what the central limit theorem asks for, as a control."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from szilard.compendium import Rows
from szilard.experiments.lottery_ticket.cells import points
from szilard.scaling.averaging import average_losses, bias_variance
from szilard.scaling.ensembles import Ensemble, initial, join, training_path
from szilard.scaling.targets import SQUARE, Budget, Target

__all__ = ["Noisy"]


@dataclass(frozen=True)
class Noisy:
    """Averages of networks of one width of which each learns x² with noise of its own, even from −noise to noise, at
    every training point."""

    width: int
    noise: float
    steps: int = 3000
    networks: int = 48
    sizes: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)

    def measure(self, rng: np.random.Generator) -> Rows:
        """One row per number of networks averaged, with the columns of the better half that ``Averages`` has; losses
        are on x² without noise."""
        budget = Budget(self.steps, n_points=points(self.width))
        start = initial(SQUARE, self.width, self.networks, rng=rng)
        noise = rng.uniform(-self.noise, self.noise, (self.networks, budget.n_points))
        fleet = join([_trained(start[[i]], each, budget) for i, each in enumerate(noise)])
        better = fleet[np.argsort(fleet.loss(), kind="stable")[: max(2, len(fleet) // 2)]]
        split, copies = bias_variance(better), float(np.median(better.loss()))
        facts = {"copies": copies, "bias2_half": split.bias2, "variance_half": split.variance}
        averages = [float(np.median(average_losses(better, k, rng=rng)[0])) for k in self.sizes]
        return [{"k": k, "average": average, **facts} for k, average in zip(self.sizes, averages, strict=True)]


def _trained(start: Ensemble, noise: np.ndarray, budget: Budget) -> Ensemble:
    """``start`` after learning x² with this noise at its training points."""
    noisy = replace(start, target=Target("x² with noise", lambda x: SQUARE(x) + noise))
    return replace(training_path(noisy, budget, [budget.steps])[0], target=SQUARE)
