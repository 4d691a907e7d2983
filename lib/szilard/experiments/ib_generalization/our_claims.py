"""What the chapter on bottleneck and generalisation claims beyond the paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, claim, claims_of
from szilard.experiments.ib_generalization.claims import GRID, ahead, one_sided, put, readable, within
from szilard.experiments.ib_generalization.tables import free, measured, paired, regrouped

__all__ = ["OUR_CLAIMS"]

BEYOND: dict[str, Any] = {"where": "beyond the paper", "kind": Kind.OURS}


@claim(
    **BEYOND,
    tolerance=(
        at_most("coefficient of the information minus that of the decay", 0.15, partly=0.25),
        at_least("lower end of the 95 % interval of the decay's own coefficient", 1e-3),
    ),
    controls={"the number of parameters as the rival": Control(lambda table: table.assign(decay=-table.parameters))},
    shown="tab-ib_generalization-correlations", **GRID,
)  # fmt: skip
def dial(table: pd.DataFrame) -> Finding:
    """On clusters weight decay, known before training, goes with the gap nearly as well as the information does."""
    rows = free(table)
    found = ahead(rows, "mc_y", "gentleness", rows.draw)
    return Finding(readable(f"information ahead by {found}"), found.value, within(rows, "gentleness").low)


@claim(
    experiment="digits", where="beyond the paper; first seen on the record", kind=Kind.OURS,
    tolerance=(
        at_least("lower end of the 95 % interval of Jensen's lead over the width, turned round", 1e-3),
        at_least("the same over the weight decay", 1e-3),
        at_most("upper end of the interval of Monte Carlo's lead over the width", -1e-3, soft=True),
    ),
    controls={
        "Monte Carlo in place of Jensen's estimate": put(jensen_y="mc_y"),
        "Jensen's estimate in place of Monte Carlo": put(mc_y="jensen_y"),
    },
    shown="fig-ib_generalization-digits", tiers=("full",), pooled=True,
)  # fmt: skip
def unbounded(table: pd.DataFrame) -> Finding:
    """On digits it is the estimate without a ceiling that goes better with the gap than what is chosen beforehand, and
    not the information itself."""
    rows = free(table).assign(narrowness=lambda of: -of.parameters)
    width, decay = (ahead(rows, "jensen_y", rival, rows.draw) for rival in ("narrowness", "gentleness"))
    fair = ahead(rows, "mc_y", "narrowness", rows.draw)
    text = f"Jensen ahead of the width by {width}, of the decay by {decay}; Monte Carlo by {fair}"
    return Finding(readable(text), one_sided(width), one_sided(decay), fair.high)


@claim(
    experiment="held", **BEYOND,
    tolerance=(
        at_least("mean change of the test loss at 1.5 nats", 0.0, partly=-0.005, unit="nats"),
        at_least("lower end of the 95 % interval of the change of the training loss", 0.0, unit="nats"),
    ),
    rows="target in (0, 1.5)",
    controls={
        "the gap in its place": Control(lambda table: table[table.target.isin([0, 1.5])].assign(test_loss=table.gap))
    },
    shown="fig-ib_generalization-held", tiers=GRID["tiers"], pooled=True,
)  # fmt: skip
def loss(table: pd.DataFrame) -> Finding:
    """The gap of held networks is smaller because they fit the training points worse; their test loss is no better."""
    test, train = (paired(table, name, "target", (0.0, 1.5)) for name in ("test_loss", "train_loss"))
    text = f"test loss {test.value:+.3f} [{test.low:+.3f}, {test.high:+.3f}], training loss {train.value:+.3f}"
    return Finding(readable(text), test.value, train.low)


@claim(
    **BEYOND,
    tolerance=(
        at_most("least coefficient within a draw", 0.0),
        at_least("spread of the coefficients over the 95 % point of random regroupings", 1.0),
    ),
    controls={"networks dealt out to draws at random": Control(regrouped)}, shown="fig-ib_generalization-simpson",
    **GRID,
)  # fmt: skip
def simpson(table: pd.DataFrame) -> Finding:
    """Draws of data disagree: in one the networks that keep more have the larger gap, in another they do not."""
    rows = measured(table)
    if rows[["gap", "mc_y"]].isna().any(axis=None):
        return Finding("values are missing", np.nan, np.nan)
    draws, each = rows.draw.to_numpy(), _by_draw(rows, rows.draw.to_numpy())
    chance = [_by_draw(rows, np.random.default_rng(seed).permutation(draws)).std() for seed in range(100)]
    text = f"from {each.min():.2f} to {each.max():.2f}, standard deviation {each.std():.2f}"
    return Finding(readable(text), each.min(), each.std() / np.quantile(chance, 0.95))


def _by_draw(rows: pd.DataFrame, draws: np.ndarray) -> np.ndarray:
    """Spearman's coefficient of the information with the gap in every draw."""
    ranked = rows.groupby(draws)[["gap", "mc_y"]].rank()
    return np.array([part.gap.corr(part.mc_y) for _, part in ranked.groupby(draws)])


@claim(
    **BEYOND, tolerance=at_least("Ĭ(S;φ) over the most that so many data sets can show", 1000.0), rows="not permuted",
    controls={"the pairwise bound that cannot exceed it": put(model_pairwise="model_kt")},
    shown="fig-ib_generalization-floors", experiment="grid", tiers=GRID["tiers"],
)  # fmt: skip
def vacuous(table: pd.DataFrame) -> Finding:
    """The estimate of what a model tells of its data exceeds what is possible more than a thousandfold."""
    ratio = table.model_pairwise / table.ceiling
    return Finding(
        f"{ratio.min():,.0f} to {ratio.max():,.0f} times ln {round(float(np.exp(table.ceiling.max())))}", ratio
    )


@claim(
    experiment="floors", **BEYOND,
    tolerance=(
        at_least("information over its ceiling at the least floor", 0.99),
        at_most("information over its ceiling at the greatest floor", 0.1),
    ),
    rows="common == 0",
    controls={"one floor for all": Control(lambda table: table[table.common == 0].assign(mc=table.mc.max()))},
    shown="fig-ib_generalization-floors",
)  # fmt: skip
def floor(table: pd.DataFrame) -> Finding:
    """The least variance that a weight is allowed decides whether the model tells everything or nothing of its data."""
    share = (table.mc / table.ceiling).to_numpy()[np.argsort(table.floor)]
    falling = np.all(np.diff(share) <= 0.01) and len(share) >= 6
    text = (
        f"{share[0]:.2f} of the ceiling at a floor of {table.floor.min():g}, {share[-1]:.2f} at {table.floor.max():g}"
    )
    return Finding(text, share[0] if falling else np.nan, share[-1] if falling else np.nan)


@claim(
    experiment="cells", where="derived here, standard", kind=Kind.OURS,
    tolerance=at_most("share of trials beyond the bound", 0.05),
    controls={"a code that memorised the samples": Control(lambda table: _learnt(table), "memorised")},
    shown="fig-ib_generalization-cells",
)  # fmt: skip
def proved(table: pd.DataFrame) -> Finding:
    """For a code of K cells fixed beforehand the gap stays below the bound of Hoeffding but for a share δ of trials."""
    return Finding(f"at most {table.beyond.max():.4f} of the trials, δ = 0.05", table.beyond)


def _learnt(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[~table.fixed.astype(bool) & (table.share >= 0.5)]
    return rows.assign(beyond=(rows.gap > rows.cells).astype(float))


OUR_CLAIMS = claims_of(globals())
