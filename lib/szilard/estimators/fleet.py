"""MINDE for many pairs of samples at once: the networks of a fleet train and are evaluated as one stacked model.

Small networks leave most of a machine idle. Stacked, their matrix products become one batched product, and on a GPU a
whole block of steps of the whole fleet is a single launch. No member sees another: each gets the numbers it would
get alone, to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from szilard.diffusion import (
    FORMS,
    AnalyticGaussianScore,
    Gap,
    GapSamples,
    Mask,
    ScoreModel,
    TimeSampler,
    evaluate_gap,
    fit_times,
    gaussian_gap_error,
    mutual_information_gap,
    train,
)
from szilard.estimate import Estimate
from szilard.progress import progress_bar
from szilard.rng import RNG
from szilard.validation import check_varies, has_ties, paired_samples

if TYPE_CHECKING:
    from szilard.estimators.minde import MINDE, Split

CEILING = 4.0  # nats per coordinate beyond which the earliest diffusion times carry a visible share
LIVE_SAMPLES = 2000

__all__ = ["Trained", "checked_pairs", "minde_fleet", "train_fleet"]


@dataclass(frozen=True)
class Trained:
    """A trained fleet, the times it was last trained at, and what was seen on the way, by member."""

    model: ScoreModel
    times: TimeSampler
    traces: list[list[dict[str, float]]]


def minde_fleet(estimator: MINDE, pairs: Sequence[tuple[Any, Any]], rngs: Sequence[RNG]) -> list[Estimate]:
    """I(X; Y) in nats of every pair, as ``estimator.mutual_information(x, y, rng=rng)`` gives it, to rounding.

    Args:
        estimator: the settings, the same for all.
        pairs: paired samples (n, dx) and (n, dy), of equal shapes.
        rngs: one source of randomness per pair.

    Returns:
        One estimate per pair. The loss in ``diagnostics["trace"]`` is the mean of the fleet.

    Raises:
        ValueError: no pairs, shapes that differ, another number of ``rngs``, or samples that
            :meth:`MINDE.mutual_information` refuses.
    """
    checked = checked_pairs(pairs)
    if len(rngs) != len(checked):
        raise ValueError(f"rngs must hold one entry per pair; got {len(rngs)} for {len(checked)} pairs")
    gap, dims = mutual_information_gap(estimator.variant), tuple(part.shape[1] for part in checked[0])
    splits = [estimator.split(np.hstack(pair), rng) for pair, rng in zip(checked, rngs, strict=True)]
    trained = train_fleet(estimator, splits, dims, gap.masks, gap)
    samples = _evaluated(estimator, splits, trained, gap)
    return [
        _estimate(estimator, pair, split, samples[i], trained.model.member(i), trained.traces[i])
        for i, (pair, split) in enumerate(zip(checked, splits, strict=True))
    ]


def train_fleet(
    estimator: MINDE,
    splits: Sequence[Split],
    dims: tuple[int, ...],
    masks: tuple[Mask, ...],
    gap: Gap | None = None,
    title: str = "",
) -> Trained:
    """Train one network per split; where a ``gap`` is given, watch its estimate and adapt the times to it."""
    fit, test = (torch.stack([getattr(s, part) for s in splits]) for part in ("fit", "test"))
    streams, live = [s.training for s in splits], [s.live for s in splits]
    looks = (estimator.trace or (20 if estimator.progress else 0)) if gap else 0
    traces: list[list[dict[str, float]]] = [[] for _ in splits]
    times = estimator.sampler

    def adapt(model: ScoreModel) -> TimeSampler:
        nonlocal times
        times = fit_times(model, fit, gap, streams)
        return times

    with progress_bar(estimator.progress, estimator.steps, title or f"MINDE-{estimator.variant}") as show:

        def watch(step: int, loss: float, model: ScoreModel) -> None:
            samples = _gap(estimator, model, test[:, :LIVE_SAMPLES], gap, times, live)
            for i, trace in enumerate(traces):
                value, stderr = samples.member(i).estimate(estimator.form)
                trace.append({"step": step, "loss": loss, "estimate": value, "stderr": stderr})
            show(step, _shown([trace[-1] for trace in traces]))

        model = train(
            fit,
            dims,
            masks,
            streams,
            estimator.steps,
            estimator.training,
            estimator.architecture,
            times,
            _baseline(estimator, splits, dims),
            watch=watch if looks else None,
            watch_every=-(-estimator.steps // looks) if looks else 0,
            adapt=adapt if gap is not None and estimator.times == "adaptive" else None,
        )
    return Trained(model, times, traces)


def checked_pairs(pairs: Sequence[tuple[Any, Any]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Paired samples (n, dx) and (n, dy) that vary, of equal shapes; ValueError where they are not."""
    if not len(pairs):
        raise ValueError("pairs must hold at least one pair of samples; got none")
    checked = [paired_samples(*pair) for pair in pairs]
    for x, y in checked:
        check_varies(x, "x")
        check_varies(y, "y")
    shapes = [(x.shape, y.shape) for x, y in checked]
    for i, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ValueError(f"pairs must have equal shapes; pair 0 has {shapes[0]}, pair {i} has {shape}")
    return checked


