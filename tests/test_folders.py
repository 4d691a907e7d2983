"""Where the package and the home folder cannot be written: loops compile, libraries say nothing, results appear."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from szilard import folders
from szilard.compendium.figures import figure_display
from szilard.compendium.style import rc

LIBRARY = Path(__file__).resolve().parents[1] / "lib"
# Even root keeps to the permissions of files without these.
PLAIN = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
LOOP = """
from szilard.jit import njit

@njit(cache=True)
def total(n):
    s = 0
    for i in range(n):
        s += i
    return s
"""
CELL = """
import pandas as pd
from matplotlib.figure import Figure
from szilard.compendium import Chapter, Laboratory
chapter = Chapter(Laboratory("toy", ()))
chapter.figure("line", Figure(), data=pd.DataFrame({"x": [1.0, 2.0]}), caption="A line.", alt="It rises.")
"""
KERNEL = """
from szilard.compendium.places import cache_folder
from szilard.tiny import total
print(total(10), total.stats.cache_path, cache_folder(), sep="\\n")
"""


class Guest:
    """A user who may write in ``desk`` and ``temporary`` alone, with a closed home and a closed copy of the library."""

    def __init__(self, place: Path) -> None:
        self.place, self.desk, self.temporary = place, place / "desk", place / "tmp"
        shutil.copytree(LIBRARY / "szilard", place / "lib" / "szilard", ignore=shutil.ignore_patterns("*.nb?"))
        (place / "lib" / "szilard" / "tiny.py").write_text(LOOP)
        for folder in (self.desk, self.temporary, place / "home"):
            folder.mkdir()
        self.closed = [place / "home", place / "lib", *filter(Path.is_dir, (place / "lib").rglob("*"))]
        for folder in self.closed:
            folder.chmod(0o555)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python with these words."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        kept |= {"PYTHONPATH": str(self.place / "lib"), "HOME": str(self.place / "home" / "guest")}
        kept["TMPDIR"] = str(self.temporary)
        return subprocess.run(
            [*PLAIN, sys.executable, *words],
            env=kept | environment,
            cwd=self.desk,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    """Such a user, where this process may become one."""
    if PLAIN and not shutil.which(PLAIN[0]):
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    user = Guest(tmp_path_factory.mktemp("guest"))
    try:
        closed = user.run("-c", f"import os; os.mkdir({str(user.place / 'home' / 'new')!r})")
        if "PermissionError" not in closed.stderr:
            pytest.skip(f"this process cannot give up its right to write everywhere: {closed.stderr[-200:]}")
        yield user
    finally:
        for folder in user.closed:
            folder.chmod(0o755)


def test_loops_are_kept_in_a_private_folder_where_nothing_else_can_be_written(guest: Guest) -> None:
    done = guest.run("-c", KERNEL)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    value, loops, cells = done.stdout.splitlines()
    assert value == "45" and list(Path(loops).glob("*.nbc"))
    private = next(guest.temporary.glob("szilard-*"))
    assert Path(loops).is_relative_to(private / "numba") and Path(cells) == private / "szilard"
    assert private.stat().st_mode & 0o777 == 0o700


def test_loops_compile_even_where_no_folder_at_all_can_be_written(guest: Guest) -> None:
    taken = guest.desk / "taken"
    taken.mkdir()
    (taken / f"szilard-{os.getuid()}").symlink_to(guest.desk)
    done = guest.run("-c", "from szilard.tiny import total; print(total(10))", TMPDIR=str(taken))
    assert (done.returncode, done.stdout, done.stderr) == (0, "45\n", ""), done.stderr


def test_an_estimate_with_its_plot_says_nothing_but_its_result(guest: Guest) -> None:
    rows = "\n".join(f"{i * 0.37 % 1:.3f},{i * 0.71 % 1:.3f}" for i in range(40))
    (guest.desk / "data.csv").write_text(f"a,b\n{rows}\n")
    done = guest.run("-m", "szilard", "estimate", "data.csv", "--x", "a", "--y", "b", "--with", "gaussian,ksg")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "KSG" in done.stdout and (guest.desk / "data-information.svg").is_file()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["list"], 0, "chapter"),
        (["landauer", "1GB"], 0, "Landauer"),
        (["run", "landauer/ladder"], 0, "landauer/ladder: quick tier"),
        (["verify", "fig-minde-forward"], 2, "inside a checkout"),
        (["build"], 2, "inside a checkout"),
        (["ledger"], 2, "inside a checkout"),
        (["cite"], 2, "inside a checkout"),
        (["serve"], 2, "inside a checkout"),
    ],
)
def test_without_a_repository_every_command_works_or_says_in_one_line_what_it_needs(guest, words, code, says):
    done = guest.run("-m", "szilard", *words)
    assert done.returncode == code, done.stderr
    assert says in (done.stderr if code else done.stdout)
    assert len(done.stderr.splitlines()) == (1 if code else 0), done.stderr


def test_a_figure_is_verified_in_a_checkout_that_cannot_be_written(guest: Guest) -> None:
    chapter = guest.place / "book" / "measuring" / "toy.ipynb"
    chapter.parent.mkdir(parents=True)
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    with mpl.rc_context(rc()):  # as in a chapter
        shown = figure_display("fig-toy-line", Figure(), frame, caption="A line.", alt="It rises.", provenance=())
    data, metadata = shown._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL, outputs=[output])]), chapter)
    (guest.place / "_toc.yml").touch()
    for folder in (guest.place, *chapter.parents[:2]):
        folder.chmod(0o555)
    try:
        done = guest.run("-m", "szilard", "verify", "fig-toy-line")
    finally:
        for folder in (guest.place, *chapter.parents[:2]):
            folder.chmod(0o755)
        (guest.place / "_toc.yml").unlink()
    assert done.returncode == 0 and "fig-toy-line reproduces" in done.stdout, done.stderr
    assert done.stderr.startswith("re-executing") and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_private_folder_that_is_not_private_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    own = folders.scratch()
    assert own.parent == tmp_path and own.stat().st_mode & 0o777 == 0o700
    own.chmod(0o755)
    with pytest.raises(PermissionError, match="you alone"):
        folders.scratch()
    own.rmdir()
    own.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="you alone"):
        folders.scratch()


def test_a_home_that_can_be_written_is_used(monkeypatch, tmp_path):
    for name in (
        "MPLCONFIGDIR",
        "IPYTHONDIR",
        "JUPYTER_RUNTIME_DIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders.refuge() == {} and folders.cache().is_relative_to(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    (tmp_path / "file").touch()
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    assert set(folders.refuge()) == {"MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"}
    assert folders.cache() == folders.scratch()
    monkeypatch.setenv("MPLCONFIGDIR", "/chosen")
    assert "MPLCONFIGDIR" not in folders.refuge()
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    assert folders.refuge() == {}
    assert not folders.writable(Path("relative"))
