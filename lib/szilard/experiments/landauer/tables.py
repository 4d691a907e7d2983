"""Tables that the figures of the chapter on Landauer are drawn from, made of the results of its experiments."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

__all__ = ["crooks_points", "dissipation", "machines"]

LN2 = math.log(2)
FEW = 20  # runs in a bin, below which the logarithm of a ratio says little


def dissipation(sandwich: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """Work above the bound against the duration: columns ``curve``, ``tau``, ``excess`` (in k_B T).

    Protocols are compared with the bound at the error that they reach; those that fail in more than a twentieth
    of all cases are left out.
    """
    theory = sandwich.melt("tau", ["lower", "free", "local", "upper"], "curve", "excess")
    theory["excess"] -= LN2
    rows = played[(played.barrier == sandwich.barrier.iloc[0]) & (played.success > 0.95)]
    practice = rows.assign(curve=rows.which, excess=rows.work - rows.bound)
    return pd.concat([theory, practice], ignore_index=True)[["curve", "tau", "excess"]]


def crooks_points(fluctuation: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of forward over backward density in the bins that both ways filled."""
    part = fluctuation[(fluctuation.forward_count >= FEW) & (fluctuation.backward_count >= FEW)]
    return part.assign(log_ratio=np.log(part.forward / part.backward))


def machines(ladder: pd.DataFrame, measured: pd.DataFrame | None) -> pd.DataFrame:
    """Energy of machine operations over k_B T ln 2 at 300 K: ``what``, ``ratio``, ``basis``; measured ones last."""
    bit = ladder.set_index("what").energy["a bit at 300 K"]
    rows = ladder[ladder.kind == "machine"]
    table = pd.DataFrame({"what": rows.what, "ratio": rows.energy / bit, "basis": "published or rated"})
    if measured is not None:
        found = {"what": "card, measured, " + measured.dtype, "ratio": measured.ratio, "basis": "measured"}
        table = pd.concat([table, pd.DataFrame(found)], ignore_index=True)
    return table
