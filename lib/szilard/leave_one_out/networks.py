"""Networks retrained without a record, hundreds as one stacked model: what distinguishability predicts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from szilard.device import is_cuda, resolve_device, working_precision
from szilard.fleets import BLOCK, Stepper, Training
from szilard.leave_one_out.activations import activation
from szilard.leave_one_out.gaussian_process import records
from szilard.ranking import auc
from szilard.rng import RNG, generator, spawn, torch_generator
from szilard.validation import as_numbers, check_integer

TOGETHER = {True: 256, False: 40}  # networks stacked at most, on a card or not: the latter fits a processor's cache

__all__ = ["Recipe", "Stack", "measured_attack", "retrained", "training"]


@dataclass(frozen=True)
class Recipe:
    """How each network is built and trained: on all its records at once, by Adam, to the squared error.

    Args:
        width: of every hidden layer.
        depth: hidden layers.
        activation: a name in ``ACTIVATIONS``.
        weight: variance of the weights times the inputs of a layer; there are no biases.
        steps: of Adam.
        lr: its largest rate, for weights of unit variance that the network divides by √(inputs of the layer).
        schedule: of the rate, see :class:`szilard.diffusion.Training`.
    """

    width: int = 48
    depth: int = 2
    activation: str = "relu"
    weight: float = 2.0
    steps: int = 150
    lr: float = 0.005
    schedule: str = "constant"

    def __post_init__(self) -> None:
        for name in ("width", "depth", "steps"):
            check_integer(getattr(self, name), name, minimum=1)
        activation(self.activation)


class Stack(nn.Module):
    """Networks side by side: parameters (fleet, inputs, outputs), each drawn from its member's own stream."""

    def __init__(
        self, recipe: Recipe, d: int, outputs: int, streams: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.phi, self.gain = activation(recipe.activation), math.sqrt(recipe.weight)
        sizes = [d, *[recipe.width] * recipe.depth, outputs]
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        drawn = [
            [torch.randn(*pair, generator=g, dtype=torch.float64, device=g.device) for pair in pairs] for g in streams
        ]
        layers = (torch.stack([member[i] for member in drawn]).to(dtype) for i in range(len(pairs)))
        self.weights = nn.ParameterList(nn.Parameter(layer) for layer in layers)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (fleet, n, C) at shared inputs (n, d)."""
        for i, weight in enumerate(self.weights):
            x = torch.matmul(self.phi(x) if i else x, weight) * (self.gain / math.sqrt(weight.shape[1]))
        return x


def training(
    recipe: Recipe, X: ArrayLike, Y: ArrayLike, left_out: Sequence[int], rngs: Sequence[RNG], device: str = "cpu"
) -> Iterator[tuple[Stack, int]]:
    """Train one network for every entry of ``left_out``, and yield them all every few steps, with the steps done.

    Args:
        recipe: how.
        X, Y: records, (n, d) and (n, C).
        left_out: index of the record that each network does not see; −1 for none.
        rngs: one for the first weights of each.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).

    Raises:
        ValueError: an index that is no record, or not one rng for each.
    """
    x, y = records((X, Y), ("X", "Y"))
    place = resolve_device(device)
    precision, members = working_precision(place), np.asarray(left_out)
    if len(rngs) != len(members) or not len(members) or members.min() < -1 or members.max() >= len(x):
        raise ValueError(f"left_out must hold indices from −1 to {len(x) - 1}, and rngs one each; got {len(rngs)}")
    stack = Stack(recipe, x.shape[1], y.shape[1], [torch_generator(rng, place) for rng in rngs], precision)
    inputs, targets = (torch.as_tensor(part, dtype=precision, device=place) for part in (x, y))
    seen = torch.as_tensor(members[:, None] != np.arange(len(x)), dtype=precision, device=place)[..., None]

    def loss(network: Stack, _: Tensor) -> Tensor:
        return ((network(inputs) - targets) ** 2 * seen).sum() / len(x)

    rates = Training(batch=4, lr=recipe.lr, schedule=recipe.schedule).rates(recipe.steps)
    stepper = Stepper(stack, rates, 0.0, loss)
    for start in range(0, recipe.steps, BLOCK):
        count = min(BLOCK, recipe.steps - start)
        stepper.advance((torch.zeros(count, len(members), dtype=precision, device=place),), start)
        yield stack, start + count


def retrained(
    recipe: Recipe, X: ArrayLike, Y: ArrayLike, left_out: Sequence[int], repeats: int, rng: RNG = 0, device: str = "cpu"
) -> np.ndarray:
    """Outputs of trained networks at all records, (groups, repeats, n, C): ``repeats`` networks without each record.

    Args:
        left_out: one index for each group; −1 for networks that see all.
        recipe, X, Y, device: as for :func:`training`.
        repeats: networks in each group, which differ in their first weights.
        rng: gives every network a stream of its own.
    """
    check_integer(repeats, "repeats", minimum=1)
    members = np.repeat(np.asarray(left_out, dtype=int), repeats)
    rngs, size = spawn(rng, len(members)), TOGETHER[is_cuda(resolve_device(device))]
    x, y = records((X, Y), ("X", "Y"))
    outputs = []
    for start in range(0, len(members), size):
        part = slice(start, start + size)
        *_, (stack, _) = training(recipe, x, y, members[part].tolist(), rngs[part], device)
        with torch.no_grad():
            first = stack.weights[0]
            outputs.append(stack(torch.as_tensor(x, dtype=first.dtype, device=first.device)).double().cpu().numpy())
    return np.concatenate(outputs).reshape(len(left_out), repeats, *y.shape)


def measured_attack(members: ArrayLike, others: ArrayLike, splits: int = 20, rng: RNG = 0) -> float:
    """Area under the curve of a likelihood-ratio attack on outputs of trained networks.

    Normal distributions are fitted to half of either group of outputs, and the ratio of their densities ranks the other
    half; the mean over random halves (`carlini2022membership`).

    Args:
        members: outputs of networks that saw the record, (r, C).
        others: of networks that did not, (r', C).
        splits: number of random halves.
        rng: draws them.

    Raises:
        ValueError: fewer than 2C + 4 networks in a group, or different numbers of outputs.
    """
    groups = [as_numbers(each, name) for each, name in ((members, "members"), (others, "others"))]
    fewest = 2 * groups[0].shape[-1] + 4
    if any(each.ndim != 2 or len(each) < fewest for each in groups) or groups[0].shape[1] != groups[1].shape[1]:
        raise ValueError(f"members and others must be (r, C) with r ≥ {fewest}; got {[each.shape for each in groups]}")
    source = generator(rng)
    return float(np.mean([_one_split(groups, source) for _ in range(splits)]))


def _one_split(groups: Sequence[np.ndarray], source: np.random.Generator) -> float:
    halves = [np.split(source.permutation(each), [len(each) // 2]) for each in groups]
    held_out = np.concatenate([half for _, half in halves])
    logs = [_log_density(fit, held_out) for fit, _ in halves]
    return auc(np.arange(len(held_out)) < len(halves[0][1]), logs[0] - logs[1])


def _log_density(fit: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Of the normal distribution fitted to rows, up to a constant."""
    covariance = np.atleast_2d(np.cov(fit.T))
    covariance.flat[:: len(covariance) + 1] += 1e-9 * np.trace(covariance)
    gaps = at - fit.mean(0)
    return -0.5 * ((gaps @ np.linalg.inv(covariance)) * gaps).sum(1) - 0.5 * np.linalg.slogdet(covariance)[1]
