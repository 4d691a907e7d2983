"""A fingerprint changes with the code behind a measurement, and with nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from szilard.compendium import fingerprint as module
from szilard.compendium.fingerprint import fingerprint, fingerprint_chapter

LABORATORY = """
from __future__ import annotations
from szilard.experiments._cells import Cell
from szilard.room import tool
SCALE = 2
CLAIMS = ["a claim"]

def helper(x):
    return SCALE * x

def measure(settings: Cell, rng, device):
    from szilard.other.deep import depth
    return [{"y": helper(tool(settings))}]
"""
FILES = {
    "__init__.py": "",
    "room/__init__.py": "def __getattr__(name):\n    ...\n",
    "room/tool.py": "from szilard.base import constant\n\ndef tool(x):\n    return constant\n",
    "base.py": "constant = 1\n",
    "other/__init__.py": "",
    "other/deep.py": "depth = 1\n",
    "other/neighbour.py": "x = 1\n",
    "experiments/another.py": "x = 1\n",
    "unrelated.py": "x = 1\n",
    "compendium/__init__.py": "",
    "compendium/chapter.py": "from szilard.compendium.style import color\n",
    "compendium/style.py": "color = 1\n",
    "experiments/__init__.py": "",
    "experiments/_cells.py": "class Cell:\n    size = 1\n",
    "experiments/lab.py": LABORATORY,
}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small library in place of the real one, and a measure that lives in it."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(module, "LIBRARY", tmp_path)
    return tmp_path


class _Lab:
    def __init__(self, file: Path) -> None:
        self.__file__ = str(file)


def _print(library: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    def measure() -> None: ...

    measure.__module__, measure.__qualname__ = "szilard.experiments.lab", "measure"
    monkeypatch.setitem(sys.modules, "szilard.experiments.lab", _Lab(library / "experiments" / "lab.py"))
    return fingerprint(measure)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("experiments/lab.py", "tool(settings)", "tool(settings) + 1"),
        ("experiments/lab.py", "SCALE = 2", "SCALE = 3"),
        ("experiments/lab.py", "SCALE * x", "SCALE + x"),
        ("room/tool.py", "return constant", "return -constant"),
        ("base.py", "1", "2"),
        ("other/deep.py", "1", "2"),
        ("experiments/_cells.py", "1", "2"),
    ],
)
def test_code_that_matters_changes_it(library, monkeypatch, name, old, new) -> None:
    before = _print(library, monkeypatch)
    (library / name).write_text((library / name).read_text().replace(old, new))
    assert _print(library, monkeypatch) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("experiments/lab.py", "a claim", "a better claim"),
        ("unrelated.py", "1", "2"),
        ("other/neighbour.py", "1", "2"),
        ("experiments/another.py", "1", "2"),
        ("compendium/style.py", "1", "2"),
    ],
)
def test_code_that_does_not_matter_leaves_it(library, monkeypatch, name, old, new) -> None:
    before = _print(library, monkeypatch)
    (library / name).write_text((library / name).read_text().replace(old, new))
    assert _print(library, monkeypatch) == before


@pytest.mark.parametrize(
    ("name", "changes"), [("compendium/style.py", True), ("base.py", True), ("unrelated.py", False)]
)
def test_a_chapter_depends_on_how_it_is_shown_too(library, name, changes) -> None:
    code = "from szilard.room import tool"
    before = fingerprint_chapter(code)
    (library / name).write_text((library / name).read_text().replace("1", "2"))
    assert (fingerprint_chapter(code) != before) is changes


def test_it_is_the_same_in_every_process() -> None:
    from fake_laboratory import Pair, Step

    assert len(fingerprint(Pair)) == 64 and fingerprint(Pair) != fingerprint(Step)
