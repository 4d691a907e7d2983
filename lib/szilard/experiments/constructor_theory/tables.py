"""Tables of the chapter on constructor theory as readers see them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["signs"]


def signs(table: pd.DataFrame, rows: Sequence[str], across: str, value: str) -> pd.DataFrame:
    """✓ or ✗ for whether ``value`` is true, by ``rows`` and ``across`` in the order in which they come; – for none."""
    marks = table[value].astype(bool).map({True: "✓", False: "✗"})
    board = marks.groupby([table[name] for name in (*rows, across)], sort=False).first().unstack(across, sort=False)
    return board.fillna("–").reset_index().rename_axis(columns=None)
