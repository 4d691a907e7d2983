"""Whether displays were made from code that anybody can check out."""

import re
from pathlib import Path

from szilard.compendium.canonical import Fields
from szilard.compendium.checkout import has_history, is_ancestor

__all__ = ["implausible", "ungrounded"]

_TEXTS = ("python", "commit", "utc")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def ungrounded(record: Fields, root: Path) -> list[str]:
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
        if known and not is_ancestor(made["commit"], root):
            wrong.append(f"{who} was made from {made['commit'][:12]}, which is no ancestor of this commit")
    return wrong


def implausible(record: Fields) -> list[str]:
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
        if not isinstance(versions, dict) or not versions:
            wrong.append(f"versions of {who} are none: {versions!r}")
    return wrong


def _makings(record: Fields) -> list[tuple[str, Fields]]:
    sources = [(f"{s.get('key')}/{s.get('experiment')}", s) for s in record["provenance"]]
    return [(str(record["id"]), record["environment"]), *sources]
