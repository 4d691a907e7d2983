"""Denoising training: one network learns every score that a measurement needs, masks mixed within each batch.

Randomness and noisy inputs are prepared many steps at a time on the device where the network lives; a step itself is
forward, backward, Adam and the weight average. On CUDA the steps of a block are one captured graph.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import torch
from torch import Tensor, nn

from szilard.diffusion.analytic import AnalyticGaussianScore
from szilard.diffusion.masks import CONDITION, DIFFUSED, Mask
from szilard.diffusion.network import Architecture, ScoreNetwork, time_features
from szilard.diffusion.process import VPDiffusion
from szilard.diffusion.times import ImportanceTimes, TimeSampler
from szilard.fleets import BLOCK, Stepper, Training
from szilard.validation import check_integer

BATCH, RATE = 512, 5e-3  # of the residual network: the best over the benchmark tasks
CACHED = 2048  # rows whose layers stay in a processor's cache
ADAPTED = 0.2  # share of the steps after which the sampler of times may be changed, once

__all__ = ["ScoreModel", "completed", "denoising_loss", "train"]


def completed(training: Training, architecture: Architecture, dims: Sequence[int]) -> Training:
    """Settings completed for a network: batches of 512 and a rate of 5e-3 for the residual one.

    For the published one as `franzese2024minde`'s code does, by the widest variable: batches of 128 and a rate of 1e-3
    up to five coordinates, 256 and 2e-3 above.
    """
    if architecture.kind != "published":
        return training.completed(BATCH, RATE)
    return training.completed(128, 1e-3) if max(dims) <= 5 else training.completed(256, 2e-3)


def denoising_loss(weights: Tensor, network: nn.Module, inputs: Tensor, features: Tensor, goals: Tensor) -> Tensor:
    """Square error of the predicted noise, weighted by (rows, D), summed over the fleet."""
    return ((network(inputs, features) - goals).square() * weights).sum()


@dataclass(frozen=True)
class ScoreModel:
    """A trained noise predictor: averaged network weights on top of an optional Gaussian baseline."""

    network: ScoreNetwork
    process: VPDiffusion = field(default_factory=VPDiffusion)
    baseline: AnalyticGaussianScore | None = None

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each variable."""
        return self.network.dims

    def member(self, index: int) -> ScoreModel:
        """The model of one member of the fleet, a fleet of one."""
        network = copy.deepcopy(self.network)
        for parameter in network.parameters():
            parameter.data = parameter.data[index : index + 1].clone()
        return replace(self, network=network, baseline=self.baseline and self.baseline.member(index))

    def noise(self, x: Tensor, t: Tensor, mask: Mask) -> Tensor:
        """Predicted noise in ``x`` (n, D) or (fleet, n, D) at times ``t``; zero outside the diffused coordinates.

        Conditioning coordinates of ``x`` must be clean; absent ones are ignored.
        """
        return self.noises(x[None], t, (mask,))[0]

    @torch.no_grad()
    def noises(self, x: Tensor, t: Tensor, masks: Sequence[Mask]) -> Tensor:
        """:meth:`noise` for several masks in one call of the network, each with its own samples: ``x`` is
        (masks, n, D) or (masks, fleet, n, D)."""
        if x.dim() == 3:
            return self.noises(x[:, None], t[None], masks)[:, 0]
        rows = x.transpose(0, 1).flatten(1, 2)
        roles = torch.tensor(masks, dtype=x.dtype, device=x.device).repeat_interleave(x.shape[-2], dim=0)
        visible, target = _indicators(roles, self.dims)
        features = time_features(t.repeat(1, len(masks)), roles, self.network.architecture.time, self.process)
        pieces = zip(*(part.split(self._at_once(rows), dim=1) for part in (rows * visible, features)), strict=True)
        predicted = torch.cat([self.network(*piece) for piece in pieces], dim=1)
        out = (predicted * target).unflatten(1, (len(masks), -1)).transpose(0, 1)
        return out if self.baseline is None else out + self.baseline.noises(x, t, masks)

    def _at_once(self, rows: Tensor) -> int:
        return rows.shape[1] if rows.is_cuda else max(CACHED // len(rows), 1)


def train(
    x: Tensor, dims: Sequence[int], masks: Sequence[Mask], generators: Sequence[torch.Generator], steps: int,
    training: Training = Training(), architecture: Architecture = Architecture(), times: TimeSampler | None = None,
    baseline: AnalyticGaussianScore | None = None, watch: Callable[[int, float, ScoreModel], None] | None = None,
    watch_every: int = 0, adapt: Callable[[ScoreModel], TimeSampler] | None = None, fuse: bool | None = None,
) -> ScoreModel:  # fmt: skip
    """Train a fleet of score networks, one per leading index of ``x`` (fleet, n, D).

    Args:
        x: samples on the device and in the precision to train in, variables concatenated.
        dims: width of each variable.
        masks: the masks to learn; a mask gets rows in proportion to the number of variables it diffuses.
        generators: one random stream per member. A member equals the one trained alone to rounding; where only its
            neighbours change, it keeps every bit.
        steps: optimiser steps.
        training: the training settings, completed by :func:`completed`.
        architecture: the shape of the network.
        times: sampler of diffusion times.
        baseline: exact scores of a Gaussian; the network then learns only what they miss.
        watch: called with (step, mean loss since the last call, current model) at the end of each block of 25 steps
            that completes a multiple of ``watch_every``, and after the last step.
        watch_every: steps between calls, of which blocks of 25 allow one each; 0 for never.
        adapt: called once, with the model at the first end of a block past a fifth of the steps; the times that follow
            come from the sampler it returns.
        fuse: whether to compile the step on CUDA, see :class:`szilard.fleets.Stepper`.

    Returns:
        The model with averaged weights.

    Raises:
        ValueError: ``steps`` not a positive integer, or a batch too small to hold a row for every mask.
    """
    check_integer(steps, "steps", minimum=1)
    times = times or ImportanceTimes()
    training = completed(training, architecture, dims)
    shares = share(masks, training.rows)
    network = ScoreNetwork(dims, architecture, generators, x.dtype).to(x.device)
    batches = Batches(x, tuple(dims), shares, times, architecture, baseline, generators)
    loss = partial(denoising_loss, batches.weights)
    stepper = Stepper(network, training.rates(steps), training.decay(steps), loss, fuse)
    losses, since = torch.zeros((), dtype=x.dtype, device=x.device), 0
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        losses += stepper.advance(batches.draw(count), start)
        since, done = since + count, start + count
        if adapt is not None and start < ADAPTED * steps <= done < steps:
            batches = replace(batches, times=adapt(ScoreModel(stepper.averaged(), times.process, baseline)))
        if watch is not None and watch_every and (done % watch_every < count or done == steps):
            watch(done, float(losses) / since, ScoreModel(stepper.averaged(), times.process, baseline))
            losses, since = torch.zeros_like(losses), 0
    return ScoreModel(stepper.averaged(), times.process, baseline)


def share(masks: Sequence[Mask], rows: int) -> list[Mask]:
    """One mask per row of a batch, in contiguous runs, shares proportional to the diffused variables."""
    weights = [mask.count(DIFFUSED) for mask in masks]
    edges = [round(rows * sum(weights[: i + 1]) / sum(weights)) for i in range(len(masks))]
    counts = [high - low for low, high in zip([0, *edges], edges, strict=False)]
    if 0 in counts:
        raise ValueError(f"batch must be large enough for every one of {len(masks)} masks to get a row; got {rows}")
    return [mask for mask, count in zip(masks, counts, strict=True) for _ in range(count)]


def _indicators(roles: Tensor, dims: Sequence[int]) -> tuple[Tensor, Tensor]:
    """(rows, D) indicators of the coordinates a network sees and of those it must predict."""
    wide = roles[:, [variable for variable, width in enumerate(dims) for _ in range(width)]]
    return (wide >= CONDITION).to(roles.dtype), (wide == DIFFUSED).to(roles.dtype)


@dataclass(frozen=True)
class Batches:
    """Prepares what the network sees, many steps at once: nothing here runs inside a step."""

    x: Tensor
    dims: tuple[int, ...]
    masks: list[Mask]
    times: TimeSampler
    architecture: Architecture
    baseline: AnalyticGaussianScore | None
    generators: Sequence[torch.Generator]

    @cached_property
    def roles(self) -> Tensor:
        """Role of each variable in each row (rows, variables)."""
        return torch.tensor(self.masks, dtype=self.x.dtype, device=self.x.device)

    @cached_property
    def indicators(self) -> tuple[Tensor, Tensor]:
        """Coordinates seen and coordinates to predict, each (rows, D)."""
        return _indicators(self.roles, self.dims)

    @cached_property
    def weights(self) -> Tensor:
        """Mean over a row's diffused coordinates, times one plus the share of coordinates that are not diffused."""
        target = self.indicators[1]
        D, free = target.shape[1], target.sum(1, keepdim=True)
        return target * ((1 + (D - free) / D) / free) / target.shape[0]

    def draw(self, count: int) -> tuple[Tensor, ...]:
        """Inputs, time features and targets, each (count, fleet, rows, …)."""
        clean, t, z = self._randomness(count)
        visible, target = self.indicators
        noisy = self.times.process.perturb(clean, t, z)
        mixed = torch.where(target > 0, noisy, clean)
        features = time_features(t, self.roles, self.architecture.time, self.times.process)
        goal = z if self.baseline is None else z - self._expected(self.baseline, mixed, t)
        return mixed * visible, features, goal

    def _randomness(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Clean rows, times and noise, each member from its own stream and always in the same order."""
        n, D, rows = self.x.shape[1], self.x.shape[2], len(self.masks)
        clean, u, z = [], [], []
        for member, g in zip(self.x, self.generators, strict=True):
            clean.append(member[torch.randint(n, (count, rows), generator=g, device=member.device)])
            u.append(torch.rand((count, rows), dtype=member.dtype, generator=g, device=member.device))
            z.append(torch.randn((count, rows, D), dtype=member.dtype, generator=g, device=member.device))
        t = self.times.inverse_cdf(torch.stack(u, dim=1))
        return torch.stack(clean, dim=1), t, torch.stack(z, dim=1)

    def _expected(self, score: AnalyticGaussianScore, mixed: Tensor, t: Tensor) -> Tensor:
        parts, start = [], 0
        for mask in dict.fromkeys(self.masks):
            stop = start + self.masks.count(mask)
            parts.append(score.noise(mixed[..., start:stop, :], t[..., start:stop], mask))
            start = stop
        return torch.cat(parts, dim=-2)
