"""What makes an estimate from denoising networks doubtful: ties, forms or routes that disagree, broken bounds, less
than neighbours see.

Limits are those of a panel of trained networks, good and bad: ``tests/benchmarks/bench_doubts.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from szilard.diffusion import GapSamples
from szilard.estimate import Estimate
from szilard.estimators.ksg import KSG
from szilard.fleets import RankGaussian
from szilard.validation import has_ties

CEILING = 4.0  # nats per coordinate beyond which the earliest diffusion times carry a visible share
TOLERANCE = 0.1  # share of a value by which two routes to it may differ before a warning
FORMS_APART = 1.0  # the same of two other forms added up
MISSED = 0.15  # share of what neighbours see that a network may miss before a warning
SMALL = 0.2  # nats: shares of a smaller value are taken of this much
SIGMAS = 4.0
NEIGHBOURS, ROWS, FEWEST = KSG(k=5, device="cpu"), 4000, 100

__all__ = ["disagreement", "less_than_neighbours", "near_ceiling", "o_information_doubts", "sample_doubts", "ties"]


def disagreement(samples: GapSamples) -> list[str]:
    """A warning where the other forms differ from the inside one, by more than paired errors, by the value in sum."""
    apart, parts = 0.0, []
    for form in ("outside", "mmse"):
        difference = samples.inside - getattr(samples, form)
        gap, error = float(difference.mean()), float(difference.std()) / math.sqrt(len(difference))
        if abs(gap) > SIGMAS * error:
            apart += abs(gap)
            parts.append(f"the inside and {form} forms differ by {gap:+.3f} ± {error:.3f} nats")
    if apart <= FORMS_APART * max(abs(float(samples.inside.mean())), SMALL):
        return []
    return [f"{', '.join(parts)}: the scores are not learnt well; train longer, use more samples or a baseline"]


def less_than_neighbours(value: float, stderr: float, x: np.ndarray, dims: Sequence[int]) -> list[str]:
    """A warning where k nearest neighbours find a larger total correlation in the ranks of samples ``x`` (n, D).

    They err low where coordinates are many, seldom high; a network that has missed a dependence errs low anywhere.
    """
    x = x[:: -(-len(x) // ROWS)]
    if len(x) < FEWEST or has_ties(x):
        return []
    parts = np.split(RankGaussian.fit(x)(x), np.cumsum(dims)[:-1], axis=1)
    seen = NEIGHBOURS.o_information(parts).tc
    allowed = max(MISSED * max(seen.value, SMALL), 2 * math.hypot(stderr, seen.stderr))
    if not value + allowed < seen.value < math.inf:
        return []
    return [f"neighbours see {seen.value:.3f} ± {seen.stderr:.3f} nats: the dependence is not all learnt; train longer"]


def near_ceiling(value: float, coordinates: int) -> list[str]:
    """A warning where a value in nats is more than diffusion can see in so many coordinates."""
    if value <= CEILING * coordinates:
        return []
    return [f"more than {CEILING:g} nats per coordinate: the earliest diffusion times are cut off, expect a low value"]


def ties(*samples: np.ndarray) -> list[str]:
    """A warning where a column repeats values."""
    if not any(has_ties(x) for x in samples):
        return []
    return ["a column repeats values: for a law that is not continuous the information may be infinite"]


def sample_doubts(x: np.ndarray, share: float) -> list[str]:
    """Warnings that the samples alone give: ties, and variables that others all but fix."""
    if share > math.exp(-2 * CEILING):
        return ties(x)
    return [
        f"the others leave only a share {share:.1e} of a variable's variance free: the earliest diffusion times are "
        "cut off, expect low values",
        *ties(x),
    ]


def o_information_doubts(
    samples: Mapping[str, GapSamples], estimates: Mapping[str, Estimate], dims: Sequence[int]
) -> list[str]:
    """Warnings where forms or routes disagree, bounds are broken, or values come near what diffusion can see."""
    warnings = [f"{name.upper()}: {text}" for name in ("tc", "dtc") for text in disagreement(samples[name])]
    warnings += near_ceiling(max(estimates["tc"].value, estimates["dtc"].value), sum(dims) - max(dims))
    allowed = TOLERANCE * max(estimates["s"].value, 0.1)
    check = estimates["s_check"]
    if _beyond(abs(check.value), check.stderr, allowed):
        warnings.append(f"TC + DTC exceeds S measured directly by {check.value:+.3f} ± {check.stderr:.3f} nats")
    for name, larger, smaller in (("tc_bound", "TC", "DTC"), ("dtc_bound", "DTC", "TC")):
        bound = estimates[name]
        if _beyond(-bound.value, bound.stderr, allowed):
            warnings.append(f"{larger} exceeds {len(dims) - 1} {smaller}, its bound, by {-bound.value:.3f} nats")
    for i in range(len(dims)):
        route = estimates.get(f"check {i}")
        if route is not None and _beyond(abs(route.value), route.stderr, allowed):
            warnings.append(f"the two routes to gradient {i} differ by {route.value:+.3f} ± {route.stderr:.3f} nats")
    return warnings


def _beyond(size: float, stderr: float, allowed: float) -> bool:
    return size > max(SIGMAS * stderr, allowed)
