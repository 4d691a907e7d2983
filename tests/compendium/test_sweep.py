"""A sweep gives the same table however it is run, and never computes a cell twice."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from fake_laboratory import LABORATORY, Pair, Step

from szilard.cli.errors import explain
from szilard.compendium import CellFailed, Incomplete, Rows, pools
from szilard.compendium import sweep as sweep_module
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.store import Store
from szilard.compendium.sweep import Sweep, cell_rng, map_cells

FAKE = Path(__file__).with_name("fake")
KILLED = "from fake_laboratory import LABORATORY; LABORATORY.run('steps', device='cpu', workers=2)"


def run(cells, folder: Path, **options) -> pd.DataFrame:
    sweep = Sweep("fake", "steps", seed=3, device="cpu")
    return map_cells(sweep, cells, Store(folder), **options)[0]


def place(sweep: Sweep, cell: object) -> Path:
    """Where a cell is kept."""
    return Store(Path()).path(sweep.identity(cell))


def computed(cache: Path) -> list[int]:
    """The indices that cells signed when they began."""
    log = cache.parent / "log"
    return sorted(map(int, log.read_text().split())) if log.exists() else []


def test_rows_carry_settings_in_the_order_of_the_cells(cache: Path) -> None:
    table = run([Step(i) for i in (2, 0, 1)], cache, light=True)
    assert list(table.columns) == ["index", "seconds", "fails", "value"]
    assert list(table["index"]) == [2, 0, 1]


def test_the_table_does_not_depend_on_workers_order_or_company(cache: Path) -> None:
    cells = [Step(i) for i in range(4)]
    here = run(cells, cache / "a", light=True)
    for number, options in enumerate(({"workers": 1}, {"workers": 2})):
        pd.testing.assert_frame_equal(run(cells, cache / str(number), **options), here)
    alone = run(cells[::-1][:2], cache / "b", light=True)
    assert list(alone.value) == list(here.value[::-1][:2])


def test_streams_differ_between_cells_seeds_and_experiments() -> None:
    draws = {cell_rng(s, e, Step(i)).random() for s in (0, 1) for e in ("a", "b") for i in (0, 1)}
    assert len(draws) == 8


def test_a_finished_sweep_costs_nothing(cache: Path) -> None:
    cells = [Step(i) for i in range(3)]
    first = run(cells, cache, light=True)
    pd.testing.assert_frame_equal(run(cells, cache, light=True), first)
    assert computed(cache) == [0, 1, 2]


def test_fresh_computes_anew(cache: Path) -> None:
    for _ in range(2):
        run([Step(0)], cache, light=True, fresh=True)
    assert computed(cache) == [0, 0]


def test_other_code_another_seed_or_device_kind_means_another_cell(monkeypatch) -> None:
    base = {"key": "k", "experiment": "e", "seed": 0, "device": "cpu"}
    other = [{}, {"seed": 1}, {"device": "cuda"}, {"experiment": "x"}, {"key": "x"}]
    names = {place(Sweep(**base | change), Step(0)) for change in other}
    monkeypatch.setattr("szilard.compendium.sweep.fingerprint", lambda kind: "other code")
    assert len(names | {place(Sweep(**base), Step(0))}) == len(other) + 1
    one, two = (place(Sweep(**base | {"device": device}), Step(0)) for device in ("cuda", "cuda:1"))
    assert one == two


def test_what_asks_for_no_device_is_measured_and_kept_as_the_processors(cache: Path) -> None:
    cpu, card = (Sweep("k", "e", 0, device) for device in ("cpu", "cuda"))
    assert place(card, Pair(0.1)) == place(cpu, Pair(0.1)) and place(card, Step(0)) != place(cpu, Step(0))
    assert card.device_of(Pair(0.1)) == "cpu" and card.device_of(Step(0)) == "cuda"


def test_a_damaged_cell_is_computed_again(cache: Path) -> None:
    cells = [Step(0), Step(1)]
    first = run(cells, cache, light=True)
    broken = next(cache.rglob("*.parquet"))
    broken.write_bytes(broken.read_bytes()[:40])
    pd.testing.assert_frame_equal(run(cells, cache, light=True), first)
    assert len(computed(cache)) == 3


@pytest.mark.parametrize("options", [{"light": True}, {"workers": 2}])
def test_a_failing_cell_is_named_and_the_others_are_kept(cache: Path, options) -> None:
    cells = [Step(0), Step(1, fails=True), Step(2)]
    with pytest.raises(CellFailed, match=r"1 of 3 cells failed, 2 are kept.*index=1.*ArithmeticError"):
        run(cells, cache, **options)
    before = computed(cache)
    assert len(run([cells[0], cells[2]], cache, light=True)) == 2
    assert computed(cache) == before


def test_the_budget_ends_a_sweep_cleanly_and_the_same_call_continues(cache: Path) -> None:
    cells = [Step(i, seconds=0.05) for i in range(4)]
    with pytest.raises(Incomplete, match=r"fake/steps: [123] of 4 cells done; run the same command again"):
        run(cells, cache, light=True, minutes=0.07 / 60)
    run(cells, cache, light=True)
    assert computed(cache) == [0, 1, 2, 3]


def test_rows_that_repeat_a_setting_are_refused(cache: Path) -> None:
    @dataclass(frozen=True)
    class Repeats:
        index: int

        def measure(self) -> Rows:
            return [{"index": 1}]

    with pytest.raises(CellFailed, match="rows must not repeat settings; both have index"):
        map_cells(Sweep("fake", "bad", 0, "cpu"), [Repeats(0)], Store(cache))


def test_an_unknown_or_absent_backend_is_one_line(cache: Path, monkeypatch) -> None:
    with pytest.raises(ValueError, match="did you mean 'dask'"):
        run([Step(0)], cache, backend="dusk")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ValueError, match="backend 'ray' needs its package"):
        run([Step(0)], cache, backend="ray")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"address": "tcp://a:1"},
            "address is of a cluster: say which backend, dask or ray; got 'tcp://a:1' for 'local'",
        ),
        ({"backend": "dask", "workers": 2}, "workers is of local processes: leave it out; got 2 for 'dask'"),
    ],
)
def test_an_option_without_effect_is_refused_even_if_everything_is_kept(cache: Path, options, says) -> None:
    run([Step(0)], cache, light=True)
    with pytest.raises(ValueError, match=says):
        run([Step(0)], cache, **options)


def test_an_interruption_between_two_cells_ends_what_is_at_work_at_once(cache: Path, monkeypatch) -> None:
    @contextmanager
    def interrupted(*_: object) -> Iterator[Callable[..., None]]:
        def show(*_: object) -> None:
            raise KeyboardInterrupt

        yield show

    monkeypatch.setattr(sweep_module, "progress_bar", interrupted)
    with pytest.raises(KeyboardInterrupt) as kept:  # with its traceback, as Jupyter keeps it
        run([Step(0), Step(1, seconds=60)], cache, workers=2)
    assert kept.value and not list((cache / "claims").iterdir())


def test_a_worker_of_a_cluster_that_has_other_code_is_refused(cache: Path, monkeypatch) -> None:
    monkeypatch.setattr(sweep_module, "open_pool", lambda *_, **__: pools.open_local(1, True))
    codes = iter([fingerprint(Step)])  # here; everywhere else it is another
    there = lambda kind: next(codes, "other code") if kind is Step else fingerprint(kind)  # noqa: E731
    monkeypatch.setattr(sweep_module, "fingerprint", there)
    with pytest.raises(CellFailed, match=r"was refused, for the worker on .* has other code of it: install there"):
        run([Step(0)], cache, backend="dask")
    assert computed(cache) == [] and len(LABORATORY.run("pair", device="cpu", backend="dask").table) == 3


def test_a_killed_sweep_is_finished_by_running_it_again(cache: Path) -> None:
    library = Path(sys.modules["szilard"].__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(FAKE), str(library)])}
    command = [sys.executable, "-c", KILLED]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(list(cache.rglob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept, before = len(list(cache.rglob("*.json"))), len(computed(cache))
    assert 2 <= kept < 6
    subprocess.run(command, env=environment, check=True)
    assert len(computed(cache)) == before + 6 - kept  # not one finished cell ran again
    finished = LABORATORY.run("steps", device="cpu")
    assert len(computed(cache)) == before + 6 - kept
    whole = LABORATORY.run("steps", device="cpu", workers=1, fresh=True)
    pd.testing.assert_frame_equal(finished.table, whole.table)


@pytest.mark.parametrize("out", [None, "out"])
def test_a_full_disk_is_named_before_any_work(cache: Path, tmp_path: Path, monkeypatch, out) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    with pytest.raises(OSError, match="no space left; free some space, or choose another folder") as refusal:
        LABORATORY.run("steps", device="cpu", out=out and tmp_path / out)
    assert refusal.value.filename == str(tmp_path / out if out else cache) and computed(cache) == []


def test_a_disk_that_fills_up_names_file_and_remedy_and_keeps_what_was_whole(cache: Path, monkeypatch) -> None:
    written, sync = [], os.fsync

    def fill(handle: int) -> None:
        written.append(handle)
        if len(written) > 6:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    cells = [Step(i, seconds=0.01) for i in range(3)]
    monkeypatch.setattr("szilard.compendium.store.WORTH_WAITING", 0)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space left; free some") as refusal:
        patch.setattr(os, "fsync", fill)
        run(cells, cache, light=True)
    assert refusal.value.filename.endswith(("json", ".parquet", ".waiting")) and not list(cache.rglob("*.tmp"))
    message, code = explain(refusal.value)
    assert code == 1 and "SZILARD_CACHE" in message and refusal.value.filename in message
    assert len(run(cells, cache, light=True)) == 3 and computed(cache) == [0, 1, 1, 2]


@pytest.mark.parametrize("folder", ["cache", "out"])
def test_a_folder_that_cannot_take_results_is_named_before_any_work(cache: Path, tmp_path: Path, folder) -> None:
    (tmp_path / folder).write_text("a file")
    with pytest.raises(OSError, match="not a folder; choose another") as refusal:
        LABORATORY.run("steps", device="cpu", out=tmp_path / "out" / "deep")
    assert refusal.value.filename == str(tmp_path / folder) and computed(cache) == []


def test_a_cell_computes_with_one_thread_and_the_process_keeps_its_own(cache: Path, monkeypatch) -> None:
    class Torch:
        threads = 7

        def get_num_threads(self) -> int:
            return self.threads

        def set_num_threads(self, threads: int) -> None:
            self.threads = threads

    torch = Torch()
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    seen = []

    @dataclass(frozen=True)
    class Looks:
        def measure(self) -> Rows:
            seen.append((torch.threads, os.environ["OMP_NUM_THREADS"]))
            return [{"y": 1}]

    map_cells(Sweep("fake", "threads", 0, "cpu"), [Looks()], Store(cache))
    assert seen == [(1, "1")] and torch.threads == 7 and os.environ["OMP_NUM_THREADS"] == "5"
