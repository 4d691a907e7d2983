"""Byte-pair encoding of text, as GPT-2 and its successors do it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

__all__ = ["BytePairs"]


@dataclass(frozen=True, eq=False)
class BytePairs:
    """A tokenizer that merges neighbouring pieces, the earliest learnt merge first (`sennrich2016bpe`).

    Text is first cut into words with the space before them, digits one by one, runs of marks and of white space.

    Args:
        tokens: all tokens by their number, written in the letters that stand for bytes.
        merges: pairs in the order in which they were learnt, each "left right".
    """

    tokens: Sequence[str]
    merges: Sequence[str]
    _index: Mapping[str, int] = field(init=False, repr=False)
    _rank: Mapping[tuple[str, str], int] = field(init=False, repr=False)
    _known: dict[str, list[int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {token: i for i, token in enumerate(self.tokens)})
        pairs = (tuple(merge.split(" ")) for merge in self.merges)
        object.__setattr__(self, "_rank", {pair: i for i, pair in enumerate(pairs)})

    def encode(self, text: str) -> list[int]:
        """Numbers of the tokens of ``text``; nothing is put before or behind."""
        found: list[int] = []
        letters = _letters()
        for piece in _pieces(text):
            if piece not in self._known:
                self._known[piece] = self._merged("".join(letters[byte] for byte in piece.encode()))
            found += self._known[piece]
        return found

    def decode(self, numbers: Sequence[int]) -> bytes:
        """The bytes that tokens stand for."""
        back = {letter: byte for byte, letter in enumerate(_letters())}
        return bytes(back[letter] for number in numbers for letter in self.tokens[number])

    def _merged(self, word: str) -> list[int]:
        parts = list(word)
        while len(parts) > 1:
            ranks = [self._rank.get(pair, len(self._rank)) for pair in zip(parts, parts[1:], strict=False)]
            best = min(ranks)
            if best == len(self._rank):
                break
            i = ranks.index(best)
            pair = (parts[i], parts[i + 1])
            merged, k = [], 0
            while k < len(parts):
                both = tuple(parts[k : k + 2]) == pair
                merged.append("".join(pair) if both else parts[k])
                k += 2 if both else 1
            parts = merged
        return [self._index[part] for part in parts]


@cache
def _letters() -> list[str]:
    """A visible letter for every byte: itself where it is one, else one beyond the first 256."""
    visible = {*range(33, 127), *range(161, 173), *range(174, 256)}
    rest = iter(range(256, 512))
    return [chr(byte) if byte in visible else chr(next(rest)) for byte in range(256)]


def _pieces(text: str) -> list[str]:
    numeric = "".join(sorted({c for c in text if unicodedata.category(c)[0] == "N"}))
    return _pattern(numeric).findall(text)


@cache
def _pattern(numeric: str) -> re.Pattern[str]:
    """Pieces of a text whose characters of number are these: letters are what is alphanumeric and no number."""
    number = f"[{re.escape(numeric)}]" if numeric else r"(?!)"
    no = re.escape(numeric)
    letter, mark = rf"[^\W_{no}]", rf"(?:[^\s\w{no}]|_)"
    return re.compile(rf"{number}|'s|'t|'re|'ve|'m|'ll|'d| ?{letter}+| ?{mark}+|\s+(?={number}|\Z)|\s+(?!\S)|\s+")
