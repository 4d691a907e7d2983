r"""Stochastic perceptrons side by side: a code :math:`z\sim N(\mu(x),\operatorname{diag}\sigma^2(x))` and a linear
head, as `kawaguchi2023ib` train them, and what the code knows of the input."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.fleets import Linear

GAIN = 1 / math.sqrt(3)  # weights as wide as PyTorch draws them by default
NARROWEST = 1e-10  # standard deviation of the code

__all__ = ["StochasticNetworks", "batch_information"]


class StochasticNetworks(nn.Module):
    """A fleet of networks d-h-h-h/2-h/2-classes: layers for μ and for σ of their own, rectified, and one linear head.

    The two encoders of a member stand side by side on the fleet's axis, μ's first, so that one product serves both.
    In the order of ``parameters()`` a member's weights are those of the layers one after the other, the head's last.
    """

    def __init__(
        self, width: int, generators: Sequence[torch.Generator], dtype: torch.dtype, inputs: int, classes: int
    ) -> None:
        super().__init__()
        sizes = [inputs, width, width, width // 2, width // 2]
        both = [generator for generator in generators for _ in range(2)]
        self.encoder = nn.ModuleList(Linear(a, b, both, dtype, GAIN) for a, b in zip(sizes, sizes[1:], strict=False))
        self.head = Linear(width // 2, classes, generators, dtype, GAIN)

    def hidden(self, x: Tensor) -> list[Tensor]:
        """Outputs of the rectified layers for x (fleet, n, d), μ's and σ's, each (fleet, 2, n, width)."""
        found, x = [], x.repeat_interleave(2, dim=0)
        for layer in self.encoder[:-1]:
            x = F.relu(layer(x), inplace=True)
            found.append(x.unflatten(0, (-1, 2)))
        return found

    def code(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and standard deviations of z, each (fleet, n, h/2)."""
        last = self.hidden(x)[-1].flatten(0, 1)
        mean, raw = self.encoder[-1](last).unflatten(0, (-1, 2)).unbind(1)
        return mean, F.softplus(raw).clamp(min=NARROWEST)

    def flat(self) -> Tensor:
        """The weights of every member in a row, (fleet, P)."""
        fleet = len(self.head.weight)
        return torch.cat([parameter.detach().reshape(fleet, -1) for parameter in self.parameters()], dim=1)


def batch_information(z: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    r""":math:`\frac1N\sum_i\ln\frac{q(z_i|x_i)}{\frac1N\sum_jq(z_i|x_j)}` in nats, never above ln N, for every member.

    Args:
        z: one draw of every code, (fleet, N, k).
        mean: μ, (fleet, N, k).
        deviation: σ, (fleet, N, k).
    """
    centre = mean.detach().mean(1, keepdim=True)  # squares of what is far from zero would cancel
    z, mean, precision = z - centre, mean - centre, deviation**-2
    first = mean * precision
    base = -0.5 * (first * mean).sum(-1) - deviation.log().sum(-1)
    densities = torch.bmm(torch.cat([z, z * z], -1), torch.cat([first, -0.5 * precision], -1).mT) + base[:, None]
    own = densities.diagonal(dim1=1, dim2=2)
    return (own - densities.logsumexp(-1)).mean(-1) + math.log(z.shape[1])
