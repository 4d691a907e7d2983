"""How figures look: one palette that reads on white and on black, for colour-blind readers too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Five hues of middle lightness (at least 3:1 against both grounds), told apart under the common colour
# deficiencies.
PALETTE = {
    "blue": "#2e7ebf",
    "orange": "#d9720b",
    "green": "#0f9170",
    "pink": "#cc5c9a",
    "gold": "#9a8420",
    "violet": "#8069c8",
}

# Stand-ins for the page's own colours; a dark variant of a drawing is made by exchanging them in the SVG
# text.
FOREGROUND, MUTED, GRID, BACKGROUND = "#20242a", "#5d6672", "#d5dae1", "#fefefe"
DARK = {FOREGROUND: "#e4e8ee", MUTED: "#a4adb9", GRID: "#363e48", BACKGROUND: "#14181e"}

SALT = "szilard"  # makes the ids inside an SVG file the same in every run

__all__ = ["BACKGROUND", "DARK", "FOREGROUND", "GRID", "MUTED", "PALETTE", "SALT", "dark", "rc"]


def dark(svg: str) -> str:
    """The same drawing for a dark page."""
    for light, night in DARK.items():
        svg = svg.replace(light, night)
    return svg


def rc() -> dict[RcKeyType, object]:
    """Matplotlib settings of the book's figures, sized for a column of 750 pixels."""
    from cycler import cycler

    # fmt: off
    return {
        "figure.figsize": (7.5, 4.0), "figure.dpi": 100, "figure.constrained_layout.use": True,
        "figure.facecolor": BACKGROUND, "axes.facecolor": "none", "axes.edgecolor": MUTED,
        "axes.labelcolor": FOREGROUND, "axes.titlecolor": FOREGROUND, "axes.titlesize": "medium",
        "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "axes.axisbelow": True, "axes.prop_cycle": cycler(color=list(PALETTE.values())),
        "grid.color": GRID, "grid.linewidth": 0.8, "text.color": FOREGROUND,
        "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelcolor": FOREGROUND, "ytick.labelcolor": FOREGROUND,
        "legend.frameon": False, "lines.linewidth": 1.8, "lines.markersize": 5, "lines.solid_capstyle": "round",
        "errorbar.capsize": 2.5, "patch.edgecolor": BACKGROUND,
        "font.size": 11, "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"],
        "mathtext.fontset": "dejavusans", "image.cmap": "viridis", "svg.fonttype": "path", "svg.hashsalt": SALT,
    }
    # fmt: on