def _baseline(
    estimator: MINDE, splits: Sequence[Split], dims: tuple[int, ...]
) -> AnalyticGaussianScore | None:
    if estimator.baseline is None:
        return None
    covs = [np.atleast_2d(np.cov(split.fit.cpu().numpy().T)) for split in splits]
    return AnalyticGaussianScore(np.stack(covs), dims)


def _gap(
    estimator: MINDE,
    model: ScoreModel,
    x: torch.Tensor,
    gap: Gap,
    times: TimeSampler,
    streams: Sequence[torch.Generator],
) -> GapSamples:
    return evaluate_gap(
        model, x, gap, times, streams, estimator.redraws, estimator.sigma, control=model.baseline
    )


def _evaluated(estimator: MINDE, splits: Sequence[Split], trained: Trained, gap: Gap) -> list[GapSamples]:
    """Held-out samples of every member, evaluated together."""
    test, fit = (torch.stack([getattr(s, part) for s in splits]) for part in ("test", "fit"))
    samples = _gap(estimator, trained.model, test, gap, trained.times, [s.generator for s in splits])
    members = [samples.member(i) for i in range(len(splits))]
    if trained.model.baseline is None:
        return members
    errors = gaussian_gap_error(trained.model.baseline, gap, fit)
    return [replace(member, control_error=error) for member, error in zip(members, errors, strict=True)]


def _estimate(
    estimator: MINDE,
    pair: tuple[np.ndarray, np.ndarray],
    split: Split,
    samples: GapSamples,
    model: ScoreModel,
    trace: list[dict[str, float]],
) -> Estimate:
    n, narrow = len(pair[0]), min(part.shape[1] for part in pair)
    forms = {form: samples.estimate(form) for form in FORMS}
    value, stderr = forms[estimator.form]
    return Estimate(
        value,
        stderr,
        n=n,
        method=f"MINDE-{estimator.variant} {estimator.form}",
        diagnostics={
            "forms": {form: Estimate(*numbers, n=n, method=form) for form, numbers in forms.items()},
            "trace": tuple(trace),
            "model": model,
            "held_out": len(split.test),
            "device": split.device,
            "warnings": (*_disagreement(samples), *_near_ceiling(value, narrow), *_ties(*pair)),
        },
    )


def _shown(entries: Sequence[dict[str, float]]) -> str:
    """The live estimate, or the mean of a fleet's."""
    if len(entries) == 1:
        return f"{entries[0]['estimate']:.3f} ± {entries[0]['stderr']:.3f} nats"
    return f"mean of {len(entries)}: {np.mean([entry['estimate'] for entry in entries]):.3f} nats"


def _disagreement(samples: GapSamples, sigmas: float = 4.0, relative: float = 0.1) -> list[str]:
    """A warning where two forms differ by more than their paired error and by more than a tenth of the value."""
    worst, sentence = 0.0, ""
    for form in ("outside", "mmse"):
        difference = samples.inside - getattr(samples, form)
        gap, error = float(difference.mean()), float(difference.std()) / math.sqrt(len(difference))
        size = max(abs(float(samples.inside.mean())), 0.1)
        if abs(gap) > max(sigmas * error, relative * size) and abs(gap) > worst:
            worst = abs(gap)
            sentence = (
                f"the inside and {form} forms differ by {gap:+.3f} ± {error:.3f} nats: the scores are not learnt well; "
                "train longer, use more samples or a baseline"
            )
    return [sentence] if sentence else []


def _near_ceiling(value: float, coordinates: int) -> list[str]:
    if value <= CEILING * coordinates:
        return []
    return [
        f"more than {CEILING:g} nats per coordinate: the earliest diffusion times are cut off, expect a low value"
    ]


def _ties(*samples: np.ndarray) -> list[str]:
    if not any(has_ties(x) for x in samples):
        return []
    return ["a column repeats values: for a law that is not continuous the information may be infinite"]
