"""Cells on disk are whole and what they claim to be, or they are not there."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from szilard import atomic
from szilard.compendium import tables
from szilard.compendium.canonical import canonical, digest
from szilard.compendium.provenance import Measurement, measurement, table_sha256
from szilard.compendium.store import Store
from szilard.compendium.tables import decode, encode, read_table, write_table

TABLE = pd.DataFrame({"x": [1, 2], "y": [0.1, np.nan], "name": ["a", None]})
MADE = measurement(1.5, "cpu", "float64")


@dataclass(frozen=True)
class Settings:
    rho: float
    dims: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Other:
    rho: float
    dims: tuple[int, int] = (1, 1)


def identity(settings: Any = Settings(0.5), **other: Any) -> dict[str, Any]:
    """All that determines a cell."""
    facts = {"key": "fake", "experiment": "e", "settings": settings, "seed": 0, "device": "cpu"}
    return facts | {"fingerprint": "f"} | other


def test_what_is_put_is_what_is_got(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.put(identity(), TABLE, MADE)
    cell = store.get(identity())
    pd.testing.assert_frame_equal(cell.rows, kept.rows)
    assert cell.rows.y[0] == 0.1 and cell.made == MADE


def test_a_cell_knows_how_it_was_measured(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(identity(), TABLE, MADE)
    record = json.loads(store.path(identity()).with_suffix(".json").read_text())
    assert record["schema"] == tables.SCHEMA and record["settings"] == canonical(Settings(0.5))
    made = Measurement.from_record(record["made"])
    assert made.versions["numpy"] == np.__version__ and made.device and made.utc.endswith("Z")


def test_no_other_file_remains(tmp_path: Path) -> None:
    Store(tmp_path).put(identity(), TABLE, MADE)
    assert sorted(p.suffix for p in tmp_path.rglob("*") if p.is_file()) == [".json", ".parquet"]


@pytest.mark.parametrize(
    "other",
    [
        {"settings": Settings(0.6)},
        {"settings": Other(0.5)},
        {"seed": 1},
        {"device": "cuda"},
        {"fingerprint": "g"},
        {"experiment": "d"},
        {"key": "other"},
    ],
)
def test_the_files_of_one_cell_are_not_served_as_another(tmp_path: Path, other, caplog) -> None:
    store = Store(tmp_path)
    store.put(identity(), TABLE, MADE)
    store.put(identity(**other), TABLE.assign(x=7), MADE)
    for suffix in (".parquet", ".json"):
        source, target = (store.path(which).with_suffix(suffix) for which in (identity(), identity(**other)))
        target.write_bytes(source.read_bytes())
    with caplog.at_level(logging.WARNING, "szilard"):
        assert store.get(identity(**other)) is None
    assert f"another cell, with other {next(iter(other))}" in caplog.text and store.get(identity())


def test_the_hash_of_a_table_holds_after_writing() -> None:
    awkward = TABLE.assign(
        mixed=[1.5, None],
        flags=[True, False],
        lists=[[1, 2], [3]],
        days=pd.to_datetime(["2026-01-01", None]),
        whole=pd.array([1, None], dtype="Int64"),
    )
    stored = decode(encode(awkward))
    assert table_sha256(stored) == table_sha256(decode(encode(stored)))
    one, other = pd.DataFrame({"x": [1.0]}), pd.DataFrame({"x": [1]})
    assert len({table_sha256(t) for t in (one, other, one.astype("float32"), one.rename(columns=str.upper))}) == 4


def test_equal_settings_have_equal_hashes_and_different_ones_different() -> None:
    assert digest(Settings(0.5)) == digest(Settings(0.5, (1, 1)))
    different = {digest(s) for s in (Settings(0.5), Settings(0.6), Settings(0.5, (1, 2)), Other(0.5))}
    assert len(different) == 4


def test_numpy_scalars_count_as_the_numbers_they_are() -> None:
    assert canonical((np.float64(0.5), np.int64(3))) == [0.5, 3]


@pytest.mark.parametrize("bad", [float("nan"), np.zeros(2), print, {1, 2}])
def test_settings_without_canonical_text_are_refused(bad) -> None:
    with pytest.raises(ValueError, match="settings must hold"):
        digest([bad])


# --- writers that die, or meet


class Killed(BaseException):
    """Stands for the end of the process."""


@contextmanager
def killed_after(files: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The writer dies when it has written so many files."""
    written = []

    def write(path: Path, content: bytes, **options: Any) -> None:
        if len(written) == files:
            raise Killed
        written.append(path)
        atomic.write_whole(path, content, **options)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(tables, "write_whole", write)
        yield


