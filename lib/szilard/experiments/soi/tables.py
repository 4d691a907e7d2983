"""The tables that figures and claims of the chapter on SΩI are drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium.style import FOREGROUND, MUTED, PALETTE

UNTRAINED = 1  # steps of a network that has not learnt: the fewest that a training takes
TITLES = {
    "plain": "SΩI, plain", "baseline": "SΩI, Gaussian start", "authors": "the authors' stored run",
    "copula": "Gaussian copula", "mine": "MINE", "nwj": "NWJ", "infonce": "InfoNCE", "club": "CLUB",
    "parity": "noisy parity", "scale": "shared scale", "both": "both",
    "red": "redundant", "syn": "synergistic", "mix": "mixed", "identity": "none", "cdf": "normal to uniform",
}  # fmt: skip
# One colour and one mark for each method, those of the chapter on MINDE.
HUES = {"plain": "pink", "baseline": "orange", "authors": "violet", "copula": "green"}
COLOURS = {name: PALETTE[HUES.get(name, "gold")] for name in (*HUES, "mine", "nwj", "infonce", "club")}
MARKS = dict(zip(COLOURS, "sop^X*vh", strict=True))
# Quantities are told apart by strokes, so that a colour always means a method.
STROKES = {"tc": {"color": MUTED}, "dtc": {"color": MUTED, "ls": "--"}, "omega": {"color": FOREGROUND, "lw": 2.6},
           "s": {"color": MUTED, "ls": ":"}}  # fmt: skip
QUANTITIES = {"tc": "TC", "dtc": "DTC", "omega": "Ω"}

__all__ = [
    "COLOURS", "MARKS", "STROKES", "TITLES", "UNTRAINED", "accuracy", "biases", "board", "crossing", "factors",
    "largest_relative", "learnt", "mean_squares", "named", "per_coordinate", "routes",
]  # fmt: skip


def learnt(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks that were trained."""
    return table[table.steps > UNTRAINED].reset_index(drop=True)


def crossing(table: pd.DataFrame) -> float:
    """The strength at which Ω of the ten-variable mixed system vanishes, by linear interpolation."""
    part = table[(table.family == "mix") & (table.setting == 0)].sort_values("rho")
    return float(np.interp(0.0, part.omega, part.rho))


def named(table: pd.DataFrame, by: str) -> pd.Series:
    """What readers call the rows: the method, and whether it did not learn."""
    untrained = (table.steps == UNTRAINED) & (table[by] != "copula")
    return table[by].map(TITLES) + untrained.map({True: ", untrained", False: ""})


def board(table: pd.DataFrame, rows: str, by: str) -> pd.DataFrame:
    """For every value of ``rows`` and method: exact and measured TC, DTC and Ω, means over repetitions."""
    wide = table.assign(of=table[rows].replace(TITLES), by=named(table, by)).groupby(["of", "by"], sort=False)
    columns = [(f"{title}{kind}", f"{name}{end}") for name, title in QUANTITIES.items()
               for kind, end in ((" exact", "_truth"), ("", ""))]  # fmt: skip
    return pd.DataFrame({title: wide[name].mean() for title, name in columns}).reset_index()


def routes(table: pd.DataFrame) -> pd.DataFrame:
    """S by its definition and by its direct integral, plain networks, weakest and strongest of every family, and the
    squared errors of the three guesses that would explain both and Ω; means over repetitions."""
    table = table[(table.protocol == "plain") & (table.steps > UNTRAINED)]
    table = table[table.rho.isin([table.rho.min(), table.rho.max()])]
    wide = pd.concat([table, mean_squares(table)], axis=1).groupby(["family", "rho"], sort=False)
    columns = {"S exact": "s_truth", "TC + DTC": "s", "S, direct": "s_direct", "e_j": "joint", "e_m": "marginal",
               "e_c": "conditional"}  # fmt: skip
    found = pd.DataFrame({title: wide[name].mean() for title, name in columns.items()}).reset_index()
    return found.assign(family=found.family.map(TITLES))


def mean_squares(table: pd.DataFrame) -> pd.DataFrame:
    """The squared errors of the guesses, integrated, solved from the excess of TC + DTC, of the direct S, and of Ω."""
    excess, lean = table.s_direct - table.s_truth, table.omega - table.omega_truth
    solved = {"joint": table.s - table.s_direct, "marginal": excess + lean, "conditional": excess - lean}
    return pd.DataFrame(solved) / 2


def per_coordinate(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each system, method and quantity: exact value and error, divided by the width of the variables."""
    parts = [
        pd.DataFrame(
            {"by": table.protocol, "d": table.d, "steps": table.steps, "family": table.family, "of": title,
             "exact": table[f"{name}_truth"] / table.d, "error": (table[name] - table[f"{name}_truth"]) / table.d}
        )
        for name, title in QUANTITIES.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def accuracy(table: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """By method, at strengths from 0.2 on: signs of Ω above 0.15 nats, and the largest error of each quantity."""
    ours, theirs = table.assign(by=named(table, "protocol")), stored.assign(by=TITLES["authors"])
    both = pd.concat([ours, theirs], ignore_index=True).query("rho >= 0.2")
    errors = {title: both[name] - both[f"{name}_truth"] for name, title in QUANTITIES.items()}
    errors |= {f"{QUANTITIES[name]}, %": 100 * (both[name] / both[f"{name}_truth"] - 1) for name in ("tc", "dtc")}
    largest = pd.DataFrame(errors).groupby(both.by, sort=False).agg(lambda part: part.loc[part.abs().idxmax()])
    strong = both[both.omega_truth.abs() > 0.15]
    right = (np.sign(strong.omega) == np.sign(strong.omega_truth)).groupby(strong.by, sort=False).agg(["sum", "size"])
    signs = right["sum"].astype(str) + " of " + right["size"].astype(str)
    return pd.concat([signs.rename("signs right"), largest], axis=1).rename_axis("method").reset_index()


def biases(table: pd.DataFrame) -> pd.DataFrame:
    """Estimate minus truth of TC, DTC and Ω."""
    errors = {name: table[name] - table[f"{name}_truth"] for name in QUANTITIES}
    return pd.DataFrame(errors).assign(rho=table.rho.to_numpy())


def largest_relative(table: pd.DataFrame) -> float:
    """The largest relative error of TC and DTC; NaN where one is missing."""
    ratios = np.concatenate([table[name] / table[f"{name}_truth"] - 1 for name in ("tc", "dtc")])
    return float(np.abs(ratios).max())


def factors(table: pd.DataFrame) -> np.ndarray:
    """What estimates of TC, DTC and Ω must be multiplied or divided by; infinite where the sign differs."""
    ratio = table[list(QUANTITIES)].to_numpy() / table[[f"{name}_truth" for name in QUANTITIES]].to_numpy()
    with np.errstate(divide="ignore"):
        return np.where(ratio < 0, np.inf, np.maximum(ratio, 1 / np.abs(ratio)))
