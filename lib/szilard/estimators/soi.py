"""SΩI: O-information, total and dual total correlation from one denoising network (`bounoua2024soi`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
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
    Mask,
    ScoreModel,
    Training,
    dependence_gap,
    dual_total_correlation_gap,
    evaluate_gaps,
    gaussian_pointwise,
    s_information_gap,
    total_correlation_gap,
)
from szilard.diffusion.divergence import total
from szilard.diffusion.training import completed
from szilard.estimate import Estimate, OInformation
from szilard.estimators._singular import FIXED, free_share, infinite
from szilard.estimators.doubts import less_than_neighbours, o_information_doubts, sample_doubts
from szilard.estimators.o_information import checked_variables
from szilard.estimators.score_based import PUBLISHED, ScoreBased, train_fleet
from szilard.fleets import Split
from szilard.rng import RNG
from szilard.threads import usable_threads

Combination = Mapping[Gap, float]

__all__ = ["SOI", "soi_fleet"]


@dataclass(frozen=True, kw_only=True)
class SOI(ScoreBased):
    r"""O-information in nats of several variables from a network that learns to remove noise.

    One network learns the joint score, the marginal and the conditional ones. From marginals to the joint the squared
    difference of predictions integrates to the total correlation, from the joint to the conditionals to the dual
    total correlation: each knows more than the one before, so that the differences are uncorrelated. All are
    evaluated on the same held-out samples, times and noise.

    The settings are those of :class:`szilard.estimators.ScoreBased`; where no batch is chosen, it grows with the masks.
    """

    name: ClassVar[str] = "soi"
    stochastic: ClassVar[bool] = True

    @classmethod
    def published(cls, steps: int = 195_000, hidden: int = 128) -> SOI:
        """The authors' perceptron: 500 passes through 100,000 rescaled samples at a constant rate of 1e-2.

        Its width was 128 up to 50 coordinates, 192 up to 100 and 256 above; their transformer is not offered.
        """
        architecture = Architecture("published", hidden=hidden, time="raw")
        training = Training(batch=256, lr=1e-2, schedule="constant")
        return cls(steps=steps, architecture=architecture, training=training, **PUBLISHED)

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False, *, rng: RNG = 0) -> OInformation:
        r"""TC, DTC, Ω and S in nats of two or more variables, each (n, d_i) or (n,), rows drawn together.

        The standard errors cover the finite held-out set, its redraws and the baseline's covariance, not the
        training. Samples in which some variable is fixed by others, linearly or in ranks, have infinite TC, DTC and S
        and an undefined Ω (nan), with a warning and without any training.

        Args:
            variables: samples of each variable.
            gradients: also :math:`\partial_i\Omega = \Omega(X)-\Omega(X^{\setminus i})` for every variable, whose
                masks grow as the square of their number.
            rng: source of all randomness.

        Diagnostics: ``forms`` (every quantity in its three forms), ``s_direct`` (S from marginals to conditionals,
        without the joint), ``s_check`` (how much TC + DTC exceeds it), ``bounds`` (what is left of
        TC ≤ (N − 1) DTC and DTC ≤ (N − 1) TC), ``gradient_terms`` (gradients from mutual informations alone,
        :math:`(2-N) I(X^i;X^{\setminus i}) + \sum_{j\ne i} I(X^i;X^{\setminus ij})`, where asked for), ``model``,
        ``held_out`` and ``device``.

        Raises:
            ValueError: fewer than two variables, different numbers of rows, too few of them, samples that are not
                finite, a constant column.
        """
        return soi_fleet(self, [variables], [rng], gradients)[0]


def soi_fleet(
    estimator: SOI, systems: Sequence[Sequence[ArrayLike]], rngs: Sequence[RNG], gradients: bool = False
) -> list[OInformation]:
    """What ``estimator.o_information(variables, gradients, rng=rng)`` gives for every system, to rounding.

    The networks of all systems train and are evaluated as one stacked model, as in
    :func:`szilard.estimators.minde_fleet`.

    Raises:
        ValueError: no systems, shapes that differ, another number of ``rngs``, or samples that
            :meth:`SOI.o_information` refuses.
    """
    checked = _checked(systems)
    if len(rngs) != len(checked):
        raise ValueError(f"rngs must hold one entry per system; got {len(rngs)} for {len(checked)} systems")
    dims = tuple(part.shape[1] for part in checked[0])
    joined = [np.hstack(parts) for parts in checked]
    with ThreadPoolExecutor(usable_threads()) as pool:  # NumPy sorts and multiplies without holding the others up
        free = list(pool.map(partial(free_share, dims=dims), joined))
    regular = [i for i, share in enumerate(free) if share > FIXED]
    results = {i: infinite(len(x), len(dims), gradients) for i, x in enumerate(joined) if i not in regular}
    if regular:
        splits = [estimator.split(joined[i], rngs[i]) for i in regular]
        measured = _measure(estimator, splits, dims, gradients)
        for i, split, (samples, model) in zip(regular, splits, measured, strict=True):
            warnings = sample_doubts(joined[i], free[i])
            results[i] = _result(estimator, samples, split, model, joined[i], dims, warnings)
    return [results[i] for i in range(len(joined))]


def _checked(systems: Sequence[Sequence[ArrayLike]]) -> list[list[np.ndarray]]:
    if not len(systems):
        raise ValueError("systems must hold at least one set of variables; got none")
    checked = [checked_variables(variables) for variables in systems]
    shapes = [tuple(part.shape for part in parts) for parts in checked]
    for shape in shapes:
        if shape != shapes[0]:
            raise ValueError(f"systems must have equal shapes; the first has {shapes[0]}, another {shape}")
    n, fewest = shapes[0][0][0], sum(width for _, width in shapes[0]) + 2
    if n < fewest:
        raise ValueError(f"variables must have at least {fewest} rows, two more than columns; got {n}")
    return checked


def _quantities(n: int, gradients: bool) -> dict[str, Combination]:
    """Every reported quantity of n variables as a combination of gaps."""
    tc, dtc, direct = total_correlation_gap(n), dual_total_correlation_gap(n), s_information_gap(n)
    named: dict[str, Combination] = {
        "tc": {tc: 1},
        "dtc": {dtc: 1},
        "omega": {tc: 1, dtc: -1},
        "s": {tc: 1, dtc: 1},
        "s_direct": {direct: 1},
        "s_check": {tc: 1, dtc: 1, direct: -1},
        "tc_bound": {tc: -1, dtc: n - 1},
        "dtc_bound": {tc: n - 1, dtc: -1},
    }
    for i in range(n if gradients else 0):
        named[f"gradient {i}"], terms = named["omega"], {}
        if n > 3:  # the O-information of two variables, or of one, is zero
            rest = {total_correlation_gap(n, (i,)): -1, dual_total_correlation_gap(n, (i,)): 1}
            named[f"gradient {i}"] = {**named["omega"], **rest}
        if n > 2:
            terms = {dependence_gap(n, i): 2 - n}
            terms |= {dependence_gap(n, i, (j,)): 1 for j in range(n) if j != i}
        named[f"terms {i}"] = terms or named["omega"]
        difference = dict(named[f"gradient {i}"])
        for gap, weight in named[f"terms {i}"].items():
            difference[gap] = difference.get(gap, 0) - weight
        named[f"check {i}"] = difference
    return named


def _measure(
    estimator: SOI, splits: Sequence[Split], dims: tuple[int, ...], gradients: bool
) -> list[tuple[dict[str, GapSamples], ScoreModel]]:
    """Train on every split; per member, samples of every quantity and the model."""
    named = _quantities(len(dims), gradients)
    gaps = list(dict.fromkeys(gap for combination in named.values() for gap in combination))
    masks = tuple(dict.fromkeys(mask for gap in gaps for mask in gap.masks))
    chain = s_information_gap(len(dims))
    learner = replace(estimator, training=_with_room(estimator, dims, masks))
    trained = train_fleet(learner, splits, dims, masks, chain, "S-information")
    test, streams = torch.stack([split.test for split in splits]), [split.generator for split in splits]
    model, baseline, sigma = trained.model, trained.model.baseline, estimator.sigma
    parts = evaluate_gaps(model, test, gaps, trained.times, streams, estimator.redraws, sigma, baseline)
    samples = dict(zip(gaps, parts, strict=True))
    pointwise = {}
    if baseline is not None:
        fit = torch.stack([split.fit for split in splits])
        pointwise = {gap: gaussian_pointwise(baseline, gap, fit) for gap in gaps}
    return [
        ({name: _combined(each, samples, pointwise, i) for name, each in named.items()}, model.member(i))
        for i in range(len(splits))
    ]


def _with_room(estimator: SOI, dims: tuple[int, ...], masks: Sequence[Mask]) -> Training:
    """The settings of the training, with a default batch enlarged so that every mask gets two rows."""
    training = estimator.training
    if training.batch is not None:
        return training
    fewest = 2 * sum(mask.count(DIFFUSED) for mask in masks)  # rows go by the number of diffused variables
    return replace(training, batch=max(completed(training, estimator.architecture, dims).rows, fewest))


def _combined(
    combination: Combination, samples: Mapping[Gap, GapSamples], pointwise: Mapping[Gap, torch.Tensor], member: int
) -> GapSamples:
    """Samples of a combination of gaps for one member: what their errors share cancels as it should."""
    weights = combination.items()
    parts = (total(weight * getattr(samples[gap], form)[member] for gap, weight in weights) for form in FORMS)
    inside, outside, mmse = parts
    if not pointwise:
        return GapSamples(inside, outside, mmse)
    control = total(weight * pointwise[gap][member] for gap, weight in weights)
    return GapSamples(inside, outside, mmse, float(control.std()) / math.sqrt(len(control)))


def _result(
    estimator: SOI, samples: Mapping[str, GapSamples], split: Split, model: ScoreModel, x: np.ndarray,
    dims: tuple[int, ...], warnings: Sequence[str],
) -> OInformation:  # fmt: skip
    n, method = len(x), f"SOI {estimator.form}"
    forms = {
        name: {form: Estimate(*each.estimate(form), n=n, method=f"SOI {form}") for form in FORMS}
        for name, each in samples.items()
    }
    estimates = {name: Estimate(*each.estimate(estimator.form), n=n, method=method) for name, each in samples.items()}
    indices = [i for i in range(len(dims)) if f"gradient {i}" in estimates]
    tc, dtc, omega, s = (estimates[name] for name in ("tc", "dtc", "omega", "s"))
    missed = less_than_neighbours(tc.value, tc.stderr, x, dims)
    diagnostics = {
        "forms": forms,
        "s_direct": estimates["s_direct"],
        "s_check": estimates["s_check"],
        "bounds": {"tc": estimates["tc_bound"], "dtc": estimates["dtc_bound"]},
        "gradient_terms": tuple(estimates[f"terms {i}"] for i in indices) or None,
        "model": model,
        "held_out": len(split.test),
        "device": split.device,
        "warnings": (*warnings, *(f"TC: {text}" for text in missed), *o_information_doubts(samples, estimates, dims)),
    }
    gradients = tuple(estimates[f"gradient {i}"] for i in indices) or None
    return OInformation(tc, dtc, omega, s, gradients, diagnostics)
