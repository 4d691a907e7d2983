"""Reading one file of the reader: its columns, or one sentence that says what is wrong with it."""

from __future__ import annotations

import gzip
import os
import stat
from itertools import islice
from pathlib import Path

from szilard.userdata.display import closest, printable, shown
from szilard.userdata.options import LIMIT, Options
from szilard.userdata.refusal import Refusal, refusing
from szilard.userdata.table import Table

TEXT = (".csv", ".tsv", ".txt")
PACKED = tuple(f"{suffix}.gz" for suffix in TEXT)
PARQUET = (".parquet", ".pq")
SUFFIXES = (*TEXT, *PACKED, *PARQUET, ".npy", ".npz")
RATIO = 200  # text does not shrink further, zeros do
FREE = 2**26  # bytes that are unpacked whatever the ratio
SIBLINGS = 10_000

__all__ = ["SUFFIXES", "read"]


def read(
    path: str | Path, *, header: bool | None = None, decimal: str | None = None, limit: int | None = LIMIT
) -> Table:
    """The columns of a CSV, TSV, TXT (also with .gz), Parquet, NPY or NPZ file; values are read when asked for.

    Of text files, the delimiter (comma, semicolon, tab, bar or blanks), the decimal mark, comments (# or %), the
    encoding and the header are told from the first lines; what could be read otherwise stands in ``notes``. A first
    line of numbers is taken as names if these are whole and different above columns of decimals, or count (2019,
    2020), or lie far outside their columns. Without names, columns are named by index. A first column without a name
    labels the rows: it is chosen by its name ``Unnamed: 0`` only.

    NumPy files are read without pickle. The columns of a two-dimensional array ``a`` in an NPZ are ``a.0``, ``a.1``,
    …; ``a`` selects all of them.

    Args:
        path: a regular file.
        header: of a text file, whether its first line holds names.
        decimal: of a text file, its decimal mark, "." or ",".
        limit: bytes that the file, or the columns asked for, may take in memory; None: any number.

    Raises:
        ValueError: no such file, a folder, an unknown extension, two columns of one name; a file that is empty,
            truncated, corrupt or beyond ``limit``.
    """
    path = Path(path)
    size = _size(path)
    source = printable(path.name)
    options = Options(header, decimal, limit)
    suffix = next((known for known in SUFFIXES if path.name.lower().endswith(known)), None)
    if suffix is None:
        extension = printable(path.suffix) or "(none)"
        raise Refusal(f"{source}: extension {extension} is not known; give one of {', '.join(SUFFIXES)}")
    if (header, decimal) != (None, None) and suffix not in TEXT + PACKED:
        raise Refusal(f"{source}: header and decimal concern text files only: leave them out")
    try:
        return _read(source, path, suffix, size, options)
    except OSError as error:
        raise Refusal(f"{source} cannot be read: {error.strerror or error}") from None


def _read(source: str, path: Path, suffix: str, size: int, options: Options) -> Table:
    from szilard.userdata import arrays, parquet, text

    with path.open("rb") as stream:
        if not stream.read(1):
            raise Refusal(f"{source} is empty: give a file with at least one row of numbers")
    if suffix in PARQUET:
        return parquet.read_parquet(source, path, options)
    if suffix == ".npy":
        return arrays.read_npy(source, path, options)
    if suffix == ".npz":
        return arrays.read_npz(source, path, options)
    options.check_size(source, size)
    content = path.read_bytes() if suffix in TEXT else _unpacked(source, path, size, options)
    return text.read_text(source, content, options)


def _unpacked(source: str, path: Path, size: int, options: Options) -> bytes:
    """A gz file, unpacked no further than the limit or than text can have shrunk."""
    most = -1 if options.limit is None else min(options.limit, max(FREE, RATIO * size))
    with refusing(f"{source} is not a gz file, or truncated or corrupt"), gzip.open(path) as stream:
        content = stream.read(most)
        if len(content) == most and stream.read(1):
            raise Refusal(f"{source} unpacks to more than {most / 2**20:,.0f} MiB: --allow-large reads it")
    if not content:
        raise Refusal(f"{source} is empty: give a file with at least one row of numbers")
    return content


def _size(path: Path) -> int:
    """Bytes of a regular file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        raise Refusal(_absent(path, error)) from None
    if stat.S_ISDIR(found.st_mode):
        raise Refusal(f"{printable(path.name) or path} is a folder; give one file ({', '.join(SUFFIXES)})")
    if not stat.S_ISREG(found.st_mode):
        raise Refusal(f"{printable(path.name)} is not a regular file; give one of {', '.join(SUFFIXES)}")
    return found.st_size


def _absent(path: Path, error: Exception) -> str:
    if os.path.islink(path):
        return f"{printable(path.name)} is a link to {shown(os.readlink(path))}, which is not there: check the link"
    if not isinstance(error, FileNotFoundError):
        return f"{shown(path)} cannot be read: {getattr(error, 'strerror', None) or error}"
    try:
        with os.scandir(path.parent) as entries:
            close = closest(path.name, (entry.name for entry in islice(entries, SIBLINGS)))
    except OSError:
        close = None
    return f"no file {printable(str(path))!r}" + (f"; did you mean {shown(close)}?" if close else ": check the path")
