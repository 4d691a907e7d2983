"""Finding one data file: in an installed package, the cache or the user's folder; never on the network."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

__all__ = ["DataFile", "data_cache"]


@dataclass(frozen=True)
class DataFile:
    """A file of known content that a package ships.

    It is looked for in the installed package, then in the cache (``$XDG_CACHE_HOME/szilard`` or
    ``~/.cache/szilard``), then in the folder named by the environment variable ``SZILARD_DATA``, then where a package
    of the operating system puts it. The first copy whose SHA-256 matches is used.

    Args:
        path: the file inside the package, with forward slashes.
        sha256: SHA-256 of the file's bytes, in hexadecimal.
        install: the command that installs the package.
        source: what the data are and where they come from.
        licence: under which terms they are distributed.
        package: the import name of the package, if it is one of Python; it is located but not imported.
        folder: folder in the cache and in the user's folder, for files whose names others share.
        system: folder of the operating system's package.
    """

    path: str
    sha256: str
    install: str
    source: str
    licence: str
    package: str = ""
    folder: str = ""
    system: str = ""

    @property
    def name(self) -> str:
        """What a copy in the cache or in the user's folder is called, below that folder."""
        return f"{self.folder}/{self.path.rsplit('/', 1)[-1]}".lstrip("/")

    def candidates(self) -> Iterator[Path]:
        """The places to look at, in order."""
        spec = find_spec(self.package) if self.package else None
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(folder, *self.path.split("/"))
        yield data_cache() / self.name
        if os.environ.get("SZILARD_DATA"):
            yield Path(os.environ["SZILARD_DATA"]) / self.name
        if self.system:
            yield Path(self.system, self.path)

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            FileNotFoundError: no copy anywhere; the message holds the command that installs one.
            ValueError: copies exist and none has the expected SHA-256.
        """
        wrong = ""
        for place in self.candidates():
            if not place.is_file():
                continue
            content = place.read_bytes()
            found = hashlib.sha256(content).hexdigest()
            if found == self.sha256:
                return content
            wrong = wrong or f"{place} has SHA-256 {found[:12]}…, {self.sha256[:12]}… is needed"
        if wrong:
            force = " --force-reinstall" if self.package else ""
            raise ValueError(f"{wrong}: install it again with `{self.install}{force}`")
        raise FileNotFoundError(f"{self.name} was not found: run `{self.install}`, or put it into $SZILARD_DATA")


def data_cache() -> Path:
    """The folder for data that were fetched: ``$XDG_CACHE_HOME/szilard`` or ``~/.cache/szilard``."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "szilard"
