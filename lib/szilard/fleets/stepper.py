"""The steps of a training: forward, backward, Adam and the weight average; on CUDA a block of them is one graph."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

from szilard.fleets.graphs import Replay, aside, fused

BLOCK = 25  # steps prepared, and on CUDA launched, together
FUSED_FROM = 100_000  # steps from which on compiling the loss, some fifteen seconds, is paid back

Block = tuple[Tensor, ...]
Loss = Callable[..., Tensor]
Network = TypeVar("Network", bound=nn.Module)

__all__ = ["BLOCK", "FUSED_FROM", "Block", "Loss", "Stepper"]


class Stepper(Generic[Network]):
    """Parameters, optimiser and weight average of one training run.

    Args:
        network: the stacked networks; every parameter has the fleet's axis in front.
        rates: learning rate of each step.
        decay: of the weight average.
        loss: a pure function of the network and the parts of a block at one step, each (fleet, …), to the loss summed
            over the fleet. It must not wait for the device, and what it remembers must be tensors changed in place,
            so that it can be captured.
        fuse: whether to compile the loss on CUDA, see :func:`szilard.fleets.fused`; ``None`` does so for a training
            of ``FUSED_FROM`` steps or more.
    """

    def __init__(
        self, network: Network, rates: Sequence[float], decay: float, loss: Loss, fuse: bool | None = None
    ) -> None:
        self.network, self.decay = network, decay
        self.parameters: list[Tensor] = list(network.parameters())
        first = self.parameters[0]
        self.loss = fused(loss, first.device) if (len(rates) >= FUSED_FROM if fuse is None else fuse) else loss
        self.rates = torch.tensor(rates, dtype=first.dtype, device=first.device)
        self.rate = torch.zeros_like(self.rates[0])
        self.average, self.mean, self.square = ([torch.zeros_like(p) for p in self.parameters] for _ in range(3))
        self.counts = [torch.zeros((), dtype=torch.float32, device=first.device) for _ in self.parameters]
        self.done = 0
        self.graph = Replay(self.steps) if first.is_cuda else None

    def advance(self, block: Block, start: int) -> Tensor:
        """Take one step per leading index of a block, whose parts are (steps, fleet, …), from step ``start`` on.

        On CUDA whole blocks after the first are replayed as one graph. Returns the summed loss of a member, averaged
        over the fleet and left on the device.
        """
        self.done = start + len(block[0])
        rates = self.rates[start : self.done]
        if self.graph is None:
            return self.steps(rates, *block)
        with torch.cuda.device(self.rate.device):  # graphs are captured on the current card
            if start == 0 or len(rates) < BLOCK:  # the first block also warms up what is captured next
                return aside(partial(self.steps, rates, *block))
            return self.graph(rates, *block).clone()

    def steps(self, rates: Tensor, *block: Tensor) -> Tensor:
        """The steps themselves: nothing here waits for the device."""
        first = block[0]
        total = torch.zeros((), dtype=first.dtype, device=first.device)
        for rate, *parts in zip(rates, *block, strict=True):
            self.rate.copy_(rate)
            loss = self.loss(self.network, *parts)
            self._update(torch.autograd.grad(loss, self.parameters, materialize_grads=True))
            total += loss.detach()
        return total / first.shape[1]

    @torch.no_grad()  # an average that remembered its gradients would keep every step's graph, on the stream it ran on
    def _update(self, gradients: Sequence[Tensor]) -> None:
        """One step of Adam (`kingma2015adam`) and of the average. Adam is called as a function: building
        torch.optim.Adam imports torch's compiler, which takes seconds and leaves a variable in the environment."""
        adam(
            self.parameters, list(gradients), self.mean, self.square, [], self.counts,
            fused=True, capturable=self.rate.is_cuda, amsgrad=False, beta1=0.9, beta2=0.999, lr=self.rate,
            weight_decay=0.0, eps=1e-8, maximize=False,
        )  # fmt: skip
        torch._foreach_lerp_(self.average, self.parameters, 1 - self.decay)

    def averaged(self) -> Network:
        """A copy of the network with the averaged weights, the average's start at zero corrected for."""
        network = copy.deepcopy(self.network).requires_grad_(False)
        correction = 1 - self.decay**self.done
        for parameter, mean in zip(network.parameters(), self.average, strict=True):
            parameter.copy_(mean / correction)
        return network
