"""From the tidy tables of the chapter to what its figures and claims compare.

Where a function takes ``recorded``, that is the table of the full tier, ``None`` while nothing is recorded.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

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
DIGITS = 9  # decimals: areas that differ by rounding alone are ties
ASKED = {"kl": "KL", "auc": "area of the attack", "mean_distance": "M"}
COLLECTIONS = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU", "erf": "erf", "tanh": "tanh"}

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

__all__ = ["ACTIVATIONS", "MEASURED", "PREDICTORS", "asked", "at_fixed_scale", "by_depth", "by_kind", "correlations",
           "interval", "memorised", "paired", "posing_as", "reconstructions", "scoreboard", "searches", "sets",
           "worked_example"]  # fmt: skip


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


def asked(table: pd.DataFrame, recorded: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per kernel and family of queries: the largest of each measure, over its value at the record."""
    tiers = {"": table} | ({} if recorded is None else {", recorded": recorded})
    largest = [
        each.groupby(["kernel", "family"], sort=False)[list(ASKED)].max().rename(columns=ASKED).add_suffix(words)
        for words, each in tiers.items()
    ]
    return pd.concat(largest, axis=1).reset_index().rename(columns={"family": "queries"})


def searches(table: pd.DataFrame, recorded: pd.DataFrame | None = None, found: float = 0.999) -> pd.DataFrame:
    """One row per kernel: how many records and runs reach a cosine of ``found``, and the errors of the best queries."""
    if recorded is not None:
        tiers = (table, recorded.assign(kernel=recorded.kernel + ", recorded"))
        return pd.concat([searches(each, found=found) for each in tiers], ignore_index=True)
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


def sets(table: pd.DataFrame, recorded: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per tier and set of records: correlations, those of attacks also without exchanged labels (``plain``),
    and the mean change over the mean prediction (``size``)."""
    parts = []
    for tier, each in {"quick": table, "recorded": recorded}.items():
        if each is not None:
            groups, plain = each.groupby(GROUP, sort=False), correlations(each[~each.exchanged.astype(bool)])
            size = groups.change.mean() / groups.moved.mean()
            facts = {"plain": plain.attack, "size": size.to_numpy(), "records": groups.size().to_numpy()}
            parts.append(correlations(each).assign(**facts, tier=tier))
    return pd.concat(parts, ignore_index=True)


def by_kind(found: pd.DataFrame) -> pd.DataFrame:
    """The sets of :func:`sets`, those of one kind in a row: means, with the least and the greatest as text."""
    columns = {"attack": "rank correlation, attack", "plain": "wrong labels aside", "change": "correlation, change",
               "size": "measured over predicted change"}  # fmt: skip
    rows = []
    for (tier, activation, collection), part in found.groupby(["tier", "activation", "collection"], sort=False):
        words = f"{ACTIVATIONS[activation]}, {COLLECTIONS.get(collection, collection)}" + (
            ", recorded" if tier == "recorded" else ""
        )
        rows.append({"networks": words, "sets": len(part), "left out in each": part.records.iloc[0]}
                    | {head: _spread(part[name]) for name, head in columns.items()})  # fmt: skip
    return pd.DataFrame(rows)


def _spread(values: pd.Series) -> str:
    mean = f"{values.mean():.2f}"
    return f"{mean} ({values.min():.2f} to {values.max():.2f})" if len(values) > 1 else mean


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
    rng = np.random.default_rng(0)
    groups = [part[["auc", "attack"]].to_numpy().round(DIGITS) for _, part in table.groupby(GROUP, sort=False)]
    drawn = [[rng.integers(0, len(part), len(part)) for part in groups] for _ in range(draws)]
    means = np.zeros(draws)
    for part, chosen in zip(groups, zip(*drawn, strict=True), strict=True):
        ranks = rankdata(part[np.stack(chosen)], axis=1)
        x, y = np.moveaxis(ranks - ranks.mean(1, keepdims=True), 2, 0)
        means += (x * y).sum(1) / np.sqrt((x**2).sum(1) * (y**2).sum(1)) / len(groups)
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


def at_fixed_scale(table: pd.DataFrame) -> pd.DataFrame:
    """One row per activation and depth on the edge of chaos: effective rank and mean divergence."""
    edge = table[table.scale == "edge of chaos"]
    return edge.groupby(["activation", "depth"], sort=False)[["rank", "mean_kl"]].first().reset_index()


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
    frame = pd.DataFrame({"x": x, "y": y}, dtype=float).round(DIGITS)
    if frame.isna().any(axis=None):
        return float("nan")
    return float((frame.rank() if ranks else frame).corr().iloc[0, 1])
