"""Text into paragraphs, sentences and words, for scripts with and without spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

VERSION = 1  # of the rules below: every number measured on text depends on them

# Scripts that are written without spaces: every character is a word of its own.
UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
CLOSING = "\"'”’»)\\]}"
WIDE_CLOSING = "」』】〉》）”’"
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev hon gen col capt lt sgt cmdr gov sen rep pres st jr sr messrs vs etc inc ltd corp dept est "
    "fig figs eq no nos vol vols pp art sec ch al cf e.g i.e u.s u.s.a u.k u.n a.m p.m jan feb mar apr jun jul aug sep "
    "sept oct nov dec ave blvd mt ft bzw z.b d.h usw p.ej m. mme".split()
)
_WIDE_END = re.compile(f"([。！？｡]+[{WIDE_CLOSING}]*)(?=.)", re.DOTALL)
_END = re.compile(rf"[.!?…؟۔।։።]+[{CLOSING}]*(?=\s+\S)")
_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")

__all__ = ["UNSPACED", "VERSION", "paragraphs", "sentences", "words"]


def paragraphs(text: str) -> list[str]:
    """Pieces of ``text`` between empty lines, their white space reduced to single spaces; empty ones left out.

    >>> paragraphs("One\\nline.\\n\\nTwo.")
    ['One line.', 'Two.']
    """
    return [joined for piece in _PARAGRAPH.split(text) if (joined := " ".join(piece.split()))]


def sentences(text: str) -> list[str]:
    """Sentences of ``text`` in order, their white space reduced to single spaces.

    A sentence ends with its paragraph; after ``.!?…`` and their like in other scripts, with closing quotes and
    brackets, where white space follows; and after the full stops of Chinese and Japanese. It does not end after a
    common abbreviation or the initial of a name, nor where the next word begins with a small letter.

    >>> sentences("Mr. J. Smith paid $3.50. Why? “Because.” He left.")
    ['Mr. J. Smith paid $3.50.', 'Why?', '“Because.”', 'He left.']
    >>> sentences("今日は雨です。明日は？")
    ['今日は雨です。', '明日は？']
    """
    found = []
    for paragraph in paragraphs(text):
        for piece in _WIDE_END.sub("\\1\n", paragraph).split("\n"):
            found += _split(piece.strip())
    return [each for each in found if each]


def _split(piece: str) -> list[str]:
    start, found = 0, []
    for end in _END.finditer(piece):
        if _ends(piece, start, end):
            found.append(piece[start : end.end()])
            start = end.end() + 1
    return [*found, piece[start:]]


def _ends(piece: str, start: int, end: re.Match[str]) -> bool:
    """Whether a sentence ends at this mark."""
    rest = piece[end.end() + 1 :].lstrip("\"'“‘«([{¿¡-–— ")
    if rest[:1].islower():
        return False
    if end[0].rstrip(CLOSING.replace("\\", "")) != ".":
        return True
    before = piece[start : end.start()].rsplit(" ", 1)[-1].lstrip("\"'“‘«([{")
    initial = len(before) == 1 and before.isalpha() and before != "I" and before.isupper()
    return not (initial or before.lower() in ABBREVIATIONS)


def words(sentence: str) -> list[str]:
    """Words, numbers and punctuation marks of ``sentence``, in order; case is kept.

    An apostrophe inside a word belongs to it, as do a point or comma inside a number. Characters of scripts that are
    written without spaces are words of their own.

    >>> words("Don't pay $1,000.50!")
    ["Don't", 'pay', '$', '1,000.50', '!']
    >>> words("我是学生。")
    ['我', '是', '学', '生', '。']
    """
    return _word().findall(sentence)


@cache
def _word() -> re.Pattern[str]:
    unspaced = f"[{UNSPACED}][{_marks()}]*"
    letters = f"[^\\W{UNSPACED}](?:[^\\W{UNSPACED}]|[{_marks()}\u200c\u200d])*"
    return re.compile(f"{unspaced}|\\d+(?:[.,]\\d+)+|{letters}(?:['’]{letters})*|[^\\w\\s]")


@cache
def _marks() -> str:
    """A character class of all combining marks, which belong to the letter before them."""
    ranges: list[list[int]] = []
    for code in range(0x1F000):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" if b > a else chr(a) for a, b in ranges)