@pytest.mark.parametrize("files", [0, 1, 2])
def test_a_writer_killed_at_any_moment_leaves_the_old_pair_or_the_new(tmp_path, files, monkeypatch) -> None:
    path = tmp_path / "result.parquet"
    write_table(path, TABLE, {"edition": 1})
    with killed_after(files, monkeypatch):
        write_table(path, TABLE.assign(x=7), {"edition": 2})
    table, record = read_table(path)
    assert (table.x[0], record["edition"]) == ((1, 1) if files < 2 else (7, 2))
    write_table(path, TABLE.assign(x=9), {"edition": 3})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["result.json", "result.parquet"]
    assert read_table(path)[1]["edition"] == 3


def test_two_writers_leave_a_pair_and_readers_see_only_pairs(tmp_path: Path) -> None:
    path = tmp_path / "result.parquet"
    code = (
        "import sys, pathlib, pandas as pd\nfrom szilard.compendium.tables import write_table\n"
        "for edition in range(30):\n"
        "    table = pd.DataFrame({'x': [int(sys.argv[2])] * 50})\n"
        "    write_table(pathlib.Path(sys.argv[1]), table, {'writer': int(sys.argv[2])}, durable=False)"
    )
    library = str(Path(atomic.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": library}
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(number)], env=environment) for number in (1, 2)
    ]
    seen = []
    while any(writer.poll() is None for writer in writers):
        if found := read_table(path):
            seen.append(found)
    seen.append(read_table(path))
    assert all(writer.returncode == 0 for writer in writers)
    assert all(set(table.x) == {record["writer"]} for table, record in seen)


def test_what_killed_writers_left_is_swept_and_what_living_ones_write_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shard = store.path(identity()).parent
    shard.mkdir(parents=True)
    old, new = (shard / f".cell.parquet.{digit * 32}.tmp" for digit in "ab")
    mine = shard / "notes.tmp"
    for file in (old, new, mine):
        file.write_bytes(b"half")
    for file in (old, mine):
        os.utime(file, (1e9, 1e9))
    store.check()
    assert not old.exists() and new.exists() and mine.exists()
    os.utime(new, (1e9, 1e9))
    store.put(identity(), TABLE, MADE)
    assert not new.exists()


def test_files_and_folders_are_on_the_disk_before_the_writer_goes_on(tmp_path, monkeypatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")))
    write_table(tmp_path / "result.parquet", TABLE, {})
    assert synced.count(str(tmp_path)) >= 2
    assert {Path(name).name.split(".")[1:3][-1] for name in synced if name != str(tmp_path)} >= {"parquet", "json"}


# --- claims


def test_a_cell_is_claimed_by_one_and_free_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    claim, other = store.claim(identity()), store.claim(identity(seed=1))
    assert store.claim(identity()) is None and other is not None
    claim.release()
    with store.claim(identity()) as again:
        assert again is not None
    other.release()
    assert not list((tmp_path / "claims").iterdir())


def test_the_claim_of_a_dead_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\nfrom szilard.compendium.lock import acquire\n"
        "lock = acquire(pathlib.Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    store = Store(tmp_path)
    place = tmp_path / "claims" / store.path(identity()).stem
    environment = os.environ | {"PYTHONPATH": str(Path(atomic.__file__).parents[1])}
    command = [sys.executable, "-c", code, str(place)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout.readline() == "held\n"
        assert store.claim(identity()) is None and f"process {owner.pid} on" in place.read_text()
        owner.send_signal(signal.SIGKILL)
    assert store.claim(identity()) is not None


def test_who_waits_for_a_lock_gets_it_when_it_is_free(tmp_path: Path) -> None:
    from szilard.compendium.lock import acquire

    first, got = acquire(tmp_path / "lock"), []
    waiter = threading.Thread(target=lambda: got.append(acquire(tmp_path / "lock", wait=True)))
    waiter.start()
    waiter.join(0.2)
    assert not got
    first.release()
    waiter.join(10)
    assert len(got) == 1 and acquire(tmp_path / "lock") is None
    got[0].release()


def test_where_files_cannot_be_locked_everybody_may_work(tmp_path: Path, monkeypatch) -> None:
    from szilard.compendium import lock

    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    store = Store(tmp_path)
    assert store.claim(identity()) and store.claim(identity())
    store.put(identity(), TABLE, MADE)
    assert store.get(identity()) is not None
