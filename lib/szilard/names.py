"""Unknown names: which known ones they come nearest to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

LETTERS = 100

__all__ = ["did_you_mean", "nearest"]


def nearest(value: Any, options: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Up to three of ``options`` that read like ``value``, the closest first, whatever their case; of endless names the
    first hundred letters are compared.

    >>> nearest("KGS", ["ksg", "kl"])
    ['ksg']
    """
    folded: dict[str, str] = {}
    for option in options:
        folded.setdefault(option[:LETTERS].lower(), option)
    return [
        folded[each] for each in difflib.get_close_matches(str(value)[:LETTERS].lower(), folded, n=3, cutoff=cutoff)
    ]


def did_you_mean(value: Any, options: Iterable[str], cutoff: float = 0.6) -> str:
    """What to append to a message about an unknown name: the closest of ``options``, or nothing."""
    close = nearest(value, options, cutoff)
    return f"; did you mean {close[0]!r}?" if close else ""
