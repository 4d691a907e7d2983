"""Every work cited in a docstring or in the book stands in references.bib, with what a citation needs."""

from __future__ import annotations

import re
from pathlib import Path

from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r"\b[a-z]+(?:19|20)\d\d[a-z]+\b")


def cited() -> set[str]:
    """Keys of the form author, year, word, wherever the library or the book uses one."""
    sources = [*(ROOT / "lib").rglob("*.py"), *(ROOT / "book").rglob("*.md"), *(ROOT / "book").rglob("*.ipynb")]
    text = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines()]
    return {key for line in text if '"image/png"' not in line for key in KEY.findall(line)}


def test_every_cited_work_is_listed() -> None:
    assert cited() <= set(parse_file(ROOT / "book" / "references.bib").entries)


def test_every_entry_can_be_cited() -> None:
    for key, entry in parse_file(ROOT / "book" / "references.bib").entries.items():
        assert KEY.fullmatch(key), key
        assert {"title", "year"} <= set(entry.fields), key
        assert entry.persons["author"], key
