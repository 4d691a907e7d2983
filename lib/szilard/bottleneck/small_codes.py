"""Codes of few cells, simulated: how far the loss on the samples lies below the true one, where both are known."""

from __future__ import annotations

import numpy as np

from szilard.rng import RNG, generator
from szilard.validation import check_integer

__all__ = ["majority_gaps", "memorising_gaps"]


def majority_gaps(cells: int, n: int, signal: float = 0.0, *, trials: int = 1000, rng: RNG = 0) -> np.ndarray:
    """Gaps in 0–1 loss (trials,) of decoders that learn the more frequent label of each of K equally likely cells.

    The cells are fixed before the n samples are drawn; labels are 0 or 1, and 1 with probability (1 + signal)/2.

    Raises:
        ValueError: a number out of its range.

    >>> majority_gaps(1, 2, trials=4, rng=0).round(1).tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    for value, name in ((cells, "cells"), (n, "n"), (trials, "trials")):
        check_integer(value, name, minimum=1)
    if not 0 <= signal <= 1:
        raise ValueError(f"signal must lie between 0 and 1; got {signal!r}")
    stream = generator(rng)
    seen = stream.multinomial(n, np.full(cells, 1 / cells), size=trials)
    ones = stream.binomial(seen, (1 + signal) / 2)
    wrong = np.where(ones >= seen - ones, 1 - signal, 1 + signal).mean(1) / 2
    return wrong - np.minimum(ones, seen - ones).sum(1) / n


def memorising_gaps(n: int, count: int, fixed: bool = False, *, trials: int = 1000, rng: RNG = 0) -> np.ndarray:
    """Gaps in 0–1 loss (trials,) of a code of one bit that is the label for ``count`` of the n training points and a
    coin for every other input. No input says anything of its label, so that the true loss is 1/2.

    Where ``fixed``, the labels memorised are those of other samples, drawn beforehand.

    Raises:
        ValueError: a number out of its range.

    >>> memorising_gaps(10, 10, trials=2).tolist()
    [0.5, 0.5]
    """
    check_integer(n, "n", minimum=1)
    check_integer(count, "count", minimum=0)
    check_integer(trials, "trials", minimum=1)
    if count > n:
        raise ValueError(f"count must be at most n = {n}; got {count}")
    labels, coins, others = generator(rng).integers(2, size=(3, trials, n))
    code = np.where(np.arange(n) < count, others if fixed else labels, coins)
    return 0.5 - (code != labels).mean(1)
