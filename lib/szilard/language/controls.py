"""Documents in which what a trend is credited to is absent: shuffled, cut out, or with another's context."""

from __future__ import annotations

from collections.abc import Sequence

from szilard.language.documents import Document
from szilard.rng import RNG, generator
from szilard.validation import check_integer

__all__ = ["excerpt", "others", "shuffled"]


def shuffled(document: Document, rng: RNG = 0) -> Document:
    """The document with its sentences in random order: the same sentences, another development."""
    return document.reordered(generator(rng).permutation(len(document)).tolist())


def excerpt(document: Document, length: int, rng: RNG = 0) -> Document:
    """So many sentences in a row from a random place on: the model begins where the author did not.

    Raises:
        ValueError: the document is shorter.
    """
    check_integer(length, "length", 1)
    if length > len(document):
        raise ValueError(f"length must be at most the sentences of {document.name!r}, {len(document)}; got {length}")
    start = int(generator(rng).integers(len(document) - length + 1))
    return document.reordered(range(start, start + length))


def others(documents: Sequence[Document], apart: int = 0) -> list[Document]:
    """For every document another one, ``apart`` places on (by default half of them): the wrong context.

    Raises:
        ValueError: fewer than two documents, or ``apart`` a multiple of their number.
    """
    n = len(documents)
    apart = apart or n // 2
    if n < 2 or apart % n == 0:
        raise ValueError(f"documents must be at least two, and apart no multiple of {n}; got {apart}")
    return [documents[(i + apart) % n] for i in range(n)]
