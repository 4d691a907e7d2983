"""``szilard list`` and ``szilard run``: the chapters, their experiments and their results."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from szilard.cli.errors import Failure
from szilard.cli.terminal import Backend, Tier, print_table, say

if TYPE_CHECKING:
    from szilard.compendium import Experiment, Laboratory, Result

SHOWN_ROWS = 20

__all__ = ["COMMANDS", "list_", "run"]


def list_(json_: Annotated[bool, typer.Option("--json", help="One JSON list, for programs.")] = False) -> None:
    """List the chapters, their experiments and what is recorded at paper scale."""
    entries = _entries()
    if json_:
        say(json.dumps(entries, indent=1, ensure_ascii=False))
        return
    rows = [
        (
            entry["chapter"],
            entry["experiment"],
            ", ".join(f"{tier} {count}" for tier, count in entry["cells"].items()),
            _recorded(entry),
            entry["measures"],
        )
        for entry in entries
    ]
    print_table(("chapter", "experiment", "cells", "recorded", "measures"), rows)


def run(
    name: Annotated[str, typer.Argument(metavar="KEY[/EXPERIMENT]", help="A chapter, or one experiment of it.")],
    tier: Annotated[Tier, typer.Option(help="quick: a laptop, seconds. full: paper scale, one GPU.")] = Tier.quick,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    backend: Annotated[Backend, typer.Option(help="Where the cells are computed.")] = Backend.local,
    address: Annotated[str | None, typer.Option(help="Of the Dask or Ray cluster, tcp://HOST:PORT.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Local processes; all cores by default.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sweep.")] = 0,
    minutes: Annotated[float | None, typer.Option(min=0, help="Start nothing new after this time.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute finished cells anew.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the results (full: book/results/KEY).")] = None,
) -> None:
    """Run the experiments of a chapter. Interrupted, the same command goes on where it stopped."""
    from szilard.compendium.places import results_folder
    from szilard.compendium.sweep import CellFailed, Incomplete

    laboratory, experiments = _chosen(name, tier)
    key = laboratory.key
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
                address=address,
                workers=workers,
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


def _chosen(name: str, tier: Tier) -> tuple[Laboratory, list[Experiment]]:
    """The laboratory of KEY or KEY/EXPERIMENT, and those of its experiments that have the tier."""
    from szilard.experiments import load

    key, slash, wanted = name.partition("/")
    laboratory = load(key)
    if slash:
        return laboratory, [laboratory.experiment(wanted)]
    if not (experiments := [item for item in laboratory.experiments if tier.value in item.cells]):
        raise ValueError(f"no experiment of {key} has a {tier.value} tier; choose another with --tier")
    return laboratory, experiments


def _entries() -> list[dict[str, Any]]:
    """What there is to say of all experiments: as kept, while no file of the library or the results is another."""
    from szilard.atomic import write_whole
    from szilard.compendium.canonical import sha256
    from szilard.compendium.checkout import LIBRARY
    from szilard.compendium.places import cache_folder, results_folder
    from szilard.experiments import keys, load

    folders = [LIBRARY, *map(results_folder, keys())]
    files = [path for folder in folders for path in sorted(folder.rglob("*.*")) if path.suffix != ".pyc"]
    mark = sha256("".join(f"{path} {sha256(path.read_bytes())}\n" for path in files if path.is_file()))
    kept = cache_folder() / "list.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(kept.read_bytes())
        if content["mark"] == mark:
            return content["entries"]
    laboratories = [load(key) for key in keys()]
    entries = [_entry(laboratory, item.name) for laboratory in laboratories for item in laboratory.experiments]
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, json.dumps({"mark": mark, "entries": entries}).encode())
    return entries


def _entry(laboratory: Laboratory, name: str) -> dict[str, Any]:
    """What there is to say of one experiment."""
    experiment = laboratory.experiment(name)
    entry: dict[str, Any] = {
        "chapter": laboratory.key,
        "experiment": name,
        "measures": experiment.about,
        "cells": {tier: len(cells) for tier, cells in experiment.cells.items()},
    }
    entry["recorded"] = laboratory.recorded_state(name)
    if entry["recorded"] in ("current", "stale") and (result := laboratory.recorded(name)):
        entry["provenance"] = result.provenance.to_record()
    return entry


def _recorded(entry: dict[str, Any]) -> str:
    """The state of a recorded result, in words."""
    if "provenance" not in entry:
        return "–" if entry["recorded"] == "absent" else entry["recorded"]
    said = f"{entry['provenance']['utc'][:10]}, {entry['provenance']['device']}"
    return said if entry["recorded"] == "current" else f"{said}, stale: made by older code"


def _report(result: Result, folder: Path | None) -> None:
    made = result.provenance
    say(
        f"{made.key}/{made.experiment}: {made.tier} tier, seed {made.seed}, {made.cells} cells in "
        f"{made.wall_seconds:.1f} s on {made.device}" + (f" → {folder}" if folder else "")
    )
    table = result.table.head(SHOWN_ROWS)
    cells = [[f"{value:.5g}" if isinstance(value, float) else str(value) for value in row] for row in table.values]
    print_table([str(column) for column in table.columns], cells)
    if len(result.table) > SHOWN_ROWS:
        say(f"… {len(result.table):,} rows in all" + ("" if folder else "; --out FOLDER keeps them"))


COMMANDS = (list_, run)
