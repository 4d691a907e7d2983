"""Critics: small networks that score how well x and y go together, stacked so that a fleet trains as one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.fleets import BLOCK, Linear, Loss, Perceptron, Stepper, Training, passes

Network = TypeVar("Network", bound=nn.Module)

EMBEDDING = 32  # length of the vectors whose product a separable critic takes

__all__ = ["CRITICS", "ConditionalNormal", "JointCritic", "SeparableCritic", "train_critics"]


class JointCritic(nn.Module):
    """A perceptron of (x, y): scores (fleet, n, n) of every x with every y, which starts at zero.

    The first layer is linear, so that it is applied to x and to y apart and only its sum is taken for every pair.
    """

    def __init__(
        self, dims: tuple[int, int], hidden: int, layers: int, generators: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        share = [1.5 * math.sqrt(d / sum(dims)) for d in dims]  # as if they entered one layer side by side
        pairs = zip(dims, share, strict=True)
        self.enter = nn.ModuleList(Linear(d, hidden, generators, dtype, gain) for d, gain in pairs)
        self.rest = Perceptron([hidden] * layers + [1], generators, dtype, 0.0)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores (fleet, n, n) of samples (fleet, n, dx) and (fleet, n, dy)."""
        pairs = self.enter[0](x)[:, :, None] + self.enter[1](y)[:, None]
        return self.rest(F.silu(pairs).flatten(1, 2)).unflatten(1, pairs.shape[1:3])[..., 0]


class SeparableCritic(nn.Module):
    """The product of a vector made of x and one made of y: n² scores (fleet, n, n) for the price of n."""

    def __init__(
        self, dims: tuple[int, int], hidden: int, layers: int, generators: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.sides = nn.ModuleList(Perceptron([d, *[hidden] * layers, EMBEDDING], generators, dtype, 0.5) for d in dims)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores (fleet, n, n) of samples (fleet, n, dx) and (fleet, n, dy)."""
        return torch.bmm(self.sides[0](x), self.sides[1](y).mT) / math.sqrt(EMBEDDING)


class ConditionalNormal(nn.Module):
    """log q(y | x) of a normal distribution with mean and variances learnt from x, for every x with every y."""

    def __init__(
        self, dims: tuple[int, int], hidden: int, layers: int, generators: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.law = Perceptron([dims[0], *[hidden] * layers, 2 * dims[1]], generators, dtype, 0.0)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Log densities (fleet, n, n) of samples (fleet, n, dy) given samples (fleet, n, dx)."""
        return self._log_density(y[:, None], self.law(x)[:, :, None])

    def own(self, x: Tensor, y: Tensor) -> Tensor:
        """Log densities (fleet, n) of samples (fleet, n, dy), each given its own among (fleet, n, dx)."""
        return self._log_density(y, self.law(x))

    @staticmethod
    def _log_density(y: Tensor, law: Tensor) -> Tensor:
        mean, log_variance = law.chunk(2, dim=-1)
        square = (y - mean).square() * (-log_variance).exp()
        return -0.5 * (square + log_variance + math.log(2 * math.pi)).sum(-1)


CRITICS: dict[str, type[nn.Module]] = {"separable": SeparableCritic, "joint": JointCritic}


def train_critics(
    network: Network, x: Tensor, y: Tensor, generators: Sequence[torch.Generator], steps: int, training: Training,
    loss: Loss, show: Callable[[int], None],
) -> Network:  # fmt: skip
    """Train a fleet of critics on samples (fleet, n, dx) and (fleet, n, dy); returns averaged weights.

    Each step takes different pairs of every member, ``training.batch`` or all of them, drawn from the member's own
    stream; ``loss`` is summed over the fleet, so that no member sees another. ``show(done)`` is called after every
    block of 25 steps.
    """
    rows = min(training.rows, x.shape[1])
    stepper = Stepper(network, training.rates(steps), training.decay(steps), loss)
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        order = torch.stack([passes(x.shape[1], count, rows, g) for g in generators], dim=1)
        block = tuple(torch.stack([part[order[:, i]] for i, part in enumerate(parts)], dim=1) for parts in (x, y))
        stepper.advance(block, start)
        show(start + count)
    return stepper.averaged()
