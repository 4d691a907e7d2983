"""Mutual information of high-dimensional vectors, by any estimator, from what encoders keep of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from szilard.bottleneck.encoders import PCA, Compressor, Encoder
from szilard.estimate import Estimate
from szilard.estimators import Estimator, KozachenkoLeonenko, WeightedKL, measure
from szilard.rng import RNG, spawn
from szilard.validation import check_choice, check_integer, paired_samples

ROUNDING = 1e-12  # relative spread of codes that are equal but for rounding

__all__ = ["compressed_information"]

BASELINES = ("permutation",)
BIAS_UP_TO = 0.1  # nats that shuffled pairs may show before the estimate warns


def compressed_information(
    x: ArrayLike, y: ArrayLike, estimator: Estimator, encode_x: Encoder | Compressor | None = None,
    encode_y: Encoder | Compressor | None = None, *, whiten: bool = True, baseline: str | None = "permutation",
    permutations: int = 5, train: float = 0.5, rng: RNG = 0, device: str = "auto",
) -> Estimate:  # fmt: skip
    r"""I(E(X); F(Y)) in nats of codes of ``x`` (n, dx) and ``y`` (n, dy), which is I(X; Y) where both encoders are
    injective and less otherwise (`butakov2024lossy`).

    An encoder that has seen the samples of the estimate adds information of its own. Give encoders fitted on other
    samples, or settings: these are fitted on a random share ``train`` of the pairs and the estimate uses the others.

    The value is that of the estimator: it is neither clipped at 0 nor corrected by the baseline.

    Args:
        estimator: any estimator of mutual information.
        encode_x: a fitted encoder, or settings with ``fit``; without one the samples themselves are the codes.
        encode_y: as ``encode_x``.
        whiten: bring the codes of x, and of y, to unit covariance first; nearest-neighbour entropies
            (:class:`~szilard.estimators.KozachenkoLeonenko`, :class:`~szilard.estimators.WeightedKL`) do so for the
            joint codes too.
        baseline: ``"permutation"`` measures codes of shuffled pairs, which share nothing, or ``None``.
        permutations: shuffles of the baseline.
        train: share of the pairs that encoders are fitted on, where they have to be.
        device: where they are fitted.

    Diagnostics: those of the estimator; ``encoders``, ``code_dims``; ``fitted_on``, how many pairs were kept for
    fitting; ``baseline``, the median of shuffled pairs in nats, and ``above_baseline``; warnings about values below
    zero and about a baseline off zero by more than 0.1 nats.

    Raises:
        ValueError: different numbers of rows, or what encoders and estimator refuse, such as constant codes.
    """
    x, y = paired_samples(x, y)
    check_integer(permutations, "permutations", minimum=1)
    if baseline is not None:
        check_choice(baseline, "baseline", BASELINES)
    splitting, fit_x, fit_y, code_x, code_y, estimating, shuffling = spawn(rng, 7)
    fitted = [encoder is None or isinstance(encoder, Encoder) for encoder in (encode_x, encode_y)]
    seen, rows = _split(len(x), 0.0 if all(fitted) else train, splitting)
    one = _encoder(encode_x, x[seen], fit_x, device)
    other = _encoder(encode_y, y[seen], fit_y, device)
    codes_x, codes_y = _codes(one, x[rows], code_x, whiten), _codes(other, y[rows], code_y, whiten)
    if whiten and isinstance(estimator, KozachenkoLeonenko | WeightedKL):
        estimator = replace(estimator, whiten=True)
    shuffles = [] if baseline is None else spawn(shuffling, permutations)
    apart = [measure(estimator, codes_x, stream.permutation(codes_y), stream).nats for stream in shuffles]
    names = ["all of it" if encoder is None else encoder.name for encoder in (one, other)]
    facts = {"encoders": tuple(names), "code_dims": (codes_x.shape[1], codes_y.shape[1]), "fitted_on": len(seen)}
    estimate = measure(estimator, codes_x, codes_y, estimating).to("nats")
    return _reported(replace(estimate, method=f"{estimate.method} of {' and '.join(names)}"), facts, apart)


def _split(n: int, train: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows to fit on and rows to estimate from; all of them are for the estimate where ``train`` is 0."""
    if train == 0:
        return np.arange(0), np.arange(n)
    if not 0 < train < 1:
        raise ValueError(f"train must lie strictly between 0 and 1; got {train!r}")
    order, count = rng.permutation(n), round(train * n)
    return np.sort(order[:count]), np.sort(order[count:])


def _encoder(given: Encoder | Compressor | None, x: np.ndarray, rng: RNG, device: str) -> Encoder | None:
    if given is None or isinstance(given, Encoder):
        return given
    return given.fit(x, rng=rng, device=device)


def _codes(encoder: Encoder | None, x: np.ndarray, rng: RNG, whiten: bool) -> np.ndarray:
    codes = x if encoder is None else encoder.transform(x, rng)
    collapsed = np.ptp(codes, axis=0) <= ROUNDING * np.abs(codes).max(axis=0)
    codes = np.where(collapsed, codes[:1], codes)  # processors round equal rows differently
    return PCA(codes.shape[1], whiten=True).fit(codes).transform(codes) if whiten else codes


def _reported(estimate: Estimate, facts: dict[str, object], apart: Sequence[float]) -> Estimate:
    """The estimate with what was done and what shuffled pairs gave."""
    warnings, value = list(estimate.warnings), estimate.value
    if value < 0:
        warnings.append(f"{value:.2f} nats lies below zero, which is bias or noise of the estimator: do not clip it.")
    if apart:
        zero = float(np.median(apart))
        facts |= {"baseline": zero, "above_baseline": value - zero}
        if abs(zero) > BIAS_UP_TO:
            warnings.append(f"Shuffled pairs, which share nothing, give {zero:+.2f} nats: bias of the estimator.")
    return replace(estimate, diagnostics={**estimate.diagnostics, **facts, "warnings": tuple(warnings)})
