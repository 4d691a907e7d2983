"""``szilard verify`` and ``szilard spread`` as a user meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbclient")

LIBRARY = Path(__file__).resolve().parents[1] / "lib"
OPENING = """
import pandas as pd
from matplotlib.figure import Figure
from szilard.compendium import Chapter, Laboratory
chapter = Chapter(Laboratory("toy", ()))
"""
SHOW = """
chapter.figure("{name}", Figure(), data=pd.DataFrame({{"x": [1.0, 2.0]}}), caption="A line.", alt="It rises.")
"""
START = (
    "import pathlib, sys; from szilard.compendium import places; from szilard.cli import app\n"
    "places.repository = lambda: pathlib.Path(sys.argv[1])\n"
    "app(sys.argv[2:])"
)


def write(folder: Path, cells: list[str], values: dict[str, float]) -> Path:
    """A chapter that shows ``values``, published without executing it."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from szilard.compendium.figures import figure_display
    from szilard.compendium.style import rc

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OPENING)])
    for cell, (name, value) in zip(cells, values.items(), strict=True):
        frame = DataFrame({"x": [1.0, value]})
        with mpl.rc_context(rc()):
            words = {"caption": "A line.", "alt": "It rises."}
            shown = figure_display(f"fig-toy-{name}", Figure(), frame, provenance=(), **words)
        data, metadata = shown._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata)
        notebook.cells.append(nbformat.v4.new_code_cell(cell, outputs=[output]))
    path = folder / "book" / "measuring" / "toy.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    with start(folder, *words) as process:
        stdout, stderr = process.communicate(timeout=120)
    return process.returncode, stdout, stderr


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A checkout whose chapter publishes two figures, one of them with another number than its cell shows."""
    cells = [SHOW.format(name=name) for name in ("good", "forged")]
    write(tmp_path, cells, {"good": 2.0, "forged": 2.1})
    return tmp_path


def test_everything_is_compared_in_one_go_a_line_each(chapter) -> None:
    code, stdout, _ = run(chapter, "verify", "--all")
    lines = stdout.splitlines()
    assert code == 1 and len(lines) == 3
    assert lines[0].startswith("agrees   fig-toy-good: ")
    assert lines[1].startswith("DIFFERS  fig-toy-forged: ")
    assert "x, row 1: published 2.1, now 2 (moved 0.1, allowed 3.1e-06)" in lines[1]
    assert lines[2].startswith("1 of 2 agree with what is published (")


def test_chapters_can_be_named_and_misspelt_ones_are_helped(chapter) -> None:
    assert "did you mean 'toy'" in run(chapter, "verify", "--all", "tyo")[2]
    assert "did you mean 'toy'" in run(chapter, "spread", "tyo")[2]
    code, _, stderr = run(chapter, "verify")
    assert code == 2 and stderr == "szilard: verify needs the id of a figure, or --all\n"


def test_a_chapter_that_fails_is_one_line_of_the_others(tmp_path) -> None:
    write(tmp_path, ["1 / 0"], {"good": 2.0})
    code, stdout, _ = run(tmp_path, "verify", "--all")
    assert code == 1
    assert "DIFFERS  chapter toy: a cell failed with ZeroDivisionError: division by zero" in stdout


def _kernels(mark: str) -> list[int]:
    """Processes whose environment holds ``mark``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("words", [["verify", "fig-toy-good"], ["verify", "--all"]])
def test_ctrl_c_ends_it_with_130_and_one_line_and_leaves_no_kernel(tmp_path, monkeypatch, words) -> None:
    begun = tmp_path / "begun"
    slow = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(600)\n"
    write(tmp_path, [slow + SHOW.format(name="good")], {"good": 2.0})
    mark = f"SZILARD_TEST={tmp_path}"
    monkeypatch.setenv(*mark.split("=", 1))
    with start(tmp_path, *words) as process:
        deadline = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert begun.exists()
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stderr.splitlines()[-1] == "szilard: interrupted; give the same command again to go on"
    assert len([line for line in stderr.splitlines() if not line.startswith("re-executing")]) == 1
    deadline = time.monotonic() + 10
    while _kernels(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _kernels(mark) in ([], [os.getpid()])
