"""Ctrl-C during a search for neighbours raises KeyboardInterrupt, and Python lives on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import szilard

INTERRUPTIONS = 3
PROGRAM = """
import numpy as np
from szilard.estimators import KSG, k_nearest
rng = np.random.default_rng(0)
k_nearest([rng.normal(size=(1000, 3))], 3)  # compiled
for _ in range({interruptions}):
    try:
        print("ready", flush=True)
        while True:
            k_nearest([rng.normal(size=({n}, {d}))], 50, search="tree")
    except KeyboardInterrupt:
        pass
    [rng.normal(size=({n}, {d})).sum() for _ in range(20)]  # whoever still reads what was given back, falls
print(KSG().mutual_information(*rng.normal(size=(2, 3000))).n)
"""


@pytest.mark.parametrize(("n", "d"), [(400_000, 2), (40_000, 4)])
def test_interrupted_searches_leave_python_alive(n, d):
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(szilard.__file__).parents[1]),
        "OMP_NUM_THREADS": "2",
        "NUMBA_NUM_THREADS": "2",
    }
    program = PROGRAM.format(n=n, d=d, interruptions=INTERRUPTIONS)
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            for _ in range(INTERRUPTIONS):
                assert running.stdout.readline() == "ready\n"
                time.sleep(1)
                running.send_signal(signal.SIGINT)
            said, _ = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, said) == (0, "3000\n")
