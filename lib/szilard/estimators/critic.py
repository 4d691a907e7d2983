"""Critics: small networks that score how well x and y go together, stacked so that a fleet trains as one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.nn import functional as F

from szilard.diffusion._stepper import BLOCK, Loss, Stepper
from szilard.diffusion.network import Linear
from szilard.diffusion.training import Training

EMBEDDING = 32  # length of the vectors whose product a separable critic takes

__all__ = ["CRITICS", "ConditionalNormal", "JointCritic", "SeparableCritic", "train_critics"]


class _Perceptron(nn.Module):
    """A perceptron with SiLU between its layers; ``final`` is the gain of the last."""

    def __init__(
        self, sizes: Sequence[int], generators: Sequence[torch.Generator], dtype: torch.dtype, final: float
    ) -> None:
        super().__init__()
        gains = [1.5] * (len(sizes) - 2) + [final]
        ends = zip(sizes, sizes[1:], gains, strict=False)
        self.layers = nn.ModuleList(Linear(a, b, generators, dtype, gain) for a, b, gain in ends)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = F.silu(layer(x))
        return self.layers[-1](x)


class JointCritic(nn.Module):
    """A perceptron of (x, y): scores (fleet, n, n) of every x with every y, which starts at zero.

    The first layer is linear, so that it is applied to x and to y apart and only its sum is taken for every pair.
    """

    def __init__(
        self,
        dims: tuple[int, int],
        hidden: int,
        layers: int,
        generators: Sequence[torch.Generator],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        share = [1.5 * math.sqrt(d / sum(dims)) for d in dims]  # as if they entered one layer side by side
        pairs = zip(dims, share, strict=True)
        self.enter = nn.ModuleList(Linear(d, hidden, generators, dtype, gain) for d, gain in pairs)
        self.rest = _Perceptron([hidden] * layers + [1], generators, dtype, 0.0)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Scores (fleet, n, n) of samples (fleet, n, dx) and (fleet, n, dy)."""
        pairs = self.enter[0](x)[:, :, None] + self.enter[1](y)[:, None]
        return self.rest(F.silu(pairs).flatten(1, 2)).unflatten(1, pairs.shape[1:3])[..., 0]


class SeparableCritic(nn.Module):
    """The product of a vector made of x and one made of y: n² scores (fleet, n, n) for the price of n."""

    def __init__(
        self,
        dims: tuple[int, int],
        hidden: int,
        layers: int,
        generators: Sequence[torch.Generator],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.sides = nn.ModuleList(
            _Perceptron([d, *[hidden] * layers, EMBEDDING], generators, dtype, 0.5) for d in dims
        )

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Scores (fleet, n, n) of samples (fleet, n, dx) and (fleet, n, dy)."""
        return torch.bmm(self.sides[0](x), self.sides[1](y).mT) / math.sqrt(EMBEDDING)


class ConditionalNormal(nn.Module):
    """log q(y | x) of a normal law with mean and variances learnt from x, for every x with every y."""

    def __init__(
        self,
        dims: tuple[int, int],
        hidden: int,
        layers: int,
        generators: Sequence[torch.Generator],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.law = _Perceptron([dims[0], *[hidden] * layers, 2 * dims[1]], generators, dtype, 0.0)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Log densities (fleet, n, n) of samples (fleet, n, dy) given samples (fleet, n, dx)."""
        mean, log_variance = self.law(x)[:, :, None].chunk(2, dim=-1)
        square = (y[:, None] - mean).square() * (-log_variance).exp()
        return -0.5 * (square + log_variance + math.log(2 * math.pi)).sum(-1)


CRITICS: dict[str, type[nn.Module]] = {"separable": SeparableCritic, "joint": JointCritic}


def train_critics(
    network: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    generators: Sequence[torch.Generator],
    steps: int,
    training: Training,
    loss: Loss,
    rows: int,
    show: Callable[[int], None] | None = None,
) -> nn.Module:
    """Train a fleet of critics on samples (fleet, n, dx) and (fleet, n, dy); returns averaged weights.

    Each step takes ``rows`` different pairs of every member, drawn from the member's own stream; ``loss`` is summed
    over the fleet, so that no member sees another. ``show(done)`` is called after every block of 25 steps.
    """
    dims = (x.shape[2], y.shape[2])
    stepper = Stepper(network, training.rates(steps, dims), training.decay(steps), loss)
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        chosen = torch.stack([_rows(x.shape[1], count, rows, g) for g in generators], dim=1)
        block = tuple(
            torch.stack([part[chosen[:, i]] for i, part in enumerate(parts)], dim=1) for parts in (x, y)
        )
        stepper.advance(block, start)
        if show is not None:
            show(start + count)
    return stepper.averaged()


def _rows(n: int, count: int, rows: int, generator: torch.Generator) -> torch.Tensor:
    """``count`` batches (count, rows) of different rows: passes through the data in a fresh order each."""
    per_pass = n // rows
    passes = -(-count // per_pass)
    orders = [torch.randperm(n, generator=generator, device=generator.device) for _ in range(passes)]
    return torch.cat([order[: per_pass * rows].view(per_pass, rows) for order in orders])[:count]
