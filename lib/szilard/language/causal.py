"""A pretrained causal language model, wholly offline, behind the protocol of all models here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from szilard.device import resolve_device
from szilard.language.documents import Document
from szilard.language.scores import Context, Scores, check_context
from szilard.validation import check_choice

DOCUMENT_START = 0  # <|endoftext|>, which stood between documents in training
CHUNK = 4096  # tokens in a batch

__all__ = ["CausalLM", "smollm2"]


class _Network(Protocol):
    def bits(self, ids: np.ndarray, sees: np.ndarray | None = ..., before: np.ndarray | None = ...) -> np.ndarray: ...


class _Tokenizer(Protocol):
    def encode(self, text: str) -> list[int]: ...


@dataclass(frozen=True, eq=False)
class CausalLM:
    """A network that predicts tokens, its tokenizer, and the token that stands before every text.

    Args:
        network: gives the bits of every token of a row, as :class:`Llama` does.
        tokenizer: text to tokens.
        start: the token before a text, so that the first one is scored too.
        longest: tokens that the network can take, the start included; where a document is longer, the tokens of its
            second half and beyond see at least half as many before them.
    """

    network: _Network = field(repr=False)
    tokenizer: _Tokenizer = field(repr=False)
    start: int = DOCUMENT_START
    longest: int = 2048

    unit = "token"

    def tokens(self, document: Document) -> tuple[np.ndarray, np.ndarray]:
        """Tokens of a document, every sentence but the first with a space before it, and the sentence of each."""
        pieces = [self.tokenizer.encode((" " if k else "") + text) for k, text in enumerate(document.sentences)]
        sentence = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
        return np.array([token for piece in pieces for token in piece], dtype=np.int64), sentence

    def surprisal(self, document: Document, context: Context = "document") -> Scores:
        """Bits of every token; with a window W, each token sees at least W tokens and fewer than 2 W.

        Raises:
            ValueError: no context, or another document that is too long together with this one.
        """
        check_context(context)
        ids, sentence = self.tokens(document)
        if isinstance(context, Document):
            bits = self._after(ids, sentence, *self.tokens(context))
        elif context == "sentence":
            bits = self._alone(ids, sentence)
        else:
            bits = self._windowed(ids, self.longest // 2 if isinstance(context, str) else context)
        return Scores.of(np.maximum(bits, 0.0), sentence, document)

    def _windowed(self, ids: np.ndarray, window: int) -> np.ndarray:
        """Rows of 2 W tokens, of which the later half is kept; the first row is kept whole."""
        starts = np.arange(0, max(len(ids) - window, 1), window)
        rows = np.full((len(starts), 1 + 2 * window if len(starts) > 1 else 1 + len(ids)), self.start)
        for row, a in zip(rows, starts, strict=True):
            piece = ids[a : a + 2 * window]
            row[1 : 1 + len(piece)] = piece
        step = max(CHUNK // rows.shape[1], 1)
        bits = np.concatenate([self.network.bits(rows[i : i + step]) for i in range(0, len(rows), step)])
        return np.concatenate([bits[0, 1 : 1 + 2 * window], bits[1:, 1 + window :].ravel()])[: len(ids)]

    def _alone(self, ids: np.ndarray, sentence: np.ndarray) -> np.ndarray:
        """Every sentence by itself, several in one row, where none sees another."""
        none = np.empty(0, dtype=np.int64)
        ends = np.flatnonzero(np.diff(sentence, append=sentence[-1] + 1)) + 1
        found, a = [], 0
        for k, b in enumerate(ends):
            if k + 1 == len(ends) or ends[k + 1] - a > CHUNK:
                found.append(self._after(ids[a:b], sentence[a:b], none, none))
                a = int(b)
        return np.concatenate(found)

    def _after(self, ids: np.ndarray, sentence: np.ndarray, told: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Every sentence after as many sentences of another text as stand before it in its own.

        All stand in one row: the start, the other text, this one. A token of sentence k sees the start, the other
        text's sentences before k, and its own sentence so far: as if nothing else stood before it.
        """
        if len(told) + len(ids) > 2 * CHUNK:
            raise ValueError(f"context must leave at most {2 * CHUNK} tokens in all; got {len(told) + len(ids)}")
        row = np.concatenate([[self.start], told, ids])
        own = np.concatenate([np.full(1 + len(told), -1), sentence])
        other = np.concatenate([[-1], places, np.full(len(ids), np.iinfo(int).max)])
        i, j = np.arange(len(row))[:, None], np.arange(len(row))[None, :]
        same = (own[:, None] == own[None, :]) & (j <= i)
        earlier = (own[:, None] >= 0) & (other[None, :] < own[:, None])
        seen = np.where(earlier, j, -1).max(axis=1)
        first = np.diff(own, prepend=-1) != 0
        before = np.where(first, seen, np.arange(len(row)) - 1)
        return self.network.bits(row, same | earlier, before)[1 + len(told) :]


def smollm2(device: str = "auto", start: int = DOCUMENT_START, precision: str = "float32") -> CausalLM:
    """SmolLM2-135M-Instruct (`allal2025smollm`), its weights as stored in 4 bits: 30 blocks, 49,152 tokens.

    Args:
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        start: token before every text: 0, what separated documents in training, or 1 or 2, what opens and ends a turn.
        precision: ``"float32"`` or ``"bfloat16"``; probabilities are made of logits in float32 in any case.

    Raises:
        FileNotFoundError: the model is not on this machine; ``szilard data fetch smollm2`` brings it.
        ValueError: a file that is not the expected one.
    """
    import torch

    from szilard.datasets.text_files import SMOLLM2
    from szilard.language.bpe import BytePairs
    from szilard.language.gguf import read_gguf
    from szilard.language.llama import Llama

    check_choice(precision, "precision", ("float32", "bfloat16"))
    place = resolve_device(device)
    file = read_gguf(SMOLLM2.read())
    settings: dict[str, Any] = file.settings
    tokenizer = BytePairs(settings["tokenizer.ggml.tokens"], settings["tokenizer.ggml.merges"])
    return CausalLM(Llama.of(file, place, getattr(torch, precision)), tokenizer, start)
