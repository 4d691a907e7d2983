"""Pieces of the drawings of the chapter on lottery tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from szilard.compendium.style import MUTED, PALETTE
from szilard.experiments.lottery_ticket.tables import exponent, fitted, signed
from szilard.scaling import activate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = {
    "silu": PALETTE["blue"], "relu": PALETTE["orange"], "leaky relu": PALETTE["gold"], "gelu": PALETTE["green"],
    "tanh": PALETTE["pink"], "softplus": PALETTE["violet"],
}  # fmt: skip
NAMES = {"silu": "SiLU", "relu": "ReLU", "leaky relu": "leaky ReLU", "gelu": "GELU", "square": "square"}

__all__ = ["COLORS", "NAMES", "draw_budgets", "draw_curves", "draw_function", "draw_law", "draw_losses", "draw_widths"]


def draw_losses(ax: Axes, board: pd.DataFrame, color: str, **style: object) -> None:
    """Medians against width with quartiles as bars, of a :func:`szilard.experiments.lottery_ticket.summary`."""
    bars = np.abs(np.stack([board.lower, board.upper]) - board["median"].to_numpy())
    ax.errorbar(board.width, board["median"], bars, color=color, **{"marker": "o", **style})  # type: ignore[arg-type]


def draw_widths(ax: Axes, board: pd.DataFrame) -> None:
    """Medians by tier, activation and steps of a summary: circles, open after a longer training; records are thin."""
    for (tier, activation, steps), part in board.groupby(["tier", "activation", "steps"], sort=False):
        color, short = COLORS[activation], steps == 3000
        thin = {"full": {"marker": ".", "lw": 0.9}, "card": {"marker": "x", "ms": 4, "lw": 0.9}}
        look = thin.get(tier, {"mfc": color if short else "#fefefe"})
        draw_losses(ax, part, color, ls="-" if short else "--", **look)
        if short and tier == "quick":
            ax.text(70, 1.5 * part["median"].iloc[-1], NAMES[activation], color=color, va="center")


def draw_budgets(ax: Axes, table: pd.DataFrame, recorded: pd.DataFrame | None) -> None:
    """Median losses by budget, each with its exponent from 8 neurons on in the legend; those of the record thin, and
    named where the budget is not in ``table``."""
    settings = ["steps", "lr", "power"]
    for (steps, lr, power), part in table.groupby(settings, sort=False):
        median, fit = part.groupby("width").loss.median(), exponent(part, 8)
        rest = {0.0: ", first v larger", 1.0: ", first v smaller"}.get(power, "")
        interval = f"{signed(fit.slope)} [{signed(fit.low)}, {signed(fit.high)}]"
        mark = "osv^DX"[len(ax.lines)]
        ax.plot(median.index, median, marker=mark, label=f"{steps:,} steps from {lr:g}{rest}: {interval}")
    for budget, part in () if recorded is None else recorded.groupby(settings, sort=False):
        median = part.groupby("width").loss.median()
        ax.plot(median, color=MUTED, lw=0.8, marker=".", ms=3, zorder=1)
        if budget not in table.groupby(settings).groups:
            words, y = f"{budget[0]:,} from {budget[1]:g}: {signed(fitted(part, 8, 32))}", median.iloc[-1]
            ax.text(68, y * (1.4 if budget[1] < 0.01 else 0.7), words, color=MUTED, va="center", fontsize=9)


def draw_law(ax: Axes, start: tuple[float, float], exponent: float, reach: float, text: str) -> None:
    """A grey power law from a point on, over a factor ``reach`` in width, with its name at the end."""
    x = np.array([start[0], start[0] * reach])
    y = start[1] * (x / x[0]) ** exponent
    ax.plot(x, y, ls=":", color=MUTED)
    ax.text(x[1] * 1.06, y[1], text, color=MUTED, va="center")


def draw_function(ax: Axes, row: pd.Series, activation: str, place: tuple[float, float], title: str) -> None:
    """The function of a network of two neurons, dashed x² behind it, as a small picture in ``ax``."""
    x = np.linspace(-2, 2, 101)
    hidden = [row[f"v{k}"] * activate(activation, row[f"w{k}"] * x + row[f"b{k}"])[0] for k in (1, 2)]
    inset = ax.inset_axes((*place, 0.14, 0.3))
    inset.plot(x, x * x, color=MUTED, ls="--", lw=1)
    inset.plot(x, sum(hidden) + row["c"], color=COLORS[activation], lw=1.4)
    inset.set(xticks=[], yticks=[], ylim=(-0.8, 4.6))
    inset.grid(False)
    inset.set_title(title, fontsize=9, loc="center", pad=2)


def draw_curves(fig: Figure, table: pd.DataFrame) -> None:
    """Two networks: above, outputs and neurons on x²; below, what is left to learn."""
    axes = fig.subplots(2, 2, sharex=True, sharey="row", height_ratios=(2, 1))
    for network, part in table.groupby("network"):
        top, bottom = axes[:, int(str(network))]
        for j, each in part.groupby("part"):
            style = {"lw": 2.2, "color": PALETTE["blue"]} if j == -1 else {"lw": 0.9, "color": PALETTE["gold"]}
            top.plot(each.x, each.f, zorder=2 + (j == -1), **style)
        whole = part[part.part == -1]
        top.plot(whole.x, whole.x**2, color=MUTED, ls="--", lw=1.4, zorder=4)
        bottom.plot(whole.x, whole.f - whole.x**2, color=PALETTE["blue"])
        top.set(title=f"network {int(str(network)) + 1}", ylim=(-4, 6))
        bottom.set(xlabel="x", ylim=(-0.6, 0.6))
    axes[0, 0].set_ylabel("f(x), neurons")
    axes[1, 0].set_ylabel("f(x) − x²")
