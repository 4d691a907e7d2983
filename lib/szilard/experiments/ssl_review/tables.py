"""From the tidy tables of the chapter on self-supervised learning to what its figures and tables show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

NAME = {
    "infonce": "InfoNCE", "nwj": "NWJ", "dv": "Donsker–Varadhan", "js": "JS", "smile, τ = 1": "SMILE, τ = 1",
    "smile, τ = 5": "SMILE, τ = 5", "smile, τ = ∞": "SMILE, τ = ∞", "tuba": "TUBA",
    "js, offset forgotten": "JS, offset forgotten",
}  # fmt: skip
# One colour a family of bounds; its members differ by their lines.
HUE = {"infonce": "violet", "nwj": "green", "dv": "orange", "js": "blue", "smile, τ = 1": "pink",
       "smile, τ = 5": "pink", "smile, τ = ∞": "pink", "tuba": "gold", "I_α, α = 0.01": "green",
       "I_α, α = 0.5": "blue", "I_α, α = 0.99": "violet"}  # fmt: skip
STYLE = dict.fromkeys(HUE, "o-") | {"smile, τ = 1": "o:", "smile, τ = ∞": "o--"}
EXACT = ("nwj", "js", "tuba")  # with a perfect critic their mean is the truth
METHODS = {
    "simclr": "SimCLR", "vicreg": "VICReg, as in the paper", "vicreg-code": "VICReg, as in the code",
    "barlow": "Barlow Twins", "simsiam": "SimSiam", "simsiam-no-stop": "SimSiam, gradient not stopped", "byol": "BYOL",
}  # fmt: skip
ENCODERS = {
    ("same", 0, 0.0): "untrained", ("other", 1200, 0.003): "bottleneck, views of different images",
    ("self", 1200, 0.0): "InfoMax of one view", ("none", 1200, 0.0): "variational autoencoder",
    ("same", 1200, 0.0): "InfoMax of two views",
    ("same", 1200, 0.003): "multi-view bottleneck",
}  # fmt: skip

__all__ = ["ENCODERS", "EXACT", "HUE", "METHODS", "NAME", "STYLE", "critics", "encoders", "learnt", "methods",
           "perfect", "rounded", "staircases", "zoo"]  # fmt: skip


def perfect(table: pd.DataFrame) -> pd.Series:
    """What a perfect critic reads: exactly where its mean is the truth, else as measured."""
    return table.perfect.mask(table.bound.isin(EXACT), table.truth)


def learnt(table: pd.DataFrame) -> pd.DataFrame:
    """Critics after training, beside perfect ones."""
    rows = table[table.steps > 1].reset_index(drop=True)
    return rows.assign(perfect=perfect(rows))


def staircases(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Separable critics by what a panel shows: of normal pairs, with y cubed, and those with a learnt baseline."""
    rows = learnt(table).query("critic == 'separable'")
    alone = rows.bound.isin(NAME) & (rows.bound != "tuba")
    return {"normal pairs": rows[alone & ~rows.cubed], "y cubed": rows[alone & rows.cubed],
            "with a baseline": rows[~alone]}  # fmt: skip


def critics(table: pd.DataFrame) -> pd.DataFrame:
    """What learnt critics read and, in brackets, perfect ones: a row a bound, a column an amount of information."""
    rows = learnt(table)
    separable, joint = rows.critic == "separable", rows.critic == "joint"
    most = rows.truth == rows.truth.max()
    parts = {f"{truth:g} nats": separable & ~rows.cubed & (rows.truth == truth) for truth in sorted(set(rows.truth))}
    parts |= {f"{rows.truth.max():g}, y cubed": separable & rows.cubed & most,
              f"{rows.truth.max():g}, joint critic": joint & most}  # fmt: skip
    texts = {name: rows[part].set_index("bound").apply(_text, axis=1) for name, part in parts.items() if part.any()}
    board = pd.DataFrame(texts).reindex(rows.bound.unique()).fillna("—").rename_axis("bound").reset_index()
    return board.assign(bound=board.bound.replace(NAME))


def _text(row: pd.Series) -> str:
    beside = "" if pd.isna(row.perfect) else f" ({row.perfect:.1f})"
    if not np.isfinite(row.value):
        return "overflow" + beside
    value = f"{row.value:.1f}" if abs(row.value) < 100 else f"{float(f'{row.value:.2g}'):,.0f}"
    return f"{value}{beside}".replace("-", "−")


def methods(table: pd.DataFrame) -> pd.Series:
    """What each network of the zoo is called."""
    return table.method.map(METHODS).where(table.partner == "same", "SimCLR, views of different images")


def zoo(table: pd.DataFrame) -> pd.DataFrame:
    """Means over networks: a row an objective, the columns of small digits before those of the subset of MNIST."""
    columns = {"few": "accuracy", "gain": "gain", "participation": "directions"}
    rows = table.assign(gain=table.few - table.random_few, objective=methods(table))
    parts = []
    for collection, name in (("digits", "digits"), ("mnist", "MNIST")):
        of = rows[rows.collection == collection].groupby("objective", sort=False)[list(columns)].mean()
        parts.append(of.rename(columns={old: f"{name}: {new}" for old, new in columns.items()}))
    return pd.concat(parts, axis=1).rename_axis("objective").reset_index()


def rounded(board: pd.DataFrame) -> dict[str, Callable[[float], str]]:
    """How the columns of :func:`zoo` are printed: a dash where nothing was measured."""
    return {name: partial(_number, digits=1 if "directions" in name else 3) for name in board.columns[1:]}


def _number(value: float, digits: int) -> str:
    return "—" if pd.isna(value) else f"{value:.{digits}f}".replace("-", "−")


def encoders(table: pd.DataFrame, alone: pd.DataFrame) -> pd.DataFrame:
    """Encoders of small digits and trained autoencoders (``alone``) with their ``title``, in the order shown."""
    single = alone[alone.steps > 0].assign(partner="none", beta=0.0)
    both = pd.concat([table, single], ignore_index=True)
    small = both[both.collection == "digits"]
    keys = zip(*(small[name] for name in ("partner", "steps", "beta")), strict=True)
    rows = small[["one", "few", "position"]].assign(title=[ENCODERS[key] for key in keys])
    return rows.sort_values("title", key=lambda of: of.map(list(ENCODERS.values()).index), kind="stable")
