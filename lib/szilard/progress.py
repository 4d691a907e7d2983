"""A progress bar that shows itself on a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(shown: bool, total: int, title: str) -> Iterator[Callable[[int, str], None]]:
    """Yield ``show(done, note)``; it draws on standard error if ``shown`` and that is a terminal, else does nothing."""
    if not (shown and sys.stderr.isatty()):
        yield lambda done, note="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total, note="")
        yield lambda done, note="": progress.update(task, completed=done, note=note)
