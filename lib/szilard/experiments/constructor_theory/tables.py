"""Tables of the chapter on constructor theory as readers see them."""

from __future__ import annotations

import pandas as pd

__all__ = ["consequence_table"]


def consequence_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per statement: what each medium says, with the margin in the qubit."""
    first = table[table.medium == "qubit"][["label", "statement", "method", "margin", "proved"]]
    board = first.reset_index(drop=True)
    for medium, part in table.groupby("medium", sort=False):
        holds = part.drop_duplicates(["label"]).set_index("label").holds
        shown = holds.reindex(board.label).to_numpy()
        board[medium] = ["–" if pd.isna(h) else "holds" if h else "fails" for h in shown]
    return board
