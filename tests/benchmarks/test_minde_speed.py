"""The race of MINDE's training step runs, writes its table, and is won."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_minde.py")
LIBRARY = BENCH.parents[2] / "lib"


@pytest.mark.slow
def test_the_race_runs_writes_its_table_and_is_won(tmp_path):
    """At the smallest width, where overhead counts most."""
    table = tmp_path / "minde.json"
    options = ["--widths", "64", "--steps", "500", "--device", "cpu", "--json", str(table)]
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    shown = subprocess.run([sys.executable, str(BENCH), *options], env=environment, check=True, capture_output=True)
    assert b"steps_per_second" in shown.stdout
    written = json.loads(table.read_text())
    (row,), (fleet,) = written["rows"], written["fleets"]
    assert next(iter(fleet)) == "ratio" and fleet["fleet"] == 8 and fleet["ratio"] > 1
    assert next(iter(row)) == "ratio" and row["ratio"] > 1
    assert 0 < row["share_of_network"] < 1
