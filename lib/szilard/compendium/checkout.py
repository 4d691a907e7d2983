"""What git knows of a checkout: its commit, its past, and whether code that made something can be had from it.

Asked about is the checkout that the imported library lies in, or the one that is named; never the repository of the
working directory. Git is run so that it executes nothing that a configuration names: commands that read objects alone
(no index, and so no file monitor and no filter), without hooks, and without what the environment or the system adds.
"""

import hashlib
import os
import re
import subprocess
from functools import lru_cache
from pathlib import Path

from szilard.compendium.canonical import Fields

LIBRARY = Path(__file__).resolve().parents[1]
_NO_PROGRAMS = ("core.fsmonitor=", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never")

_TEXTS = ("python", "commit", "utc")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_COMMITS = re.compile(r"([0-9a-f]{40}|unknown)(; ([0-9a-f]{40}|unknown))*")  # several, where earlier cells are kept

__all__ = ["LIBRARY", "changed", "commit", "has_history", "implausible", "is_ancestor", "root", "ungrounded"]


def root() -> Path | None:
    """The folder above ``lib/szilard`` that also holds the book; ``None`` for a library installed elsewhere."""
    if (LIBRARY.parent.name, LIBRARY.name) != ("lib", "szilard"):
        return None
    folder = LIBRARY.parent.parent
    return folder if (folder / "_toc.yml").is_file() else None


def commit() -> tuple[str, bool]:
    """The commit of the library's own checkout and whether the library differs from it; ``("unknown", False)`` without
    one."""
    head = _git("rev-parse", "--verify", "HEAD^{commit}").strip()
    return (head, changed()) if head else ("unknown", False)


def changed() -> bool:
    """Whether a file below ``lib`` differs from the commit, is missing, or is Python that the commit does not hold."""
    folder = root()
    lines = _git("ls-tree", "-r", "-z", "--full-tree", "HEAD", "lib").split("\0")
    committed = {path: facts.split() for facts, _, path in (line.partition("\t") for line in lines if line)}
    if folder is None or not committed:
        return True
    strangers = {path.relative_to(folder).as_posix() for path in (folder / "lib").rglob("*.py")} - set(committed)
    return bool(strangers) or not all(
        _is_blob(folder / path, mode, name) for path, (mode, _, name) in committed.items()
    )


def has_history(folder: Path) -> bool:
    """Whether ``folder`` is a git checkout with all of its past."""
    return _git("rev-parse", "--is-shallow-repository", folder=folder).strip() == "false"


@lru_cache(maxsize=4096)
def is_ancestor(commit: str, folder: Path) -> bool:
    """Whether ``commit`` (40 hexadecimal digits) is the present commit of a checkout or an ancestor of it."""
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        return False
    return _git("merge-base", commit, "HEAD", folder=folder).strip() == commit


def _is_blob(path: Path, mode: str, name: str) -> bool:
    if mode == "160000":  # another repository
        return True
    try:
        content = os.fsencode(os.readlink(path)) if mode == "120000" else path.read_bytes()
    except OSError:
        return False
    # Checked out with the line ends of Windows, a text is the same text.
    return name in (_blob(content, len(name)), _blob(content.replace(b"\r\n", b"\n"), len(name)))


def _blob(content: bytes, digits: int) -> str:
    """The name that git gives to a file with this content."""
    whole = b"blob %d\0" % len(content) + content
    return (hashlib.sha1(whole) if digits == 40 else hashlib.sha256(whole)).hexdigest()


def _git(*arguments: str, folder: Path | None = None) -> str:
    """What git says of a checkout, by default the library's; ``""`` where there is none, no git, or an error."""
    folder = folder or root()
    if folder is None or not (folder / ".git").exists():
        return ""
    # Its variables may point to another repository, as in a hook.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CEILING_DIRECTORIES": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"}
    settings = [word for setting in _NO_PROGRAMS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "--no-pager", *settings, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def ungrounded(record: Fields, root: Path) -> list[str]:
    """Why the code behind a display cannot be had from the checkout ``root``; empty if it can, or that is unknown."""
    known = has_history(root)
    wrong = []
    for who, made in _makings(record):
        if made["dirty"]:
            wrong.append(f"{who} was made from code with local changes")
        for made_from in made["commit"].split("; ") if known else ():
            if not is_ancestor(made_from, root):
                wrong.append(f"{who} was made from {made_from[:12]}, which is no ancestor of this commit")
    return wrong


def implausible(record: Fields) -> list[str]:
    """Fields of a display's origin that hold what cannot be."""
    wrong = []
    for who, made in _makings(record):
        wrong += [f"{name} of {who} is no text" for name in _TEXTS if not isinstance(made.get(name), str)]
        if not _UTC.fullmatch(str(made.get("utc"))):
            wrong.append(f"utc of {who} is no time: {made.get('utc')!r}")
        if not _COMMITS.fullmatch(str(made.get("commit"))):
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
