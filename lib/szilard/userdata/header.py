"""The names of the columns of a text table: in its first line, in the comment above, or none."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from szilard.userdata.dialect import decimal_mark, holds_names, number, split
from szilard.userdata.display import printable
from szilard.userdata.options import Options
from szilard.userdata.refusal import Refusal
from szilard.userdata.table import column_names

Cells = Sequence[str]

__all__ = ["Header", "header_of"]


@dataclass(frozen=True)
class Header:
    """What the first lines say about a table.

    Args:
        names: of its columns, or their indices where it has none.
        named: whether the file gives the names.
        lines: how many lines they take.
        labels: the column without a name that labels the rows.
        decimal: the decimal mark of the numbers.
        notes: what was decided where another reading is possible.
    """

    names: tuple[str, ...]
    named: bool
    lines: int
    labels: str | None
    decimal: str
    notes: tuple[str, ...]


def header_of(source: str, lines: Sequence[str], delimiter: str, comment: Sequence[str], options: Options) -> Header:
    """The header of a table that begins with ``lines``; ``comment``, the last line above them, may hold names.

    Raises:
        ValueError: lines of different length, two columns of one name, or two candidates for the names.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    used = next((reader.line_num for row in reader if row), 0)
    rows = [row for row in split(lines, delimiter) if row]
    quoted = all(line.lstrip().startswith('"') for line in lines[1:])
    first, body = _aligned(rows[0], rows[1:], quoted)
    mark = options.decimal or decimal_mark(body or rows)
    above = _names_above(comment, delimiter, len(first))
    on_top = options.header
    if on_top is None:
        on_top = _only_first_is_quoted(lines) or holds_names(first, body, mark)
    numbers = on_top and options.header is None and any(number(cell, mark) is not None for cell in first)
    if numbers and above:
        raise Refusal(f"{source}: a comment and the first line may both hold names: say --header or --no-header")
    _check_widths(source, first, body)
    raw = first if on_top else above or [str(j) for j in range(len(first))]
    names = column_names(source, [cell or f"Unnamed: {j}" for j, cell in enumerate(raw)])
    notes = []
    if numbers:
        notes.append(
            f"The first line ({_few([cell for cell in first if cell])}) is taken as names: --no-header reads it as data"
        )
    elif above and not on_top:
        notes.append(f"The names ({_few(names)}) are those of the comment above the data")
    if mark == "," and options.decimal is None:
        notes.append("Decimal commas are read as such: --decimal . reads none")
    labels = names[0] if on_top and names[0] == "Unnamed: 0" else None
    return Header(tuple(names), bool(on_top or above), used if on_top else 0, labels, mark, tuple(notes))


def _aligned(first: list[str], body: list[list[str]], quoted: bool) -> tuple[list[str], list[list[str]]]:
    """The first line as long as the others: without empty cells at its end, or with one for a column without a name."""
    if not body:
        return first, body
    width = Counter(map(len, body)).most_common(1)[0][0]
    while len(first) > width and not first[-1]:
        first = first[:-1]
    if len(first) == width - 1:
        regular = [row for row in body if len(row) == width]
        if not any(row[-1] for row in regular):
            first = [*first, ""]  # a separator ends every line
        elif quoted or _label_rows([row[0] for row in regular]):
            first = ["", *first]  # what R writes
    return first, body


def _label_rows(cells: Cells) -> bool:
    """Whether these are texts, or count the rows."""
    counted = any(list(cells) == [str(start + i) for i in range(len(cells))] for start in (0, 1))
    return counted or all(number(cell) is None for cell in cells)


def _names_above(comment: Cells, delimiter: str, width: int) -> list[str]:
    """The names that the comment above the data gives, if they are as many as there are columns."""
    found = (split(comment, mark) for mark in (delimiter, " "))
    return next((rows[0] for rows in found if rows and len(rows[0]) == width > 1), [])


def _only_first_is_quoted(lines: Cells) -> bool:
    quoted = [line.rstrip().endswith('"') for line in lines]
    return lines[0].lstrip().startswith('"') and quoted[0] and not any(quoted[1:]) and len(quoted) > 1


def _check_widths(source: str, first: Cells, body: Sequence[Cells]) -> None:
    for i, row in enumerate(body):
        if len(row) != len(first):
            raise Refusal(
                f"{source} is not a regular table: row {i + 1} has {len(row)} cells, the line above all {len(first)}"
            )


def _few(names: Cells) -> str:
    return ", ".join(printable(name[:20]) for name in names[:4]) + (", …" if len(names) > 4 else "")
