"""Tables of the chapter on constructor theory as readers see them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["signs"]


def signs(table: pd.DataFrame, rows: Sequence[str], across: str, value: str) -> pd.DataFrame:
    """✓ where ``value`` is true, ✗ where it is not, by ``rows`` and ``across`` in the order in which they come; – for
    none. Several values in one place must all be true."""
    whole = table[value].astype(bool).groupby([table[name] for name in (*rows, across)], sort=False).all()
    board = whole.map({True: "✓", False: "✗"}).unstack(across, sort=False)
    return board.fillna("–").reset_index().rename_axis(columns=None)
