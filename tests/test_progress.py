"""The progress bar: on a terminal only, on standard error only, and silent otherwise."""

from __future__ import annotations

import io
import sys

import pytest

from szilard.progress import progress_bar


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Makes standard error a terminal when called, within the test, where pytest's own capture is already in place."""

    def install():
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", Terminal())
        return sys.stderr

    return install


def test_a_terminal_shows_title_and_note(terminal, capsys):
    screen = terminal()
    with progress_bar(True, 10, "MINDE") as show:
        show(5, "0.41 nats")
    assert "MINDE" in screen.getvalue() and "0.41 nats" in screen.getvalue()
    assert capsys.readouterr().out == ""


def test_nothing_is_shown_unless_asked_for(terminal):
    screen = terminal()
    with progress_bar(False, 10, "MINDE") as show:
        show(5, "0.41 nats")
    assert screen.getvalue() == ""


def test_nothing_is_shown_where_there_is_no_terminal(capsys):
    with progress_bar(True, 10, "MINDE") as show:
        show(5)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("shown", [True, False])
def test_errors_pass_through(terminal, shown):
    terminal()
    with pytest.raises(KeyError), progress_bar(shown, 10, "MINDE"):
        raise KeyError("inside")
