"""From the tables of ladders of our own to what figures and claims compare."""

from __future__ import annotations

import pandas as pd

from szilard.scaling import plateaus

SETTLED = 0.25  # of the steps, which plateaus leave out

__all__ = ["converged", "exponent"]


def converged(table: pd.DataFrame) -> pd.DataFrame:
    """What each size ``N`` of the ladder converges to, by :func:`szilard.scaling.plateaus` from the last three quarters
    of the steps, less the known floor: ``above``."""
    ladder = table[table.role == "ladder"]
    settled = ladder[ladder.S >= SETTLED * ladder.S.max()]
    ends = plateaus(settled, (float(table.Bstar.iloc[0]), float(table.alpha_B.iloc[0])))
    return pd.DataFrame({"N": ends.N, "above": ends.loss - table.entropy_rate.mean(skipna=False)})


def exponent(value: float) -> str:
    """An exponent with two digits and a minus sign that reads as one."""
    return f"{value:.2f}".replace("-", "−")
