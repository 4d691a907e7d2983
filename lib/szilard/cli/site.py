"""``szilard verify``, ``ledger``, ``build`` and ``serve``: the book that the chapters make."""

from __future__ import annotations

from typing import Annotated

import typer

from szilard.cli.errors import NEGATIVE, Failure, failing
from szilard.cli.terminal import print_table

__all__ = ["COMMANDS", "build", "ledger", "serve", "verify"]


def verify(
    figure: Annotated[str, typer.Argument(metavar="FIG", help="Its id: fig-…, tab-… or claims-….")],
    rtol: Annotated[float, typer.Option(min=0, help="Relative tolerance on every number.")] = 1e-6,
) -> None:
    """Re-execute what one figure rests on, nothing cached, and compare it with what is published.

    Exit code 1 if it differs.
    """
    from szilard.compendium.notebook import find
    from szilard.compendium.notebook import verify as reexecute
    from szilard.compendium.places import book

    with failing():
        record = find(book(execute=True), figure)
        typer.echo(f"re-executing the cells behind {record.id} in {record.notebook.name} …", err=True)
        report = reexecute(record, rtol)
    typer.echo(str(report))
    if not report.agrees:
        raise typer.Exit(NEGATIVE)


def ledger() -> None:
    """Print every claim of every chapter with its published value, ours and the verdict."""
    from szilard.compendium.notebook import chapters, records
    from szilard.compendium.places import book

    shown = ("claim", "kind", "published", "quick", "full", "controls", "verdict")
    with failing():
        rows = [
            [claim[column] for column in shown]
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
        make(book(execute=True), typer.echo)


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = 8000,
) -> None:
    """Show the built book at a local address until Ctrl-C."""
    from szilard.compendium.places import book
    from szilard.compendium.serving import serve as show

    show(book() / "_build" / "html", port, typer.echo)


COMMANDS = (verify, ledger, build, serve)
