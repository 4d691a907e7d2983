"""Text of unknown origin as it may be shown: control characters written out, nothing endless."""

from collections.abc import Iterable

from szilard.names import nearest

__all__ = ["closest", "first_line", "printable", "shown"]

MOST = 40
NAMES = 10


def printable(text: str) -> str:
    """``text`` with characters that a terminal would obey, or not show, written as escapes.

    >>> print(printable("a\\x1b[31m"))
    a\\x1b[31m
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(text: object) -> str:
    """``text`` quoted, and cut after 40 characters."""
    quoted = repr(str(text))
    return quoted if len(quoted) <= MOST else quoted[: MOST - 2] + "…'"


def first_line(error: BaseException) -> str:
    """What ``error`` says, on one short line."""
    return printable(" ".join(str(error).split()))[:120].rstrip(". ") or type(error).__name__


def closest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of ``names`` that ``name`` was probably meant to be, whatever the case of its letters."""
    return next(iter(nearest(name, names, cutoff)), None)
