"""All n-grams of a stream as sorted arrays: what every model of n-grams counts and looks up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from szilard.language.vocabulary import START, Stream

ABSENT = -1

__all__ = ["ABSENT", "Order", "count_ngrams", "find_ngrams"]


@dataclass(frozen=True, eq=False)
class Order:
    """The different n-grams of one order, sorted by the n-gram of all but the last word, then by the last word.

    Args:
        keys: (index of all but the last word, in the order below) × (size of the vocabulary) + (last word).
        vocabulary: size of the vocabulary.
        raw: how often each occurs.
        suffix: index of all but the first word, in the order below.
        opening: whether it begins a sentence.
    """

    keys: np.ndarray
    vocabulary: int
    raw: np.ndarray
    suffix: np.ndarray
    opening: np.ndarray

    @cached_property
    def prefix(self) -> np.ndarray:
        """Index of all but the last word, in the order below."""
        return self.keys // self.vocabulary

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Indices of these keys; ``ABSENT`` where there is none."""
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == keys, places, ABSENT)


def count_ngrams(stream: Stream, vocabulary: int, order: int) -> list[Order]:
    """The n-grams of all orders up to ``order``, none of which spans two sentences."""
    first = np.arange(vocabulary)
    raw = np.bincount(stream.ids, minlength=vocabulary)
    orders = [Order(first, vocabulary, raw, np.zeros_like(first), first == START)]
    ids = stream.ids
    for length in range(2, order + 1):
        below = orders[-1]
        at = np.flatnonzero(stream.place >= length - 1)
        if not len(at):
            break
        keys, firsts, inverse, counts = np.unique(
            ids[at - 1] * vocabulary + stream.ids[at], return_index=True, return_inverse=True, return_counts=True
        )
        orders.append(Order(keys, vocabulary, counts, ids[at[firsts]], below.opening[keys // vocabulary]))
        ids = np.full(len(stream.ids), ABSENT)
        ids[at] = inverse
    return orders


def find_ngrams(stream: Stream, orders: list[Order]) -> list[np.ndarray]:
    """For every order, the index of the n-gram that ends at each token of another stream, or ``ABSENT``."""
    found = [stream.ids]
    for length, order in enumerate(orders[1:], 2):
        ids = np.full(len(stream.ids), ABSENT)
        at = np.flatnonzero(stream.place >= length - 1)
        before = found[-1][at - 1]
        known = before != ABSENT
        at = at[known]
        ids[at] = order.find(before[known] * order.vocabulary + stream.ids[at])
        found.append(ids)
    return found
