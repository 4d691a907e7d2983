"""Ctrl-C or kill ends any command with 130 or 143 and one line; no process stays and no finished cell is lost."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from szilard.cli.signals import GRACE, Stopped, catch_signals
from szilard.compendium.figures import figure_display
from szilard.compendium.sweep import cell_rng

LIBRARY = Path(__file__).resolve().parents[1] / "lib"
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look for processes")
LABORATORY = """
import os, pathlib, sys, time
from dataclasses import dataclass
from szilard.compendium import Experiment, Laboratory

@dataclass(frozen=True)
class Cell:
    i: int

    def measure(self):
        pathlib.Path(os.environ["SIGNS"], str(os.getpid())).touch()
        if self.i % 2:
            sum(range(10**11))  # a loop that sees no signal
        time.sleep(300)

@dataclass(frozen=True)
class Step:
    i: int

    def measure(self, rng):
        pathlib.Path(os.environ["SIGNS"], f"{self.i}-{os.getpid()}").touch()
        time.sleep(0.4)
        return [{"value": rng.random()}]

waits = Experiment("wait", "waits", quick=[Cell(i) for i in range(4)])
LABORATORY = Laboratory("slow", (waits, Experiment("step", "steps", quick=[Step(i) for i in range(8)])))
"""
CELL = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
for process in (child.pid, os.getpid()):
    pathlib.Path(os.environ["SIGNS"], str(process)).touch()
time.sleep(300)
"""
PROGRAM = """
import pathlib, sys
import szilard.experiments
from szilard.compendium import places
from szilard.cli import main
places.repository = pathlib.Path.cwd
szilard.experiments.load = lambda key: __import__("slow_laboratory").LABORATORY
main()
"""


IMPORTING = """
import sys
class Interrupt:
    def find_spec(self, name, *rest):
        if name == "szilard.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from szilard.__main__ import main
main()
"""


def test_while_it_is_still_starting_a_command_can_be_interrupted_too() -> None:
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    command = [sys.executable, "-c", IMPORTING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "szilard: interrupted\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book whose one cell never ends, and a laboratory whose cells do not."""
    (tmp_path / "slow_laboratory.py").write_text(LABORATORY)
    (tmp_path / "signs").mkdir()
    (tmp_path / "_toc.yml").touch()
    shown = figure_display("fig-slow-a", Figure(), pd.DataFrame({"x": [1.0]}), caption="A.", alt="A.", provenance=())
    data, metadata = shown._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL, outputs=[output])])
    (tmp_path / "book" / "measuring").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "book" / "measuring" / "slow.ipynb")
    return tmp_path


def alive(process: int) -> bool:
    """Whether a process runs (one that only waits to be noticed by its parent does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(processes: list[int]) -> bool:
    """Whether all of them end within seconds."""
    end = time.monotonic() + 20
    while any(map(alive, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(alive, processes))


@contextmanager
def begun(folder: Path, program: str, *words: str, signs: int = 2) -> Iterator[subprocess.Popen[str]]:
    """A process that runs ``program`` in ``folder``, once it has left so many ``signs``."""
    environment = {**os.environ, "PYTHONPATH": f"{LIBRARY}{os.pathsep}{folder}", "LOKY_MAX_CPU_COUNT": "2"}
    environment |= {"SIGNS": str(folder / "signs"), "SZILARD_CACHE": str(folder / "cache")}
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=folder, env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            end = time.monotonic() + 60
            while len(list((folder / "signs").iterdir())) < signs and time.monotonic() < end:
                assert running.poll() is None, running.stderr.read()
                time.sleep(0.05)
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)


def lines(said: str) -> list[str]:
    """What a command said on stderr, apart from what it was doing."""
    return [line for line in said.splitlines() if not line.startswith(("re-executing", "slow on "))]


@needs_proc
@pytest.mark.parametrize("to", ["process", "group"])
@pytest.mark.parametrize(
    "words", [("run", "slow/wait", "--device", "cpu"), ("verify", "fig-slow-a"), ("build",), ("spread",)]
)
def test_an_interrupted_command_says_one_line_and_leaves_no_process(folder: Path, words, to) -> None:
    with begun(folder, PROGRAM, *words) as running:
        time.sleep(0.3)
        (os.kill if to == "process" else os.killpg)(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130, said
    assert lines(said) == ["szilard: interrupted; give the same command again to go on"]
    assert gone([int(sign.name) for sign in (folder / "signs").iterdir()])


RUN = ("run", "slow/wait", "--device", "cpu")


@needs_proc
@pytest.mark.parametrize(
    ("words", "signals", "send", "code"),
    [
        (RUN, [signal.SIGTERM], os.killpg, 143),
        (RUN, [signal.SIGHUP], os.kill, 129),
        (RUN, [signal.SIGINT] * 3, os.killpg, 130),
        (("verify", "fig-slow-a"), [signal.SIGTERM, signal.SIGINT], os.killpg, 143),
    ],
)
def test_kill_a_closing_terminal_and_impatience_clean_up_too(folder: Path, words, signals, send, code) -> None:
    if signal.SIG_IGN in map(signal.getsignal, signals):
        pytest.skip("these tests were started to ignore the signal, as nohup does, and so is what they start")
    with begun(folder, PROGRAM, *words) as running:
        for number in signals:
            time.sleep(0.1)
            send(running.pid, number)
        _, said = running.communicate(timeout=20)
    # Python's very last steps take no signal any more; the shell's code is the same.
    assert running.returncode in (code, 128 - code)
    how = "interrupted" if code == 130 else "terminated"
    assert lines(said) == [f"szilard: {how}; give the same command again to go on"]
    assert gone([int(sign.name) for sign in (folder / "signs").iterdir()])


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts back what handles signals."""
    numbers = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
