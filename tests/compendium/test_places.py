"""The frame finds its folders, and imports where neither Jupyter nor Sphinx is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from szilard.compendium.places import cache_folder, child_environment, repository, results_folder

ABSENT = ("IPython", "jupyter_client", "nbclient", "nbformat", "sphinx", "docutils", "jupyter_book")
MODULES = ("chapter", "experiment", "notebook", "build", "citation", "papers", "claims", "sweep")
IMPORTS = f"""
import sys
for name in {ABSENT}:
    sys.modules[name] = None
import szilard.experiments
from szilard.compendium import Chapter, Laboratory
import {", ".join(f"szilard.compendium.{name}" for name in MODULES)}
print(*sorted({{"torch", "matplotlib.pyplot", "joblib"}} & set(sys.modules)))
"""


def test_the_frame_imports_without_the_book_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-c", IMPORTS]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("SZILARD_CACHE")
    assert cache_folder() == repository() / ".szilard"


def test_recorded_results_lie_beside_the_book(tmp_path: Path) -> None:
    assert results_folder("minde", tmp_path) == tmp_path / "book" / "results" / "minde"


def test_programs_started_here_find_this_library_and_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    environment = child_environment()
    assert "MPLBACKEND" not in environment
    first = environment["PYTHONPATH"].split(os.pathsep)[0]
    assert (Path(first) / "szilard" / "compendium").is_dir()
