"""Documents whose sentences have an order, and corpora of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from szilard.language.splitting import sentences, words
from szilard.validation import check_integer

__all__ = ["Corpus", "Document"]


@dataclass(frozen=True)
class Document:
    """A text as a sequence of sentences.

    Args:
        name: what it is called, unique within its corpus.
        sentences: its sentences in order, none of them empty.
        tokens: the words of every sentence where its source gives them; by default found by :func:`words`.
        group: what it belongs to, for example a genre or a year.

    Raises:
        ValueError: no sentence, an empty one, or words for another number of sentences.
    """

    name: str
    sentences: tuple[str, ...]
    tokens: tuple[tuple[str, ...], ...] = ()
    group: str = ""

    def __post_init__(self) -> None:
        if not self.sentences or not all(each.strip() for each in self.sentences):
            raise ValueError(f"sentences of {self.name!r} must be texts that are not empty; got {len(self.sentences)}")
        if self.tokens and len(self.tokens) != len(self.sentences):
            raise ValueError(
                f"tokens of {self.name!r} must be those of {len(self.sentences)} sentences; got {len(self.tokens)}"
            )

    @classmethod
    def of(cls, name: str, text: str, group: str = "") -> Document:
        """The document of a plain text, split by :func:`sentences`."""
        return cls(name, tuple(sentences(text)), group=group)

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The words of every sentence."""
        return self.tokens or tuple(tuple(words(each)) for each in self.sentences)

    @property
    def text(self) -> str:
        """The sentences joined by spaces."""
        return " ".join(self.sentences)

    def __len__(self) -> int:
        return len(self.sentences)

    def first(self, count: int) -> Document:
        """The document up to and with sentence ``count``."""
        return self.reordered(range(min(count, len(self))))

    def reordered(self, order: Sequence[int]) -> Document:
        """The document whose sentences are those of these indices, in this order."""
        tokens = tuple(self.tokens[i] for i in order) if self.tokens else ()
        return replace(self, sentences=tuple(self.sentences[i] for i in order), tokens=tokens)


@dataclass(frozen=True)
class Corpus:
    """Documents of one kind, and where they come from.

    Args:
        name: what it is called.
        documents: in the order of its source.
        source: what the texts are.
        licence: under which terms they are distributed.
        sha256: of the file they were read from; empty for texts that are made.
    """

    name: str
    documents: tuple[Document, ...]
    source: str = ""
    licence: str = ""
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __repr__(self) -> str:
        return f"Corpus({self.name!r}, {len(self)} documents, {sum(map(len, self))} sentences)"

    def every(self, step: int) -> Corpus:
        """Every ``step``-th document, the first one included."""
        check_integer(step, "step", 1)
        return replace(self, documents=self.documents[::step])

    def folds(self, count: int) -> Iterator[tuple[tuple[Document, ...], tuple[Document, ...]]]:
        """Pairs of documents to train on and to test on; document j is tested in fold j mod ``count``."""
        check_integer(count, "count", 2)
        if len(self) < count:
            raise ValueError(f"count must be at most the number of documents, {len(self)}; got {count}")
        for fold in range(count):
            kept = tuple(each for j, each in enumerate(self.documents) if j % count != fold)
            yield kept, self.documents[fold::count]
