"""Executing notebooks, each in a kernel of its own that never outlives the call."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from szilard.compendium.places import child_environment

CELL_SECONDS = 180

__all__ = ["CELL_SECONDS", "execute"]


def execute(
    notebook: Any,
    folder: Path,
    seconds: int = CELL_SECONDS,
    *,
    fresh: bool = False,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Execute a notebook object in place, in a kernel of this interpreter, working in ``folder``.

    Args:
        notebook: what ``nbformat`` read.
        folder: the kernel's working directory.
        seconds: limit per cell.
        fresh: compute every cell of every sweep anew.
        variables: further environment variables of the kernel.

    Raises:
        RuntimeError: a cell failed or took too long; the message holds the cell's last line of error.
        KeyboardInterrupt: the user pressed Ctrl-C; the kernel is gone.
    """
    from nbclient import NotebookClient
    from traitlets.config import Config

    environment = child_environment() | ({"SZILARD_FRESH": "1"} if fresh else {}) | dict(variables or {})
    with TemporaryDirectory(prefix="szilard-") as sockets:
        # Sockets in a private folder: no port that another process could take or read.
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        options = {
            "kernel_name": "python3",
            "timeout": seconds,
            "resources": {"metadata": {"path": str(folder)}},
        }
        client = NotebookClient(notebook, config=config, **options)
        # In a thread: the client then leaves the signals alone, and Ctrl-C reaches this one.
        with ThreadPoolExecutor(1) as threads:
            done = threads.submit(_run, client, environment)
            try:
                done.result()
            except KeyboardInterrupt:
                _end(client, done)
                raise


def _run(client: Any, environment: Mapping[str, str]) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        asyncio.run(client.async_execute(env=environment))
    except CellExecutionError as error:
        raise RuntimeError(f"a cell failed with {error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise RuntimeError(f"a cell did not finish: {str(error).splitlines()[0]}") from None


def _end(client: Any, done: Future[None], seconds: float = 20.0) -> None:
    """Kill the kernel and the processes that it started, as soon as it is there to be killed."""
    deadline = time.monotonic() + seconds
    while not done.done() and time.monotonic() < deadline:
        process = getattr(getattr(client.km, "provisioner", None), "process", None)
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # a kernel leads a group of its own
        time.sleep(0.1)
