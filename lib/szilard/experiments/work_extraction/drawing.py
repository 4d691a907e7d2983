"""The proof drawn as a network of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from szilard.compendium.style import BACKGROUND, FOREGROUND, MUTED, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIRES = {"system": 3.0, "battery": 2.0, "record": 1.0, "copy": 0.0}
BOXES = {"prepare": (0, 2), "extract": (2, 3), "measure": (1, 2), "restore": (2, 3), "copy": (0, 1)}
BEFORE = ("$x_i$", "any", "any", "any")
AFTER = {
    "prepare": ("$x_i$", "$w_*$", "blank", "blank"),
    "extract": ("$f_i$", "$w_i$", "", ""),
    "measure": ("", "", "‘$w_i$’", ""),
    "restore": ("$x_i$", "$w_*$", "", ""),
    "copy": ("", "", "", "$x_i$"),
}

__all__ = ["draw_network"]


def draw_network(ax: Axes, table: pd.DataFrame, case: str) -> None:
    """Draw the five tasks of the proof on wires for system, battery, record and copy, with the verdict on each.

    Args:
        ax: where to.
        table: the table of the experiment ``proof``.
        case: which of its cases.
    """
    from matplotlib.patches import FancyBboxPatch

    rows = table[table.case == case].set_index("link")
    for (name, height), label in zip(WIRES.items(), BEFORE, strict=True):
        ax.plot([0, 10.9], [height, height], color=MUTED, lw=1.2, zorder=1)
        ax.text(-0.1, height, name, ha="right", va="center")
        ax.text(0.4, height + 0.08, label, ha="center", va="bottom", fontsize=10)
    for column, (link, (low, high)) in enumerate(BOXES.items()):
        possible = bool(rows.possible[link])
        color, left, middle = PALETTE["green" if possible else "orange"], 0.85 + 2.1 * column, (low + high) / 2
        box = FancyBboxPatch((left, low - 0.3), 1.15, high - low + 0.6, boxstyle="round,pad=0.04", ec=color, lw=1.8)
        box.set(facecolor=BACKGROUND, zorder=2)
        ax.add_patch(box)
        ax.text(left + 0.57, middle + 0.2, link, ha="center", va="center", fontsize=10, color=FOREGROUND, zorder=3)
        ax.text(left + 0.57, middle - 0.3, "✓" if possible else "✗", ha="center", color=color, fontsize=14, zorder=3)
        for height, label in zip(WIRES.values(), AFTER[link], strict=True):
            ax.text(left + 1.62, height + 0.08, label, ha="center", va="bottom", fontsize=10)
    ax.set(xlim=(-1.5, 11), ylim=(-0.6, 3.7), title=case)
    ax.set_axis_off()
