"""The small stochastic networks of `kawaguchi2023ib`: how one is set up, and what is known of it after training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn.utils import vector_to_parameters

from szilard.bottleneck.posterior import GaussianPosterior
from szilard.bottleneck.samples import Samples
from szilard.bottleneck.stochastic import StochasticNetworks
from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_integer, check_positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Code", "Configuration", "Learner", "learner_table", "rivals"]


@dataclass(frozen=True)
class Configuration:
    """One network of an ensemble.

    Args:
        width: h of the layers d-h-h-h/2-h/2; even.
        decay: weight decay.
        control: η, rate at which λ follows the information; 0 leaves the information to itself.
        target: c in nats. The information of n training points cannot exceed ln n.
        draw: which draw of data.
        seed: of the initial weights and of the noise. Networks of one seed and width start alike on every draw.
        permuted: whether labels are shuffled, as a control.

    Raises:
        ValueError: a number out of its range.
    """

    width: int = 64
    decay: float = 0.0
    control: float = 0.0
    target: float = 1.5
    draw: int = 0
    seed: int = 0
    permuted: bool = False

    def __post_init__(self) -> None:
        check_integer(self.width, "width", minimum=2)
        if self.width % 2:
            raise ValueError(f"width must be even; got {self.width}")
        for name in ("draw", "seed"):
            check_integer(getattr(self, name), name, minimum=0)
        for name in ("decay", "control", "target"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be a finite number ≥ 0; got {getattr(self, name)!r}")


@dataclass(frozen=True, eq=False)
class Code:
    """A layer as a normal channel: means and variances (n, k) of its output, one row per point."""

    name: str
    means: np.ndarray
    variances: np.ndarray


@dataclass(frozen=True, eq=False)
class Learner:
    """A trained network.

    Losses, in nats, and accuracies are averages over many draws of the code's noise. ``weights`` (P,) stand in the
    order of the layers, those of μ before those of σ, and the head's last, as ``posterior`` has them.
    ``informations`` and ``multipliers`` (T,) are Î on the training points, in nats, and λ at every step; without
    control Î is known at the last step alone, and NaN before.
    """

    configuration: Configuration
    samples: Samples
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    weights: np.ndarray
    informations: np.ndarray
    multipliers: np.ndarray
    posterior: GaussianPosterior

    @property
    def gap(self) -> float:
        """Loss on the test points minus loss on the training points, in nats."""
        return self.test_loss - self.train_loss

    @cached_property
    def network(self) -> StochasticNetworks:
        """The network itself, a fleet of one."""
        network = StochasticNetworks(self.configuration.width, [torch.Generator()], torch.float64, *self.samples.sizes)
        vector_to_parameters(torch.from_numpy(self.weights), network.parameters())
        return network.requires_grad_(False)

    @property
    def norms(self) -> np.ndarray:
        """Frobenius norm of every weight matrix and bias, those of μ and of σ apart, (18,)."""
        return np.array([float(part.norm()) for parameter in self.network.parameters() for part in parameter])

    @property
    def encoder(self) -> slice:
        """Which of the weights are the encoder's: all but the head's."""
        return slice(self.weights.size - sum(part.numel() for part in self.network.head.parameters()))

    def codes(self, points: ArrayLike | None = None, noise: float = 1.0) -> tuple[Code, ...]:
        """What the layers make of ``points`` (n, d), the wide sample unless given: three of μ, then the code.

        The code has variances of its own. The rectified layers before it are deterministic, and what such a layer
        knows of a continuous input is infinite: they get normal noise of variance ``noise``, which their training has
        not seen, and what is measured depends on it.
        """
        check_positive(noise, "noise")
        x = torch.from_numpy(as_samples(self.samples.wide[0] if points is None else points, "points"))[None]
        hidden = [each[0, 0].numpy() for each in self.network.hidden(x)]
        mean, deviation = (each[0].numpy() for each in self.network.code(x))
        layers = [Code(f"layer {i}", each, np.full_like(each, noise)) for i, each in enumerate(hidden, 1)]
        return (*layers, Code("code", mean, deviation**2))


def learner_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row per network: its configuration, losses, accuracies, gap, and Î on the training points at the last step
    (``information``), in nats."""
    import pandas as pd

    scores = ("train_loss", "test_loss", "gap", "train_accuracy", "test_accuracy")
    rows = [
        {
            **asdict(each.configuration),
            **{name: getattr(each, name) for name in scores},
            "information": each.informations[-1],
        }
        for each in learners
    ]
    return pd.DataFrame(rows)


def rivals(learners: Sequence[Learner], rng: RNG = 0) -> dict[str, np.ndarray]:
    """Measures that know nothing of information, one value per network: what a correlation with the gap must beat.

    The product of norms is given by its logarithm, which has the same ranks and no overflow.
    """
    counts, norms = np.array([each.weights.size for each in learners]), np.array([each.norms for each in learners])
    return {
        "parameters": counts.astype(float),
        "parameters × log₂ parameters": counts * np.log2(counts),
        "sum of norms": norms.sum(1),
        "log product of norms": np.log(norms).sum(1),
        "noise": generator(rng).standard_normal(len(learners)),
    }
