"""Surprisal by place in the document: averages of two kinds, panels, differences, and documents drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.language.scores import Scores
from szilard.rng import RNG, generator
from szilard.validation import check_choice, check_integer

AVERAGES = ("micro", "macro")

__all__ = ["AVERAGES", "Profile", "context_information"]


@dataclass(frozen=True, eq=False)
class Profile:
    """Sums of bits and numbers of tokens, by document and place.

    Args:
        bits: (documents, places).
        tokens: likewise; 0 where a document has nothing at a place.
        places: what the places are called, (places,): numbers of sentences from 1, or first tokens of bins.
    """

    bits: np.ndarray
    tokens: np.ndarray
    places: np.ndarray

    @classmethod
    def by_sentence(cls, scores: Scores, last: int) -> Profile:
        """Places are the sentences 1 to ``last``."""
        check_integer(last, "last", 1)
        return cls._summed(scores, scores.sentence, np.arange(1, last + 1))

    @classmethod
    def by_token(cls, scores: Scores, edges: ArrayLike) -> Profile:
        """Places are bins of token positions, from each edge (counted from 0) up to the next one, the last left out."""
        edges = np.asarray(edges)
        if edges.ndim != 1 or len(edges) < 2 or (np.diff(edges) <= 0).any():
            raise ValueError(f"edges must be at least two increasing positions; got {edges}")
        bins = np.searchsorted(edges, scores.token, side="right") - 1
        return cls._summed(scores, np.where(bins < 0, len(edges), bins), edges[:-1])

    @classmethod
    def _summed(cls, scores: Scores, place: np.ndarray, places: np.ndarray) -> Profile:
        kept = place < len(places)
        cells = scores.document[kept] * len(places) + place[kept]
        shape = (len(scores.size), len(places))
        bits, tokens = (np.bincount(cells, w, shape[0] * shape[1]) for w in (scores.bits[kept], None))
        return cls(bits.reshape(shape), tokens.reshape(shape), places)

    @property
    def balanced(self) -> Profile:
        """Only the documents that have tokens at every place.

        Raises:
            ValueError: there is none.
        """
        whole = (self.tokens > 0).all(axis=1)
        if not whole.any():
            raise ValueError(f"no document has tokens at all {len(self.places)} places")
        return Profile(self.bits[whole], self.tokens[whole], self.places)

    def __len__(self) -> int:
        return len(self.places)

    def without_first(self) -> Profile:
        """Without the first place."""
        return Profile(self.bits[:, 1:], self.tokens[:, 1:], self.places[1:])

    def mean(self, average: str = "micro") -> np.ndarray:
        """Bits a token by place, (places,).

        Args:
            average: ``"micro"``, all tokens of a place alike; or ``"macro"``, all documents alike.
        """
        check_choice(average, "average", AVERAGES)
        with np.errstate(invalid="ignore", divide="ignore"):
            if average == "micro":
                return self.bits.sum(axis=0) / self.tokens.sum(axis=0)
            here = self.tokens > 0
            return np.where(here, self.bits / self.tokens, 0).sum(axis=0) / here.sum(axis=0)

    def resampled(self, replicates: int = 1000, rng: RNG = 0) -> np.ndarray:
        """Micro averages of as many documents, drawn with replacement, (replicates, places)."""
        check_integer(replicates, "replicates", 1)
        n = len(self.bits)
        weights = generator(rng).multinomial(n, np.full(n, 1 / n), size=replicates)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (weights @ self.bits) / (weights @ self.tokens)

    def band(self, replicates: int = 1000, rng: RNG = 0) -> np.ndarray:
        """The middle 95 % of :meth:`resampled` at every place, (2, places)."""
        return np.nanquantile(self.resampled(replicates, rng), [0.025, 0.975], axis=0)


def context_information(local: Profile, context: Profile) -> Profile:
    """What the context saves, in the model: local minus in-context surprisal, place by place.

    Both must be of the same model and the same tokens, and it is 0 exactly where both saw the same.

    Raises:
        ValueError: other places, or other numbers of tokens.
    """
    if not (np.array_equal(local.tokens, context.tokens) and np.array_equal(local.places, context.places)):
        raise ValueError("local and context must count the same tokens at the same places")
    return Profile(local.bits - context.bits, local.tokens, local.places)
