"""Prediction by partial matching: a model of bytes that keeps learning while it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from szilard.language import _ppm_loops as loops
from szilard.language.documents import Document
from szilard.language.scores import Context, Scores, check_context
from szilard.validation import check_integer

LOAD = 0.6  # of the hash tables, at most
PIECE = 1 << 16  # bytes

__all__ = ["PPM", "FittedPPM"]


@dataclass(frozen=True)
class PPM:
    r"""A model of bytes from contexts of up to ``order`` bytes (`cleary1984ppm`), smoothed after Kneser and Ney.

    After the last k bytes, s_k, a byte x has probability

    .. math:: p_k(x)=\frac{c(s_kx)-D(c(s_kx))+\gamma(s_k)\,p_{k-1}(x)}{c(s_k)},\qquad p_{-1}(x)=1/256.

    A byte is counted from the longest context down to the first one that it had been seen after. That makes counts of
    short contexts numbers of different continuations, and needs no second pass: the model learns every byte after it
    has predicted it. The discounts D are found from counts of counts, anew for every byte.

    Args:
        order: bytes of the longest context.
    """

    order: int = 6

    def __post_init__(self) -> None:
        check_integer(self.order, "order", 0)

    def fit(self, documents: Iterable[Document] = ()) -> FittedPPM:
        """The model that has read these documents, each from its own start; without any it knows nothing yet."""
        model = FittedPPM(self.order, loops.empty(self.order, 1 << 12))
        for document in documents:
            model._learn(document)
        return model


@dataclass(eq=False)
class FittedPPM:
    """A model of bytes that has read some documents; what it reads while it scores it forgets afterwards."""

    order: int
    _table: loops.Table = field(repr=False)

    unit = "byte"

    def distribution(self, before: bytes) -> np.ndarray:
        """Probabilities of all 256 bytes after these, shape (256,)."""
        data = np.frombuffer(before, dtype=np.uint8).astype(np.int64)
        return loops.chances(self._table, data, min(self.order, len(data)))

    def surprisal(self, document: Document, context: Context = "document") -> Scores:
        """Bits of every byte, the end of a sentence (a line feed) included; an integer context is a window of bytes.

        In any context the model also learns from the sentence it is reading.
        """
        check_context(context)
        text = _Bytes.of(document)
        low, bits = np.zeros(len(text.data), dtype=np.int64), np.zeros(len(text.data))
        end = len(text.data)
        if context == "document" or isinstance(context, int) and not isinstance(context, bool):
            window = context if isinstance(context, int) else end
            reach = text.reach(self.order, across=True)
            for a, b in _pieces(end):
                self._reserve(b - a)
                loops.windowed(self._table, text.data, reach, (1, a, b), low, bits, window)
            loops.unlearn(self._table, text.data, reach, max(1, end - window - 1), end, low)
        else:
            self._by_sentence(text, context if isinstance(context, Document) else None, low, bits)
        return Scores.of(np.maximum(bits[1:], 0.0), text.sentence[1:], document)

    def _by_sentence(self, text: _Bytes, other: Document | None, low: np.ndarray, bits: np.ndarray) -> None:
        """Score sentence by sentence, forgetting each; after each learn the next sentence of the other document."""
        reach = text.reach(self.order, across=False)
        told = _Bytes.of(other) if other else None
        reach_told = told.reach(self.order, across=True) if told else reach
        self._reserve(len(text.data) + (len(told.data) if told else 0))
        table = self._table
        low_told = np.zeros(len(told.data) if told else 0, dtype=np.int64)
        learnt = 1
        for k in range(len(text.starts) - 1):
            a, b = text.starts[k], text.starts[k + 1]
            loops.predict(table, text.data, reach, a, b, low, bits)
            loops.unlearn(table, text.data, reach, a, b, low)
            if told and k + 1 < len(told.starts):
                loops.learn(table, told.data, reach_told, learnt, told.starts[k + 1], low_told)
                learnt = told.starts[k + 1]
        if told:
            loops.unlearn(table, told.data, reach_told, 1, learnt, low_told)

    def _learn(self, document: Document) -> None:
        text = _Bytes.of(document)
        low, reach = np.zeros(len(text.data), dtype=np.int64), text.reach(self.order, across=True)
        for a, b in _pieces(len(text.data)):
            self._reserve(b - a)
            loops.learn(self._table, text.data, reach, a, b, low)

    def _reserve(self, length: int) -> None:
        """Make room for all that so many bytes may add."""
        needed = (int(self._table.used.max()) + length * (self.order + 1)) / LOAD
        size = len(self._table.contexts)
        if needed <= size:
            return
        while size < needed:
            size *= 2
        larger = loops.empty(self.order, size)
        loops.moved(self._table, larger.contexts, larger.seen, larger.pairs, larger.times)
        self._table = larger._replace(tally=self._table.tally, used=self._table.used)


def _pieces(end: int) -> Iterator[tuple[int, int]]:
    """Places 1 to ``end`` in pieces, between which the table may grow."""
    return ((a, min(a + PIECE, end)) for a in range(1, end, PIECE))


@dataclass(frozen=True, eq=False)
class _Bytes:
    """A document as bytes: a line feed, then every sentence with a line feed behind it."""

    data: np.ndarray
    sentence: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, document: Document) -> _Bytes:
        lines = [each.encode() + b"\n" for each in document.sentences]
        sizes = np.array(list(map(len, lines)))
        sentence = np.concatenate([[-1], np.repeat(np.arange(len(lines)), sizes)])
        data = np.frombuffer(b"\n" + b"".join(lines), dtype=np.uint8).astype(np.int64)
        return cls(data, sentence, np.concatenate([[1], 1 + np.cumsum(sizes)]))

    def reach(self, order: int, across: bool) -> np.ndarray:
        """How many bytes before each one count as its context: back to the line feed before its sentence at most,
        unless ``across`` sentences."""
        places = np.arange(len(self.data))
        if not across:
            places[1:] -= self.starts[self.sentence[1:]] - 1
        return np.minimum(places, order)
