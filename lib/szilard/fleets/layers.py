"""Layers of many small networks side by side: every parameter has a leading axis of length ``fleet``.

A single network is a fleet of one. Members never mix, and each draws its first weights from a stream of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional as F

__all__ = ["Linear", "Perceptron"]


class Linear(nn.Module):
    """``fleet`` affine maps side by side, (fleet, n, fan_in) → (fleet, n, fan_out).

    Each member draws its initial weights, normal with standard deviation ``gain`` / √fan_in, from its own stream.
    """

    def __init__(
        self, fan_in: int, fan_out: int, generators: Sequence[torch.Generator], dtype: torch.dtype, gain: float
    ) -> None:
        super().__init__()

        def draw(rows: int, spread: float) -> nn.Parameter:
            members = [
                torch.randn(rows, fan_out, generator=g, dtype=torch.float64, device=g.device) for g in generators
            ]
            return nn.Parameter((torch.stack(members) * (spread / math.sqrt(fan_in))).to(dtype))

        self.weight, self.bias = draw(fan_in, gain), draw(1, gain / 2)

    def forward(self, x: Tensor) -> Tensor:
        """The maps applied to (fleet, n, fan_in)."""
        if x.is_cuda:
            return _Affine.apply(x, self.weight, self.bias)
        return torch.baddbmm(self.bias, x, self.weight)


class _Affine(torch.autograd.Function):
    """Maps (fleet, n, a) → (fleet, n, b) on a card: weight gradients are sums over ``n`` taken in parallel pieces.

    Such a gradient is small and its sum long: taken whole, a few blocks of threads work while the card waits for them.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        if torch.compiler.is_compiling():  # apart from the product, the bias joins the kernel of what follows
            return torch.bmm(x, weight) + bias
        return torch.baddbmm(bias, x, weight)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        fleet, rows, _ = x.shape
        pieces = _pieces(weight.shape, rows)
        left, right = (part.reshape(fleet * pieces, rows // pieces, -1) for part in (x, gradient))
        along = torch.bmm(left.mT, right).view(fleet, pieces, *weight.shape[1:]).sum(1)
        back = torch.bmm(gradient, weight.mT) if ctx.needs_input_grad[0] else None
        return back, along, gradient.sum(1, keepdim=True)


def _pieces(shape: torch.Size, rows: int) -> int:
    """Into how many equal pieces of 64 rows or more the sum behind each entry of ``shape`` (fleet, a, b) is cut: enough
    for 256 blocks of threads at once, with a block for each 64 × 64 entries, and no more, as every piece is stored."""
    blocks, pieces = shape[0] * -(-shape[1] // 64) * -(-shape[2] // 64), 1
    while blocks * pieces < 256 and rows % (128 * pieces) == 0:
        pieces *= 2
    return pieces


class Perceptron(nn.Module):
    """Perceptrons side by side, with SiLU between their layers of ``sizes``; ``final`` is the gain of the last."""

    def __init__(
        self, sizes: Sequence[int], generators: Sequence[torch.Generator], dtype: torch.dtype, final: float
    ) -> None:
        super().__init__()
        gains = [1.5] * (len(sizes) - 2) + [final]
        ends = zip(sizes, sizes[1:], gains, strict=False)
        self.layers = nn.ModuleList(Linear(a, b, generators, dtype, gain) for a, b, gain in ends)

    def forward(self, x: Tensor) -> Tensor:
        """The networks applied to (fleet, n, first size)."""
        for layer in self.layers[:-1]:
            x = F.silu(layer(x))
        return self.layers[-1](x)
