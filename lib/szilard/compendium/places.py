"""Where things live: the repository, the cache of computed cells, the recorded results."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder", "child_environment", "repository", "results_folder"]


def repository() -> Path | None:
    """The root of the checkout that holds this package or the working directory; ``None`` outside one."""
    for start in (Path(__file__).resolve().parent, Path.cwd().resolve()):
        for folder in (start, *start.parents):
            if (folder / "_toc.yml").is_file() and (folder / "lib" / "szilard").is_dir():
                return folder
    return None


def cache_folder() -> Path:
    """Where cells are kept: ``$SZILARD_CACHE``, else ``.szilard/`` of the checkout, else the user's cache."""
    if chosen := os.environ.get("SZILARD_CACHE"):
        return Path(chosen).expanduser().resolve()
    root = repository()
    return root / ".szilard" if root else _user_cache() / "szilard"


def child_environment() -> dict[str, str]:
    """The environment of programs started here: they find this very library, and draw their figures."""
    library = str(Path(__file__).resolve().parents[2])
    paths = [library, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
    environment.pop("MPLBACKEND", None)  # set to a file format, it makes figures vanish from notebooks
    return environment


def results_folder(key: str, root: Path | None = None) -> Path:
    """The folder of the recorded full-tier results of chapter ``key``."""
    return (root or repository() or Path.cwd()) / "book" / "results" / key


def _user_cache() -> Path:
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    return Path(os.environ.get("XDG_CACHE_HOME", home / ".cache"))
