"""Files that the commands write: refused before any work where they cannot be."""

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

SPACE = 2**20  # bytes that must be free: more than any table or plot of a command takes

__all__ = ["check_target"]


def check_target(path: Path | None, option: str, suffixes: Sequence[str], source: Path) -> None:
    """Refuse, before any work, a file that could not or should not be written."""
    if path is None:
        return
    if path.suffix.lower() not in suffixes:
        raise ValueError(f"{option} must end in {' or '.join(suffixes)}; got {str(path)!r}")
    if path.is_dir():
        raise ValueError(f"{option} must be a file; {str(path)!r} is a folder")
    if not path.parent.is_dir():
        raise ValueError(f"{option}: no folder {str(path.parent)!r}; make it first or choose another")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"{option}: folder {str(path.parent)!r} is not writable; choose another")
    if shutil.disk_usage(path.parent).free < SPACE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    if path.exists() and source.exists() and path.samefile(source):
        raise ValueError(f"{option} would overwrite the data in {str(path)!r}; choose another name")
