"""Columns chosen by name or index, as paired sample arrays."""

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_NUMERIC_KINDS = "biuf"

__all__ = ["Pair", "Table", "is_number"]


def is_number(value: Any) -> bool:
    """Whether ``value``, text or number, reads as a real number."""
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Pair:
    """Two groups of columns: ``x`` (n, dx) and ``y`` (n, dy), float64, and how many rows were dropped."""

    x: np.ndarray
    y: np.ndarray
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    dropped: int = 0


@dataclass(frozen=True)
class Table:
    """Named columns of one file, each a one-dimensional array.

    Args:
        source: the file, for messages.
        columns: column name → values, in the order of the file.
        groups: names that stand for several columns, such as a two-dimensional array of an NPZ file.
        has_header: whether the names come from the file; otherwise they are the indices "0", "1", ….

    >>> table = Table("a.csv", {"u": np.arange(3.0), "v": np.ones(3), "w": np.zeros(3)})
    >>> table.resolve("w,0-1")
    ('w', 'u', 'v')
    """

    source: str
    columns: Mapping[str, np.ndarray]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_header: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(self.columns)

    def resolve(self, selection: str | Iterable[str]) -> tuple[str, ...]:
        """The column names that ``selection`` means.

        A selection is a comma-separated list of names (quoted where a name holds a comma), 0-based indices
        and index ranges such as ``0-3``, both ends included. A name wins over its reading as an index.

        Raises:
            ValueError: an empty selection, an unknown column (with the closest match) or one chosen twice.
        """
        parts = [selection] if isinstance(selection, str) else list(selection)
        try:
            tokens = [token.strip() for row in csv.reader(parts, skipinitialspace=True) for token in row]
        except csv.Error as error:
            raise ValueError(f"a column selection is not a comma-separated list: {error}") from None
        if not any(tokens):
            raise ValueError(f"a column selection is empty; {self._known()}")
        chosen = [name for token in tokens for name in self._meaning(token)]
        twice = [name for name in dict.fromkeys(chosen) if chosen.count(name) > 1]
        if twice:
            raise ValueError(f"column {twice[0]!r} is selected twice: name each column once")
        return tuple(chosen)

    def pair(self, x: str | Iterable[str], y: str | Iterable[str], drop_missing: bool = False) -> Pair:
        """The columns of ``x`` and ``y`` as two sample arrays with the same rows.

        Raises:
            ValueError: unknown, shared or non-numeric columns, unequal lengths, infinite values, and missing
                values unless ``drop_missing`` asks to leave incomplete rows out.
        """
        x_names, y_names = self.resolve(x), self.resolve(y)
        shared = [name for name in x_names if name in y_names]
        if shared:
            told = ", ".join(map(repr, shared))
            raise ValueError(f"x and y must not share columns; both hold {told}: leave it in one of them")
        values = self._stack(x_names + y_names)
        complete = ~np.isnan(values).any(axis=1)
        dropped = int(len(values) - complete.sum())
        if dropped and not drop_missing:
            raise ValueError(self._missing(values, x_names + y_names, dropped))
        values = values[complete]
        if not len(values):
            raise ValueError(f"{self.source}: no complete row is left; every one misses a value in the chosen columns")
        return Pair(values[:, : len(x_names)], values[:, len(x_names) :], x_names, y_names, dropped)

    def _meaning(self, token: str) -> tuple[str, ...]:
        if token in self.columns:
            return (token,)
        if token in self.groups:
            return self.groups[token]
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", token)
        if not match:
            close = difflib.get_close_matches(token, [*self.names, *self.groups], n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else f"; {self._known()}"
            raise ValueError(f"{self.source} has no column {token!r}{hint}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last >= len(self.columns) or first > last:
            highest = len(self.columns) - 1
            raise ValueError(f"{self.source} has no column {token!r}; indices run from 0 to {highest}, lower end first")
        return self.names[first : last + 1]

    def _stack(self, names: Sequence[str]) -> np.ndarray:
        for name in names:
            self._check_numeric(name)
        lengths = {name: len(self.columns[name]) for name in names}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name!r} has {n}" for name, n in lengths.items())
            raise ValueError(f"{self.source}: the chosen columns must be equally long; {told}")
        values = np.column_stack([self.columns[name].astype(np.float64) for name in names])
        infinite = np.isinf(values)
        if infinite.any():
            row, column = np.argwhere(infinite)[0]
            raise ValueError(
                f"{self.source}: {int(infinite.sum())} infinite values in the chosen columns, the first in "
                f"column {names[column]!r}, data row {row}: remove or correct them"
            )
        return values

    def _check_numeric(self, name: str) -> None:
        values = self.columns[name]
        if values.dtype.kind in _NUMERIC_KINDS:
            return
        found = f"holds {values.dtype} values"
        if values.dtype.kind in "OUS":
            import pandas as pd

            present = np.flatnonzero(~pd.isna(values))
            row = next((i for i in present if not is_number(values[i])), 0)
            found = f"holds {_shortened(values[row])} in data row {row}"
        advice = "only numbers can be measured: choose numeric columns"
        raise ValueError(f"{self.source}: column {name!r} {found}; {advice}")

    def _missing(self, values: np.ndarray, names: Sequence[str], rows: int) -> str:
        counts = np.isnan(values).sum(axis=0)
        told = ", ".join(f"{name!r} {count}" for name, count in zip(names, counts, strict=True) if count)
        return (
            f"{self.source}: {rows:,} of {len(values):,} rows miss a value (missing per column: {told}): "
            "fill them in, or leave incomplete rows out with --drop-missing"
        )

    def _known(self) -> str:
        shown = [*self.groups, *self.names]
        more = f", … ({len(shown)} in all)" if len(shown) > 12 else ""
        return f"columns of {self.source}: {', '.join(shown[:12])}{more}"


def _shortened(value: object) -> str:
    text = repr(str(value))
    return text if len(text) <= 40 else text[:37] + "…'"
