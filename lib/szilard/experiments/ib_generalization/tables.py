"""From the tidy tables of the chapter on bottleneck and generalisation to what its figures and claims compare."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from szilard.bottleneck import Interval, combined, correlations, paired_change
from szilard.bottleneck.coefficients import COEFFICIENTS

REPLICATES = 400
MEASURES = {
    "mc": "Î(X;Z)",
    "mc_y": "Î(X;Z|Y)",
    "jensen": "Ĭ(X;Z)",
    "jensen_y": "Ĭ(X;Z|Y)",
    "least": "least Î(X;Z|Y) of the layers",
    "binned": "H(Z in 10 bins)",
    "model_pairwise": "Ĭ(S;φ)",
    "sum": "Ĭ(S;φ) + Ĭ(X;Z|Y), scaled",
    "unscaled": "Ĭ(S;φ) + Ĭ(X;Z|Y)",
    "parameters": "number of parameters",
    "parameters × log₂ parameters": "parameters × log₂ parameters",
    "sum of norms": "sum of norms",
    "log product of norms": "log product of norms",
    "gentleness": "weight decay, negated",
    "noise": "noise",
}
FITTED = 0.85  # least training accuracy of the networks that the authors keep
# Spearman, Pearson and Kendall of the paper's networks on clusters, trained anew by a program apart from this library:
# widths 32 to 256, three decays, three seeds and the paper's three draws of data. Of 108 networks without control and
# 108 with it those that pass the filter, 91 and 93; one draw of the noise for the gap; posteriors of the weights with
# diagonal covariance.
RERUN = {
    "mc": ((0.25, 0.29, 0.18), (0.19, 0.50, 0.13)),
    "mc_y": ((0.25, 0.29, 0.18), (0.21, 0.53, 0.15)),
    "jensen": ((0.22, -0.02, 0.15), (0.05, 0.57, 0.03)),
    "jensen_y": ((0.16, -0.01, 0.11), (0.19, 0.59, 0.13)),
    "model_pairwise": ((-0.04, 0.19, -0.02), (-0.27, -0.20, -0.17)),
    "sum": ((0.04, 0.07, 0.04), (-0.05, 0.28, -0.03)),
    "parameters": ((-0.01, 0.03, 0.00), (-0.12, -0.14, -0.09)),
    "sum of norms": ((-0.14, 0.12, -0.09), (-0.35, -0.26, -0.22)),
}

__all__ = ["FITTED", "MEASURES", "RERUN", "REPLICATES", "board", "free", "in_draws", "measured", "paired", "regrouped",
           "rerun", "said"]  # fmt: skip


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with true labels, and columns for the sums of both informations and for weight decay negated."""
    rows = table[~table.permuted.astype(bool)].reset_index(drop=True)
    parts = []
    for _, part in rows.groupby("control", sort=False):
        scaled = combined(part.model_pairwise, part.jensen_y)
        parts.append(part.assign(sum=scaled, unscaled=part.model_pairwise + part.jensen_y, gentleness=-part.decay))
    return pd.concat(parts, ignore_index=True)


def free(table: pd.DataFrame) -> pd.DataFrame:
    """Of these the networks whose information is left alone."""
    rows = measured(table)
    return rows[rows.control == 0].reset_index(drop=True)


def board(table: pd.DataFrame, names: Iterable[str] = MEASURES, replicates: int = REPLICATES) -> pd.DataFrame:
    """Coefficients of measures with the gap, pooled and averaged within draws, with 95 % intervals over networks and
    draws; a measure that does not vary has none."""
    rows = []
    for name in names:
        row: dict[str, object] = {"measure": name}
        if table[name].nunique() > 1:
            found = correlations(table.gap, table[name], table.draw, bootstrap=replicates)
            for where, each in (("pooled", found.pooled), ("within", found.within)):
                for kind in COEFFICIENTS:
                    value = each[kind]
                    row |= {f"{where} {kind}": value.value, f"{where} {kind} low": value.low}
                    row |= {f"{where} {kind} high": value.high}
        rows.append(row)
    return pd.DataFrame(rows)


def paired(table: pd.DataFrame, column: str, by: str, values: tuple[object, object]) -> Interval:
    """Mean change of a column from the first to the second value of ``by``, with its 95 % interval over draws."""
    means = table.groupby(["draw", by])[column].mean().unstack(by)
    return paired_change(means[values[0]], means[values[1]])


def said(found: pd.DataFrame, kind: str) -> list[str]:
    """A coefficient of :func:`board` with its interval as text, a dash where there is none."""
    rows = found[[kind, f"{kind} low", f"{kind} high"]].itertuples(index=False)
    return [repr(Interval(*row)).replace("-", "−") if np.isfinite(row[0]) else "—" for row in rows]


def in_draws(table: pd.DataFrame, column: pd.Series) -> str:
    """Spearman's coefficient of a column with the gap, averaged within draws, with its 95 % interval, as text."""
    return repr(correlations(table.gap, column, table.draw).within["spearman"]).replace("-", "−")


def rerun(rows: pd.DataFrame) -> pd.DataFrame:
    """The coefficients of :data:`RERUN` beside those of the same measures in rows of :func:`measured`, pooled over all
    draws and filtered alike, as text: Spearman, Pearson, Kendall."""
    frame = pd.DataFrame({"measure": [MEASURES[name] for name in RERUN]})
    kept = rows[rows.train_accuracy > FITTED]
    for place, (words, part) in enumerate(
        {"left alone": kept[kept.control == 0], "controlled": kept[kept.control > 0]}.items()
    ):
        found = board(part, RERUN, 1)
        ours = found[[f"pooled {kind}" for kind in ("spearman", "pearson", "kendall")]].to_numpy()
        frame[f"{words}, here"] = [_three(row) for row in ours]
        frame[f"{words}, trained anew"] = [_three(each[place]) for each in RERUN.values()]
    return frame


def _three(values: Iterable[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values).replace("-", "−")


def regrouped(table: pd.DataFrame) -> pd.DataFrame:
    """The same networks dealt out at random to as many draws of the same sizes."""
    return table.assign(draw=np.random.default_rng(0).permutation(table.draw.to_numpy()))
