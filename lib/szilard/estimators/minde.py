"""MINDE: mutual information and entropy from denoising networks (`franzese2024minde`), one data set or many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import ArrayLike

from szilard.diffusion import (
    DIFFUSED,
    FORMS,
    Architecture,
    Gap,
    GapSamples,
    Training,
    gaussian_cross_divergence,
    gaussian_gap_error,
    mutual_information_gap,
)
from szilard.estimate import Estimate
from szilard.estimators.doubts import disagreement, less_than_neighbours, near_ceiling, ties
from szilard.estimators.score_based import PUBLISHED, ScoreBased, Trained, gap_samples, train_fleet
from szilard.fleets import Pair, Split, split_pairs
from szilard.rng import RNG
from szilard.validation import as_samples, check_choice, check_integer, check_varies

__all__ = ["MINDE", "minde_fleet"]


@dataclass(frozen=True, kw_only=True)
class MINDE(ScoreBased):
    r"""Mutual information in nats from a network that learns to remove noise.

    One network is trained on every score that the variant needs; the information is half the time integral of
    :math:`r(t)\,E\|\hat ε_f-\hat ε_c\|^2` on held-out samples, see :mod:`szilard.diffusion.divergence`. All three
    forms of that integral are always evaluated and stand in ``diagnostics["forms"]``.

    Args:
        variant: ``"c"`` compares X's score with and without Y; ``"j"`` the joint score with both conditional ones.
        trace: how many times to evaluate during training, for ``diagnostics["trace"]``; evaluations fall on ends of
            blocks of 25 steps, so that a short training has fewer.

    The other settings are those of :class:`szilard.estimators.ScoreBased`.

    Raises:
        ValueError: settings out of range; samples as :func:`szilard.validation.paired_samples` refuses them.
    """

    name: ClassVar[str] = "minde"
    stochastic: ClassVar[bool] = True

    variant: str = "c"
    trace: int = 0

    def __post_init__(self) -> None:
        check_choice(self.variant, "variant", ("c", "j"))
        check_integer(self.trace, "trace", minimum=0)
        super().__post_init__()

    @classmethod
    def published(cls, variant: str = "c", steps: int = 200_000) -> MINDE:
        """The authors' network, times, batch and constant rate on rescaled data, and about their number of steps."""
        architecture, training = Architecture("published", time="raw"), Training(schedule="constant")
        return cls(variant=variant, steps=steps, architecture=architecture, training=training, **PUBLISHED)

    def mutual_information(self, x: ArrayLike, y: ArrayLike, *, rng: RNG = 0) -> Estimate:
        """I(X; Y) in nats from paired samples (n, dx) and (n, dy).

        The standard error covers the finite held-out set and its redraws, not the training; repeat with another
        ``rng`` to see that one.
        """
        return minde_fleet(self, [(x, y)], [rng])[0]

    def entropy(self, x: ArrayLike, *, rng: RNG = 0) -> Estimate:
        r"""Differential entropy H(X) in nats of samples (n, d), from the divergence to N(0, σ² I):

        .. math:: H = \tfrac d2\log(2πσ^2) + \frac{E\|X\|^2}{2σ^2} - e(μ, γ_σ) - \tfrac d2(\log χ_1 - 1 + 1/χ_1).

        Columns are rescaled whatever ``preprocess`` says: another map would change the entropy.
        """
        x = as_samples(x)
        check_varies(x)
        split, d, mask = replace(self, preprocess="rescale").split(x, rng), x.shape[1], (DIFFUSED,)
        trained = train_fleet(self, [split], (d,), (mask,), title="MINDE entropy")
        model, times = trained.model.member(0), trained.times
        stream = split.generator
        divergence = gaussian_cross_divergence(model, split.test, mask, times, stream, self.redraws, self.sigma)
        terms = split.test.square().sum(1) / (2 * self.sigma**2) - divergence
        chi = float(times.process.chi(torch.tensor(1.0, dtype=torch.float64), self.sigma))
        reference = d / 2 * (math.log(2 * math.pi * self.sigma**2) - math.log(chi) + 1 - 1 / chi)
        value, stderr = float(terms.mean()) + reference + split.log_volume, float(terms.std()) / math.sqrt(len(terms))
        diagnostics = {"model": model, "held_out": len(split.test), "device": split.device}
        return Estimate(value, stderr, len(x), f"MINDE entropy, sigma = {self.sigma:g}", diagnostics=diagnostics)


def minde_fleet(estimator: MINDE, pairs: Sequence[tuple[ArrayLike, ArrayLike]], rngs: Sequence[RNG]) -> list[Estimate]:
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
    checked, splits = split_pairs(pairs, rngs, estimator.holdout, estimator.preprocess, estimator.device)
    gap, dims = mutual_information_gap(estimator.variant), tuple(part.shape[1] for part in checked[0])
    trained = train_fleet(estimator, splits, dims, gap.masks, gap, f"MINDE-{estimator.variant}", estimator.trace)
    samples = _evaluate(estimator, splits, trained, gap)
    return [
        _estimate(estimator, pair, split, samples[i], trained, i)
        for i, (pair, split) in enumerate(zip(checked, splits, strict=True))
    ]


def _evaluate(estimator: MINDE, splits: Sequence[Split], trained: Trained, gap: Gap) -> list[GapSamples]:
    """Held-out samples of every member, evaluated together."""
    test, streams = torch.stack([split.test for split in splits]), [split.generator for split in splits]
    samples = gap_samples(estimator, trained.model, test, gap, trained.times, streams)
    members = [samples.member(i) for i in range(len(splits))]
    if trained.model.baseline is None:
        return members
    errors = gaussian_gap_error(trained.model.baseline, gap, torch.stack([split.fit for split in splits]))
    return [replace(member, control_error=e) for member, e in zip(members, np.atleast_1d(errors).tolist(), strict=True)]


def _estimate(
    estimator: MINDE, pair: Pair, split: Split, samples: GapSamples, trained: Trained, member: int
) -> Estimate:
    n, dims = len(pair[0]), [part.shape[1] for part in pair]
    forms = {form: samples.estimate(form) for form in FORMS}
    value, stderr = forms[estimator.form]
    missed = less_than_neighbours(value, stderr, np.hstack(pair), dims)
    diagnostics = {
        "forms": {form: Estimate(*numbers, n=n, method=form) for form, numbers in forms.items()},
        "trace": tuple(trained.traces[member]),
        "model": trained.model.member(member),
        "held_out": len(split.test),
        "device": split.device,
        "warnings": (*disagreement(samples), *missed, *near_ceiling(value, min(dims)), *ties(*pair)),
    }
    return Estimate(value, stderr, n, f"MINDE-{estimator.variant} {estimator.form}", diagnostics=diagnostics)
