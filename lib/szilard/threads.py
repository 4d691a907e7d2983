"""How many threads the library may start, and how compiled loops are interrupted: one rule for all of them."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import TypeVar

T = TypeVar("T")

# Read when the library is loaded, as OpenMP and Numba read theirs: the frame holds BLAS to one thread later on.
LIMITS = {name: os.environ.get(name, "") for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS")}

__all__ = ["in_threads", "interruptible", "usable_threads"]


def usable_threads() -> int:
    """The smallest of the cores this process may use and the numbers that ``NUMBA_NUM_THREADS`` and
    ``OMP_NUM_THREADS`` held when the library was loaded; at least 1.

    Cores outside the process's affinity mask, or beyond the quota of its container, do not count.

    Raises:
        ValueError: one of the variables is not a whole number.
    """
    return max(1, min([_cores(), *(_number(name, text) for name, text in LIMITS.items() if text)]))


def in_threads(work: Callable[[int, int], object], items: int, pieces: int, workers: int) -> None:
    """Call ``work(begin, end)`` on so many pieces of ``items``, in so many threads.

    Interrupted, it starts no further piece and waits for those that run: compiled code would go on with arrays that are
    given back meanwhile. Pieces should therefore be small.
    """
    bounds = [(i * items // pieces, (i + 1) * items // pieces) for i in range(pieces)]
    if workers == 1:
        for begin, end in bounds:
            work(begin, end)
        return
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(work, begin, end) for begin, end in bounds]
        try:
            for job in jobs:
                job.result()
        finally:
            pool.shutdown(cancel_futures=True)


@functools.cache
def _cores() -> int:
    # Ctrl-C amid an import would leave half a module behind, on which the next one fails.
    return interruptible(lambda: import_module("joblib")).cpu_count()


def _number(name: str, text: str) -> int:
    first = text.split(",")[0].strip()  # OpenMP takes a list, one number for each level of nesting
    if not first.isdecimal():
        raise ValueError(f"{name} must be a whole number of threads; got {text!r}")
    return int(first)


def interruptible(work: Callable[[], T]) -> T:
    """What ``work`` returns, a compiled loop of minutes that frees the interpreter.

    In the main thread Ctrl-C is answered at once, where else it would wait for the end of the loop, which then goes on
    beside until it is done or the process ends.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # it belongs to the thread that waits
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result()
