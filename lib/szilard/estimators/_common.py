"""What all estimators of this room share: how an average of local terms becomes an estimate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate
from szilard.validation import check_neighbours, check_varies, paired_samples

__all__ = ["Settings", "describe", "from_local", "reverse_neighbours", "scaled", "tie_warnings", "varying_pair"]


class Settings(Protocol):
    """Any frozen dataclass of settings."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def describe(estimator: Settings) -> str:
    """The class name with the settings that differ from their defaults, and always ``k``."""
    values = [(f.name, getattr(estimator, f.name), f.default) for f in fields(estimator)]
    settings = [f"{name}={value!r}" for name, value, default in values if value != default or name == "k"]
    return f"{type(estimator).__name__}({', '.join(settings)})"


def from_local(
    estimator: Settings, local: np.ndarray, *, influence: np.ndarray | None = None, shift: float = 0.0,
    extra_variance: float = 0.0, warnings: Sequence[str] = (), facts: Mapping[str, object] = MappingProxyType({}),
) -> Estimate:  # fmt: skip
    r"""The mean of local terms (n,), plus ``shift``, with its standard error.

    .. math:: \hat I = \frac1n\sum_i \hat\imath_i + \text{shift},\qquad
              s^2 = \frac1n\,\widehat{\operatorname{Var}}(\text{influence}) + \text{extra variance}

    The influence of sample i is n times what adding it changes. For a plug-in of smooth densities that is the local
    term: its effect through the fitted densities averages out. Estimators from few neighbours, where it does not,
    pass the ``influence``. The error is that of sampling; it knows nothing of bias. ``facts`` are diagnostics.
    """
    n, diagnostics = len(local), {"warnings": tuple(warnings), **facts}
    variance = float(np.var(local if influence is None else influence, ddof=1)) / n + extra_variance
    return Estimate(float(np.mean(local)) + shift, math.sqrt(variance), n, describe(estimator), diagnostics=diagnostics)


def varying_pair(x: ArrayLike, y: ArrayLike, neighbours: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Paired samples that vary in every column, more of them than ``neighbours``; ValueError where they are not."""
    pair = paired_samples(x, y)
    if neighbours:
        check_neighbours(neighbours, len(pair[0]))
    for samples, name in zip(pair, "xy", strict=True):
        check_varies(samples, name)
    return pair


def reverse_neighbours(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""For each sample the sum over all others of w_r where it is their r-th neighbour.

    Args:
        rows: (n, k), the neighbours of each sample, nearest first.
        weights: (k,), w_1 … w_k.

    >>> reverse_neighbours(np.array([[1], [0], [1]]), np.array([1.0]))
    array([1., 2., 0.])
    """
    n, k = rows.shape
    return np.bincount(rows.ravel(), weights=np.broadcast_to(weights, (n, k)).ravel(), minlength=n)


def scaled(x: np.ndarray) -> np.ndarray:
    """Columns of ``x`` (n, d) over their standard deviations."""
    return x / x.std(axis=0)


def tie_warnings(tied: bool) -> list[str]:
    """A sentence where a column repeats values although the estimator assumes a continuous distribution."""
    if not tied:
        return []
    return [
        "Some columns repeat values: the estimator assumes a continuous law, and rounded or discrete data bias it; "
        "add noise at the scale of the rounding or use Histogram."
    ]
