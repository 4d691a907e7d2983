"""What the commands print: tables that are boxed on a terminal and plain when piped, and a progress line."""

import enum
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer

from szilard.userdata.display import printable

LONGEST = 60  # letters of a name that are shown

__all__ = ["Backend", "Tier", "Unit", "announce", "print_table", "say", "shortened", "visible", "with_error"]


class Tier(enum.StrEnum):
    """How much is computed: minutes on a laptop, or the scale of the paper."""

    quick = "quick"
    full = "full"


class Backend(enum.StrEnum):
    """Where the cells of a sweep are computed."""

    local = "local"
    dask = "dask"
    ray = "ray"


class Unit(enum.StrEnum):
    """Units an amount of information is printed in."""

    nats = "nats"
    bits = "bits"


def visible(text: str) -> str:
    r"""``text`` with what a terminal would obey written out, but for ends of lines: names come from other people.

    >>> print(visible("\x1b[31mred"))
    \x1b[31mred
    """
    return "\n".join(map(printable, text.split("\n")))


def say(text: str, err: bool = False) -> None:
    """Print ``text`` as it is :func:`visible`, on stdout or on stderr."""
    typer.echo(visible(text), err=err)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Print ``rows`` under ``columns``; those named in ``right`` are set flush right.

    On a terminal the table is boxed and wraps to its width. Elsewhere it is plain aligned text, a line a row.
    """
    rows = [[visible(cell.replace("\n", " ")) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _print_plain(columns, rows, right)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def with_error(value: float, stderr: float) -> str:
    """``value ± stderr`` to two significant digits of the standard error.

    >>> with_error(0.41327, 0.0123)
    '0.413 ± 0.012'
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if not math.isfinite(stderr):
        return f"{value:.4g} ± ?"
    decimals = min(max(1 - math.floor(math.log10(stderr)), 0), 8) if stderr > 0 else 4
    return f"{value:.{decimals}f} ± {stderr:.{decimals}f}"


def shortened(names: Sequence[str], most: int = 4) -> str:
    """A list of names for people: all of a few, the first of many.

    >>> shortened(["a", "b", "c", "d", "e"])
    'a, b, c, … (5 columns)'
    """
    names = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names]
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])}, … ({len(names)} columns)"


@contextmanager
def announce(names: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Say on a terminal which of ``names`` is at work, one line on stderr that is gone at the end.

    No live display, so that whatever is at work may draw its own progress bar.
    """
    shown = sys.stderr.isatty()

    def begin(name: str) -> None:
        if shown:
            sys.stderr.write(f"\r\x1b[2K{visible(name)} ({list(names).index(name) + 1} of {len(names)}) …")
            sys.stderr.flush()

    try:
        yield begin
    finally:
        if shown:
            sys.stderr.write("\r\x1b[2K")


def _print_plain(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    lines = [columns, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    flush = [str.rjust if column in right else str.ljust for column in columns]
    for line in lines:
        cells = (put(cell, width) for put, cell, width in zip(flush, line, widths, strict=True))
        say("  ".join(cells).rstrip())
