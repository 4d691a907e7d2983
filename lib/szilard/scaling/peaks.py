"""Separate peaks of a histogram: kinds of outcome that chance did not blur into one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_numbers, check_positive

__all__ = ["separate_peaks"]


def separate_peaks(values: ArrayLike, width: float = 0.1, share: float = 0.02, valley: float = 0.25) -> np.ndarray:
    """Centres of the peaks of a histogram of ``values`` (n,), in increasing order.

    Args:
        values: what is counted, for example logarithms of losses.
        width: of a bin; bins are centred at its multiples.
        share: of all values that a peak's highest bin and its two neighbours must hold.
        valley: between two peaks a bin must lie below this share of the lower one.

    Raises:
        ValueError: values that are not numbers, or settings that are not positive.

    >>> separate_peaks([0.0] * 50 + [1.0] * 50).round(1)
    array([0., 1.])
    """
    for name, setting in {"width": width, "share": share, "valley": valley}.items():
        check_positive(setting, name)
    bins = np.round(as_numbers(values, "values").astype(float) / width).astype(int)
    counts = np.bincount(bins - bins.min())
    around = np.convolve(np.pad(counts, 1), [1, 1, 1], mode="valid")
    kept: list[int] = []
    for place in np.argsort(-counts, kind="stable"):
        apart = all(counts[min(place, k) : max(place, k) + 1].min() < valley * counts[place] for k in kept)
        if around[place] >= share * len(bins) and counts[place] and apart:
            kept.append(int(place))
    return np.asarray((np.sort(kept) + bins.min()) * width)
