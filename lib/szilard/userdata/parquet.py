"""Parquet files, and Arrow columns as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from szilard.userdata.display import shown
from szilard.userdata.exact import not_numbers
from szilard.userdata.options import Options
from szilard.userdata.refusal import Refusal, refusing
from szilard.userdata.table import Columns, Table, column_names

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

__all__ = ["array_of", "is_number_type", "read_parquet"]


def read_parquet(source: str, path: Path, options: Options) -> Table:
    """The columns of a Parquet file: its footer now, values once columns are asked for."""
    import pyarrow.parquet as pq

    with _readable(source):
        file = pq.ParquetFile(path)
        raw = file.schema_arrow.names
    if file.metadata.num_rows < 1 or not raw:
        raise Refusal(f"{source} has no rows: give a file with at least one row of numbers")
    original = dict(zip(column_names(source, raw), raw, strict=True))

    def load(chosen: Sequence[str]) -> Mapping[str, np.ndarray]:
        with _readable(source):
            arrays = _load(source, file, [original[name] for name in chosen], options)
        return dict(zip(chosen, arrays, strict=True))

    return Table(source, Columns(original, load))


def _readable(source: str) -> AbstractContextManager[None]:
    return refusing(f"{source} is not a readable Parquet file")


def _load(source: str, file: ParquetFile, names: Sequence[str], options: Options) -> list[np.ndarray]:
    kinds = dict(zip(file.schema_arrow.names, file.schema_arrow.types, strict=True))
    for name in names:
        if not is_number_type(kinds[name]):
            raise Refusal(f"{source}: column {shown(name)} {not_numbers(str(kinds[name]))}")
    options.check_size(f"{source}, the columns asked for,", _cost(file, names))
    table = file.read(columns=list(names), use_threads=False)
    if table.num_rows != file.metadata.num_rows:
        raise ValueError(f"{table.num_rows} of {file.metadata.num_rows} rows")
    columns = dict(zip(table.column_names, table.columns, strict=True))
    return [array_of(columns[name]) for name in names]


def array_of(column: pa.ChunkedArray) -> np.ndarray:
    """A numeric Arrow column as an array: masked where integers are missing, objects where they are decimals."""
    import pyarrow.types as kinds

    if kinds.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kinds.is_boolean(column.type):
        column = column.cast("uint8")
    if kinds.is_integer(column.type):
        return np.ma.MaskedArray(column.fill_null(0).to_numpy(), mask=column.is_null().to_numpy())
    if kinds.is_decimal(column.type):
        return np.array(column.to_pylist(), dtype=object)
    return column.cast("float64").to_numpy()


def is_number_type(kind: pa.DataType) -> bool:
    """Whether an Arrow type is one of numbers, truth values or nothing but missing values."""
    import pyarrow.types as kinds

    if kinds.is_dictionary(kind):
        return is_number_type(kind.value_type)
    tests = (kinds.is_boolean, kinds.is_integer, kinds.is_floating, kinds.is_decimal, kinds.is_null)
    return any(test(kind) for test in tests)


def _cost(file: ParquetFile, names: Sequence[str]) -> int:
    """Bytes of numeric columns as the file keeps them or as numbers, whichever is more."""
    metadata = file.metadata
    chosen = set(names)
    leaves = [i for i in range(metadata.num_columns) if file.schema.column(i).path in chosen]
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    kept = sum(group.column(i).total_uncompressed_size for group in groups for i in leaves)
    return max(kept, 8 * len(names) * metadata.num_rows)
