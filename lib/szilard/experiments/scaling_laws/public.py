"""What the chapter on scaling laws measures on public training curves: predictions of held-out models, beside the
rivals that a user would try first, and constants that do not carry over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pandas as pd

from szilard.compendium import Rows
from szilard.datasets import gadre_testbed, olmo_ladder
from szilard.scaling import Bootstrap, FitResult, bootstrap, fit, plan, plateaus
from szilard.scaling.planner import TRAIN_SETS
from szilard.validation import check_choice

Predict: TypeAlias = Callable[[pd.DataFrame], np.ndarray]
SMALL = "N < 1.3e9 and S > 3000 and rate > 0.4"
HELD_OUT = {
    "1B and below": f"run == '10xC' and {SMALL}",
    "3B": "size == '3B' and run == '10xC' and S > 3000 and rate > 0.4",
    "7B": "size == '7B' and S > 3000",
    "13B": "size == '13B' and S > 3000",
}
EVALUATIONS = {"C4": "c4_val", "RedPajama": "paloma_redpajama"}
SETUPS = [(train, evaluation) for train in TRAIN_SETS for evaluation in EVALUATIONS]

__all__ = ["EVALUATIONS", "FORMS", "HELD_OUT", "SETUPS", "Budget", "Fan", "Setup", "Trajectory", "Transfer"]


def _small() -> pd.DataFrame:
    return olmo_ladder().query(HELD_OUT["1B and below"])


def _law(law: str, column: str, floor: bool, small: pd.DataFrame) -> Predict:
    found = fit(law, small, loss="soft_l1", delta=3e-3, floor=floor)  # type: ignore[arg-type]  # one of the two names
    return lambda table: found.predict(table.N, table[column])


def _recipe(small: pd.DataFrame) -> Predict:
    """The paper's form from where its recipe leads: plateaus give N_c and α_N, then all four constants are refined."""
    ends = plateaus(small)
    slope, intercept = np.polyfit(np.log(ends.N), np.log(ends.loss), 1)
    first = (float(np.exp(-intercept / slope)), float(-slope))
    held = fit("kaplan", small, loss="soft_l1", delta=3e-3, floor=False, first_term=first)
    found = fit("kaplan", small, loss="soft_l1", delta=3e-3, floor=False, starts=held.theta)
    return lambda table: found.predict(table.N, table.S)


def _line(small: pd.DataFrame) -> Predict:
    line = np.polyfit(np.log(small.N * small.D), np.log(small.loss), 1)
    return lambda table: np.exp(np.polyval(line, np.log(table.N * table.D)))


def _last(small: pd.DataFrame) -> Predict:
    last = float(small.sort_values(["N", "S"]).loss.iloc[-1])
    return lambda table: np.full(len(table), last)


FORMS: dict[str, Callable[[pd.DataFrame], Predict]] = {
    "the paper's": _recipe,
    "the paper's, best minimum": lambda small: _law("kaplan", "S", False, small),
    "with a floor": lambda small: _law("kaplan", "S", True, small),
    "in tokens": lambda small: _law("chinchilla", "D", False, small),
    "in tokens, with a floor": lambda small: _law("chinchilla", "D", True, small),
    "straight line": _line,
    "last loss carried on": _last,
}


@dataclass(frozen=True)
class Trajectory:
    """One way to predict training curves, fitted to four models of 190M to 1.3B parameters."""

    form: str
    thinned: int = 48

    def measure(self) -> Rows:
        """Predicted and measured losses along held-out curves of larger models, and on its own."""
        predict = FORMS[check_choice(self.form, "form", FORMS)](_small())
        rows = []
        for model, query in HELD_OUT.items():
            table = olmo_ladder().query(query).sort_values(["N", "S"])
            table = table.iloc[np.unique(np.linspace(0, len(table) - 1, self.thinned).astype(int))]
            for row, said in zip(table.itertuples(), np.asarray(predict(table)), strict=True):
                rows.append(
                    {"model": model, "N": row.N, "S": row.S, "D": row.D, "loss": row.loss, "predicted": float(said),
                     "error": float(said) / row.loss - 1}
                )  # fmt: skip
        return rows


