"""Finding one data file: in an installed package, the cache or the user's folder; never on the network."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

__all__ = ["DataFile"]


@dataclass(frozen=True)
class DataFile:
    """A file of known content that a package ships.

    It is looked for in the installed package, then in the cache (``$XDG_CACHE_HOME/szilard`` or
    ``~/.cache/szilard``), then in the folder named by the environment variable ``SZILARD_DATA``. The first
    copy whose SHA-256 matches is used.

    Args:
        package: the import name of the package; it is located but not imported.
        path: the file inside the package, with forward slashes.
        sha256: SHA-256 of the file's bytes, in hexadecimal.
        install: the command that installs the package.
        source: what the data are and where they come from.
        licence: under which terms they are distributed.
    """

    package: str
    path: str
    sha256: str
    install: str
    source: str
    licence: str

    @property
    def name(self) -> str:
        """File name without folders: what a copy in the cache or in the user's folder is called."""
        return self.path.rsplit("/", 1)[-1]

    def candidates(self) -> Iterator[Path]:
        """The places to look at, in order."""
        spec = find_spec(self.package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(folder, *self.path.split("/"))
        cache = os.environ.get("XDG_CACHE_HOME")
        yield (Path(cache) if cache else Path.home() / ".cache") / "szilard" / self.name
        if os.environ.get("SZILARD_DATA"):
            yield Path(os.environ["SZILARD_DATA"]) / self.name

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
            raise ValueError(f"{wrong}: reinstall it with `{self.install} --force-reinstall`")
        raise FileNotFoundError(f"{self.name} was not found: run `{self.install}`, or put it into $SZILARD_DATA")
