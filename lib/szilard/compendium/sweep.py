"""A sweep is a list of independent cells; each is computed once and stored as soon as it finishes.

A cell is a pure function of its settings and the seed: its random stream comes from ``SeedSequence([seed, hash of
experiment and settings])``, so neither the order of the cells nor the number of workers can change the table.
"""

import math
import os
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import provenance as origin
from szilard.compendium.canonical import Fields, digest
from szilard.compendium.cell import Cell, Rows, measure, needs_device
from szilard.compendium.clusters import open_pool
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.lock import Lock
from szilard.compendium.pools import BACKENDS, Pool, raised
from szilard.compendium.provenance import Measurement
from szilard.compendium.store import Store, StoredCell
from szilard.progress import progress_bar
from szilard.validation import check_choice

Outcome = tuple[pd.DataFrame, Measurement] | str  # of a call: rows and how they were measured, or what went wrong
PAUSE = 0.5  # seconds between two looks at what other processes compute

__all__ = ["BACKENDS", "CellFailed", "Incomplete", "Sweep", "cell_rng", "map_cells"]


class Incomplete(RuntimeError):
    """The time budget ran out; what was finished is kept and the same command continues from there."""


class CellFailed(RuntimeError):
    """Some cells raised an error or cost their process its life; the results of all others are kept."""


@dataclass(frozen=True)
class Sweep:
    """What all cells of one sweep share: chapter key, experiment, seed, the ``device`` (``"cpu"``, ``"cuda"``,
    ``"cuda:1"``) of the cells that ask for one, and the floating-point type by kind of device, for the record."""

    key: str
    experiment: str
    seed: int
    device: str
    precision: Mapping[str, str] = field(default_factory=lambda: {"cpu": "float64", "cuda": "float32"})

    def device_of(self, cell: Cell) -> str:
        """Where ``cell`` is measured: on the processor if it asks for no device."""
        return self.device if needs_device(cell) else "cpu"

    def identity(self, cell: Cell) -> Fields:
        """All that determines ``cell``."""
        return {
            "key": self.key,
            "experiment": self.experiment,
            "settings": cell,
            "seed": self.seed,
            "device": self.device_of(cell).split(":")[0],
            "fingerprint": fingerprint(type(cell)),
        }


def cell_rng(seed: int, experiment: str, settings: object) -> np.random.Generator:
    """The random stream of one cell."""
    return np.random.default_rng(np.random.SeedSequence([seed, int(digest([experiment, settings]), 16)]))


def map_cells(
    sweep: Sweep,
    cells: Sequence[Cell],
    store: Store,
    *,
    backend: str = "local",
    address: str | None = None,
    workers: int | None = None,
    light: bool = False,
    progress: bool = False,
    minutes: float | None = None,
    fresh: bool = False,
) -> tuple[pd.DataFrame, list[Measurement]]:
    """Compute the cells that are not stored yet; return all rows, in the order of ``cells``, and how each was measured.

    Processes that run the same sweep on one store share it: none computes what another is computing.

    Args:
        sweep: what the cells share.
        cells: settings, one dataclass per cell.
        store: where finished cells are kept.
        light: compute in this process (for cells of milliseconds, where starting processes would dominate).
        backend, address, workers, progress, minutes, fresh: as for :meth:`Laboratory.run`, with the same errors.
    """
    check_choice(backend, "backend", BACKENDS)
    if backend == "local" and address is not None:
        raise ValueError(f"address is of a cluster: say which backend, dask or ray; got {address!r} for 'local'")
    if backend != "local" and workers is not None:
        raise ValueError(f"workers is of local processes: leave it out; got {workers!r} for {backend!r}")
    identities = [sweep.identity(settings) for settings in cells]
    found = {} if fresh else {i: kept for i, cell in enumerate(identities) if (kept := store.get(cell))}
    missing = [i for i in range(len(cells)) if i not in found]
    deadline = math.inf if minutes is None else time.monotonic() + 60 * minutes
    count = _workers(len(missing), workers, alone=light or sweep.device != "cpu")
    pool = partial(open_pool, backend, count, address=address, one_thread=sweep.device == "cpu")
    compute = _compute if backend == "local" else _compute_there
    calls = {i: partial(compute, sweep, cells[i], identities[i]["fingerprint"]) for i in missing}
    failures: dict[int, str] = {}
    bar = progress_bar(progress, len(cells), f"{sweep.key}/{sweep.experiment}")
    # Closed here: an interrupted run would else go on until its traceback is forgotten, in Jupyter for long.
    with bar as show, closing(_run(pool, calls, identities, store, deadline, fresh)) as results:
        for i, result in results:
            if isinstance(result, StoredCell):
                found[i] = result
                show(len(found), f"{len(found)}/{len(cells)}")
            else:
                failures[i] = result
    _complain(sweep, cells, failures, len(found))
    table = pd.concat([found[i].rows for i in range(len(cells))], ignore_index=True)
    return table, [found[i].made for i in range(len(cells))]


