"""The same training as in the compiled loops, in torch: for a card, where three fused kernels make a step.

On a card activations are computed twice, forward and backward, and never stored; a block of steps is one CUDA graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

from szilard.device import is_cuda, working_precision
from szilard.fleets import BLOCK, Replay, aside
from szilard.scaling.activations import torch_activation

MOST = 2**28  # neurons × points of all networks together, where activations are stored

__all__ = ["train"]


def train(
    theta: np.ndarray, x: np.ndarray, y: np.ndarray, rates: np.ndarray, kind: int, device: str, at: Sequence[int]
) -> list[np.ndarray]:
    """Networks ``theta`` (rows, networks) after each number of steps in ``at``, as float64 on the host.

    Args:
        theta, x, y, rates, kind: as in :func:`szilard.scaling._loops.train`.
        device: where; float64 on the processor, float32 on a card.
        at: increasing numbers of steps.
    """
    width = (len(theta) - 1) // (x.shape[1] + 2)
    members = max(1, MOST // (width * len(x)))
    parts = [theta[:, first : first + members] for first in range(0, theta.shape[1], members)]
    paths = [_train(part, x, y, rates, kind, device, at) for part in parts]
    return [np.concatenate(moments, axis=1) for moments in zip(*paths, strict=True)]


def _train(
    theta: np.ndarray, x: np.ndarray, y: np.ndarray, rates: np.ndarray, kind: int, device: str, at: Sequence[int]
) -> list[np.ndarray]:
    place = partial(torch.as_tensor, dtype=working_precision(device), device=device)
    state = place(np.array(theta.T, order="C"))  # a copy, as steps change it in place
    moments = torch.zeros_like(state), torch.zeros_like(state)
    t = np.arange(1, len(rates) + 1)
    sizes = place(np.stack([rates / (1 - 0.9**t), np.sqrt(1 - 0.999**t)], axis=1))
    work = partial(_steps, state, moments, place(x), place(y), kind)
    kept, done = [], 0
    advance = _Blocks(work) if is_cuda(device) else work
    for stop in at:
        advance(sizes[done:stop])
        done = stop
        kept.append(state.double().cpu().numpy().T.copy())
    return kept


class _Blocks:
    """Steps on a card: the first block warms up, every later whole one is replayed as a graph."""

    def __init__(self, work: Callable[[Tensor], Tensor]) -> None:
        self.work, self.graph, self.warm = work, Replay(work), False

    def __call__(self, sizes: Tensor) -> None:
        for block in sizes.split(BLOCK):
            if self.warm and len(block) == BLOCK:
                self.graph(block)
            else:
                aside(partial(self.work, block))
                self.warm = True


@torch.no_grad()
def _steps(state: Tensor, moments: tuple[Tensor, Tensor], x: Tensor, y: Tensor, kind: int, sizes: Tensor) -> Tensor:
    slope, gradients, adam = (_for(state.device, each) for each in (_slope, _gradients, _adam))
    for size in sizes.unbind():
        parts = _parts(state, x.shape[1])
        gradient = gradients(*parts, x, slope(*parts, x, y, kind), kind)
        adam(state, *moments, gradient, size)
    return state


@cache
def _for(device: torch.device, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``function``, compiled once for all widths where ``device`` is a card and Triton is there."""
    return torch.compile(function, dynamic=True) if device.type == "cuda" and find_spec("triton") else function


def _parts(state: Tensor, dim: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Input weights (M, dim, N), biases and output weights (M, N), and constants (M, 1)."""
    width = (state.shape[1] - 1) // (dim + 2)
    w, b, v, c = state.split([dim * width, width, width, 1], dim=1)
    return w.unflatten(1, (dim, width)), b, v, c


def _preactivation(w: Tensor, b: Tensor, x: Tensor) -> Tensor:
    z = b.unsqueeze(2) + w[:, 0].unsqueeze(2) * x[:, 0]
    for k in range(1, x.shape[1]):
        z = z + w[:, k].unsqueeze(2) * x[:, k]
    return z


def _slope(w: Tensor, b: Tensor, v: Tensor, c: Tensor, x: Tensor, y: Tensor, kind: int) -> Tensor:
    """Derivative (M, P) of the loss by the outputs."""
    h, _ = torch_activation(kind, _preactivation(w, b, x))
    return 2 * ((v.unsqueeze(2) * h).sum(1) + c - y) / len(y)


def _gradients(w: Tensor, b: Tensor, v: Tensor, c: Tensor, x: Tensor, slope: Tensor, kind: int) -> Tensor:
    """Gradient (M, rows), in the order of the parameters."""
    h, d = torch_activation(kind, _preactivation(w, b, x))
    g = slope.unsqueeze(1)
    q = g * d
    inner = [v * (q * x[:, k]).sum(2) for k in range(x.shape[1])]
    return torch.cat([*inner, v * q.sum(2), (g * h).sum(2), slope.sum(1, keepdim=True)], dim=1)


def _adam(state: Tensor, mean: Tensor, square: Tensor, gradient: Tensor, size: Tensor) -> Tensor:
    """One step of Adam (`kingma2015adam`) in place; ``size`` holds the rate and the scale, corrected for the start."""
    mean.mul_(0.9).add_(gradient, alpha=0.1)
    square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    return state.sub_(size[0] * mean / (square.sqrt() / size[1] + 1e-8))
