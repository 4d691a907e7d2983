"""Locks between processes: a file that the operating system frees when its owner dies."""

import errno
import os
import socket
from pathlib import Path
from typing import Literal, Self, overload

try:
    import fcntl
except ImportError:  # no POSIX: no locks, and no more than the same work done twice
    fcntl = None  # type: ignore[assignment]

__all__ = ["Lock", "acquire"]


class Lock:
    """A lock that this process holds until :meth:`release`, or until it ends in whatever way."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self._path, self._handle = path, handle

    def release(self) -> None:
        """Free the lock; again is harmless."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        self._path.unlink(missing_ok=True)  # while it is held: who waits for it notices and opens anew
        fcntl.flock(handle, fcntl.LOCK_UN)  # a child that inherited the handle must not keep it
        os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@overload
def acquire(path: Path, *, wait: Literal[True]) -> Lock: ...
@overload
def acquire(path: Path) -> Lock | None: ...
def acquire(path: Path, *, wait: bool = False) -> Lock | None:
    """The lock at ``path``, or ``None`` while another process holds it.

    The file says for people which process that is; the lock itself is the system's (``flock``), so that a dead
    owner holds nothing. Where files cannot be locked (some network file systems, a folder without write
    permission) every process is given it: work may then be done twice, and the later result stands.

    Args:
        path: lock file; its folder is made.
        wait: wait until it is free.
    """
    while fcntl is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except OSError:
            break
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, handle):
                _sign(handle)
                return Lock(path, handle)
        except OSError as error:
            os.close(handle)
            if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
                return None
            break
        os.close(handle)
    return Lock(path, None)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:  # its last owner removed it between our opening and locking
        return False


def _sign(handle: int) -> None:
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
    except OSError:  # a full disk: the lock holds without a word
        pass
