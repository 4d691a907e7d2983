"""Pages over all chapters: the ledger of claims, the gallery of figures, the cards of the index."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from docutils import nodes

from szilard.compendium.citation import title_of
from szilard.compendium.claims import Kind
from szilard.compendium.criteria import Verdict
from szilard.compendium.notebook import Record
from szilard.compendium.papers import PAPERS, PARTS, Paper, paper
from szilard.compendium.site.card import picture
from szilard.compendium.site.fragment import Fragment, inline
from szilard.compendium.site.show import claims_table, verdict

__all__ = ["cards", "gallery", "ledger"]

Shelf = Sequence[tuple[str, Record]]
KINDS = {
    Kind.NUMBER: ("published number", "published numbers"),
    Kind.STATEMENT: ("statement of a paper", "statements of the papers"),
    Kind.OURS: ("claim of our own", "claims of our own"),
}


def ledger(shelf: Shelf, doc: str) -> list[nodes.Node]:
    """Every claim of the book, chapter by chapter, after a line that counts the verdicts."""
    known = {record.id: page for page, record in shelf}
    lists = [(page, record) for page, record in shelf if record.kind == "claims"]
    if not lists:
        return [nodes.paragraph("", "No chapter has judged its claims yet.")]
    rows = [row for _, record in lists for row in record.content["rows"]]
    made: list[nodes.Node] = [_count(rows, kind) for kind in Kind if any(_is(row, kind) for row in rows)]
    for page, record in lists:
        head = f'<p class="szilard-part"><a href="szilard:page/{escape(page)}">{escape(_title(record.key))}</a></p>'
        made += [Fragment(html=head), claims_table(record.content["rows"], known, doc)]
    return made


def _count(rows: Sequence[Mapping[str, str]], kind: Kind) -> nodes.Node:
    """A line that counts the claims of one kind by verdict."""
    verdicts = Counter(row["verdict"] for row in rows if _is(row, kind))
    singular, plural = KINDS[kind]
    number = sum(verdicts.values())
    line = nodes.paragraph("", f"{number} {singular if number == 1 else plural}: ", classes=["szilard-total"])
    for text, count in _ordered(verdicts):
        line += [verdict(f"{count} {text}", text), nodes.Text(" ")]
    return line


def _is(row: Mapping[str, str], kind: Kind) -> bool:
    return row["kind"] == kind.value


def gallery(shelf: Shelf) -> list[nodes.Node]:
    """Every figure of the book, with a thumbnail and its title."""
    grid = nodes.container("", classes=["szilard-gallery"])
    for page, record in shelf:
        if record.kind == "figure":
            link = f'<a href="szilard:page/{escape(page)}#{record.id}">{picture(record, lazy=True)}</a>'
            text = nodes.paragraph("", "", *inline(title_of(record.content["caption"])))
            label = Fragment(html=f'<p class="szilard-id">{record.id}</p>')
            grid += nodes.container("", Fragment(html=link), text, label, classes=["szilard-item"])
    return [grid] if grid.children else [nodes.paragraph("", "No chapter shows a figure yet.")]


def cards(shelf: Shelf, docs: Mapping[str, str]) -> list[nodes.Node]:
    """One card per paper, part by part; ``docs`` maps chapter keys to pages."""
    by_key: dict[str, list[Record]] = {}
    for _, record in shelf:
        by_key.setdefault(record.key, []).append(record)
    parts = []
    for part, title in PARTS.items():
        made = "".join(
            _card(item, by_key.get(item.key, []), docs.get(item.key, "")) for item in PAPERS if item.part == part
        )
        parts.append(f'<p class="szilard-part">{title}</p><div class="szilard-cards">{made}</div>')
    return [Fragment(html="".join(parts))]


def _card(item: Paper, records: Iterable[Record], page: str) -> str:
    name = f'<span class="szilard-name">{escape(item.title)}</span>'
    name += f'<span class="szilard-by">{escape(item.authors)}, {item.year}</span>'
    if not page:
        name += '<span class="szilard-by">in preparation</span>'
        return f'<div class="szilard-paper szilard-coming">{name}</div>'
    name += f'<span class="szilard-finding">{escape(item.finding)}</span>' if item.finding else ""
    records = list(records)
    first = next((picture(record, lazy=True) for record in records if record.kind == "figure"), "")
    rows = [row for record in records if record.kind == "claims" for row in record.content["rows"]]
    verdicts = Counter(row["verdict"] for row in rows if not _is(row, Kind.OURS))  # of the paper's own claims
    badges = "".join(_badge(text, number) for text, number in _ordered(verdicts))
    return (
        f'<a class="szilard-paper" href="szilard:page/{escape(page)}">{first}{name}'
        f'<span class="szilard-badges">{badges}</span></a>'
    )


def _badge(text: str, number: int) -> str:
    node = verdict(f"{number} {text}", text)
    return f'<span class="{" ".join(node["classes"])}">{escape(node.astext())}</span>'


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return [(v.value, counts[v.value]) for v in Verdict if counts[v.value]]


def _title(key: str) -> str:
    known = paper(key)
    return known.title if known else key
