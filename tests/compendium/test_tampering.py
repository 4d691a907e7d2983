"""Whatever is done to a stored cell or a recorded result is noticed, named, and never served."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_laboratory import LABORATORY, Pair

from szilard.compendium import DamagedResult, Experiment, Laboratory, Result, places
from szilard.compendium.canonical import digest
from szilard.compendium.store import Store
from szilard.compendium.sweep import Sweep, map_cells
from szilard.compendium.tables import SCHEMA

SWEEP = Sweep("fake", "pair", 0, "cpu")
CELL = Pair(0.5)
RECORDED = Path(__file__).resolve().parents[2] / "book" / "results"


def damage_of_kind(kind: str, file: Path) -> None:
    """Put something else in the place of ``file``."""
    content = file.read_bytes()
    file.unlink()
    if kind == "folder":
        file.mkdir()
    elif kind == "folder with files":
        file.mkdir()
        (file / "precious").write_text("kept")
    elif kind == "broken link":
        file.symlink_to(file.parent / "nowhere" / "else")
    elif kind == "circle of links":
        file.symlink_to(file)
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind != "missing":
        file.write_bytes(CONTENTS[kind](content))


CONTENTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "list": lambda content: b"[]\n",
    "list of records": lambda content: b"[" + content + b"]",
    "number": lambda content: b"1\n",
    "null": lambda content: b"null\n",
    "no fields": lambda content: b"{}\n",
    "text": lambda content: b"\xff\xfe not a table",
    "deep": lambda content: b"[" * 100_000,
    "cut by a byte": lambda content: content[:-1],
    "cut in half": lambda content: content[: len(content) // 2],
    "a byte more": lambda content: content + b"\n",
    "twice": lambda content: content * 2,
    "zeros": lambda content: bytes(len(content)),
    "other line ends": lambda content: content.replace(b"\n", b"\r\n") + b"\r\n",
    "a field twice": lambda content: content.replace(b"{", b'{"seed": 1,', 1) + b" ",
}
KINDS = [*CONTENTS, "folder", "folder with files", "broken link", "circle of links", "pipe", "missing"]


def altered(value: Any) -> list[Any]:
    """Other values in place of ``value``: of its type, of another type, and none."""
    match value:
        case bool():
            other: list[Any] = [not value, int(value)]
        case int() | float():
            other = [value + 1, -value - 1, str(value), value + 0.5]
        case str():
            other = [value + "x", value[:-1], [value], 0]
        case _:
            other = [[], "x", 0]
    return [*other, None, {}]


def forgeries(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of ``record``, at every depth, changed in every way, removed, or joined by another."""
    for name, value in record.items():
        for other in altered(value):
            yield name, record | {name: other}
        yield name, {key: item for key, item in record.items() if key != name}
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", record | {name: item}) for inner, item in forgeries(value))
    yield "more", record | {"more": 1}


def sealed(record: dict[str, Any]) -> dict[str, Any]:
    """``record`` with the checksum that agrees with it, as a careful forger would leave it."""
    facts = {name: value for name, value in record.items() if name != "record_sha256"}
    return facts | {"record_sha256": digest(facts)}


