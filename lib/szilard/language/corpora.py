"""Corpora by name: read offline from what a package ships or ``szilard data fetch`` has brought, checked by hash."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections.abc import Callable

from szilard.datasets.files import DataFile
from szilard.datasets.text_files import BROWN, GUIDE, LEE, SOTU, SOTU_PART
from szilard.language._markup import data_tar, html_paragraphs
from szilard.language.documents import Corpus, Document
from szilard.language.splitting import sentences
from szilard.validation import check_choice

LANGUAGES = ("ca", "cs", "da", "de", "el", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt", "ro", "ru", "sv", "vi",
             "zh_CN")  # fmt: skip
_GUIDE = "./usr/share/doc/installation-guide-amd64/"

__all__ = ["CORPORA", "LANGUAGES", "available", "load"]


def load(name: str) -> Corpus:
    """The corpus called ``name``.

    Args:
        name: ``"sotu-59"``, every fourth State of the Union address, which comes with the library; ``"sotu"``, all 233;
            ``"brown"``; ``"lee"``; or ``"guide:de"`` and the like, the installation guide of Debian in one of the
            ``LANGUAGES``. All but the first are fetched with ``szilard data fetch``.

    Raises:
        ValueError: unknown name, or a file that is not the expected one.
        FileNotFoundError: the corpus is not on this machine; the message holds the command that fetches it.
    """
    check_choice(name, "corpus", CORPORA)
    reader, file = CORPORA[name]
    documents = reader(file.read(), name.partition(":")[2])
    return Corpus(name, documents, file.source, file.licence, file.sha256)


def available() -> dict[str, bool]:
    """Which corpora are on this machine, by name; files are looked for and not read."""
    return {name: any(map(_is_file, file.candidates())) for name, (_, file) in CORPORA.items()}


def _is_file(path: object) -> bool:
    return bool(getattr(path, "is_file", lambda: False)())


def _shipped(content: bytes, _: str) -> tuple[Document, ...]:
    rows = json.loads(lzma.decompress(content))
    return tuple(Document.of(row["id"], row["text"], str(row["year"])) for row in rows)


def _sotu(content: bytes, _: str) -> tuple[Document, ...]:
    files = _members(content, lambda name: name.startswith("package/data/") and name.endswith(".json"))
    rows = ((name.rsplit("/", 1)[-1].removesuffix(".json"), json.loads(text)) for name, text in files)
    return tuple(Document.of(name, row["text"], str(row["year"])) for name, row in rows)


def _brown(content: bytes, _: str) -> tuple[Document, ...]:
    files = _members(content, lambda name: len(name) == len("package/ca01") and name.startswith("package/c"))
    return tuple(_tagged(name.rsplit("/", 1)[-1], text.decode("latin-1")) for name, text in files)


def _tagged(name: str, text: str) -> Document:
    """A sample of the Brown corpus: a sentence a line, every word with its tag behind the last slash."""
    lines = (tuple(pair.rpartition("/")[0] for pair in line.split()) for line in text.splitlines())
    kept = tuple(line for line in lines if line)
    return Document(name, tuple(map(_written, kept)), kept, group=name[1])


def _written(tokens: tuple[str, ...]) -> str:
    """Words and marks as one would write them."""
    text = " ".join(tokens).replace("`` ", "“").replace(" ''", "”").replace("``", "“").replace("''", "”")
    for mark in ",.;:!?)":
        text = text.replace(f" {mark}", mark)
    return text.replace("( ", "(")


def _lee(content: bytes, _: str) -> tuple[Document, ...]:
    lines = content.decode("utf-8").splitlines()
    return tuple(Document.of(f"story {i}", line) for i, line in enumerate(lines) if line.strip())


def _guide(content: bytes, language: str) -> tuple[Document, ...]:
    """Pages of the guide; a page without text is left out in every language."""
    folder = f"{_GUIDE}{language}/"
    pages = _members(data_tar(content), lambda name: name.startswith(folder) and name.endswith(".html"), "r:xz")
    read = ((name.removeprefix(folder), html_paragraphs(page.decode("utf-8"))) for name, page in pages)
    split = ((name, [each for text in found for each in sentences(text)]) for name, found in read)
    return tuple(Document(name, tuple(found), group=language) for name, found in split if found)


def _members(content: bytes, wanted: Callable[[str], bool], mode: str = "r:gz") -> list[tuple[str, bytes]]:
    """The wanted files of an archive by name, in alphabetical order; nothing is unpacked to the disk."""
    found = []
    with tarfile.open(fileobj=io.BytesIO(content), mode=mode) as archive:  # type: ignore[call-overload]
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() and wanted(member.name) else None
            if stream is not None:
                found.append((member.name, stream.read()))
    return sorted(found)


Reader = Callable[[bytes, str], tuple[Document, ...]]
CORPORA: dict[str, tuple[Reader, DataFile]] = {
    "sotu-59": (_shipped, SOTU_PART),
    "sotu": (_sotu, SOTU),
    "brown": (_brown, BROWN),
    "lee": (_lee, LEE),
    **{f"guide:{language}": (_guide, GUIDE) for language in LANGUAGES},
}
