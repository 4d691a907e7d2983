"""The networks in whose layers information is tracked, and what a training of them needs: noise, seeds and steps."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.adam import adam

from szilard.bottleneck.encoders import Noise
from szilard.fleets import Linear
from szilard.rng import RNG, generator, spawn, torch_generator
from szilard.validation import check_choice, check_integer, check_positive

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLISHED = Noise(1e-3, "relative")  # what the program of `butakov2024lossy` adds
TWELVE_BITS = (12, 10, 7, 5, 4, 3, 2)
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}

__all__ = [
    "PUBLISHED", "TWELVE_BITS", "NoiseLayer", "Stacked", "adam_steps", "noisy_cnn", "perceptron", "seeded",
    "with_noise",
]  # fmt: skip


class NoiseLayer(nn.Module):
    """Adds normal noise to what passes through it, in training and in evaluation alike.

    Like dropout it draws from torch's own generator, which :func:`seeded` sets.
    """

    def __init__(self, noise: Noise) -> None:
        super().__init__()
        self.noise = noise

    def forward(self, x: Tensor) -> Tensor:
        """``x`` with fresh noise."""
        noise = self.noise.sigma * torch.randn_like(x)
        return x + (noise if self.noise.kind == "additive" else x * noise)


@contextmanager
def seeded(rng: RNG, device: torch.device | str = "cpu") -> Iterator[None]:
    """Seed torch's own generators from ``rng`` inside the block, and leave them as they were after it."""
    place = torch.device(device)
    with torch.random.fork_rng([place] if place.type == "cuda" else []):
        torch.manual_seed(int(generator(rng).integers(2**63)))
        yield


def noisy_cnn(noise: Noise | None = Noise(1e-3), *, dropout: float = 0.1, rng: RNG = 0) -> nn.Sequential:
    """The classifier of handwritten digits of `butakov2024lossy`: 7,274 parameters, (n, 1, 28, 28) → log p (n, 10).

    Layers ``L1`` to ``L3`` are convolutions 3 × 3 to 8, 16 and 32 channels, each with a maximum over 2 × 2 pixels and
    then a leaky rectifier; ``L4`` and ``L5`` map 32 numbers to 32 and to 10. Noise enters every layer.

    Args:
        noise: additive by default, as in the theory; :data:`PUBLISHED` is the authors' relative noise; ``None`` for a
            deterministic network.
        dropout: share of inputs of the convolutions that are dropped in training.
        rng: draws the initial weights.

    >>> sum(parameter.numel() for parameter in noisy_cnn().parameters())
    7274
    """

    def entrance(dropped: bool) -> list[nn.Module]:
        parts: list[nn.Module] = [nn.Dropout(dropout)] if dropped else []
        return parts if noise is None else [*parts, NoiseLayer(noise)]

    def convolution(a: int, b: int) -> nn.Sequential:
        return nn.Sequential(*entrance(True), nn.Conv2d(a, b, 3), nn.MaxPool2d(2), nn.LeakyReLU(0.01))

    with seeded(rng):
        layers = OrderedDict[str, nn.Module](L1=convolution(1, 8), L2=convolution(8, 16))
        layers["L3"] = convolution(16, 32).append(nn.Flatten())
        layers["L4"] = nn.Sequential(*entrance(False), nn.Linear(32, 32), nn.LeakyReLU(0.01))
        layers["L5"] = nn.Sequential(*entrance(False), nn.Linear(32, 10), nn.LogSoftmax(dim=1))
    return nn.Sequential(layers)


def with_noise(model: nn.Module, noise: Noise | None) -> nn.Module:
    """A copy of ``model`` with other noise in the place of every :class:`NoiseLayer`, or none."""
    other = copy.deepcopy(model)
    for part in list(other.modules()):
        for name, child in part.named_children():
            if isinstance(child, NoiseLayer):
                setattr(part, name, nn.Identity() if noise is None else NoiseLayer(noise))
    return other


def perceptron(sizes: Sequence[int] = TWELVE_BITS, activation: str = "tanh", *, rng: RNG = 0) -> nn.Sequential:
    r"""A perceptron with layers ``T1``, ``T2``, …, the last of them the logits, in double precision.

    Weights start normal with standard deviation :math:`1/\sqrt{n_{out}}`, cut off at twice that, and biases at 0: with
    the default sizes it is the network of `shwartzziv2017opening`.

    Args:
        sizes: units of the input and of every layer.
        activation: ``"tanh"`` or ``"relu"``, after every layer but the last.
        rng: draws the initial weights.

    Raises:
        ValueError: fewer than two sizes, one below 1, or an unknown activation.
    """
    nonlinear = ACTIVATIONS[check_choice(activation, "activation", ACTIVATIONS)]
    if len(sizes) < 2:
        raise ValueError(f"sizes must hold the input and one layer at least; got {tuple(sizes)}")
    for size in sizes:
        check_integer(size, "sizes", minimum=1)
    drawing, layers = torch_generator(rng), OrderedDict[str, nn.Module]()
    for depth, (fan_in, fan_out) in enumerate(pairwise(sizes), 1):
        linear, spread = nn.utils.skip_init(nn.Linear, fan_in, fan_out, dtype=torch.float64), fan_out**-0.5
        nn.init.trunc_normal_(linear.weight, std=spread, a=-2 * spread, b=2 * spread, generator=drawing)
        nn.init.zeros_(linear.bias)
        layers[f"T{depth}"] = nn.Sequential(linear, nonlinear()) if depth < len(sizes) - 1 else linear
    return nn.Sequential(layers)