def test_a_signal_ends_the_command_a_second_one_leaves_its_cleaning_alone_and_a_late_one_ends_that(monkeypatch) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    catch_signals()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    now = time.monotonic()
    with pytest.raises(Stopped) as first:
        signal.raise_signal(signal.SIGTERM)
    assert first.value.number == signal.SIGTERM and isinstance(first.value, KeyboardInterrupt)
    signal.raise_signal(signal.SIGINT)
    monkeypatch.setattr(time, "monotonic", lambda: now + 2 * GRACE)
    with pytest.raises(Stopped):
        signal.raise_signal(signal.SIGINT)


@needs_proc
def test_an_interrupted_sweep_goes_on_where_it_stopped(folder: Path, monkeypatch) -> None:
    words = ("run", "slow/step", "--device", "cpu", "--out", "out")
    with begun(folder, PROGRAM, *words, signs=4) as running:
        kept = [path.name for path in (folder / "cache").rglob("*.parquet")]
        os.kill(running.pid, signal.SIGINT)
        running.communicate(timeout=20)
    first = [sign.name.split("-") for sign in (folder / "signs").iterdir()]
    assert gone([int(process) for _, process in first]) and len(kept) >= 2
    with begun(folder, PROGRAM, *words) as running:
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (0, "")
    # Every cell was begun once, but for those, one for each of two workers, that were at work.
    again = [sign.name.split("-")[0] for sign in (folder / "signs").iterdir()]
    assert len(again) <= 8 + 2 and set(again) == set("01234567")
    monkeypatch.syspath_prepend(folder)
    step = importlib.import_module("slow_laboratory").Step
    expected = [cell_rng(0, "step", step(i)).random() for i in range(8)]
    assert pd.read_parquet(folder / "out" / "step.parquet").value.tolist() == expected


IN_PYTHON = """
import os, signal, sys, threading, time
from slow_laboratory import LABORATORY
threading.Thread(target=lambda: sys.stdin.readline() and os.kill(os.getpid(), signal.SIGINT)).start()
try:
    LABORATORY.run("step", device="cpu")
except KeyboardInterrupt as error:
    print("interrupted", flush=True)
    kept = error  # as Jupyter keeps the last traceback
    sys.stdin.readline()
    print(len(LABORATORY.run("step", device="cpu").table))
"""


@needs_proc
def test_in_python_an_interrupted_sweep_leaves_the_process_alive_and_its_workers_gone(folder: Path) -> None:
    with begun(folder, IN_PYTHON, signs=3) as running:
        running.stdin.write("now\n")
        running.stdin.flush()
        assert running.stdout.readline() == "interrupted\n"
        workers = [int(sign.name.split("-")[1]) for sign in (folder / "signs").iterdir()]
        assert gone(workers)
        said, wrong = running.communicate("go on\n", timeout=60)
    assert (running.returncode, said, wrong) == (0, "8\n", "")
