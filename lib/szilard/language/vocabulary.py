"""Words as numbers, those too rare as one: what a model of words can predict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from szilard.language.documents import Document
from szilard.validation import check_integer

START, END, UNKNOWN = 0, 1, 2  # <s>, which nothing predicts; </s>; any word that is not known

__all__ = ["END", "START", "UNKNOWN", "Stream", "Vocabulary"]


@dataclass(frozen=True, eq=False)
class Stream:
    """Sentences as one array of numbers, each between a start and an end.

    Args:
        ids: number of every token, starts and ends included.
        place: place in the sentence, 0 for its start.
        sentence: index of the sentence, counted over all documents.
    """

    ids: np.ndarray
    place: np.ndarray
    sentence: np.ndarray


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that a model knows.

    Args:
        index: number of every word, from 3 on.
    """

    index: Mapping[str, int]

    @classmethod
    def of(cls, documents: Iterable[Document], least: int = 2) -> Vocabulary:
        """The words that occur at least ``least`` times, the most frequent first."""
        check_integer(least, "least", 1)
        counts: Counter[str] = Counter()
        for document in documents:
            for sentence in document.words:
                counts.update(sentence)
        kept = sorted(
            (word for word, count in counts.items() if count >= least), key=lambda word: (-counts[word], word)
        )
        return cls({word: number for number, word in enumerate(kept, 3)})

    def __len__(self) -> int:
        """Words, and three besides: start, end, unknown."""
        return len(self.index) + 3

    def numbers(self, sentence: Iterable[str]) -> list[int]:
        """The words of a sentence as numbers."""
        index = self.index
        return [index.get(word, UNKNOWN) for word in sentence]

    def stream(self, documents: Iterable[Document]) -> Stream:
        """All sentences of the documents in order."""
        ids: list[int] = []
        lengths: list[int] = []
        for document in documents:
            for sentence in document.words:
                ids.append(START)
                ids += self.numbers(sentence)
                ids.append(END)
                lengths.append(len(sentence) + 2)
        if not lengths:
            raise ValueError("documents must hold at least one sentence; got none")
        sizes = np.array(lengths)
        starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
        place = np.arange(len(ids)) - starts
        return Stream(np.array(ids, dtype=np.int64), place, np.repeat(np.arange(len(sizes)), sizes))
