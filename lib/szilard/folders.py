"""Folders for what can be made again, also where neither the package nor the home folder can be written."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from pathlib import Path

__all__ = ["cache", "refuge", "scratch", "writable"]


def writable(folder: Path) -> bool:
    """Whether files can be made in ``folder``, or it in the nearest folder above it that exists."""
    nearest = next((path for path in (folder, *folder.parents) if os.path.exists(path)), None)
    usable = nearest is not None and nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return folder.is_absolute() and usable


def scratch() -> Path:
    """A folder of this user alone below the temporary folder, the same for every process.

    Raises:
        OSError: something else has its name, or others can enter it.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    path = Path(tempfile.gettempdir()) / f"szilard-{user}"
    path.mkdir(mode=0o700, exist_ok=True)
    facts = path.lstat()
    private = os.name == "nt" or (facts.st_uid == user and not facts.st_mode & 0o077)
    if not (stat.S_ISDIR(facts.st_mode) and private):
        raise PermissionError(errno.EPERM, "this must be a folder that you alone can enter", str(path))
    return path


def cache() -> Path:
    """The user's folder of caches where it can be written, else :func:`scratch`."""
    usual = _usual("XDG_CACHE_HOME", ".cache")
    if sys.platform == "darwin":
        usual = _home() / "Library" / "Caches"
    elif sys.platform == "win32":
        usual = Path(os.environ.get("LOCALAPPDATA", _home() / "AppData" / "Local"))
    return usual if writable(usual) else scratch()


def refuge() -> dict[str, str]:
    """Variables that send files of matplotlib, IPython and Jupyter to :func:`scratch`; none that are not needed.

    Where these libraries find a home folder that cannot be written they warn, or fail. Without any such folder they
    are left to themselves.
    """
    usual = {
        "MPLCONFIGDIR": (_usual("XDG_CONFIG_HOME", ".config"), _usual("XDG_CACHE_HOME", ".cache")),
        "IPYTHONDIR": (_home(),),
        "JUPYTER_RUNTIME_DIR": (_usual("XDG_DATA_HOME", ".local/share"),),
    }
    lost = [name for name, folders in usual.items() if not (name in os.environ or all(map(writable, folders)))]
    try:
        return {name: str(scratch() / name.lower()) for name in lost}
    except OSError:
        return {}


def _usual(variable: str, below: str) -> Path:
    return Path(os.environ.get(variable) or _home() / below)


def _home() -> Path:
    return Path(os.path.expanduser("~"))  # stays "~", which no folder is, for a user without a home
