"""Tables as people read them: numbers in a format that stops where their tolerance does, text and HTML."""

import html
import math
import re
from collections.abc import Callable, Sequence

import pandas as pd

from szilard.compendium.tolerance import Tolerance

Format = str | Callable[..., str]
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

__all__ = ["Format", "aligned", "formatted", "grid"]


def formatted(column: pd.Series, form: Format, tolerance: Tolerance | None = None) -> list[str]:
    """The entries of ``column`` as texts.

    Args:
        column: the values.
        form: a format string, or a function from value to text.
        tolerance: where a format string prints digits beyond a stated or measured one, they are cut.
    """
    texts = [_cell(value, form) for value in column]
    if tolerance is None or tolerance.origin == "rule" or not isinstance(form, str) or "%" in form:
        return texts
    return [
        text if value != value or not text else _limited(text, float(tolerance.allowed(value)))
        for text, value in zip(texts, column, strict=True)
    ]


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of text with the columns flush right under their names."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return ["  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], caption: str) -> str:
    """An HTML table, its numbers flush right."""
    align = ["right" if number else "left" for number in numeric]

    def row(tag: str, texts: Sequence[str]) -> str:
        cells = (
            f'<{tag} style="text-align:{side}">{html.escape(text)}</{tag}>'
            for text, side in zip(texts, align, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(row("td", texts) for texts in rows)
    caption = f'<caption style="text-align:left">{html.escape(caption)}</caption>'
    return f"<table>{caption}<thead>{row('th', columns)}</thead><tbody>{body}</tbody></table>"


def _cell(value: object, form: Format) -> str:
    if callable(form):
        return form(value)
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, int) or (hasattr(value, "dtype") and value.dtype.kind in "iu"):
        return str(value) if form == "{:.3g}" else form.format(value)
    return form.format(value) if hasattr(value, "__float__") else str(value)


def _limited(text: str, allowed: float) -> str:
    """``text`` without the decimals that stand for less than ``allowed``, if it holds one number."""
    found = list(_NUMBER.finditer(text))
    if len(found) != 1 or not (0 < allowed < math.inf):
        return text
    mantissa, letter, exponent = (
        re.split(r"([eE])", found[0][0]) if "e" in found[0][0].lower() else (found[0][0], "", "")
    )
    kept = max(0, int(exponent or 0) - math.floor(math.log10(allowed)))
    if kept >= len(mantissa.partition(".")[2]):
        return text
    short = f"{float(mantissa):.{kept}f}{letter}{exponent}"
    return text[: found[0].start()] + short + text[found[0].end() :]
