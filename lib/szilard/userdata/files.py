"""Reading one file of the reader: its columns, or one sentence that says what is wrong with it."""

from __future__ import annotations

import csv
import difflib
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from szilard.userdata.table import Table, is_number

if TYPE_CHECKING:
    import pandas as pd

TEXT = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
MISSING = ("", "na", "n/a", "null")
SUFFIXES = (*TEXT, *PARQUET, ".npy", ".npz")
_CSV = {"index_col": False, "skipinitialspace": True, "encoding": "utf-8-sig", "low_memory": False}
_DAMAGED = (OSError, ValueError, EOFError, MemoryError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)

__all__ = ["SUFFIXES", "read"]


def read(path: str | Path) -> Table:
    """The columns of a CSV, TSV, TXT, Parquet, NPY or NPZ file.

    Text files may lack a header: when every cell of the first line is a number, columns are named by index.
    NumPy files are read without pickle. The columns of a two-dimensional array ``a`` in an NPZ are ``a.0``,
    ``a.1``, …; ``a`` selects all of them.

    Raises:
        ValueError: no such file, a folder, an unknown extension, an empty, truncated or corrupt file.
    """
    path = Path(path)
    _check_exists(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise ValueError(f"{path.name}: extension {suffix or '(none)'} is not known; give one of {known}")
    try:
        with path.open("rb") as stream:
            magic = stream.read(6)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror or error}") from None
    if not magic:
        raise ValueError(f"{path.name} is empty: give a file with at least one row of numbers")
    if suffix in TEXT:
        return _read_text(path)
    if suffix in PARQUET:
        return _read_parquet(path)
    return _read_npy(path, magic) if suffix == ".npy" else _read_npz(path, magic)


def _check_exists(path: Path) -> None:
    if path.is_dir():
        raise ValueError(f"{path.name or path} is a folder; give one file ({', '.join(SUFFIXES)})")
    if path.is_file():
        return
    if path.exists():
        raise ValueError(f"{path.name} is not a regular file; give one of {', '.join(SUFFIXES)}")
    siblings = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, siblings, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ": check the path"
    raise ValueError(f"no file {str(path)!r}{hint}")


def _read_text(path: Path) -> Table:
    import pandas as pd

    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = next((line for line in stream if line.strip()), "")
        if not first:
            raise ValueError(f"{path.name} is empty: give a file with at least one row of numbers")
        delimiter = _delimiter(first)
        blanks = delimiter == r"\s+"
        cells = first.split() if blanks else next(csv.reader([first], delimiter=delimiter))
        has_header = not _is_data(cells)
        with warnings.catch_warnings():  # a row longer than the header must not be cut to fit
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(path, sep=delimiter, header=0 if has_header else None, **_CSV)
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text: save it as UTF-8, or as Parquet or NPY") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error) as error:
        raise ValueError(f"{path.name} is not a regular table: {_first_line(error)}") from None
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror or error}") from None
    if frame.empty:
        raise ValueError(f"{path.name} has a header but no rows: give a file with rows of numbers")
    return _from_frame(path, frame, has_header)


def _read_parquet(path: Path) -> Table:
    import pandas as pd

    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except _DAMAGED as error:
        message = f"{path.name} is not a readable Parquet file ({_first_line(error)}): write it again"
        raise ValueError(message) from None
    if frame.empty:
        raise ValueError(f"{path.name} has no rows: give a file with at least one row of numbers")
    return _from_frame(path, frame, has_header=True)


def _read_npy(path: Path, magic: bytes) -> Table:
    if magic != b"\x93NUMPY":
        raise ValueError(f"{path.name} is not a NumPy array file: write it with numpy.save")
    try:
        with path.open("rb") as stream:
            array = np.load(stream, allow_pickle=False)
    except _DAMAGED as error:
        raise ValueError(_numpy_trouble(path, error)) from None
    return Table(path.name, _array_columns(path.name, array, prefix=""), has_header=array.dtype.names is not None)


def _read_npz(path: Path, magic: bytes) -> Table:
    if magic[:2] != b"PK":
        raise ValueError(f"{path.name} is not a NumPy archive, or was cut short: write it with numpy.savez")
    columns: dict[str, np.ndarray] = {}
    groups: dict[str, tuple[str, ...]] = {}
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except _DAMAGED as error:
        raise ValueError(_numpy_trouble(path, error)) from None
    for name, array in arrays.items():
        if array.ndim == 1 and array.dtype.names is None:
            columns[name] = array
        else:
            parts = _array_columns(f"{path.name}: array {name!r}", array, prefix=f"{name}.")
            columns |= parts
            groups[name] = tuple(parts)
    if not columns:
        raise ValueError(f"{path.name} holds no arrays: write it with numpy.savez(file, x=..., y=...)")
    return Table(path.name, columns, groups)


def _array_columns(source: str, array: np.ndarray, prefix: str) -> dict[str, np.ndarray]:
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{source} must have shape (n,) or (n, d) with n, d ≥ 1; got shape {array.shape}")
    if array.dtype.names is not None:
        return {f"{prefix}{name}": array[name].ravel() for name in array.dtype.names}
    table = array[:, None] if array.ndim == 1 else array
    return {f"{prefix}{i}": table[:, i] for i in range(table.shape[1])}


def _from_frame(path: Path, frame: pd.DataFrame, has_header: bool) -> Table:
    names = [str(name).strip() for name in frame.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{path.name}: two columns are called {twice!r}: give each its own name")
    columns = {name: _values(frame.iloc[:, i]) for i, name in enumerate(names)}
    return Table(path.name, columns, has_header=has_header)


def _values(series: pd.Series) -> np.ndarray:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_numeric_dtype(series) or is_bool_dtype(series):
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    if series.isna().all():  # an empty column is numeric with every value missing
        return np.full(len(series), np.nan)
    return series.to_numpy(dtype=object)


def _numpy_trouble(path: Path, error: BaseException) -> str:
    if "allow_pickle" in str(error):
        return f"{path.name} holds pickled Python objects, which are never loaded: save plain numeric arrays"
    return f"{path.name} is truncated or corrupt ({_first_line(error)}): write it again"


def _delimiter(line: str) -> str:
    """The separator used most in ``line``; runs of blanks where there is none and every word is a number."""
    counts = {mark: line.count(mark) for mark in ",;\t|"}
    best = max(counts, key=counts.__getitem__)
    if counts[best]:
        return best
    words = line.split()
    return r"\s+" if len(words) > 1 and all(map(is_number, words)) else ","


def _is_data(cells: Sequence[str]) -> bool:
    """Whether a first line holds numbers, not names. The names 0, 1, 2, … are those of unnamed columns."""
    filled = [cell for cell in map(str.strip, cells) if cell.lower() not in MISSING]
    counting = [str(i) for i in range(len(filled))]
    return bool(filled) and all(map(is_number, filled)) and filled != counting


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120].rstrip(". ") or type(error).__name__
