"""Where things live: the repository, the cache of computed cells, the recorded results."""

import os
from pathlib import Path

from szilard import folders
from szilard.compendium import checkout

SPREAD = "spread"  # name, among recorded results, of how far displays move from one processor to another

__all__ = ["SPREAD", "book", "cache_folder", "child_environment", "repository", "results_folder"]


def repository() -> Path | None:
    """The root of the checkout that holds this very library; ``None`` for one that is installed elsewhere."""
    return checkout.root()


def book(execute: bool = False) -> Path:
    """The root of the book that is meant: that of the working directory, else that of the library's checkout.

    Args:
        execute: it is wanted in order to execute its chapters, which takes its own library.

    Raises:
        ValueError: there is none, or its library is another than the imported one and it is to be executed.
    """
    own, here = repository(), Path.cwd().resolve()
    found = next((folder for folder in (here, *here.parents) if _holds_book(folder)), own)
    if found is None:
        raise ValueError("no book here: run this inside a checkout of the repository (it holds _toc.yml)")
    if execute and found != own:
        raise ValueError(
            f"the chapters in {found} go with the library beside them, but szilard was imported from "
            f"{checkout.LIBRARY}: set PYTHONPATH={found / 'lib'}, or install szilard from there"
        )
    return found


def cache_folder() -> Path:
    """Where cells are kept: ``$SZILARD_CACHE``, else ``.szilard/`` of the checkout, else a writable cache."""
    if chosen := os.environ.get("SZILARD_CACHE"):
        return Path(chosen).expanduser().resolve()
    root = repository()
    return root / ".szilard" if root and folders.writable(root / ".szilard") else folders.cache() / "szilard"


def child_environment() -> dict[str, str]:
    """The environment of programs started here: they find this very library, and draw their figures."""
    paths = [str(checkout.LIBRARY.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, **folders.refuge(), "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
    environment.pop("MPLBACKEND", None)  # set to a file format, it makes figures vanish from notebooks
    return environment


def results_folder(key: str, root: Path | None = None) -> Path:
    """The folder of the recorded full-tier results of chapter ``key``."""
    return (root or repository() or Path.cwd()) / "book" / "results" / key


def _holds_book(folder: Path) -> bool:
    return (folder / "_toc.yml").is_file() and (folder / "lib" / "szilard").is_dir()
