"""Tables of text: CSV, TSV and their many relatives."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from szilard.userdata.dialect import DELIMITERS, MISSING, delimiter_of, is_missing, number, split
from szilard.userdata.display import first_line
from szilard.userdata.header import header_of
from szilard.userdata.options import WIDEST, Options
from szilard.userdata.parquet import array_of, is_number_type
from szilard.userdata.refusal import Refusal, refusing
from szilard.userdata.table import Columns, Table

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 2**16  # characters, in whole lines, from which the dialect is told
ROWS = 100  # of them at most
LONGEST = 2**23  # bytes of a line; the parser takes twice as many at once
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LEAD = re.compile(r"(?:[ \t]*(?:[#%][^\n]*)?\n)+")  # empty lines and comments before the table
_NULLS = sorted({form(word) for word in MISSING for form in (str.lower, str.upper, str.title)} | {"NaN"})

__all__ = ["read_text"]


def read_text(source: str, content: bytes, options: Options) -> Table:
    """The columns of a table of text, ``content``, whose dialect is told from its first lines."""
    text, notes = _decoded(source, content)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip("\n ") + "\n"
    told = re.match(r"\s*sep=([,;|:\t ])\n", text)  # what spreadsheets write to be understood
    text = text[told.end() :] if told else text
    lead = _LEAD.match(text)
    comments = [line.strip(" \t#%") for line in lead[0].splitlines()] if lead else []
    text = text[lead.end() :] if lead else text
    if not text:
        raise Refusal(f"{source} is empty: give a file with at least one row of numbers")
    comment = [line for line in comments if line][-1:]
    try:
        delimiter = told[1] if told else delimiter_of(_sample(source, text))
        text = _plain(source, text, delimiter, notes)
        lines = _sample(source, text)
        header = header_of(source, lines, delimiter, comment, options)
    except csv.Error as error:
        raise Refusal(f"{source} is not a regular table: {first_line(error)}") from None
    rows = text[sum(len(line) + 1 for line in lines[: header.lines]) :]
    if not rows:
        raise Refusal(f"{source} has a header but no rows: give a file with rows of numbers")
    body = _Body(source, rows.encode(), delimiter, header.decimal, header.names)
    return Table(
        source,
        Columns(header.names, body.load),
        has_header=header.named,
        labels=header.labels,
        notes=(*notes, *header.notes),
    )


def _decoded(source: str, content: bytes) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    notes: list[str] = []
    try:
        text = content.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        if encoding:
            raise Refusal(f"{source} is not {encoding.upper()} text, as its first bytes say: save it anew") from None
        text, notes = content.decode("latin-1"), [f"{source} is not UTF-8 text and is read as Latin-1"]
    if "\0" in text:
        raise Refusal(f"{source} holds NUL characters, which no text does: save it as UTF-8, or as Parquet or NPY")
    return text, notes


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1


def _sample(source: str, text: str) -> list[str]:
    """The first lines that hold anything."""
    lines: list[str] = []
    size = 0
    for line in islice(_lines(text), 10 * ROWS):
        if len(line) > LONGEST or max(map(line.count, DELIMITERS)) >= WIDEST:
            raise Refusal(f"{source} has a line of {len(line):,} characters: no more than {WIDEST:,} columns are read")
        if len(lines) >= ROWS or (len(lines) > 2 and size > SAMPLE):
            break
        lines.append(line)
        size += len(line)
    return lines


def _plain(source: str, text: str, delimiter: str, notes: list[str]) -> str:
    """``text`` without comments between its rows, runs of blanks made one where blanks separate."""
    if delimiter == " ":
        text = re.sub(r"[ \t]{2,}|\t", " ", text) if "\t" in text or "  " in text else text
        text = text.replace(" \n", "\n").replace("\n ", "\n").removeprefix(" ")
    if any(mark in text and f"\n{mark}" in text for mark in "#%"):
        first, second = [*islice(_lines(text), 2), ""][:2]
        cells = [len(row) for row in split([first, second], delimiter)]
        if not (re.match(r"[#%][^#% ]", second) and cells[0] == cells[-1]):  # else labels of rows
            text, before = re.sub(r"\n[#%][^\n]*", "", text), text.count("\n")
            notes.append(f"Lines left out because they start with # or %: {before - text.count(chr(10))}")
    if '"' in text:
        _check_quotes(source, text, delimiter, notes)
    return text


def _check_quotes(source: str, text: str, delimiter: str, notes: list[str]) -> None:
    """A quotation mark left open would swallow rows."""
    if text.count('"') % 2:
        raise Refusal(f"{source} is not a regular table: it has an odd number of quotation marks")
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True)
    if joined := -sum(1 for _ in reader) + reader.line_num:
        notes.append(f"Lines that go on with a cell in quotation marks that the line before began: {joined}")


@dataclass(frozen=True)
class _Body:
    """The rows of a table, ready to be parsed."""

    source: str
    content: bytes
    delimiter: str
    decimal: str
    names: Sequence[str]

    def load(self, chosen: Sequence[str]) -> Mapping[str, np.ndarray]:
        """These columns: numbers as arrays; what is no number, or more than float64 holds, as objects."""
        parsed = self._parsed(chosen)
        arrays = {name: array_of(column) for name, column in parsed.items() if is_number_type(column.type)}
        doubtful = [name for name in chosen if name not in arrays or _has_ties(arrays[name])]
        if doubtful:
            arrays |= {
                name: self._exact(column)
                for name, column in self._parsed(doubtful, as_text=True).items()
                if name not in arrays or _differ_more(column, arrays[name])
            }
        return arrays

    def _parsed(self, chosen: Sequence[str], as_text: bool = False) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa
        from pyarrow import csv as parser

        places = {name: str(i) for i, name in enumerate(self.names)}
        wanted = [places[name] for name in chosen]
        with refusing(f"{self.source} is not a regular table", "mend this row"):
            table = parser.read_csv(
                pa.BufferReader(self.content),
                parser.ReadOptions(column_names=list(places.values()), use_threads=False, block_size=2 * LONGEST),
                parser.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
                parser.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(wanted, pa.string()) if as_text else None,
                    null_values=_NULLS,
                    strings_can_be_null=True,
                    decimal_point=self.decimal,
                ),
            )
        return {name: table.column(place) for name, place in zip(chosen, wanted, strict=True)}

    def _exact(self, column: pa.ChunkedArray) -> np.ndarray:
        cells = np.empty(len(column), dtype=object)
        for row, cell in enumerate(column.to_pylist()):
            if cell is not None and not is_missing(cell):
                value = number(cell, self.decimal)
                cells[row] = cell if value is None else value
        return cells


def _has_ties(values: np.ndarray) -> bool:
    return values.dtype.kind == "f" and len(np.unique(values)) < len(values)


def _differ_more(texts: pa.ChunkedArray, values: np.ndarray) -> bool:
    """Whether there are more different texts than different numbers, such as digits beyond the precision of float64."""
    import pyarrow.compute as pc

    return pc.count_distinct(texts).as_py() > len(np.unique(values[~np.isnan(values)]))
