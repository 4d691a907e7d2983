"""Making the book: execute the chapters that changed, keep their outputs, render the pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from szilard.atomic import write_whole
from szilard.compendium.canonical import sha256
from szilard.compendium.checkout import ungrounded
from szilard.compendium.fingerprint import fingerprint_chapter
from szilard.compendium.kernel import CELL_SECONDS, execute
from szilard.compendium.notebook import Record, chapters, load, records
from szilard.compendium.places import cache_folder, child_environment
from szilard.compendium.provenance import commit
from szilard.compendium.verifying import differences

if TYPE_CHECKING:
    from nbformat import NotebookNode

_RIGOUR = ("-W", "-n", "--keep-going")

__all__ = ["build", "build_command", "refresh", "stamp"]


def build_command(root: Path, output: Path | None = None) -> list[str]:
    """The command that renders the committed notebooks below ``root``; a warning is an error.

    The pages come to lie in ``_build/html`` below ``output``, by default below ``root``.
    """
    program = "from jupyter_book.cli.main import main; main()"
    return [sys.executable, "-c", program, "build", str(root), *_RIGOUR, "--path-output", str(output or root)]


def build(root: Path, say: Callable[[str], None] = print) -> Path:
    """Execute the chapters below ``root`` that changed, render the book, return the path of its first page.

    Raises:
        RuntimeError: a chapter failed or the pages have warnings; one line says which and what to do.
    """
    start = time.monotonic()
    if not (root / "_toc.yml").is_file():
        raise RuntimeError(f"{root} holds no book: _toc.yml is missing")
    for notebook in chapters(root):
        begun = time.monotonic()
        outcome = refresh(notebook, root)
        say(f"chapter {notebook.stem}: {outcome} ({time.monotonic() - begun:.0f} s)")
    done = subprocess.run(
        build_command(root), cwd=root, env=child_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()
        worst = [line for line in said if re.search(r"WARNING|ERROR|Error:|Exception", line)]
        raise RuntimeError("rendering the book failed:\n" + "\n".join(worst[:20] or said[-10:]))
    page = root / "_build" / "html" / "index.html"
    say(f"the book is at {page} ({time.monotonic() - start:.0f} s)")
    return page


def refresh(notebook: Path, root: Path) -> str:
    """Execute ``notebook`` unless its stamp says nothing changed; returns what was done, in a word or two.

    The file is replaced only if something differs beyond its tolerance, or if what it shows was made from code
    with local changes (or that is in no history) and the code has none now.
    """
    import nbformat

    mark = cache_folder() / "stamps" / f"{sha256(str(notebook.resolve()))[:16]}.json"
    old = load(notebook)
    wanted = stamp(old, notebook.stem, root)
    groundless = not commit()[1] and any(_groundless(record, root) for record in records(notebook))
    if _read_mark(mark) == wanted and not groundless:
        return "unchanged"
    new = load(notebook)
    try:
        # What was kept from code with local changes is of no use then.
        execute(new, notebook.parent, CELL_SECONDS, fresh=groundless)
    except RuntimeError as error:
        raise RuntimeError(f"chapter {notebook.stem}: {error}") from None
    _strip(new)
    changed = groundless or bool(differences(old, new))
    if changed:
        write_whole(notebook, (nbformat.writes(new) + "\n").encode())
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_whole(mark, json.dumps({"stamp": stamp(new if changed else old, notebook.stem, root)}).encode())
    if (
        changed
        and not groundless
        and not commit()[1]
        and any(_groundless(record, root) for record in records(notebook))
    ):
        return refresh(notebook, root)  # cells that were kept are from code with local changes: once more, all of them
    return "executed, outputs changed" if changed else "executed, outputs as before"


def stamp(notebook: NotebookNode, key: str, root: Path) -> str:
    """Hash of all that determines a chapter's outputs, and of the outputs themselves."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    results = root / "book" / "results" / key
    files = sorted([*results.glob("*.parquet"), *results.glob("*.json")])
    parts = [fingerprint_chapter("\n".join(cell.source for cell in cells))]
    parts += [sha256(path.read_bytes()) for path in files]
    parts.append(json.dumps([cell.outputs for cell in cells], sort_keys=True))
    return sha256("\n".join(parts))


def _groundless(record: Record, root: Path) -> bool:
    """Whether a display should be made anew from the code as it is committed; recorded results cannot be."""
    made = {**record.content, "provenance": [s for s in record.content["provenance"] if s["tier"] == "quick"]}
    return bool(ungrounded(made, root))


def _strip(notebook: NotebookNode) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)


def _read_mark(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["stamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
