"""What a language model says of documents: bits by token, each with its place; and the protocol of such models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np

from szilard.language.documents import Document
from szilard.validation import check_integer

Context: TypeAlias = "Literal['document', 'sentence'] | int | Document"

__all__ = ["Context", "LanguageModel", "Scores", "check_context", "score"]


@runtime_checkable
class LanguageModel(Protocol):
    """A model that predicts documents token by token.

    ``surprisal`` returns the bits of every token given what came before it in its sentence and a *context*:

    - ``"document"``: all sentences before;
    - ``"sentence"``: nothing else;
    - an integer W: as many of the last tokens before;
    - another document: for sentence k, the first k − 1 sentences of that document instead of the own ones.
    """

    @property
    def unit(self) -> str:
        """What a token is: ``"word"``, ``"byte"`` or ``"token"``."""

    def surprisal(self, document: Document, context: Context = "document") -> Scores:
        """Bits of every token of the document, with its sentence and its place."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Surprisals of the tokens of one or several documents, in order.

    Args:
        bits: surprisal of every token, shape (n,).
        document: index of its document, from 0.
        sentence: index of its sentence in the document, from 0.
        token: its place in the document, from 0.
        size: UTF-8 bytes of the documents, one a document.
    """

    bits: np.ndarray
    document: np.ndarray
    sentence: np.ndarray
    token: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, bits: np.ndarray, sentence: np.ndarray, document: Document) -> Scores:
        """The scores of one document.

        Raises:
            ValueError: bits that are negative, not finite, or not one a token.
        """
        if len(bits) != len(sentence) or not np.isfinite(bits).all() or (bits < 0).any():
            raise ValueError("bits must be finite, ≥ 0 and as many as tokens")
        size = sum(len(each.encode()) + 1 for each in document.sentences)
        zeros = np.zeros(len(bits), dtype=np.int32)
        return cls(np.asarray(bits, dtype=float), zeros, np.asarray(sentence), np.arange(len(bits)), np.array([size]))

    @classmethod
    def join(cls, parts: Iterable[Scores]) -> Scores:
        """The scores of several documents as one."""
        parts = list(parts)
        offsets = np.cumsum([0, *(len(each.size) for each in parts)])
        moved = [each.document + offset for each, offset in zip(parts, offsets[:-1], strict=True)]
        columns = (np.concatenate([getattr(each, name) for each in parts]) for name in ("sentence", "token", "size"))
        return cls(np.concatenate([each.bits for each in parts]), np.concatenate(moved), *columns)

    def __len__(self) -> int:
        return len(self.bits)

    @property
    def per_token(self) -> float:
        """Bits a token."""
        return float(self.bits.mean())

    @property
    def per_byte(self) -> float:
        """Bits a byte of UTF-8, a separator counted behind every sentence."""
        return float(self.bits.sum() / self.size.sum())


def check_context(context: Context) -> None:
    """Refuse what is no context.

    Raises:
        ValueError: neither ``"document"`` nor ``"sentence"``, an integer ≥ 1 or a document.
    """
    if isinstance(context, Document) or context in ("document", "sentence"):
        return
    if isinstance(context, str):
        raise ValueError(f"context must be 'document', 'sentence', a window ≥ 1 or a document; got {context!r}")
    check_integer(context, "context", 1)


def score(
    model: LanguageModel, documents: Sequence[Document], context: Context | Callable[[int], Document] = "document"
) -> Scores:
    """Scores of many documents; ``context`` may be a function that gives another document to each index."""
    if callable(context) and not isinstance(context, Document):
        return Scores.join(model.surprisal(each, context(i)) for i, each in enumerate(documents))
    return Scores.join(model.surprisal(each, context) for each in documents)
