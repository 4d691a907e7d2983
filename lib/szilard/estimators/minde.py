"""MINDE: mutual information and entropy from denoising networks (`franzese2024minde`)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import torch

from szilard.device import check_device, resolve_device, working_precision
from szilard.diffusion import (
    DIFFUSED,
    FORMS,
    Architecture,
    TimeSampler,
    Training,
    VPDiffusion,
    gaussian_cross_divergence,
    make_times,
)
from szilard.estimate import Estimate
from szilard.estimators.fleet import minde_fleet, train_fleet
from szilard.estimators.preprocess import PREPROCESSORS
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import (
    as_samples,
    check_choice,
    check_integer,
    check_positive,
    check_varies,
)

__all__ = ["MINDE", "Split"]


@dataclass(frozen=True)
class MINDE:
    r"""Mutual information in nats from a network that learns to remove noise.

    One network is trained on every score that the variant needs; the information is half the time integral of
    :math:`r(t)\,E\|\hat ε_f-\hat ε_c\|^2` on held-out samples, see :mod:`szilard.diffusion.divergence`. All three
    forms of that integral are always evaluated and stand in ``diagnostics["forms"]``.

    Args:
        variant: ``"c"`` compares X's score with and without Y; ``"j"`` the joint score with both conditional ones.
        form: which form is returned: ``"inside"``, ``"outside"`` (the paper's σ form) or ``"mmse"``.
        sigma: width of the Gaussian reference of the outside form, in units of the preprocessed data.
        preprocess: ``"rescale"`` (zero mean, unit variance per column), ``"asinh"`` (that after a robust asinh, for
            heavy tails) or ``"rank"`` (each column made Gaussian).
        baseline: ``None`` (as published) or ``"gaussian"``: the network learns only what the exact score of a
            Gaussian with the sample covariance misses. With ``preprocess="rank"`` Gaussian copulas are then exact
            from the first step. The same score serves as control variate of the evaluation, see
            :func:`szilard.diffusion.evaluate_gap`, which makes its error several times smaller.
        steps: optimiser steps (the authors take about 200,000; 4,000 is a minute on a laptop).
        training: batch, learning rate, schedule and weight average.
        architecture: the network.
        times: ``"importance"`` (as published), ``"uniform"``, ``"logistic"`` or ``"adaptive"`` diffusion times, see
            :func:`szilard.diffusion.make_times`; the last are fitted, after a fifth of the steps, to where the
            predictions differ. The estimated integral is the same for all.
        t_eps: where the importance density stops growing, or where uniform times begin; the others have no cut.
        redraws: independent noises per held-out sample in the evaluation.
        holdout: share of the samples kept for evaluation.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        trace: how many times to evaluate during training, for ``diagnostics["trace"]``; evaluations fall on ends of
            blocks of 25 steps, so that a short training has fewer.
        progress: show a bar with the live estimate.

    Raises:
        ValueError: settings out of range; samples as :func:`szilard.validation.paired_samples` refuses them.
    """

    name: ClassVar[str] = "minde"
    stochastic: ClassVar[bool] = True

    variant: str = "c"
    form: str = "inside"
    sigma: float = 1.0
    preprocess: str = "rescale"
    baseline: str | None = None
    steps: int = 4000
    training: Training = field(default_factory=Training)
    architecture: Architecture = field(default_factory=Architecture)
    times: str = "importance"
    t_eps: float = 1e-3
    redraws: int = 10
    holdout: float = 0.1
    device: str = "auto"
    trace: int = 0
    progress: bool = False

    def __post_init__(self) -> None:
        check_choice(self.variant, "variant", ("c", "j"))
        check_choice(self.form, "form", FORMS)
        check_positive(self.sigma, "sigma")
        check_choice(self.preprocess, "preprocess", PREPROCESSORS)
        if self.baseline is not None:
            check_choice(self.baseline, "baseline", ("gaussian",))
        check_integer(self.steps, "steps", minimum=1)
        check_integer(self.redraws, "redraws", minimum=1)
        check_integer(self.trace, "trace", minimum=0)
        if not isinstance(self.holdout, Real) or not 0 < self.holdout < 1:
            raise ValueError(f"holdout must be a share of the samples in (0, 1); got {self.holdout!r}")
        make_times(self.times, VPDiffusion(), self.t_eps)
        check_device(self.device)

    def mutual_information(self, x: Any, y: Any, *, rng: RNG = 0) -> Estimate:
        """I(X; Y) in nats from paired samples (n, dx) and (n, dy).

        The standard error covers the finite held-out set and its redraws, not the training; repeat with another
        ``rng`` to see that one.
        """
        return minde_fleet(self, [(x, y)], [rng])[0]

    def entropy(self, x: Any, *, rng: RNG = 0) -> Estimate:
        r"""Differential entropy H(X) in nats of samples (n, d), from the divergence to N(0, σ² I):

        .. math:: H = \tfrac d2\log(2πσ^2) + \frac{E\|X\|^2}{2σ^2} - e(μ, γ_σ) - \tfrac d2(\log χ_1 - 1 + 1/χ_1).
        """
        x = as_samples(x)
        check_varies(x)
        if self.preprocess != "rescale":
            raise ValueError(
                f"preprocess must be 'rescale' for entropy (ranks change it); got {self.preprocess!r}"
            )
        split, d, mask = self.split(x, rng), x.shape[1], (DIFFUSED,)
        trained = train_fleet(self, [split], (d,), (mask,))
        model, times = trained.model.member(0), trained.times
        divergence = gaussian_cross_divergence(
            model, split.test, mask, times, split.generator, self.redraws, self.sigma
        )
        value, stderr = _mean_and_error(split.test.square().sum(1) / (2 * self.sigma**2) - divergence)
        chi = float(times.process.chi(np.float64(1.0), self.sigma))
        reference = d / 2 * (math.log(2 * math.pi * self.sigma**2) - math.log(chi) + 1 - 1 / chi)
        return Estimate(
            value + reference + split.log_volume,
            stderr,
            n=len(x),
            method=f"MINDE entropy, sigma = {self.sigma:g}",
            diagnostics={"model": model, "held_out": len(split.test), "device": split.device},
        )

    @property
    def sampler(self) -> TimeSampler:
        """The sampler of diffusion times that a training starts with."""
        return make_times(self.times, VPDiffusion(), self.t_eps)

    def _held_out(self, n: int) -> int:
        """How many of ``n`` samples are kept for evaluation: two at least, for their spread."""
        return max(round(self.holdout * n), 2)

    def split(self, samples: np.ndarray, rng: RNG) -> Split:
        """Hold samples out, learn the preprocessing from the others, and move both to the device."""
        device = resolve_device(self.device)
        shuffle, *streams = spawn(rng, 4)
        held_out = self._held_out(len(samples))
        if len(samples) < held_out + 2:
            fewest = max(4, int(1.5 / (1 - self.holdout)) - 1)  # from just below, where rounding decides
            while fewest < self._held_out(fewest) + 2:
                fewest += 1
            raise ValueError(
                f"x must have at least {fewest} rows to train on and hold out; got {len(samples)}"
            )
        test, fit = np.split(shuffle.permutation(len(samples)), [held_out])
        check_varies(samples[fit], "the part of the samples to train on")
        prepare = PREPROCESSORS[self.preprocess](samples[fit])
        prepared = torch.as_tensor(prepare(samples), dtype=working_precision(device), device=device)
        generators = [torch_generator(stream, device) for stream in streams]
        return Split(
            prepared[fit], prepared[test], getattr(prepare, "log_volume", math.nan), device, *generators
        )


@dataclass(frozen=True)
class Split:
    """Prepared samples on the device, and the streams that training and evaluation draw from."""

    fit: torch.Tensor
    test: torch.Tensor
    log_volume: float
    device: str
    training: torch.Generator
    generator: torch.Generator
    live: torch.Generator


def _mean_and_error(values: torch.Tensor) -> tuple[float, float]:
    return float(values.mean()), float(values.std()) / math.sqrt(len(values))
