"""A model of sentences with a memory of the document: the smallest model that sees context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.jit import njit
from szilard.language.documents import Document
from szilard.language.interpolated import FittedInterpolated
from szilard.language.kneser_ney import FittedKneserNey
from szilard.language.scores import Context, Scores, check_context
from szilard.language.vocabulary import START
from szilard.validation import check_positive

__all__ = ["Cache"]


@dataclass(frozen=True, eq=False)
class Cache:
    r"""A model of words interpolated with the frequencies of the words in the document so far (`kuhn1990cache`).

    .. math:: q(w)=(1-\lambda_t)\,p(w\mid L)+\lambda_t\,N_t(w)/N_t,\qquad\lambda_t=\lambda\,N_t/(N_t+\kappa),

    where N_t(w) counts w in the sentences before, the ends of sentences included. At N_t = 0 it is the model itself,
    and it is normalised at every t.

    Args:
        model: a fitted model of words.
        weight: λ, the most that the memory may weigh.
        half: κ, the tokens after which it weighs half of that.
    """

    model: FittedKneserNey | FittedInterpolated
    weight: float = 0.15
    half: float = 100.0

    unit = "word"

    def __post_init__(self) -> None:
        check_positive(self.half, "half")
        if not 0 <= self.weight < 1:
            raise ValueError(f"weight must lie in [0, 1); got {self.weight!r}")

    def surprisal(self, document: Document, context: Context = "document") -> Scores:
        """Bits of every word and every end of a sentence; an integer context is a window of words before."""
        check_context(context)
        vocabulary = self.model.vocabulary
        stream = vocabulary.stream([document])
        kept = stream.ids != START
        ids, sentence, p = stream.ids[kept], stream.sentence[kept], self.model.probabilities(stream)[kept]
        if context != "sentence":
            other = vocabulary.stream([context]) if isinstance(context, Document) else stream
            told = other.ids != START
            window = context if isinstance(context, int) else len(told)
            share, total = _remembered(ids, sentence, other.ids[told], other.sentence[told], window, len(vocabulary))
            weight = self.weight * total / (total + self.half)
            p = (1 - weight) * p + weight * share
        return Scores.of(-np.log2(p), sentence, document)


@njit(cache=True, nogil=True)
def _remembered(
    ids: np.ndarray, sentence: np.ndarray, other: np.ndarray, other_sentence: np.ndarray, window: int, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """For each token its frequency in the memory, and the size of the memory."""
    counts = np.zeros(size, dtype=np.int64)
    share, total = np.zeros(len(ids)), np.zeros(len(ids))
    last = first = 0
    for t in range(len(ids)):
        while last < len(other) and other_sentence[last] < sentence[t]:
            counts[other[last]] += 1
            last += 1
        while last - first > window:
            counts[other[first]] -= 1
            first += 1
        total[t] = last - first
        if last > first:
            share[t] = counts[ids[t]] / total[t]
    return share, total
