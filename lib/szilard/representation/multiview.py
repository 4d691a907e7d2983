r"""The multi-view information bottleneck on two views of images: several encoders trained as one fleet.

An encoder gives a normal code, :math:`p(z|x)=N(m(x),s(x)^2)`. With both views in the same network, what is maximised is

.. math:: I(Z_1;Z_2)-\beta\,\tfrac12\,\mathbb E\bigl[\mathrm{KL}(p(z|x_1)\Vert p(z|x_2))
    +\mathrm{KL}(p(z|x_2)\Vert p(z|x_1))\bigr],

whose second term bounds :math:`I(Z_1;X_1|X_2)`, what a code tells of its own view and the other view does not know
(`federici2020learning`). β = 0 is InfoMax between views; β = 0 with one view in both places is InfoMax of a single
view. The information is that of InfoNCE with a learnt separable critic, where the authors' program uses another bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.device import resolve_device, working_precision
from szilard.estimators import bounds
from szilard.estimators.critic import SeparableCritic
from szilard.fleets import BLOCK, Linear, Stepper, Training
from szilard.representation.views import augmented
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import check_choice, check_integer

PARTNERS = ("same", "self", "other")
RAMP = (0.05, 0.25)  # share of the training in which the weight of compression grows
START = 1e-3  # of its final value, before

__all__ = ["PARTNERS", "Multiview", "MultiviewCodes", "bottlenecked", "symmetric_divergence"]


def symmetric_divergence(m1: Tensor, s1: Tensor, m2: Tensor, s2: Tensor) -> Tensor:
    """Mean over rows of the average of both Kullback–Leibler divergences between N(m1, s1²) and N(m2, s2²), whose
    coordinates are independent: means and standard deviations (…, n, d) to nats (…)."""
    square = (m1 - m2).square()
    each = (s1.square() + square) / s2.square() + (s2.square() + square) / s1.square() - 2
    return 0.25 * each.sum(-1).mean(-1)


@dataclass(frozen=True)
class Multiview:
    """How encoders are trained.

    Args:
        partner: ``"same"`` for two views of one image, ``"self"`` for one view twice, ``"other"`` for views of
            different images.
        hidden, width: units of the two hidden layers, and coordinates of a code.
        steps: of training; 0 leaves the networks as they were drawn.
        training: batch and rate.
        noise, shift: of :func:`~szilard.representation.augmented`.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    partner: str = "same"
    hidden: int = 64
    width: int = 16
    steps: int = 400
    training: Training = field(default_factory=lambda: Training(batch=128, lr=3e-3))
    noise: float = 0.3
    shift: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_choice(self.partner, "partner", PARTNERS)
        check_integer(self.steps, "steps", minimum=0)


