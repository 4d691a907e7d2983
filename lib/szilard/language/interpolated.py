"""The trigram of the first studies: relative frequencies of three orders, mixed with weights from held-out text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from szilard.language._ngrams import ABSENT, Order, count_ngrams, find_ngrams
from szilard.language.documents import Document
from szilard.language.scores import Context, Scores, check_context
from szilard.language.vocabulary import START, Stream, Vocabulary
from szilard.validation import check_integer

BUCKETS = 16  # contexts share a weight by the logarithm of their count

__all__ = ["FittedInterpolated", "Interpolated"]


@dataclass(frozen=True)
class Interpolated:
    r"""Interpolated relative frequencies (`jelinek1980interpolated`), as in `genzel2002entropy`.

    .. math:: p_m(w\mid h)=\lambda_m(h)\,\hat p_m(w\mid h)+(1-\lambda_m(h))\,p_{m-1}(w\mid h').

    The weight of a context depends on how often it occurred, and is fitted by expectation maximisation on documents
    that are held out.

    Args:
        order: words of the longest n-gram.
        least: occurrences from which on a word is known.
        held_out: every so-manieth document is held out.
        rounds: of expectation maximisation, for each order.
    """

    order: int = 3
    least: int = 2
    held_out: int = 10
    rounds: int = 20

    def __post_init__(self) -> None:
        check_integer(self.order, "order", 1)
        check_integer(self.held_out, "held_out", 2)
        check_integer(self.rounds, "rounds", 1)

    def fit(self, documents: Sequence[Document]) -> FittedInterpolated:
        """The model of these documents.

        Raises:
            ValueError: fewer than two documents.
        """
        if len(documents) < 2:
            raise ValueError(f"documents must be at least two, as some are held out; got {len(documents)}")
        kept = [each for i, each in enumerate(documents) if i % self.held_out]
        aside = documents[:: self.held_out]
        vocabulary = Vocabulary.of(kept, self.least)
        orders = count_ngrams(vocabulary.stream(kept), len(vocabulary), self.order)
        stream = vocabulary.stream(aside)
        found = find_ngrams(stream, orders)
        weights: list[np.ndarray] = []
        p = np.full(len(stream.ids), 1 / (len(vocabulary) - 1))
        scored = stream.ids != START
        for number in range(len(orders)):
            at, frequency, bucket = _frequencies(stream, orders, found, number)
            use = scored[at]
            fitted = _maximised(frequency[use], p[at[use]], bucket[use], self.rounds)
            weights.append(fitted)
            p[at] = fitted[bucket] * frequency + (1 - fitted[bucket]) * p[at]
        return FittedInterpolated(vocabulary, orders, weights)


@dataclass(frozen=True, eq=False)
class FittedInterpolated:
    """An interpolated model of some documents; ``weights`` gives λ by order and bucket of log₂ of the count."""

    vocabulary: Vocabulary
    orders: list[Order] = field(repr=False)
    weights: list[np.ndarray]

    unit = "word"

    def probabilities(self, stream: Stream) -> np.ndarray:
        """Probability of every token of a stream given its sentence so far; that of a start is NaN."""
        found = find_ngrams(stream, self.orders)
        p = np.full(len(stream.ids), 1 / (len(self.vocabulary) - 1))
        for number, weights in enumerate(self.weights):
            at, frequency, bucket = _frequencies(stream, self.orders, found, number)
            p[at] = weights[bucket] * frequency + (1 - weights[bucket]) * p[at]
        p[stream.ids == START] = np.nan
        return p

    def surprisal(self, document: Document, context: Context = "sentence") -> Scores:
        """Bits of every word and every end of a sentence; whatever the context, the model sees the sentence alone."""
        check_context(context)
        stream = self.vocabulary.stream([document])
        kept = stream.ids != START
        return Scores.of(-np.log2(self.probabilities(stream)[kept]), stream.sentence[kept], document)


def _frequencies(
    stream: Stream, orders: list[Order], found: list[np.ndarray], number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where an order has a word to say, the relative frequency it gives there, and the bucket of its context."""
    order = orders[number]
    if number == 0:
        counts = np.where(order.keys == START, 0, order.raw)
        at = np.arange(len(stream.ids))
        return at, counts[stream.ids] / counts.sum(), np.zeros(len(at), dtype=int)
    totals = np.bincount(order.prefix, order.raw, len(orders[number - 1].keys))
    at = np.flatnonzero(stream.place >= number)
    context = found[number - 1][at - 1]
    known = (context != ABSENT) & (totals[np.maximum(context, 0)] > 0)
    at, context = at[known], context[known]
    index = found[number][at]
    frequency = np.where(index == ABSENT, 0, order.raw[index]) / totals[context]
    return at, frequency, np.minimum(np.log2(totals[context]), BUCKETS - 1).astype(int)


def _maximised(own: np.ndarray, below: np.ndarray, bucket: np.ndarray, rounds: int) -> np.ndarray:
    """The weight of ``own`` against ``below`` by bucket that makes the held-out words likeliest."""
    weights = np.full(BUCKETS, 0.5)
    size = np.bincount(bucket, minlength=BUCKETS)
    for _ in range(rounds):
        mine = weights[bucket] * own
        share = np.bincount(bucket, mine / (mine + (1 - weights[bucket]) * below), BUCKETS)
        weights = np.where(size > 0, share / np.maximum(size, 1), weights)
    return np.clip(weights, 0.0, 1 - 1e-6)
