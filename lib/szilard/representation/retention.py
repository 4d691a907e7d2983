"""Encoders that are trained to compress or to retain: the measured side of :mod:`szilard.representation.codes`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from szilard.device import resolve_device, working_precision
from szilard.estimators import bounds
from szilard.estimators.critic import SeparableCritic
from szilard.fleets import BLOCK, Perceptron, Stepper, Training
from szilard.representation.codes import PowerSplit
from szilard.representation.views import mixed_views
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import check_choice, check_integer

PARTNERS = ("same", "other")
KEPT = 1000  # things among which a code is told by its own view
GATE = 3.0  # how fast the share of power is learnt

__all__ = ["PARTNERS", "Codes", "Retention", "retained"]


@dataclass(frozen=True)
class Retention:
    """How encoders are trained to maximise InfoNCE(Z1; Z2) + μ · InfoNCE(X1; Z1), one network per μ, all as one fleet.

    Both views go through the same network, whose two outputs are limited to the world's power and get unit noise.

    Args:
        world: noise, power and label noise.
        bend: of :func:`~szilard.representation.mixed_views`; 0 for views that are only turned.
        layers: hidden layers of the encoder; 0 for a linear one, which is the best there is for turned views if codes
            are to be normal.
        hidden: their width, and that of the critic.
        steps: of training; 0 leaves the encoders as they were drawn.
        training: batch and rate.
        partner: ``"same"``, or ``"other"`` for second views of other things: nothing is shared.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    world: PowerSplit = field(default_factory=PowerSplit)
    bend: float = 0.5
    layers: int = 2
    hidden: int = 32
    steps: int = 800
    training: Training = field(default_factory=lambda: Training(batch=192, lr=1e-2))
    partner: str = "same"
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_choice(self.partner, "partner", PARTNERS)
        for name in ("layers", "steps"):
            check_integer(getattr(self, name), name, minimum=0)


class _Encoders(nn.Module):
    """Encoders of fleets, and the critics that compare their codes."""

    def __init__(self, settings: Retention, streams: Sequence[torch.Generator], dtype: torch.dtype) -> None:
        super().__init__()
        self.power, hidden = settings.world.power, settings.hidden
        self.code = Perceptron([2, *[hidden] * settings.layers, 2], streams, dtype, 1.0)
        self.critic = SeparableCritic((2, 2), hidden, 1, streams, dtype)
        self.gate = nn.Parameter(torch.ones(len(streams), 1, 1, dtype=dtype))  # share of the power that is used

    def forward(self, x: Tensor) -> Tensor:
        """The signal in the codes, (fleet, n, 2), of a share of the power that is learnt."""
        m = self.code(x)
        m = m - m.mean(1, keepdim=True)
        power = m.square().sum(-1).mean(1)[:, None, None]
        return m * (self.power * torch.sigmoid(GATE * self.gate) / power).sqrt()


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes of things that no training has seen: by network, (fleet, n, 2), beside S and P1 of each, (n,); and what
    each network keeps, (fleet,), InfoNCE(X1; Z1) in nats of ``KEPT`` of them."""

    z: np.ndarray
    kept: np.ndarray
    shared: np.ndarray
    private: np.ndarray

    def label(self, relevance: float, noise: float, rng: RNG = 0) -> np.ndarray:
        """Y = S + c P1 + N_Y, (n,)."""
        fresh = spawn(rng, 1)[0].standard_normal(len(self.shared))
        return self.shared + relevance * self.private + np.sqrt(noise) * fresh


def retained(settings: Retention, mus: Sequence[float], rng: RNG = 0, fresh: int = 4000) -> Codes:
    """Train one encoder per weight ``mus`` of retention; return codes of ``fresh`` new things.

    No network sees a label, so that one training serves every relevance.
    """
    device = resolve_device(settings.device)
    dtype, (data, *seeds) = working_precision(device), spawn(rng, 1 + len(mus))
    network = _Encoders(settings, [torch_generator(seed, device) for seed in seeds], dtype).to(device)
    steps, training = settings.steps, settings.training.completed(192, 1e-2)
    if steps:
        weights = torch.tensor(mus, dtype=dtype, device=device)
        stepper = Stepper(network, training.rates(steps), training.decay(steps), partial(_loss, weights))
        put: Callable[[np.ndarray], Tensor] = partial(torch.as_tensor, dtype=dtype, device=device)
        for start in range(0, steps, BLOCK):
            count = min(BLOCK, steps - start)
            parts = _block(settings, count, training.rows, data)
            stepper.advance(tuple(put(part).expand(count, len(mus), -1, -1) for part in parts), start)
        network = stepper.averaged()
    return _codes(settings, network, fresh, data)


def _draw(settings: Retention, n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """S, P1, and both mixed views (n, 2)."""
    shared, private, other, *noise = rng.standard_normal((5, n))
    seen = [shared + np.sqrt(settings.world.noise) * each for each in noise]
    pairs = zip(seen, (private, other), strict=True)
    views = [mixed_views(np.stack(pair, axis=1), settings.bend) for pair in pairs]
    return shared, private, views[0], views[1]


def _block(settings: Retention, count: int, rows: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Views and noise of some steps, each (count, 1, rows, 2); all members of a fleet see the same."""
    _, _, first, second = _draw(settings, count * rows, rng)
    views = [each.reshape(count, 1, rows, 2) for each in (first, second)]
    if settings.partner == "other":
        views[1] = np.roll(views[1], 1, axis=2)
    return [*views, *rng.standard_normal((2, count, 1, rows, 2))]


def _loss(weights: Tensor, network: _Encoders, x1: Tensor, x2: Tensor, e1: Tensor, e2: Tensor) -> Tensor:
    m1, m2 = network(x1), network(x2)
    z1, z2 = m1 + e1, m2 + e2
    f = network.critic(z1, z2)
    shared = 0.5 * (bounds.infonce(f) + bounds.infonce(f.mT))
    kept = 0.5 * (bounds.infonce(_channel(z1, m1)) + bounds.infonce(_channel(z2, m2)))
    return -(shared + weights * kept).sum()


def _channel(z: Tensor, m: Tensor) -> Tensor:
    """ln p(z_i | x_j) up to a constant: the perfect critic of a code and the view that it was made of."""
    return z @ m.mT - 0.5 * m.square().sum(-1)[:, None]


@torch.no_grad()
def _codes(settings: Retention, network: _Encoders, n: int, rng: np.random.Generator) -> Codes:
    shared, private, first, _ = _draw(settings, n, rng)
    like = next(network.parameters())
    m = network(torch.as_tensor(first, dtype=like.dtype, device=like.device).expand(len(like), -1, -1))
    z = m + torch.as_tensor(rng.standard_normal((n, 2)), dtype=like.dtype, device=like.device)
    kept = bounds.infonce(_channel(z[:, :KEPT], m[:, :KEPT]))
    return Codes(z.double().cpu().numpy(), kept.double().cpu().numpy(), shared, private)
