"""Displays name the commit that they were made from; it must be there, and what it was."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from szilard.compendium.checkout import has_history, implausible, ungrounded


def _git(folder: Path, *words: str) -> str:
    options = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *options, "-C", folder, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of two commits."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    for number in "12":
        (folder / "file").write_text(number)
        _git(folder, "add", "file")
        _git(folder, "commit", "-qm", number)
    return folder


def _record(commit: str, dirty: bool = False) -> dict[str, Any]:
    return {"id": "fig-a-b", "environment": {"commit": commit, "dirty": dirty}, "provenance": []}


def test_a_commit_of_the_past_is_ground_and_any_other_is_not(checkout) -> None:
    for revision in ("HEAD", "HEAD~1"):
        assert ungrounded(_record(_git(checkout, "rev-parse", revision)), checkout) == []
    _git(checkout, "switch", "-qc", "side", "HEAD~1")
    (checkout / "file").write_text("3")
    _git(checkout, "commit", "-qam", "3")
    side = _git(checkout, "rev-parse", "HEAD")
    _git(checkout, "switch", "-q", "main")
    for commit in (side, "0" * 40, "unknown", "--version", "HEAD"):
        (line,) = ungrounded(_record(commit), checkout)
        assert line == f"fig-a-b was made from {commit[:12]}, which is no ancestor of this commit"


def test_every_commit_of_what_several_runs_measured_is_looked_at(checkout) -> None:
    head, before = (_git(checkout, "rev-parse", revision) for revision in ("HEAD", "HEAD~1"))
    good, bad = _record(f"{before}; {head}"), _record(f"{head}; {'0' * 40}")
    assert ungrounded(good, checkout) == []
    assert ungrounded(bad, checkout) == [f"fig-a-b was made from {'0' * 12}, which is no ancestor of this commit"]
    assert not [line for line in implausible(_whole(good)) if "commit" in line]
    for commit in (f"{head}; ", f"{head};{before}", f"{head}; main"):
        assert f"commit of fig-a-b is none: {commit!r}" in implausible(_whole(_record(commit)))


def _whole(record: dict[str, Any]) -> dict[str, Any]:
    made = {"utc": "2026-01-01T00:00:00Z", "versions": {"numpy": "2"}} | record["environment"]
    return record | {"environment": made}


def test_local_changes_are_told_of_sources_too(checkout) -> None:
    head = _git(checkout, "rev-parse", "HEAD")
    source = {"key": "a", "experiment": "e", "commit": head, "dirty": True}
    record = _record(head) | {"provenance": [source]}
    assert ungrounded(record, checkout) == ["a/e was made from code with local changes"]


def test_where_the_past_is_cut_off_nothing_is_said_about_commits(checkout, tmp_path) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", checkout.as_uri(), shallow], check=True)
    assert has_history(checkout) and not has_history(shallow) and not has_history(tmp_path)
    assert ungrounded(_record("0" * 40), shallow) == []


def test_no_program_that_a_repository_names_is_run(checkout, tmp_path) -> None:
    witness = tmp_path / "ran"
    _git(checkout, "config", "core.fsmonitor", f"touch {witness};")
    ungrounded(_record(_git(checkout, "rev-parse", "HEAD")), checkout)
    witness.unlink(missing_ok=True)
    ungrounded(_record("1" * 40), checkout)
    assert not witness.exists()
