"""How much a record moves its own output: estimates from a trained network, without retraining."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from szilard.leave_one_out.gaussian_process import records
from szilard.leave_one_out.networks import Recipe, Stack, training
from szilard.rng import RNG, spawn
from szilard.validation import check_integer, check_positive

__all__ = ["influence_estimates", "influence_function", "tangent_gram", "tracin"]


def tangent_gram(stack: Stack, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Inner products of the gradients of outputs, (fleet, n, C, n, C), and the outputs, (fleet, n, C).

    The gradient of an output with respect to a layer is an outer product, so that no Jacobian is built.
    """
    layers, hidden = list(stack.weights), [x.expand(len(stack.weights[0]), *x.shape)]
    with torch.enable_grad():
        before: list[Tensor] = []
        for i, weight in enumerate(layers):
            inside = stack.phi(hidden[-1]) if i else hidden[-1]
            out = torch.matmul(inside, weight) * (stack.gain / math.sqrt(weight.shape[1]))
            before.append(inside)
            hidden.append(out.detach().requires_grad_() if i < len(layers) - 1 else out.detach())
    outputs = hidden[-1]
    fleet, n, count = outputs.shape
    errors = torch.eye(count, dtype=x.dtype, device=x.device).expand(fleet, n, count, count)
    gram = torch.zeros(fleet, n, count, n, count, dtype=x.dtype, device=x.device)
    for i in reversed(range(len(layers))):
        scale = stack.gain / math.sqrt(layers[i].shape[1])
        inputs, back = before[i].detach(), errors * scale
        products = torch.einsum("fnch,fmdh->fncmd", back, back)
        gram += products * torch.matmul(inputs, inputs.mT)[:, :, None, :, None]
        if i:
            (slope,) = torch.autograd.grad(before[i].sum(), hidden[i])
            errors = torch.einsum("fnco,fho->fnch", back, layers[i].detach()) * slope[:, :, None]
    return gram.double().cpu().numpy(), outputs.double().cpu().numpy()


def influence_function(gram: np.ndarray, residual: np.ndarray, damping: float) -> np.ndarray:
    r"""First-order change of each record's own output when it is left out, (n, C) (`koh2017understanding`).

    With J the Jacobian of all outputs, r = f − y and the Gauss-Newton Hessian :math:`J^\top J+\lambda I`,

    .. math:: \Delta f_i=\bigl[JJ^\top(JJ^\top+\lambda I)^{-1}\bigr]_{ii}\,r_i.

    Args:
        gram: JJᵀ, (n, C, n, C).
        residual: f − y, (n, C).
        damping: λ > 0.
    """
    check_positive(damping, "damping")
    n, count = residual.shape
    whole = gram.reshape(n * count, n * count)
    kept = np.eye(n * count) - damping * np.linalg.inv(whole + damping * np.eye(n * count))
    blocks = kept.reshape(n, count, n, count)[np.arange(n), :, np.arange(n)]
    return np.einsum("ncd,nd->nc", blocks, residual)


def tracin(gram: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """Squared length of the gradient of each record's own loss, (n,): one checkpoint's part of its self-influence
    (`pruthi2020estimating`)."""
    own = gram[np.arange(len(residual)), :, np.arange(len(residual))]
    return np.einsum("nc,ncd,nd->n", residual, own, residual)


def influence_estimates(
    recipe: Recipe,
    X: ArrayLike,
    Y: ArrayLike,
    networks: int = 4,
    damping: float = 0.1,
    rng: RNG = 0,
    device: str = "cpu",
) -> dict[str, np.ndarray]:
    """Both estimates from networks that saw all records: lengths of changes, (n,) each, averaged over networks.

    Args:
        recipe, X, Y, device: as for :func:`retrained`.
        networks: how many.
        damping: λ over the mean of the diagonal of JJᵀ.
        rng: first weights.

    Returns:
        ``"influence function"``, the predicted change of a record's own output, and ``"TracIn"``, the square root of
        the sum of squared gradients over checkpoints.
    """
    check_integer(networks, "networks", minimum=1)
    x, y = records((X, Y), ("X", "Y"))
    traced = np.zeros(len(x))
    for stack, _ in training(recipe, x, y, [-1] * networks, spawn(rng, networks), device):
        grams, outputs = tangent_gram(stack, torch.from_numpy(x).to(stack.weights[0]))
        pairs = list(zip(grams, outputs - y, strict=True))
        traced += np.mean([tracin(*pair) for pair in pairs], axis=0)
    changes = [influence_function(gram, gap, damping * _mean_diagonal(gram)) for gram, gap in pairs]
    return {"influence function": np.linalg.norm(np.mean(changes, axis=0), axis=1), "TracIn": np.sqrt(traced)}


def _mean_diagonal(gram: np.ndarray) -> float:
    n, count = gram.shape[:2]
    return float(np.trace(gram.reshape(n * count, n * count))) / (n * count)
