"""Experiments, and the laboratory of a chapter that runs them and remembers their recorded results."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from szilard.compendium import provenance as origin
from szilard.compendium.claims import Claim
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.places import cache_folder, results_folder
from szilard.compendium.provenance import Provenance
from szilard.compendium.store import Store, digest, encode, read_table, write_table
from szilard.compendium.sweep import Measure, Sweep, map_cells
from szilard.device import resolve_device
from szilard.rng import RNG, generator
from szilard.validation import check_choice

TIERS = ("quick", "full")

__all__ = ["TIERS", "Experiment", "Laboratory", "Result"]


@dataclass(frozen=True)
class Experiment:
    """One sweep of a chapter.

    Args:
        name: its name within the chapter, unique there.
        about: one sentence that says what it measures.
        cells: settings of each tier, frozen dataclasses, one per cell; tiers are ``"quick"`` and ``"full"``.
        measure: ``measure(settings, rng, device) -> rows``, a pure function at module level; the settings'
            fields are added to its rows as columns.
        precision: floating-point type by kind of device, for the record.
        light: whether cells take milliseconds, so that starting processes for them would not pay.
    """

    name: str
    about: str
    cells: Mapping[str, Sequence[Any]]
    measure: Measure
    precision: Mapping[str, str] = field(default_factory=lambda: {"cpu": "float64", "cuda": "float32"})
    light: bool = False

    def __post_init__(self) -> None:
        if not self.cells or any(tier not in TIERS for tier in self.cells):
            raise ValueError(f"cells must map tiers ({', '.join(TIERS)}) to settings; got {list(self.cells)}")
        for tier, cells in self.cells.items():
            if not cells:
                raise ValueError(f"cells[{tier!r}] must hold at least one cell")
            if len({digest(settings) for settings in cells}) < len(cells):
                raise ValueError(
                    f"cells[{tier!r}] must be different from each other; two have equal settings"
                )


@dataclass(frozen=True)
class Result:
    """A tidy table and where it comes from."""

    table: pd.DataFrame
    provenance: Provenance

    def save(self, folder: str | Path) -> Path:
        """Write ``<experiment>.parquet`` and its provenance as JSON into ``folder``; return its path."""
        path = Path(folder) / f"{self.provenance.experiment}.parquet"
        write_table(path, encode(self.table), self.provenance.to_record())
        return path

    @classmethod
    def load(cls, path: str | Path) -> Result | None:
        """What :meth:`save` wrote; ``None`` when absent or damaged (which is logged)."""
        found = read_table(Path(path))
        return None if found is None else cls(found[0], Provenance.from_record(found[1]))


@dataclass(frozen=True)
class Laboratory:
    """All experiments and claims of one chapter.

    Args:
        key: chapter key, for example ``"minde"``.
        experiments: its experiments.
        claims: the statements of the paper that they judge.
    """

    key: str
    experiments: tuple[Experiment, ...]
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "experiments", tuple(self.experiments))
        object.__setattr__(self, "claims", tuple(self.claims))
        for what, items in (("experiment", self.experiments), ("claim", self.claims)):
            names = [item.name for item in items]
            if repeated := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(
                    f"every {what} of {self.key} needs its own name; repeated: {', '.join(repeated)}"
                )
        for claim in self.claims:
            check_choice(claim.experiment, f"experiment of claim {self.key}/{claim.name}", self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the experiments."""
        return tuple(experiment.name for experiment in self.experiments)

    def experiment(self, name: str) -> Experiment:
        """The experiment called ``name``.

        Raises:
            ValueError: unknown name; the message offers the closest one.
        """
        check_choice(name, "experiment", self.names)
        return self.experiments[self.names.index(name)]

    def run(
        self,
        name: str,
        tier: str = "quick",
        device: str = "auto",
        rng: RNG = 0,
        *,
        backend: str = "local",
        workers: int | None = None,
        progress: bool = False,
        minutes: float | None = None,
        fresh: bool = False,
        out: str | Path | None = None,
    ) -> Result:
        """Run an experiment, reusing every cell that was computed before with the same code, settings and
        seed.

        Args:
            name: which experiment.
            tier: ``"quick"`` or ``"full"``.
            device: ``"auto"`` (CUDA where present), ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.
            rng: seed; a generator or seed sequence is drawn from once.
            backend: ``"local"``, ``"dask"`` or ``"ray"``.
            workers: number of local processes; all usable cores by default.
            progress: show a progress bar on a terminal.
            minutes: start no new cell after this time and raise :class:`Incomplete`.
            fresh: compute all cells anew (also with ``SZILARD_FRESH=1`` in the environment).
            out: folder to write the result to; ``results_folder(key)`` holds the recorded ones.

        Raises:
            ValueError: unknown experiment, tier, device or backend.
            Incomplete: the time budget ran out; run the same command again.
            CellFailed: cells raised; the others are kept.
        """
        experiment = self.experiment(name)
        check_choice(tier, f"tier of {self.key}/{name}", experiment.cells)
        place = resolve_device(device)
        code = fingerprint(experiment.measure)
        seed = int(rng) if isinstance(rng, int) and rng >= 0 else int(generator(rng).integers(2**63))
        cells = experiment.cells[tier]
        table, seconds = map_cells(
            Sweep(self.key, name, experiment.measure, seed, place, code),
            cells,
            Store(cache_folder()),
            backend=backend,
            workers=workers,
            light=experiment.light,
            progress=progress,
            minutes=minutes,
            fresh=fresh or os.environ.get("SZILARD_FRESH") == "1",
        )
        facts = {"key": self.key, "experiment": name, "tier": tier, "seed": seed, "cells": len(cells)}
        facts |= {"precision": experiment.precision[place.split(":")[0]], "fingerprint": code}
        result = Result(table, _provenance(table, place, seconds, facts))
        if out is not None:
            result.save(out)
        return result

    def recorded(self, name: str) -> Result | None:
        """The full-tier result kept under ``book/results/<key>/``; ``None`` while nothing is recorded."""
        self.experiment(name)
        return Result.load(results_folder(self.key) / f"{name}.parquet")


def _provenance(table: pd.DataFrame, device: str, seconds: float, facts: Mapping[str, Any]) -> Provenance:
    return Provenance(
        device=origin.device_name(device),
        threads=1 if device == "cpu" else sys.modules["torch"].get_num_threads(),
        wall_seconds=round(seconds, 3),
        table_sha256=origin.table_sha256(table),
        **origin.environment(),
        **facts,
    )
