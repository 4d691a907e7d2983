"""The local server shows the files of the book to this machine, and nothing else to nobody else."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from szilard.compendium import serving
from szilard.compendium.serving import locate, serve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rendered book, and a secret beside it."""
    site = tmp_path / "html"
    (site / "book").mkdir(parents=True)
    (site / "figures").mkdir()
    (site / "index.html").write_text("the book")
    (site / "book" / "a page.html").write_text("a page")
    (site / "figures" / "fig-a.svg").write_text("<svg/>")
    (site / ".buildinfo").write_text("hidden")
    (tmp_path / "secret").write_text("secret")
    (site / "out").symlink_to(tmp_path)
    (site / "out.txt").symlink_to(tmp_path / "secret")
    (site / "round").symlink_to("round")
    (site / "inner.html").symlink_to("index.html")
    return site


@pytest.fixture
def server(folder: Path) -> Iterator[serving._Server]:
    """It, served."""
    with serving._Server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, target, method="GET", host=None):
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    with contextlib.closing(connection):
        connection.putrequest(method, target, skip_host=True)
        for name in [f"127.0.0.1:{server.server_port}"] if host is None else host:
            connection.putheader("Host", name)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/", b"the book"),
        ("/index.html?v=1#top", b"the book"),
        ("/book/a%20page.html", b"a page"),
        ("/inner.html", b"the book"),
    ],
)
def test_files_of_the_book_are_shown(server, target, body):
    status, headers, shown = ask(server, target)
    assert (status, shown) == (200, body) and headers["Content-Length"] == str(len(body))
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-cache"
    assert "Python" not in headers["Server"] and ask(server, target, "HEAD")[2] == b""


ODD = [
    "/book/",
    "/book",
    "/figures/",
    "/nothing.html",
    "/.buildinfo",
    "/out/secret",
    "/out.txt",
    "/round",
    "/../secret",
]
ODD += ["/%2e%2e/secret", "/book/../../secret", "/book/..%2f..%2fsecret", "//etc/passwd", "/%00", "/index.html%00.txt"]
ODD += [
    "/index.html/",
    "/./index.html",
    "/book//a%20page.html",
    "/..\\secret",
    "/%ff%fe",
    "/C:/secret",
    "/" + "a" * 5000,
]
ODD += ["/" + "a/" * 3000, "index.html", "http://127.0.0.1/index.html", "*", "/%2fetc/passwd"]


@pytest.mark.parametrize("target", ODD)
def test_whatever_is_no_file_of_the_book_is_not_found(server, target):
    status, headers, body = ask(server, target)
    assert status == 404 and b"secret" not in body and b"a page" not in body and "Location" not in headers


def test_a_name_that_was_made_to_point_here_is_refused(server):
    port = server.server_port
    assert ask(server, "/", host=[f"LOCALHOST:{port}"])[0] == 200
    for hosts in (
        [f"evil.example:{port}"],
        ["127.0.0.1"],
        [],
        [f"127.0.0.1:{port}", "evil.example"],
        [f"[::1]:{port}"],
    ):
        status, _, body = ask(server, "/", host=hosts)
        assert status == 403 and body.count(b"the book") == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "nonsense"])
def test_nothing_but_reading_is_answered(server, method):
    assert ask(server, "/", method)[0] == 501


def test_a_drawing_that_is_opened_runs_nothing(server):
    assert "sandbox" in ask(server, "/figures/fig-a.svg")[1].get_all("Content-Security-Policy")


def test_it_listens_on_this_machine_alone(server):
    assert server.server_address[0] == "127.0.0.1"


def test_dropped_clients_cost_no_word(server, folder, capfd):
    (folder / "large.html").write_bytes(b"x" * 20_000_000)
    for sent in (
        b"",
        b"GET ",
        b"GET / HTTP/1.1\r\nHost:",
        f"GET /large.html HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode(),
    ):
        with socket.create_connection(server.server_address) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # gone without a farewell
            client.sendall(sent)
    assert ask(server, "/")[0] == 200
    time.sleep(0.2)
    assert capfd.readouterr() == ("", "")


def test_slow_clients_neither_pile_up_nor_stay(server, monkeypatch):
    monkeypatch.setattr(serving, "SECONDS", 0.6)
    monkeypatch.setattr(serving, "WAITING", 0.05)
    before = time.monotonic()
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(server.server_address)) for _ in range(60)]
        time.sleep(0.2)
        handlers = [t for t in threading.enumerate() if "process_request_thread" in t.name]
        assert 0 < len(handlers) <= serving.REQUESTS
        for client in clients:
            client.settimeout(10)
            with contextlib.suppress(ConnectionError):
                for _ in range(3):  # a letter now and then keeps nothing open
                    client.sendall(b"G")
                assert client.recv(100) == b""
    assert time.monotonic() - before < 8 and ask(server, "/")[0] == 200


def test_nothing_built_and_a_port_that_cannot_be_had_are_one_line(tmp_path, folder, server):
    with pytest.raises(ValueError, match="run `szilard build` first"):
        serve(tmp_path)
    with pytest.raises(ValueError, match=f"port {server.server_port} is taken: choose another with --port"):
        serve(folder, server.server_port)


def test_stopped_its_port_is_free_at_once(folder, monkeypatch):
    said: list[str] = []

    def interrupt(server, poll_interval=0.5):
        raise KeyboardInterrupt

    monkeypatch.setattr(serving._Server, "serve_forever", interrupt)
    serve(folder, 0, said.append)
    port = int(said[0].split(":")[2].split("/")[0])
    serve(folder, port, said.append)
    assert said[1] == said[3] == "stopped"


def test_a_file_is_located_inside_alone(folder):
    assert locate(folder, "/inner.html") == folder / "index.html"
    assert locate(folder, "/out.txt") is None and locate(folder, "") is None
