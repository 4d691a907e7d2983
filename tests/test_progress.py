"""The progress bar: on a terminal only, on standard error only, and silent otherwise."""

from __future__ import annotations

import io
import multiprocessing
import sys

import pytest

from szilard import progress
from szilard.progress import progress_bar, tracked


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Makes standard error a terminal when called, within the test, where pytest's own capture is already in place."""

    def install(delay=0.0):
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", Terminal())
        monkeypatch.setattr(progress, "DELAY", delay)
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


def test_work_of_a_moment_has_no_bar(terminal):
    screen = terminal(delay=60.0)
    with progress_bar(True, 10, "MINDE") as show:
        show(5, "0.41 nats")
    assert "MINDE" not in screen.getvalue()


def test_within_a_bar_there_is_no_other_and_after_it_there_is(terminal):
    screen = terminal()
    with progress_bar(True, 2, "sweep") as show:
        assert tracked(iter("ab"), 2, "inner") == ["a", "b"]
        show(1)
    assert "inner" not in screen.getvalue()
    assert tracked(iter("ab"), 2, "later") == ["a", "b"]
    assert "later" in screen.getvalue()


def test_a_worker_leaves_the_terminal_to_the_process_that_started_it(terminal, monkeypatch):
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(lambda: multiprocessing.parent_process() is not None).result(60)
    terminal()
    assert progress.watched()
    monkeypatch.setattr(progress, "parent_process", lambda: object())
    assert not progress.watched()
