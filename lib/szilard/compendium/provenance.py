"""Where a table comes from: everything needed to say how it was made, and to make it again."""

import hashlib
import math
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from typing import Any, Self, get_type_hints

import numpy as np
import pandas as pd

import szilard
from szilard.compendium.canonical import Fields
from szilard.compendium.checkout import commit

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "torch", "scikit-learn", "numba", "matplotlib", "sympy")

__all__ = ["Measurement", "Provenance", "commit", "device_name", "environment", "measurement", "now", "table_sha256"]


@dataclass(frozen=True)
class _Facts:
    """A dataclass of plain facts that goes to JSON and comes back as what it was, or not at all."""

    def to_record(self) -> Fields:
        """The same facts as a JSON-safe dictionary."""
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Fields) -> Self:
        """Read back what :meth:`to_record` wrote.

        Raises:
            ValueError: a field is missing, unknown, or of another type.
        """
        kinds = get_type_hints(cls)
        needed = {field.name for field in fields(cls) if field.default is MISSING}
        if missing := sorted(needed - set(record)):
            raise ValueError(f"fields are missing: {', '.join(missing)}")
        if unknown := sorted(set(record) - set(kinds)):
            raise ValueError(f"fields are unknown: {', '.join(unknown)}")
        for name, value in record.items():
            if not _is_of(value, kinds[name]):
                raise ValueError(f"field {name} holds {value!r:.80}")
        return cls(**record)


def _is_of(value: Any, kind: object) -> bool:
    if kind is float:
        return type(value) in (int, float) and 0 <= value < math.inf
    if kind in (str, int, bool):
        return type(value) is kind
    return type(value) is dict and all(type(item) is str for item in value.values())


@dataclass(frozen=True, kw_only=True)
class _Made(_Facts):
    """By what something was measured, and when.

    Args:
        device: name of the processor or accelerator.
        precision: floating-point type.
        threads: threads, the most.
        python: version of Python.
        versions: versions of the libraries.
        commit: git commit of the checkout, ``"unknown"`` outside one.
        dirty: whether the library differed from that commit.
        utc: when it was done, ISO 8601.
    """

    device: str
    precision: str
    threads: int
    python: str
    versions: Mapping[str, str]
    commit: str
    dirty: bool
    utc: str


@dataclass(frozen=True, kw_only=True)
class Measurement(_Made):
    """How one cell was measured, told by the process that did it, in so many ``seconds``."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Provenance(_Made):
    """How a table was made: the sum of how its cells were.

    Where cells differ (a sweep that was continued elsewhere or later) a text names everything that occurs,
    separated by semicolons; ``utc`` is when the last cell was measured.

    Args:
        key: chapter key.
        experiment: name of the experiment within the chapter.
        tier: ``"quick"`` or ``"full"``.
        seed: seed of the sweep; each cell derives its own stream from it and from its settings.
        wall_seconds: seconds the cells took, added up (also those computed earlier and kept).
        cells: number of cells of the sweep.
        fingerprint: SHA-256 of the code the cells depend on.
        table_sha256: SHA-256 of the table as read back from where it is stored.
        since: when the first cell was measured; empty in results of schema 1, which do not know.
        settings_sha256: SHA-256 of the settings of all cells; empty in results of schema 1.
    """

    key: str
    experiment: str
    tier: str
    seed: int
    wall_seconds: float
    cells: int
    fingerprint: str
    table_sha256: str
    since: str = ""
    settings_sha256: str = ""

    @classmethod
    def of(cls, cells: Sequence[Measurement], **facts: Any) -> Self:
        """The sum of ``cells``, and the ``facts`` that they share."""
        dates = sorted(cell.utc for cell in cells)
        names = {name: None for cell in cells for name in cell.versions}
        texts = ("device", "precision", "python", "commit")
        facts |= {name: _all(getattr(cell, name) for cell in cells) for name in texts}
        return cls(
            threads=max(cell.threads for cell in cells),
            versions={name: _all(cell.versions.get(name, "none") for cell in cells) for name in names},
            dirty=any(cell.dirty for cell in cells),
            since=dates[0],
            utc=dates[-1],
            wall_seconds=round(sum(cell.seconds for cell in cells), 3),
            cells=len(cells),
            **facts,
        )


def measurement(seconds: float, device: str, precision: str) -> Measurement:
    """How the cell that this process has just measured on ``device`` was measured."""
    threads = sys.modules["torch"].get_num_threads() if device != "cpu" else 1
    facts: Fields = {"seconds": seconds, "device": device_name(device), "precision": precision, "threads": threads}
    return Measurement(**{**_surroundings(), "utc": now()}, **facts)


@lru_cache(maxsize=1)
def _surroundings() -> Fields:
    """Once for each process: its modules are loaded and stay what they were, whatever happens to the files."""
    return environment()


def _all(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def environment() -> Fields:
    """Versions and commit of what runs now: ``python``, ``versions``, ``commit``, ``dirty``, ``utc``.

    Versions are those of the libraries a measurement may rest on; they are not imported for it.
    """
    versions = {"szilard": szilard.__version__}
    for name in LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    head, dirty = commit()
    made = {"python": platform.python_version(), "versions": versions, "commit": head}
    return {**made, "dirty": dirty, "utc": now()}


def now() -> str:
    """The present UTC time, to the second, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def table_sha256(table: pd.DataFrame) -> str:
    """SHA-256 (hex) of the values of ``table``, column by column, independent of the file format.

    It holds for a table that was read back: writing may turn ``None`` to NaN and columns to other types.

    >>> table_sha256(pd.DataFrame({"x": [1.0]})) == table_sha256(pd.DataFrame({"x": [1.0]}))
    True
    """
    total = hashlib.sha256(repr([len(table), *map(str, table.columns)]).encode())
    for name in table.columns:
        values = table[name].to_numpy()
        if values.dtype.kind in "fiubmM":
            content = values.dtype.str.encode() + np.ascontiguousarray(values).tobytes()
        else:
            content = repr([_plain(value) for value in values.tolist()]).encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _plain(value: object) -> object:
    """A value whose ``repr`` is the same under all versions of pandas, which disagree on what a gap is."""
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    return None if value is pd.NA or value is pd.NaT or value != value else value


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
