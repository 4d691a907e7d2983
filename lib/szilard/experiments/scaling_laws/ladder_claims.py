"""The claims about ladders of our own, whose floor is known: errors count against what is left of the loss above it.

The limits were set before the result of either ladder had been looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, claim, claims_of, holds
from szilard.experiments.scaling_laws.tables import converged, exponent

__all__ = ["LADDERS"]


def _largest(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table.role == "largest") & table.predicted.notna()].reset_index(drop=True)


def _untrained(table: pd.DataFrame) -> pd.DataFrame:
    """The prediction against the loss of the largest model at its start."""
    return _largest(table).assign(loss=table[(table.role == "largest") & (table.S == 0)].loss.iloc[0])


def _rival(column: str) -> Any:
    return lambda table: _largest(table).assign(predicted=lambda of: of[column])


def _smaller(table: pd.DataFrame) -> pd.DataFrame:
    """In place of the prediction, the curve of the largest model on the ladder."""
    ladder = table[table.role == "ladder"]
    curve = ladder[ladder.N == ladder.N.max()].set_index("S").loss
    return _largest(table).assign(predicted=lambda of: of.S.map(curve))


PREDICTION: dict[str, Any] = {
    "tolerance": (
        holds("the prediction was written before the training began"),
        at_most("error along the curve, over what is left of the loss above the entropy rate", 0.1, partly=0.25),
    ),
    "rows": "role == 'largest' and predicted == predicted",
    "controls": {
        "the largest model untrained": _untrained,
        "the curve of the next smaller model": _smaller,
        "a straight line in log-log": _rival("line"),
        "last loss carried on": _rival("last"),
    },
    "tiers": ("full",),
}


@claim(
    experiment="ladder",
    where="abstract; here on transformers of our own",
    shown="fig-scaling_laws-realtiny",
    **PREDICTION,
)
def ladder(table: pd.DataFrame) -> Finding:
    """The recipe predicts the curve of a transformer four times as large as any of its ladder, past its first quarter,
    before it is trained."""
    return _prediction(table)


@claim(
    experiment="cardladder",
    where="abstract, to 33B; here to 20M, on transformers of our own",
    shown="fig-scaling_laws-realtiny",
    **PREDICTION,
)
def card_ladder(table: pd.DataFrame) -> Finding:
    """The same holds on a ladder up to 20M parameters."""
    return _prediction(table)


def _prediction(table: pd.DataFrame) -> Finding:
    off = (table.predicted - table.loss).abs() / (table.loss - table.entropy_rate)
    first = (table.predicted_at < table.begun_at).where(table.predicted_at.notna(), np.nan).astype(float)
    left = table.loss.iloc[-1] - table.entropy_rate.iloc[-1]
    text = f"within {off.max():.0%} of what is left, at the end {off.iloc[-1]:.0%} of {left:.3f} nats"
    return Finding(text, first, off)


OURS: dict[str, Any] = {
    "kind": Kind.OURS, "where": "beyond the paper", "experiment": "ladder", "tiers": ("full",),
    "shown": "fig-scaling_laws-realtiny",
}  # fmt: skip


@claim(
    tolerance=at_most("distance of the fitted floor from the entropy rate", 0.15, partly=0.3, unit="nats"),
    rows="role == 'largest' and predicted == predicted",
    controls={
        "a law without a floor": lambda table: _largest(table).assign(E_irr=0.0),
        "the last loss of the best small model": lambda table: _largest(table).assign(E_irr=lambda of: of["last"]),
    },
    **OURS,
)
def entropy(table: pd.DataFrame) -> Finding:
    """The irreducible loss that the fit finds is the entropy rate of the source."""
    text = f"{table.E_irr.mean():.2f} nats; the source has {table.entropy_rate.mean():.2f}"
    return Finding(text, (table.E_irr - table.entropy_rate).abs())


def _exchanged(table: pd.DataFrame) -> pd.DataFrame:
    """The settled curves of the ladder, each with the size of another."""
    table = table[table.role == "ladder"]
    sizes = np.sort(table.N.unique())
    return table.assign(N=table.N.map(dict(zip(sizes, np.roll(sizes, 2), strict=True))))


@claim(
    tolerance=at_least("R² of the line through logarithms", 0.98, partly=0.9),
    rows="role == 'ladder'",
    controls={"sizes exchanged": _exchanged},
    pooled=True,
    **OURS,
)
def power(table: pd.DataFrame) -> Finding:
    """What each size converges to, less the entropy rate, is a power of the size."""
    ends = converged(table)
    if (ends.above <= 0).any():
        return Finding(f"a plateau {-ends.above.min():.3f} nats below the entropy rate", 0.0)
    x, y = np.log(ends.N), np.log(ends.above)
    fit = np.corrcoef(x, y)[0, 1] ** 2
    return Finding(f"R² {fit:.3f}, exponent {exponent(np.polyfit(x, y, 1)[0])}", fit)


LADDERS = claims_of(globals())
