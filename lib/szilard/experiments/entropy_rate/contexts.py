"""What the chapter on entropy rates measures by place and context: a model of bytes here, a pretrained network where
it is at hand, on the same documents and their controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product

import numpy as np

from szilard.compendium import Rows
from szilard.language import (
    PPM,
    CausalLM,
    Document,
    LanguageModel,
    Profile,
    Scores,
    excerpt,
    load,
    others,
    shuffled,
    smollm2,
    uniformity,
)
from szilard.language.scores import Context

EDGES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
CONTEXTS: tuple[Context, Context] = ("document", "sentence")
DECIMALS = 6  # of sums of bits: float32 of a network carries no more

__all__ = ["Places", "PlacesOfNetwork", "Sizes", "Unevenness", "UnevennessOfNetwork", "Windows", "WindowsOfNetwork"]


@cache
def _speeches() -> tuple[Document, ...]:
    """The speeches that come with the library."""
    return load("sotu-59").documents


@cache
def _ppm(order: int, trained: int) -> LanguageModel:
    """A model of bytes that has read so many speeches, evenly spread over those at odd places."""
    odd = _speeches()[1::2]
    return PPM(order).fit(odd[i] for i in np.linspace(0, len(odd) - 1, trained).astype(int))


@cache
def _network(device: str) -> CausalLM:
    return smollm2(device)


@cache
def _texts(corpus: str) -> tuple[Document, ...]:
    """Documents that are scored: 30 speeches, 50 samples, or 49 of the news stories that have 8 sentences."""
    documents = load(corpus).documents
    if corpus == "brown":
        return documents[::10]
    return tuple(each for each in documents if len(each) >= 8)[:: 3 if corpus == "lee" else 2]


def _versions(
    documents: tuple[Document, ...], index: int, sentences: int, rng: np.random.Generator
) -> dict[str, Document]:
    """A document's beginning, and its controls: the same sentences in random order, a stretch from a random place, and
    sentences drawn from all documents."""
    document = documents[index]
    first = document.first(sentences)
    drawn = [documents[i] for i in rng.integers(len(documents), size=len(first))]
    picked = tuple(each.sentences[int(rng.integers(len(each)))] for each in drawn)
    return {
        "real": first,
        "shuffled": shuffled(first, rng),
        "excerpt": excerpt(document, len(first), rng),
        "mixed": Document("mixed", picked),
    }


def _measured(model: LanguageModel, versions: dict[str, Document], other: Document) -> Iterator[dict]:
    """Sums of bits and numbers of tokens by place, for every version in its own context and without; for the real one
    also after another document's sentences."""
    contexts: dict[str, Context] = {"document": "document", "sentence": "sentence", "other": other}
    for (version, document), (context, given) in product(versions.items(), contexts.items()):
        if context != "other" or version == "real":
            named = {"version": version, "context": context}
            scores = model.surprisal(document, given)
            yield from (named | row for row in _sums("sentence", Profile.by_sentence(scores, len(document))))
            yield from (named | row for row in _sums("token", Profile.by_token(scores, EDGES)))


def _sums(place: str, profile: Profile) -> Iterator[dict]:
    for at, bits, tokens in zip(profile.places, profile.bits[0], profile.tokens[0], strict=True):
        if tokens:
            yield {"place": place, "at": int(at), "bits": round(float(bits), DECIMALS), "tokens": int(tokens)}


@dataclass(frozen=True)
class Places:
    """The 30 speeches at even places by a model of bytes that has read those at odd places."""

    sentences: int = 20
    trained: int = 29
    order: int = 6
    documents: int = 30

    def measure(self, rng: np.random.Generator) -> Rows:
        """Sums by place, context and version of each speech."""
        texts, model = _texts("sotu-59"), _ppm(self.order, self.trained)
        foreign = others(texts)
        return [
            {"document": i} | row
            for i in range(self.documents)
            for row in _measured(model, _versions(texts, i, self.sentences, rng), foreign[i].first(self.sentences))
        ]


