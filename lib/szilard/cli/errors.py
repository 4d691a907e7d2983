"""Every error of the command line is one clear line on stderr; the traceback is for ``--debug``."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

FINE, NEGATIVE, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

__all__ = ["BAD_INPUT", "FINE", "INTERRUPTED", "NEGATIVE", "Failure", "OneLineErrors"]


class Failure(Exception):
    """Work that was asked for correctly and did not succeed: exit code 1, its text is the line to print."""


class OneLineErrors(TyperGroup):
    """The command group that turns whatever is raised into one line and an exit code."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Run one command line; ``--debug`` may stand anywhere in it."""
        given = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):  # "±" must not crash a terminal that cannot show it
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            code = super().main(
                [word for word in given if word != "--debug"],
                prog_name="szilard",
                standalone_mode=False,
            )
            sys.stdout.flush()
            if code == INTERRUPTED:  # typer has turned Ctrl-C into this
                raise KeyboardInterrupt
        except BrokenPipeError:  # the reader, for example `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = FINE
        except (Exception, KeyboardInterrupt) as error:
            if "--debug" in given:
                traceback.print_exc()
            message, code = explain(error)
            sys.stderr.write(f"szilard: {message}\n")
        sys.exit(code or FINE)


def explain(error: BaseException) -> tuple[str, int]:
    """The line to print for ``error`` and the exit code it means."""
    if hasattr(error, "format_message"):  # a usage error of typer, whichever way it carries click
        return _usage(error), BAD_INPUT
    text = " ".join(str(error).split())
    match error:
        case KeyboardInterrupt() | typer.Abort():
            return "interrupted; give the same command again to go on", INTERRUPTED
        case Failure():
            return text, NEGATIVE
        case ValueError():
            return text, BAD_INPUT
        case ModuleNotFoundError() if not (error.name or "").startswith("szilard"):
            return f"{error.name} is not installed; `pip install 'szilard[book]'` brings it", NEGATIVE
        case MemoryError():
            return "not enough memory; use fewer samples or columns", NEGATIVE
        case OSError(filename=str(name)):
            return f"{error.strerror}: {name}", NEGATIVE
        case OSError():
            return text or type(error).__name__, NEGATIVE
    return f"{type(error).__name__}: {text or 'no message'} (add --debug for the traceback)", NEGATIVE


def _usage(error: Any) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "szilard"
    return f"{' '.join(error.format_message().split()).rstrip('.')} (`{path} --help` lists what it takes)"
