"""Ctrl-C ends any command with 130 and one line, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from szilard.compendium.figures import figure_display

LIBRARY = Path(__file__).resolve().parents[1] / "lib"
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

LABORATORY = Laboratory("slow", (Experiment("wait", "waits", quick=[Cell(i) for i in range(4)]),))
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
from szilard.cli import app
places.repository = pathlib.Path.cwd
szilard.experiments.load = lambda key: __import__("slow_laboratory").LABORATORY
app(sys.argv[1:])
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


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look for processes")
@pytest.mark.parametrize("to", ["process", "group"])
@pytest.mark.parametrize("words", [("run", "slow/wait", "--device", "cpu"), ("verify", "fig-slow-a"), ("build",)])
def test_an_interrupted_command_says_one_line_and_leaves_no_process(folder: Path, words, to) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{LIBRARY}{os.pathsep}{folder}", "LOKY_MAX_CPU_COUNT": "2"}
    environment |= {"SIGNS": str(folder / "signs"), "SZILARD_CACHE": str(folder / "cache")}
    command = [sys.executable, "-c", PROGRAM, *words]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as running:  # fmt: skip
        end = time.monotonic() + 60
        while len(signs := list((folder / "signs").iterdir())) < 2 and time.monotonic() < end:
            assert running.poll() is None, running.stderr.read()
            time.sleep(0.05)
        assert len(signs) == 2
        time.sleep(0.3)
        (os.kill if to == "process" else os.killpg)(running.pid, signal.SIGINT)
        try:
            _, said = running.communicate(timeout=20)
        finally:
            running.kill()
    assert running.returncode == 130, said
    lines = [line for line in said.splitlines() if not line.startswith("re-executing")]
    assert lines == ["szilard: interrupted; give the same command again to go on"]
    processes = [int(sign.name) for sign in signs]
    end = time.monotonic() + 5
    while any(map(alive, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(alive, processes))
