"""Cells on disk are whole, or they are not there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from szilard.compendium.store import Store, canonical, digest, read_table

TABLE = pd.DataFrame({"x": [1, 2], "y": [0.1, np.nan], "name": ["a", None]})


@dataclass(frozen=True)
class Settings:
    rho: float
    dims: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Other:
    rho: float
    dims: tuple[int, int] = (1, 1)


def test_what_is_put_is_what_is_got(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.put("ab12", TABLE, 1.5, Settings(0.5))
    rows, seconds = store.get("ab12")
    pd.testing.assert_frame_equal(rows, kept)
    assert rows.y[0] == 0.1 and seconds == 1.5


def test_no_temporary_file_remains(tmp_path: Path) -> None:
    Store(tmp_path).put("ab12", TABLE, 1.5, Settings(0.5))
    assert sorted(p.suffix for p in tmp_path.rglob("*") if p.is_file()) == [".json", ".parquet"]


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:-9] + b"x" * 9])
def test_a_damaged_file_is_named_and_ignored(tmp_path, suffix, damage, caplog) -> None:
    store = Store(tmp_path)
    store.put("ab12", TABLE, 1.5, Settings(0.5))
    path = store.path("ab12").with_suffix(suffix)
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING, "szilard"):
        assert store.get("ab12") is None
    assert "ab12.parquet is damaged" in caplog.text and "recomputed" in caplog.text


def test_a_table_exchanged_for_another_is_detected(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("ab12", TABLE, 1.5, Settings(0.5))
    store.put("cd34", TABLE.assign(x=7), 1.5, Settings(0.6))
    store.path("ab12").write_bytes(store.path("cd34").read_bytes())
    assert store.get("ab12") is None


def test_a_table_without_its_record_is_absent(tmp_path: Path, caplog) -> None:
    store = Store(tmp_path)
    store.put("ab12", TABLE, 1.5, Settings(0.5))
    store.path("ab12").with_suffix(".json").unlink()
    assert read_table(store.path("ab12")) is None and not caplog.text


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
