"""Where cells are computed: in this process, in processes beside it, or on a Dask or Ray cluster.

All pools work alike: ``submit`` a call while ``free()`` says that there is room, and ask for what is
``finished``. Each call comes back with what it returned, or with the reason why it returned nothing.
"""

from __future__ import annotations

import concurrent.futures
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from szilard.threads import usable_threads

if TYPE_CHECKING:
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

Call = Callable[[], Any]
BACKENDS = ("local", "dask", "ray")
_ONE = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMBA", "NUMEXPR")} | {
    "VECLIB_MAXIMUM_THREADS": "1"
}
MEMORY = "memory may have run out: give it more, or fewer --workers; the same command computes it again"

__all__ = ["BACKENDS", "MEMORY", "Call", "Done", "Futures", "Pool", "open_local", "raised", "set_threads"]


@dataclass(frozen=True)
class Done:
    """A call that came back: its number, and what it returned or why it returned nothing."""

    number: int
    value: Any = None
    trouble: str = ""


class Pool(ABC):
    """Calls at work somewhere. Leaving its context by an error abandons them."""

    @abstractmethod
    def free(self) -> int:
        """How many calls can be submitted now."""

    @abstractmethod
    def submit(self, number: int, call: Call) -> None:
        """Begin a call."""

    @abstractmethod
    def finished(self, seconds: float) -> list[Done]:
        """The calls that came back since last asked; waits so long for the first."""

    @abstractmethod
    def close(self, *, abandon: bool) -> None:
        """Free what the pool holds, and end the calls at work if ``abandon``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(abandon=kind is not None)


class _Here(Pool):
    """One call at a time in this process, when asked for its result."""

    def __init__(self, one_thread: bool) -> None:
        self._call: tuple[int, Call] | None = None
        self._threads = _one_thread() if one_thread else nullcontext()
        self._threads.__enter__()

    def free(self) -> int:
        return 0 if self._call else 1

    def submit(self, number: int, call: Call) -> None:
        self._call = number, call

    def finished(self, seconds: float) -> list[Done]:
        if self._call is None:
            return []
        (number, call), self._call = self._call, None
        return [Done(number, call())]

    def close(self, *, abandon: bool) -> None:
        self._threads.__exit__(None, None, None)


class Futures(Pool):
    """Calls that stand for futures."""

    def __init__(self) -> None:
        self._at_work: dict[Any, int] = {}

    def _collect(self, futures: Iterable[Any]) -> list[Done]:
        return [self._collected(future, self._at_work.pop(future)) for future in list(futures)]

    @abstractmethod
    def _collected(self, future: Any, number: int) -> Done: ...


class _Processes(Futures):
    """Worker processes, one call each. Each stands alone, so that the death of one costs its own call only."""

    _idle: ClassVar[list[ProcessPoolExecutor]] = []  # kept for the next sweep, for their imports take seconds

    def __init__(self, workers: int) -> None:
        super().__init__()
        self._workers = workers
        self._busy: dict[Any, ProcessPoolExecutor] = {}

    def free(self) -> int:
        return self._workers - len(self._busy)

    def submit(self, number: int, call: Call) -> None:
        worker = self._idle.pop() if self._idle else _worker()
        try:
            future = worker.submit(call)
        except RuntimeError:  # it died while idle, for example of memory that others needed
            worker = _worker()
            future = worker.submit(call)
        except KeyboardInterrupt:  # nobody would know of it any more
            worker.shutdown(wait=False, kill_workers=True)
            raise
        self._busy[future] = worker
        self._at_work[future] = number

    def finished(self, seconds: float) -> list[Done]:
        first = concurrent.futures.FIRST_COMPLETED
        return self._collect(concurrent.futures.wait(self._busy, seconds, first).done)

    def _collected(self, future: Any, number: int) -> Done:
        worker, error = self._busy[future], future.exception()
        if error is None:
            self._idle.append(worker)
            del self._busy[future]  # now that it stands elsewhere: an interrupt between the two loses no process
            return Done(number, future.result())
        del self._busy[future]
        worker.shutdown(wait=False, kill_workers=True)
        if isinstance(error, concurrent.futures.BrokenExecutor):
            return Done(number, trouble=f"lost its process, which was killed or crashed ({MEMORY})")
        return Done(number, trouble=raised(error))

    def close(self, *, abandon: bool) -> None:
        for worker in self._busy.values():
            worker.shutdown(wait=False, kill_workers=abandon)
        while abandon and self._idle:  # one that was between two calls would stay for minutes
            self._idle.pop().shutdown(wait=False, kill_workers=True)


def open_local(workers: int, one_thread: bool) -> Pool:
    """So many worker processes; this process, held to one thread if asked for, where one is enough."""
    return _Here(one_thread) if workers == 1 else _Processes(workers)


def raised(error: BaseException) -> str:
    """What to say of a call that raised ``error``."""
    return f"raised {type(error).__name__}: {error}"


def set_threads(threads: int) -> None:
    """Set the number of threads of torch, if it is loaded, and of what is loaded later."""
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read by torch should a cell import it
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)


def _worker() -> ProcessPoolExecutor:
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

    return ProcessPoolExecutor(1, timeout=300, env=_ONE)


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for BLAS and torch, as in a worker, so that a cell rounds alike wherever it runs."""
    from threadpoolctl import threadpool_limits

    wished = os.environ.get("OMP_NUM_THREADS")
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else usable_threads()
    set_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        set_threads(threads)
        if wished is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = wished
