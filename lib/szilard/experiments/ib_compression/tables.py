"""From the tidy tables of the chapter on lossy compression to what its figures and claims compare."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

BIT = math.log(2)
NAMES = {
    "weighted-kl": "weighted KL", "weighted-kl-50": "weighted KL, k = 50", "kl": "KL", "kl-1": "KL, k = 1",
    "ksg": "KSG", "kde": "kernels", "mine": "MINE", "infonce": "InfoNCE",
}  # fmt: skip

__all__ = ["BIT", "NAMES", "compared", "curve", "deep_falls", "episodes", "fall", "peak_falls", "quality", "tops"]


def quality(table: pd.DataFrame) -> pd.DataFrame:
    """Of every family, code and method: root mean square error, mean error, and slope of the estimate from 2 nats on.

    The table holds whole columns of estimates by information; one that is missing makes all three NaN.
    """
    groups = table.groupby(["family", "code", "method"], sort=False)
    return groups.apply(_quality, include_groups=False).reset_index()


def _quality(part: pd.DataFrame) -> pd.Series:
    errors, high = (part.estimate - part.nats).to_numpy(), part[part.nats >= 2]
    known = len(high) > 1 and high.estimate.notna().all()
    slope = np.polyfit(high.nats, high.estimate, 1)[0] if known else np.nan
    return pd.Series({"rmse": math.sqrt((errors**2).mean()), "bias": errors.mean(), "slope": slope,
                      "seconds": part.seconds.to_numpy().mean()})  # fmt: skip


def compared(found: pd.DataFrame) -> pd.DataFrame:
    """Of what :func:`quality` found, a row for each family and code: the differences of entropies, by weighted KL or,
    on pixels, KL, and beside them the error of KSG."""
    entropies, ksg = found[found.method != "ksg"], found[found.method == "ksg"]
    board = entropies.merge(ksg[["family", "code", "rmse"]], on=["family", "code"], suffixes=("", "_ksg"))
    names = {"rmse": "error", "bias": "mean error", "rmse_ksg": "error of KSG"}
    return board.drop(columns=["method", "seconds"]).rename(columns=names)


def tops(table: pd.DataFrame, method: str, codes: Sequence[str], digits: int = 1) -> str:
    """What ``method`` reads at the most information in the table, by family and, in this order, code; — where nothing
    was measured."""
    top = table[(table.method == method) & (table.nats == table.nats.max())]
    readings = {family: part.groupby("code").estimate.mean() for family, part in top.groupby("family", sort=False)}
    texts = {
        family: ", ".join(f"{values[code]:.{digits}f}".replace("-", "−") if code in values else "—" for code in codes)
        for family, values in readings.items()
    }
    return "; ".join(f"{family}: {text}" for family, text in texts.items())


def curve(table: pd.DataFrame, layer: str, column: str = "i_x") -> pd.Series:
    """A column of one layer by step."""
    return table[table.layer == layer].set_index("step")[column].sort_index()


def fall(run: pd.DataFrame) -> float:
    """How far I(X; L) of one layer in one training drops below what it reached before, while the loss goes from 0.9 to
    0.4 ln 10; 0 where the loss never does."""
    run = run.sort_values("step")
    values, losses = run.i_x.to_numpy(), run.loss.to_numpy() / math.log(10)
    depth = (np.maximum.accumulate(values) - values)[(losses > 0.4) & (losses < 0.9)]
    return float(depth.max(initial=0.0))


def episodes(values: pd.Series, shortest: int, window: int = 9, least: float = 0.25) -> int:
    """How many separate falls of at least so many points, and so deep, a smoothed curve has."""
    smooth = values.rolling(window, center=True, min_periods=1).mean().to_numpy()
    falling = np.r_[False, np.diff(smooth) < 0, False]
    starts, stops = (
        np.flatnonzero(np.diff(falling.astype(int)) == 1),
        np.flatnonzero(np.diff(falling.astype(int)) == -1),
    )
    return int(((stops - starts >= shortest) & (smooth[starts] - smooth[stops] >= least)).sum())


def peak_falls(part: pd.DataFrame) -> pd.DataFrame:
    """Of one layer in one kind of bins or noise: by seed, how far I(X; T) ends below its peak in training, how far
    I(T; Y) ends above its first value in training, and where I(X; T) ends, in bits."""
    rows, trained = {}, part[part.epoch > 0]
    for seed, run in trained.groupby("seed"):
        i_x, i_y = (run.set_index("epoch")[name].sort_index().to_numpy() / BIT for name in ("i_x", "i_y"))
        rows[seed] = {"fall": i_x.max() - i_x[-1], "rise": i_y[-1] - i_y[0], "end": i_x[-1]}
    return pd.DataFrame.from_dict(rows, orient="index")


def deep_falls(table: pd.DataFrame) -> pd.Series:
    """By activation and width of the bins: how far I(X; T) of the last hidden layer ends below its peak in training,
    in bits, mean over the seeds."""
    kept = table[(table.kind == "bins") & (table.layer == "T5")]
    groups = kept.groupby(["activation", "size"])
    return groups.apply(lambda part: peak_falls(part).fall.mean(), include_groups=False)
