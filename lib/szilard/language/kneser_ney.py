"""Kneser–Ney smoothing with three discounts, interpolated, of any order: sparse, and normalised exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from szilard.language._ngrams import ABSENT, Order, count_ngrams, find_ngrams
from szilard.language.documents import Document
from szilard.language.scores import Context, Scores, check_context
from szilard.language.vocabulary import START, Stream, Vocabulary
from szilard.validation import check_integer

DEFAULT = (0.5, 0.75, 1.0)  # discounts where too few counts fix them

__all__ = ["FittedKneserNey", "KneserNey", "discounts"]


@dataclass(frozen=True)
class KneserNey:
    r"""Modified Kneser–Ney smoothing, interpolated (`chen1999smoothing`).

    For a word w after the words h,

    .. math:: p(w\mid h)=\frac{c(hw)-D(c(hw))}{\sum_v c(hv)}+\gamma(h)\,p(w\mid h'),

    with h' all of h but its first word. At the highest order c counts occurrences; below, in how many different ways
    an n-gram is continued to the left, except for n-grams that open a sentence. The unigrams are interpolated with a
    uniform distribution over all words, the end of a sentence and the unknown word. No n-gram spans two sentences, so
    that the model knows no context beyond the sentence.

    Args:
        order: words of the longest n-gram.
        least: occurrences from which on a word is known; all others are one unknown word.
    """

    order: int = 3
    least: int = 2

    def __post_init__(self) -> None:
        check_integer(self.order, "order", 1)
        check_integer(self.least, "least", 1)

    def fit(self, documents: Sequence[Document]) -> FittedKneserNey:
        """The model of these documents.

        Raises:
            ValueError: no sentence.
        """
        vocabulary = Vocabulary.of(documents, self.least)
        orders = count_ngrams(vocabulary.stream(documents), len(vocabulary), self.order)
        levels = []
        for number, order in enumerate(orders):
            above = orders[number + 1] if number + 1 < len(orders) else None
            levels.append(_level(order, _adjusted(order, above), len(orders[number - 1].keys) if number else 1))
        return FittedKneserNey(vocabulary, orders, levels)


@dataclass(frozen=True, eq=False)
class _Level:
    """Of every n-gram of one order the discounted count; of every context below it the total and what is left."""

    numerator: np.ndarray
    total: np.ndarray
    left: np.ndarray
    discounts: tuple[float, float, float]
    fixed: bool  # whether the discounts are the default ones


@dataclass(frozen=True, eq=False)
class FittedKneserNey:
    """A Kneser–Ney model of some documents; made by :meth:`KneserNey.fit`."""

    vocabulary: Vocabulary
    orders: list[Order] = field(repr=False)
    levels: list[_Level] = field(repr=False)

    unit = "word"

    @property
    def discounts(self) -> list[tuple[float, float, float]]:
        """The three discounts of every order, the lowest first."""
        return [level.discounts for level in self.levels]

    @property
    def used_default(self) -> list[bool]:
        """For every order, whether too few counts fixed the discounts, so that default ones stand in."""
        return [level.fixed for level in self.levels]

    def probabilities(self, stream: Stream) -> np.ndarray:
        """Probability of every token of a stream given its sentence so far; that of a start is NaN."""
        found = find_ngrams(stream, self.orders)
        first = self.levels[0]
        p = (first.numerator[stream.ids] + first.left[0] / (len(self.vocabulary) - 1)) / first.total[0]
        for number in range(1, len(self.orders)):
            level = self.levels[number]
            at = np.flatnonzero(stream.place >= number)
            context = found[number - 1][at - 1]
            known = context != ABSENT
            at, context = at[known], context[known]
            seen = level.total[context] > 0
            at, context = at[seen], context[seen]
            index = found[number][at]
            own = np.where(index == ABSENT, 0.0, level.numerator[index])
            p[at] = (own + level.left[context] * p[at]) / level.total[context]
        p[stream.ids == START] = np.nan
        return p

    def distribution(self, context: Sequence[str] = ()) -> dict[str, float]:
        """Probabilities of what follows these words at the start of a sentence, ``</s>`` and ``<unk>`` included."""
        before = [START, *self.vocabulary.numbers(context)]
        choices = np.arange(1, len(self.vocabulary))
        ids = np.concatenate([np.tile(before, (len(choices), 1)), choices[:, None]], axis=1)
        place = np.tile(np.arange(ids.shape[1]), len(choices))
        p = self.probabilities(Stream(ids.ravel(), place, place * 0)).reshape(ids.shape)[:, -1]
        return dict(zip(("</s>", "<unk>", *self.vocabulary.index), map(float, p), strict=True))

    def surprisal(self, document: Document, context: Context = "sentence") -> Scores:
        """Bits of every word and every end of a sentence; whatever the context, the model sees the sentence alone."""
        check_context(context)
        stream = self.vocabulary.stream([document])
        kept = stream.ids != START
        return Scores.of(-np.log2(self.probabilities(stream)[kept]), stream.sentence[kept], document)


def discounts(counts: np.ndarray) -> tuple[tuple[float, float, float], bool]:
    """The three discounts of an order from its counts, and whether they are the default ones.

    ``D_k = k − (k+1) Y n_{k+1} / n_k`` with ``Y = n_1 / (n_1 + 2 n_2)`` and n_k the number of n-grams of count k;
    where one of n_1 to n_4 is zero, or a discount leaves (0, k], the default stands in for all three.
    """
    n = np.bincount(np.minimum(counts.astype(np.int64), 5), minlength=6).astype(float)
    if not n[1:5].all():
        return DEFAULT, True
    y = n[1] / (n[1] + 2 * n[2])
    one, two, three = (k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3))
    if not (0 < one <= 1 and 0 < two <= 2 and 0 < three <= 3):
        return DEFAULT, True
    return (float(one), float(two), float(three)), False


def _adjusted(order: Order, above: Order | None) -> np.ndarray:
    """Occurrences at the highest order, else in how many ways the n-gram is continued to the left."""
    if above is None:
        return order.raw.astype(float)
    continued = np.bincount(above.suffix, minlength=len(order.keys))
    return np.where(order.opening, order.raw, continued).astype(float)


def _level(order: Order, counts: np.ndarray, contexts: int) -> _Level:
    prefix = order.prefix
    if contexts == 1:  # nothing predicts a start
        counts = np.where(order.keys == START, 0.0, counts)
        prefix = np.zeros_like(order.keys)
    values, fixed = discounts(counts)
    amounts = np.array([0.0, *values])[np.minimum(counts, 3).astype(int)]
    total = np.bincount(prefix, counts, contexts)
    left = np.bincount(prefix, amounts, contexts)
    return _Level(counts - amounts, total, left, values, fixed)
