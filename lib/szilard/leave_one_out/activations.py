r"""Second moments of activations: :math:`\mathbb E[\phi(u)\phi(v)]` for jointly normal u and v of zero mean.

They are what a layer of infinite width does to the covariance of its inputs. ReLU, GELU and erf have closed forms; any
other smooth function goes through its expansion in Hermite polynomials.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from szilard.validation import check_choice

NEAR_ONE = 1 - 1e-15  # of a correlation: arccos has a gradient there, and the moment is exact to rounding
TERMS, NODES = 160, 512
REMAINDER = 1e-7  # share of the second moment that the terms left out may carry, and
SMALL = 1e-24  # a variance in place of zero, where slopes are needed
ROUNDING = 1e-13  # what they carry where further terms would add nothing

__all__ = ["ACTIVATIONS", "GELU", "Activation", "Erf", "Expanded", "ReLU", "activation"]


class Activation(Protocol):
    """What a kernel asks of an activation φ: functions of variances and covariances that broadcast, all float64."""

    def __call__(self, x: Tensor) -> Tensor:
        """φ itself."""
        ...

    def moment(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """E[φ(u)φ(v)] for variances ``a``, ``b`` and covariance ``k``."""
        ...

    def slope(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """E[φ'(u)φ'(v)], which is the derivative of the moment with respect to ``k``."""
        ...


@dataclass(frozen=True)
class ReLU:
    r"""max(0, x). With θ the angle between u and v (`cho2009kernel`),

    .. math:: \mathbb E[\phi\phi]=\tfrac{\sqrt{ab}}{2\pi}(\sin\theta+(\pi-\theta)\cos\theta).
    """

    def __call__(self, x: Tensor) -> Tensor:
        """max(0, x)."""
        return F.relu(x)

    def moment(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """See the class."""
        size, cosine = _cosine(a, b, k)
        cosine = cosine.clamp(-NEAR_ONE, NEAR_ONE)
        rest = math.pi / 2 + torch.arcsin(cosine)  # π − θ
        return size / (2 * math.pi) * (torch.sqrt(1 - cosine * cosine) + rest * cosine)

    def slope(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """(π − θ) / 2π."""
        return 0.25 + torch.arcsin(_cosine(a, b, k)[1]) / (2 * math.pi)


@dataclass(frozen=True)
class GELU:
    r"""x Φ(x), with Φ the normal distribution function. With :math:`p=(1+a)(1+b)` and :math:`\delta^2=p-k^2`,

    .. math:: \mathbb E[\phi\phi]=\tfrac k4+\tfrac1{2\pi}\Bigl(\tfrac{k^2+ab\,\delta^2}{p\,\delta}
        +k\arctan\tfrac k\delta\Bigr).
    """

    def __call__(self, x: Tensor) -> Tensor:
        """x Φ(x)."""
        return F.gelu(x)

    def moment(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """See the class."""
        p = (1 + a) * (1 + b)
        delta = torch.sqrt(p - k * k)
        return k / 4 + ((k * k + a * b * delta**2) / (p * delta) + k * torch.arctan(k / delta)) / (2 * math.pi)

    def slope(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """The moment's derivative."""
        p = (1 + a) * (1 + b)
        square = p - k * k
        delta = torch.sqrt(square)
        bent = (2 * (1 - a * b) + (k * k + a * b * square) / square) / p + 1
        return 0.25 + (k / delta * bent + torch.arctan(k / delta)) / (2 * math.pi)


