"""Whether displays were made from code that anybody can check out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["has_history", "implausible", "ungrounded"]

_TEXTS = ("python", "commit", "utc")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def has_history(root: Path) -> bool:
    """Whether ``root`` is a git checkout with all of its past."""
    return _git(root, "rev-parse", "--is-shallow-repository") == "false"


def ungrounded(record: Mapping[str, Any], root: Path) -> list[str]:
    """Why the code behind a display cannot be checked out; empty where it can, or where that cannot be told.

    Args:
        record: of the display.
        root: a checkout.
    """
    known = has_history(root)
    wrong = []
    for who, made in _makings(record):
        if made["dirty"]:
            wrong.append(f"{who} was made from code with local changes")
        if known and not _is_ancestor(root, made["commit"]):
            wrong.append(f"{who} was made from {made['commit'][:12]}, which is no ancestor of this commit")
    return wrong


def implausible(record: Mapping[str, Any]) -> list[str]:
    """Fields of a display's origin that hold what cannot be."""
    wrong = []
    for who, made in _makings(record):
        wrong += [f"{name} of {who} is no text" for name in _TEXTS if not isinstance(made.get(name), str)]
        if not _UTC.fullmatch(str(made.get("utc"))):
            wrong.append(f"utc of {who} is no time: {made.get('utc')!r}")
        if not re.fullmatch(r"[0-9a-f]{40}|unknown", str(made.get("commit"))):
            wrong.append(f"commit of {who} is none: {made.get('commit')!r}")
        if not isinstance(made.get("dirty"), bool):
            wrong.append(f"dirty of {who} is neither true nor false: {made.get('dirty')!r}")
        versions = made.get("versions")
        if not isinstance(versions, Mapping) or not versions:
            wrong.append(f"versions of {who} are none: {versions!r}")
    return wrong


def _makings(record: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    sources = [(f"{s.get('key')}/{s.get('experiment')}", s) for s in record["provenance"]]
    return [(str(record["id"]), record["environment"]), *sources]


@lru_cache(maxsize=4096)
def _is_ancestor(root: Path, commit: str) -> bool:
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        return False
    return _git(root, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def _git(root: Path, *arguments: str) -> str | None:
    # What a repository's own settings name is not run.
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