def as_text(record: Any) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that holds one cell."""
    store = Store(tmp_path / "cells")
    map_cells(SWEEP, [CELL], store)
    return store


@pytest.fixture
def files(store: Store) -> tuple[Path, Path]:
    """The Parquet file of the cell and its record."""
    path = store.path(SWEEP.identity(CELL))
    return path, path.with_suffix(".json")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """The folder of a recorded result."""
    monkeypatch.setattr(places, "repository", lambda: tmp_path)
    folder = tmp_path / "book" / "results" / "fake"
    LABORATORY.run("pair", "full", "cpu", out=folder)
    return folder


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_of_any_other_content_is_named_and_computed_again(store, files, kind, suffix, caplog) -> None:
    whole = map_cells(SWEEP, [CELL], store)[0]
    damaged = files[0].with_suffix(suffix)
    damage_of_kind(kind, damaged)
    with caplog.at_level(logging.WARNING, "szilard"):
        again = map_cells(SWEEP, [CELL], store)[0]
    assert str(damaged.with_suffix("")) in caplog.text and caplog.text.count("computed again") == 1
    pd.testing.assert_frame_equal(again, whole)
    assert store.get(SWEEP.identity(CELL)) is not None
    if kind == "folder with files":  # set aside, not deleted
        assert next(damaged.parent.glob(f"{damaged.name}.*.aside/precious")).read_text() == "kept"


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_result_of_any_other_content_is_refused_and_not_taken_for_absent(results, kind, suffix) -> None:
    damaged = results / f"pair{suffix}"
    damage_of_kind(kind, damaged)
    with pytest.raises(DamagedResult, match="szilard run fake/pair --tier full") as refusal:
        LABORATORY.recorded("pair")
    assert str(damaged.with_suffix("")) in str(refusal.value) and "\n" not in str(refusal.value)
    assert LABORATORY.recorded_state("pair").startswith("damaged: ")
    LABORATORY.run("pair", "full", "cpu", out=results)  # the remedy works
    assert LABORATORY.recorded_state("pair") == "current"


def test_every_flipped_bit_and_every_cut_is_noticed(store: Store, files) -> None:
    rng = np.random.default_rng(0)
    for file in files:
        content = file.read_bytes()
        positions = rng.choice(8 * len(content), 200, replace=False)
        for position in map(int, positions):
            changed = bytearray(content)
            changed[position // 8] ^= 1 << position % 8
            file.write_bytes(changed)
            assert store.get(SWEEP.identity(CELL), again=True) is None, (file.suffix, position)
        for length in map(int, rng.choice(len(content), 100, replace=False)):
            file.write_bytes(content[:length])
            assert store.get(SWEEP.identity(CELL), again=True) is None, (file.suffix, length)
        file.write_bytes(content)
        assert store.get(SWEEP.identity(CELL)) is not None


def test_every_field_of_a_cell_is_guarded_by_its_checksum(store: Store, files) -> None:
    record = json.loads(files[1].read_text())
    names = set()
    for name, forged in forgeries(record):
        files[1].write_text(as_text(forged))
        assert store.get(SWEEP.identity(CELL), again=True) is None, (name, forged)
        names.add(name)
    assert {"schema", "settings.Pair.rho", "made.versions.numpy", "made.utc", "record_sha256"} <= names
    files[1].write_text(as_text(record))
    assert store.get(SWEEP.identity(CELL)) is not None


def test_a_forged_checksum_does_not_make_a_cell_another_or_another_table_its_own(store: Store, files) -> None:
    record = json.loads(files[1].read_text())
    bound = ("schema", "key", "experiment", "settings", "seed", "device", "fingerprint", "sha256", "table_sha256")
    for name, forged in forgeries(record):
        if name.partition(".")[0] in bound:
            files[1].write_text(as_text(sealed(forged)))
            assert store.get(SWEEP.identity(CELL), again=True) is None, (name, forged)
    for name in record["made"]:
        forged = record | {"made": {key: item for key, item in record["made"].items() if key != name}}
        for made in (forged, record | {"made": record["made"] | {name: [1]}}):
            files[1].write_text(as_text(sealed(made)))
            assert store.get(SWEEP.identity(CELL), again=True) is None, name


def test_every_field_of_a_recorded_result_is_guarded(results: Path) -> None:
    record = json.loads((results / "pair.json").read_text())
    assert record["schema"] == SCHEMA
    bound = ("schema", "key", "experiment", "tier", "sha256", "table_sha256")
    for name, forged in forgeries(record):
        for text in [as_text(forged)] + [as_text(sealed(forged))] * (name in bound):
            (results / "pair.json").write_text(text)
            with pytest.raises(DamagedResult):
                LABORATORY.recorded("pair")
    (results / "pair.json").write_text(as_text(record))
    assert LABORATORY.recorded_state("pair") == "current"


def test_the_files_of_one_result_are_not_served_as_another(results: Path, tmp_path: Path) -> None:
    for suffix in (".parquet", ".json"):
        shutil.copy(results / f"pair{suffix}", results / f"steps{suffix}")
    with pytest.raises(DamagedResult, match="of the experiment 'pair' and not 'steps'"):
        LABORATORY.recorded("steps")
    LABORATORY.run("pair", "quick", "cpu", out=results)
    with pytest.raises(DamagedResult, match="of the tier 'quick' and not 'full'"):
        LABORATORY.recorded("pair")
    with pytest.raises(DamagedResult, match="of the key 'fake' and not 'other'"):
        Result.load(results / "pair.parquet", key="other")


def test_results_of_other_code_or_other_settings_are_stale(results: Path, monkeypatch) -> None:
    assert LABORATORY.recorded_state("pair") == "current" and LABORATORY.recorded_state("steps") == "absent"
    other = Laboratory("fake", (Experiment("pair", "Other settings.", full=[CELL]),))
    assert other.recorded_state("pair") == "stale"
    assert Laboratory("fake", (Experiment("pair", "No tier.", quick=[CELL]),)).recorded_state("pair") == "stale"
    monkeypatch.setattr("szilard.compendium.experiment.fingerprint", lambda kind: "0" * 64)
    assert LABORATORY.recorded_state("pair") == "stale"


def first_schema(results: Path) -> dict[str, Any]:
    """Rewrite the recorded result as the first schema had it; returns its record."""
    record = json.loads((results / "pair.json").read_text())
    for name in ("schema", "since", "settings_sha256", "record_sha256"):
        del record[name]
    record["table_sha256"] = "0" * 64  # taken before writing: it need not agree
    (results / "pair.json").write_text(as_text(record))
    return record


def test_results_of_the_first_schema_are_read_and_held_to_what_they_can_prove(results: Path) -> None:
    record = first_schema(results)
    assert LABORATORY.recorded("pair").provenance.since == "" and LABORATORY.recorded_state("pair") == "current"
    for name in ("key", "experiment", "tier", "sha256"):
        (results / "pair.json").write_text(as_text(record | {name: "other"}))
        with pytest.raises(DamagedResult):
            LABORATORY.recorded("pair")
    for name in record:
        forged = [{k: v for k, v in record.items() if k != name}, record | {name: [1]}, record | {name: None}]
        for text in map(as_text, forged):
            (results / "pair.json").write_text(text)
            with pytest.raises(DamagedResult):
                LABORATORY.recorded("pair")


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*/*.parquet")), ids=lambda path: path.stem)
def test_what_the_book_records_is_whole(path: Path) -> None:
    assert Result.load(path, key=path.parent.name, tier="full") is not None
