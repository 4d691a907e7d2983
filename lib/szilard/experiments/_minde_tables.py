"""From the tidy tables of the chapter on MINDE to what its figures and claims compare."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.distributions import beyond_normal

SOLVED = 0.1  # nats: what counts as solved on the 40 tasks; the authors' own criterion was not readable

__all__ = ["SOLVED", "areas", "form_spread", "noise_rmse", "quick_table", "ratios", "scoreboard", "solved_by"]


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


def scoreboard(classical: pd.DataFrame, benchmark: pd.DataFrame | None) -> pd.DataFrame:
    """The 40 tasks in published order: truth, estimators without training, and MINDE once it is recorded."""
    names = {"ksg": "KSG", "gaussian": "CCA", "copula": "copula"}
    board = pd.DataFrame(
        {"id": task.id, "task": task.name, "truth": task.mutual_information} for task in beyond_normal()
    )
    wide = classical.pivot(index="task", columns="estimator", values="estimate")
    for key, name in names.items():
        board[name] = board.id.map(wide[key])
    for variant in "cj":
        column = f"MINDE-{variant.upper()}"
        board[column] = np.nan
        if benchmark is not None:
            inside = benchmark[(benchmark.form == "inside") & (benchmark.variant == variant)]
            board[column] = board.id.map(inside.groupby("task").estimate.mean())
    return board.drop(columns="id")


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
