"""Activations of the tiny networks, with their derivatives, for arrays and for torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from szilard.scaling import _loops
from szilard.validation import as_numbers, check_choice

if TYPE_CHECKING:
    from torch import Tensor

ACTIVATIONS = {
    "silu": _loops.SILU,
    "relu": _loops.RELU,
    "leaky relu": _loops.LEAKY,
    "gelu": _loops.GELU,
    "tanh": _loops.TANH,
    "softplus": _loops.SOFTPLUS,
    "square": _loops.SQUARE,
}

__all__ = ["ACTIVATIONS", "activate", "code", "torch_activation"]


def code(name: str) -> int:
    """The number by which compiled loops know activation ``name``; ValueError with the closest known name."""
    return ACTIVATIONS[check_choice(name, "activation", ACTIVATIONS)]


def activate(name: str, z: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Activation ``name`` and its derivative at ``z``, two arrays of its shape; a number counts as an array of one.

    ``"silu"`` is z/(1 + e⁻ᶻ), ``"gelu"`` its usual form through the hyperbolic tangent, ``"leaky relu"`` has slope
    0.01 below zero, ``"square"`` is z².

    >>> activate("silu", [0.0])[1].tolist()
    [0.5]
    """
    points = np.ascontiguousarray(as_numbers(z, "z"), dtype=float)
    h, d = np.empty(points.size), np.empty(points.size)
    _loops.activate(code(name), points.reshape(-1), h, d)
    return h.reshape(points.shape), d.reshape(points.shape)


def torch_activation(kind: int, z: Tensor) -> tuple[Tensor, Tensor]:
    """The same for a tensor, by the code of the activation."""
    import torch

    if kind in (_loops.RELU, _loops.LEAKY):
        low = 0.0 if kind == _loops.RELU else _loops.LEAK
        slope = low + (1 - low) * (z > 0).to(z.dtype)
        return z * slope, slope
    if kind == _loops.GELU:
        s = torch.sigmoid(_loops.GELU_LINEAR * (z + _loops.GELU_CUBIC * z**3))
        return z * s, s + z * s * (1 - s) * _loops.GELU_LINEAR * (1 + 3 * _loops.GELU_CUBIC * z * z)
    if kind == _loops.TANH:
        h = torch.tanh(z)
        return h, 1 - h * h
    s = torch.sigmoid(z)
    if kind == _loops.SOFTPLUS:
        return torch.clamp(z, min=0) + torch.log1p(torch.exp(-z.abs())), s
    return (z * s, s * (1 + z * (1 - s))) if kind == _loops.SILU else (z * z, 2 * z)