@lru_cache
def _wide(law: str, floor: bool, draws: int) -> tuple[FitResult, Bootstrap]:
    """A law fitted to the middles of all twenty small runs, and refits to runs drawn again."""
    small = olmo_ladder().query(f"run.str.endswith('xC') and {SMALL}")
    found = fit(law, small, loss="soft_l1", delta=3e-3, floor=floor)  # type: ignore[arg-type]  # one of the two names
    return found, bootstrap(found, draws, by=small["size"] + small.run, rng=0)


@dataclass(frozen=True)
class Fan:
    """A law in parameters and tokens fitted to all twenty runs up to 1.3B, with or without a floor."""

    floor: bool
    draws: int = 200

    def measure(self) -> Rows:
        """Loss of the last point kept of held-out curves with its interval, and of ever larger models of 100 tokens a
        parameter."""
        found, drawn = _wide("chinchilla", self.floor, self.draws)
        N = np.geomspace(1e8, 1e11, 13)
        points = pd.DataFrame({"model": "", "N": N, "D": 100 * N, "loss": np.nan})
        finals = [olmo_ladder().query(query).tail(1).assign(model=model) for model, query in HELD_OUT.items()]
        points = pd.concat([points, *finals[1:]], ignore_index=True)
        low, high = drawn.predict(points.N, points.D)
        said = found.predict(points.N, points.D)
        return [
            {"model": row.model, "N": row.N, "D": row.D, "loss": row.loss, "predicted": p, "low": a, "high": b}
            for row, p, a, b in zip(points.itertuples(), said, low, high, strict=True)
        ]


def _setup(train: str, evaluation: str) -> pd.DataFrame:
    """The runs of one training set on one evaluation set, a row each."""
    table = gadre_testbed()
    chosen = (table.train == TRAIN_SETS[train]) & (table["eval"] == EVALUATIONS[evaluation])
    return table[chosen].sort_values(["N", "D"]).reset_index(drop=True)


@dataclass(frozen=True)
class Setup:
    """Runs on one training set, judged on one evaluation set."""

    train: str
    evaluation: str
    draws: int = 200

    def measure(self) -> Rows:
        """Each constant with the interval that resampling runs leaves it, and how it predicts what is held out."""
        table = _setup(self.train, self.evaluation)
        found = fit("chinchilla", table)
        drawn = bootstrap(found, self.draws, rng=0)
        small = fit("chinchilla", table[table.N < 4.2e8])
        large = table[table.N > 1e9]
        off = small.predict(large.N, large.D) / large.loss - 1
        rows = []
        for name in ("A", "B", "E", "alpha", "beta"):
            low, high = drawn.interval(lambda law, name=name: getattr(law, name))  # type: ignore[misc]  # bound here
            rows.append({"constant": name, "value": getattr(found.law, name), "low": low, "high": high,
                         "largest": float(off.iloc[-1])})  # fmt: skip
        return rows


@dataclass(frozen=True)
class Transfer:
    """The same runs, their losses predicted with constants from elsewhere."""

    train: str
    evaluation: str

    def measure(self) -> Rows:
        """Median relative error with the constants of every set-up, and with those of one half of the runs on the
        other; over the error with its own."""
        table = _setup(self.train, self.evaluation)

        def error(source: pd.DataFrame, on: pd.DataFrame) -> float:
            return float((fit("chinchilla", source).predict(on.N, on.D) / on.loss - 1).abs().median())

        own = error(table, table)
        found = {
            f"{a}, judged on {b}": error(_setup(a, b), table)
            for a, b in SETUPS
            if (a, b) != (self.train, self.evaluation)
        }
        halves = table[::2], table[1::2]
        found["the other half"] = float(np.mean([error(a, b) for a, b in (halves, halves[::-1])]))
        return [{"source": source, "own": own, "error": value, "ratio": value / own} for source, value in found.items()]


@dataclass(frozen=True)
class Budget:
    """One budget in floating-point operations."""

    flops: float

    def measure(self) -> Rows:
        """What each known law makes of it."""
        return plan(self.flops).drop(columns="source").to_dict("records")
