"""Numbers read off the tables of the chapter on work extraction."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["slope"]


def slope(table: pd.DataFrame, shape: str, least: int = 64) -> float:
    """The exponent with which the failure of a ladder falls with its number of levels."""
    part = table[(table["shape"] == shape) & (table.levels >= least)]
    return float(np.polyfit(np.log(part.levels), np.log(part.failure), 1)[0])
