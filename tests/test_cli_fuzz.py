"""Odd command lines, by the hundred: every subcommand answers each with a known exit code and one line."""

from __future__ import annotations

import os
import random
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
import typer
from matplotlib.figure import Figure
from typer.testing import CliRunner

import szilard.experiments
from szilard.cli import app
from szilard.compendium import Experiment, Laboratory, places
from szilard.compendium.figures import figure_display

LINES = 600  # half of them for the commands that can do most
BUSY = ("run", "estimate", "run", "estimate", "verify", "cite", "landauer")
ODD = (
    "", " ", "-", "--", "---", "-1", "-0", "0", "1", "2.5", "1e400", "-1e400", "nan", "inf", "99999999999999999999999",
    "0x10", "1_000", "٣", "½", "1,5", "é", "名前", "a\u0301", "\u202egnp.exe", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07",
    "a\nb", "a\tb", "\r", "\x7f", "\x9b2J", "\udcff", "🜁" * 3, "x" * 5000, "%s%n", "{0}", "$(id)", "'", '"', "\\", "*",
    "../../etc/passwd", "/", "~", ".", "..", "/dev/null", "/nonexistent/a.csv", "None", "true", "--help ", "-h", "KEY",
)  # fmt: skip
NAMES = (
    "toy", "toy/fall", "toy/broken", "TOY", "toy/Fall", "toy/", "/toy", "toy/fall/x", "fig-toy-a", "fig-toy-A", "fig-",
    "fig-nope", "tab-toy-a", "claims-toy", "euclid", "Euclid", "szilard",
)  # fmt: skip
FILES = (
    *(["data.csv"] * 9), "empty.csv", "words.csv", "escape.csv", "binary.npy", "folder", "missing.csv", "data.csv/x",
    "link.csv",
)  # fmt: skip
TARGETS = ("t.csv", "p.svg", "p.gif", "folder", "folder/t.csv", "missing/p.svg", "data.csv", "link.csv")
COLUMNS = ("a", "b", "a", "b", "A", "0", "1", "0-1", "1-0", "a,b", "a,a", "c", ",", "7")
NUMBERS = ("0", "1", "2", "7", "-1", "8000", "99999", "2.5", "1e400", "nan", "inf")
QUANTITIES = (
    "1GB", "-1 GB", "25°C", "300K", "0K", "-300 K", "1 kg", "1e-30 J", "1e300 J", "1GB/s", "5 m", "1 apple", "K",
    "1 K K", "3 ** 999", "()", "1/0", "0.1", "2", "1 s", "1 m^2", "1e-400 kg", "1 bit", "0.5 bit", "1 eV", "0 m",
)  # fmt: skip
FITTING = {
    **dict.fromkeys(("name", "names", "keys"), NAMES), "file": FILES, "plot": TARGETS, "out": TARGETS,
    **dict.fromkeys(("workers", "seed", "minutes", "k", "port"), NUMBERS), "x": COLUMNS, "y": COLUMNS,
    "tier": ("quick", "full", "half"), "backend": ("local", "dask", "ray", "foo"), "unit": ("nats", "bits", "ban"),
    "device": ("cpu", "auto", "cuda", "cuda:99", "cpu:banana"), "address": ("tcp://127.0.0.1:1", "127.0.0.1:1", "x"),
    "with_": ("gaussian", "gaussian,ksg", "KSG", "copula,", "histogram,kl", "gaussian,gaussian", "nope", ","),
}  # fmt: skip


@dataclass(frozen=True)
class Height:
    """Time of fall in seconds; heights below zero fail."""

    h: float

    def measure(self):
        if self.h < 0:
            raise ValueError("nothing falls upwards")
        return [{"t": (2 * self.h / 9.81) ** 0.5}]


