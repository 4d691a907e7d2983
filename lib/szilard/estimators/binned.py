"""What a deterministic layer knows about its input once its activations are sorted into bins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.estimators._classes import ceiling_of, ceiling_warnings, members, row_keys
from szilard.information import entropy
from szilard.validation import as_samples, check_aligned, check_integer

CROWDED = 0.99  # share of the different activations in one bin from which on the bins do not see the layer

__all__ = ["binned_information"]


def binned_information(
    activations: ArrayLike, bins: int = 30, limits: tuple[float, float] | None = None, labels: ArrayLike | None = None
) -> Estimate:
    r"""Entropy in nats of the binned layer, :math:`I(X;T_\Delta)=H(T_\Delta)`, over N equally likely inputs.

    Every unit is sorted into the same equal bins, and T_Δ is the joint index of all units' bins. With ``labels`` y it
    is :math:`H(T_\Delta\mid Y)=I(X;T_\Delta\mid Y)`, and the difference of both is :math:`I(T_\Delta;Y)`. The value
    belongs to the bins as much as to the layer: a deterministic layer that keeps the inputs apart comes to the ceiling,
    ln N, once the bins are fine (`saxe2019information`). 30 bins between −1 and 1 are those of
    `shwartzziv2017opening`.

    Args:
        activations: (N, d) or (N,), one row per input.
        bins: bins per unit.
        limits: lowest and highest edge; least and greatest activation of the layer where not given. What lies outside
            counts in the outermost bins.
        labels: (N,), numbers or text.

    Diagnostics: ``ceiling``, ln N or, with labels, :math:`\sum_c\frac{N_c}N\ln N_c`; ``limits``; ``occupied`` joint
    bins; ``outside``, the share of activations beyond the limits; ``classes``; warnings about the last and the ceiling.

    Raises:
        ValueError: not numeric or finite, no bins, limits that are not ascending, or not one label per row.

    >>> binned_information([-0.9, -0.8, 0.1, 0.9], bins=2, limits=(-1, 1)).bits
    1.0
    """
    x = as_samples(activations, "activations")
    check_integer(bins, "bins", minimum=1)
    low, high = (float(x.min()), float(x.max())) if limits is None else _ascending(limits)
    edges = 2 * np.linspace(low / 2, high / 2, bins + 1)  # high − low may overflow
    keys = row_keys(np.searchsorted(edges[1:-1], x, side="right").astype(np.int32))
    check_aligned((activations, labels), ("activations", "labels"))
    groups = members(labels, len(x))
    counts = [np.unique(keys[group], return_counts=True)[1] for group in groups]
    value = sum(each.sum() / len(x) * entropy(each / each.sum()) for each in counts)
    ceiling, outside = ceiling_of(groups), float(np.mean((x < low) | (x > high)))
    facts: dict[str, Any] = {"ceiling": ceiling, "limits": (low, high), "occupied": len(np.unique(keys))}
    warnings = (*ceiling_warnings(value, ceiling), *_beyond(outside))
    if limits is None:
        warnings += (*_crowded(x, edges),)
    facts |= {"outside": outside, "classes": len(groups), "warnings": warnings}
    return Estimate(value, 0.0, len(x), f"binned_information(bins={bins})", diagnostics=facts)


def _ascending(limits: tuple[float, float]) -> tuple[float, float]:
    edges = as_samples(limits, "limits").ravel()
    if len(edges) != 2 or not edges[0] < edges[1]:
        raise ValueError(f"limits must be two numbers, the lower one first; got {limits!r}")
    return float(edges[0]), float(edges[1])


def _crowded(x: np.ndarray, edges: np.ndarray) -> list[str]:
    """A sentence where one of several bins has almost all of the different activations."""
    values = np.unique(x)
    share = np.histogram(values, edges)[0].max() / len(values) if len(values) > len(edges) > 2 else 0.0
    if share < CROWDED:
        return []
    return [f"{share:.1%} of the different activations fall into one bin: outliers set the limits; give limits."]


def _beyond(share: float) -> list[str]:
    if share == 0:
        return []
    return [f"{share:.1%} of the activations lie beyond the limits and count in the outermost bins: widen the limits."]
