"""The frame finds its folders, and imports where neither Jupyter nor Sphinx is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from szilard.compendium import places
from szilard.compendium.places import book, cache_folder, child_environment, repository, results_folder

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


def test_the_library_s_checkout_is_never_that_of_the_working_directory(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "lib" / "szilard").mkdir(parents=True)
    (tmp_path / "_toc.yml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SZILARD_CACHE", raising=False)
    assert repository() == Path(places.__file__).resolve().parents[3]
    assert cache_folder().parent == repository() and results_folder("minde").is_relative_to(repository())


def test_the_book_of_the_working_directory_is_read_but_not_executed_with_another_library(
    monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "lib" / "szilard").mkdir(parents=True)
    (tmp_path / "_toc.yml").touch()
    below = tmp_path / "book" / "measuring"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert book() == tmp_path
    with pytest.raises(ValueError, match="go with the library beside them, but szilard was imported from") as refusal:
        book(execute=True)
    assert "\n" not in str(refusal.value)
    monkeypatch.setattr(places, "repository", lambda: tmp_path)
    assert book(execute=True) == tmp_path


def test_outside_a_book_the_library_s_own_is_meant(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert book(execute=True) == repository()
    monkeypatch.setattr(places, "repository", lambda: None)
    with pytest.raises(ValueError, match="inside a checkout"):
        book()


def test_a_checkout_that_cannot_be_written_has_its_cache_elsewhere(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SZILARD_CACHE", raising=False)
    monkeypatch.setattr(places.folders, "writable", lambda folder: False)
    monkeypatch.setattr(places.folders, "cache", lambda: tmp_path)
    assert cache_folder() == tmp_path / "szilard"


def test_recorded_results_lie_beside_the_book(tmp_path: Path) -> None:
    assert results_folder("minde", tmp_path) == tmp_path / "book" / "results" / "minde"


def test_programs_started_here_find_this_library_and_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    environment = child_environment()
    assert "MPLBACKEND" not in environment
    first = environment["PYTHONPATH"].split(os.pathsep)[0]
    assert (Path(first) / "szilard" / "compendium").is_dir()