class Stacked(nn.Module):
    """Perceptrons of one shape side by side, a fleet: (fleet, n, first size) → logits (fleet, n, last size).

    Args:
        networks: as :func:`perceptron` makes them; their weights are copied.
        activation: that of all of them.
    """

    def __init__(self, networks: Sequence[nn.Sequential], activation: str) -> None:
        super().__init__()
        self.nonlinear = ACTIVATIONS[check_choice(activation, "activation", ACTIVATIONS)]()
        members = [[part for part in each.modules() if isinstance(part, nn.Linear)] for each in networks]
        self.layers = nn.ModuleList(_side_by_side(layer) for layer in zip(*members, strict=True))

    def hidden(self, x: Tensor) -> list[Tensor]:
        """Outputs of all layers, each (fleet, n, size), the last of them the logits."""
        outputs = []
        for layer in self.layers[:-1]:
            x = self.nonlinear(layer(x))
            outputs.append(x)
        return [*outputs, self.layers[-1](x)]

    def forward(self, x: Tensor) -> Tensor:
        """The networks applied to (fleet, n, first size)."""
        return self.hidden(x)[-1]


@torch.no_grad()
def _side_by_side(layers: Sequence[nn.Linear]) -> Linear:
    first = layers[0]
    fleet = Linear(first.in_features, first.out_features, [torch.Generator()] * len(layers), first.weight.dtype, 1.0)
    fleet.weight.copy_(torch.stack([layer.weight.T for layer in layers]))
    fleet.bias.copy_(torch.stack([layer.bias[None] for layer in layers]))
    return fleet


def adam_steps(
    model: nn.Module, x: ArrayLike, y: ArrayLike, *, batch: int = 256, lr: float = 1e-3, rng: RNG = 0
) -> Iterator[float]:
    """Train a classifier without end, one step of Adam (`kingma2015adam`) at a time; each yields its loss in nats.

    Args:
        model: (n, …) → logits or log-probabilities (n, classes); trained in place, where it is.
        x: training samples (n, …).
        y: labels (n,), integers from 0.
        batch: samples per step, from passes through the data in fresh orders.
        lr: learning rate.
        rng: draws the orders. Dropout and noise draw from torch's own generator: see :func:`seeded`.

    Raises:
        ValueError: fewer samples than ``batch``, or not as many labels as samples.
    """
    check_positive(lr, "lr")
    check_integer(batch, "batch", minimum=1)
    inputs, labels = on_device(model, x, y)
    if batch > len(inputs):
        raise ValueError(f"batch must be at most the {len(inputs)} samples; got {batch}")
    return _adam_steps(model, inputs, labels, batch, lr, spawn(rng, 1)[0])


def _adam_steps(
    model: nn.Module, x: Tensor, y: Tensor, batch: int, lr: float, rng: np.random.Generator
) -> Iterator[float]:
    parameters: list[Tensor] = [each for each in model.parameters() if each.requires_grad]
    mean, square = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    counts = [torch.zeros((), dtype=torch.float32) for _ in parameters]
    while True:
        order = torch.from_numpy(rng.permutation(len(x))).to(x.device)
        for rows in order[: len(x) // batch * batch].view(-1, batch):
            loss = F.cross_entropy(model(x[rows]), y[rows])
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                adam(
                    parameters, list(gradients), mean, square, [], counts, amsgrad=False, beta1=0.9, beta2=0.999,
                    lr=lr, weight_decay=0.0, eps=1e-8, maximize=False,
                )  # fmt: skip
            yield float(loss.detach())


def on_device(model: nn.Module, x: ArrayLike, y: ArrayLike) -> tuple[Tensor, Tensor]:
    """Samples (n, …) and labels (n,) as tensors in the precision and at the place of the model.

    Raises:
        ValueError: no samples, not as many labels as samples, or labels that are no integers ≥ 0.
    """
    like = next((each for each in model.parameters() if each.is_floating_point()), torch.zeros(()))
    inputs = torch.as_tensor(x).to(like)
    labels = torch.as_tensor(y)
    if not len(inputs) or labels.shape != (len(inputs),):
        raise ValueError(f"y must hold one label per sample; got shapes {tuple(inputs.shape)}, {tuple(labels.shape)}")
    if labels.is_floating_point() or labels.min() < 0:
        raise ValueError(f"y must hold integers ≥ 0; got {labels.dtype} from {labels.min().item()}")
    return inputs.detach(), labels.to(like.device, torch.int64)
