"""What to train with a budget: size, tokens, batch and steps under several fitted laws side by side, with what the data
behind each law leave open, and a warning where it is asked for more than it was fitted to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from szilard.datasets import gadre_testbed, olmo_ladder
from szilard.scaling.fitting import Bootstrap, Law, bootstrap, fit
from szilard.scaling.laws import FLOPS_PER_PARAMETER_AND_TOKEN, Allocation, ChinchillaLaw, KaplanLaw
from szilard.validation import check_choice, check_positive

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 200
HOFFMANN = ChinchillaLaw(math.exp(6.0073404), math.exp(6.0179186), math.exp(0.5267228), 0.33917084, 0.2849083)
BESIROGLU = ChinchillaLaw(482.01, 2085.43, 1.8169, 0.3478, 0.3658)
KAPLAN = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2e8, 0.21)
TRAIN_SETS = {"C4": "c4_original", "RedPajama": "rpj", "RefinedWeb": "rw_original"}
LAWS = ("kaplan2020", "hoffmann2022", "besiroglu2024", "olmo-ladder", "gadre-c4", "gadre-redpajama", "gadre-refinedweb")

__all__ = ["BESIROGLU", "HOFFMANN", "KAPLAN", "LAWS", "TRAIN_SETS", "KnownLaw", "known_law", "plan", "spend"]


@dataclass(frozen=True)
class KnownLaw:
    """A law with what it was fitted to.

    Args:
        name: one of ``LAWS``.
        law: the law.
        source: where its constants come from.
        sizes, tokens: ranges of N and D behind it.
        draws: refits to resampled runs, for intervals; ``None`` where the runs are not at hand.
    """

    name: str
    law: Law
    source: str
    sizes: tuple[float, float]
    tokens: tuple[float, float]
    draws: Bootstrap | None = None

    def doubts(self, planned: Allocation) -> str:
        """Where ``planned`` lies outside the runs behind the law; empty inside."""
        told = [
            f"{value / limits[1]:.3g} times the {what} of the largest run behind it"
            if value > limits[1]
            else f"{limits[0] / value:.3g} times fewer {what} than the smallest run behind it"
            for what, value, limits in (("parameters", planned.N, self.sizes), ("tokens", planned.D, self.tokens))
            if not limits[0] <= value <= limits[1]
        ]
        return "; ".join(told)


@lru_cache
def known_law(name: str) -> KnownLaw:
    """One of the laws in ``LAWS``: published constants, or a fit made here to the curves that the library ships.

    Raises:
        ValueError: no such law; the message offers the closest one.

    >>> known_law("besiroglu2024").law.E
    1.8169
    """
    check_choice(name, "law", LAWS)
    if name in PUBLISHED:
        law, source, sizes, tokens = PUBLISHED[name]
        return KnownLaw(name, law, source, sizes, tokens)
    if name == "olmo-ladder":
        return _fitted(name, olmo_finals(), "final losses on C4 of 25 runs, 190M to 3B (Bhagia et al. 2024)")
    train = next(label for label in TRAIN_SETS if label.lower() == name.removeprefix("gadre-"))
    table = gadre_testbed().query(f"train == '{TRAIN_SETS[train]}' and eval == 'c4_val'")
    return _fitted(name, table, f"final losses on C4 of {len(table)} runs on {train} (Gadre et al. 2024)")


PUBLISHED: dict[str, tuple[Law, str, tuple[float, float], tuple[float, float]]] = {
    "kaplan2020": (
        KAPLAN,
        "as published (Kaplan et al. 2020), batch at the critical size",
        (768, 1.5e9),
        (0, math.inf),
    ),
    "hoffmann2022": (HOFFMANN, "as published, unrounded (Hoffmann et al. 2022)", (7e7, 1.6e10), (5e9, 5e11)),
    "besiroglu2024": (BESIROGLU, "refit of the same runs (Besiroglu et al. 2024)", (7e7, 1.6e10), (5e9, 5e11)),
}


def olmo_finals() -> pd.DataFrame:
    """The last point of each of the 25 runs of the OLMo ladder, 190M to 3B."""
    table = olmo_ladder()
    return table[table.run.str.endswith("xC")].groupby(["size", "run"], sort=False).tail(1).reset_index(drop=True)


def plan(
    flops: float, laws: Sequence[str] = LAWS, *, parameters: float | None = None, level: float = 0.9
) -> pd.DataFrame:
    """How to spend ``flops`` operations, one row per law.

    Args:
        flops: the budget C = 6 N D.
        laws: names among ``LAWS``.
        parameters: the size, if it is given; by default the one that each law finds best.
        level: of the intervals, which say how far the law's own runs, resampled, would move its predictions.

    Returns:
        ``law``, ``N``, ``D``, ``tokens_per_parameter``, ``B`` and ``S`` (``nan`` where the law knows no batches),
        ``loss``, ``loss_low`` and ``loss_high`` (of this N and D), ``N_low`` and ``N_high`` (of the best size; ``nan``
        where no runs are at hand), ``source`` and ``warning``.

    Raises:
        ValueError: a budget or a size that is not positive, an unknown law, or a level outside (0, 1).
    """
    import pandas as pd

    check_positive(flops, "flops")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level!r}")
    rows = []
    for known in map(known_law, laws):
        made = known.law.optimal(flops) if parameters is None else spend(known.law, flops, parameters)
        loss = size = (math.nan, math.nan)
        if known.draws:
            low, high = known.draws.predict(made.N, made.D, level)
            loss = (float(low), float(high))
            size = known.draws.interval(lambda law: law.optimal(flops).N, level)
        rows.append(
            {
                "law": known.name, "N": made.N, "D": made.D, "tokens_per_parameter": made.tokens_per_parameter,
                "B": made.B, "S": made.S, "loss": made.loss, "loss_low": loss[0], "loss_high": loss[1],
                "N_low": size[0], "N_high": size[1], "source": known.source, "warning": known.doubts(made),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def spend(law: Law, flops: float, parameters: float) -> Allocation:
    """What ``flops`` operations buy at a given size; at the critical batch size where the law has one.

    Raises:
        ValueError: a budget or a size that is not positive.
    """
    check_positive(flops, "flops")
    check_positive(parameters, "parameters")
    tokens = flops / FLOPS_PER_PARAMETER_AND_TOKEN / parameters
    if isinstance(law, ChinchillaLaw):
        return Allocation(flops, parameters, tokens, float(law.loss(parameters, tokens)))
    floor = float(law.converged(parameters))

    def excess(log_above: float) -> float:
        return math.log(tokens / 2) - math.log(float(law.e_min(floor + math.exp(log_above), parameters)))

    if not excess(-25.0) < 0 < excess(8.0):
        raise ValueError(f"parameters must be a size that {flops:.3g} operations train in part; got {parameters!r}")
    loss = floor + math.exp(brentq(excess, -25.0, 8.0, xtol=1e-13))
    batch = float(law.b_crit(loss))
    return Allocation(flops, parameters, tokens, loss, batch, tokens / batch)


def _fitted(name: str, table: pd.DataFrame, source: str) -> KnownLaw:
    found = fit("chinchilla", table)
    draws = bootstrap(found, DRAWS, rng=0)
    sizes, tokens = ((float(np.min(table[column])), float(np.max(table[column]))) for column in ("N", "D"))
    return KnownLaw(name, found.law, source, sizes, tokens, draws)
