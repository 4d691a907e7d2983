"""From the tidy tables of the chapter on MINDE to what its figures and claims compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from szilard.distributions import beyond_normal
from szilard.experiments.minde.cells import BOUNDS, UNTRAINED
from szilard.experiments.minde.fleet import WIDEST

SOLVED = 0.1  # nats: what counts as solved on the 40 tasks; the authors' own criterion was not readable
NOTHING = 0.05  # nats: a smaller denominator of a ratio counts as this much
METHODS = {"ours": "MINDE", "plain": "MINDE, plain", "ksg": "KSG", "gaussian": "CCA", "copula": "copula"} | BOUNDS

__all__ = ["METHODS", "SOLVED", "counts", "errors", "grouped", "ratios", "scoreboard", "trained", "within", "wound"]


def trained(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks that were trained, and of what needs no training."""
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


def scoreboard(tables: Mapping[str, pd.DataFrame | None]) -> pd.DataFrame:
    """The 40 tasks in published order: id, name, truth, and the mean over seeds of every method that was measured.

    ``tables`` holds tables of the forty tasks, or ``None`` where nothing is recorded, by what is added to the names of
    their methods. Of MINDE the inside form is shown.
    """
    facts = [(each.id, each.name, each.mutual_information) for each in beyond_normal()]
    board = pd.DataFrame(facts, columns=["id", "task", "truth"])
    for added, table in tables.items():
        if table is None:
            continue
        neural = "variant" in table
        rows, by = (table[table.form == "inside"], "variant") if neural else (table, "estimator")
        for name, part in rows.groupby(by, sort=False):
            column = f"MINDE-{name.upper()}{added}" if neural else METHODS[name] + added
            board[column] = board.id.map(grouped(part.estimate, part.task))
    return board


def counts(board: pd.DataFrame) -> pd.Series:
    """How many of the tasks of a :func:`scoreboard` each method brings within 0.1 nats."""
    return pd.Series({name: int(within((board[name] - board.truth).abs(), SOLVED).sum()) for name in board.columns[3:]})


def ratios(table: pd.DataFrame, extra: int) -> pd.DataFrame:
    """The three consistency ratios of estimates, beside the closed forms, by test and number of rows.

    A repeated view shows ``extra`` rows beyond those it repeats.
    """
    by = table.set_index(["view", "rows"])[["estimate", "truth"]]
    views, repeated, paired = by.loc["view"], by.loc["repeated_view"], by.loc["paired_view"]
    floor = views.where(~(views < NOTHING), NOTHING)
    parts = {
        "baseline": views / floor.loc[views.index.max()],
        "data processing": repeated / floor.loc[repeated.index + extra].to_numpy(),
        "additivity": paired / floor.loc[paired.index],
    }
    return pd.concat(parts, names=["test", "rows"]).reset_index()


def wound(spirals: pd.DataFrame, flows: pd.DataFrame, benchmark: pd.DataFrame) -> pd.DataFrame:
    """Forms of MINDE-C on the widest spirals, by what was tried: means over seeds, and the range of the inside form."""
    names = dict(zip(WIDEST, ("spiral", "spiral, uniform margins"), strict=True))
    unwound = flows.assign(method=flows.trained.map({True: "after maps", False: "after maps, untrained"}))
    unwound.loc[flows.shuffled, "method"] += ", Y shuffled"
    unwound = unwound[flows.trained | ~flows.shuffled]
    parts = [
        benchmark[(benchmark.variant == "c") & benchmark.task.isin(names)].assign(method="as on the other tasks"),
        trained(spirals).assign(method="multiplies by lengths"),
        unwound,
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["task"] = pd.Categorical(rows.task.map(names), list(names.values()))
    inside = rows[rows.form == "inside"].groupby(["task", "method"], sort=False, observed=True).estimate
    board = rows.pivot_table(index=["task", "method"], columns="form", values="estimate", sort=False, observed=True)
    board = board.assign(lowest=inside.min(), highest=inside.max())
    return board.sort_index(level="task", sort_remaining=False, kind="stable").reset_index().rename_axis(columns=None)
