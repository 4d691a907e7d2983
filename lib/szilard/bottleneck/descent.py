r"""Gradient descent of many stochastic networks at once, each with a decay of its own and, where asked for, with the
information of its code held at a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from szilard.bottleneck.posterior import Moments
from szilard.bottleneck.stochastic import StochasticNetworks, batch_information
from szilard.validation import check_integer, check_positive

BLOCK = 25  # steps or draws whose noise is prepared at a time

Streams: TypeAlias = tuple[Sequence[torch.Generator], Tensor]  # one per seed, and which of them each member has

__all__ = ["Control", "Descent", "Streams", "Trace", "evaluate", "train"]


@dataclass(frozen=True)
class Descent:
    """How every network is trained: full batches, the defaults as `kawaguchi2023ib` do.

    Args:
        steps: epochs, one step each.
        collect_from: epoch from which on weights are collected for the posterior.
        lr: learning rate, constant.
        momentum: of the descent.
        rank: columns of the posterior's covariance, 2 at least.
    """

    steps: int = 300
    collect_from: int = 200
    lr: float = 0.01
    momentum: float = 0.9
    rank: int = 10

    def __post_init__(self) -> None:
        check_positive(self.lr, "lr")
        check_integer(self.rank, "rank", minimum=2)
        check_integer(self.collect_from, "collect_from", minimum=0)
        check_integer(self.steps, "steps", minimum=self.collect_from + self.rank)
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must lie in [0, 1); got {self.momentum!r}")


@dataclass(frozen=True)
class Control:
    """Per member (fleet,): weight decay, rate η of λ, and target c in nats."""

    decay: Tensor
    rate: Tensor
    target: Tensor


@dataclass(frozen=True)
class Trace:
    """What a training leaves: Î and λ at every step (fleet, T), and the moments of the weights."""

    informations: Tensor
    multipliers: Tensor
    moments: Moments[Tensor]


def train(
    network: StochasticNetworks, x: Tensor, y: Tensor, streams: Streams, control: Control,
    descent: Descent,
) -> Trace:  # fmt: skip
    """Train the members on x (fleet, n, d) with labels y (fleet, n), in place.

    Where no member is controlled, Î is measured at the last step alone, since it costs as much as a layer; it is NaN
    before.
    """
    parameters, moments = list(network.parameters()), Moments[Tensor](descent.rank)
    decays = [control.decay.repeat_interleave(len(p) // len(x)).view(-1, 1, 1) for p in parameters]
    velocities = [torch.zeros_like(p) for p in parameters]
    weight, controlled = torch.zeros_like(control.rate), bool(control.rate.any())
    history = torch.full((2, descent.steps, len(x)), torch.nan, dtype=x.dtype, device=x.device)
    for step, noise in enumerate(_noise(streams, descent.steps, (x.shape[1], network.head.weight.shape[1]), x.dtype)):
        mean, deviation = network.code(x)
        z = torch.addcmul(mean, deviation, noise)
        loss = _entropies(network.head(z), y).mean(-1).sum()
        history[1, step] = weight
        if controlled or step == descent.steps - 1:
            information = batch_information(z, mean, deviation)
            history[0, step] = information.detach()
            loss = loss + weight @ (control.target - information)
        gradients = torch.autograd.grad(loss, parameters)
        if controlled:
            weight = weight + control.rate * (control.target - history[0, step])
        _descend(parameters, gradients, velocities, decays, descent)
        if step >= descent.collect_from:
            moments.add(network.flat())
    return Trace(history[0].T, history[1].T, moments)


@torch.no_grad()
def _descend(
    parameters: Sequence[Tensor], gradients: Sequence[Tensor], velocities: Sequence[Tensor], decays: Sequence[Tensor],
    descent: Descent,
) -> None:  # fmt: skip
    """One step with momentum, the decay added to the gradient as torch.optim.SGD does."""
    for parameter, gradient, velocity, decay in zip(parameters, gradients, velocities, decays, strict=True):
        velocity.mul_(descent.momentum).add_(gradient).addcmul_(parameter, decay)
        parameter.sub_(velocity, alpha=descent.lr)


@torch.no_grad()
def evaluate(network: StochasticNetworks, x: Tensor, y: Tensor, streams: Streams, draws: int) -> tuple[Tensor, Tensor]:
    """Cross-entropy in nats and accuracy of every member on x (fleet, n, d), averaged over draws of the noise."""
    mean, deviation = network.code(x)
    loss, right = torch.zeros_like(x[:, 0, 0]), torch.zeros_like(x[:, 0, 0])
    for noise in _noise(streams, draws, mean.shape[1:], x.dtype):
        logits = network.head(torch.addcmul(mean, deviation, noise))
        loss += _entropies(logits, y).mean(-1)
        right += (logits.argmax(-1) == y).to(x.dtype).mean(-1)
    return loss / draws, right / draws


def _entropies(logits: Tensor, y: Tensor) -> Tensor:
    """Cross-entropies (fleet, n) in nats."""
    return F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="none").view_as(y)


def _noise(streams: Streams, count: int, shape: Sequence[int], dtype: torch.dtype) -> Iterator[Tensor]:
    """``count`` times standard normal noise (fleet, …), made in blocks; members of one seed have the same, and that of
    another precision differs by rounding alone."""
    generators, members = streams
    for start in range(0, count, BLOCK):
        rows = (min(BLOCK, count - start), *shape)
        parts = [torch.randn(rows, generator=each, dtype=torch.float64, device=members.device) for each in generators]
        for noise in torch.stack(parts, dim=1).to(dtype):
            yield noise[members]
