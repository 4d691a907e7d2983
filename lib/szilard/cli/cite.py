"""``szilard cite``: BibTeX for the book, a chapter and its paper, a figure, or a work that the book cites."""

import re
from pathlib import Path
from typing import Annotated

import typer

from szilard.cli.errors import failing
from szilard.cli.terminal import say

WHOLE = "szilard"

__all__ = ["COMMANDS", "cite", "heading", "references"]


Name = Annotated[str, typer.Argument(metavar="[FIG|KEY]", help="A figure, a chapter, or a reference.")]


def cite(name: Name = WHOLE) -> None:
    """Print BibTeX: of the book, of a chapter and the paper it reproduces, of a figure, or of a reference."""
    from szilard.compendium.citation import bibtex, facts
    from szilard.compendium.ids import PREFIXES
    from szilard.compendium.notebook import chapters, find
    from szilard.compendium.places import book
    from szilard.validation import check_choice

    root = book()
    about, works = facts(root), references(root)
    notebooks = {path.stem: path for path in chapters(root)}
    if name == WHOLE:
        say(bibtex(about).rstrip())
    elif name.startswith(tuple(f"{prefix}-" for prefix in PREFIXES.values())):
        with failing():
            say(bibtex(about, find(root, name)).rstrip())
    elif name in works:
        say(works[name])
    else:
        check_choice(name, "what to cite", [*notebooks, *works, WHOLE])
        chapter = bibtex(about, key=name, title=heading(notebooks[name])).rstrip()
        say("\n\n".join([chapter, *_reproduced(name, works)]))


def references(root: Path) -> dict[str, str]:
    """BibTeX entries of ``book/references.bib`` by key."""
    text = (root / "book" / "references.bib").read_text(encoding="utf-8")
    entries = re.split(r"^(?=@)", text, flags=re.MULTILINE)[1:]
    starts = ((re.match(r"@\w+\{([^,]+),", entry), entry) for entry in entries)
    return {start[1].strip(): entry.strip() for start, entry in starts if start}


def heading(notebook: Path) -> str:
    """The title of a chapter: its first heading."""
    import nbformat

    cells = nbformat.read(notebook, as_version=4).cells
    lines = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), notebook.stem)


def _reproduced(key: str, works: dict[str, str]) -> list[str]:
    """The entry of the paper that chapter ``key`` reproduces, found by its title."""
    from szilard.compendium.papers import paper

    known = paper(key)
    titles = ((entry, re.search(r"^\s*title\s*=\s*(.+)$", entry, re.MULTILINE)) for entry in works.values())
    return [entry for entry, title in titles if known and title and _letters(title[1]) == _letters(known.title)]


def _letters(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())


COMMANDS = (cite,)
