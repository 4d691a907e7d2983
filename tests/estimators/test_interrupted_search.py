"""Ctrl-C during a search for neighbours raises KeyboardInterrupt, and Python lives on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import szilard

PROGRAM = """
import time
import numpy as np
from szilard.estimators import KSG, KozachenkoLeonenko
rng = np.random.default_rng(0)
x, y = rng.normal(size=(2, {n}, {d}))
print("ready", flush=True)
try:
    while True:
        KSG().mutual_information(x, y)
except KeyboardInterrupt:
    del x, y
    time.sleep(0.5)  # whoever still reads what was given back, falls
    rng.normal(size=({n}, 10)).sum()
    print(KSG().mutual_information(*rng.normal(size=(2, 3000))).n, flush=True)
"""


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize(("n", "d"), [(2_000_000, 1), (40_000, 3)])
def test_an_interrupted_search_leaves_python_alive(n, d, threads):
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(szilard.__file__).parents[1]),
        "OMP_NUM_THREADS": threads,
        "NUMBA_NUM_THREADS": threads,
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(n=n, d=d)], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout.readline() == "ready\n"
            time.sleep(4)
            sent = time.monotonic()
            running.send_signal(signal.SIGINT)
            said, _ = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, said) == (0, "3000\n")
    assert time.monotonic() - sent < 30