def _run(
    open_: Callable[[], Pool],
    calls: Mapping[int, Callable[[], Outcome]],
    identities: Sequence[Fields],
    store: Store,
    deadline: float,
    fresh: bool,
) -> Generator[tuple[int, StoredCell | str], None, None]:
    """The number of each call, and its stored cell or what went wrong, as they come."""
    if not calls:
        return
    store.check()
    waiting, claims = deque(calls), dict[int, Lock]()
    with open_() as pool:
        try:
            while waiting or claims:
                if time.monotonic() >= deadline:
                    waiting.clear()
                elsewhere = []  # what other processes are computing
                # One call at a time per worker: a budget or a kill then loses no more than the cells at work.
                while waiting and pool.free() > 0:
                    i = waiting.popleft()
                    if (claim := store.claim(identities[i])) is None:
                        elsewhere.append(i)
                    elif not fresh and (kept := store.get(identities[i], again=True)):
                        claim.release()
                        yield i, kept
                    else:
                        claims[i] = claim
                        pool.submit(i, calls[i])
                waiting.extend(elsewhere)
                for done in pool.finished(PAUSE):
                    outcome: Outcome = done.trouble or done.value
                    if not isinstance(outcome, str):
                        yield done.number, store.put(identities[done.number], *outcome)
                    else:
                        yield done.number, outcome
                    claims.pop(done.number).release()
                if elsewhere and not claims:
                    time.sleep(PAUSE)
        finally:
            for claim in claims.values():
                claim.release()


def _complain(sweep: Sweep, cells: Sequence[Cell], failures: Mapping[int, str], done: int) -> None:
    name = f"{sweep.key}/{sweep.experiment}"
    if failures:
        first, *others = sorted(failures)
        names = ", ".join(repr(cells[i]) for i in others[:3])
        so_did = f"; so did {names}" + " and others" * (len(others) > 3) if others else ""
        much = f"{len(failures)} of {len(cells)} cells failed, {done} are kept"
        raise CellFailed(f"{name}: {much}; the first, {cells[first]!r}, {failures[first]}{so_did}")
    if done < len(cells):
        raise Incomplete(f"{name}: {done} of {len(cells)} cells done; run the same command again")


def _compute_there(sweep: Sweep, cell: Cell, code: str) -> Outcome:
    """:func:`_compute` in a process that others have started, and perhaps with other code."""
    kind: type = type(cell)
    if kind.__module__ != "__main__" and fingerprint(kind) != code:
        where = f"{socket.gethostname()} has other code of it: install there the commit that is installed here"
        return f"was refused, for the worker on {where}"
    return _compute(sweep, cell, code)


def _compute(sweep: Sweep, cell: Cell, code: str) -> Outcome:
    _let_memory_grow()
    start = time.perf_counter()
    try:
        rng, device = cell_rng(sweep.seed, sweep.experiment, cell), sweep.device_of(cell)
        table = _as_table(cell, measure(cell, rng, device))
    except Exception as error:  # whatever a cell raises must not cost the others their results
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{raised(error)} ({os.path.basename(place.filename)}:{place.lineno})"
    return table, origin.measurement(time.perf_counter() - start, device, sweep.precision[device.split(":")[0]])


def _as_table(cell: Any, rows: Rows) -> pd.DataFrame:
    columns = {field.name: _column(getattr(cell, field.name)) for field in fields(cell)}
    table = pd.DataFrame(list(rows))
    if table.empty:
        raise ValueError("measure returned no rows; a cell must return at least one")
    if clash := sorted(set(columns) & set(table.columns)):
        raise ValueError(f"rows must not repeat settings; both have {', '.join(clash)}")
    for place, (name, value) in enumerate(columns.items()):
        table.insert(place, name, [value] * len(table))
    return table


def _column(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str, np.generic)):
        return value
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    return repr(value)


def _workers(cells: int, wished: int | None, alone: bool) -> int:
    """How many local processes pay."""
    if alone or cells < 2:
        return 1
    import joblib

    return min(cells, wished or joblib.cpu_count())


def _let_memory_grow() -> None:
    """Keep loky from replacing a worker that grew by 300 MB: a large cell is no leak, and imports take seconds."""
    if executor := sys.modules.get("joblib.externals.loky.process_executor"):
        vars(executor)["_MAX_MEMORY_LEAK_SIZE"] = 4 * 2**30
