"""Colours and names of the schedules, and where words stand in the figures of the chapter on attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from szilard.compendium.style import FOREGROUND
from szilard.experiments.attention_io.counting import tile_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# fmt: off
NAMES = {
    "standard": "standard", "standard_blocked": "standard, tiled products", "square_tile": "square tiles",
    "outer_tile": "outer products", "flash1": "FlashAttention 1", "flash2": "FlashAttention 2",
    "flash_backward": "gradients, recomputing", "blocked_backward": "gradients, tiled products",
}
GREY, GREEN, PINK, ORANGE, BLUE = "#5d6672", "#0f9170", "#cc5c9a", "#d9720b", "#2e7ebf"
INK = FOREGROUND  # black would vanish on a dark page
COLOURS = {"standard": GREY, "square_tile": GREEN, "outer_tile": PINK, "flash1": ORANGE, "flash2": BLUE}
PLACES: dict[str, tuple[tuple[float, float, str, str], ...]] = {
    "regimes": ((3.2e5, 9e7, "standard", GREY), (3.2e5, 5e7, "square tiles", GREEN),
                (3.2e5, 2.7e7, "outer products", PINK), (3.2e5, 4e6, "FlashAttention 1", ORANGE),
                (3.2e5, 2.1e6, "FlashAttention 2", BLUE),
                (450, 1.6e6, "lower bound", INK), (1350, 2e9, "M = d²", GREY), (7e4, 2e9, "M = Nd", GREY)),
    "gap": ((0.03, 0.25, "standard", GREY), (0.6, 1.4, "FlashAttention 2", BLUE),
            (0.003, 45, "FlashAttention 1", ORANGE), (0.15, 110, "square tiles", GREEN),
            (0.003, 2, "outer products", PINK)),
    "compression": ((1.5, 5e4, "the entries", GREY), (1.5, 1.6e4, "rows of Q and K", ORANGE),
                    (1.5, 5e3, "least", BLUE), (1.5, 1.6e3, "equal keys", GREEN), (60, 0.5, "dashed: bound", INK)),
    "cliff": ((8, 3.4e5, "standard attention", GREY), (63, 3.5e5, "least recently used", ORANGE),
              (82, 3e4, "best choice", BLUE), (40, 2.8e3, "count of the machine", GREY)),
    "roofline": ((70, 30, "standard", GREY), (4500, 30, "FlashAttention", BLUE)),
    "energy": ((1.2e6, 0.13, "moving, standard", GREY), (1.2e6, 0.032, "computing", ORANGE),
               (1.2e6, 0.005, "moving, FlashAttention 2", BLUE), (1.2e6, 8e-10, "Landauer's bound", INK),
               (1.4e4, 1e-6, "a multiprocessor", GREY)),
}
# fmt: on

__all__ = ["BLUE", "COLOURS", "GREEN", "GREY", "INK", "NAMES", "ORANGE", "PINK", "PLACES", "draw_roof", "label",
    "measured_told", "moves_told", "ticks", "traffic_board"]  # fmt: skip


def label(ax: Axes, figure: str) -> None:
    """Write the words of a figure at their places."""
    for x, y, words, colour in PLACES[figure]:
        ax.text(x, y, words, color=colour, va="center")


def draw_roof(ax: Axes, flops: float, bandwidth: float) -> pd.DataFrame:
    """Draw the most operations per second by operations per byte, and where two schedules stand; returns the curve."""
    intensity = np.geomspace(8, 2e4, 80)
    curve = pd.DataFrame({"intensity": intensity, "roof": np.minimum(flops, bandwidth * intensity)})
    ax.loglog(curve.intensity, curve.roof / 1e12, color=GREY)
    for name, x in (("standard", 64), ("flash2", 4096)):
        ax.axvline(x, color=COLOURS[name], ls=":")
    label(ax, "roofline")
    return curve


def ticks(ax: Axes, values: Sequence[float]) -> None:
    """Marks at whole numbers of a logarithmic axis."""
    ax.set_xticks(values, [f"{x:g}" for x in values])
    ax.minorticks_off()


def moves_told(io: float, without: float, loop: float) -> str:
    """Fewest moves, in square brackets without computing twice where these are more, and in brackets the loop's."""
    least = "?" if np.isnan(io) else f"{io:.0f}"
    return f"{least} [{without:.0f}] ({loop:.0f})" if without > io else f"{least} ({loop:.0f})"


def measured_told(value: float) -> str:
    """Three digits, whole numbers from a hundred on, and a dash for what was not measured."""
    return "–" if np.isnan(value) else f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def traffic_board(measured: pd.DataFrame | None) -> pd.DataFrame:
    """Gigabytes of attention on a card by kernel, as counters and tiles say; NaN for what is not measured."""
    columns = ["backend", "N", "d", "block_m", "l2_read", "model", "dram", "least"]
    if measured is None:
        model = tile_bytes().rename(columns={"block": "block_m", "bytes": "model"}).assign(backend="triton", d=64)
        return model.reindex(columns=columns).assign(model=model.model / 1e9, least=model.least / 1e9)
    own = measured.backend == "triton"  # the tiles of other kernels are not known
    board = measured.assign(dram=measured.dram_read + measured.dram_write, model=measured.model.where(own))[columns]
    board[columns[4:]] /= 1e9
    return board.assign(block_m=board.block_m.where(own))
