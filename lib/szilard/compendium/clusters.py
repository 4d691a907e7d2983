"""The choice of a pool, and Dask and Ray clusters as pools: both compute a call again when a worker dies."""

import logging
import os
import socket
import sys
import threading
import time
from concurrent.futures import CancelledError
from contextlib import redirect_stdout, suppress
from typing import Any

from szilard.compendium.pools import MEMORY, Call, Done, Futures, Pool, open_local, raised, set_threads

ADDRESSES = {"dask": "DASK_SCHEDULER_ADDRESS", "ray": "RAY_ADDRESS"}
FIRST = 20  # seconds to wait for the first worker of a cluster
PATIENCE = 60  # seconds to wait for a cluster that has lost all its workers
_DEADLY = f"cost every worker that tried it its life ({MEMORY})"
_LOST = "the {} cluster is lost; what was finished is kept, and the same command goes on from there"
_turn = threading.Lock()

__all__ = ["open_pool"]


def open_pool(backend: str, workers: int, *, address: str | None = None, one_thread: bool = True) -> Pool:
    """The pool called ``backend``, with so many local processes or at the ``address`` of a cluster.

    Where one local worker is enough it is this process, held to one thread while it computes if ``one_thread``.

    Raises:
        ValueError: a cluster without address, or the package of the backend is missing.
        ConnectionError: nobody answers at the address.
    """
    if backend == "local":
        return open_local(workers, one_thread)
    try:
        return _Dask(address) if backend == "dask" else _Ray(address)
    except ImportError:
        raise ValueError(f"backend {backend!r} needs its package: pip install 'szilard[cluster]'") from None


class _Dask(Futures):
    def __init__(self, address: str | None) -> None:
        super().__init__()
        import distributed

        for name in ("distributed", "distributed.client"):  # errors are told here, in one line
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._dask, self._own = distributed, True
        with suppress(ValueError):
            if address is None:
                self._client, self._own = distributed.get_client(), False
        if self._own:
            self._client = self._connected(_address("dask", address))
        self._seen = time.monotonic()
        while self._size() < 1:
            time.sleep(0.1)
            if time.monotonic() - self._seen > FIRST:
                where = getattr(self._client.scheduler, "address", address)
                self.close(abandon=True)
                raise ConnectionError(f"no workers at {where}: start some with `dask worker {where}`")

    def _connected(self, address: str) -> Any:
        try:
            self._dask.comm.get_address_host_port(address)
        except ValueError:
            raise ValueError(f"address of the cluster must be like tcp://HOST:PORT; got {address!r}") from None
        try:
            return self._dask.Client(address, set_as_default=False)
        except (OSError, TimeoutError):
            raise ConnectionError(f"no Dask scheduler answers at {address}") from None

    def _size(self) -> int:
        """The number of workers; notes when there was one last."""
        size = 0
        with suppress(OSError, TimeoutError):
            size = len(self._client.nthreads())
        if size:
            self._seen = time.monotonic()
        return size

    def free(self) -> int:
        return self._size() - len(self._at_work)

    def submit(self, number: int, call: Call) -> None:
        self._at_work[self._client.submit(_as_guest, call, pure=False)] = number

    def finished(self, seconds: float) -> list[Done]:
        if not self._at_work:
            return []
        with suppress(TimeoutError, CancelledError), self._client.as_current():
            self._dask.wait(list(self._at_work), timeout=seconds, return_when="FIRST_COMPLETED")
        self._size()
        if self._client.status != "running" or time.monotonic() - self._seen > PATIENCE:
            raise ConnectionError(_LOST.format("Dask"))
        return self._collect([future for future in self._at_work if future.done()])

    def _collected(self, future: Any, number: int) -> Done:
        try:
            return Done(number, future.result())
        except self._dask.KilledWorker:
            return Done(number, trouble=_DEADLY)
        except (CancelledError, Exception) as error:  # a worker that lacks the code, or cannot send the result
            return Done(number, trouble=raised(error))
        finally:
            future.release()  # at once: a result that is still wanted is computed again when its worker dies

    def close(self, *, abandon: bool) -> None:
        with suppress(Exception):
            self._client.cancel(list(self._at_work))
        with suppress(Exception):
            if self._own:
                self._client.close(timeout=5)


class _Ray(Futures):
    def __init__(self, address: str | None) -> None:
        super().__init__()
        import ray

        self._ray, self._own = ray, not ray.is_initialized()
        if self._own:
            address = _address("ray", address)
            _knock(address)
            try:
                ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
            except (OSError, RuntimeError, ValueError) as error:
                reason = " ".join(str(error).split())
                raise ConnectionError(f"no Ray cluster answers at {address}: {reason:.120}") from None
        self._aside = redirect_stdout(sys.stderr)  # Ray reports the death of workers on standard output
        self._aside.__enter__()
        self._seen = time.monotonic()
        self._task = ray.remote(num_cpus=1, max_retries=3)(_as_guest)

    def free(self) -> int:
        return self._size() - len(self._at_work)

    def _size(self) -> int:
        """The number of processors; notes when there was one last."""
        size = int(self._ray.cluster_resources().get("CPU", 0))
        if size:
            self._seen = time.monotonic()
        return size

    def submit(self, number: int, call: Call) -> None:
        self._at_work[self._task.remote(call)] = number

    def finished(self, seconds: float) -> list[Done]:
        if not self._at_work:
            return []
        ready, _ = self._ray.wait(list(self._at_work), timeout=seconds)
        self._size()
        if time.monotonic() - self._seen > PATIENCE:
            raise ConnectionError(_LOST.format("Ray"))
        return self._collect(ready)

    def _collected(self, future: Any, number: int) -> Done:
        problems = self._ray.exceptions
        try:
            return Done(number, self._ray.get(future))
        except (problems.WorkerCrashedError, problems.OutOfMemoryError):
            return Done(number, trouble=_DEADLY)
        except Exception as error:  # a worker that lacks the code, or cannot send the result
            return Done(number, trouble=raised(error))

    def close(self, *, abandon: bool) -> None:
        with suppress(Exception):
            for future in self._at_work:
                self._ray.cancel(future, force=True)
        if self._own:
            self._ray.shutdown()
        self._aside.__exit__(None, None, None)


def _address(backend: str, address: str | None) -> str:
    if chosen := address or os.environ.get(ADDRESSES[backend]):
        return chosen
    raise ValueError(f"backend {backend!r} needs the address of a cluster: --address, or {ADDRESSES[backend]}")


def _knock(address: str) -> None:
    """Refuse at once an address that nobody listens at; Ray itself tries for minutes, and talks about it."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdigit()):
        raise ValueError(f"address of the cluster must be like HOST:PORT or ray://HOST:PORT; got {address!r}")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, OverflowError):
        raise ConnectionError(f"no Ray cluster answers at {address}") from None


def _as_guest(call: Call) -> Any:
    """The call in a process that belongs to a cluster: alone there, and with one thread, as everywhere."""
    from threadpoolctl import threadpool_limits

    with _turn:
        set_threads(1)
        with threadpool_limits(1):
            return call()
