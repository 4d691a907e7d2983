"""The shipped curves: counts, units, attribution, and the user's copy of the points behind the Chinchilla law."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import szilard.datasets
from szilard.datasets import GADRE_TESTBED, OLMO_LADDER, chinchilla_points, gadre_testbed, olmo_ladder

FOLDER = Path(szilard.datasets.__file__).parent / "scaling_curves"


def test_the_ladder_is_whole():
    table = olmo_ladder()
    assert len(table) == 3523 and table["loss"].between(2.4, 12.6).all()
    assert np.allclose(table.D, table.S * table.B)
    last = table[(table["size"] == "1B") & (table.run == "10xC")].iloc[-1]
    assert last.D / last.N == pytest.approx(200, rel=0.01)  # ten times twenty tokens a parameter
    assert table[table["size"] == "7B"].rate.isna().all()


def test_the_testbed_is_whole():
    table = gadre_testbed()
    assert len(table) == 832 and table.groupby("train").model.nunique().to_dict() == {
        "c4_original": 34, "rpj": 35, "rw_original": 35,
    }  # fmt: skip
    assert (table.N > table.N_non_embedding).all()


def test_sources_and_licences_travel_with_the_numbers():
    assert "Apache-2.0" in olmo_ladder().attrs["licence"] and "MIT" in gadre_testbed().attrs["licence"]
    told = (FOLDER / "README.md").read_text()
    assert "Copyright (c) 2024 mlfoundations" in told and "Allen Institute" in told
    assert (FOLDER / "LICENSE-Apache-2.0").is_file()
    assert all((FOLDER / file.path.rsplit("/", 1)[-1]).is_file() for file in (OLMO_LADDER, GADRE_TESTBED))


def test_the_users_copy_of_the_chinchilla_points(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("SZILARD_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="analyzing-chinchilla"):
        chinchilla_points()
    rows = pd.DataFrame({"Model Size": 1e8, "Training FLOP": 6e18, "loss": [3.0, 9.0, 2.5, 8.0, 7.0, 6.0, 5.0]})
    rows.to_csv(tmp_path / "svg_extracted_data.csv")
    points = chinchilla_points()
    assert points["loss"].tolist() == [3.0, 2.5] and (points.D == 1e10).all()
    rows.drop(columns="loss").to_csv(tmp_path / "svg_extracted_data.csv")
    with pytest.raises(ValueError, match="must have the columns"):
        chinchilla_points()
