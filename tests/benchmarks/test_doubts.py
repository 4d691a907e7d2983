"""MINDE's warnings catch most networks that are off, and seldom blame a good one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_doubts.py")
LIBRARY = BENCH.parents[2] / "lib"


@pytest.mark.slow
def test_most_bad_networks_are_warned_of_and_few_good_ones():
    """At least half, and at most one in ten, of the panel with other samples than those the limits were set on."""
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    options = [sys.executable, str(BENCH), "--seed", "3"]
    shown = subprocess.run(options, env=environment, check=True, capture_output=True, text=True).stdout
    caught, off, blamed, good = map(int, re.findall(r"\d+", shown.splitlines()[-1]))
    assert off >= 24 and good >= 30
    assert caught >= off / 2
    assert blamed <= good / 10
