"""From the tidy tables of the chapter on lottery tickets to what its figures and claims compare."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from szilard.scaling import Exponent, fit_exponent

DEAD = 1.0  # loss above which a network has learnt no more than a constant

__all__ = ["DEAD", "averaged", "exponent", "fitted", "signed", "summary"]


def summary(table: pd.DataFrame, by: Sequence[str] = ("activation", "width")) -> pd.DataFrame:
    """Median, quartiles, least loss and share of dead networks by settings, in order of appearance."""
    losses = table.groupby(list(by), sort=False).loss
    board = losses.agg(
        networks="size",
        median="median",
        lower=lambda part: part.quantile(0.25),
        upper=lambda part: part.quantile(0.75),
        least="min",
        dead=lambda part: float((part > DEAD).mean()),
    )
    return board.reset_index()


def signed(value: float) -> str:
    """An exponent with two digits and a minus sign that reads as one."""
    return f"{value:.2f}".replace("-", "−")


def exponent(
    table: pd.DataFrame, least: int = 4, most: int = 10**6, bootstrap: int = 1000, stat: str = "median"
) -> Exponent:
    """The exponent of the median loss, or of the mean, between two widths; the budget is read off the table."""
    part = table[(table.width >= least) & (table.width <= most)]
    groups = [(width, group.loss.to_numpy()) for width, group in part.groupby("width")]
    steps = "/".join(f"{each:,}" for each in sorted(part.steps.unique()))
    return fit_exponent(
        [w for w, _ in groups], [loss for _, loss in groups], f"{steps} steps", bootstrap=bootstrap, stat=stat
    )


def fitted(table: pd.DataFrame, least: int = 4, most: int = 10**6) -> float:
    """The exponent alone; NaN where a loss is missing or not positive, or a width is."""
    if table.loss.isna().any() or (table.loss <= 0).any() or table.width.nunique() < 2:
        return float(np.nan)
    return exponent(table, least, most, bootstrap=0).slope


def averaged(table: pd.DataFrame, least: int = 4) -> list[float]:
    """The exponent of each fleet's averages in the number of networks averaged, from ``least`` on."""
    if table.average.isna().any() or (table.average <= 0).any():
        return [float(np.nan)]
    parts = [part for _, part in table[table.k >= least].groupby(["width", "steps"])]
    return [float(np.polyfit(np.log(part.k), np.log(part.average), 1)[0]) for part in parts]
