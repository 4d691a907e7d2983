r"""Mutual information from a critic: Donsker–Varadhan, MINE, NWJ, InfoNCE, SMILE and CLUB.

A network learns to score how well x and y go together, by the bound of :mod:`szilard.estimators.bounds` on batches of
one part of the samples; the bound is then evaluated on the part held out. The weights kept are the average over the
end of the training; none are chosen by their value on the part held out, which would make that value too high.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, cast

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from szilard.device import check_device
from szilard.estimate import Estimate
from szilard.estimators import bounds
from szilard.estimators._common import bound_doubts, outlier_doubts, tie_warnings
from szilard.estimators.critic import CRITICS, ConditionalNormal, train_critics
from szilard.estimators.kinds import check_not_copied
from szilard.fleets import PREPROCESSORS, Loss, Pair, Split, Training, check_holdout, split_pairs
from szilard.progress import progress_bar
from szilard.rng import RNG
from szilard.validation import check_choice, check_integer, check_positive, has_ties

MEMORY = 0.99  # decay of the average that replaces a batch's partition function in MINE's gradient
NOISE = 0.05  # nats of error of the partition function above which a warning is due
FEWEST = 10  # samples held out: with fewer, each is in nearly all negative pairs, and no spread shows the error

__all__ = ["CLUB", "MINE", "NWJ", "SMILE", "DonskerVaradhan", "InfoNCE", "Variational", "variational_fleet"]


@dataclass(frozen=True, kw_only=True)
class Variational:
    """Settings of every estimator with a critic.

    Args:
        critic: ``"separable"``, the product of a vector made of x and one made of y, or ``"joint"``, a perceptron of
            both, which costs ``batch`` times as much.
        hidden: width of the layers.
        layers: hidden layers.
        training: batch (128 where none is chosen, which also sets InfoNCE's ceiling), learning rate (2e-3), schedule
            and weight average.
        redraws: how many times the part held out is split into batches to be evaluated.
        steps, holdout, preprocess, device, progress: as in :class:`~szilard.estimators.ScoreBased`.

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
    progress: bool = True

    def __post_init__(self) -> None:
        check_choice(self.critic, "critic", CRITICS)
        for name in ("hidden", "layers", "steps", "redraws"):
            check_integer(getattr(self, name), name, minimum=1)
        check_choice(self.preprocess, "preprocess", PREPROCESSORS)
        check_holdout(self.holdout)
        check_device(self.device)

    def mutual_information(self, x: ArrayLike, y: ArrayLike, *, rng: RNG = 0) -> Estimate:
        """I(X; Y) in nats from paired samples (n, dx) and (n, dy).

        The standard error covers the finite part held out, not the training; nor does any warning tell that the
        critic has learnt too little. A longer training does.
        """
        return variational_fleet(self, [(x, y)], [rng])[0]

    @property
    def completed(self) -> Training:
        """The training with a batch and a learning rate."""
        return self.training.completed(128, 2e-3)

    def loss(self, fleet: int, like: Tensor) -> Loss:
        """What training minimises: a function of the network and samples (fleet, n, dx) and (fleet, n, dy)."""
        return self._loss

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        return -self._objective(network(x, y)).sum()

    def _kind(self) -> type[nn.Module]:
        return CRITICS[self.critic]

    def _objective(self, f: Tensor) -> Tensor:
        raise NotImplementedError

    def _negative(self, f: Tensor) -> Tensor:
        return f.exp()

    def _local(self, f: Tensor) -> tuple[Tensor, Tensor]:
        """Each sample's own score and the mean over the negative pairs it is in, both (fleet, n)."""
        negatives = bounds.off_diagonal(self._negative(f), 0.0)
        return bounds.positives(f), (negatives.sum(-1) + negatives.sum(-2)) / (2 * (f.shape[-1] - 1))

    def _pooled(self, own: Tensor, cross: Tensor) -> tuple[Tensor, Tensor]:
        """Value, and what each sample adds to it, from scores of its own pair and of its negative pairs (n,)."""
        value = own.mean() - cross.mean().log()
        return value, own - 2 * cross / cross.mean()

    def _doubts(self, value: float, own: Tensor, rows: int) -> list[str]:
        pairs = len(own) * (rows - 1)
        error = math.sqrt(math.expm1(min(max(value, 0.0), 700.0)) / pairs)
        if error <= NOISE:
            return []
        return [
            f"the average over {pairs:,} negative (shuffled) pairs is known to no better than {error:.2g} of its size "
            "at this much information: the variance grows as exp(I)"
        ]


@dataclass(frozen=True, kw_only=True)
class DonskerVaradhan(Variational):
    r"""The bound of `donsker1983asymptotic`: E_p f − log E_q exp f."""

    name: ClassVar[str] = "dv"

    def _objective(self, f: Tensor) -> Tensor:
        return bounds.donsker_varadhan(f)


@dataclass(frozen=True, kw_only=True)
class MINE(DonskerVaradhan):
    r"""The same bound, learnt as `belghazi2018mutual` do: the gradient of log E_q exp f is divided by a
    moving average of the batches' E_q exp f, which makes it less biased."""

    name: ClassVar[str] = "mine"

    def loss(self, fleet: int, like: Tensor) -> Loss:
        """The bound's gradient with the moving average, which the function carries along."""
        return partial(_mine_loss, torch.full((fleet,), -math.inf, dtype=like.dtype, device=like.device))


@dataclass(frozen=True, kw_only=True)
class NWJ(Variational):
    r"""The bound of `nguyen2010estimating`: 1 + E_p g − E_q exp g, f = 1 + g."""

    name: ClassVar[str] = "nwj"

    def _objective(self, f: Tensor) -> Tensor:
        return bounds.nwj(1 + f)

    def _pooled(self, own: Tensor, cross: Tensor) -> tuple[Tensor, Tensor]:
        return 1 + own.mean() - cross.mean(), own - 2 * cross


@dataclass(frozen=True, kw_only=True)
class InfoNCE(Variational):
    r"""The bound of `oord2018representation`, never above the logarithm of the batch."""

    name: ClassVar[str] = "infonce"

    def _objective(self, f: Tensor) -> Tensor:
        return bounds.infonce(f)

    def _local(self, f: Tensor) -> tuple[Tensor, Tensor]:
        own = math.log(f.shape[-1]) + bounds.positives(f) - f.logsumexp(-1)
        rivals = bounds.off_diagonal(f.softmax(-1), 0.0)  # its own pair is in ``own`` already
        return own, rivals.sum(-2)

    def _pooled(self, own: Tensor, cross: Tensor) -> tuple[Tensor, Tensor]:
        return own.mean(), own - cross

    def _doubts(self, value: float, own: Tensor, rows: int) -> list[str]:
        ceiling = math.log(rows)
        if value <= ceiling / 2:
            return []
        return [f"InfoNCE cannot exceed ln {rows} = {ceiling:.2f} nats and lies low well before: larger batches"]


@dataclass(frozen=True, kw_only=True)
class SMILE(Variational):
    r"""The clipped estimate of `song2020understanding`, not a bound; ``tau`` is where exp f is clipped."""

    name: ClassVar[str] = "smile"
    tau: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self.tau, "tau")

    def _objective(self, f: Tensor) -> Tensor:
        return bounds.jensen_shannon(f)

    def _negative(self, f: Tensor) -> Tensor:
        return f.clamp(-self.tau, self.tau).exp()

    def _doubts(self, value: float, own: Tensor, rows: int) -> list[str]:
        beyond = float((own > self.tau).double().mean())
        if beyond <= 0.05:
            return []
        return [f"{beyond:.0%} of the scores lie beyond tau = {self.tau:g}: clipping biases the value"]


