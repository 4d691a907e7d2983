"""Pieces of the drawings of the chapter on scaling laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from szilard.compendium.style import FOREGROUND, MUTED, PALETTE
from szilard.experiments.scaling_laws.tables import converged, exponent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_ladder"]


def draw_ladder(curves: Axes, ends: Axes, table: pd.DataFrame, title: str) -> None:
    """Curves of a ladder where its largest model is predicted, with what is predicted of it; and what each size
    converges to above the known floor, with the line through logarithms."""
    small, last = (table[(table.role == role) & (table.S > 0)] for role in ("ladder", "largest"))
    for _, part in small.groupby("N"):
        curves.plot(part.S, part.loss, color=MUTED, lw=1)
    said = last[last.predicted.notna()]
    curves.fill_between(said.S, said.low, said.high, color=PALETTE["green"], alpha=0.2, lw=0)
    curves.plot(last.S, last.loss, color=FOREGROUND, lw=2.5, label="largest, measured")
    curves.plot(said.S, said.predicted, color=PALETTE["green"], label="predicted")
    curves.plot(said.S, said.floorless, ":", color=PALETTE["blue"], label="predicted, no floor")
    curves.axhline(table.entropy_rate.iloc[0], color=PALETTE["pink"], ls="--", label="known floor")
    curves.set(xscale="log", xlabel="steps", ylabel="loss", title=title)
    _frame(curves, small, said)
    ends.set(xlabel="size N", ylabel="plateau above the floor")
    _draw_plateaus(ends, converged(table))


def _frame(ax: Axes, small: pd.DataFrame, said: pd.DataFrame) -> None:
    """The frame ends where predictions do, and above where the best small model is when they begin."""
    first, last = said.S.min(), said.S.max()
    top = max(small[(small.N == small.N.max()) & (small.S >= first)].loss.max(), said.high.max())
    bottom = min(said.entropy_rate.min(), said.floorless.min())
    ax.set(xlim=(first / 1.1, last * 1.1), ylim=(bottom - 0.1 * (top - bottom), top + 0.05 * (top - bottom)))
    marks = (10, 30, 100, 300, 1000) if last > 10 * first else (600, 1000, 2000, 4000)
    ticks = [each for each in marks if first <= each <= last]
    ax.set_xticks(ticks, [f"{each:,}" for each in ticks])
    ax.minorticks_off()


def _draw_plateaus(ax: Axes, whole: pd.DataFrame) -> None:
    """A line and its exponent only where all sizes have a place on the logarithmic axis."""
    sizes = whole[whole.above > 0]  # an extrapolation may end below the floor
    ax.loglog(sizes.N, sizes.above, "o", color=MUTED)
    ax.set_xticks(sizes.N, list(map(_short, sizes.N)))
    ax.set_yticks(sizes.above[::2], [f"{value:.2g}" for value in sizes.above[::2]])
    ax.minorticks_off()
    if len(sizes) < len(whole):
        missing = ", ".join(_short(size) for size in whole.N[whole.above <= 0])
        ax.set_title(f"{missing}: below the floor")
    elif len(sizes) > 1:
        slope, height = np.polyfit(np.log(sizes.N), np.log(sizes.above), 1)
        ax.plot(sizes.N, np.exp(height) * sizes.N**slope, color=MUTED, lw=1)
        ax.set_title(f"exponent {exponent(slope)}")


def _short(size: float) -> str:
    return next((f"{size / unit:.3g}{name}" for unit, name in ((1e6, "M"), (1e3, "k")) if size >= unit), f"{size:.0f}")
