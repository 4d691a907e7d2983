"""Making the book: execute the chapters that changed, keep their outputs, render the pages."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from szilard.atomic import write_whole
from szilard.compendium.fingerprint import fingerprint_chapter
from szilard.compendium.kernel import execute
from szilard.compendium.notebook import chapters
from szilard.compendium.places import cache_folder, child_environment

# What may differ between two runs of the same code on the same data; the rest of a record is material.
_CIRCUMSTANCES = {"environment", "provenance", "data_sha256"}
_RIGOUR = ("-W", "-n", "--keep-going")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")

__all__ = ["build", "build_command", "refresh", "stamp"]


def build_command(root: Path, output: Path | None = None) -> list[str]:
    """The command that renders the committed notebooks below ``root``; a warning is an error.

    The pages come to lie in ``_build/html`` below ``output``, by default below ``root``.
    """
    program = "from jupyter_book.cli.main import main; main()"
    return [sys.executable, "-c", program, "build", str(root), *_RIGOUR, "--path-output", str(output or root)]


def build(root: Path, say: Callable[[str], None] = print) -> Path:
    """Execute the chapters that changed, render the book, return the path of its first page.

    Args:
        root: folder that holds ``_config.yml``, ``_toc.yml`` and ``book/``.
        say: receives one line per step.

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

    The file is replaced only if something material changed: not for a date, a commit or the bytes of a
    bitmap.
    """
    import nbformat

    mark = cache_folder() / "stamps" / f"{hashlib.sha256(str(notebook.resolve()).encode()).hexdigest()[:16]}.json"
    old = nbformat.read(notebook, as_version=4)
    wanted = stamp(old, notebook.stem, root)
    if _read_mark(mark) == wanted:
        return "unchanged"
    new = nbformat.from_dict(json.loads(json.dumps(old)))
    try:
        execute(new, notebook.parent)
    except RuntimeError as error:
        raise RuntimeError(f"chapter {notebook.stem}: {error}") from None
    _strip(new)
    changed = not _alike(_material(new), _material(old))
    if changed:
        write_whole(notebook, (nbformat.writes(new) + "\n").encode())
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_whole(mark, json.dumps({"stamp": stamp(new if changed else old, notebook.stem, root)}).encode())
    return "executed, outputs changed" if changed else "executed, outputs as before"


def stamp(notebook: Any, key: str, root: Path) -> str:
    """Hash of all that determines a chapter's outputs, and of the outputs themselves."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    results = sorted((root / "book" / "results" / key).glob("*.parquet"))
    parts = [fingerprint_chapter(code), *(hashlib.sha256(path.read_bytes()).hexdigest() for path in results)]
    parts.append(json.dumps(_material(notebook), sort_keys=True))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _material(notebook: Any) -> list[Any]:
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [[cell.source, [_essence(output) for output in cell.outputs]] for cell in cells]


def _alike(new: Any, old: Any, name: str = "") -> bool:
    """Whether two outputs say the same, up to the rounding in which processors differ."""
    if isinstance(new, dict) and isinstance(old, dict):
        return new.keys() == old.keys() and all(_alike(new[key], old[key], key) for key in new)
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(_alike(a, b, name) for a, b in zip(new, old, strict=True))
    if new == old or not (isinstance(new, str) and isinstance(old, str)):
        return new == old
    if _NUMBER.sub("#", new) != _NUMBER.sub("#", old):
        return False
    a, b = ([float(number) for number in _NUMBER.findall(text)] for text in (new, old))
    # Coordinates in a drawing are points: a thousandth of one is invisible.
    return np.allclose(a, b, rtol=1e-6, atol=1e-3 if name == "svg" else 0.0)


def _essence(output: Any) -> dict[str, Any]:
    kept = {name: output[name] for name in ("output_type", "name", "text", "ename", "evalue") if name in output}
    record = output.get("metadata", {}).get("szilard", {})
    if "data" in output:
        volatile = bool(record.get("volatile"))
        kept["data"] = {mime: value for mime, value in output["data"].items() if not mime.startswith("image/")}
        hidden = _CIRCUMSTANCES | ({"data", "svg", "rows"} if volatile else set())
        kept["record"] = {name: value for name, value in record.items() if name not in hidden}
    return kept


def _strip(notebook: Any) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)


def _read_mark(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["stamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
