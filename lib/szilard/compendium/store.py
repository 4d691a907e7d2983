"""Tables on disk: written whole or not at all, and read only if they are what was written."""

from __future__ import annotations

import enum
import hashlib
import io
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.atomic import write_whole

FORMAT = 1  # raise when the meaning of stored cells changes
_log = logging.getLogger(__name__)

__all__ = ["FORMAT", "Store", "canonical", "decode", "digest", "encode", "read_table", "write_table"]


def canonical(value: Any) -> Any:
    """``value`` as JSON-safe data that is equal exactly when the settings are equal.

    Raises:
        ValueError: something that has no canonical text (a function, an array, NaN).
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    if isinstance(value, enum.Enum):
        return {type(value).__name__: value.name}
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: {f.name: canonical(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, Mapping):
        return {str(name): canonical(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    needed = "finite numbers, text, booleans, None, or tuples, mappings and dataclasses of them"
    raise ValueError(f"settings must hold {needed}; got {value!r}")


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of ``value``.

    >>> digest({"a": 1, "b": (2, 3)}) == digest({"b": [2, 3], "a": 1})
    True
    """
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def encode(table: pd.DataFrame) -> bytes:
    """``table`` as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def decode(content: bytes) -> pd.DataFrame:
    """The table in the bytes of a Parquet file."""
    return pd.read_parquet(io.BytesIO(content))


def write_table(path: Path, content: bytes, record: Mapping[str, Any]) -> None:
    """Write Parquet ``content`` to ``path`` and ``record``, with its SHA-256, to the JSON file beside it.

    Each file appears under its name only when complete; the JSON file comes last and vouches for the other.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    sidecar = {**record, "sha256": hashlib.sha256(content).hexdigest()}
    write_whole(path.with_suffix(".json"), (json.dumps(sidecar, indent=1, ensure_ascii=False) + "\n").encode())


def read_table(path: Path) -> tuple[pd.DataFrame, dict[str, Any]] | None:
    """The table and record written to ``path``; ``None`` when absent, or damaged (the log says so)."""
    sidecar = path.with_suffix(".json")
    try:
        record = json.loads(sidecar.read_bytes())
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != record.pop("sha256"):
            raise ValueError("content and checksum differ")
        return decode(content), record
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError) as error:
        _log.warning("%s is damaged (%s): it is ignored and will be recomputed", path, error)
        return None


@dataclass(frozen=True)
class Store:
    """Computed cells in a folder, each under the hash of all that determines it."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where the cell with hash ``name`` is or would be."""
        return self.folder / "cells" / name[:2] / f"{name}.parquet"

    def get(self, name: str) -> tuple[pd.DataFrame, float] | None:
        """The rows of a cell and the seconds it took, or ``None``."""
        found = read_table(self.path(name))
        return None if found is None else (found[0], float(found[1]["seconds"]))

    def put(self, name: str, table: pd.DataFrame, seconds: float, settings: Any) -> pd.DataFrame:
        """Keep a cell; returns its rows as they will be read back."""
        content = encode(table)
        write_table(self.path(name), content, {"settings": canonical(settings), "seconds": seconds})
        return decode(content)
