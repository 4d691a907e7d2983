"""Every error of the command line is one clear line on stderr; the traceback is for ``--debug``."""

import errno
import os
import re
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup

from szilard.cli.terminal import visible
from szilard.folders import refuge
from szilard.names import did_you_mean

FINE, NEGATIVE, BAD_INPUT = 0, 1, 2
LONGEST = 2000  # characters of a message

__all__ = ["BAD_INPUT", "FINE", "NEGATIVE", "Failure", "OneLineErrors", "failing"]


class Failure(Exception):
    """Work that was asked for correctly and did not succeed: exit code 1, its text is the line to print."""


@contextmanager
def failing() -> Iterator[None]:
    """Work whose ``RuntimeError`` says in one line what failed."""
    try:
        yield
    except RuntimeError as error:
        raise Failure(str(error)) from error


class OneLineErrors(TyperGroup):
    """The command group that turns whatever is raised into one line and an exit code."""

    def main(self, args: Sequence[str] | None = None, *_: object, **__: object) -> NoReturn:
        """Run one command line; ``--debug`` may stand anywhere in it."""
        given = list(sys.argv[1:] if args is None else args)
        os.environ.update(refuge())
        message, lost = "", None
        words = [word for word in given if word != "--debug"]
        with _output(sys.stdout) as output:
            try:
                code = self._run(words)
                output.flush()
            except (Exception, KeyboardInterrupt) as error:
                message, code = explain(error, " ".join(["szilard", *(w for w in words[:1] if w in self.commands)]))
                message = visible(f"{traceback.format_exc() if '--debug' in given else ''}szilard: {message}\n")
                lost = output.lost
        if isinstance(lost, BrokenPipeError):  # the reader, for example `head`, has seen enough
            message, code = "", FINE
        with suppress(OSError), _output(sys.stderr) as output:
            output.write(message)
            output.flush()
        sys.exit(code)

    def _run(self, words: list[str]) -> int:
        # Not through the main function of typer, which has its own ideas of interruptions and closed pipes.
        try:
            with self.make_context("szilard", words) as context:
                self.invoke(context)
        except typer.Exit as stop:
            return stop.exit_code
        return FINE


def explain(error: BaseException, command: str = "szilard") -> tuple[str, int]:
    """The line to print for an ``error`` of ``command``, and the exit code it means."""
    if hasattr(error, "format_message"):  # a usage error of typer, whichever way it carries click
        return _usage(error, command), BAD_INPUT
    text = _line(str(error))
    match error:
        case KeyboardInterrupt() | typer.Abort():
            number = getattr(error, "number", signal.SIGINT)
            how = "interrupted" if number == signal.SIGINT else "terminated"
            return f"{how}; give the same command again to go on", 128 + number  # as shells count
        case Failure():
            return text, NEGATIVE
        case ValueError():
            return text, BAD_INPUT
        case ModuleNotFoundError() if not (error.name or "").startswith("szilard"):
            return f"{error.name} is not installed; `pip install 'szilard[book]'` brings it", NEGATIVE
        case MemoryError():
            return "not enough memory; use fewer samples or columns", NEGATIVE
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            where = error.filename or "what this command writes to"
            remedy = (error.strerror or "").partition("; ")[2] or "free some space or choose another place"
            return f"{os.strerror(error.errno or errno.ENOSPC)}: {where}; {remedy}", NEGATIVE
        case OSError(errno=errno.EACCES | errno.EROFS, filename=str(name)):
            return f"{error.strerror}: {name}; choose another place", NEGATIVE
        case OSError(filename=str(name)):
            return f"{error.strerror}: {name}", NEGATIVE
        case OSError():
            return text or type(error).__name__, NEGATIVE
    return f"{type(error).__name__}: {text or 'no message'} (add --debug for the traceback)", NEGATIVE


def _usage(error: Any, command: str) -> str:
    text = _line(error.format_message().replace("Value error, ", "")).rstrip(".")
    if choices := re.search(r"'([^']*)' is not one of (.*)$", text):
        text += did_you_mean(choices[1], re.findall(r"'([^']+)'", choices[2]))
    if unknown := re.match(r"No such command '(.*?)'", text):
        text = unknown[0] + did_you_mean(unknown[1], error.ctx.command.list_commands(error.ctx))
    if re.search(r"No such option: -[\d.]", text):
        text += "; before a value that begins with a minus write --"
    return f"{text} (`{command} --help` lists what it takes)"


def _line(text: str) -> str:
    """``text`` on one line, without the middle of what is too long to be read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 300]} … {line[-300:]}"


class _Output:
    """A stream that takes any character and knows the error that ended it."""

    def __init__(self, stream: TextIO) -> None:
        self.lost: OSError | None = None
        self._stream = stream
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # "±" must not crash a terminal that cannot show it

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._watched():
            return self._stream.write(text)

    def flush(self) -> None:
        with self._watched():
            self._stream.flush()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.lost = error
            error.filename = "standard output"
            raise


@contextmanager
def _output(stream: TextIO | None) -> Iterator[_Output]:
    """``stream``, or nowhere if it was closed beforehand, as standard output; once failed it leads nowhere."""
    with redirect_stdout(_Output(stream or open(os.devnull, "w", encoding="utf-8"))) as output:  # noqa: SIM115
        try:
            yield output
        finally:
            if output.lost:  # or Python fails once more when it ends
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, output.fileno())
                os.close(nowhere)
