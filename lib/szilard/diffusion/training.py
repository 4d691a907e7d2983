"""Denoising training: one network learns every score that a measurement needs, masks mixed within each batch.

Randomness and noisy inputs are prepared many steps at a time on the device where the network lives; a step itself is
forward, backward, Adam and the weight average. On CUDA the steps of a block are one captured graph.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch.optim.adam import adam

from szilard.diffusion.analytic import AnalyticGaussianScore
from szilard.diffusion.masks import CONDITION, DIFFUSED, Mask
from szilard.diffusion.network import Architecture, ScoreNetwork, time_features
from szilard.diffusion.process import VPDiffusion
from szilard.diffusion.times import ImportanceTimes, TimeSampler
from szilard.validation import check_choice, check_integer, check_positive

BLOCK = 25  # steps prepared, and on CUDA launched, together

__all__ = ["ScoreModel", "Training", "train"]


@dataclass(frozen=True)
class Training:
    """How a score network is trained.

    Args:
        batch: samples per step, shared out among the masks; ``None`` takes 128 up to five coordinates in a
            variable and 256 above, as `franzese2024minde`'s code does.
        lr: Adam's learning rate; ``None`` takes 1e-3 up to five coordinates in a variable and 2e-3 above.
        schedule: ``"cosine"`` raises the rate over the first tenth, then lets it fall to zero; ``"constant"`` keeps
            it (as published). Without the slow start, short trainings often end with dead units.
        ema: decay of the weight average that is evaluated; shortened in a short training, so that the average
            never reaches back over more than a tenth of it.
    """

    batch: int | None = None
    lr: float | None = None
    schedule: str = "cosine"
    ema: float = 0.999

    def __post_init__(self) -> None:
        check_choice(self.schedule, "schedule", ("cosine", "constant"))
        if self.batch is not None:
            check_integer(self.batch, "batch", minimum=4)
        if self.lr is not None:
            check_positive(self.lr, "lr")
        if not 0 <= self.ema < 1:
            raise ValueError(f"ema must lie in [0, 1); got {self.ema!r}")

    def rows(self, dims: Sequence[int]) -> int:
        """Samples per step for variables of these widths."""
        return self.batch or (128 if max(dims) <= 5 else 256)

    def rate(self, step: int, steps: int, dims: Sequence[int]) -> float:
        """Learning rate at ``step`` of ``steps``."""
        peak = self.lr or (1e-3 if max(dims) <= 5 else 2e-3)
        if self.schedule == "constant":
            return peak
        done, warm = (step + 1) / steps, 0.1
        return peak * (
            done / warm if done < warm else 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm)))
        )

    def decay(self, steps: int) -> float:
        """Decay of the weight average in a training of this many steps."""
        return min(self.ema, 1 - 1 / (1 + 0.1 * steps))


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

    @torch.no_grad()
    def noise(self, x: torch.Tensor, t: torch.Tensor, mask: Mask) -> torch.Tensor:
        """Predicted noise in ``x`` (n, D) or (fleet, n, D) at times ``t``; zero outside the diffused coordinates.

        Conditioning coordinates of ``x`` must be clean; absent ones are ignored.
        """
        if x.dim() == 2:
            return self.noise(x[None], t[None], mask)[0]
        seen, target = _indicators([mask], self.dims, x)
        features = time_features(t, [mask], self.network.architecture.time, self.process)
        out = self.network(x * seen, features)
        if self.baseline is not None:
            out = out + self.baseline.noise(x, t, mask)
        return out * target


def train(
    x: torch.Tensor,
    dims: Sequence[int],
    masks: Sequence[Mask],
    generators: Sequence[torch.Generator],
    steps: int,
    training: Training = Training(),
    architecture: Architecture = Architecture(),
    times: TimeSampler | None = None,
    baseline: AnalyticGaussianScore | None = None,
    watch: Callable[[int, float, ScoreModel], None] | None = None,
    watch_every: int = 0,
) -> ScoreModel:
    """Train a fleet of score networks, one per leading index of ``x`` (fleet, n, D).

    Args:
        x: samples on the device and in the precision to train in, variables concatenated.
        dims: width of each variable.
        masks: the masks to learn; a mask gets rows in proportion to the number of variables it diffuses.
        generators: one random stream per member; a member's result does not depend on its neighbours.
        steps: optimiser steps.
        training: the training settings.
        architecture: the shape of the network.
        times: sampler of diffusion times.
        baseline: exact scores of a Gaussian; the network then learns only what they miss.
        watch: called with (step, mean loss since the last call, current model) every ``watch_every`` steps.
        watch_every: 0 for never.

    Returns:
        The model with averaged weights.
    """
    check_integer(steps, "steps", minimum=1)
    times = times or ImportanceTimes()
    network = ScoreNetwork(dims, architecture, generators, x.dtype).to(x.device)
    batches = _Batches(
        x, tuple(dims), _share(masks, training.rows(dims)), times, architecture, baseline, generators
    )
    stepper = _Stepper(network, training, steps)
    losses, since = torch.zeros((), dtype=x.dtype, device=x.device), 0
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        losses += stepper.advance(batches.draw(count), start)
        since, done = since + count, start + count
        if watch is not None and watch_every and (done % watch_every < count or done == steps):
            watch(done, float(losses) / since, ScoreModel(stepper.averaged(), times.process, baseline))
            losses, since = torch.zeros_like(losses), 0
    return ScoreModel(stepper.averaged(), times.process, baseline)


def _share(masks: Sequence[Mask], rows: int) -> list[Mask]:
    """One mask per row of a batch, in contiguous runs, shares proportional to the diffused variables."""
    weights = [mask.count(DIFFUSED) for mask in masks]
    edges = [round(rows * sum(weights[: i + 1]) / sum(weights)) for i in range(len(masks))]
    counts = [high - low for low, high in zip([0, *edges], edges, strict=False)]
    return [mask for mask, count in zip(masks, counts, strict=True) for _ in range(count)]


def _indicators(
    masks: Sequence[Mask], dims: Sequence[int], like: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows, D) indicators of the coordinates a network sees and of those it must predict."""
    roles = torch.tensor(masks, device=like.device).repeat_interleave(
        torch.tensor(dims, device=like.device), dim=1
    )
    return (roles >= CONDITION).to(like.dtype), (roles == DIFFUSED).to(like.dtype)