class _Network(nn.Module):
    """Normal codes of perceptrons with normalised layers, and the critic that compares them."""

    def __init__(
        self, pixels: int, settings: Multiview, streams: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        hidden, width = settings.hidden, settings.width
        sizes = ((pixels, hidden, 1.5), (hidden, hidden, 1.5), (hidden, 2 * width, 1.0))
        self.layers = nn.ModuleList(Linear(a, b, streams, dtype, gain) for a, b, gain in sizes)
        self.critic = SeparableCritic((width, width), hidden, 1, streams, dtype)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and standard deviations, both (fleet, n, width)."""
        for layer in self.layers[:-1]:
            h = layer(x)
            x = F.silu(F.layer_norm(h, h.shape[-1:]))
        mean, raw = self.layers[-1](x).chunk(2, dim=-1)
        return mean, F.softplus(raw) + 1e-3


@dataclass(frozen=True, eq=False)
class MultiviewCodes:
    """Trained encoders, one per weight β."""

    network: _Network

    @torch.no_grad()
    def means(self, x: np.ndarray) -> np.ndarray:
        """Means of the codes of images (n, pixels): (fleet, n, width), float64."""
        return self.network(self._in(x))[0].double().cpu().numpy()

    @torch.no_grad()
    def terms(self, x1: np.ndarray, x2: np.ndarray, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """Of two views (n, pixels): InfoNCE of one batch of n sampled codes, and the symmetric divergence; nats,
        (fleet,) each."""
        (m1, s1), (m2, s2) = self.network(self._in(x1)), self.network(self._in(x2))
        fresh = np.random.default_rng(spawn(rng, 1)[0]).standard_normal((2, *m1.shape[1:]))
        e1, e2 = torch.as_tensor(fresh, dtype=m1.dtype, device=m1.device)
        found = bounds.infonce(self.network.critic(m1 + s1 * e1, m2 + s2 * e2)), symmetric_divergence(m1, s1, m2, s2)
        shared, excess = (each.double().cpu().numpy() for each in found)
        return shared, excess

    def _in(self, x: np.ndarray) -> Tensor:
        like = next(self.network.parameters())
        return torch.as_tensor(x, dtype=like.dtype, device=like.device).expand(len(like), -1, -1)


def bottlenecked(settings: Multiview, images: np.ndarray, betas: Sequence[float], rng: RNG = 0) -> MultiviewCodes:
    """Train one encoder per weight ``betas`` of compression on random views of ``images`` (n, height, width), without
    labels; all see the same views. The weight grows exponentially from a thousandth of its value."""
    device = resolve_device(settings.device)
    dtype, (data, *seeds) = working_precision(device), spawn(rng, 1 + len(betas))
    streams = [torch_generator(seed, device) for seed in seeds]
    network, steps = _Network(images[0].size, settings, streams, dtype).to(device), settings.steps
    training = settings.training.completed(128, 3e-3)
    if not steps:
        return MultiviewCodes(network.requires_grad_(False))
    stepper = Stepper(network, training.rates(steps), training.decay(steps), _loss)
    put: Callable[[np.ndarray], Tensor] = partial(torch.as_tensor, dtype=dtype, device=device)
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        parts = _block(settings, images, (count, min(training.rows, len(images))), data)
        weights = _ramp((start + 1 + np.arange(count)) / steps)[:, None] * np.asarray(betas, dtype=float)
        shared = (put(part).expand(count, len(betas), -1, -1) for part in parts)
        stepper.advance((put(weights), *shared), start)
    return MultiviewCodes(stepper.averaged())


def _ramp(progress: np.ndarray) -> np.ndarray:
    begin, end = RAMP
    return START ** (1 - np.clip((progress - begin) / (end - begin), 0, 1))


def _block(
    settings: Multiview, images: np.ndarray, shape: tuple[int, int], rng: np.random.Generator
) -> list[np.ndarray]:
    """Two views and two noises of some steps, (steps, 1, batch, …); all members of a fleet see the same."""
    steps, rows = shape
    chosen = np.stack([rng.permutation(len(images))[:rows] for _ in range(steps)])
    second = np.roll(chosen, 1, axis=1) if settings.partner == "other" else chosen
    first = augmented(images[chosen.ravel()], settings.noise, settings.shift, rng)
    other = first if settings.partner == "self" else augmented(
        images[second.ravel()], settings.noise, settings.shift, rng)  # fmt: skip
    views = [view.reshape(steps, 1, rows, -1) for view in (first, other)]
    return [*views, *rng.standard_normal((2, steps, 1, rows, settings.width))]


def _loss(network: _Network, weights: Tensor, x1: Tensor, x2: Tensor, e1: Tensor, e2: Tensor) -> Tensor:
    (m1, s1), (m2, s2) = network(x1), network(x2)
    f = network.critic(m1 + s1 * e1, m2 + s2 * e2)
    shared = 0.5 * (bounds.infonce(f) + bounds.infonce(f.mT))
    return -(shared - weights * symmetric_divergence(m1, s1, m2, s2)).sum()