@dataclass(frozen=True, kw_only=True)
class CLUB(Variational):
    r"""The contrastive upper bound of `cheng2020club` from a normal q(y | x), learnt by likelihood. Far
    above I even when exact: ρ²/(1 − ρ²) for a normal pair. ``critic`` is not used."""

    name: ClassVar[str] = "club"

    def _kind(self) -> type[nn.Module]:
        return ConditionalNormal

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        return -cast(ConditionalNormal, network).own(x, y).mean(-1).sum()  # likelihood needs no negative pairs

    def _negative(self, f: Tensor) -> Tensor:
        return f

    def _pooled(self, own: Tensor, cross: Tensor) -> tuple[Tensor, Tensor]:
        return own.mean() - cross.mean(), own - 2 * cross

    def _doubts(self, value: float, own: Tensor, rows: int) -> list[str]:
        return [
            "CLUB estimates an upper bound, and only where its learnt conditional distribution is close to the true one"
        ]


def variational_fleet(
    estimator: Variational, pairs: Sequence[tuple[ArrayLike, ArrayLike]], rngs: Sequence[RNG]
) -> list[Estimate]:
    """I(X; Y) in nats of every pair, as ``estimator.mutual_information(x, y, rng=rng)`` gives it, to rounding.

    Raises:
        ValueError: no pairs, shapes that differ, another number of ``rngs``, or samples that are refused.
    """
    checked, splits = split_pairs(pairs, rngs, estimator.holdout, estimator.preprocess, estimator.device)
    if len(splits[0].test) < FEWEST:
        needed = math.ceil(FEWEST / estimator.holdout)
        raise ValueError(f"x must have at least {needed} rows, to hold {FEWEST} out; got {len(checked[0][0])}")
    dims = checked[0][0].shape[1], checked[0][1].shape[1]
    fit, streams = torch.stack([one.fit for one in splits]), [one.training for one in splits]
    network = estimator._kind()(dims, estimator.hidden, estimator.layers, streams, fit.dtype).to(fit.device)
    with progress_bar(estimator.progress, estimator.steps, type(estimator).__name__) as show:
        (x, y), loss, training = fit.split(dims, dim=2), estimator.loss(len(splits), fit), estimator.completed
        network = train_critics(network, x, y, streams, estimator.steps, training, loss, lambda done: show(done, ""))
    return _evaluate(estimator, network, splits, dims, checked)


