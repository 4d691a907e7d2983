"""Ctrl-C ends an estimate within seconds, and Python goes on."""

from __future__ import annotations

import json
import subprocess
import sys

from szilard.estimators import ESTIMATORS

AT_ONCE = {"gaussian"}  # done before anybody could interrupt it
PROGRAM = """
import json, os, signal, sys, threading, time
import numpy as np
from szilard.estimators import make
rng = np.random.default_rng(0)
x = rng.normal(size=30_000)
y = x + rng.normal(size=len(x))
seconds = {}
def interrupt(name):
    seconds[name] = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
for name in json.loads(sys.argv[1]):
    long = {"histogram": 400, "copula": 100, "kde": 1}.get(name, 10)
    warm = {"steps": 3} if hasattr(make(name), "steps") else {}
    make(name, **warm).mutual_information(x[:300], y[:300])
    more = np.tile(x, long) + rng.normal(size=long * len(x)), np.tile(y, long) + rng.normal(size=long * len(y))
    threading.Timer(0.2, interrupt, [name]).start()
    try:
        make(name).mutual_information(*more)
    except KeyboardInterrupt:
        seconds[name] = time.monotonic() - seconds[name]
        make(name, **warm).mutual_information(x[:300], y[:300])
print(json.dumps(seconds))
"""


def test_ctrl_c_ends_any_estimate_within_seconds_and_the_next_one_runs() -> None:
    names = [name for name in ESTIMATORS if name not in AT_ONCE]
    command = [sys.executable, "-c", PROGRAM, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    seconds = json.loads(done.stdout)
    assert set(seconds) == set(names) and max(seconds.values()) < 10, seconds
