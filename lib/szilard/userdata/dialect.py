"""How a text file separates cells and writes decimals, and whether its first line holds names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

MISSING = ("", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none")
DELIMITERS = "\t;,| "  # a blank stands for any number of blanks and tabs
CELLS = 200  # of a line that are looked at to tell delimiters apart
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf(?:inity)?", re.I)
_LIKE_NUMBER = re.compile(r"[+-]?[0-9.,']*[0-9][.]?(?:[eE][+-]?[0-9]+)?|true|false", re.I)
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_POINT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

__all__ = ["DELIMITERS", "MISSING", "decimal_mark", "delimiter_of", "holds_names", "is_missing", "number", "split"]


def is_missing(cell: str) -> bool:
    """Whether a cell says that it has no value."""
    return cell.strip().lower() in MISSING


def number(cell: str, decimal: str = ".") -> Decimal | None:
    """The number that ``cell`` is, exactly, or None."""
    text = cell.strip()
    if decimal == ",":
        text = "" if "." in text else text.replace(",", ".")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The cells of ``lines``, quotation marks honoured, without surrounding blanks."""
    if delimiter == " ":
        lines = [" ".join(line.split()) for line in lines]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]


def delimiter_of(lines: Sequence[str]) -> str:
    """The mark that splits ``lines`` into the same number of cells, most of them numbers; a comma if none does."""
    scores = {mark: _score(lines, mark) for mark in DELIMITERS}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] else ","


def _score(lines: Sequence[str], delimiter: str) -> float:
    try:
        rows = split(lines, delimiter)
    except csv.Error:
        return 0
    first, body = rows[0], rows[1:] or rows
    width, times = Counter(map(len, body)).most_common(1)[0]
    if width < 2:
        return 0
    cells = [cell for row in body for cell in row[:CELLS] if not is_missing(cell)]
    like_numbers = sum(bool(_LIKE_NUMBER.fullmatch(cell)) for cell in cells) / max(1, len(cells))
    fits = len(first) in (width - 1, width, width + 1)
    return times / len(body) * (0.01 + like_numbers) * (1 if fits else 0.1)


def decimal_mark(rows: Sequence[Sequence[str]]) -> str:
    """A comma if numbers hold commas, none a point, and not all can be thousands (1,234)."""
    cells = [cell for row in rows for cell in row[:CELLS]]
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    points = any(_POINT.fullmatch(cell) for cell in cells)
    return "," if commas and not points and not all(map(_GROUPED.fullmatch, commas)) else "."


def holds_names(first: Sequence[str], body: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first line of a table holds names.

    It does when a text stands above numbers, or no cell is a number. Where it holds numbers, it is taken as names if
    these are whole, different and above columns of decimals only; if they count (2019, 2020; 10, 20, 30); or if each
    lies far outside its column. A row of data taken for names costs one sample; names taken for data cost the result.
    """
    columns = [
        (cell, [row[j] for row in body if j < len(row) and not is_missing(row[j])])
        for j, cell in enumerate(first)
        if not is_missing(cell)
    ]
    texts = [below for cell, below in columns if number(cell, decimal) is None]
    if any(below and all(number(cell, decimal) is not None for cell in below) for below in texts):
        return True
    numeric = [(cell, below) for cell, below in columns if number(cell, decimal) is not None]
    if not numeric:
        return bool(texts)
    return bool(body) and _are_names(numeric, decimal)


def _are_names(columns: Sequence[tuple[str, Sequence[str]]], decimal: str) -> bool:
    tops = [number(cell, decimal) or Decimal(0) for cell, _ in columns]
    if len(set(tops)) < len(tops):
        return False
    whole = all(cell.strip().isdigit() for cell, _ in columns)
    below = [cell for _, cells in columns for cell in cells]
    if whole and below and not any(cell.lstrip("+-").isdigit() for cell in below):
        return True
    steps = {after - before for before, after in pairwise(tops)}
    if len(steps) == 1 and (len(tops) > 2 or (whole and steps == {1})):
        return True
    return all(_is_outlying(top, cells, decimal) for top, (_, cells) in zip(tops, columns, strict=True))


def _is_outlying(top: Decimal, cells: Sequence[str], decimal: str) -> bool:
    values = [value for cell in cells if (value := number(cell, decimal)) is not None]
    if len(values) < 3:
        return False
    low, high = min(values), max(values)
    return not low - (high - low) <= top <= high + (high - low)
