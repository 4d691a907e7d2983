"""The records of all chapters in a Sphinx project, read once per notebook version."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sphinx.environment import BuildEnvironment

from szilard.compendium.notebook import Record, records
from szilard.compendium.papers import PAPERS

__all__ = ["all_records", "chapter_docs", "page_records"]


def chapter_docs(env: BuildEnvironment) -> dict[str, str]:
    """Names of the chapter pages by key, in the order of the book: the notebooks among its pages."""
    found = {Path(doc).name: doc for doc in sorted(env.found_docs) if env.doc2path(doc).endswith(".ipynb")}
    known = [item.key for item in PAPERS if item.key in found]
    return {key: found[key] for key in dict.fromkeys([*known, *found])}


def page_records(env: BuildEnvironment, doc: str) -> list[Record]:
    """Records of the notebook behind page ``doc``, on which the page being read, if any, then depends."""
    path = Path(env.doc2path(doc))
    if env.temp_data.get("docname"):
        env.note_dependency(str(path))
    return _read(path, path.stat().st_mtime_ns)


def all_records(env: BuildEnvironment) -> Iterator[tuple[str, Record]]:
    """All records of the book with the page each stands on."""
    for doc in chapter_docs(env).values():
        for record in page_records(env, doc):
            yield doc, record


@lru_cache(maxsize=64)
def _read(path: Path, version: int) -> list[Record]:
    return records(path)
