"""One rule for the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from szilard import threads


@pytest.fixture
def limits(monkeypatch):
    def hold(cores, **values):
        monkeypatch.setattr(threads, "_cores", lambda: cores)
        monkeypatch.setattr(threads, "LIMITS", values)

    return hold


@pytest.mark.parametrize(
    ("cores", "values", "expected"),
    [
        (8, {}, 8),
        (8, {"NUMBA_NUM_THREADS": "", "OMP_NUM_THREADS": ""}, 8),
        (8, {"NUMBA_NUM_THREADS": "3"}, 3),
        (8, {"OMP_NUM_THREADS": "2"}, 2),
        (8, {"NUMBA_NUM_THREADS": "4", "OMP_NUM_THREADS": "2"}, 2),
        (8, {"NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "4"}, 2),
        (2, {"NUMBA_NUM_THREADS": "64"}, 2),
        (8, {"OMP_NUM_THREADS": "4, 2"}, 4),
        (8, {"OMP_NUM_THREADS": "0"}, 1),
    ],
)
def test_the_smallest_number_holds(limits, cores, values, expected):
    limits(cores, **values)
    assert threads.usable_threads() == expected


@pytest.mark.parametrize("text", ["many", "-1", "1.5"])
def test_what_is_no_number_is_refused(limits, text):
    limits(8, OMP_NUM_THREADS=text)
    with pytest.raises(ValueError, match=f"OMP_NUM_THREADS must be a whole number of threads; got '{text}'"):
        threads.usable_threads()


def in_a_process(code, **environment):
    """What ``code`` prints in a fresh interpreter without limits but those given."""
    clean = {name: text for name, text in os.environ.items() if name not in threads.LIMITS}
    run = [sys.executable, "-c", f"import os\n{code}\nprint(usable_threads())"]
    return int(subprocess.run(run, env=clean | environment, capture_output=True, text=True, check=True).stdout)


def test_variables_count_as_they_stood_when_the_library_was_loaded():
    late = "from szilard.threads import usable_threads\nos.environ['OMP_NUM_THREADS'] = '1'"
    early = "os.environ['OMP_NUM_THREADS'] = '1'\nfrom szilard.threads import usable_threads"
    assert in_a_process(early) == 1
    assert in_a_process(late) == in_a_process("from szilard.threads import usable_threads")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_affinity_counts():
    bound = "os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])"
    assert in_a_process(f"{bound}\nfrom szilard.threads import usable_threads") == 1


def test_an_interruptible_loop_returns_raises_and_runs_in_other_threads_too():
    assert threads.interruptible(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        threads.interruptible(lambda: 1 / 0)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads.interruptible, threading.get_ident).result() != threading.get_ident()


INTERRUPTED = """
import os, signal, sys, threading, time
import numpy as np
from szilard.algorithmic import census, levin_search, omega_histogram, prime_pi, sieve_histogram
work = {works}[sys.argv[1]]
for small in (True, False):  # what is compiled or loaded once is not what is interrupted
    if not small:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        begun = time.monotonic()
    try:
        work(small)
    except KeyboardInterrupt:
        print("alive", time.monotonic() - begun)
"""
WORKS = """{
    "sieve_histogram": lambda small: sieve_histogram(10**3 if small else 10**13),
    "prime_pi": lambda small: prime_pi(10**3 if small else 10**16, engine="own"),
    "omega_histogram": lambda small: omega_histogram(10**3 if small else 10**14),
    "census": lambda small: census(4 if small else 5, 500),
    "levin_search": lambda small: levin_search(np.random.default_rng(0).integers(2, size=64), 9 if small else 60),
}"""


@pytest.mark.parametrize("name", ["sieve_histogram", "prime_pi", "omega_histogram", "census", "levin_search"])
def test_ctrl_c_ends_a_computation_of_minutes_within_seconds(name):
    code = INTERRUPTED.format(works=WORKS)
    done = subprocess.run([sys.executable, "-c", code, name], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    word, seconds = done.stdout.split()
    assert word == "alive" and float(seconds) < 10
