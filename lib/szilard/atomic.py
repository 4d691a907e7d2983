"""Files that appear under their name whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from pathlib import Path
from uuid import uuid4

ROOM = 2**25  # bytes that must be free before work begins whose results are to be written
ABANDONED = 3600  # seconds after which a temporary file belongs to no writer any more
FULL = "no space left; free some space, or choose another folder (SZILARD_CACHE for cells, --out for results)"
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{32}\.tmp")

__all__ = ["check_folder", "sweep_temporaries", "write_whole"]


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write ``content`` so that ``path`` is either what it was or complete, even if the process is killed.

    A link stays a link. If ``durable``, wait until the disk holds file and name, lest they be lost with the power.

    Raises:
        OSError: the file cannot be written; it names ``path``, and the remedy if the disk is full.
    """
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise OSError(error.errno, FULL if full else error.strerror, str(path)) from error
    if durable:
        _sync(path.parent)
    sweep_temporaries(path.parent)


def sweep_temporaries(folder: Path) -> None:
    """Remove from ``folder`` what killed writers left; files younger than an hour may belong to living ones."""
    try:
        names = [name for name in os.listdir(folder) if _TEMPORARY.fullmatch(name)]
    except OSError:
        return
    for file in map(folder.joinpath, names):
        try:
            if time.time() - file.lstat().st_mtime > ABANDONED:
                file.unlink()
        except OSError:  # another process was faster
            continue


def check_folder(folder: Path) -> None:
    """Refuse, before any work, a folder that could not take its results.

    Raises:
        OSError: the folder, or the one it would be made in, is a file, not writable, or on a full disk.
    """
    place = folder
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OSError(errno.ENOTDIR, "not a folder; choose another", str(place))
    if not os.access(place, os.W_OK | os.X_OK):
        remedy = "not writable; choose another folder (SZILARD_CACHE for cells, --out for results)"
        raise OSError(errno.EACCES, remedy, str(place))
    if shutil.disk_usage(place).free < ROOM:
        raise OSError(errno.ENOSPC, FULL, str(folder))


def _sync(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:  # some file systems sync no folders
        pass
    finally:
        os.close(handle)
