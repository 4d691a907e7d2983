"""Experiments, and the laboratory of a chapter that runs them and remembers their recorded results."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from pathlib import Path

from szilard.atomic import check_folder
from szilard.compendium.canonical import digest
from szilard.compendium.cell import Cell, needs_device
from szilard.compendium.claims import TIERS, Claim
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.places import SPREAD, cache_folder, results_folder
from szilard.compendium.provenance import Provenance, table_sha256
from szilard.compendium.result import DamagedResult, Result
from szilard.compendium.store import Store
from szilard.compendium.sweep import Sweep, map_cells
from szilard.compendium.tables import decode, encode
from szilard.device import check_device, resolve_device
from szilard.rng import RNG, generator
from szilard.validation import check_choice

__all__ = ["TIERS", "Experiment", "Laboratory"]


@dataclass(frozen=True)
class Experiment:
    """One sweep of a chapter.

    Args:
        name: its name within the chapter, unique there.
        about: one sentence that says what it measures.
        quick, full: the cells of each tier; a tier without cells does not exist.
        precision: floating-point type by kind of device, for the record; what needs no device is float64.
        light: whether cells take milliseconds, so that starting processes for them would not pay.
    """

    name: str
    about: str
    _: KW_ONLY
    quick: InitVar[Iterable[Cell]] = ()
    full: InitVar[Iterable[Cell]] = ()
    precision: Mapping[str, str] = field(default_factory=lambda: {"cpu": "float64", "cuda": "float32"})
    light: bool = False
    cells: Mapping[str, tuple[Cell, ...]] = field(init=False)

    def __post_init__(self, quick: Iterable[Cell], full: Iterable[Cell]) -> None:
        tiers = zip(TIERS, (tuple(quick), tuple(full)), strict=True)
        object.__setattr__(self, "cells", {tier: members for tier, members in tiers if members})
        if not self.cells:
            raise ValueError(f"experiment {self.name} must hold at least one cell, quick or full")
        for tier, members in self.cells.items():
            for cell in members:
                needs_device(cell)  # refuses what is no cell
            if len({digest(cell) for cell in members}) < len(members):
                what = f"{tier} cells of {self.name}"
                raise ValueError(f"{what} must be different from each other; two have equal settings")

    def device(self, tier: str, device: str) -> str:
        """Where the cells of ``tier`` run when ``device`` is asked for: the processor if none asks for a device."""
        check_device(device)
        if not any(needs_device(cell) for cell in self.cells[tier]):
            return "cpu"
        return resolve_device(device)

    def fingerprint(self, tier: str) -> str:
        """SHA-256 of the code behind the cells of ``tier``."""
        return digest(sorted({fingerprint(type(cell)) for cell in self.cells[tier]}))


@dataclass(frozen=True)
class Laboratory:
    """All experiments of the chapter ``key`` (for example ``"minde"``), and the claims that they judge."""

    key: str
    experiments: tuple[Experiment, ...]
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "experiments", tuple(self.experiments))
        object.__setattr__(self, "claims", tuple(self.claims))
        for what, items in (("experiment", self.experiments), ("claim", self.claims)):
            names = [item.name for item in items]
            if repeated := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"every {what} of {self.key} needs its own name; repeated: {', '.join(repeated)}")
        if SPREAD in self.names:
            taken = f"{SPREAD}.json beside its results holds how far displays move over processors"
            raise ValueError(f"no experiment of {self.key} may be called {SPREAD}: {taken}")
        for claim in self.claims:
            for name in claim.experiments:
                check_choice(name, f"experiment of claim {self.key}/{claim.name}", self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the experiments."""
        return tuple(experiment.name for experiment in self.experiments)

    def experiment(self, name: str) -> Experiment:
        """The experiment called ``name``; the ``ValueError`` of an unknown one offers the closest."""
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
        address: str | None = None,
        workers: int | None = None,
        progress: bool = True,
        minutes: float | None = None,
        fresh: bool = False,
        out: str | Path | None = None,
    ) -> Result:
        """Run an experiment, reusing every cell that was computed before with the same code, settings and seed.

        Args:
            name: which experiment.
            tier: ``"quick"`` or ``"full"``.
            device: ``"auto"`` (CUDA where present), ``"cpu"``, ``"cuda"`` or ``"cuda:1"``; cells that ask for no
                device run on the processor whatever is given.
            rng: seed; a generator or seed sequence is drawn from once.
            backend: ``"local"``, ``"dask"`` or ``"ray"``.
            address: of the Dask or Ray cluster; by default the one connected to, else the one that the environment
                names (``DASK_SCHEDULER_ADDRESS``, ``RAY_ADDRESS``).
            workers: number of local processes; all usable cores by default.
            progress: show a progress bar on a terminal.
            minutes: start no new cell after this time and raise :class:`Incomplete`.
            fresh: compute all cells anew (also with ``SZILARD_FRESH=1`` in the environment).
            out: folder to write the result to; ``results_folder(key)`` holds the recorded ones.

        Raises:
            ValueError: unknown experiment, tier, device or backend.
            Incomplete: the time budget ran out; run the same command again.
            CellFailed: cells raised or cost their process its life; the others are kept.
            OSError: no cluster at the address, or a folder cannot be written, for example on a full disk.
        """
        experiment = self.experiment(name)
        check_choice(tier, f"tier of {self.key}/{name}", experiment.cells)
        place = experiment.device(tier, device)
        seed = int(rng) if isinstance(rng, int) and rng >= 0 else int(generator(rng).integers(2**63))
        cells = experiment.cells[tier]
        if out is not None:
            check_folder(Path(out))
        table, made = map_cells(
            Sweep(self.key, name, seed, place, experiment.precision),
            cells,
            Store(cache_folder()),
            backend=backend,
            address=address,
            workers=workers,
            light=experiment.light,
            progress=progress,
            minutes=minutes,
            fresh=fresh or os.environ.get("SZILARD_FRESH") == "1",
        )
        facts = {"key": self.key, "experiment": name, "tier": tier, "seed": seed}
        hashes = {"fingerprint": experiment.fingerprint(tier), "settings_sha256": digest(list(cells))}
        hashes["table_sha256"] = table_sha256(decode(encode(table)))
        result = Result(table, Provenance.of(made, **facts, **hashes))
        if out is not None:
            result.save(out)
        return result

    def recorded(self, name: str) -> Result | None:
        """The full-tier result kept under ``book/results/<key>/``; ``None`` while nothing is recorded.

        Raises:
            DamagedResult: something is there that is not this result as it was written.
        """
        self.experiment(name)
        return Result.load(results_folder(self.key) / f"{name}.parquet", key=self.key, tier="full")

    def recorded_state(self, name: str) -> str:
        """``"absent"``, ``"current"``, ``"stale"`` (of other code or settings than today's), or ``"damaged: …"``."""
        try:
            result = self.recorded(name)
        except DamagedResult as error:
            return f"damaged: {error}"
        return "absent" if result is None else self.state_of(result.provenance)

    def state_of(self, source: Provenance) -> str:
        """``"current"`` or ``"stale"``: whether today's code and settings are those that measured it."""
        experiment = self.experiment(source.experiment)
        if source.tier not in experiment.cells:
            return "stale"
        settings = digest(list(experiment.cells[source.tier]))
        same = source.settings_sha256 in ("", settings)  # a result of schema 1 does not tell
        return "current" if same and source.fingerprint == experiment.fingerprint(source.tier) else "stale"
