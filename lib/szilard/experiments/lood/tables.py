"""From the tidy tables of the chapter to what its figures and claims compare."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.ranking import auc

GROUP = ["collection", "activation", "draw"]  # networks trained on one set of records
# Columns that stand for a predictor of attacks and of changes.
PREDICTORS = {
    "closed form": ("auc", "moved"),
    "closed form, tangent kernel": ("auc_tangent", "moved_tangent"),
    "influence function": ("influence", "influence"),
    "TracIn": ("tracin", "tracin"),
    "distance to the nearest image": ("isolation", "isolation"),
    "closed form, labels shuffled": ("auc_unlabelled", "moved_unlabelled"),
    "closed form of another record": ("auc_other", "moved_other"),
}
MEASURED = ("attack", "change")

__all__ = ["MEASURED", "PREDICTORS", "correlations", "interval", "memorised", "paired", "posing_as", "scoreboard"]


def correlations(table: pd.DataFrame, predictor: str = "closed form") -> pd.DataFrame:
    """Of a predictor with what networks did, one row per group: ranks with the attack, lengths with the change."""
    columns = PREDICTORS[predictor]
    rows = []
    for names, part in table.groupby(GROUP, sort=False):
        rank, length = (
            _correlation(part[seen], part[found], ranks=found == "attack")
            for seen, found in zip(columns, MEASURED, strict=True)
        )
        rows.append(dict(zip(GROUP, names, strict=True)) | {"attack": rank, "change": length})
    return pd.DataFrame(rows)


def posing_as(predictor: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with another predictor in the place of the closed form."""
    seen, length = PREDICTORS[predictor]
    return table.assign(auc=table[seen], moved=table[length])


def scoreboard(table: pd.DataFrame) -> pd.DataFrame:
    """Mean correlations over groups of every predictor, with all records and without exchanged labels."""
    plain = table[~table.exchanged.astype(bool)]
    rows = []
    for name in PREDICTORS:
        both = [correlations(part, name)[list(MEASURED)].mean() for part in (table, plain)]
        rows.append({"predictor": name, "attack": both[0].attack, "change": both[0].change,
                     "attack, plain": both[1].attack, "change, plain": both[1].change})  # fmt: skip
    return pd.DataFrame(rows)


def interval(table: pd.DataFrame, draws: int = 2000) -> tuple[float, float]:
    """95 % interval of the mean rank correlation with the attack: records redrawn within groups, with a fixed seed."""
    rng, means = np.random.default_rng(0), []
    groups = [part[["auc", "attack"]].to_numpy() for _, part in table.groupby(GROUP, sort=False)]
    for _ in range(draws):
        chosen = (part[rng.integers(0, len(part), len(part))] for part in groups)
        means.append(np.mean([_correlation(part[:, 0], part[:, 1], ranks=True) for part in chosen]))
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def memorised(table: pd.DataFrame, column: str) -> pd.Series:
    """How well ``column`` tells records with exchanged labels from the others, one area under the curve per group."""
    return pd.Series([auc(part.exchanged.astype(float), part[column]) for _, part in table.groupby(GROUP, sort=False)])


def paired(table: pd.DataFrame) -> pd.DataFrame:
    """GELU beside ReLU: one row per scale, depth and record, with the divergence and the effective rank of each."""
    wide = table[table.activation.isin(["relu", "gelu"])].pivot_table(
        index=["scale", "depth", "record"], columns="activation", values=["kl", "rank"], dropna=False
    )
    wide.columns = [f"{value}_{name}" for value, name in wide.columns]
    return wide.reset_index().dropna(how="all", subset=["kl_relu", "kl_gelu"])


def _correlation(x: np.ndarray | pd.Series, y: np.ndarray | pd.Series, ranks: bool) -> float:
    """Of ranks or of values; NaN where one is missing or nothing varies."""
    frame = pd.DataFrame({"x": x, "y": y}, dtype=float)
    if frame.isna().any(axis=None):
        return float("nan")
    return float((frame.rank() if ranks else frame).corr().iloc[0, 1])
