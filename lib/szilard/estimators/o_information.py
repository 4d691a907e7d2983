r"""O-information from any estimator of total correlation, by the identities that tie the two together.

For N variables with :math:`TC(X)` and :math:`TC(X^{\setminus i})`, all but one of them,

.. math:: DTC=(N-1)\,TC(X)-\sum_i TC(X^{\setminus i}),\quad \Omega=(2-N)\,TC(X)+\sum_i TC(X^{\setminus i}),\quad
    S=N\,TC(X)-\sum_i TC(X^{\setminus i})

(`rosas2019oinformation`). Every route below is an average over samples of local terms, so each quantity is a linear
combination of them, sample by sample, and its error knows how they are correlated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate, OInformation
from szilard.estimators._common import Settings, describe
from szilard.estimators.kinds import check_not_copied, row_codes
from szilard.validation import as_samples, check_aligned, check_varies

if TYPE_CHECKING:
    import pandas as pd

SPARSE = 10  # samples per occupied cell below which a plug-in of frequencies is badly biased

FEW = 20  # samples up to which most values of a discrete variable may occur once by chance

Variables: TypeAlias = "Sequence[ArrayLike] | np.ndarray | pd.DataFrame"
LocalTC = Callable[[tuple[int, ...]], np.ndarray]

__all__ = ["DiscretePlugIn", "Variables", "checked_variables", "combined"]


@dataclass(frozen=True)
class DiscretePlugIn:
    """O-information of discrete variables from the frequencies of their values.

    Frequencies always look more dependent than probabilities: TC comes out too high by about the number of occupied
    cells over 2n, and a warning tells where that matters.
    """

    name: ClassVar[str] = "discrete"
    stochastic: ClassVar[bool] = False

    def o_information(self, variables: Sequence[ArrayLike], gradients: bool = False) -> OInformation:
        """TC, DTC, Ω, S in nats of variables (n,) or (n, d_i), each row one value of its variable."""
        parts = checked_variables(variables, vary=False)
        codes = [row_codes(part) for part in parts]
        for i, code in enumerate(codes):
            _check_repeats(code, f"variables[{i}]")

        def local(subset: tuple[int, ...]) -> np.ndarray:
            return sum(_surprise(codes[i]) for i in subset) - _surprise(*(codes[i] for i in subset))

        cells = len(np.unique(np.stack(codes, axis=1), axis=0))
        n, warnings = len(codes[0]), check_not_copied(*parts, refuse=False)
        if n < SPARSE * cells:
            excess = f"expect values too high by about {cells / (2 * n):.2f} nats"
            if n < 2 * cells:  # cells that no sample met are not counted
                excess = "independent variables would show as much; use fewer variables or values, or more samples"
            warnings.append(f"{n} samples fall into {cells} different cells: {excess}")
        return combined(self, local, len(parts), n, gradients, warnings)


def combined(
    estimator: Settings, local: LocalTC, variables: int, n: int, gradients: bool, warnings: Sequence[str] = ()
) -> OInformation:
    """Every quantity from local terms (n,) of the total correlation of any subset of the variables."""
    everything = tuple(range(variables))

    @cache
    def tc(subset: tuple[int, ...]) -> np.ndarray:
        return local(subset) if len(subset) > 1 else np.zeros(n)

    def omega(subset: tuple[int, ...]) -> np.ndarray:
        return (2 - len(subset)) * tc(subset) + sum(tc(_without(i, subset)) for i in subset)

    def mean(part: np.ndarray) -> Estimate:
        return Estimate(float(part.mean()), float(part.std(ddof=1)) / math.sqrt(n), n, describe(estimator))

    whole, lost = tc(everything), omega(everything)
    each = tuple(mean(lost - omega(_without(i, everything))) for i in everything) if gradients else None
    parts = mean(whole), mean(whole - lost), mean(lost), mean(2 * whole - lost)
    return OInformation(*parts, each, {"warnings": tuple(warnings)})


def _without(i: int, subset: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(j for j in subset if j != i)


def _surprise(*codes: np.ndarray) -> np.ndarray:
    """Minus the log frequency of each row's combination of values."""
    _, rows, counts = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True, return_counts=True)
    return -np.log(counts[rows.ravel()] / len(codes[0]))


def _check_repeats(code: np.ndarray, name: str) -> None:
    """Refuse a variable of which most values occur once: frequencies say nothing about it."""
    values, n = int(code.max()) + 1, len(code)
    if n > FEW and values > n / 2:
        raise ValueError(
            f"{name} must repeat its values; got {values} different ones in {n} samples: use KSG (knn), "
            "GaussianCopula (copula), or sort it into bins first"
        )


def checked_variables(variables: Variables, vary: bool = True, fewest: int = 2) -> list[np.ndarray]:
    """Samples (n, d_i) of each of several variables, the columns of an array or frame (n, N), or else a sequence of
    samples; ValueError where they are too few or do not belong together.
    """
    columns = getattr(variables, "ndim", 1) == 2
    samples: Sequence[Any] = list(as_samples(variables, "variables").T if columns else variables)
    parts = [as_samples(part, f"variables[{i}]") for i, part in enumerate(samples)]
    if len(parts) < fewest:
        raise ValueError(f"variables must hold at least {'two' if fewest == 2 else 'three'} arrays; got {len(parts)}")
    if len({len(part) for part in parts}) > 1:
        raise ValueError(f"variables must have the same number of rows; got {[len(part) for part in parts]}")
    if len(parts) > len(parts[0]):
        raise ValueError(
            f"variables must have at least as many samples as there are variables; got {len(parts)} of {len(parts[0])} "
            "samples: the variables are the columns of an array or the items of a list"
        )
    check_aligned(samples, [f"variables[{i}]" for i in range(len(parts))])
    for i, part in enumerate(parts):
        if vary:
            check_varies(part, f"variables[{i}]")
    return parts
