"""A miniature of the repository: one executed chapter, an index, a ledger and a gallery."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from szilard.compendium.figures import bundle, seal

CONFIG = """
title: Miniature
author: The Szilard contributors
only_build_toc_files: true
execute:
  execute_notebooks: "off"
sphinx:
  extra_extensions: [szilard.compendium.site]
  config:
    nitpicky: true
    numfig: true
    html_context: {default_mode: light}
"""
TOC = """
format: jb-book
root: book/index
chapters:
  - file: book/measuring/fake
  - file: book/apparatus/ledger
  - file: book/apparatus/gallery
"""
PAGES = {
    "book/index.md": "# Miniature\n\nSee {numref}`fig-fake-pair`.\n\n```{szilard-cards}\n```\n\n"
    "```{szilard-figure} fig-fake-pair\n```\n",
    "book/apparatus/ledger.md": "# Ledger\n\n```{szilard-ledger}\n```\n",
    "book/apparatus/gallery.md": "# Gallery\n\n```{szilard-gallery}\n```\n",
    "_config.yml": CONFIG,
    "_toc.yml": TOC,
    "CITATION.cff": 'cff-version: 1.2.0\ntitle: "Miniature"\nauthors:\n  - name: "The Szilard contributors"\n'
    "version: 0.1.0\ndate-released: 2026-01-31\n",
}
CELLS = (
    "# A fake chapter\n\nIn {numref}`fig-fake-pair` and {numref}`tab-fake-pair`, "
    "$I(X;Y)=-\\tfrac12\\log(1-\\rho^2)$.\n\n"
    "```{szilard-claims} fake\n```\n",
    "import sys\nsys.path.insert(0, FOLDER)\nfrom fake_laboratory import LABORATORY\n"
    "from szilard.compendium import Chapter\nchapter = Chapter(LABORATORY)",
    "pair = chapter.run('pair')\nchapter.headlines('grows', 'five')",
    "from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\n"
    "ax.plot(pair.table.rho, pair.table.mi, 'o-', label='closed form')\n"
    "ax.plot(pair.table.rho, pair.table.correlation, 's--', label='sample correlation')\n"
    "ax.set(xlabel=r'correlation $\\rho$', ylabel='information / nats')\nax.legend()\n"
    "chapter.figure('pair', fig, pair, 'Information of a normal pair, in nats. It diverges as $\\\\rho\\\\to 1$.',\n"
    "               alt='A curve that rises from 0 at correlation 0.1 to 0.83 nats at correlation 0.9.')",
    "unrelated = 1 / 3",
    "chapter.table('pair', pair.table[['rho', 'mi']], pair, 'Information of normal pairs, in nats.',\n"
    "              formats={'mi': '{:.4f}'})",
    "chapter.claims()",
)


def write_book(root: Path) -> Path:
    """Write the miniature, its chapter not executed, below ``root``; returns the notebook's path."""
    folder = str(Path(__file__).parent)
    cells = [nbformat.v4.new_code_cell(source.replace("FOLDER", repr(folder))) for source in CELLS[1:]]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(CELLS[0]), *cells])
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index}"
    path = root / "book" / "measuring" / "fake.ipynb"
    for name, text in PAGES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def forge(notebook: Any, id: str, **changes: Callable[[Any], Any]) -> None:
    """Change fields of the record of a display, and put right all that follows from it: a careful forgery."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        record = output["metadata"].get("szilard", {})
        if record.get("id") == id:
            for name, change in changes.items():
                record[name] = change(record[name])
            settle(output)


def settle(output: Any) -> None:
    """Give an output the checksums, the pictures and the texts that its record asks for."""
    record = output["metadata"]["szilard"]
    record["data_sha256"] = hashlib.sha256(record["data"].encode()).hexdigest()
    record["sha256"] = seal(record)
    output["data"] = bundle(record)
