"""From the tidy tables of the chapter on MINDE to what its figures and claims compare."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from szilard.distributions import beyond_normal
from szilard.experiments.minde.variational import NEIGHBOURS

SOLVED = 0.1  # nats: what counts as solved on the 40 tasks; the authors' own criterion was not readable

__all__ = [
    "SOLVED",
    "ablation_errors",
    "areas",
    "benchmark_means",
    "budget_errors",
    "by_bound",
    "form_spread",
    "noise_rmse",
    "quick_table",
    "ratios",
    "scoreboard",
    "solved_by",
]


def noise_rmse(table: pd.DataFrame) -> pd.Series:
    """Root mean square difference per coordinate between learnt and exact noise, by diffusion time."""
    squared = (table.learnt_x - table.exact_x) ** 2 + (table.learnt_y - table.exact_y) ** 2
    return (squared.groupby(table.t).mean() / 2) ** 0.5


def areas(table: pd.DataFrame) -> pd.DataFrame:
    """Area under each integrand beside the exact information."""
    rows = [
        {"information": i, "variant": v, "area": np.trapezoid(part.integrand, part.log_snr)}
        for (i, v), part in table.groupby(["information", "variant"])
    ]
    return pd.DataFrame(rows)


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
    return pd.DataFrame({"spread": spread, "error": (inside.estimate - inside.truth).abs()}).reset_index()


def by_bound(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of each variational bound under its name; what was trained for longer under a name of its own, last."""
    shortest = table.steps.min()
    return {
        name if steps == shortest else f"{name}, {steps:,} steps": part
        for steps, found in table.groupby("steps")
        for key, name in NEIGHBOURS.items()
        if len(part := found[found.estimator == key])
    }


def scoreboard(
    classical: pd.DataFrame, benchmark: pd.DataFrame | None, variational: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The 40 tasks in published order: truth, estimators without training, and what is recorded of those with it.

    MINDE by the published protocol and by ours, then the variational bounds; the mean of the seeds.
    """
    names = {"ksg": "KSG", "gaussian": "CCA", "copula": "copula"}
    board = pd.DataFrame(
        {"id": task.id, "task": task.name, "truth": task.mutual_information} for task in beyond_normal()
    )
    wide = classical.pivot(index="task", columns="estimator", values="estimate")
    for key, name in names.items():
        board[name] = board.id.map(wide[key])
    means = None if benchmark is None else benchmark_means(benchmark)
    for protocol, variant in product(("published", "ours"), "cj"):
        column = f"MINDE-{variant.upper()}" + ("" if protocol == "published" else " ours")
        board[column] = np.nan if means is None else board.id.map(means.estimate[protocol, variant])
    by = None if variational is None else variational.groupby(["estimator", "task"]).estimate.mean()
    for key, name in NEIGHBOURS.items():
        board[name] = np.nan if by is None else board.id.map(by[key])
    return board.drop(columns="id")


def benchmark_means(table: pd.DataFrame) -> pd.DataFrame:
    """The inside form by protocol, variant and task: mean and standard deviation over the seeds, truth and error."""
    inside = table[table.form == "inside"].groupby(["protocol", "variant", "task"])
    means = inside.agg(estimate=("estimate", "mean"), sd=("estimate", "std"), truth=("truth", "first"))
    return means.assign(error=(means.estimate - means.truth).abs())


def ablation_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Error of the worst of the three forms by option (rows) and task (columns), mean over seeds; the mean over tasks.

    The inside form alone flatters: short of training its bias up, from independent errors, may make up by chance for
    the information that the scores miss. All forms are right only if the scores are.
    """
    errors = table.assign(error=(table.estimate - table.truth).abs())
    worst = errors.groupby(["option", "task", "seed"], sort=False).error.max()
    wide = worst.groupby(["option", "task"], sort=False).mean().unstack("task")
    return wide.assign(mean=wide.mean(axis=1))


def budget_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Error of the worst of the three forms by protocol, task and number of steps, mean over seeds, beside the seconds
    per network."""
    found = table.assign(error=(table.estimate - table.truth).abs(), seconds=table.seconds / table.networks)
    keys = ["protocol", "task", "steps"]
    worst = found.groupby([*keys, "seed"], sort=False)[["error", "seconds"]].max()
    return worst.groupby(keys, sort=False).mean().reset_index()


def solved_by(table: pd.DataFrame) -> pd.Series:
    """How many tasks each estimator gets within the tolerance."""
    return (table.estimate - table.truth).abs().le(SOLVED).groupby(table.estimator).sum()


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
