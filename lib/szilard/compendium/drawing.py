"""Drawings as text: those of a record, a ground to stand on, and how far two of them are apart."""

import base64
import io
import re
from collections.abc import Sequence

import numpy as np

from szilard.compendium.canonical import Fields
from szilard.compendium.style import BACKGROUND

_ID = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
# Not a digit of a colour or of a name, which says something else by every digit.
_NUMBER = re.compile(r"(?<![#\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
_LETTERS = str.maketrans("0123456789", "abcdefghij")
_BITMAP = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
_LEVELS = 2  # of 255, by which a colour of a bitmap may differ

__all__ = ["drawings", "furthest", "movement", "on_ground"]


def drawings(record: Fields) -> list[str]:
    """The drawings of a figure's record, the one that is shown first, then those of the slider's other positions."""
    return [str(record.get("svg", "")), *map(str, record.get("frames", ()))]


def furthest(published: Sequence[str], again: Sequence[str]) -> float | None:
    """:func:`movement` over pairs of drawings, the largest; ``None`` if one is built otherwise or has no partner."""
    if len(published) != len(again):
        return None
    moves = [movement(old, new) for old, new in zip(published, again, strict=True)]
    return None if None in moves else max(move for move in moves if move is not None)


def on_ground(svg: str) -> str:
    """The drawing on the page's light ground, so that it reads in a dark notebook too."""
    return re.sub(r"(<svg\b[^>]*>)", rf'\1\n <rect width="100%" height="100%" fill="{BACKGROUND}"/>', svg, count=1)


def movement(published: str, again: str) -> float | None:
    """The largest distance, in points, by which a coordinate of a drawing moved; ``None`` if it is built otherwise.

    Names inside the file do not count (they are hashes of what they name), nor does what an eye cannot see in a bitmap.
    """
    if published == again:
        return 0.0
    if not _bitmaps_agree(published, again):
        return None
    old, new = (_named_in_order(_BITMAP.sub("bitmap", svg)) for svg in (published, again))
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return None
    a, b = (np.array([float(number) for number in _NUMBER.findall(svg)]) for svg in (old, new))
    return float(np.abs(a - b).max(initial=0.0))


def _named_in_order(svg: str) -> str:
    names = dict.fromkeys(_ID.findall(svg))
    order = {name: f"name-{place}".translate(_LETTERS) for place, name in enumerate(names)}
    return _USE.sub(lambda match: match[1] + order.get(match[2], match[2]), svg)


def _bitmaps_agree(published: str, again: str) -> bool:
    pairs = _BITMAP.findall(published), _BITMAP.findall(again)
    return len(pairs[0]) == len(pairs[1]) and all(a == b or _alike(a, b) for a, b in zip(*pairs, strict=True))


def _alike(a: str, b: str) -> bool:
    from matplotlib.image import imread

    try:
        old, new = (imread(io.BytesIO(base64.b64decode(text)), format="png") for text in (a, b))
    except (ValueError, OSError, SyntaxError):  # not a bitmap any more
        return False
    return old.shape == new.shape and bool(np.abs(old - new).max(initial=0.0) <= _LEVELS / 255)
