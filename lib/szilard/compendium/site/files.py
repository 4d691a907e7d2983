"""The files that pages offer: drawings, data, citations and records, below ``figures/`` of the site."""

import re
from pathlib import Path

from sphinx.application import Sphinx

from szilard.compendium.canonical import as_json
from szilard.compendium.citation import Facts, bibtex, facts
from szilard.compendium.drawing import drawings
from szilard.compendium.notebook import Record
from szilard.compendium.site.card import FOLDER
from szilard.compendium.site.library import all_records
from szilard.compendium.style import dark

_ACTIVE = re.compile(r"<\s*(script|foreignObject|iframe|a)\b|\son\w+\s*=|javascript:", re.IGNORECASE)

__all__ = ["files", "write_files"]


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of every figure and table of the book."""
    if exception is not None or app.builder.format != "html":
        return
    about = facts(Path(app.srcdir), app.config.szilard_public_address)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, str] = {}
    for page, record in all_records(app.env):
        if record.kind in ("figure", "table"):
            wanted |= files(record, about, f"{app.builder.get_target_uri(page)}#{record.id}")
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    for stale in set(folder.iterdir()) - {folder / name for name in wanted}:
        stale.unlink()


def files(record: Record, about: Facts, place: str) -> dict[str, str]:
    """Names and contents of the files of one figure or table; ``place`` is its address within the book."""
    content = dict(record.content)
    csv, shown = content.pop("data"), drawings(content) if "svg" in content else []
    content = {name: value for name, value in content.items() if name not in ("svg", "frames")}
    public: dict[str, object] = {
        **content,
        "place": place,
        "cell": record.cell,
        "code": record.code,
        "csv": f"{record.id}.csv",
    }
    made = {f"{record.id}.csv": csv, f"{record.id}.bib": bibtex(about, record)}
    for number, svg in enumerate(shown):
        if _ACTIVE.search(svg):
            raise ValueError(f"{record.id}: its drawing holds a script or a link; make it anew with `szilard build`")
        name = f"{record.id}.{number}" if number else record.id
        made |= {f"{name}.svg": svg, f"{name}-dark.svg": dark(svg)}
        public["svg"] = f"{record.id}.svg"
    return made | {f"{record.id}.json": as_json(public)}
