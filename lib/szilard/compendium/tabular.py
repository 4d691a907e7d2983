"""Data behind figures and tables: one tidy frame, its CSV text, and a summary that two machines agree on."""

import io
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from szilard.compendium.provenance import Provenance
from szilard.compendium.result import Result

# A result; a DataFrame; columns by name, shorter ones padded; or results or frames by name.
Data = Result | pd.DataFrame | Mapping[str, object] | Sequence[Result]

__all__ = ["Data", "as_frame", "is_number", "parsed", "significant", "sources", "summary", "to_csv"]


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers (not truth values)."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def as_frame(data: object) -> pd.DataFrame:
    """One tidy table from what a figure was drawn from.

    Args:
        data: a :class:`Result`; a DataFrame; a mapping of column names to values (shorter columns are
            padded); or a mapping of names to results or frames, stacked with the name as first column, ``"series"``.
    """
    if isinstance(data, Result):
        return data.table
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True) if isinstance(data.index, pd.RangeIndex) else data.reset_index()
    if isinstance(data, Mapping) and data:
        items = {str(name): value for name, value in data.items()}
        if all(isinstance(value, (Result, pd.DataFrame)) for value in items.values()):
            parts = {name: as_frame(value) for name, value in items.items()}
            stacked = pd.concat([part.assign(series=name) for name, part in parts.items()], ignore_index=True)
            return stacked[["series", *(column for column in stacked.columns if column != "series")]]
        return pd.DataFrame({name: pd.Series(np.atleast_1d(np.asarray(value))) for name, value in items.items()})
    raise ValueError(f"data must be a Result, a DataFrame or a mapping of columns; got {type(data).__name__}")


def sources(*things: object) -> list[Provenance]:
    """The provenances of all results among ``things``, each once, looking into mappings and sequences."""
    found: list[Provenance] = []
    for provenance in _provenances(things):
        if provenance not in found:
            found.append(provenance)
    return found


def _provenances(thing: object) -> Iterator[Provenance]:
    if isinstance(thing, Result):
        yield thing.provenance
    elif isinstance(thing, Mapping):
        yield from _provenances(list(thing.values()))
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from _provenances(item)


def to_csv(frame: pd.DataFrame) -> str:
    """``frame`` as CSV text with nine significant digits."""
    return frame.to_csv(index=False, float_format="%.9g", lineterminator="\n")


def parsed(csv: str) -> pd.DataFrame:
    """The table behind what :func:`to_csv` wrote; an empty entry is missing, in columns of texts too."""
    if not csv.strip():
        return pd.DataFrame()
    return pd.read_csv(io.StringIO(csv), keep_default_na=False, na_values=[""])


def significant(value: float, scale: float = 0.0) -> str:
    """``value`` to three significant digits; what is below rounding at ``scale`` reads 0.

    >>> significant(0.0123456), significant(1e-17, scale=1.0), significant(12345.0)
    ('0.0123', '0', '1.23e+04')
    """
    if not math.isfinite(value):
        return str(value)
    return "0" if abs(value) <= 1e-9 * scale else f"{value:.3g}"


def summary(frame: pd.DataFrame, volatile: Sequence[str] = ()) -> list[str]:
    """One line per column: count, minimum, mean and maximum to three digits, or the number of distinct entries; of
    ``volatile`` columns, which differ from run to run, the count alone."""
    return [f"{name}: {_describe(frame[name], name in volatile)}" for name in frame.columns]


def _describe(column: pd.Series, volatile: bool) -> str:
    values = column.dropna()
    if volatile:
        return f"n = {len(values)}, varies"
    if not is_number(column):
        return f"n = {len(values)}, {values.astype(str).nunique()} distinct"
    if values.empty:
        return "n = 0"
    numbers = values.to_numpy(dtype=float)
    scale = float(np.abs(numbers).max())
    low, mean, high = (significant(float(f(numbers)), scale) for f in (np.min, np.mean, np.max))
    return f"n = {len(numbers)}, min {low}, mean {mean}, max {high}"
