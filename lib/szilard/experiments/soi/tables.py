"""The tables that figures and claims of the chapter on SΩI are drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["biases", "crossing", "largest_relative", "quick_table", "trained"]

UNTRAINED = 1  # steps of a network that has not learnt: the fewest that a training takes


def trained(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks that were trained."""
    return table[table.steps > UNTRAINED].reset_index(drop=True)


def crossing(table: pd.DataFrame) -> float:
    """The strength at which Ω of the ten-variable mixed system vanishes, by linear interpolation."""
    part = table[(table.family == "mix") & (table.setting == 0)].sort_values("rho")
    return float(np.interp(0.0, part.omega, part.rho))


def quick_table(table: pd.DataFrame) -> pd.DataFrame:
    """The strongest systems with baseline: truth and estimate of TC, DTC and Ω."""
    names = {"red": "redundant, 3", "syn": "synergistic, 3", "mix": "redundant + synergistic, 6"}
    table = trained(table)
    part = table[(table.protocol == "baseline") & (table.rho == table.rho.max())]
    columns = {"system": part.family.map(names), "r": part.rho}
    for name, title in (("tc", "TC"), ("dtc", "DTC"), ("omega", "Ω")):
        columns |= {f"{title} exact": part[f"{name}_truth"], title: part[name]}
    return pd.DataFrame(columns).reset_index(drop=True)


def biases(table: pd.DataFrame) -> pd.DataFrame:
    """Estimate minus truth of TC, DTC and Ω."""
    errors = {name: table[name] - table[f"{name}_truth"] for name in ("tc", "dtc", "omega")}
    return pd.DataFrame(errors).assign(rho=table.rho.to_numpy())


def largest_relative(table: pd.DataFrame) -> float:
    """The largest relative error of TC and DTC; NaN where one is missing."""
    ratios = np.concatenate([table[name] / table[f"{name}_truth"] - 1 for name in ("tc", "dtc")])
    return float(np.abs(ratios).max())
