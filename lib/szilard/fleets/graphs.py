"""CUDA graphs: work captured once and launched whole, and elementwise operations compiled into few kernels.

Small networks leave a card idle between launches; a graph of many steps is one launch. What is captured must not wait
for the device, and what it remembers must be tensors changed in place.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.util import find_spec
from typing import Generic, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")

__all__ = ["Replay", "aside", "fused"]


def aside(work: Callable[[], T]) -> T:
    """Do ``work`` on a side stream of the card, as whatever is captured later must have been done once."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        result = work()
    torch.cuda.current_stream().wait_stream(stream)
    return result


class Replay(Generic[T]):
    """``work`` as one CUDA graph, captured at the first call and launched at every call.

    Args:
        work: a function of tensors that has run :func:`aside` before, so that memory and kernels are there.
        generators: random streams that it draws from besides the default one.

    A call takes tensors of the same shapes each time. It returns the result that every later call overwrites.
    """

    def __init__(self, work: Callable[..., T], generators: Sequence[torch.Generator] = ()) -> None:
        self.work, self.generators = work, generators
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, *inputs: Tensor) -> T:
        """Copy ``inputs`` into place and launch the graph."""
        if self.graph is None:
            self.graph = self._capture(inputs)
        for static, fresh in zip(self.inputs, inputs, strict=True):
            static.copy_(fresh)
        self.graph.replay()
        return self.result

    def _capture(self, inputs: Sequence[Tensor]) -> torch.cuda.CUDAGraph:
        self.inputs, graph = [part.clone() for part in inputs], torch.cuda.CUDAGraph()
        for generator in self.generators:
            graph.register_generator_state(generator)
        gc.collect()  # a graph of before that were freed during the capture would spoil it
        with torch.cuda.graph(graph):
            self.result = self.work(*self.inputs)
        return graph


def fused(loss: Callable[..., Tensor], device: torch.device) -> Callable[..., Tensor]:
    """``loss``, a pure function of modules and tensors, compiled where ``device`` is a card and Triton is there.

    Its elementwise operations then share kernels, forward and backward; results differ by rounding. The first call
    takes many seconds, and so does one with other shapes. The arguments of a partial function stay arguments, so that
    trainings of equal shapes share what is compiled.
    """
    if device.type != "cuda" or find_spec("triton") is None:
        return loss
    if isinstance(loss, partial):
        return partial(_compiled(loss.func), *loss.args, **loss.keywords)
    return _compiled(loss)


@cache
def _compiled(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return torch.compile(function, dynamic=False)
