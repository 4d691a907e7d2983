"""A table and where it comes from, in memory and on disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from szilard.atomic import check_folder
from szilard.compendium.provenance import Provenance
from szilard.compendium.tables import Damaged, read_table, write_table

__all__ = ["DamagedResult", "Result"]


class DamagedResult(ValueError):
    """A result is on disk, and is not what was written or not what was asked for."""


@dataclass(frozen=True)
class Result:
    """A tidy table and where it comes from."""

    table: pd.DataFrame
    provenance: Provenance

    def save(self, folder: str | Path) -> Path:
        """Write ``<experiment>.parquet`` and its provenance as JSON into ``folder``; return its path."""
        path = Path(folder) / f"{self.provenance.experiment}.parquet"
        check_folder(path.parent)
        write_table(path, self.table, self.provenance.to_record())
        return path

    @classmethod
    def load(cls, path: str | Path, *, key: str | None = None, tier: str | None = None) -> Self | None:
        """What :meth:`save` wrote to the Parquet file ``path``, of chapter ``key`` and ``tier``, if anything.

        Raises:
            DamagedResult: one of the two files is missing, is anything but what was written, or is the result
                of another experiment, chapter or tier.
        """
        path = Path(path)
        try:
            found = read_table(path)
            if found is None:
                return None
            table, record = found
            source = Provenance.from_record({name: value for name, value in record.items() if name != "schema"})
        except ValueError as error:
            reason = error if isinstance(error, Damaged) else f"{path.with_suffix('.json')}: {error}"
            raise _refusal(reason, path, key) from None
        claims = {"experiment": path.stem, "key": key or source.key, "tier": tier or source.tier}
        for name, wanted in claims.items():
            if (given := getattr(source, name)) != wanted:
                raise _refusal(f"{path}: it is of the {name} {given!r:.40} and not {wanted!r}", path, key)
        return cls(table, source)


def _refusal(reason: object, path: Path, key: str | None) -> DamagedResult:
    again = f"`szilard run {key}/{path.stem} --tier full`" if key else "the run that made it"
    return DamagedResult(f"{reason}; restore both of its files, or repeat {again}")
