"""Layers of many small networks side by side: every parameter has a leading axis of length ``fleet``.

A single network is a fleet of one. Members never mix, and each draws its first weights from a stream of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
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
        if torch.compiler.is_compiling():  # apart from the product, the bias joins the kernel of what follows
            return torch.bmm(x, self.weight) + self.bias
        return torch.baddbmm(self.bias, x, self.weight)


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
