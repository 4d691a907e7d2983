"""The race of the ensemble of small networks runs, writes its table, and is won."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_ensemble.py")
LIBRARY = BENCH.parents[2] / "lib"


@pytest.mark.slow
def test_the_race_runs_writes_its_table_and_is_won(tmp_path):
    """At width 32, controlled and not; half of what was measured on a busy core is asked for."""
    table = tmp_path / "ensemble.json"
    options = ["--widths", "32", "--rounds", "1", "--json", str(table)]
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    shown = subprocess.run([sys.executable, str(BENCH), *options], env=environment, check=True, capture_output=True)
    assert b"ensemble_ms" in shown.stdout
    rows = json.loads(table.read_text())["rows"]
    assert [row["width"] for row in rows] == [32, 32, 0]
    assert all(next(iter(row)) == "ratio" and row["ratio"] > 3 for row in rows)
