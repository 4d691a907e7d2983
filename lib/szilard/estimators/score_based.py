"""What estimators from denoising networks share: their settings, and the training of one network per data set.

Small networks leave most of a machine idle. Stacked, their matrix products become one batched product, and on a GPU a
whole block of steps of the whole fleet is a single launch. No member sees another: each gets the numbers it would
get alone, to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from szilard.device import check_device
from szilard.diffusion import (
    FORMS,
    AnalyticGaussianScore,
    Architecture,
    Gap,
    GapSamples,
    Mask,
    ScoreModel,
    TimeSampler,
    VPDiffusion,
    evaluate_gap,
    fit_times,
    make_times,
    train,
)
from szilard.fleets import PREPROCESSORS, Split, Training, check_holdout, split
from szilard.progress import progress_bar, watched
from szilard.rng import RNG
from szilard.validation import check_choice, check_integer, check_positive

LIVE_SAMPLES = 2000
PUBLISHED: dict[str, Any] = {"preprocess": "rescale", "baseline": None, "times": "importance"}

__all__ = ["PUBLISHED", "ScoreBased", "Trained", "gap_samples", "train_fleet"]


@dataclass(frozen=True, kw_only=True)
class ScoreBased:
    """Settings of every estimator that learns to remove noise; the defaults are the best that we know.

    Args:
        form: which form of an integral is returned: ``"inside"``, ``"outside"`` (the paper's σ form) or ``"mmse"``, see
            :mod:`szilard.diffusion.divergence`.
        sigma: width of the Gaussian reference of the outside form, in units of the preprocessed data.
        preprocess: ``"rank"`` (each column made Gaussian), ``"rescale"`` (as published: zero mean, unit variance per
            column) or ``"asinh"`` (that after a robust asinh, for heavy tails); none changes mutual information.
        baseline: ``"gaussian"`` or ``None`` (as published): with the first, the network learns only what the exact
            score of a Gaussian with the sample covariance misses. With ``preprocess="rank"`` Gaussian copulas are then
            exact from the first step. The same score serves as control variate of the evaluation, see
            :func:`szilard.diffusion.evaluate_gap`, which makes its error several times smaller.
        steps: optimiser steps (the authors take about 200,000; 8,000 take about half a minute on one core).
        training: batch, learning rate, schedule and weight average; where none are chosen, batch and rate suit the
            network: 512 and 5e-3 for the residual one, the paper's for the published one.
        architecture: the network.
        times: ``"logistic"``, ``"importance"`` (as published), ``"uniform"`` or ``"adaptive"`` diffusion times, see
            :func:`szilard.diffusion.make_times`; the last are fitted, after a fifth of the steps, to where the
            predictions differ. The estimated integral is the same for all.
        t_eps: where the importance density stops growing, or where uniform times begin; the others have no cut.
        redraws: independent noises per held-out sample in the evaluation.
        holdout: share of the samples kept for evaluation.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        progress: show a bar with the live estimate where standard error is a terminal.

    Raises:
        ValueError: settings out of range.
    """

    form: str = "inside"
    sigma: float = 1.0
    preprocess: str = "rank"
    baseline: str | None = "gaussian"
    steps: int = 8000
    training: Training = field(default_factory=Training)
    architecture: Architecture = field(default_factory=Architecture)
    times: str = "logistic"
    t_eps: float = 1e-3
    redraws: int = 10
    holdout: float = 0.1
    device: str = "auto"
    progress: bool = True

    def __post_init__(self) -> None:
        check_choice(self.form, "form", FORMS)
        check_positive(self.sigma, "sigma")
        check_choice(self.preprocess, "preprocess", PREPROCESSORS)
        if self.baseline is not None:
            check_choice(self.baseline, "baseline", ("gaussian",))
        check_integer(self.steps, "steps", minimum=1)
        check_integer(self.redraws, "redraws", minimum=1)
        check_holdout(self.holdout)
        make_times(self.times, VPDiffusion(), self.t_eps)
        check_device(self.device)

    @property
    def sampler(self) -> TimeSampler:
        """The sampler of diffusion times that a training starts with."""
        return make_times(self.times, VPDiffusion(), self.t_eps)

    def split(self, samples: np.ndarray, rng: RNG) -> Split:
        """Held-out and training samples, prepared, and the streams they are used with."""
        return split(samples, rng, self.holdout, self.preprocess, self.device)


@dataclass(frozen=True)
class Trained:
    """A trained fleet, the times it was last trained at, and what was seen on the way, by member."""

    model: ScoreModel
    times: TimeSampler
    traces: list[list[dict[str, float]]]


def train_fleet(
    estimator: ScoreBased, splits: Sequence[Split], dims: tuple[int, ...], masks: tuple[Mask, ...],
    gap: Gap | None = None, title: str = "", trace: int = 0,
) -> Trained:  # fmt: skip
    """Train one network per split; where a ``gap`` is given, adapt the times to it and watch its estimate, ``trace``
    times or as often as a bar needs it."""
    fit, streams = torch.stack([s.fit for s in splits]), [s.training for s in splits]
    looks = trace or (20 if estimator.progress and watched() else 0)
    traces: list[list[dict[str, float]]] = [[] for _ in splits]
    times, adaptive = estimator.sampler, estimator.times == "adaptive"
    with progress_bar(estimator.progress, estimator.steps, title) as show:
        seen = _Watcher(estimator, gap, splits, show, times, traces) if gap else None
        model = train(
            fit, dims, masks, streams, estimator.steps, estimator.training, estimator.architecture, times,
            _baseline(estimator, splits, dims),
            watch=seen.watch if seen and looks else None,
            watch_every=-(-estimator.steps // looks) if looks else 0,
            adapt=seen.adapt if seen and adaptive else None,
        )  # fmt: skip
    return Trained(model, seen.times if seen else times, traces)


@dataclass
class _Watcher:
    """What happens in a training on the way: looks at the estimate of a gap, and times adapted to it."""

    estimator: ScoreBased
    gap: Gap
    splits: Sequence[Split]
    show: Callable[[int, str], None]
    times: TimeSampler
    traces: list[list[dict[str, float]]]

    def adapt(self, model: ScoreModel) -> TimeSampler:
        fit, streams = torch.stack([split.fit for split in self.splits]), [split.training for split in self.splits]
        self.times = fit_times(model, fit, self.gap, streams)
        return self.times

    def watch(self, step: int, loss: float, model: ScoreModel) -> None:
        test = torch.stack([split.test[:LIVE_SAMPLES] for split in self.splits])
        samples = gap_samples(self.estimator, model, test, self.gap, self.times, [split.live for split in self.splits])
        for i, trace in enumerate(self.traces):
            value, stderr = samples.member(i).estimate(self.estimator.form)
            trace.append({"step": step, "loss": loss, "estimate": value, "stderr": stderr})
        self.show(step, _summary([trace[-1] for trace in self.traces]))


def gap_samples(
    estimator: ScoreBased, model: ScoreModel, x: Tensor, gap: Gap, times: TimeSampler,
    streams: Sequence[torch.Generator],
) -> GapSamples:  # fmt: skip
    """Per-sample values of a gap under a model, its baseline being the control variate."""
    return evaluate_gap(model, x, gap, times, streams, estimator.redraws, estimator.sigma, control=model.baseline)


def _baseline(estimator: ScoreBased, splits: Sequence[Split], dims: tuple[int, ...]) -> AnalyticGaussianScore | None:
    if estimator.baseline is None:
        return None
    covs = [np.atleast_2d(np.cov(split.fit.cpu().numpy().T)) for split in splits]
    return AnalyticGaussianScore(np.stack(covs), dims)


def _summary(entries: Sequence[dict[str, float]]) -> str:
    """The live estimate, or the mean of a fleet's."""
    if len(entries) == 1:
        return f"{entries[0]['estimate']:.3f} ± {entries[0]['stderr']:.3f} nats"
    return f"mean of {len(entries)}: {np.mean([entry['estimate'] for entry in entries]):.3f} nats"
