"""The picture of a figure, its slider and the card below it: cite, data, vector file, provenance."""

import json
import re
from collections.abc import Mapping
from html import escape

from szilard.compendium.canonical import Fields
from szilard.compendium.citation import Facts, bibtex
from szilard.compendium.notebook import Record
from szilard.compendium.site.fragment import plain

FOLDER = "figures"
_HEAD = re.compile(r"<svg[^>]*>")

__all__ = ["FOLDER", "card", "picture", "slider"]


def picture(record: Record, lazy: bool = False) -> str:
    """HTML of the drawing in its light and its dark variant."""
    alt = escape(plain(record.content["alt"]))
    size = _size(record.content["svg"]) + (' loading="lazy"' if lazy else "")
    images = "".join(
        f'<img class="only-{mode}" src="szilard:file/{FOLDER}/{record.id}{suffix}.svg" alt="{alt}"{size}>'
        for mode, suffix in (("light", ""), ("dark", "-dark"))
    )
    # In a box of their own: the theme hides the caption beside an image of the other mode.
    return f'<span class="szilard-picture">{images}</span>'


def slider(record: Record) -> str:
    """HTML of what moves through the drawings of a figure, if it has several; hidden until a script can move it."""
    if not (known := record.content.get("slider")):
        return ""
    name, positions = known["name"], known["positions"]
    values = f"data-szilard-positions='{escape(json.dumps(positions, ensure_ascii=False))}'"
    scale = f'<input type="range" min="0" max="{len(positions) - 1}" step="1" value="0" aria-valuetext="{{}}">'
    return (
        f'<label class="szilard-slider" {values} hidden>{escape(plain(name))} {scale.format(escape(positions[0]))}'
        f"<output>{escape(positions[0])}</output></label>"
    )


def card(record: Record, facts: Facts) -> str:
    """HTML of the row of offers below a figure or table, with its two pop-ups."""
    id = record.id
    base = f"szilard:file/{FOLDER}/{id}"
    links = [_opener(id, "cite", "Cite"), f'<a href="{base}.csv" download>Data</a>']
    if record.kind == "figure":
        links.append(f'<a href="{base}.svg" download>Vector</a>')
    links.append(_opener(id, "provenance", "Provenance"))
    cite = f'<pre class="szilard-bibtex">{escape(bibtex(facts, record))}</pre>'
    cite += '<p><button type="button" class="szilard-copy">Copy</button>'
    cite += f' <a href="{base}.bib" download>BibTeX file</a></p>'
    return (
        f'<div class="szilard-card" role="group" aria-label="{id}"><span class="szilard-id">{id}</span>'
        + "".join(links)
        + "</div>"
        + _dialog(id, "cite", "Cite", cite)
        + _dialog(id, "provenance", "Provenance", _provenance(record, base))
    )


def _opener(id: str, what: str, label: str) -> str:
    return f'<button type="button" data-szilard-open="{id}-{what}" aria-haspopup="dialog">{label}</button>'


def _dialog(id: str, what: str, title: str, body: str) -> str:
    return (
        f'<dialog class="szilard-dialog" id="{id}-{what}" aria-label="{title} {id}">'
        f'<div class="szilard-head"><strong>{title}</strong> <span class="szilard-id">{id}</span>'
        '<button type="button" class="szilard-close" aria-label="Close">×</button></div>'
        f"{body}</dialog>"
    )


def _provenance(record: Record, base: str) -> str:
    made = record.content["environment"]
    parts = [_facts(_source(source)) for source in record.content["provenance"]]
    if not parts:
        parts.append("<p>Drawn from formulas alone: no experiment, no random number.</p>")
    drawn = {
        "Shown by": f"cell {record.cell} of {record.notebook.name}, {_time(made)}",
        "Commit": made["commit"][:12] + (" with local changes" if made["dirty"] else ""),
        "Python": made["python"],
        "Libraries": ", ".join(f"{name} {version}" for name, version in made["versions"].items()),
        "Data SHA-256": record.content["data_sha256"],
    }
    if tolerance := record.content.get("tolerance"):
        drawn["Tolerance"] = "; ".join(f"{name} {_tolerance(entry)}" for name, entry in tolerance.items())
    again = f"szilard verify {record.id}"
    return (
        "".join(parts)
        + _facts(drawn)
        + f'<p class="szilard-label">The cell that shows it</p><pre>{escape(record.code)}</pre>'
        + f'<p class="szilard-label">Reproduce it from a clone</p><pre>{again}</pre>'
        + f'<p><a href="{base}.json" download>Everything as JSON</a></p>'
    )


def _source(source: Fields) -> dict[str, str]:
    return {
        "Experiment": f"{source['key']}/{source['experiment']}",
        "Tier": f"{source['tier']} ({_count(source['cells'], 'cell')})",
        "Seed": str(source["seed"]),
        "Device": f"{source['device']}, {source['precision']}, {_count(source['threads'], 'thread')}",
        "Computed": f"{_time(source)}, {source['wall_seconds']:.3g} s",
        "Commit": "; ".join(commit[:12] for commit in source["commit"].split("; "))
        + (" with local changes" if source["dirty"] else ""),
        "Code": source["fingerprint"][:16],
    }


def _tolerance(entry: Fields) -> str:
    """How far a number may move, in words."""
    relative, absolute = entry["relative"], entry["absolute"]
    parts = [f"{relative:g} of itself"] if relative else []
    parts += [f"{absolute:g}"] if absolute else []
    return f"{' + '.join(parts) or 'exact'} ({entry['from'].replace('rule', 'by rule')})"


def _time(made: Mapping[str, str]) -> str:
    dates = dict.fromkeys(filter(None, (made.get("since"), made["utc"])))
    return " to ".join(dates).replace("T", " ").replace("Z", " UTC")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _facts(facts: Mapping[str, str]) -> str:
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items()) + "</dl>"


def _size(svg: str) -> str:
    """Width and height in CSS pixels, so that the page does not jump when the picture arrives."""
    head = _HEAD.search(svg)
    points = re.findall(r'\s(width|height)="([\d.]+)pt"', head[0] if head else "")
    if len(points) != 2:
        return ""
    return "".join(f' {name}="{float(number) / 0.75:.0f}"' for name, number in sorted(points, reverse=True))