def _mine_loss(past: Tensor, network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """MINE's loss; ``past`` (fleet,), the log of the moving average of E_q exp f, is brought up to date in place."""
    f = network(x, y)
    partition = bounds.log_mean_exp(f)
    now = partition.detach()
    mixed = torch.logaddexp(past + math.log(MEMORY), now + math.log(1 - MEMORY))
    past.copy_(torch.where(past.isinf(), now, mixed))
    return ((partition - past).exp() - bounds.positives(f).mean(-1)).sum()


@torch.no_grad()
def _evaluate(
    estimator: Variational, network: nn.Module, splits: Sequence[Split], dims: tuple[int, int], pairs: Sequence[Pair]
) -> list[Estimate]:
    test = torch.stack([one.test for one in splits])
    fleet, held_out = test.shape[:2]
    rows = min(estimator.completed.rows, held_out)
    own, cross = torch.zeros(2, fleet, held_out, dtype=torch.float64, device=test.device)
    draws = torch.zeros_like(own)
    for _ in range(estimator.redraws):
        orders = [torch.randperm(held_out, generator=one.generator, device=test.device) for one in splits]
        for order in torch.stack(orders)[:, : held_out // rows * rows].split(rows, dim=1):
            batch = test.gather(1, order[..., None].expand(-1, -1, test.shape[2]))
            parts = estimator._local(network(*batch.split(dims, dim=2)).double())
            for total, part in zip((own, cross, draws), (*parts, torch.ones_like(parts[0])), strict=True):
                total.scatter_add_(1, order, part)
    estimates = []
    for i, (pair, one) in enumerate(zip(pairs, splits, strict=True)):
        evaluated = draws[i] > 0
        mine, others = (total[i][evaluated] / draws[i][evaluated] for total in (own, cross))
        estimates.append(_estimate(estimator, mine, others, rows, pair, one.device))
    return estimates


def _estimate(estimator: Variational, own: Tensor, cross: Tensor, rows: int, pair: Pair, device: str) -> Estimate:
    value, influence = estimator._pooled(own, cross)
    value = value if value.isfinite() else value * math.nan  # exp f overflowed
    warnings = [*bound_doubts(float(value)), *estimator._doubts(float(value), own, rows)]
    warnings += check_not_copied(*pair, refuse=False) or tie_warnings(any(map(has_ties, pair)))
    warnings += outlier_doubts(pair) * (estimator.preprocess == "rescale")
    diagnostics = {"held_out": len(own), "batch": rows, "device": device, "warnings": tuple(warnings)}
    stderr, method = float(influence.std()) / math.sqrt(len(influence)), f"{type(estimator).__name__}(batch={rows})"
    return Estimate(float(value), stderr, len(pair[0]), method, diagnostics=diagnostics)
