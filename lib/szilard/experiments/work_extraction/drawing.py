"""The proof drawn as a network of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from szilard.compendium.style import BACKGROUND, FOREGROUND, MUTED, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIRES = {"system": 2.0, "battery": 1.0, "record": 0.0}
BOXES = (("prepare", "prepare", (0, 1)), ("extract", "extract", (1, 2)), ("measure W", "measure W", (0, 1)))
LABELS = (
    {"system": "$x_i$"},
    {"system": "$x_i$", "battery": "$w_*$", "record": "blank"},
    {"system": "$f_i$", "battery": "$w_i$", "record": "blank"},
    {"system": "$f_i$", "battery": "$w_i$", "record": "‘$w_i$’"},
)

__all__ = ["draw_network"]


def draw_network(ax: Axes, table: pd.DataFrame, case: str) -> None:
    """Draw the three tasks of the proof on wires for system, battery and record, with the verdict on each.

    Args:
        ax: where to.
        table: the table of the experiment ``proof``.
        case: which of its cases.
    """
    from matplotlib.patches import FancyBboxPatch

    rows = table[table.case == case].set_index("link")
    for name, height in WIRES.items():
        ax.plot([0, 7.4], [height, height], color=MUTED, lw=1.2, zorder=1)
        ax.text(-0.1, height, name, ha="right", va="center")
    for column, labels in enumerate(LABELS):
        for name, label in labels.items():
            ax.text(0.5 + 2.1 * column, WIRES[name] + 0.1, label, ha="center", va="bottom", fontsize=10)
    for column, (link, words, (low, high)) in enumerate(BOXES):
        possible = bool(rows.possible[link])
        color = PALETTE["green"] if possible else PALETTE["orange"]
        left, bottom = 1.05 + 2.1 * column, low - 0.3
        box = FancyBboxPatch(
            (left, bottom), 1.0, high - low + 0.6, boxstyle="round,pad=0.04", fc=BACKGROUND, ec=color, lw=1.8, zorder=2
        )
        ax.add_patch(box)
        middle = (low + high) / 2
        ax.text(left + 0.5, middle + 0.12, words, ha="center", va="center", fontsize=9, color=FOREGROUND, zorder=3)
        ax.text(left + 0.5, middle - 0.2, "✓" if possible else "✗", ha="center", color=color, fontsize=14, zorder=3)
    ax.set(xlim=(-1.3, 7.5), ylim=(-0.6, 2.75), title=case)
    ax.set_axis_off()
