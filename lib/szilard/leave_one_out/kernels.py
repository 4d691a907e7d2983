"""Covariances of functions: random networks of infinite width (NNGP), the tangent kernel that trains them, and RBF."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from szilard.leave_one_out.activations import Activation, activation
from szilard.rounding import above_rounding
from szilard.validation import as_samples, check_integer, check_positive

__all__ = ["NNGP", "NTK", "RBF", "Kernel", "Variances", "edge_of_chaos", "effective_rank", "on_sphere"]


@dataclass(frozen=True)
class Variances:
    """Of the weights (over the number of inputs of a layer) and of the biases."""

    weight: float = 2.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        check_positive(self.weight, "weight")
        if not 0 <= self.bias < math.inf:
            raise ValueError(f"bias must be a variance ≥ 0; got {self.bias!r}")


class Kernel(ABC):
    """A covariance of functions on R^d. Called with arrays it gives arrays; tensors keep their gradient."""

    @abstractmethod
    def covariance(self, x: Tensor, z: Tensor) -> Tensor:
        """k(x, z) of rows (n, d) and (m, d): shape (n, m)."""

    @abstractmethod
    def variance(self, x: Tensor) -> Tensor:
        """k(x, x) of every row of (n, d): shape (n,)."""

    def __call__(self, x: ArrayLike, z: ArrayLike | None = None) -> np.ndarray:
        """The matrix k(x, z) in float64, (n, m); of ``x`` with itself where ``z`` is not given.

        Raises:
            ValueError: not numeric and finite, or different numbers of columns.
        """
        left = _tensor(x, "x")
        if z is None:
            return _symmetric(self.covariance(left, left), self.variance(left))
        right = _tensor(z, "z")
        if left.shape[1] != right.shape[1]:
            raise ValueError(f"x and z must have equal columns; got {left.shape[1]} and {right.shape[1]}")
        return self.covariance(left, right).numpy()

    def diagonal(self, x: ArrayLike) -> np.ndarray:
        """k(x, x) of every row, float64 (n,)."""
        return self.variance(_tensor(x, "x")).numpy()


@dataclass(frozen=True)
class NNGP(Kernel):
    r"""The Gaussian process that a network of random weights becomes as its layers widen (`lee2018deep`).

    .. math:: k^0=\sigma_b^2+\sigma_w^2\,x\cdot z/d,\qquad k^{l+1}=\sigma_b^2+\sigma_w^2\,\mathbb E[\phi(u)\phi(v)],

    with u and v normal of covariance :math:`k^l`, as many times as there are hidden layers.

    Args:
        activation: "relu", "gelu", "erf", "tanh", or an :class:`Activation`.
        depth: hidden layers; 0 is a linear model.
        variances: of weights and biases, in every layer.
        first: of the first layer, where it has its own.

    >>> NNGP("relu", depth=1)([[1.0, 0.0]], [[0.0, 1.0]]).round(6)  # 1/π
    array([[0.31831]])
    """

    activation: str | Activation = "relu"
    depth: int = 2
    variances: Variances = Variances()
    first: Variances | None = None

    def __post_init__(self) -> None:
        activation(self.activation)
        check_integer(self.depth, "depth", minimum=0)

    def covariance(self, x: Tensor, z: Tensor) -> Tensor:
        """k(x, z) of rows."""
        a, b, k = self._start(x, z)
        phi, layer = activation(self.activation), self.variances
        for _ in range(self.depth):
            a, b, k = (_affine(layer, each) for each in (_own(phi, a), _own(phi, b), phi.moment(a, b, k)))
        return k

    def variance(self, x: Tensor) -> Tensor:
        """k(x, x) of every row."""
        phi, layer = activation(self.activation), self.variances
        a = _affine(self.first or layer, (x * x).mean(1, keepdim=True))
        for _ in range(self.depth):
            a = _affine(layer, _own(phi, a))
        return a[:, 0]

    def _start(self, x: Tensor, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first = self.first or self.variances
        parts = ((x * x).mean(1)[:, None], (z * z).mean(1)[None], x @ z.T / x.shape[1])
        a, b, k = (_affine(first, part) for part in parts)
        return a, b, k


@dataclass(frozen=True)
class NTK(NNGP):
    r"""The tangent kernel of the same networks, which drives gradient descent on the squared loss (`jacot2018neural`).

    .. math:: \Theta^0=k^0,\qquad \Theta^{l+1}=k^{l+1}+\sigma_w^2\,\Theta^l\,\mathbb E[\phi'(u)\phi'(v)].
    """

    def covariance(self, x: Tensor, z: Tensor) -> Tensor:
        """Θ(x, z) of rows."""
        return self._tangent(*self._start(x, z))

    def variance(self, x: Tensor) -> Tensor:
        """Θ(x, x) of every row."""
        a = _affine(self.first or self.variances, (x * x).mean(1))
        return self._tangent(a, a, a)

    def _tangent(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
        phi, layer, theta = activation(self.activation), self.variances, k
        for _ in range(self.depth):
            slope = phi.slope(a, b, k)
            a, b, k = (_affine(layer, each) for each in (_own(phi, a), _own(phi, b), phi.moment(a, b, k)))
            theta = k + layer.weight * theta * slope
        return theta


@dataclass(frozen=True)
class RBF(Kernel):
    r""":math:`\exp(-\gamma\,\lVert x-z\rVert^2/d)` with d the number of columns."""

    gamma: float = 1.0

    def __post_init__(self) -> None:
        check_positive(self.gamma, "gamma")

    def covariance(self, x: Tensor, z: Tensor) -> Tensor:
        """k(x, z) of rows."""
        squares = (x * x).sum(1)[:, None] + (z * z).sum(1)[None] - 2 * x @ z.T
        return torch.exp(-self.gamma * squares.clamp(min=0) / x.shape[1])

    def variance(self, x: Tensor) -> Tensor:
        """One for every row."""
        return torch.ones(len(x), dtype=x.dtype, device=x.device)


def edge_of_chaos(name: str | Activation, q: float = 1.0) -> Variances:
    r"""The variances under which inputs of variance q keep it, and neighbours neither merge nor part to first order.

    .. math:: \sigma_w^2\,\mathbb E[\phi'(\sqrt q z)^2]=1,\qquad q=\sigma_b^2+\sigma_w^2\,\mathbb E[\phi(\sqrt q z)^2]

    (`schoenholz2017deep`).

    Raises:
        ValueError: no variance ≥ 0 of the biases does it.

    >>> edge_of_chaos("relu")
    Variances(weight=2.0, bias=0.0)
    """
    check_positive(q, "q")
    phi, own = activation(name), torch.full((1, 1), float(q), dtype=torch.float64)
    weight = 1 / float(phi.slope(own, own, own))
    bias = above_rounding(q - weight * float(_own(phi, own)), floor=1e-12 * q)
    if bias < 0:
        raise ValueError(f"q must leave a variance ≥ 0 to the biases; got {q!r}, which needs {bias:.3g}")
    return Variances(weight, bias)


def on_sphere(x: ArrayLike) -> np.ndarray:
    """Rows of ``x`` (n, d) scaled to the length √d.

    Raises:
        ValueError: not numeric and finite, or a row of zeros.
    """
    rows = as_samples(x, "x")
    lengths = np.sqrt((rows**2).mean(1, keepdims=True))
    if not lengths.all():
        raise ValueError(f"x must have no row of zeros; got {int((lengths == 0).sum())}")
    return rows / lengths


def effective_rank(K: ArrayLike) -> float:
    """exp of the entropy of the eigenvalues of ``K`` (n, n), taken as a probability distribution.

    >>> round(effective_rank(np.eye(3)), 9)
    3.0
    """
    values = np.linalg.eigvalsh(as_samples(K, "K")).clip(min=0)
    shares = values[values > 0] / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _affine(layer: Variances, moment: Tensor) -> Tensor:
    return layer.bias + layer.weight * moment


def _own(phi: Activation, variance: Tensor) -> Tensor:
    """E[φ(u)²] for variances of any shape."""
    return phi.moment(variance, variance, variance)


def _tensor(x: ArrayLike, name: str) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(as_samples(x, name)))


def _symmetric(matrix: Tensor, diagonal: Tensor) -> np.ndarray:
    """``matrix`` without what rounding leaves of asymmetry."""
    both = (matrix + matrix.T) / 2
    both.diagonal().copy_(diagonal)
    return both.numpy()
