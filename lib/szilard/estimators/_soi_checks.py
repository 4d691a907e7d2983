"""What makes a measured O-information doubtful: singular samples, routes that disagree, bounds that are broken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from szilard.diffusion import GapSamples
from szilard.estimate import Estimate
from szilard.estimators.fleet import CEILING, _disagreement, _near_ceiling, _ties

TOLERANCE = 0.1  # share of S by which two routes to one quantity may differ before a warning
SIGMAS = 4.0

__all__ = ["doubts", "sample_doubts"]


def sample_doubts(x: np.ndarray, share: float) -> list[str]:
    """Warnings that the samples alone give: ties, and variables that others all but fix."""
    if share > math.exp(-2 * CEILING):
        return _ties(x)
    return [
        f"the others leave only a share {share:.1e} of a variable's variance free: the earliest diffusion times are "
        "cut off, expect low values",
        *_ties(x),
    ]


def doubts(
    samples: Mapping[str, GapSamples], chosen: Mapping[str, Estimate], dims: Sequence[int]
) -> list[str]:
    """Warnings where forms or routes disagree, bounds are broken, or values come near what diffusion can see."""
    found = [f"{name.upper()}: {text}" for name in ("tc", "dtc") for text in _disagreement(samples[name])]
    found += _near_ceiling(max(chosen["tc"].value, chosen["dtc"].value), sum(dims) - max(dims))
    allowed = TOLERANCE * max(chosen["s"].value, 0.1)
    check = chosen["s_check"]
    if _beyond(abs(check.value), check.stderr, allowed):
        found.append(f"TC + DTC exceeds S measured directly by {check.value:+.3f} ± {check.stderr:.3f} nats")
    for name, larger, smaller in (("tc_bound", "TC", "DTC"), ("dtc_bound", "DTC", "TC")):
        bound = chosen[name]
        if _beyond(-bound.value, bound.stderr, allowed):
            found.append(f"{larger} exceeds {len(dims) - 1} {smaller}, its bound, by {-bound.value:.3f} nats")
    for i in range(len(dims)):
        check = chosen.get(f"check {i}")
        if check is not None and _beyond(abs(check.value), check.stderr, allowed):
            found.append(
                f"the two routes to gradient {i} differ by {check.value:+.3f} ± {check.stderr:.3f} nats"
            )
    return found


def _beyond(size: float, stderr: float, allowed: float) -> bool:
    return size > max(SIGMAS * stderr, allowed)
