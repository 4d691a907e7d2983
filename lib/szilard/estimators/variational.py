r"""Mutual information from a critic: Donsker–Varadhan, MINE, NWJ, InfoNCE, SMILE and CLUB.

A network learns to score how well x and y go together, by the bound of :mod:`szilard.estimators.bounds` on batches of
one part of the samples; the bound is then evaluated on the part held out. The weights kept are the average over the
end of the training; none are chosen by their value on the part held out, which would make that value too high.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from szilard.diffusion import Training
from szilard.diffusion._stepper import Block
from szilard.estimate import Estimate
from szilard.estimators import bounds
from szilard.estimators._common import tie_warnings
from szilard.estimators.critic import CRITICS, ConditionalNormal, train_critics
from szilard.estimators.fleet import checked_pairs
from szilard.estimators.minde import MINDE, Split
from szilard.progress import progress_bar
from szilard.rng import RNG
from szilard.validation import check_choice, check_integer, check_positive, has_ties

MEMORY = 0.99  # decay of the average that replaces a batch's partition function in MINE's gradient
NOISE = 0.05  # nats of error of the partition function above which a warning is due

__all__ = ["CLUB", "MINE", "NWJ", "SMILE", "DonskerVaradhan", "InfoNCE", "variational_fleet"]


@dataclass(frozen=True, kw_only=True)
class _Variational:
    """Settings that all share.

    Args:
        critic: ``"separable"``, the product of a vector made of x and one made of y, or ``"joint"``, a perceptron of
            both, which costs ``batch`` times as much.
        hidden: width of the layers.
        layers: hidden layers.
        steps: optimiser steps.
        training: batch, learning rate, schedule and weight average; the batch also sets InfoNCE's ceiling.
        redraws: how many times the part held out is split into batches to be evaluated.
        holdout: share of the samples kept for evaluation.
        preprocess: ``"rescale"``, ``"asinh"`` or ``"rank"``, as in :class:`MINDE`.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        progress: show a bar.

    Raises:
        ValueError: settings out of range; samples as :func:`szilard.validation.paired_samples` refuses them.
    """

    stochastic: ClassVar[bool] = True

    critic: str = "separable"
    hidden: int = 64
    layers: int = 2
    steps: int = 2000
    training: Training = field(default_factory=lambda: Training(batch=128, lr=2e-3))
    redraws: int = 4
    holdout: float = 0.2
    preprocess: str = "rescale"
    device: str = "auto"
    progress: bool = False

    def __post_init__(self) -> None:
        check_choice(self.critic, "critic", CRITICS)
        for name in ("hidden", "layers", "steps", "redraws"):
            check_integer(getattr(self, name), name, minimum=1)
        _ = self._splitter  # refuses what it cannot use

    def mutual_information(self, x: Any, y: Any, *, rng: RNG = 0) -> Estimate:
        """I(X; Y) in nats from paired samples (n, dx) and (n, dy).

        The standard error covers the finite part held out, not the training; nor does any warning tell that the
        critic has learnt too little. A longer training does.
        """
        return variational_fleet(self, [(x, y)], [rng])[0]

    @property
    def _splitter(self) -> MINDE:
        return MINDE(preprocess=self.preprocess, holdout=self.holdout, device=self.device)

    def _loss(self, network: nn.Module, block: Block, step: int) -> torch.Tensor:
        return -self._objective(network(block[0][step], block[1][step])).sum()

    def _trainer(self, fleet: int, like: torch.Tensor) -> Any:
        return self._loss

    def _network(self, *args: Any) -> nn.Module:
        return CRITICS[self.critic](*args)

    def _negative(self, f: torch.Tensor) -> torch.Tensor:
        return f.exp()

    def _local(self, f: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Each sample's own score and the mean over the strange pairs it is in, both (fleet, n)."""
        strange = bounds.off_diagonal(self._negative(f), 0.0)
        return bounds.positives(f), (strange.sum(-1) + strange.sum(-2)) / (2 * (f.shape[-1] - 1))

    def _pooled(self, own: torch.Tensor, cross: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Value, and what each sample adds to it, from scores of its own pair and of its strange pairs (n,)."""
        value = own.mean() - cross.mean().log()
        return value, own - 2 * cross / cross.mean()

    def _doubts(self, value: float, own: torch.Tensor, rows: int) -> list[str]:
        pairs = len(own) * (rows - 1)
        error = math.sqrt(math.expm1(min(max(value, 0.0), 700.0)) / pairs)
        if error <= NOISE:
            return []
        return [
            f"the average over {pairs:,} strange pairs is known to no better than {error:.2g} of its size at "
            "this much information: the variance grows as exp(I)"
        ]


@dataclass(frozen=True, kw_only=True)
class DonskerVaradhan(_Variational):
    r"""The bound of `donsker1983asymptotic`: E_p f − log E_q exp f.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "dv"

    def _objective(self, f: torch.Tensor) -> torch.Tensor:
        return bounds.donsker_varadhan(f)


@dataclass(frozen=True, kw_only=True)
class MINE(DonskerVaradhan):
    r"""The same bound, learnt as `belghazi2018mutual` do: the gradient of log E_q exp f is divided by a
    moving average of the batches' E_q exp f, which makes it less biased.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "mine"

    def _trainer(self, fleet: int, like: torch.Tensor) -> Any:
        past = torch.full((fleet,), -math.inf, dtype=like.dtype, device=like.device)  # log of the average

        def loss(network: nn.Module, block: Block, step: int) -> torch.Tensor:
            f = network(block[0][step], block[1][step])
            partition = bounds.log_mean_exp(f)
            now = partition.detach()
            mixed = torch.logaddexp(past + math.log(MEMORY), now + math.log(1 - MEMORY))
            past.copy_(torch.where(past.isinf(), now, mixed))
            return ((partition - past).exp() - bounds.positives(f).mean(-1)).sum()

        return loss


@dataclass(frozen=True, kw_only=True)
class NWJ(_Variational):
    r"""The bound of `nguyen2010estimating`: 1 + E_p g − E_q exp g, f = 1 + g.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "nwj"

    def _objective(self, f: torch.Tensor) -> torch.Tensor:
        return bounds.nwj(1 + f)

    def _pooled(self, own: torch.Tensor, cross: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return 1 + own.mean() - cross.mean(), own - 2 * cross


@dataclass(frozen=True, kw_only=True)
class InfoNCE(_Variational):
    r"""The bound of `oord2018representation`, never above the logarithm of the batch.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "infonce"

    def _objective(self, f: torch.Tensor) -> torch.Tensor:
        return bounds.infonce(f)

    def _local(self, f: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        own = math.log(f.shape[-1]) + bounds.positives(f) - f.logsumexp(-1)
        rivals = bounds.off_diagonal(f.softmax(-1), 0.0)  # its own pair is in ``own`` already
        return own, rivals.sum(-2)

    def _pooled(self, own: torch.Tensor, cross: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return own.mean(), own - cross

    def _doubts(self, value: float, own: torch.Tensor, rows: int) -> list[str]:
        ceiling = math.log(rows)
        if value <= ceiling / 2:
            return []
        return [
            f"InfoNCE cannot exceed ln {rows} = {ceiling:.2f} nats and lies low well before: larger batches"
        ]


@dataclass(frozen=True, kw_only=True)
class SMILE(_Variational):
    r"""The clipped estimate of `song2020understanding`, not a bound; ``tau`` is where exp f is clipped.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "smile"
    tau: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self.tau, "tau")

    def _objective(self, f: torch.Tensor) -> torch.Tensor:
        return bounds.jensen_shannon(f)

    def _negative(self, f: torch.Tensor) -> torch.Tensor:
        return f.clamp(-self.tau, self.tau).exp()

    def _doubts(self, value: float, own: torch.Tensor, rows: int) -> list[str]:
        beyond = float((own > self.tau).double().mean())
        if beyond <= 0.05:
            return []
        return [f"{beyond:.0%} of the scores lie beyond tau = {self.tau:g}: clipping biases the value"]


@dataclass(frozen=True, kw_only=True)
class CLUB(_Variational):
    r"""The contrastive upper bound of `cheng2020club` from a normal q(y | x), learnt by likelihood. Far
    above I even when exact: ρ²/(1 − ρ²) for a normal pair. ``critic`` is not used.

    The settings are those of all critics: ``critic``, ``hidden``, ``layers``, ``steps``, ``training``, ``redraws``,
    ``holdout``, ``preprocess``, ``device`` and ``progress``.
    """

    name: ClassVar[str] = "club"

    def _network(self, *args: Any) -> nn.Module:
        return ConditionalNormal(*args)

    def _objective(self, f: torch.Tensor) -> torch.Tensor:
        return bounds.positives(f).mean(-1)

    def _negative(self, f: torch.Tensor) -> torch.Tensor:
        return f

    def _pooled(self, own: torch.Tensor, cross: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return own.mean() - cross.mean(), own - 2 * cross

    def _doubts(self, value: float, own: torch.Tensor, rows: int) -> list[str]:
        return [
            "CLUB estimates an upper bound, and only where its learnt conditional law is close to the true one"
        ]


def variational_fleet(
    estimator: _Variational, pairs: Sequence[tuple[Any, Any]], rngs: Sequence[RNG]
) -> list[Estimate]:
    """I(X; Y) in nats of every pair, as ``estimator.mutual_information(x, y, rng=rng)`` gives it, to rounding.

    Raises:
        ValueError: no pairs, shapes that differ, another number of ``rngs``, or samples that are refused.
    """
    checked = checked_pairs(pairs)
    if len(rngs) != len(checked):
        raise ValueError(f"rngs must hold one entry per pair; got {len(rngs)} for {len(checked)} pairs")
    dims = tuple(part.shape[1] for part in checked[0])
    splits = [
        estimator._splitter.split(np.hstack(pair), rng) for pair, rng in zip(checked, rngs, strict=True)
    ]
    fit, streams = torch.stack([split.fit for split in splits]), [split.training for split in splits]
    network = estimator._network(dims, estimator.hidden, estimator.layers, streams, fit.dtype).to(fit.device)
    with progress_bar(estimator.progress, estimator.steps, type(estimator).__name__) as show:
        network = train_critics(
            network, *fit.split(dims, dim=2), streams, estimator.steps, estimator.training,
            estimator._trainer(len(splits), fit), min(estimator.training.rows(dims), fit.shape[1]),
            lambda done: show(done, ""),
        )  # fmt: skip
    return _evaluated(estimator, network, splits, dims, checked)


@torch.no_grad()
def _evaluated(
    estimator: _Variational,
    network: nn.Module,
    splits: Sequence[Split],
    dims: tuple[int, int],
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
) -> list[Estimate]:
    test = torch.stack([split.test for split in splits])
    fleet, held_out = test.shape[:2]
    rows = min(estimator.training.rows(dims), held_out)
    own, cross = torch.zeros(2, fleet, held_out, dtype=torch.float64, device=test.device)
    seen = torch.zeros_like(own)
    for _ in range(estimator.redraws):
        orders = [torch.randperm(held_out, generator=split.generator, device=test.device) for split in splits]
        for chosen in torch.stack(orders)[:, : held_out // rows * rows].split(rows, dim=1):
            batch = test.gather(1, chosen[..., None].expand(-1, -1, test.shape[2]))
            parts = estimator._local(network(*batch.split(dims, dim=2)).double())
            for total, part in zip((own, cross, seen), (*parts, torch.ones_like(parts[0])), strict=True):
                total.scatter_add_(1, chosen, part)
    results = []
    for i, (pair, split) in enumerate(zip(pairs, splits, strict=True)):
        there = seen[i] > 0
        results.append(
            _estimate(
                estimator,
                own[i][there] / seen[i][there],
                cross[i][there] / seen[i][there],
                rows,
                len(pair[0]),
                split.device,
                any(has_ties(z) for z in pair),
            )
        )
    return results


def _estimate(
    estimator: _Variational,
    own: torch.Tensor,
    cross: torch.Tensor,
    rows: int,
    n: int,
    device: str,
    tied: bool,
) -> Estimate:
    value, influence = estimator._pooled(own, cross)
    return Estimate(
        float(value),
        float(influence.std()) / math.sqrt(len(influence)),
        n=n,
        method=f"{type(estimator).__name__}(batch={rows})",
        diagnostics={
            "held_out": len(own),
            "batch": rows,
            "device": device,
            "warnings": (*estimator._doubts(float(value), own, rows), *tie_warnings(tied)),
        },
    )