@dataclass(frozen=True)
class Erf:
    r"""The error function (`williams1997computing`):
    :math:`\mathbb E[\phi\phi]=\tfrac2\pi\arcsin\bigl(2k/\sqrt{(1+2a)(1+2b)}\bigr)`."""

    def __call__(self, x: Tensor) -> Tensor:
        """erf x."""
        return torch.erf(x)

    def moment(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """See the class."""
        return 2 / math.pi * torch.arcsin(2 * k / torch.sqrt((1 + 2 * a) * (1 + 2 * b)))

    def slope(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """The moment's derivative."""
        return 4 / math.pi / torch.sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * k * k)


@dataclass(frozen=True)
class Expanded:
    r"""Any smooth activation, by Hermite polynomials (Mehler's formula).

    With :math:`a_k(q)=\mathbb E[\phi(\sqrt q\,z)\,h_k(z)]`, h orthonormal and z standard normal,

    .. math:: \mathbb E[\phi\phi]=\sum_k a_k(a)\,a_k(b)\,c^k,\qquad c=k/\sqrt{ab}.

    Args:
        function: φ, of a tensor; kernels inherit how smooth it is.

    Raises:
        ValueError: (when used) the terms kept leave more than 1e-7 of a second moment, as kinks and large variances do.
    """

    function: Callable[[Tensor], Tensor]

    def __call__(self, x: Tensor) -> Tensor:
        """φ itself."""
        return self.function(x)

    def moment(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """See the class."""
        return self._sum(a, b, k, 0)

    def slope(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        """The moment's derivative, term by term."""
        a, b = a.clamp(min=SMALL), b.clamp(min=SMALL)
        return self._sum(a, b, k, 1) / torch.sqrt(a * b)

    def _sum(self, a: Tensor, b: Tensor, k: Tensor, order: int) -> Tensor:
        cosine = _cosine(a, b, k)[1]
        (left, terms), (right, others) = self._coefficients(a), self._coefficients(b)
        total = torch.zeros_like(cosine)
        for power in range(max(terms, others) - 1, order - 1, -1):  # Horner
            factor = power if order else 1
            total = total * cosine + factor * left[..., power] * right[..., power]
        return total

    def _coefficients(self, variance: Tensor) -> tuple[Tensor, int]:
        """The coefficients, on a last axis, and how many of them matter."""
        nodes, weights, polynomials = _hermite(variance.device)
        values = self.function(torch.sqrt(variance)[..., None] * nodes)
        coefficients = (values * weights) @ polynomials
        whole = (values**2 * weights).sum(-1, keepdim=True)
        left_out = (whole - (coefficients**2).cumsum(-1)) / whole.clamp(min=1e-300)
        if bool((left_out[..., -1] > REMAINDER).any()):
            most = float(variance.max())
            raise ValueError(f"variances must be small enough for {TERMS} Hermite terms; got one of {most:.3g}")
        return coefficients, min(int((left_out > ROUNDING).sum(-1).max()) + 1, TERMS)


ACTIVATIONS: dict[str, Activation] = {"relu": ReLU(), "gelu": GELU(), "erf": Erf(), "tanh": Expanded(torch.tanh)}


def activation(name: str | Activation) -> Activation:
    """An activation by name, or the activation given."""
    if isinstance(name, str):
        return ACTIVATIONS[check_choice(name, "activation", ACTIVATIONS)]
    return name


def _cosine(a: Tensor, b: Tensor, k: Tensor) -> tuple[Tensor, Tensor]:
    """√(ab) and the correlation, 0 where a variance is."""
    size = torch.sqrt(a * b)
    positive = size > 0
    return size, torch.where(positive, k / torch.where(positive, size, 1.0), 0.0).clamp(-1.0, 1.0)


@cache
def _hermite(device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Nodes and weights for standard normal averages, and orthonormal Hermite polynomials at the nodes."""
    nodes = np.linspace(-14, 14, NODES)  # equal steps: exponentially accurate for what is analytic
    weights = np.exp(-(nodes**2) / 2) * (nodes[1] - nodes[0]) / math.sqrt(2 * math.pi)
    polynomials = np.empty((NODES, TERMS))
    polynomials[:, 0], polynomials[:, 1] = 1.0, nodes
    for k in range(2, TERMS):
        raised = nodes * polynomials[:, k - 1] - math.sqrt(k - 1) * polynomials[:, k - 2]
        polynomials[:, k] = raised / math.sqrt(k)
    host = (torch.from_numpy(part) for part in (nodes, weights, polynomials))
    first, second, third = (part.to(device) for part in host)
    return first, second, third
