"""The tables that figures and claims of the chapter on SΩI are drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

UNTRAINED = 1  # steps of a network that has not learnt: the fewest that a training takes
TITLES = {
    "parity": "noisy parity (synergy)",
    "scale": "shared scale (redundancy)",
    "both": "both, six variables",
    "plain": "SΩI, as published",
    "baseline": "SΩI, Gaussian start",
    "copula": "Gaussian copula",
}

__all__ = ["TITLES", "UNTRAINED", "biases", "board", "crossing", "largest_relative", "learnt"]


def learnt(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks that were trained."""
    return table[table.steps > UNTRAINED].reset_index(drop=True)


def crossing(table: pd.DataFrame) -> float:
    """The strength at which Ω of the ten-variable mixed system vanishes, by linear interpolation."""
    part = table[(table.family == "mix") & (table.setting == 0)].sort_values("rho")
    return float(np.interp(0.0, part.omega, part.rho))


def board(table: pd.DataFrame) -> pd.DataFrame:
    """Of every system beyond copulas, what is exact and what was measured, means over repetitions."""
    names = {"tc": "TC", "dtc": "DTC", "omega": "Ω"}
    means = table.groupby(["system", "estimator", "steps"], sort=False)[[*names, *(f"{n}_truth" for n in names)]].mean()
    rows = []
    for (system, estimator, steps), row in means.iterrows():
        if not any(each["system"] == TITLES[system] for each in rows):
            exact = {title: row[f"{name}_truth"] for name, title in names.items()}
            rows.append({"system": TITLES[system], "by": "exact", **exact})
        untrained = ", untrained" if steps == UNTRAINED and estimator != "copula" else ""
        values = {title: row[name] for name, title in names.items()}
        rows.append({"system": TITLES[system], "by": TITLES[estimator] + untrained, **values})
    return pd.DataFrame(rows).sort_values("system", kind="stable").reset_index(drop=True)


def biases(table: pd.DataFrame) -> pd.DataFrame:
    """Estimate minus truth of TC, DTC and Ω."""
    errors = {name: table[name] - table[f"{name}_truth"] for name in ("tc", "dtc", "omega")}
    return pd.DataFrame(errors).assign(rho=table.rho.to_numpy())


def largest_relative(table: pd.DataFrame) -> float:
    """The largest relative error of TC and DTC; NaN where one is missing."""
    ratios = np.concatenate([table[name] / table[f"{name}_truth"] - 1 for name in ("tc", "dtc")])
    return float(np.abs(ratios).max())
