"""Where the output goes may end early or be full: no traceback, no doubled error, and the right exit code."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from szilard import atomic
from szilard.atomic import write_whole
from szilard.cli import app, files

ROOT = Path(__file__).resolve().parents[1]
DATA = "a,b\n1,2\n2,1\n3,4\n5,3\n4,6\n"
COMMANDS = ["--help", "--version", "list", "ledger", "cite", "landauer 1GB", "run landauer/ladder"]
COMMANDS += ["estimate data.csv --x a --y b --with gaussian --no-plot", "cite fig-landauer-nothing", "run nowhere"]


def run(words: str, folder: Path, **streams: int) -> subprocess.CompletedProcess[str]:
    """A real run in ``folder``, which holds data."""
    (folder / "data.csv").write_text(DATA)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib"), "SZILARD_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "szilard", *words.split()]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(command, cwd=folder, env=environment, text=True, timeout=100, check=False, **streams)


def gone() -> int:
    """The writing end of a pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_that_has_left_is_no_error(tmp_path, words):
    done = run(words, tmp_path, stdout=gone())
    refused = "nothing" in words or "nowhere" in words  # nothing was written, so that nothing was lost
    assert done.returncode == (2 if refused else 0)
    assert len(done.stderr.splitlines()) == (1 if refused else 0), done.stderr


def test_a_reader_that_leaves_after_a_line_is_no_error(tmp_path):
    line = f"{sys.executable} -m szilard ledger 2>&1 | head -n 1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib")}
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("claim")


def test_both_streams_may_have_lost_their_reader(tmp_path):
    assert run("ledger", tmp_path, stdout=gone(), stderr=gone()).returncode == 0
    assert run("run nowhere", tmp_path, stdout=gone(), stderr=gone()).returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["--help", "ledger", "landauer 1GB"])
def test_an_output_that_is_full_is_one_line_and_exit_code_1(tmp_path, words):
    with open("/dev/full", "w") as full:
        done = run(words, tmp_path, stdout=full.fileno())
    assert done.returncode == 1
    assert done.stderr == (
        "szilard: No space left on device: standard output; free some space or choose another place\n"
    )
    with open("/dev/full", "w") as full:
        assert run("run nowhere", tmp_path, stderr=full.fileno()).returncode == 2


def test_closed_streams_are_no_error(tmp_path):
    command = f"{sys.executable} -m szilard landauer 1GB >&- 2>&-"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib")}
    assert subprocess.run(["bash", "-c", command], env=environment, check=False).returncode == 0


def test_a_pipe_that_breaks_elsewhere_is_not_taken_for_the_reader(monkeypatch):
    def broken(key):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr("szilard.experiments.load", broken)
    result = CliRunner().invoke(app, ["run", "minde"])
    assert result.exit_code == 1 and "Broken pipe" in result.stderr


# --- full disks


def estimate(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and stderr of an estimate that writes a table and a plot into ``folder``."""
    (folder / "data.csv").write_text(DATA)
    given = ["estimate", str(folder / "data.csv"), "--x", "a", "--y", "b", "--with", "gaussian"]
    result = CliRunner().invoke(app, [*given, "--out", str(folder / "t.csv"), "--plot", str(folder / "p.svg"), *words])
    return result.exit_code, result.stderr


def test_a_full_disk_is_found_before_the_work(tmp_path, monkeypatch):
    full = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(files.shutil, "disk_usage", lambda folder: full)
    monkeypatch.setattr("szilard.userdata.read", lambda path: pytest.fail("the work had begun"))
    code, said = estimate(tmp_path)
    assert code == 1 and said.count("\n") == 1
    assert f"No space left on device: {tmp_path / 'p.svg'}; free some space or choose another place" in said


def test_a_disk_that_fills_during_the_work_is_one_line_with_the_file(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    code, said = estimate(tmp_path)
    assert code == 1 and said.count("\n") == 1
    assert f"No space left on device: {tmp_path / 't.csv'}; free some space" in said
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(OSError) as refusal:
        write_whole(tmp_path / "nowhere" / "a.csv", b"")
    assert refusal.value.filename == str(tmp_path / "nowhere" / "a.csv")
    assert isinstance(refusal.value, FileNotFoundError)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system")
def test_on_a_file_system_that_is_full_nothing_half_written_stays(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this process may not mount a file system")
    try:
        write_whole(small / "a.csv", b"old")
        with pytest.raises(OSError, match="(?i)no space left") as refusal:
            write_whole(small / "a.csv", b"x" * 200_000)
        assert refusal.value.filename == str(small / "a.csv")
        assert [(path.name, path.read_bytes()) for path in small.iterdir()] == [("a.csv", b"old")]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_the_table_is_written_where_there_is_space(tmp_path):
    assert estimate(tmp_path) == (0, "") and len(pd.read_csv(tmp_path / "t.csv")) == 1
