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

EXAMPLE = {
    "noise": "σ²", "mean_out": "μ(s)", "variance_out": "c(s, s)", "kl": "KL at s (nats)", "mean_distance": "M at s",
    "auc": "area of the attack", "best_for_kl": "q of largest KL", "best_for_mean": "q of largest M",
    "largest_mean": "largest M",
}  # fmt: skip
# Of each record left out, what is shown of it: head, kernel, name of the picture.
SHOWN = (
    ("left out", "RBF", "left out"),
    ("nearest\nother", "RBF", "nearest"),
    ("mean\nimage", "RBF", "mean"),
    ("RBF:\nbest query", "RBF", "best query"),
    ("RBF:\nworst query", "RBF", "worst query"),
    ("ReLU:\nbest query", "ReLU", "best query"),
    ("ReLU: best,\nrescaled", "ReLU", "rescaled"),
    ("ReLU:\nworst query", "ReLU", "worst query"),
)

__all__ = ["MEASURED", "PREDICTORS", "by_depth", "correlations", "interval", "memorised", "paired", "posing_as",
           "reconstructions", "scoreboard", "searches", "worked_example"]  # fmt: skip


def worked_example(table: pd.DataFrame) -> pd.DataFrame:
    """Two records on a line: a row per quantity, a column per noise."""
    board = table[list(EXAMPLE)].rename(columns=EXAMPLE).set_index("σ²").T.rename_axis(None, axis=1)
    return board.rename(columns=lambda noise: f"σ² = {noise:g}").rename_axis("quantity").reset_index()


def reconstructions(table: pd.DataFrame) -> pd.DataFrame:
    """The pictures in the order in which they are shown: ``record``, ``head`` and ``ink`` of every pixel.

    A query of the ReLU kernel is known but for its length, and is also shown with that of the record.
    """
    ink = table.pivot_table(index=["kernel", "record", "picture"], columns="pixel", values="ink")
    parts = []
    for record in sorted(table.record.unique()):
        for head, kernel, name in SHOWN:
            shown = ink.loc[kernel, record, "best query" if name == "rescaled" else name].to_numpy()
            if name == "rescaled":
                shown = shown * (ink.loc[kernel, record, "left out"].to_numpy() @ shown / (shown @ shown))
            parts.append(pd.DataFrame({"record": record, "head": head, "ink": shown}))
    return pd.concat(parts, ignore_index=True)


def searches(table: pd.DataFrame, found: float = 0.999) -> pd.DataFrame:
    """One row per kernel: how many records and runs reach a cosine of ``found``, and the errors of the best queries."""
    runs = table.assign(hit=table.cosine >= found)
    kernels, best = runs.groupby("kernel", sort=False), runs[runs.best].groupby("kernel", sort=False)
    columns = {
        "records": best.size(),
        "found": best.hit.sum(),
        "runs": kernels.size(),
        "of which found it": kernels.hit.sum(),
        "error of the best": best.error.median(),
        "the same, rescaled": best.rescaled_error.median(),
        "nearest other image, rescaled": best.nearest_rescaled_error.median(),
    }
    return pd.DataFrame(columns).rename_axis("kernel").reset_index()


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


def by_depth(table: pd.DataFrame) -> pd.DataFrame:
    """One row per depth: effective rank and mean divergence with ReLU and GELU, and how many records leak more with
    GELU."""
    wide = table.groupby(["depth", "activation"])[["rank", "mean_kl"]].first().unstack()
    both = paired(table)
    more = (both.kl_gelu > both.kl_relu).groupby(both.depth).mean()
    columns = {"hidden layers": wide.index}
    columns |= {f"{head}, {title}": wide[name, each] for name, head in (("rank", "rank"), ("mean_kl", "KL"))
                for each, title in (("relu", "ReLU"), ("gelu", "GELU"))}  # fmt: skip
    return pd.DataFrame(columns | {"leak more with GELU": more}).reset_index(drop=True)


def _correlation(x: np.ndarray | pd.Series, y: np.ndarray | pd.Series, ranks: bool) -> float:
    """Of ranks or of values; NaN where one is missing or nothing varies."""
    frame = pd.DataFrame({"x": x, "y": y}, dtype=float)
    if frame.isna().any(axis=None):
        return float("nan")
    return float((frame.rank() if ranks else frame).corr().iloc[0, 1])
