"""Data of a fleet: checked pairs, hold-out splits, and batches by passes through the samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from szilard.device import resolve_device, working_precision
from szilard.fleets.preprocess import PREPROCESSORS
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import check_varies, paired_samples

Pair: TypeAlias = tuple[np.ndarray, np.ndarray]  # samples (n, dx) and (n, dy), row by row together

__all__ = ["Pair", "Split", "check_holdout", "checked_pairs", "passes", "split", "split_pairs"]


def checked_pairs(pairs: Sequence[tuple[ArrayLike, ArrayLike]]) -> list[Pair]:
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


@dataclass(frozen=True)
class Split:
    """Prepared samples on the device, and the streams that training and evaluation draw from."""

    fit: Tensor
    test: Tensor
    log_volume: float
    device: str
    training: torch.Generator
    generator: torch.Generator
    live: torch.Generator


def split(samples: np.ndarray, rng: RNG, holdout: float, preprocess: str, device: str) -> Split:
    """Hold samples out, learn the preprocessing from the others, and move both to the device.

    Args:
        samples: (n, d), checked.
        rng: shuffles the samples, and gives the streams of training and evaluation.
        holdout: share of the samples that is held out; two at least.
        preprocess: a name in ``szilard.fleets.PREPROCESSORS``.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).

    Raises:
        ValueError: too few samples, or a column that is constant among those to train on.
    """
    place = resolve_device(device)
    shuffle, *streams = spawn(rng, 4)
    held_out = _held_out(len(samples), holdout)
    if len(samples) < held_out + 2:
        fewest = max(4, int(1.5 / (1 - holdout)) - 1)  # from just below, where rounding decides
        while fewest < _held_out(fewest, holdout) + 2:
            fewest += 1
        raise ValueError(f"x must have at least {fewest} rows to train on and hold out; got {len(samples)}")
    test, fit = np.split(shuffle.permutation(len(samples)), [held_out])
    check_varies(samples[fit], "the part of the samples to train on")
    prepare = PREPROCESSORS[preprocess](samples[fit])
    prepared = torch.as_tensor(prepare(samples), dtype=working_precision(place), device=place)
    generators = [torch_generator(stream, place) for stream in streams]
    return Split(prepared[fit], prepared[test], getattr(prepare, "log_volume", math.nan), place, *generators)


def split_pairs(
    pairs: Sequence[tuple[ArrayLike, ArrayLike]], rngs: Sequence[RNG], holdout: float, preprocess: str, device: str
) -> tuple[list[Pair], list[Split]]:
    """Checked pairs, and the :func:`split` of each with its own source of randomness; ValueError where they differ."""
    checked = checked_pairs(pairs)
    if len(rngs) != len(checked):
        raise ValueError(f"rngs must hold one entry per pair; got {len(rngs)} for {len(checked)} pairs")
    joined = zip(map(np.hstack, checked), rngs, strict=True)
    return checked, [split(samples, rng, holdout, preprocess, device) for samples, rng in joined]


def check_holdout(share: float) -> None:
    """Refuse what is no share of the samples."""
    if not isinstance(share, (Real, float)) or not 0 < share < 1:
        raise ValueError(f"holdout must be a share of the samples in (0, 1); got {share!r}")


def _held_out(n: int, share: float) -> int:
    """How many of ``n`` samples are kept for evaluation: two at least, for their spread."""
    return max(round(share * n), 2)


def passes(n: int, count: int, rows: int, generator: torch.Generator) -> Tensor:
    """``count`` batches (count, rows) of different rows out of ``n``: passes through the data in fresh orders."""
    per_pass = n // rows
    orders = [torch.randperm(n, generator=generator, device=generator.device) for _ in range(-(-count // per_pass))]
    return torch.cat([order[: per_pass * rows].view(per_pass, rows) for order in orders])[:count]
