"""Pieces of the drawings of the chapter on scaling laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from szilard.compendium.style import MUTED, PALETTE
from szilard.experiments.scaling_laws.tables import converged, exponent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_ladder"]


def draw_ladder(curves: Axes, ends: Axes, table: pd.DataFrame, title: str) -> None:
    """Curves of a ladder with what is predicted of its largest model; and what each size converges to above the known
    floor, with the line through logarithms."""
    for _, part in table[(table.role == "ladder") & (table.S > 0)].groupby("N"):
        curves.plot(part.S, part.loss, color=MUTED, lw=1)
    last = table[(table.role == "largest") & (table.S > 0)]
    curves.plot(last.S, last.loss, color=PALETTE["blue"], lw=2.5, label="largest, measured")
    curves.plot(last.S, last.predicted, color=PALETTE["green"], label="predicted")
    curves.plot(last.S, last.floorless, ":", color=PALETTE["orange"], label="predicted, no floor")
    curves.axhline(table.entropy_rate.iloc[0], color=PALETTE["pink"], ls="--", label="known floor")
    curves.set(xscale="log", xlabel="steps", ylabel="loss", title=title)
    ends.set(xlabel="size N", ylabel="plateau above the floor")
    _draw_plateaus(ends, converged(table).query("above > 0"))  # an extrapolation may end below the floor


def _draw_plateaus(ax: Axes, sizes: pd.DataFrame) -> None:
    ax.loglog(sizes.N, sizes.above, "o", color=MUTED)
    ax.set_xticks(sizes.N, list(map(_short, sizes.N)))
    ax.set_yticks(sizes.above[::2], [f"{value:.2g}" for value in sizes.above[::2]])
    ax.minorticks_off()
    if len(sizes) > 1:
        slope, height = np.polyfit(np.log(sizes.N), np.log(sizes.above), 1)
        ax.plot(sizes.N, np.exp(height) * sizes.N**slope, color=MUTED, lw=1)
        ax.set_title(f"exponent {exponent(slope)}")


def _short(size: float) -> str:
    return next((f"{size / unit:.3g}{name}" for unit, name in ((1e6, "M"), (1e3, "k")) if size >= unit), f"{size:.0f}")
