"""Where a table comes from: everything needed to say how it was made, and to make it again."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd

import szilard
from szilard.compendium.checkout import commit

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "torch", "scikit-learn", "numba", "matplotlib", "sympy")

__all__ = ["Provenance", "commit", "device_name", "environment", "library_versions", "now", "table_sha256"]


@dataclass(frozen=True)
class Provenance:
    """How a table was made.

    Args:
        key: chapter key.
        experiment: name of the experiment within the chapter.
        tier: ``"quick"`` or ``"full"``.
        seed: seed of the sweep; each cell derives its own stream from it and from its settings.
        device: name of the processor or accelerator.
        precision: floating-point type of the measurement.
        threads: threads per cell.
        python: version of Python.
        versions: versions of the libraries at hand.
        commit: git commit of the checkout, ``"unknown"`` outside one.
        dirty: whether the library differed from that commit.
        utc: when the table was completed, ISO 8601.
        wall_seconds: seconds the cells took, added up (also those computed earlier and kept).
        cells: number of cells of the sweep.
        fingerprint: SHA-256 of the code the cells depend on.
        table_sha256: SHA-256 of the table as stored.
    """

    key: str
    experiment: str
    tier: str
    seed: int
    device: str
    precision: str
    threads: int
    python: str
    versions: Mapping[str, str]
    commit: str
    dirty: bool
    utc: str
    wall_seconds: float
    cells: int
    fingerprint: str
    table_sha256: str

    def to_record(self) -> dict[str, Any]:
        """The same facts as a JSON-safe dictionary."""
        return asdict(self) | {"versions": dict(self.versions)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Provenance:
        """Read back what :meth:`to_record` wrote.

        Raises:
            ValueError: a field is missing or unknown.
        """
        try:
            return cls(**record)
        except TypeError as error:
            raise ValueError(f"record is not a provenance: {error}") from None


def now() -> str:
    """The present UTC time, to the second, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def library_versions() -> dict[str, str]:
    """Versions of the libraries a measurement may rest on, without importing them."""
    found = {"szilard": szilard.__version__}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def environment() -> dict[str, Any]:
    """Versions and commit of what runs now: ``python``, ``versions``, ``commit``, ``dirty``, ``utc``."""
    head, dirty = commit()
    return {
        "python": platform.python_version(),
        "versions": library_versions(),
        "commit": head,
        "dirty": dirty,
        "utc": now(),
    }


def table_sha256(table: pd.DataFrame) -> str:
    """SHA-256 (hex) of the values of ``table``, column by column, independent of the file format.

    >>> table_sha256(pd.DataFrame({"x": [1.0]})) == table_sha256(pd.DataFrame({"x": [1.0]}))
    True
    """
    total = hashlib.sha256(repr(list(table.columns)).encode())
    for name in table.columns:
        values = table[name].to_numpy()
        numeric = values.dtype.kind in "fiub"
        total.update(np.ascontiguousarray(values).tobytes() if numeric else repr(values.tolist()).encode())
    return total.hexdigest()


def device_name(device: str) -> str:
    """A readable name of ``device`` (``"cpu"`` or ``"cuda"``, ``"cuda:1"``)."""
    if device.startswith("cuda"):
        import torch

        return torch.cuda.get_device_name(device)
    return _processor()


@lru_cache(maxsize=1)
def _processor() -> str:
    name = ""
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    return name or platform.processor() or platform.machine() or "cpu"
