"""Computed cells on disk: each under the hash of all that determines it, served only as what it claims to be."""

import logging
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from szilard.atomic import check_folder, sweep_temporaries
from szilard.compendium.canonical import Fields, digest
from szilard.compendium.lock import Lock, acquire
from szilard.compendium.provenance import Measurement
from szilard.compendium.tables import SCHEMA, Damaged, read_table, write_table

FORMAT = 2  # raise when the meaning of stored cells changes
# A cell that took less is not waited for until the disk holds it: cut off with the power, it is computed again.
WORTH_WAITING = 1.0  # seconds
_log = logging.getLogger(__name__)

__all__ = ["FORMAT", "Store", "StoredCell"]


@dataclass(frozen=True)
class StoredCell:
    """The rows of a computed cell, and how it was measured."""

    rows: pd.DataFrame
    made: Measurement


@dataclass(frozen=True)
class Store:
    """Computed cells in a folder, asked for by their *identity*: all that determines them (:meth:`Sweep.identity`)."""

    folder: Path

    def path(self, identity: Fields) -> Path:
        """Where the cell is or would be."""
        name = digest([FORMAT, identity])
        return self.folder / "cells" / name[:2] / f"{name}.parquet"

    def get(self, identity: Fields, *, again: bool = False) -> StoredCell | None:
        """The cell, or ``None`` where it is not stored or not what it claims to be; the log says so unless
        ``again``."""
        path = self.path(identity)
        try:
            found = read_table(path)
            return None if found is None else _checked(path, *found, identity)
        except Damaged as error:
            if not again:
                _log.warning("damaged cell: %s; it is computed again", error)
            return None

    def put(self, identity: Fields, rows: pd.DataFrame, made: Measurement) -> StoredCell:
        """Keep a cell; returns it as it will be read back."""
        record = {**identity, "made": made.to_record()}
        stored = write_table(self.path(identity), rows, record, durable=made.seconds >= WORTH_WAITING)
        return StoredCell(stored, made)

    def claim(self, identity: Fields) -> Lock | None:
        """The right to compute the cell, or ``None`` while another process has it."""
        return acquire(self.folder / "claims" / self.path(identity).stem)

    def check(self) -> None:
        """Remove what killed writers left, and refuse (``OSError``) a folder that cannot take cells."""
        for shard in (self.folder / "cells").glob("??"):
            sweep_temporaries(shard)
        check_folder(self.folder)


def _checked(path: Path, rows: pd.DataFrame, record: Fields, identity: Fields) -> StoredCell:
    if record.get("schema") != SCHEMA:
        raise Damaged(f"{path.with_suffix('.json')}: it holds no schema")
    for name, value in identity.items():
        if name not in record or digest(record[name]) != digest(value):
            raise Damaged(f"{path}: it is another cell, with other {name}")
    try:
        return StoredCell(rows, Measurement.from_record(record["made"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.with_suffix('.json')}: {error}") from None
