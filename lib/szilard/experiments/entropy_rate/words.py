"""What the chapter on entropy rates measures with models of words: trigrams by sentence, corpora and languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from szilard.compendium import Rows
from szilard.language import (
    PPM,
    Cache,
    Corpus,
    Interpolated,
    KneserNey,
    LanguageModel,
    Profile,
    Scores,
    load,
    score,
    trend,
)
from szilard.language.scores import Context

PLACES = 25
WHOLE = 0  # the place that stands for all sentences

__all__ = ["PLACES", "WHOLE", "Language", "Trigram"]


@cache
def _corpus(name: str) -> Corpus:
    return load(name)


@dataclass(frozen=True)
class Trigram:
    """One of five parts of a corpus, by models fitted to the other four."""

    corpus: str
    fold: int
    folds: int = 5
    most: int = 500

    def measure(self) -> Rows:
        """Bits by document and sentence; place 0 stands for all sentences."""
        documents = _corpus(self.corpus).documents[: self.most]
        test = documents[self.fold :: self.folds]
        train = [each for i, each in enumerate(documents) if i % self.folds != self.fold]
        base = KneserNey().fit(train)
        models: dict[str, LanguageModel] = {
            "kneser_ney": base,
            "cache": Cache(base),
            "interpolated": Interpolated().fit(train),
        }
        scored = {name: score(model, test) for name, model in models.items()}
        sums = {name: Profile.by_sentence(each, PLACES) for name, each in scored.items()}
        totals = {name: np.bincount(each.document, each.bits, len(test)) for name, each in scored.items()}
        sizes = np.bincount(scored["cache"].document, minlength=len(test))
        rows: list[dict] = []
        for i in range(len(test)):
            number = self.fold + i * self.folds
            whole = {name: float(bits[i]) for name, bits in totals.items()}
            rows.append({"document": number, "sentence": WHOLE, "tokens": int(sizes[i])} | whole)
            for k in np.flatnonzero(sums["cache"].tokens[i]):
                here = {name: float(each.bits[i, k]) for name, each in sums.items()}
                tokens = int(sums["cache"].tokens[i, k])
                rows.append({"document": number, "sentence": int(k) + 1, "tokens": tokens} | here)
        return rows


@dataclass(frozen=True)
class Language:
    """A corpus of pages that exists in several languages, such as ``"guide:de"``."""

    corpus: str
    places: int = 12
    pages: int = 84

    def measure(self, rng: np.random.Generator) -> Rows:
        """Bits a page by a model of bytes; trends over sentences, of trigrams, and of bytes in context and alone."""
        pages = _corpus(self.corpus).documents[: self.pages]
        parts = [_halved(pages, half) for half in (0, 1)]
        given: dict[str, Context] = {"in context": "document", "alone": "sentence"}
        scores = {"trigram": [score(KneserNey().fit(train), test) for train, test in parts]}
        for name, context in given.items():
            scores[name] = [score(PPM(5).fit(train), test, context) for train, test in parts]
        whole = sum(float(part.bits.sum()) for part in scores["in context"])
        text = "".join(page.text for page in pages)
        rows = []
        for name, halves in scores.items():
            found = trend(Profile.by_sentence(Scores.join(halves), self.places).without_first(), rng=rng)
            rows.append(
                {
                    "model": name,
                    "bits_a_page": whole / len(pages),
                    "characters_a_page": len(text) / len(pages),
                    "bits_a_character": whole / len(text),
                    "slope": found.slope,
                    "low": found.low,
                    "high": found.high,
                    "p": found.test.p,
                    "tau": found.test.tau,
                }
            )
        return rows


def _halved(pages: tuple, half: int) -> tuple[tuple, tuple]:
    return pages[1 - half :: 2], pages[half::2]
