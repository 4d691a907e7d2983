"""``szilard verify``, ``spread``, ``ledger``, ``build`` and ``serve``: the book that the chapters make."""

import time
from pathlib import Path
from typing import Annotated

import typer

from szilard.cli.errors import NEGATIVE, Failure, failing
from szilard.cli.terminal import print_table, say

__all__ = ["COMMANDS", "build", "ledger", "serve", "spread", "verify"]


def verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FIG…", help="Ids: fig-…, tab-…, claims-KEY; with --all, chapters.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Everything of the chapters named, or of all: cells kept are reused.")
    ] = False,
) -> None:
    """Re-execute what figures rest on, nothing cached, and compare them with what is published.

    Numbers may move as far as their provenance says. Exit code 1 if anything differs.
    """
    from szilard.compendium.notebook import find
    from szilard.compendium.places import book
    from szilard.compendium.verifying import verify as reexecute

    root = book(execute=True)
    if all_:
        _verify_all(root, names or [])
        return
    if not names:
        raise ValueError("verify needs the id of a figure, or --all")
    with failing():
        records = [find(root, name) for name in names]
    differ = False
    for record in records:
        say(f"re-executing the cells behind {record.id} in {record.notebook.name} …", err=True)
        with failing():
            report = reexecute(record)
        say(str(report))
        differ |= not report.agrees
    if differ:
        raise typer.Exit(NEGATIVE)


def _verify_all(root: Path, keys: list[str]) -> None:
    from szilard.compendium.verifying import verify_chapters

    begun, counts = time.monotonic(), [0, 0]
    for reports in verify_chapters(root, keys):
        for report in reports:
            counts[report.agrees] += 1
            say(f"{'agrees ' if report.agrees else 'DIFFERS'}  {report.id}: {'; '.join(report.lines)}")
    seconds = time.monotonic() - begun
    say(f"{counts[1]} of {sum(counts)} agree with what is published ({seconds:.0f} s)")
    if counts[0]:
        raise typer.Exit(NEGATIVE)


def spread(
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY…", help="Chapters; by default all.")] = None,
) -> None:
    """Measure how far published numbers move over instruction sets and threads, and keep it with the results.

    Exit code 1 if a reader could see one moving. Interrupted, the same command goes on where it stopped.
    """
    from szilard.compendium.notebook import chapters
    from szilard.compendium.places import book
    from szilard.compendium.spread import measure
    from szilard.validation import check_choice

    root = book(execute=True)
    known = {path.stem: path for path in chapters(root)}
    chosen = [known[check_choice(key, "chapter", known)] for key in keys or known]
    visible: list[str] = []
    for notebook in chosen:
        with failing():
            visible += measure(root, notebook, say=lambda line: say(line, err=True)).visible
    for line in visible:
        say(line)
    if visible:
        raise typer.Exit(NEGATIVE)


def ledger() -> None:
    """Print every claim of every chapter with its published value, ours and the verdict."""
    from szilard.compendium.notebook import chapters, records
    from szilard.compendium.places import book

    shown = ("claim", "kind", "published", "quick", "full", "controls", "verdict")
    with failing():
        rows = [
            [str(claim.get(column, "")) for column in shown]
            for notebook in chapters(book())
            for record in records(notebook)
            if record.kind == "claims"
            for claim in record.content["rows"]
        ]
    if not rows:
        raise Failure("no chapter holds claims yet: execute them with `szilard build`")
    print_table(shown, rows)


def build() -> None:
    """Execute the chapters that changed and render the book; a warning is an error."""
    from szilard.compendium.build import build as make
    from szilard.compendium.places import book

    with failing():
        make(book(execute=True), say)


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = 8000,
) -> None:
    """Show the built book at a local address until Ctrl-C."""
    from szilard.compendium.places import book
    from szilard.compendium.serving import serve as show

    show(book() / "_build" / "html", port, say)


COMMANDS = (verify, spread, ledger, build, serve)
