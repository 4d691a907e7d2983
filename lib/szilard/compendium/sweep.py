"""A sweep is a list of independent cells; each is computed once and stored as soon as it finishes.

A cell is a pure function of its settings and the seed: its random stream comes from ``SeedSequence([seed,
hash of experiment and settings])``, so neither the order of the cells nor the number of workers can change
the table.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium.cell import Cell, measure, needs_device
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.store import FORMAT, Store, digest
from szilard.threads import usable_threads
from szilard.validation import check_choice

BACKENDS = ("local", "dask", "ray")

__all__ = ["BACKENDS", "CellFailed", "Incomplete", "Sweep", "cell_rng", "map_cells"]


class Incomplete(RuntimeError):
    """The time budget ran out; what was finished is kept and the same command continues from there."""


class CellFailed(RuntimeError):
    """Some cells raised an error; the results of all others are kept."""


@dataclass(frozen=True)
class Sweep:
    """What all cells of one sweep share.

    Args:
        key: chapter key.
        experiment: name of the experiment.
        seed: seed of the sweep.
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``, for the cells that ask for a device.
    """

    key: str
    experiment: str
    seed: int
    device: str

    def device_of(self, cell: Cell) -> str:
        """Where ``cell`` is measured: on the processor if it asks for no device."""
        return self.device if needs_device(cell) else "cpu"

    def name(self, cell: Cell) -> str:
        """The hash under which ``cell`` is stored."""
        kind = self.device_of(cell).split(":")[0]
        return digest([FORMAT, self.key, self.experiment, cell, self.seed, kind, fingerprint(type(cell))])


@dataclass(frozen=True)
class _Outcome:
    index: int
    rows: pd.DataFrame | None
    seconds: float
    error: str = ""


def cell_rng(seed: int, experiment: str, settings: Any) -> np.random.Generator:
    """The random stream of one cell."""
    return np.random.default_rng(np.random.SeedSequence([seed, int(digest([experiment, settings]), 16)]))


def map_cells(
    sweep: Sweep,
    cells: Sequence[Any],
    store: Store,
    *,
    backend: str = "local",
    workers: int | None = None,
    light: bool = False,
    progress: bool = False,
    minutes: float | None = None,
    fresh: bool = False,
) -> tuple[pd.DataFrame, float]:
    """Compute the cells that are not stored yet; return all rows, in the order of ``cells``, and their
    seconds.

    Args:
        sweep: what the cells share.
        cells: settings, one dataclass per cell.
        store: where finished cells are kept.
        backend: ``"local"`` processes, or ``"dask"`` / ``"ray"`` through joblib on a cluster already
            connected to.
        workers: number of local processes; all usable cores by default.
        light: compute in this process (for cells of milliseconds, where starting processes would dominate).
        progress: show a bar when standing on a terminal.
        minutes: start no new cell after this time.
        fresh: compute every cell anew, stored or not.

    Raises:
        Incomplete: the budget ran out before the last cell.
        CellFailed: cells raised; the message names them.
        ValueError: unknown backend, or its package is missing.
    """
    check_choice(backend, "backend", BACKENDS)
    names = [sweep.name(settings) for settings in cells]
    found = {} if fresh else {i: kept for i, name in enumerate(names) if (kept := store.get(name))}
    missing = [i for i in range(len(cells)) if i not in found]
    deadline = None if minutes is None else time.monotonic() + 60 * minutes
    workers = _workers(len(missing), workers, alone=light or sweep.device != "cpu")
    run = _in_process if workers == 1 and backend == "local" else _on_workers(backend, workers)
    failures: list[_Outcome] = []
    with _bar(progress, len(cells), len(found), f"{sweep.key}/{sweep.experiment}") as advance:
        for outcome in run(sweep, [(i, cells[i]) for i in missing], deadline):
            if outcome.rows is None:
                failures.append(outcome)
                continue
            rows = store.put(names[outcome.index], outcome.rows, outcome.seconds, cells[outcome.index])
            found[outcome.index] = (rows, outcome.seconds)
            advance()
    _complain(sweep, cells, failures, len(found))
    tables = [found[i][0] for i in range(len(cells))]
    return pd.concat(tables, ignore_index=True), sum(found[i][1] for i in range(len(cells)))


def _complain(sweep: Sweep, cells: Sequence[Any], failures: list[_Outcome], done: int) -> None:
    if failures:
        first = min(failures, key=lambda outcome: outcome.index)
        raise CellFailed(
            f"{sweep.key}/{sweep.experiment}: {len(failures)} of {len(cells)} cells failed, {done} are kept; "
            f"the first, {cells[first.index]!r}, raised {first.error}"
        )
    if done < len(cells):
        raise Incomplete(
            f"{sweep.key}/{sweep.experiment}: {done} of {len(cells)} cells done; run the same command again"
        )


def _compute(sweep: Sweep, index: int, settings: Any) -> _Outcome:
    _let_memory_grow()
    start = time.perf_counter()
    try:
        rng = cell_rng(sweep.seed, sweep.experiment, settings)
        table = _as_table(settings, measure(settings, rng, sweep.device_of(settings)))
    except Exception as error:  # whatever a cell raises must not cost the others their results
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}:{place.lineno}"
        return _Outcome(index, None, 0.0, f"{type(error).__name__}: {error} ({where})")
    return _Outcome(index, table, time.perf_counter() - start)


def _as_table(settings: Any, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    columns = {f.name: _column(getattr(settings, f.name)) for f in dataclasses.fields(settings)}
    table = pd.DataFrame(list(rows))
    if table.empty:
        raise ValueError("measure returned no rows; a cell must return at least one")
    if clash := sorted(set(columns) & set(table.columns)):
        raise ValueError(f"rows must not repeat settings; both have {', '.join(clash)}")
    for place, (name, value) in enumerate(columns.items()):
        table.insert(place, name, [value] * len(table))
    return table


def _column(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, np.generic)):
        return value
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    return repr(value)


def _in_process(sweep: Sweep, cells: list[tuple[int, Any]], deadline: float | None) -> Iterator[_Outcome]:
    with _one_thread() if sweep.device == "cpu" else nullcontext():
        for index, settings in _until(deadline, cells):
            yield _compute(sweep, index, settings)


def _workers(cells: int, wished: int | None, alone: bool) -> int:
    """How many local processes pay."""
    if alone or cells < 2:
        return 1
    import joblib

    return min(cells, wished or joblib.cpu_count())


def _on_workers(backend: str, workers: int) -> Callable[..., Iterator[_Outcome]]:
    def run(sweep: Sweep, cells: list[tuple[int, Any]], deadline: float | None) -> Iterator[_Outcome]:
        import joblib

        options: dict[str, Any] = {"backend": "loky", "n_jobs": workers}
        if backend == "local":
            options["inner_max_num_threads"] = 1
        else:
            options = {"backend": _connect(backend), "n_jobs": -1}
        with joblib.parallel_config(**options):
            # One task at a time per worker: a budget or a kill then loses no more than the cells at work.
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")
            yield from parallel(joblib.delayed(_compute)(sweep, i, s) for i, s in _until(deadline, cells))

    return run


def _connect(backend: str) -> str:
    try:
        if backend == "dask":
            import distributed

            distributed.get_client()
        else:
            from ray.util.joblib import register_ray

            register_ray()
    except ImportError:
        raise ValueError(f"backend {backend!r} needs its package: pip install 'szilard[cluster]'") from None
    except ValueError:
        raise ValueError(
            "backend 'dask' needs a connected client: distributed.Client(address) before the run"
        ) from None
    return backend


def _until(deadline: float | None, cells: list[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    for cell in cells:
        if deadline is not None and time.monotonic() >= deadline:
            return
        yield cell


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for BLAS and torch, as in a worker, so that a cell rounds alike wherever it runs."""
    from threadpoolctl import threadpool_limits

    wished = os.environ.get("OMP_NUM_THREADS")
    threads = sys.modules["torch"].get_num_threads() if "torch" in sys.modules else usable_threads()
    os.environ["OMP_NUM_THREADS"] = "1"  # read by torch should a cell import it
    _limit_torch(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        _limit_torch(threads)
        if wished is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = wished


def _let_memory_grow() -> None:
    """Keep loky from replacing a worker that grew by 300 MB: a large cell is no leak, and imports take seconds."""
    if executor := sys.modules.get("joblib.externals.loky.process_executor"):
        executor._MAX_MEMORY_LEAK_SIZE = 4 * 2**30


def _limit_torch(threads: int) -> None:
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)


@contextmanager
def _bar(wanted: bool, total: int, done: int, label: str) -> Iterator[Callable[[], None]]:
    if not (wanted and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=total, completed=done)
        yield lambda: progress.advance(task)
