"""Kneser–Ney trigrams against nltk.lm, and match lengths against looking for every piece, in one process.

    python tests/benchmarks/bench_language.py                     a million words, ten million symbols
    python tests/benchmarks/bench_language.py --out language.csv

nltk (`pip install nltk`) has one fixed discount and counts continuations anew at every query, so it scores a sample of
words only, and is fitted on a sample too; both are compared as words a second. Pieces are looked for by `bytes.find`.
Ours runs once before it is timed, and its best round counts.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.language import Document, KneserNey, load, match_lengths, score

WORDS, SYMBOLS = 1_000_000, 10_000_000
FITTED, SCORED, LOOKED = 50_000, 300, 20_000  # words and symbols that the peers get


def best(run: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    """Seconds of the best round, and the result."""
    seconds, result = math.inf, run()
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def text(words: int) -> list[Document]:
    """Speeches, again and again, until there are so many words."""
    documents, found = list(load("sotu-59")), []
    while words > 0:
        for document in documents:
            found.append(document)
            words -= sum(map(len, document.words))
            if words <= 0:
                break
    return found


def ours(words: int) -> float:
    """Words a second, fitted and then scored."""
    documents = text(words)
    seconds, scores = best(lambda: score(KneserNey(3).fit(documents), documents))
    return len(scores) / seconds


def theirs() -> float:
    """Words a second of nltk, fitted and then scored: the two times per word added."""
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm.preprocessing import padded_everygram_pipeline

    sentences = [list(each) for document in text(FITTED) for each in document.words]
    start = time.perf_counter()
    model = KneserNeyInterpolated(3)
    model.fit(*padded_everygram_pipeline(3, sentences))
    fitted = (time.perf_counter() - start) / sum(map(len, sentences))
    places = [(sentence, i) for sentence in sentences for i in range(2, len(sentence))][:: len(sentences) // 3][:SCORED]
    start = time.perf_counter()
    for sentence, i in places:
        model.score(sentence[i], sentence[i - 2 : i])
    return 1 / (fitted + (time.perf_counter() - start) / len(places))


def looked(x: np.ndarray) -> float:
    """Symbols a second, each piece looked for in all that begins before."""
    data, start = x[:LOOKED].astype(np.uint8).tobytes(), time.perf_counter()
    for i in range(len(data)):
        length = 1
        while i + length <= len(data) and data.find(data[i : i + length], 0, i + length - 1) >= 0:
            length += 1
    return len(data) / (time.perf_counter() - start)


def race(words: int = WORDS, symbols: int = SYMBOLS) -> pd.DataFrame:
    """Both races; seconds are for all words and all symbols."""
    mine, peer = ours(words), theirs()
    x = np.random.default_rng(0).integers(0, 4, symbols)
    seconds, _ = best(lambda: match_lengths(x), rounds=1)
    plain = looked(x)
    return pd.DataFrame(
        {
            "what": [f"trigram, fitted and scored, {words:,} words", f"match lengths, {symbols:,} symbols"],
            "ratio": [mine / peer, symbols / seconds / plain],
            "seconds": [words / mine, seconds],
            "per second": [mine, symbols / seconds],
            "peer per second": [peer, plain],
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = race()
    print(table.to_string(index=False, float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
