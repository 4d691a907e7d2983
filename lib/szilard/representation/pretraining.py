"""Encoders trained on two views of images by any of the objectives, several seeds as one fleet."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from szilard.device import resolve_device, working_precision
from szilard.fleets import BLOCK, Linear, Perceptron, Stepper, Training
from szilard.representation import losses
from szilard.representation.views import augmented
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import check_choice, check_integer

MOMENTUM = 0.99  # of BYOL's target

__all__ = ["METHODS", "Pretrained", "Pretraining", "pretrain"]

Views = tuple[Tensor, Tensor]


def _invariance(z1: Tensor, z2: Tensor, variance: float = 0.0, covariance: float = 0.0) -> Tensor:
    return losses.vicreg(z1, z2, (25.0, variance, covariance))


METHODS: Mapping[str, Callable[[Tensor, Tensor], Tensor] | None] = MappingProxyType(
    {
        "infonce": partial(losses.info_nce, temperature=0.5),
        "simclr": losses.nt_xent,
        "vicreg": losses.vicreg,
        "vicreg-code": partial(losses.vicreg, convention="code"),
        "barlow": partial(losses.barlow_twins, convention="code"),
        "invariance": _invariance,
        "variance": partial(_invariance, variance=25.0),
        "simsiam": None,  # these three look at predictions too
        "simsiam-no-stop": None,
        "byol": None,
    }
)
"""Methods by name, as functions of two projections; the last three are made of predictions and codes."""


@dataclass(frozen=True)
class Pretraining:
    """How an encoder is trained on two views.

    Args:
        method: a name of ``METHODS``.
        hidden, width, projection: units of the hidden layers, of the representation and of the projection.
        steps: of training; 0 leaves the networks as they were drawn.
        training: batch and rate.
        noise, shift: of :func:`~szilard.representation.augmented`.
        partner: ``"same"``, or ``"other"`` for second views of other images.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
    """

    method: str = "vicreg"
    hidden: int = 128
    width: int = 64
    projection: int = 32
    steps: int = 300
    training: Training = field(default_factory=lambda: Training(batch=256, lr=2e-3))
    noise: float = 0.2
    shift: int = 1
    partner: str = "same"
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_choice(self.method, "method", METHODS)
        check_choice(self.partner, "partner", ("same", "other"))
        check_integer(self.steps, "steps", minimum=0)


class _Network(nn.Module):
    """Encoder, projector and predictor; between their layers activations are standardised over the batch."""

    def __init__(
        self, pixels: int, settings: Pretraining, streams: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        hidden, width, out = settings.hidden, settings.width, settings.projection
        self.encoder = nn.ModuleList([Linear(pixels, hidden, streams, dtype, 1.5),
                                      Linear(hidden, width, streams, dtype, 1.0)])  # fmt: skip
        self.projector = nn.ModuleList([Linear(width, hidden, streams, dtype, 1.5),
                                        Linear(hidden, out, streams, dtype, 1.0)])  # fmt: skip
        self.predictor = Perceptron([out, hidden, out], streams, dtype, 1.0)

    def representation(self, x: Tensor) -> Tensor:
        """(fleet, n, width), what is kept after training."""
        return _two_layers(self.encoder, x)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Projections z and predictions p, both (fleet, n, projection)."""
        z = _two_layers(self.projector, F.silu(_standard(self.representation(x))))
        return z, self.predictor(z)


def _two_layers(layers: nn.ModuleList, x: Tensor) -> Tensor:
    first, second = layers
    return second(F.silu(_standard(first(x))))


def _standard(x: Tensor) -> Tensor:
    centred = x - x.mean(1, keepdim=True)
    return centred / (centred.square().mean(1, keepdim=True) + 1e-5).sqrt()


@dataclass(frozen=True, eq=False)
class Pretrained:
    """Trained encoders, one per seed."""

    network: _Network

    @torch.no_grad()
    def representations(self, x: np.ndarray) -> np.ndarray:
        """What each network makes of images (n, pixels): (fleet, n, width), float64."""
        return self._out(self.network.representation(self._in(x)))

    @torch.no_grad()
    def projections(self, x: np.ndarray) -> np.ndarray:
        """What the losses see, (fleet, n, projection)."""
        return self._out(self.network(self._in(x))[0])

    def _in(self, x: np.ndarray) -> Tensor:
        like = next(self.network.parameters())
        return torch.as_tensor(x, dtype=like.dtype, device=like.device).expand(len(like), -1, -1)

    @staticmethod
    def _out(z: Tensor) -> np.ndarray:
        return z.double().cpu().numpy()


def pretrain(settings: Pretraining, images: np.ndarray, seeds: int = 1, rng: RNG = 0) -> Pretrained:
    """Train ``seeds`` encoders without labels on two random views of ``images`` (n, height, width), ink from 0 to 1."""
    check_integer(seeds, "seeds", minimum=1)
    device = resolve_device(settings.device)
    dtype, (data, *streams) = working_precision(device), spawn(rng, 1 + seeds)
    pixels, generators = images[0].size, [torch_generator(each, device) for each in streams]
    network = _Network(pixels, settings, generators, dtype).to(device)
    steps, training = settings.steps, settings.training.completed(256, 2e-3)
    if not steps:
        return Pretrained(network.requires_grad_(False))
    stepper = Stepper(network, training.rates(steps), training.decay(steps), _loss_of(settings.method, network))
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        parts = _block(settings, images, (count, seeds, min(training.rows, len(images))), data)
        stepper.advance(tuple(torch.as_tensor(part, dtype=dtype, device=device) for part in parts), start)
    return Pretrained(stepper.averaged())


def _block(
    settings: Pretraining, images: np.ndarray, shape: tuple[int, int, int], rng: np.random.Generator
) -> list[np.ndarray]:
    """Two views of the images of some steps, each (steps, fleet, batch, pixels)."""
    steps, fleet, rows = shape
    chosen = np.stack([rng.permutation(len(images))[:rows] for _ in range(steps * fleet)]).ravel()
    second = np.roll(chosen.reshape(-1, rows), 1, axis=1).ravel() if settings.partner == "other" else chosen
    views = (augmented(images[part], settings.noise, settings.shift, rng) for part in (chosen, second))
    return [view.reshape(steps, fleet, rows, -1) for view in views]


def _loss_of(method: str, network: _Network) -> Callable[..., Tensor]:
    """The loss of a network and a step's two views, summed over the fleet."""
    if (compare := METHODS[method]) is not None:
        return lambda net, x1, x2: compare(net(x1)[0], net(x2)[0]).sum()
    if method == "byol":
        target = {name: value.detach().clone() for name, value in copy.deepcopy(network).named_parameters()}
        return partial(_byol, target)
    return partial(_simsiam, method == "simsiam")


def _simsiam(stop: bool, network: _Network, x1: Tensor, x2: Tensor) -> Tensor:
    (z1, p1), (z2, p2) = network(x1), network(x2)
    return losses.simsiam(p1, z1, p2, z2, stop=stop).sum()


def _byol(target: dict[str, Tensor], network: _Network, x1: Tensor, x2: Tensor) -> Tensor:
    """BYOL's loss; ``target`` follows the network's weights slowly and in place."""
    with torch.no_grad():
        for name, value in network.named_parameters():
            target[name].lerp_(value.detach(), 1 - MOMENTUM)
        t1, t2 = (functional_call(network, target, (x,))[0] for x in (x1, x2))
    (_, p1), (_, p2) = network(x1), network(x2)
    return losses.byol(p1, t1, p2, t2).sum()
