"""A progress bar that shows itself on a terminal and nowhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from typing import Protocol, TypeVar

DELAY = 1.0  # seconds after which work is long enough for a bar

T = TypeVar("T")

__all__ = ["Show", "progress_bar", "tracked", "watched"]

_taken = False  # while a bar stands; what works for it draws none of its own


class Show(Protocol):
    """Tells a bar how many of its steps are done, with a word on how it goes."""

    def __call__(self, done: int, note: str = "") -> None: ...  # noqa: D102


def watched() -> bool:
    """Whether a bar would be seen: standard error is a terminal, no other bar stands, and no parent process has one."""
    return sys.stderr.isatty() and not _taken and parent_process() is None


@contextmanager
def progress_bar(shown: bool, total: int, title: str) -> Iterator[Show]:
    """Yield ``show(done, note)``; it draws on standard error if ``shown`` and that is :func:`watched`, else does
    nothing. What is done within ``DELAY`` seconds has no bar."""
    global _taken
    if not (shown and watched()):
        yield _hide
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeRemainingColumn())
    bar, begun = Progress(*columns, console=Console(stderr=True), transient=True), time.monotonic()
    task = bar.add_task(title, total=total, note="")

    def show(done: int, note: str = "") -> None:
        bar.update(task, completed=done, note=note)
        if time.monotonic() - begun >= DELAY:
            bar.start()

    _taken = True
    try:
        yield show
    finally:
        _taken = False
        bar.stop()


def tracked(results: Iterable[T], total: int, title: str) -> list[T]:
    """All of ``results``, with a bar of the ``total`` while they come."""
    come = []
    with progress_bar(True, total, title) as show:
        for result in results:
            come.append(result)
            show(len(come))
    return come


def _hide(done: int, note: str = "") -> None:
    """Where nobody looks."""