@dataclass(frozen=True)
class _Batches:
    """Prepares what the network sees, many steps at once: nothing here runs inside a step."""

    x: torch.Tensor
    dims: tuple[int, ...]
    masks: list[Mask]
    times: TimeSampler
    architecture: Architecture
    baseline: AnalyticGaussianScore | None
    generators: Sequence[torch.Generator]

    def draw(self, count: int) -> tuple[torch.Tensor, ...]:
        """Inputs, time features, targets (each (count, fleet, rows, …)) and loss weights (rows, D)."""
        clean, t, z = self._randomness(count)
        seen, target = _indicators(self.masks, self.dims, self.x)
        noisy = self.times.process.perturb(clean, t, z)
        mixed = torch.where(target > 0, noisy, clean)
        features = time_features(t, self.masks, self.architecture.time, self.times.process)
        goal = z if self.baseline is None else z - self._baseline(mixed, t)
        return mixed * seen, features, goal, self._weights(target)

    def _randomness(self, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Clean rows, times and noise, each member from its own stream and always in the same order."""
        n, D, rows = self.x.shape[1], self.x.shape[2], len(self.masks)
        clean, u, z = [], [], []
        for member, g in zip(self.x, self.generators, strict=True):
            options = {"generator": g, "device": self.x.device}
            clean.append(member[torch.randint(n, (count, rows), **options)])
            u.append(torch.rand((count, rows), dtype=self.x.dtype, **options))
            z.append(torch.randn((count, rows, D), dtype=self.x.dtype, **options))
        t = self.times.inverse_cdf(torch.stack(u, dim=1))
        return torch.stack(clean, dim=1), t, torch.stack(z, dim=1)

    def _baseline(self, mixed: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        parts, start = [], 0
        for mask in dict.fromkeys(self.masks):
            stop = start + self.masks.count(mask)
            parts.append(self.baseline.noise(mixed[..., start:stop, :], t[..., start:stop], mask))
            start = stop
        return torch.cat(parts, dim=-2)

    def _weights(self, target: torch.Tensor) -> torch.Tensor:
        """Mean over a row's diffused coordinates, times one plus the share of coordinates that are not diffused."""
        D, free = target.shape[1], target.sum(1, keepdim=True)
        return target * ((1 + (D - free) / D) / free) / target.shape[0]


class _Stepper:
    """Parameters, optimiser and weight average of one training run."""

    def __init__(self, network: ScoreNetwork, training: Training, steps: int) -> None:
        self.network, self.training, self.total_steps = network, training, steps
        self.decay = training.decay(steps)
        self.parameters = list(network.parameters())
        first = self.parameters[0]
        self.rate = first.detach().new_zeros(())
        self.average, self.mean, self.square = ([torch.zeros_like(p) for p in self.parameters] for _ in range(3))
        self.counts = [torch.zeros((), dtype=torch.float32, device=first.device) for _ in self.parameters]
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)
        self.done = 0
        self.advance = _Graphed(self) if first.is_cuda else self.run

    def run(self, block: tuple[torch.Tensor, ...], start: int) -> torch.Tensor:
        """Take one step per leading index of the block; returns the summed loss, left on the device."""
        self.done = start + len(block[0])
        return self.steps(block, self.rates(start, len(block[0])))

    def rates(self, start: int, count: int) -> torch.Tensor:
        """Learning rates of the coming steps, on the device."""
        rates = [self.training.rate(start + i, self.total_steps, self.network.dims) for i in range(count)]
        return torch.tensor(rates, dtype=self.rate.dtype, device=self.rate.device)

    def steps(self, block: tuple[torch.Tensor, ...], rates: torch.Tensor) -> torch.Tensor:
        """The steps themselves: nothing here waits for the device."""
        inputs, features, goals, weights = block
        total = torch.zeros((), dtype=inputs.dtype, device=inputs.device)
        for i in range(len(inputs)):
            self.rate.copy_(rates[i])
            loss = ((self.network(inputs[i], features[i]) - goals[i]).square() * weights).sum()
            gradients = [parameter.grad for parameter in self.parameters]
            torch._foreach_zero_(gradients)
            loss.backward()
            self._adam(gradients)
            torch._foreach_lerp_(self.average, self.parameters, 1 - self.decay)
            total += loss.detach()
        return total / inputs.shape[1]

    @torch.no_grad()
    def _adam(self, gradients: list[torch.Tensor]) -> None:
        """One step of Adam (`kingma2015adam`), called as a function: building torch.optim.Adam imports torch's
        compiler, which takes seconds and leaves a variable in the environment."""
        adam(
            self.parameters, gradients, self.mean, self.square, [], self.counts,
            fused=True, capturable=self.rate.is_cuda, amsgrad=False, beta1=0.9, beta2=0.999, lr=self.rate,
            weight_decay=0.0, eps=1e-8, maximize=False,
        )  # fmt: skip

    def averaged(self) -> ScoreNetwork:
        """A copy of the network with the averaged weights, the average's start at zero corrected for."""
        network = copy.deepcopy(self.network).requires_grad_(False)
        correction = 1 - self.decay**self.done
        for parameter, mean in zip(network.parameters(), self.average, strict=True):
            parameter.copy_(mean / correction)
        return network


class _Graphed:
    """Replays a whole block of steps as one CUDA graph; a shorter last block runs step by step."""

    def __init__(self, stepper: _Stepper) -> None:
        self.stepper = stepper
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, block: tuple[torch.Tensor, ...], start: int) -> torch.Tensor:
        stepper = self.stepper
        if start == 0 or len(block[0]) < BLOCK:  # the first block also warms the allocator up
            return self._aside(block, start)
        if self.graph is None:
            self._capture(block, start)
        for static, fresh in zip(self.block, block, strict=True):
            static.copy_(fresh)
        self.rates.copy_(stepper.rates(start, len(block[0])))
        self.graph.replay()
        stepper.done = start + len(block[0])
        return self.total.clone()

    def _aside(self, block: tuple[torch.Tensor, ...], start: int) -> torch.Tensor:
        """Run on a side stream, as capture needs the tensors to have been used there."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            total = self.stepper.run(block, start)
        torch.cuda.current_stream().wait_stream(stream)
        return total

    def _capture(self, block: tuple[torch.Tensor, ...], start: int) -> None:
        self.block = tuple(part.clone() for part in block)
        self.rates = self.stepper.rates(start, len(block[0]))
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.total = self.stepper.steps(self.block, self.rates)
