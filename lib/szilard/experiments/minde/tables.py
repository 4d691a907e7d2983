"""From the tidy tables of the chapter on MINDE to what its figures and claims compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from szilard.distributions import beyond_normal
from szilard.experiments.minde.cells import UNTRAINED
from szilard.experiments.minde.dials import BOUNDS

CLASSICAL = {"ksg": "KSG", "gaussian": "CCA", "copula": "copula"}

# fmt: off
__all__ = ["CLASSICAL", "ablation_errors", "budget_errors", "by_bound", "errors", "form_spread", "grouped",
           "quick_table", "ratios", "scoreboard", "trained", "within"]
# fmt: on


def trained(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks that were trained."""
    return table[table.steps > UNTRAINED].reset_index(drop=True)


def errors(table: pd.DataFrame) -> pd.Series:
    """Distance of each estimate from the truth."""
    return (table.estimate - table.truth).abs()


def within(gaps: pd.Series, limit: float) -> pd.Series:
    """One where a gap is at most ``limit``, zero where it is wider, NaN where it is not known."""
    return gaps.le(limit).astype(float).where(gaps.notna())


def grouped(
    values: pd.Series, by: pd.Series | Sequence[pd.Series], reduce: Callable[[np.ndarray], float] = np.mean
) -> pd.Series:
    """``values`` reduced group by group, in order of appearance; NaN where a member is (pandas would drop it)."""
    return values.groupby(by, sort=False).agg(lambda group: reduce(group.to_numpy()))


def quick_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per task: the truth and every variant and form of MINDE."""
    names = {each.id: each.name for each in beyond_normal()}
    column = table.variant.str.upper() + " " + table.form
    wide = table.assign(task=table.task.map(names), column=column)
    wide = wide.pivot_table(index=["task", "truth"], columns="column", values="estimate", sort=False)
    return wide.reset_index().rename_axis(columns=None)


def form_spread(table: pd.DataFrame) -> pd.DataFrame:
    """Per trained network: how far its three forms lie apart, and how far the inside form is from the truth."""
    groups = table.groupby(["task", "variant"])
    inside = table[table.form == "inside"].set_index(["task", "variant"])
    spread = groups.estimate.max() - groups.estimate.min()
    return pd.DataFrame({"spread": spread, "error": errors(inside)}).reset_index()


def by_bound(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of each variational bound under its name; what was trained for longer under a name of its own, last."""
    shortest = table.steps.min()
    return {
        name if steps == shortest else f"{name}, {steps:,} steps": rows
        for steps, part in table.groupby("steps")
        for key, name in BOUNDS.items()
        if len(rows := part[part.estimator == key])
    }


def scoreboard(
    classical: pd.DataFrame, benchmark: pd.DataFrame | None, variational: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The 40 tasks in published order: truth, estimators without training, and what is recorded of those with it.

    MINDE by the published protocol and by ours (the inside form), then the variational bounds; means over the seeds.
    """
    columns = ["id", "task", "truth"]
    board = pd.DataFrame([(each.id, each.name, each.mutual_information) for each in beyond_normal()], columns=columns)
    known = {("classical", key): part for key, part in classical.groupby("estimator")}
    if benchmark is not None:
        known |= dict(list(trained(benchmark).query("form == 'inside'").groupby(["protocol", "variant"])))
    if variational is not None:
        known |= {("bound", key): part for key, part in variational.groupby("estimator")}
    names = {("classical", key): name for key, name in CLASSICAL.items()}
    for protocol, variant in product(("published", "ours"), "cj"):
        names[protocol, variant] = f"MINDE-{variant.upper()}" + (" ours" if protocol == "ours" else "")
    for key, name in (names | {("bound", key): name for key, name in BOUNDS.items()}).items():
        part = known.get(key)
        board[name] = np.nan if part is None else board.id.map(grouped(part.estimate, part.task))
    return board.drop(columns="id")


def ablation_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Error of the worst of the three forms by option (rows) and task (columns), mean over seeds; the mean over tasks.

    The inside form alone flatters: short of training its bias up, from independent errors, may make up by chance for
    the information that the scores miss. All forms are right only if the scores are.
    """
    worst = grouped(errors(table), [table.option, table.task, table.seed], np.max)
    wide = worst.groupby(["option", "task"], sort=False).mean().unstack("task")
    return wide.assign(mean=wide.mean(axis=1, skipna=False))


def budget_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Error of the worst of the three forms by protocol, task and steps, mean over seeds, and seconds per network."""
    each = table.assign(error=errors(table), seconds=table.seconds / table.networks)
    keys = ["protocol", "task", "steps"]
    worst = each.groupby([*keys, "seed"], sort=False)[["error", "seconds"]].max()
    return worst.groupby(keys, sort=False).mean().reset_index()


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """The three consistency ratios from estimates, beside the closed forms, by test and number of rows."""
    by = table.set_index(["view", "rows"])[["estimate", "truth"]]
    views, repeated, paired = by.loc["view"], by.loc["repeated_view"], by.loc["paired_view"]
    parts = {
        "baseline": views / views.loc[8],
        "data processing": repeated / views.loc[repeated.index + 3].to_numpy(),
        "additivity": paired / views.loc[paired.index],
    }
    return pd.concat(parts, names=["test", "rows"]).reset_index()