def laboratory() -> Laboratory:
    cells = {"fall": (1.0, 4.0), "broken": (1.0, -1.0)}
    experiments = [Experiment(name, name, quick=map(Height, heights), light=True) for name, heights in cells.items()]
    return Laboratory("toy", tuple(experiments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one chapter, some files, and nothing that would execute or serve it."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("a cell failed")

    monkeypatch.setattr(szilard.experiments, "keys", lambda: ["toy"])
    monkeypatch.setitem(sys.modules, "szilard.experiments.toy", SimpleNamespace(LABORATORY=laboratory()))
    monkeypatch.setattr(places, "repository", lambda: tmp_path)
    for module in ("verifying", "spread", "build"):
        monkeypatch.setattr(f"szilard.compendium.{module}.execute", refuse)
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "references.bib").write_text("@book{euclid,\n  title = {Elements},\n}\n")
    pair = np.random.default_rng(0).normal(size=(40, 2)).round(3)
    np.savetxt(tmp_path / "data.csv", pair, delimiter=",", header="a,b", comments="")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "words.csv").write_text("a,b\nx,y\nu,v\n")
    (tmp_path / "escape.csv").write_text("\x1b[31ma,\x1b]0;b\x07\n1,2\n2,1\n3,4\n4,4\n")
    (tmp_path / "binary.npy").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to("nowhere")
    shown = figure_display("fig-toy-a", Figure(), pd.DataFrame({"x": [1.0]}), caption="A.", alt="A.", provenance=())
    data, metadata = shown._repr_mimebundle_()
    cell = nbformat.v4.new_code_cell(
        "a", outputs=[nbformat.v4.new_output("execute_result", data=data, metadata=metadata)]
    )
    (tmp_path / "book" / "measuring").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "book" / "measuring" / "toy.ipynb")
    return tmp_path


def command_lines(seed: int) -> Iterator[list[str]]:
    """Words for every subcommand: mostly what fits, sometimes odd, one too few or too many."""
    draw, commands = random.Random(seed), typer.main.get_command(app).commands
    for number in range(LINES):
        name = BUSY[number // 2 % len(BUSY)] if number % 2 else draw.choice(list(commands))
        options = [item for item in commands[name].params if item.opts[0].startswith("-")]
        words = [value(item, draw) for item in commands[name].params if item not in options]
        if name == "data":  # nothing that it would fetch
            words = draw.choices(("list", "fetch", "fetch", "List", "mnis", "", "../x", *ODD), k=draw.randrange(3))
        chosen = draw.choices(options, k=draw.choice((0, 1, 1, 2, 3))) if options else []
        if name == "estimate":
            chosen += [item for item in options if item.name in "xy" and draw.random() < 0.9]
        for item in chosen:
            words += [draw.choice(item.opts), *([] if item.is_flag else [value(item, draw)])]
        yield [name, *words, *(["x"] * (draw.random() < 0.03))][: draw.choice((None,) * 20 + (-1,))]
    yield from ([odd] for odd in ODD)


def value(parameter: Any, draw: random.Random) -> str:
    fitting = FITTING.get(parameter.name, (*QUANTITIES, *[parameter.default] * len(QUANTITIES)))
    return str(draw.choice(fitting if draw.random() < 0.85 else ODD))


WRITTEN: list[str] = []
WATCHED: list[str] = []  # where writing is allowed, while it is watched
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note what is written elsewhere."""
    if not WATCHED or not (event in CHANGES or event == "open"):
        return
    flags = arguments[2] if event == "open" else os.O_WRONLY
    if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not isinstance(arguments[0], int):
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if not path.startswith(tuple(WATCHED)) and "__pycache__" not in path:
            WRITTEN.append(f"{event} {path}")


@pytest.fixture(scope="module")
def hook() -> None:
    """Python takes such a hook for good."""
    sys.addaudithook(watch)


@contextmanager
def watched(*folders: str) -> Iterator[None]:
    """Fails if something is written outside these folders."""
    WRITTEN.clear()
    WATCHED.extend((*folders, "/dev/", "/proc/"))
    try:
        yield
    finally:
        WATCHED.clear()
    assert not WRITTEN


def complaint(words: list[str]) -> str | None:
    """What is wrong with the answer to a command line."""
    result = CliRunner().invoke(app, words)
    lines = [line for line in result.stderr.splitlines() if not line.startswith(("re-executing", "toy on "))]
    if result.exit_code not in (0, 1, 2):
        return f"exit code {result.exit_code}"
    if (
        result.exit_code
        and (len(lines) != 1 or not lines[0].startswith("szilard: "))
        and "DIFFERS" not in result.stdout
    ):
        return f"it said {lines}"
    if "Traceback" in result.output or "--debug" in result.stderr:
        return f"an error nobody thought of: {result.stderr}"
    if any(sign in result.output for sign in ("\x1b", "\x07", "\x9b", "\u202e")):
        return "it sends what a terminal obeys"
    return None


@pytest.mark.usefixtures("hook")
def test_odd_command_lines_get_an_exit_code_and_one_line(folder) -> None:
    CliRunner().invoke(app, ["estimate", "data.csv", "--x", "a", "--y", "b"])  # loads what keeps caches of its own
    with watched(str(folder), tempfile.gettempdir()):
        wrong = {shlex.join(words): said for words in command_lines(seed=0) if (said := complaint(words))}
    assert not wrong, "\n".join(f"{words!r:.300}: {said!r:.400}" for words, said in wrong.items())
