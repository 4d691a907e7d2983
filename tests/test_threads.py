"""One rule for the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys

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
