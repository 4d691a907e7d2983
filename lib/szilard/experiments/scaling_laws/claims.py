"""The claims of the chapter on scaling laws, each beside its judge and the controls it must not pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, claim, claims_of, holds
from szilard.experiments.scaling_laws.ladder_claims import LADDERS

__all__ = ["CLAIMS"]

OURS: dict[str, Any] = {"kind": Kind.OURS, "where": "beyond the paper"}
NO_LICENCE = (
    "the 240 points bear no licence and are not shipped; `szilard.datasets.chinchilla_points` reads a copy of yours"
)


def _form(form: str, models: tuple[str, ...]) -> Any:
    """The rows of another way to predict the same curves."""
    return lambda table: table[(table.form == form) & table.model.isin(models)].reset_index(drop=True)


def _rivals(*models: str) -> dict[str, Any]:
    names = ("straight line", "last loss carried on")
    return {"a straight line in log-log": _form(names[0], models), names[1]: _form(names[1], models)}


@claim(
    experiment="recovery",
    where="abstract; here on simulated runs",
    tolerance=(
        at_most("relative error of an exponent", 0.02),
        at_most("relative error of the loss predicted at 2B and 33B, early and late", 0.003, partly=0.005),
    ),
    rows="noise == 0.005 and not shuffled",
    controls={
        "sizes of the runs shuffled": lambda table: table[table.shuffled],
        "batch sizes ignored": lambda table: table[(table.noise == 0.005) & ~table.shuffled].assign(
            error=lambda of: of.batchless
        ),
    },
    shown="fig-scaling_laws-recovery",
)
def recipe(table: pd.DataFrame) -> Finding:
    """The law can be estimated from runs of 1M to 60M parameters, well enough to predict the loss of 33B."""
    off = table.error.abs()
    text = f"exponents within {table.exponents.max():.1%}, losses within {off.max():.2%}"
    return Finding(text, table.exponents, off)


@claim(
    experiment="trajectory",
    where="abstract; here on public curves",
    tolerance=at_most("relative error anywhere on the curve of a model 2.5 times as large", 0.025, partly=0.03),
    rows="form == \"the paper's\" and model == '3B'",
    controls=_rivals("3B"),
    shown="fig-scaling_laws-trajectory",
)
def curve(table: pd.DataFrame) -> Finding:
    """From small models one predicts the loss of a larger one after the first steps: 190M to 1.3B predict 3B."""
    off = table.error.abs()
    return Finding(f"within {off.max():.1%}, half of the curve within {off.median():.1%}", off)


@claim(
    experiment="trajectory",
    where="abstract, to 33B; here to 13B",
    tolerance=at_most("relative error anywhere on the curves of models 5 and 10 times as large", 0.02, partly=0.03),
    rows="form == \"the paper's\" and model in ('7B', '13B')",
    controls=_rivals("7B", "13B"),
    shown="fig-scaling_laws-trajectory",
)
def far(table: pd.DataFrame) -> Finding:
    """The same law predicts models that are larger by far: 190M to 1.3B predict 7B and 13B."""
    middle = table.groupby("model", sort=False).error.median()
    text = ", ".join(f"{name} {value:+.1%}" for name, value in middle.items()).replace("-", "−")
    return Finding(f"in the middle of the curve {text}", table.error.abs())


@claim(
    experiment="transfer",
    where="abstract: all constants move with the set-up",
    tolerance=at_least("error with another set-up's constants, over that of half its own runs", 1.5, partly=1.1),
    controls={
        "its own constants": lambda table: table.assign(
            error=lambda of: of.error.where(of.source == "the other half", of.own)
        )
    },
    shown="tab-scaling_laws-constants",
)
def setups(table: pd.DataFrame) -> Finding:
    """Constants depend on the set-up: those of another training or evaluation set do not serve."""
    place = ["train", "evaluation"]
    halves = table[table.source == "the other half"].set_index(place).error.rename("half")
    foreign = table[table.source != "the other half"].join(halves, on=place)
    ratio = foreign.error / foreign.half
    return Finding(f"errors {ratio.min():.1f} to {ratio.max():.0f} times as large", ratio)


@claim(
    experiment="quadratic",
    where="critical batch size; here where training is exact",
    tolerance=(
        at_least("growth of the critical batch size while the loss falls", 2.0),
        at_most("relative distance from a power of the loss", 0.15),
    ),
    rows="noise == 1",
    controls={"no noise but the error's own": lambda table: table[table.noise == 0]},
    shown="fig-scaling_laws-nqm",
)
def critical(table: pd.DataFrame) -> Finding:
    """The critical batch size grows as the loss falls, nearly as a power of it."""
    if table.b_crit.isna().any() or (table.b_crit <= 0).any():
        return Finding("a critical batch size is missing", np.nan, np.nan)
    x, y = np.log(table.loss), np.log(table.b_crit)
    slope, height = np.polyfit(x, y, 1)
    ends = table.sort_values("loss").b_crit
    growth = ends.iloc[0] / ends.iloc[-1]
    text = f"{growth:.1f} times, as L to the power {slope:.1f}".replace("-", "−")
    return Finding(text, growth, np.abs(np.expm1(y - slope * x - height)))


@claim(
    experiment="quadratic",
    where="exchange of steps for tokens, which the paper takes over",
    tolerance=at_most("relative deviation of the steps, batch sizes 1 to 4096", 0.25),
    rows="noise == 1",
    controls={
        "steps fall as 1/B": lambda table: table[table.noise == 1].assign(fitted=lambda of: of.e_min / of.B),
        "batches do not matter": lambda table: table[table.noise == 1].assign(fitted=lambda of: of.s_min),
    },
    shown="fig-scaling_laws-nqm",
)
def exchange(table: pd.DataFrame) -> Finding:
    """Steps to a loss are S_min + E_min/B."""
    off = (table.fitted / table.S - 1).abs()
    return Finding(f"within {off.max():.0%} at every loss and batch size, rms {np.sqrt((off**2).mean()):.0%}", off)


@claim(
    experiment="ends",
    where="as a public summary has it; here where training is exact",
    tolerance=at_most("relative distance of the last loss from the lowest there is", 0.01),
    rows="falling",
    controls={"a rate that stays": lambda table: table[~table.falling]},
    shown="fig-scaling_laws-ends",
)
def ends(table: pd.DataFrame) -> Finding:
    """Batch size and learning rate do not change where the loss ends, if the rate falls to zero."""
    return Finding(f"last losses at most {table.above.max():.1%} above the floor", table.above.abs())


@claim(
    experiment="trajectory",
    tolerance=(
        at_most("error in the middle of the curve, 7B and 13B", 0.02),
        at_most("error anywhere on these curves, the first steps among them", 0.06),
    ),
    rows="form == 'with a floor' and model in ('7B', '13B')",
    controls={
        "no floor": _form("the paper's", ("7B", "13B")),
        "no floor, the better minimum": _form("the paper's, best minimum", ("7B", "13B")),
        "no floor, in tokens": _form("in tokens", ("7B", "13B")),
    },
    shown="fig-scaling_laws-trajectory",
    pooled=True,
    **OURS,
)
def floor(table: pd.DataFrame) -> Finding:
    """An irreducible loss repairs the law of steps in the middle of the curves of 7B and 13B."""
    middle = table.groupby("model", sort=False).error.apply(lambda of: of.median(skipna=False))
    text = ", ".join(f"{name} {value:+.1%}" for name, value in middle.items()).replace("-", "−")
    return Finding(text, middle.abs(), table.error.abs())


@claim(
    experiment="valley",
    tolerance=(
        at_least("correlation of ln A with α, and of ln B with β", 0.98),
        at_most("half-width of nine predictions in ten, far from the points", 0.01),
    ),
    controls={"pairs broken": lambda table: table.assign(alpha=np.roll(table.alpha, 1), beta=np.roll(table.beta, 1))},
    shown="fig-scaling_laws-landscape",
    pooled=True,
    **OURS,
)
def valley(table: pd.DataFrame) -> Finding:
    """Prefactor and exponent trade against each other and cannot be known apart, while what they predict can."""
    both = [np.corrcoef(table.log_A, table.alpha)[0, 1], np.corrcoef(table.log_B, table.beta)[0, 1]]
    wide = np.quantile(table.prediction.abs(), 0.9)
    return Finding(f"correlations {both[0]:.4f} and {both[1]:.4f}, predictions within {wide:.2%}", both, wide)


@claim(
    experiment="refit",
    tolerance=(at_least("objective at which it stops, over the lowest", 2.0), holds("it reports success")),
    rows="way.str.contains('mean')",
    controls={
        "tight tolerances, same start": lambda table: table[table.way == "one start, tight tolerances"],
        "the sum, same start": lambda table: table[table.way == "one start, default tolerances"],
    },
    shown="tab-scaling_laws-chinchilla-refit",
    **OURS,
)
def tolerances(table: pd.DataFrame) -> Finding:
    """On the mean of the penalties, an optimiser with default tolerances stops far from the best fit and is content."""
    return Finding(f"{table.ratio.min():.0f} to {table.ratio.max():.0f} times the lowest", table.ratio, table.success)


@claim(
    experiment="refit",
    kind=Kind.OURS,
    where="Besiroglu et al. 2024, on the points of Hoffmann et al. 2022",
    published="A 482.01, B 2085.43, E 1.8169, α 0.3478, β 0.3658",
    tolerance=at_most("objective at the best fit", 1.018275e-3),
    rows="way.str.startswith('150')",
    offline=NO_LICENCE,
    shown="tab-scaling_laws-chinchilla-refit",
)
def refit(table: pd.DataFrame) -> Finding:
    """The published points of the Chinchilla law have other best constants than were published with them."""
    return Finding("—", table.objective)


CLAIMS = (*claims_of(globals()), *LADDERS)
