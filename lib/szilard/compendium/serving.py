"""Showing the rendered book on this machine: its files, to programs on this machine, and nothing else."""

import errno
import mimetypes
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

REQUESTS = 16  # answered at a time
SECONDS = 30  # for one request with its answer
WAITING = 5  # seconds that a request waits for its turn
_TEXTS = {".js": "text/javascript", ".csv": "text/csv", ".bib": "text/plain", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "no-cache",  # built anew, a page is shown anew
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

__all__ = ["locate", "serve"]


def serve(folder: Path, port: int = 8000, say: Callable[[str], None] = print) -> None:
    """Serve the rendered book on this machine alone until interrupted.

    Raises:
        ValueError: nothing is built yet, or the port cannot be had.
    """
    if not (folder / "index.html").is_file():
        raise ValueError(f"no book at {folder}: run `szilard build` first")
    try:
        server = _Server(folder, port)
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        raise ValueError(f"port {port} {why}: choose another with --port") from None
    with server:
        try:
            say(f"the book is at http://127.0.0.1:{server.server_port}/ (stop with Ctrl-C)")
            server.serve_forever()
        except KeyboardInterrupt:
            say("stopped")


def locate(folder: Path, target: str) -> Path | None:
    """The file in ``folder`` that the target of a request names; ``None`` for anything else.

    Folders stand for their ``index.html``. Hidden files, and links that lead out of the folder, are not found.
    """
    try:
        path = unquote(target.split("?", 1)[0].split("#", 1)[0], errors="strict")
        root, *parts = path.split("/")
        inner = [*parts[:-1], parts[-1] or "index.html"] if parts else [""]
        if root or any(not part or part.startswith(".") or set(part) & set("\\:\0") for part in inner):
            return None
        found = folder.joinpath(*inner).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # no such file, no name of a file, links in a circle
        return None
    return found if found.is_file() and found.is_relative_to(folder.resolve()) else None


Request = socket.socket | tuple[bytes, socket.socket]  # of datagrams, which never come here
Address = tuple[str, int]


class _Server(ThreadingHTTPServer):
    """At most ``REQUESTS`` threads; who does not get one in time is dropped."""

    request_queue_size = 4 * REQUESTS

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._free = threading.BoundedSemaphore(REQUESTS)
        super().__init__(("127.0.0.1", port), _Files)
        names = ("127.0.0.1", "localhost")
        self.hosts = {f"{name}:{self.server_port}" for name in names} | (set(names) if port == 80 else set())

    def process_request(self, request: Request, client_address: Address) -> None:
        if self._free.acquire(timeout=WAITING):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Request, client_address: Address) -> None:
        limit = threading.Timer(SECONDS, _cut, [request])
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self._free.release()

    def handle_error(self, request: Request, client_address: Address) -> None:
        """A client that goes away is no error."""
        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Files(SimpleHTTPRequestHandler):
    """Answers GET and HEAD for files of the book."""

    server: _Server
    server_version, sys_version = "szilard", ""
    timeout = SECONDS
    file: Path | None = None

    def send_head(self) -> BinaryIO | None:
        # A page from elsewhere whose name was made to point here (DNS rebinding) still sends that name.
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.server.hosts:
            self.send_error(403, "This serves 127.0.0.1 and localhost alone")
            return None
        self.file = locate(self.server.folder, self.path)
        if self.file is None:
            self.send_error(404)
            return None
        return super().send_head()

    def translate_path(self, path: str) -> str:
        return str(self.file)

    def guess_type(self, path: str | PathLike[str]) -> str:
        kind = _TEXTS.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if self.file is not None and self.file.suffix == ".svg":  # opened by itself, a drawing may run nothing
            self.send_header("Content-Security-Policy", "sandbox")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing per request."""


def _cut(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)
