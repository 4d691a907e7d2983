"""Columns chosen by name or index, as paired sample arrays."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from szilard.userdata.display import NAMES, closest, printable, shown
from szilard.userdata.exact import as_float64
from szilard.userdata.refusal import Refusal

__all__ = ["Columns", "Pair", "Table", "column_names"]


@dataclass(frozen=True)
class Pair:
    """Two groups of columns: ``x`` (n, dx) and ``y`` (n, dy), float64, and how many rows were dropped.

    ``notes`` are sentences on how the file was read: what a careful reader would ask.
    """

    x: np.ndarray
    y: np.ndarray
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    dropped: int = 0
    notes: tuple[str, ...] = ()


class Columns(Mapping[str, np.ndarray]):
    """Columns by name, read from their file when they are asked for.

    Args:
        names: all of them, in the order of the file.
        load: reads several columns in one pass.
    """

    def __init__(self, names: Iterable[str], load: Callable[[Sequence[str]], Mapping[str, np.ndarray]]) -> None:
        self._names = dict.fromkeys(names)
        self.load = load

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._names:
            raise KeyError(name)
        return self.load([name])[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Table:
    """Named columns of one file, each a one-dimensional array.

    Args:
        source: the file, for messages.
        columns: column name → values, in the order of the file.
        groups: names that stand for several columns, such as a two-dimensional array of an NPZ file.
        has_header: whether the names come from the file; otherwise they are the indices "0", "1", ….
        labels: a column without a name that labels the rows: it is chosen by name only, never by index.
        passed_over: what the file holds besides columns, and why it has none.
        notes: sentences on how the file was read.

    >>> table = Table("a.csv", {"u": np.arange(3.0), "v": np.ones(3), "w": np.zeros(3)})
    >>> table.resolve("w,0-1")
    ('w', 'u', 'v')
    """

    source: str
    columns: Mapping[str, np.ndarray]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_header: bool = True
    labels: str | None = None
    passed_over: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Table of {self.described()}>"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(self.columns)

    def resolve(self, selection: str | Iterable[str]) -> tuple[str, ...]:
        """The column names that ``selection`` means.

        A selection is a column name, or a comma-separated list of names (quoted where a name holds a comma), 0-based
        indices and index ranges such as ``0-3``, both ends included. A name wins over its reading as an index.

        Raises:
            ValueError: an empty selection, an unknown column (with the closest match) or one chosen twice.
        """
        parts = [printable(part) for part in ([selection] if isinstance(selection, str) else selection)]
        tokens = [token for part in parts for token in self._tokens(part)]
        if not any(tokens):
            raise ValueError(f"a column selection is empty; {self.described()}")
        chosen = [name for token in tokens for name in self._meaning(token)]
        name, times = Counter(chosen).most_common(1)[0]
        if times > 1:
            raise ValueError(f"column {shown(name)} is selected twice: name each column once")
        return tuple(chosen)

    def pair(self, x: str | Iterable[str], y: str | Iterable[str], drop_missing: bool = False) -> Pair:
        """The columns of ``x`` and ``y`` as two sample arrays with the same rows.

        Raises:
            ValueError: unknown, shared or non-numeric columns, unequal lengths, infinite values, numbers that
                float64 cannot tell apart, and missing values unless ``drop_missing`` asks to leave incomplete rows out.
        """
        x_names, y_names = self.resolve(x), self.resolve(y)
        if shared := set(x_names) & set(y_names):
            told = _few([shown(name) for name in x_names if name in shared])
            raise ValueError(f"x and y must not share columns; both hold {told}: leave it in one of them")
        values, notes = self._stack(x_names + y_names)
        complete = ~np.isnan(values).any(axis=1)
        dropped = int(len(values) - complete.sum())
        if dropped and not drop_missing:
            raise ValueError(self._missing(values, x_names + y_names, dropped))
        values = values[complete]
        if not len(values):
            raise ValueError(f"{self.source}: no complete row is left; every one misses a value in the chosen columns")
        x_values, y_values = np.split(values, [len(x_names)], axis=1)
        return Pair(x_values, y_values, x_names, y_names, dropped, (*self.notes, *notes))

    def _tokens(self, part: str) -> list[str]:
        if part in self.columns or part in self.groups or part in self.passed_over:
            return [part]
        try:
            return [token.strip() for row in csv.reader([part], skipinitialspace=True) for token in row]
        except csv.Error as error:
            raise ValueError(f"a column selection is not a comma-separated list: {error}") from None

    def _meaning(self, token: str) -> tuple[str, ...]:
        if token in self.columns:
            return (token,)
        if token in self.groups:
            return self.groups[token]
        if token in self.passed_over:
            raise ValueError(f"{self.source}: {self.passed_over[token]}")
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", token)
        if not match:
            raise ValueError(f"{self.source} has no column {shown(token)}; {self._meant(token)}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last >= len(self.columns) or first > last:
            highest = len(self.columns) - 1
            raise ValueError(f"{self.source} has no column {token!r}; indices run from 0 to {highest}, lower end first")
        chosen = self.names[first : last + 1]
        if self.labels in chosen:
            raise ValueError(
                f"column {chosen.index(self.labels) + first} of {self.source} has no name and labels the rows: choose "
                f"others, or {self.labels!r} by this name"
            )
        return chosen

    def _meant(self, token: str) -> str:
        close = closest(token, [*self.names, *self.groups], cutoff=0.5)
        if close is None:
            return self.described()
        return f"did you mean {shown(close)}?" + (
            f" A name with a comma stands in quotes: '\"{close}\"'" * ("," in close)
        )

    def _stack(self, names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
        columns = self.columns
        arrays = columns.load(names) if isinstance(columns, Columns) else {name: columns[name] for name in names}
        lengths = {len(array) for array in arrays.values()}
        if len(lengths) > 1:
            told = ", ".join(f"{shown(name)} has {len(arrays[name])}" for name in names[:NAMES])
            raise ValueError(f"{self.source}: the chosen columns must be equally long; {told}")
        values, notes = np.empty((lengths.pop(), len(names))), []
        for j, name in enumerate(names):
            try:
                values[:, j], origin = as_float64(arrays[name])
            except ValueError as error:
                raise ValueError(f"{self.source}: column {shown(name)} {error}") from None
            if origin:
                notes.append(f"{origin} is subtracted from column {shown(name)}, for float64 to tell its values apart")
        self._check_finite(values, names)
        return values, notes

    def _check_finite(self, values: np.ndarray, names: Sequence[str]) -> None:
        infinite = np.isinf(values)
        if infinite.any():
            row, column = np.argwhere(infinite)[0]
            raise ValueError(
                f"{self.source}: {int(infinite.sum())} infinite values in the chosen columns, the first in "
                f"column {shown(names[column])}, data row {row}: remove or correct them"
            )

    def _missing(self, values: np.ndarray, names: Sequence[str], rows: int) -> str:
        counts = np.isnan(values).sum(axis=0)
        told = [f"{shown(name)} {count}" for name, count in zip(names, counts, strict=True) if count]
        return (
            f"{self.source}: {rows:,} of {len(values):,} rows miss a value (missing per column: {_few(told)}): "
            "fill them in, or leave incomplete rows out with --drop-missing"
        )

    def described(self) -> str:
        """The first of the columns, for messages."""
        return f"columns of {self.source}: {_few([*self.groups, *self.names])}"


def column_names(source: str, raw: Iterable[str]) -> list[str]:
    """Names as they may be shown and asked for: stripped of blanks, escapes written out, each once.

    Raises:
        ValueError: two columns of the same name.
    """
    names = [printable(str(name).strip()) for name in raw]
    counts = Counter(names)
    if len(counts) < len(names):
        twice = next(name for name in names if counts[name] > 1)
        raise Refusal(f"{source}: two columns are called {shown(twice)}: give each its own name")
    return names


def _few(names: Sequence[str]) -> str:
    more = f", … ({len(names)} in all)" if len(names) > NAMES else ""
    return ", ".join(name if len(name) <= 40 else f"{name[:39]}…" for name in names[:NAMES]) + more
