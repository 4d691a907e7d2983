"""A progress bar that shows itself on a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["Show", "progress_bar"]


class Show(Protocol):
    """Tells a bar how many of its steps are done, with a word on how it goes."""

    def __call__(self, done: int, note: str = "") -> None: ...  # noqa: D102


@contextmanager
def progress_bar(shown: bool, total: int, title: str) -> Iterator[Show]:
    """Yield ``show(done, note)``; it draws on standard error if ``shown`` and that is a terminal, else does nothing."""
    if not (shown and sys.stderr.isatty()):
        yield _hide
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total, note="")

        def show(done: int, note: str = "") -> None:
            progress.update(task, completed=done, note=note)

        yield show


def _hide(done: int, note: str = "") -> None:
    """Where nobody looks."""
