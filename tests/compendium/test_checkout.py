"""The library's own checkout: its commit, what differs from it, and that asking executes nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from szilard.compendium import checkout


def git(folder: Path, *words: str) -> str:
    """What git says, with an author and without the settings of this machine."""
    author = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), *author, *words]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def make(folder: Path) -> Path:
    """A repository like this one, in small, with one commit."""
    package = folder / "lib" / "szilard"
    package.mkdir(parents=True)
    (folder / "_toc.yml").touch()
    (package / "__init__.py").write_text("x = 1\n")
    (package / "link.py").symlink_to("__init__.py")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return package


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package in such a repository, taken for the imported one."""
    package = make(tmp_path / "own")
    monkeypatch.setattr(checkout, "LIBRARY", package)
    return package


def test_a_clean_checkout_is_its_commit(package: Path) -> None:
    assert checkout.commit() == (git(package, "rev-parse", "HEAD"), False)


@pytest.mark.parametrize("change", ["edit", "delete", "add", "stage", "relink"])
def test_whatever_differs_from_the_commit_is_seen(package: Path, change: str) -> None:
    file = package / "__init__.py"
    if change == "edit":
        stamp = file.stat()
        file.write_text("x = 2\n")  # as long as before, and as old
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    elif change == "delete":
        file.unlink()
    elif change == "relink":
        (package / "link.py").unlink()
        (package / "link.py").symlink_to("other.py")
    else:
        (package / "new.py").touch()
        if change == "stage":
            git(package, "add", "-A")
    assert checkout.commit() == (git(package, "rev-parse", "HEAD"), True)


def test_files_that_are_no_code_and_line_ends_of_windows_do_not_count(package: Path) -> None:
    (package / "notes.txt").touch()
    (package / "__init__.py").write_bytes(b"x = 1\r\n")
    assert checkout.changed() is False


def test_ancestors_are_told_from_strangers(package: Path) -> None:
    first = git(package, "rev-parse", "HEAD")
    git(package, "commit", "-q", "--allow-empty", "-m", "two")
    git(package, "checkout", "-q", "-b", "side", first)
    git(package, "commit", "-q", "--allow-empty", "-m", "aside")
    aside = git(package, "rev-parse", "HEAD")
    git(package, "checkout", "-q", "main")
    own = package.parents[1]
    assert checkout.is_ancestor(first, own) and checkout.is_ancestor(git(package, "rev-parse", "HEAD"), own)
    for commit in (aside, "0" * 40, "unknown", "", "HEAD", "--all", first[:6]):
        assert not checkout.is_ancestor(commit, own)


def test_the_repository_of_the_working_directory_or_of_the_environment_is_not_asked(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = git(package, "rev-parse", "HEAD")
    make(tmp_path / "other")
    git(tmp_path / "other", "commit", "-q", "--allow-empty", "-m", "two")
    monkeypatch.chdir(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert checkout.commit() == (own, False)


@pytest.mark.parametrize("place", ["site-packages", "lib", "vendored"])
def test_a_library_that_is_only_below_a_repository_has_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    make(tmp_path / "own")
    installed = tmp_path / "own" / ".venv" / place / "szilard"
    if place == "vendored":  # a whole copy without a repository of its own, inside another
        installed = tmp_path / "own" / "copy" / "lib" / "szilard"
        (tmp_path / "own" / "copy").mkdir()
        (tmp_path / "own" / "copy" / "_toc.yml").touch()
    installed.mkdir(parents=True)
    monkeypatch.setattr(checkout, "LIBRARY", installed)
    assert checkout.commit() == ("unknown", False)
    assert (checkout.root() is None) == (place != "vendored")


def test_no_program_that_a_configuration_names_is_executed(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {sprung}\ncat\n')
    trap.chmod(0o755)
    folder = package.parents[1]
    (folder / ".gitattributes").write_text("* filter=evil diff=evil\n")
    git(package, "add", "-A")
    git(package, "commit", "-qm", "attributes")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / hook).symlink_to(trap)
    included = tmp_path / "included"
    programs = ["core.pager", "core.editor", "core.sshCommand", "core.askPass", "diff.external", "diff.evil.textconv"]
    programs += ["diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program"]
    programs += ["pager.rev-parse", "pager.ls-tree", "credential.helper", "core.gitProxy", "core.alternateRefsCommand"]
    for name in programs:
        subprocess.run(["git", "config", "-f", str(included), name, str(trap)], check=True)
    for name, value in [("core.fsmonitor", trap), ("core.hooksPath", hooks), ("include.path", included)]:
        subprocess.run(["git", "config", "-f", str(folder / ".git" / "config"), name, str(value)], check=True)
    (package / "__init__.py").write_text("x = 2\n")
    before = (folder / ".git" / "index").read_bytes()
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    assert checkout.commit() == (checkout._git("rev-parse", "HEAD").strip(), True)
    assert checkout.is_ancestor(checkout.commit()[0], folder)
    assert not sprung.exists() and (folder / ".git" / "index").read_bytes() == before
    subprocess.run(["git", "-C", str(folder), "status", "--porcelain"], check=True, capture_output=True)
    assert sprung.exists()  # the traps are real
