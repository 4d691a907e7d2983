"""``szilard list`` and ``szilard run``: the chapters, their experiments and their results."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from szilard.cli.errors import Failure
from szilard.cli.terminal import Backend, Tier, print_table

if TYPE_CHECKING:
    from szilard.compendium import Laboratory, Result

SHOWN_ROWS = 20

__all__ = ["COMMANDS", "list_", "run"]


def list_() -> None:
    """List the chapters, their experiments and what is recorded at paper scale."""
    from szilard.experiments import keys, load

    rows = []
    for key in keys():
        laboratory = load(key)
        for experiment in laboratory.experiments:
            cells = ", ".join(f"{tier} {len(cells)}" for tier, cells in experiment.cells.items())
            rows.append((key, experiment.name, cells, _recorded(laboratory, experiment.name), experiment.about))
    print_table(("chapter", "experiment", "cells", "recorded", "measures"), rows)


def run(
    name: Annotated[str, typer.Argument(metavar="KEY[/EXPERIMENT]", help="A chapter, or one experiment of it.")],
    tier: Annotated[Tier, typer.Option(help="quick: a laptop, seconds. full: paper scale, one GPU.")] = Tier.quick,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    backend: Annotated[Backend, typer.Option(help="Where the cells are computed.")] = Backend.local,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sweep.")] = 0,
    minutes: Annotated[float | None, typer.Option(min=0, help="Start nothing new after this time.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute finished cells anew.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the results (full: book/results/KEY).")] = None,
) -> None:
    """Run the experiments of a chapter. Interrupted, the same command goes on where it stopped."""
    from szilard.compendium.places import results_folder
    from szilard.compendium.sweep import CellFailed, Incomplete
    from szilard.experiments import load

    key, _, wanted = name.partition("/")
    laboratory = load(key)
    experiments = [laboratory.experiment(wanted)] if "/" in name else list(laboratory.experiments)
    experiments = [item for item in experiments if "/" in name or tier.value in item.cells]
    if not experiments:
        raise ValueError(f"no experiment of {key} has a {tier.value} tier; choose another with --tier")
    folder = out or (results_folder(key) if tier is Tier.full else None)
    deadline = None if minutes is None else time.monotonic() + 60 * minutes
    problems = []
    for experiment in experiments:
        left = None if deadline is None else max(0.0, (deadline - time.monotonic()) / 60)
        try:
            result = laboratory.run(
                experiment.name,
                tier.value,
                device,
                seed,
                backend=backend.value,
                progress=True,
                minutes=left,
                fresh=fresh,
                out=folder,
            )
        except (Incomplete, CellFailed) as problem:
            problems.append(str(problem))
        else:
            _report(result, folder)
    if problems:
        raise Failure("; ".join(problems))


def _recorded(laboratory: Laboratory, name: str) -> str:
    result = laboratory.recorded(name)
    return "–" if result is None else f"{result.provenance.utc[:10]}, {result.provenance.device}"


def _report(result: Result, folder: Path | None) -> None:
    made = result.provenance
    typer.echo(
        f"{made.key}/{made.experiment}: {made.tier} tier, seed {made.seed}, {made.cells} cells in "
        f"{made.wall_seconds:.1f} s on {made.device}" + (f" → {folder}" if folder else "")
    )
    table = result.table.head(SHOWN_ROWS)
    cells = [[f"{value:.5g}" if isinstance(value, float) else str(value) for value in row] for row in table.values]
    print_table([str(column) for column in table.columns], cells)
    if len(result.table) > SHOWN_ROWS:
        typer.echo(f"… {len(result.table):,} rows in all" + ("" if folder else "; --out FOLDER keeps them"))


COMMANDS = (list_, run)
