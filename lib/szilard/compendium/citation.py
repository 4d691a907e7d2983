"""BibTeX for the book, a chapter or a figure, made from CITATION.cff and the record of the figure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import szilard
from szilard.compendium.notebook import Record

__all__ = ["Facts", "bibtex", "facts", "title_of"]

_SCALAR = re.compile(r"""^\s*(?:-\s+)?([a-z-]+):\s*["']?(.*?)["']?\s*$""")
_ADDRESS = re.compile(r"""^\s*szilard_public_address:\s*["']([^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Facts:
    """What every citation needs: title and authors of the work, its version, year and public address ("" if none)."""

    title: str
    authors: str
    version: str
    year: str
    address: str = ""


def facts(root: Path, address: str | None = None) -> Facts:
    """The citation facts of the checkout at ``root``; the address stands in ``_config.yml`` unless given."""
    try:
        lines = (root / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    found: dict[str, list[str]] = {}
    for line in lines:
        if match := _SCALAR.match(line):
            found.setdefault(match[1], []).append(match[2])
    if address is None:
        config = root / "_config.yml"
        match = _ADDRESS.search(config.read_text(encoding="utf-8")) if config.is_file() else None
        address = match[1] if match else ""
    return Facts(
        title=_first(found, "title", "Szilard"),
        authors=" and ".join(f"{{{name}}}" for name in found.get("name", ["The Szilard contributors"])[:1]),
        version=_first(found, "version", szilard.__version__),
        year=_first(found, "date-released", "")[:4],
        address=address.rstrip("/"),
    )


def bibtex(facts: Facts, record: Record | None = None, key: str = "", title: str = "") -> str:
    """BibTeX of a figure or table (``record``), of a chapter (``key``, ``title``), or of the whole work."""
    fields = {"title": f"{{{_escape(facts.title)}}}", "author": facts.authors, "version": facts.version}
    year, name = facts.year, "szilard"
    if record is not None:
        name = f"szilard:{record.id}"
        about = record.content.get("caption") or f"{record.kind.capitalize()} of the chapter {record.key}"
        fields["title"] = f"{{{_escape(title_of(about))}}}"
        fields["howpublished"] = f"{_escape(record.kind.capitalize())} {_escape(record.id)} of {_escape(facts.title)}"
        made = record.content["environment"]
        year = year or made["utc"][:4]
        fields["note"] = f"commit {made['commit'][:12]}, data SHA-256 {record.content['data_sha256'][:16]}"
    elif key:
        name = f"szilard:{key}"
        fields["title"] = f"{{{_escape(title)}}}"
        fields["howpublished"] = f"Chapter {_escape(key)} of {_escape(facts.title)}"
    fields |= {"year": year} if year else {}
    fields |= {"url": facts.address} if facts.address else {}
    width = max(map(len, fields))
    body = "".join(f"  {field:<{width}} = {{{value}}},\n" for field, value in fields.items())
    return f"@misc{{{name},\n{body}}}\n"


def title_of(caption: str) -> str:
    """The first sentence of a caption, without its full stop and without the name of the panel it begins with.

    >>> title_of("Left: error of KSG, k = 3. Bars show one standard error.")
    'Error of KSG, k = 3'
    """
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z$])", caption.strip(), maxsplit=1)[0].rstrip(".")
    panel = re.match(r"(?:(?:Upper |Lower )?(?:Left|Right|Top|Bottom|Above|Below|Upper|Lower)): ", first, re.IGNORECASE)
    return first[panel.end() :][:1].upper() + first[panel.end() :][1:] if panel else first


def _first(found: Mapping[str, list[str]], name: str, default: str) -> str:
    return found.get(name, [default])[0]


def _escape(text: str) -> str:
    """``text`` for BibTeX: special characters escaped outside formulas."""
    parts = text.split("$")
    parts[::2] = [re.sub(r"([&%#_])", r"\\\1", part) for part in parts[::2]]
    return "$".join(parts)
