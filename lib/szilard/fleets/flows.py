r"""Flows: invertible maps of two variables, learnt to bring a pair close to a Gaussian copula.

Mutual information stays what it is when X and Y go through invertible maps, each through its own; how hard it is to
see does not. So maps may be learnt first, and any estimator be asked afterwards (`butakov2024flows`).

The maps here keep volume: a rotation, then *turns*. A turn rotates one plane about a point in it, by an angle that is
a learnt function of everything the turn leaves as it was: the coordinates across the plane, how long they are, and the
distance from the point. So it can be undone exactly. Maps are learnt by maximum likelihood of a Gaussian copula with
free margins: what is made small is

.. math:: \tfrac12\log|R|-\sum_i\mathrm{E}\log f_i,

with R the correlations of the normal scores of all coordinates, and f_i the density of coordinate i, smoothed and
tabulated anew from time to time. No Jacobian enters, as no volume changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.adam import adam

from szilard.device import check_device, resolve_device, working_precision
from szilard.fleets.layers import Linear
from szilard.fleets.preprocess import Rescale
from szilard.fleets.training import Training
from szilard.progress import Show, progress_bar
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import as_samples, check_integer, check_varies, paired_samples

GRID = 200  # points at which a density is tabulated
TABULATED = 20_000  # samples that a table is made from, at most
RENEWED = 25  # steps between tables
TAIL = 5e-4  # share of the samples beyond either end of a table; there it goes on along straight lines
DEPENDENT = 1e-9  # smallest eigenvalue of correlations that is not taken for zero

__all__ = ["Flow", "fit_flows"]


@dataclass(frozen=True)
class Flow:
    """An invertible map of one variable, made by :func:`fit_flows`: rescaled, then moved without change of volume."""

    rescale: Rescale
    moves: _Moves

    def __call__(self, samples: ArrayLike) -> np.ndarray:
        """Where samples (n, d) go, (n, d)."""
        return self._moved(self.rescale(self._checked(samples)), back=False)

    def inverse(self, mapped: ArrayLike) -> np.ndarray:
        """The samples (n, d) that went to ``mapped`` (n, d)."""
        return self._moved(self._checked(mapped), back=True) * self.rescale.scale + self.rescale.mean

    def _checked(self, samples: ArrayLike) -> np.ndarray:
        checked, d = as_samples(samples), len(self.rescale.mean)
        if checked.shape[1] != d:
            raise ValueError(f"samples must have {d} columns; got {checked.shape[1]}")
        return checked

    @torch.no_grad()
    def _moved(self, samples: np.ndarray, back: bool) -> np.ndarray:
        like = self.moves.skew
        moved = self.moves(torch.as_tensor(samples, dtype=like.dtype, device=like.device), back)
        return moved.cpu().numpy().astype(float)


def fit_flows(
    x: ArrayLike, y: ArrayLike, *, steps: int = 800, training: Training = Training(), turns: int = 4,
    hidden: int = 32, device: str = "auto", progress: bool = True, rng: RNG = 0,
) -> tuple[Flow, Flow]:  # fmt: skip
    """Maps of X and of Y, learnt from paired samples (n, dx) and (n, dy).

    Estimate on other samples than these: maps fit the noise of those they were learnt on, a little.

    Args:
        x: samples of X.
        y: samples of Y.
        steps: optimiser steps; zero leaves the maps at the rotations they start with, turned by next to nothing.
        training: batch (2,048 unless chosen), Adam's rate (0.01) and schedule; there is no weight average.
        turns: turns of each variable of two coordinates or more; one coordinate alone is only rescaled.
        hidden: width of the network that gives an angle.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        progress: show a bar where standard error is a terminal.
        rng: draws what the maps start with and the batches.

    Returns:
        The map of X and the map of Y.

    Raises:
        ValueError: settings out of range, samples that :func:`szilard.validation.paired_samples` refuses, a column that
            is constant or a combination of others, or fewer samples than twice the columns.

    >>> rng = np.random.default_rng(0)
    >>> fx, fy = fit_flows(rng.normal(size=(200, 2)), rng.normal(size=(200, 3)), steps=2, device="cpu")
    >>> fx([[0.5, 1.0]]).shape, fy.inverse(fy([[0.5, 1.0, 2.0]])).round(9).tolist()
    ((1, 2), [[0.5, 1.0, 2.0]])
    """
    for value, name, least in ((steps, "steps", 0), (turns, "turns", 0), (hidden, "hidden", 1)):
        check_integer(value, name, minimum=least)
    place, training = resolve_device(check_device(device)), training.completed(2048, 1e-2)
    pair = _checked_pair(x, y)
    start, batches = (torch_generator(stream, place) for stream in spawn(rng, 2))
    rescaled = [Rescale.fit(part) for part in pair]
    data = [
        torch.as_tensor(to(part), dtype=working_precision(place), device=place)
        for to, part in zip(rescaled, pair, strict=True)
    ]
    moves = [_Moves(part.shape[1], turns, hidden, start, part.dtype).to(place) for part in data]
    with progress_bar(progress, steps, "flows") as show:
        _learn(data, moves, training, steps, batches, show)
    fx, fy = (Flow(to, one) for to, one in zip(rescaled, moves, strict=True))
    return fx, fy


def _checked_pair(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    pair = paired_samples(x, y)
    for part, name in zip(pair, ("x", "y"), strict=True):
        check_varies(part, name)
    joint = np.hstack(pair)
    if len(joint) < 2 * joint.shape[1]:
        raise ValueError(f"x must have at least {2 * joint.shape[1]} rows, twice the columns; got {len(joint)}")
    if np.linalg.eigvalsh(np.corrcoef(joint.T))[0] < DEPENDENT:
        raise ValueError("x and y must have no column that is a combination of others; drop what repeats them")
    return pair


class _Turn(nn.Module):
    """One plane turned about a point in it, by an angle that depends on what the turn leaves as it was."""

    def __init__(self, d: int, hidden: int, generator: torch.Generator, dtype: torch.dtype) -> None:
        super().__init__()
        frame = torch.randn(2, d, generator=generator, dtype=torch.float64, device=generator.device)
        self.frame, self.centre = nn.Parameter(frame.to(dtype)), nn.Parameter(frame.new_zeros(2, dtype=dtype))
        self.straight = nn.Parameter(frame.new_zeros(d + 2, dtype=dtype))
        self.enter, self.leave = (
            Linear(*sizes, [generator], dtype, gain) for sizes, gain in (((d + 2, hidden), 0.6), ((hidden, 1), 0.2))
        )

    def forward(self, x: Tensor, back: bool) -> Tensor:
        """(n, d), turned or turned back."""
        u = F.normalize(self.frame[0], dim=0)
        v = F.normalize(self.frame[1] - (self.frame[1] @ u) * u, dim=0)
        axes = torch.stack([u, v])
        inside = x @ axes.T
        across, inside = x - inside @ axes, inside - self.centre
        angle = self._angle(across, inside.square().sum(1)) * (-1 if back else 1)
        cos, sin = angle.cos(), angle.sin()
        turned = torch.stack([cos * inside[:, 0] - sin * inside[:, 1], sin * inside[:, 0] + cos * inside[:, 1]], dim=1)
        return across + (turned + self.centre) @ axes

    def _angle(self, across: Tensor, distance: Tensor) -> Tensor:
        rest = max(across.shape[1] - 2, 1)  # coordinates across the plane
        lengths = [distance / 2 - 1, (across.square().sum(1) / rest - 1) * math.sqrt(rest / 2)]  # about 0 ± 1
        told = torch.cat([across, torch.stack(lengths, dim=1)], dim=1)
        return told @ self.straight + self.leave(F.silu(self.enter(told[None])))[0, :, 0]


class _Moves(nn.Module):
    """A rotation and turns, in this order; backwards, each undone in the other order."""

    def __init__(self, d: int, turns: int, hidden: int, generator: torch.Generator, dtype: torch.dtype) -> None:
        super().__init__()
        self.skew = nn.Parameter(torch.zeros(d, d, dtype=dtype))
        self.turns = nn.ModuleList(_Turn(d, hidden, generator, dtype) for _ in range(turns if d > 1 else 0))

    def forward(self, x: Tensor, back: bool = False) -> Tensor:
        """(n, d) to (n, d)."""
        rotation = torch.matrix_exp(self.skew - self.skew.T)
        if not back:
            x = x @ rotation
        for turn in reversed(self.turns) if back else self.turns:
            x = turn(x, back)
        return x @ rotation.T if back else x


@dataclass(frozen=True)
class _Margins:
    """Log density and normal score of every coordinate, tabulated at GRID points from ``low`` on."""

    low: Tensor
    spacing: Tensor
    log_density: Tensor
    scores: Tensor

    @classmethod
    def of(cls, samples: Tensor) -> _Margins:
        """From samples (n, d): a histogram, smoothed as a normal density of that spread asks for."""
        n, d = samples.shape
        low, high = torch.quantile(samples, torch.tensor([TAIL, 1 - TAIL]).to(samples), dim=0)
        spacing = (high - low) / (GRID - 1)
        place = (samples - low) / spacing
        inside = ((place >= 0) & (place <= GRID - 1)).to(place)
        cell, part = _split(place)
        mass = samples.new_zeros(d, GRID)
        for index, weight in ((cell, 1 - part), (cell + 1, part)):
            mass.scatter_add_(1, index.T, (weight * inside).T)
        width = 1.06 * samples.std(0) * n**-0.2 / spacing
        grid = torch.arange(GRID).to(samples)
        kernel = torch.exp(-0.5 * ((grid[:, None] - grid) / width[:, None, None]) ** 2)
        smooth = torch.einsum("dk,dgk->dg", mass, kernel / kernel.sum(1, keepdim=True)) / n
        below = (TAIL + smooth.cumsum(1) - smooth / 2).clip(1e-6, 1 - 1e-6)
        return cls(low, spacing, (smooth / spacing[:, None] + 1e-12).log(), torch.special.ndtri(below))

    def __call__(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """Log density and normal score of every entry of samples (n, d)."""
        cell, part = _split((samples - self.low) / self.spacing)
        return _between(self.log_density, cell, part), _between(self.scores, cell, part)


def _split(place: Tensor) -> tuple[Tensor, Tensor]:
    """The cell of a grid that a place is in, or the nearest, and how far along it is, beyond 0 or 1 outside."""
    cell = place.detach().floor().clip(0, GRID - 2)
    return cell.long(), place - cell


def _between(table: Tensor, cell: Tensor, part: Tensor) -> Tensor:
    low, high = (table.gather(1, index.T).T for index in (cell, cell + 1))
    return low + part * (high - low)


def _learn(
    data: Sequence[Tensor], moves: Sequence[_Moves], training: Training, steps: int, generator: torch.Generator,
    show: Show,
) -> None:  # fmt: skip
    """Make the loss of the module small."""
    n, rows = len(data[0]), min(training.rows, len(data[0]))
    weights: list[Tensor] = [weight for one in moves for weight in one.parameters()]
    mean, square = ([torch.zeros_like(weight) for weight in weights] for _ in range(2))
    counts = [torch.zeros(()) for _ in weights]

    def drawn(count: int) -> list[Tensor]:
        rows = torch.randint(n, (count,), generator=generator, device=data[0].device)
        return [one(part[rows]) for one, part in zip(moves, data, strict=True)]

    for step, rate in enumerate(training.rates(steps)):
        if step % RENEWED == 0:
            with torch.no_grad():
                margins = [_Margins.of(part) for part in drawn(min(n, TABULATED))]
        loss = _loss(drawn(rows), margins)
        gradients = torch.autograd.grad(loss, weights, materialize_grads=True)
        with torch.no_grad():  # as a function: the class imports torch's compiler, which takes seconds
            adam(
                weights, list(gradients), mean, square, [], counts, amsgrad=False, beta1=0.9, beta2=0.999, lr=rate,
                weight_decay=0.0, eps=1e-8, maximize=False,
            )  # fmt: skip
        show(step + 1, f"{float(loss.detach()):.3f}")


def _loss(parts: Sequence[Tensor], margins: Sequence[_Margins]) -> Tensor:
    """The loss of the module, of a batch of both variables (n, dx) and (n, dy)."""
    known = [look(part) for look, part in zip(margins, parts, strict=True)]
    scores = torch.cat([score for _, score in known], dim=1)
    likelihood = torch.stack([log_density.sum(1).mean() for log_density, _ in known]).sum()
    return torch.logdet(torch.corrcoef(scores.T)) / 2 - likelihood
