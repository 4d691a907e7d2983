"""Figures of the chapter on entropy rates that would be long in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from szilard.compendium.style import FOREGROUND, MUTED, PALETTE
from szilard.language import Extrapolation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CURVES = {"alone": (PALETTE["orange"], 0.12), "in context": (PALETTE["blue"], -0.13),
          "context information": (PALETTE["green"], 0.11)}  # fmt: skip
STYLES = {
    ("real", "document"): (PALETTE["blue"], "-", "own context"),
    ("real", "other"): (PALETTE["violet"], "-", "another's context"),
    ("real", "sentence"): (PALETTE["orange"], "-", "alone"),
    ("excerpt", "document"): (PALETTE["blue"], ":", "excerpt"),
    ("mixed", "document"): (PALETTE["green"], ":", "mixed sentences"),
    ("shuffled", "document"): (PALETTE["pink"], ":", "shuffled"),
}
TICKS = [1, 5, 10, 15, 20]
LANGUAGES = {
    "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fr": "French", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "vi": "Vietnamese", "zh_CN": "Chinese",
}  # fmt: skip

__all__ = ["draw_by_token", "draw_controls", "draw_convergence", "draw_curves", "draw_estimators", "draw_languages"]


def unit(model: str) -> str:
    """What a model predicts."""
    return "token" if model == "SmolLM2" else "byte"


def draw_curves(frames: dict[str, pd.DataFrame]) -> Figure:
    """Alone, in context and their difference by sentence, a panel a model."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(frames), figsize=(7.5, 3.9), squeeze=False)
    for ax, (name, frame) in zip(axes[0], frames.items(), strict=True):
        top = frame.bits.max()
        for curve, (color, up) in CURVES.items():
            part = frame[frame.curve == curve]
            ax.plot(part.sentence, part.bits, color=color)
            ax.fill_between(part.sentence, part.low, part.high, color=color, alpha=0.2, lw=0)
            ax.text(20, part.bits.iloc[-6:].mean() + up * top, curve, color=color, ha="right", va="center")
        ax.set(xlabel="sentence", ylabel=f"bits a {unit(name)}", title=name, ylim=(0, 1.2 * top), xticks=TICKS)
    return fig


def draw_controls(frames: dict[str, pd.DataFrame]) -> Figure:
    """Versions and contexts by sentence, means of three sentences, a panel a model."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(frames), figsize=(7.5, 4.3), squeeze=False)
    for ax, (name, frame) in zip(axes[0], frames.items(), strict=True):
        for (version, context), (color, style, label) in STYLES.items():
            part = frame[(frame.version == version) & (frame.context == context)]
            smooth = part.bits.rolling(3, center=True, min_periods=1).mean()
            ax.plot(part.sentence, smooth, style, color=color, label=label)
        ax.set(xlabel="sentence", ylabel=f"bits a {unit(name)}", title=name, xticks=TICKS)
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def draw_by_token(frames: dict[str, pd.DataFrame]) -> Figure:
    """Surprisal by place of the token, with bands, a panel a model."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(frames), figsize=(7.5, 3.6), squeeze=False)
    for ax, (name, frame) in zip(axes[0], frames.items(), strict=True):
        for (version, context), part in frame.groupby(["version", "context"], sort=False):
            color, style, label = STYLES[str(version), str(context)]
            ax.semilogx(part.token, part.bits, style, marker="o", ms=3, color=color, label=label)
            ax.fill_between(part.token, part.low, part.high, color=color, alpha=0.2, lw=0)
        ax.set(xlabel=f"place of the {unit(name)}", ylabel=f"bits a {unit(name)}", title=name)
    axes[0][-1].legend()
    return fig


def draw_languages(table: pd.DataFrame | None) -> tuple[Figure, pd.DataFrame]:
    """Bits of a page and slopes in context by language, and the rows drawn; nothing while nothing is recorded."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(7.5, 4.6), sharey=True)
    left.set(xlabel="bits of a page, English = 1")
    right.set(xlabel="slope (bits a byte and sentence)")
    right.axvline(0, color=MUTED, lw=1)
    if table is None:
        return fig, pd.DataFrame({"language": ["not recorded yet"]})
    rows = table[table.model == "in context"].drop(columns=["pages", "places"])
    language = rows.corpus.str.removeprefix("guide:").map(LANGUAGES)
    rows = rows.assign(language=language, share=rows.bits_a_page / rows.bits_a_page[language == "English"].iloc[0])
    rows = rows.sort_values("share")
    left.barh(rows.language, rows.share, color=PALETTE["blue"])
    width = [rows.slope - rows.low, rows.high - rows.slope]
    right.errorbar(rows.slope, rows.language, xerr=width, fmt="o", color=PALETTE["blue"])
    return fig, rows


def draw_estimators(known: pd.DataFrame, text: pd.DataFrame) -> Figure:
    """Estimates by length: the sources that are known, with the truth, and text."""
    import matplotlib.pyplot as plt

    colors = [*PALETTE.values(), MUTED, FOREGROUND]
    fig, axes = plt.subplots(1, 3, figsize=(7.5, 4.6))
    sides = [*known.groupby("source", sort=False), ("speeches", text)]
    for ax, (name, part) in zip(axes, sides, strict=True):
        for (estimator, line), color in zip(part.groupby("estimator", sort=False), colors, strict=False):
            ax.semilogx(line.n, line.value, "o-", ms=3, color=color, label=estimator)
        if "truth" in part:
            ax.axhline(part.truth.iloc[0], color=MUTED, ls=":")
        ax.set(title=name, xlabel="symbols")
    axes[0].set_ylabel("bits a symbol")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def draw_convergence(measured: pd.DataFrame, fits: dict[str, Extrapolation]) -> tuple[Figure, pd.DataFrame]:
    """Code lengths and the forms fitted to them, and the curves drawn."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7.5, 3.7))
    ax.semilogx(measured.n, measured.rate, "o", color=FOREGROUND)
    n = np.geomspace(1e4, 1e9, 100)
    for (name, fit), color in zip(fits.items(), PALETTE.values(), strict=False):
        ax.semilogx(n, fit(n), color=color, label=f"{name}: limit {fit.h:.2f}")
    ax.set(xlabel="bytes read", ylabel="bits a byte so far", ylim=(0, None))
    ax.legend()
    return fig, pd.DataFrame({"n": n} | {name: fit(n) for name, fit in fits.items()})
