"""Exponents of power laws between width and loss, with bootstrap intervals and the budget that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_numbers, check_choice, check_integer, plain_array

STATISTICS: dict[str, Callable[..., Any]] = {"median": np.median, "mean": np.mean}

__all__ = ["Exponent", "fit_exponent", "local_exponents"]


@dataclass(frozen=True)
class Exponent:
    """The slope of log loss against log width.

    Args:
        slope: d ln ℓ / d ln N, negative where loss falls.
        low, high: ends of its bootstrap interval.
        level: what the interval should cover.
        statistic: of the losses at one width, ``"median"`` or ``"mean"``.
        widths: smallest and largest width.
        budget: how the networks were trained; an exponent without it means little.
    """

    slope: float
    low: float
    high: float
    level: float
    statistic: str
    widths: tuple[float, float]
    budget: str

    def __str__(self) -> str:
        """For example ``-1.02 [-1.10, -0.95] for N = 4 to 32 (median; 3,000 steps …)``."""
        first, last = self.widths
        return (
            f"{self.slope:.2f} [{self.low:.2f}, {self.high:.2f}] for N = {first:g} to {last:g} "
            f"({self.statistic}; {self.budget})"
        )


def fit_exponent(
    widths: ArrayLike,
    losses: Sequence[ArrayLike],
    budget: str,
    *,
    stat: str = "median",
    bootstrap: int = 1000,
    level: float = 0.95,
    rng: RNG = 0,
) -> Exponent:
    """The exponent by least squares on logarithms, and its interval by drawing networks anew at every width.

    Args:
        widths: two or more different widths.
        losses: for each width the losses (M,) of its networks.
        budget: in words, as ``str(ensemble.budget)``.
        stat: ``"median"`` (dead networks spoil a mean) or ``"mean"``.
        bootstrap: number of draws; 0 gives an interval without width.
        level: what the interval should cover.
        rng: of the draws.

    Raises:
        ValueError: widths that are not positive or not different, losses that are not positive.

    >>> fit_exponent([1, 2, 4], [[1.0], [0.5], [0.25]], "none", bootstrap=0).slope.__round__(6)
    -1.0
    """
    x, values, reduce = _checked(widths, losses, stat, bootstrap, level)
    fit = _slope(np.log(x), np.log([[reduce(each)] for each in values]))[0]
    stream, draws = generator(rng), []
    for each in values if bootstrap else ():
        picked = stream.integers(len(each), size=(bootstrap, len(each)))
        draws.append(np.log(reduce(each[picked], axis=1)))
    slopes = _slope(np.log(x), np.array(draws)) if bootstrap else np.array([fit])
    low, high = np.quantile(slopes, [(1 - level) / 2, (1 + level) / 2])
    return Exponent(float(fit), float(low), float(high), level, stat, (float(x.min()), float(x.max())), str(budget))


def local_exponents(widths: ArrayLike, losses: Sequence[ArrayLike], budget: str, **settings: Any) -> list[Exponent]:
    """The exponent between each width and the next; arguments as for :func:`fit_exponent`."""
    x = plain_array(widths, "widths")
    pairs = zip(x, x[1:], losses, losses[1:], strict=False)
    return [fit_exponent([n, m], [first, second], budget, **settings) for n, m, first, second in pairs]


def _checked(
    widths: ArrayLike, losses: Sequence[ArrayLike], stat: str, bootstrap: int, level: float
) -> tuple[np.ndarray, list[np.ndarray], Callable[..., Any]]:
    x = as_numbers(widths, "widths").astype(float)
    if x.ndim != 1 or len(np.unique(x)) < 2 or (x <= 0).any() or len(x) != len(losses):
        raise ValueError(
            f"widths must be two or more different positive numbers, one for each set of losses; got {widths!r} "
            f"for {len(losses)} sets"
        )
    values = [np.atleast_1d(as_numbers(each, "losses").astype(float)) for each in losses]
    if any(each.ndim != 1 or not each.size or (each <= 0).any() for each in values):
        raise ValueError("losses must be positive, one list for each width; got others")
    check_integer(bootstrap, "bootstrap", minimum=0)
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1); got {level!r}")
    return x, values, STATISTICS[check_choice(stat, "stat", STATISTICS)]


def _slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Slopes of the rows' columns: ``y`` is (widths, draws)."""
    centred = x - x.mean()
    return np.asarray(centred @ (y - y.mean(axis=0)) / (centred @ centred))
