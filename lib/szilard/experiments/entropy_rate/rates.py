"""What the chapter on entropy rates measures of estimators: on sources that are known, on text, and at infinity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.information import binary_entropy
from szilard.language import (
    GOLDEN_MEAN,
    PPM,
    Document,
    Markov,
    TwoCoins,
    bits_per_byte,
    block_entropies,
    ctw_bits,
    load,
    lz76_rate,
    lz78_rate,
    match_rates,
)

SOURCES = {"chain": Markov(np.array([[0.9, 0.1], [0.3, 0.7]])), "golden mean": GOLDEN_MEAN}
ESTIMATORS: dict[str, Callable[[np.ndarray], float]] = {
    "matches, inverse of mean": lambda x: match_rates(x).inverse_mean,
    "matches, mean of inverse": lambda x: match_rates(x).mean_inverse,
    "matches, ratio": lambda x: match_rates(x).ratio,
    "Lempel–Ziv 1976": lz76_rate,
    "Lempel–Ziv 1978": lz78_rate,
    "blocks of 2": lambda x: float(block_entropies(x, 2).conditional[-1]),
    "blocks of 10": lambda x: float(block_entropies(x, 10).conditional[-1]),
    "context trees": lambda x: float(ctw_bits(x, 8).mean()),
}
LENGTHS = tuple(int(round(10**e)) for e in np.arange(4, 7.01, 0.25))

__all__ = ["ESTIMATORS", "LENGTHS", "SOURCES", "Compressed", "Convergence", "Mixture", "Rate", "TextRate"]


@dataclass(frozen=True)
class Mixture:
    """Documents of tosses of one of two coins, drawn once a document."""

    documents: int = 300_000
    tosses: int = 20

    def measure(self, rng: np.random.Generator) -> Rows:
        """By toss: exact entropies alone and in context, and the mean surprisals measured."""
        source = TwoCoins()
        tosses = source.sample(self.documents, self.tosses, rng)
        bits = source.surprisal(tosses)
        alone = binary_entropy(tosses.mean(axis=0)) / np.log(2)
        return [
            {
                "toss": n,
                "local": source.local,
                "in_context": source.in_context(n),
                "rate": source.entropy_rate,
                "measured": float(bits[:, n - 1].mean()),
                "measured_alone": float(alone[n - 1]),
                "stderr": float(bits[:, n - 1].std() / np.sqrt(self.documents)),
            }
            for n in range(1, self.tosses + 1)
        ]


@dataclass(frozen=True)
class Rate:
    """A known source, so many symbols."""

    source: str
    n: int
    draws: int = 8

    def measure(self, rng: np.random.Generator) -> Rows:
        """Mean and spread of every estimator over several draws, beside the truth."""
        source = SOURCES[self.source]
        samples = [source.sample(self.n, rng) for _ in range(self.draws)]
        found = {name: np.array([estimate(x) for x in samples]) for name, estimate in ESTIMATORS.items()}
        return [
            {"estimator": name, "value": values.mean(), "spread": values.std(), "truth": source.entropy_rate}
            for name, values in found.items()
        ]


@dataclass(frozen=True)
class TextRate:
    """So many bytes of speeches."""

    n: int

    def measure(self) -> Rows:
        """Bits a byte by match lengths and phrases, which need no model."""
        data = _speeches("sotu-59")[: self.n]
        names = list(ESTIMATORS)[:5]
        return [{"estimator": name, "value": ESTIMATORS[name](np.frombuffer(data, dtype=np.uint8))} for name in names]


@dataclass(frozen=True)
class Convergence:
    """A text from its start, by a model of bytes that knows nothing at first."""

    corpus: str
    length: int
    order: int = 6

    def measure(self) -> Rows:
        """Bits a byte so far, at several lengths."""
        data = _speeches(self.corpus)[: self.length].decode("utf-8", "ignore")
        bits = np.cumsum(PPM(self.order).fit().surprisal(Document("text", (data,))).bits)
        lengths = [n for n in LENGTHS if n <= len(bits)] or [len(bits)]
        return [{"n": n, "rate": float(bits[n - 1] / n)} for n in lengths]


@dataclass(frozen=True)
class Compressed:
    """A corpus, documents joined by empty lines, under one compressor."""

    corpus: str
    compressor: str
    length: int = 2**40

    def measure(self) -> Rows:
        """Bits a byte."""
        data = _speeches(self.corpus)[: self.length]
        return [{"bytes": len(data), "bits_a_byte": bits_per_byte(data, self.compressor)}]


def _speeches(corpus: str) -> bytes:
    return "\n\n".join(document.text for document in load(corpus)).encode()