@dataclass(frozen=True)
class PlacesOfNetwork:
    """One document by SmolLM2, as many of its first sentences as make at most ``longest`` tokens."""

    corpus: str
    document: int
    sentences: int = 20
    longest: int = 900

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Sums by place, context and version."""
        model, texts = _network(device), _texts(self.corpus)
        versions = _versions(texts, self.document, self.sentences, rng)
        versions = {name: _fitting(model, each, self.longest) for name, each in versions.items()}
        other = _fitting(model, others(texts)[self.document].first(self.sentences), self.longest)
        return list(_measured(model, versions, other))


def _fitting(model: CausalLM, document: Document, tokens: int) -> Document:
    """The first sentences that make at most so many tokens, at least one."""
    _, sentence = model.tokens(document)
    return document.first(max(int(sentence[tokens]), 1) if len(sentence) > tokens else len(document))


@dataclass(frozen=True)
class Sizes:
    """A model of bytes of this order that has read so many speeches."""

    order: int
    trained: int
    sentences: int = 12
    documents: int = 30

    def measure(self) -> Rows:
        """Sums by sentence in context and alone."""
        model = _ppm(self.order, self.trained)
        rows = []
        for i, text in enumerate(_texts("sotu-59")[: self.documents]):
            first = text.first(self.sentences)
            local, context = (Profile.by_sentence(model.surprisal(first, name), len(first)) for name in CONTEXTS[::-1])
            columns = zip(local.bits[0], context.bits[0], local.tokens[0], strict=True)
            rows += [
                {"document": i, "at": k, "local": a, "in_context": b, "tokens": n}
                for k, (a, b, n) in enumerate(columns, 1)
            ]
        return rows


@dataclass(frozen=True)
class Windows:
    """A window in bytes, for a model of bytes that knows nothing else."""

    window: int
    documents: int = 8
    length: int = 24_000

    def measure(self) -> Rows:
        """Bits of the bytes in the later half, of each speech."""
        rows = []
        for i, text in enumerate(
            [each for each in _texts("sotu-59") if len(each.text) > self.length][: self.documents]
        ):
            cut = Document.of(text.name, text.text[: self.length])
            rows.append({"document": i} | _later(_ppm(6, 0).surprisal(cut, self.window), self.length // 2))
        return rows


@dataclass(frozen=True)
class WindowsOfNetwork:
    """A window in tokens, for SmolLM2, on one long speech."""

    document: int
    window: int
    length: int = 2048

    def measure(self, device: str) -> Rows:
        """Bits of the tokens in the later half of the first ``length``."""
        model, text = _network(device), _texts("sotu-59")[self.document]
        ids, sentence = model.tokens(text)
        bits = np.zeros(self.length)
        half = self.length // 2
        for a in range(half, self.length, self.window):
            row = ids[max(a - self.window, 0) : min(a + self.window, self.length)]
            scored = model.network.bits(np.concatenate([[model.start], row]))[1:]
            bits[a : a + self.window] = scored[self.window :]
        return [{"bits": round(float(bits[half:].sum()), DECIMALS), "tokens": self.length - half}]


def _later(scores: Scores, start: int) -> dict[str, float]:
    kept = scores.token >= start
    return {"bits": float(scores.bits[kept].sum()), "tokens": int(kept.sum())}


def _uneven(model: LanguageModel, document: Document, mixed: Document) -> Iterator[dict]:
    for version, text in (("real", document), ("shuffled", mixed)):
        context, local = (model.surprisal(text, name) for name in CONTEXTS)
        yield {"version": version, "local": local.per_token} | asdict(uniformity(context.bits))


@dataclass(frozen=True)
class Unevenness:
    """Speeches and the same with their sentences shuffled, by a model of bytes."""

    sentences: int = 20
    documents: int = 30

    def measure(self, rng: np.random.Generator) -> Rows:
        """Measures of evenness in context, and the mean without."""
        model = _ppm(6, 29)
        return [
            {"document": i} | row
            for i, text in enumerate(_texts("sotu-59")[: self.documents])
            for row in _uneven(model, text.first(self.sentences), shuffled(text.first(self.sentences), rng))
        ]


@dataclass(frozen=True)
class UnevennessOfNetwork:
    """One speech and the same with its sentences shuffled, by SmolLM2."""

    document: int
    sentences: int = 20
    tokens: int = 900

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Measures of evenness in context, and the mean without."""
        model = _network(device)
        text = _fitting(model, _texts("sotu-59")[self.document].first(self.sentences), self.tokens)
        return [
            {name: round(value, DECIMALS) if isinstance(value, float) else value for name, value in row.items()}
            for row in _uneven(model, text, shuffled(text, rng))
        ]
