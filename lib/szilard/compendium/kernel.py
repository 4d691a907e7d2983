"""Executing the cells of a notebook in a kernel of this interpreter, which never outlives the execution."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from szilard.compendium.places import child_environment

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

CELL_SECONDS = 600  # against cells that hang; a busy machine may take several times what a free one does

__all__ = ["CELL_SECONDS", "execute"]


def execute(
    notebook: NotebookNode,
    folder: Path,
    seconds: int = CELL_SECONDS,
    *,
    fresh: bool = False,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Execute in place what ``nbformat`` read, in a kernel of this interpreter that works in ``folder``.

    Args:
        seconds: limit per cell.
        fresh: compute every cell of every sweep anew.
        variables: further environment variables of the kernel.

    Raises:
        RuntimeError: a cell failed or took too long; the message holds the cell's last line of error.
        KeyboardInterrupt: Ctrl-C; the kernel and all it started are gone.
    """
    from nbclient import NotebookClient
    from traitlets.config import Config

    environment = child_environment() | ({"SZILARD_FRESH": "1"} if fresh else {}) | dict(variables or {})
    with TemporaryDirectory(prefix="szilard-") as sockets:
        # Sockets in a private folder: no port that another process could take or read.
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        place = {"metadata": {"path": str(folder)}}
        client = NotebookClient(notebook, config=config, kernel_name="python3", timeout=seconds, resources=place)
        _run(client, environment)


def _run(client: NotebookClient, environment: Mapping[str, str]) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    # In a thread of its own, for in the main thread the client takes Ctrl-C for a dead kernel.
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(asyncio.run, client.async_execute(env=environment))
        try:
            done.result()
        except CellExecutionError as error:
            raise RuntimeError(f"a cell failed with {error.ename}: {error.evalue}") from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise RuntimeError(f"a cell did not finish: {str(error).splitlines()[0]}") from None
        except KeyboardInterrupt:
            _stop(client, done)
            raise


def _stop(client: NotebookClient, done: Future[NotebookNode]) -> None:
    """End the kernel with all it started, also one that is only about to start."""
    while not done.done():
        kernel = getattr(client.km, "provisioner", None)
        process = getattr(kernel, "process", None)
        if process is not None and process.poll() is None:
            if (group := getattr(kernel, "pgid", None)) and hasattr(os, "killpg"):
                os.killpg(group, signal.SIGKILL)
            else:
                process.kill()
        wait([done], timeout=0.1)
