"""The steps of a training: forward, backward, Adam and the weight average; on CUDA a block of them is one graph."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.optim.adam import adam

BLOCK = 25  # steps prepared, and on CUDA launched, together

Block = tuple[torch.Tensor, ...]
Loss = Callable[[nn.Module, Block, int], torch.Tensor]

__all__ = ["BLOCK", "Block", "Graphed", "Loss", "Stepper", "denoising_loss"]


def denoising_loss(network: nn.Module, block: Block, step: int) -> torch.Tensor:
    """Weighted square error of the predicted noise, summed over the fleet."""
    inputs, features, goals, weights = block
    return ((network(inputs[step], features[step]) - goals[step]).square() * weights).sum()


class Stepper:
    """Parameters, optimiser and weight average of one training run, from a learning rate per step and a decay.

    The loss is that of one step of a block, summed over the fleet; the first part of a block is (steps, fleet, …). It
    must not wait for the device, and what it remembers must be tensors changed in place, so that it can be captured.
    """

    def __init__(
        self, network: nn.Module, rates: Sequence[float], decay: float, loss: Loss = denoising_loss
    ) -> None:
        self.network, self.decay, self.loss = network, decay, loss
        self.parameters = list(network.parameters())
        first = self.parameters[0]
        self.rates = torch.tensor(rates, dtype=first.dtype, device=first.device)
        self.rate = torch.zeros_like(self.rates[0])
        self.average, self.mean, self.square = (
            [torch.zeros_like(p) for p in self.parameters] for _ in range(3)
        )
        self.counts = [torch.zeros((), dtype=torch.float32, device=first.device) for _ in self.parameters]
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)
        self.done = 0
        self.advance = Graphed(self) if first.is_cuda else self.run

    def run(self, block: Block, start: int) -> torch.Tensor:
        """Take one step per leading index of the block; returns the summed loss, left on the device."""
        self.done = start + len(block[0])
        return self.steps(block, self.rates[start : self.done])

    def steps(self, block: Block, rates: torch.Tensor) -> torch.Tensor:
        """The steps themselves: nothing here waits for the device."""
        first = block[0]
        total = torch.zeros((), dtype=first.dtype, device=first.device)
        for i in range(len(first)):
            self.rate.copy_(rates[i])
            loss = self.loss(self.network, block, i)
            gradients = [parameter.grad for parameter in self.parameters]
            torch._foreach_zero_(gradients)
            loss.backward()
            self._adam(gradients)
            torch._foreach_lerp_(self.average, self.parameters, 1 - self.decay)
            total += loss.detach()
        return total / first.shape[1]

    @torch.no_grad()
    def _adam(self, gradients: list[torch.Tensor]) -> None:
        """One step of Adam (`kingma2015adam`), called as a function: building torch.optim.Adam imports torch's
        compiler, which takes seconds and leaves a variable in the environment."""
        adam(
            self.parameters, gradients, self.mean, self.square, [], self.counts,
            fused=True, capturable=self.rate.is_cuda, amsgrad=False, beta1=0.9, beta2=0.999, lr=self.rate,
            weight_decay=0.0, eps=1e-8, maximize=False,
        )  # fmt: skip

    def averaged(self) -> nn.Module:
        """A copy of the network with the averaged weights, the average's start at zero corrected for."""
        network = copy.deepcopy(self.network).requires_grad_(False)
        correction = 1 - self.decay**self.done
        for parameter, mean in zip(network.parameters(), self.average, strict=True):
            parameter.copy_(mean / correction)
        return network


class Graphed:
    """Replays a whole block of steps as one CUDA graph; a shorter last block runs step by step."""

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, block: Block, start: int) -> torch.Tensor:
        stepper = self.stepper
        if start == 0 or len(block[0]) < BLOCK:  # the first block also warms the allocator up
            return self._aside(block, start)
        if self.graph is None:
            self._capture(block, start)
        for static, fresh in zip(self.block, block, strict=True):
            static.copy_(fresh)
        stepper.done = start + len(block[0])
        self.rates.copy_(stepper.rates[start : stepper.done])
        self.graph.replay()
        return self.total.clone()

    def _aside(self, block: Block, start: int) -> torch.Tensor:
        """Run on a side stream, as capture needs the tensors to have been used there."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            total = self.stepper.run(block, start)
        torch.cuda.current_stream().wait_stream(stream)
        return total

    def _capture(self, block: Block, start: int) -> None:
        self.block = tuple(part.clone() for part in block)
        self.rates = self.stepper.rates[start : start + len(block[0])].clone()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.total = self.stepper.steps(self.block, self.rates)
