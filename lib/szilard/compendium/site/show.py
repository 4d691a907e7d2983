"""Figures, tables and claims as parts of a page."""

from collections.abc import Mapping, Sequence

from docutils import nodes
from sphinx import addnodes

from szilard.compendium.citation import Facts
from szilard.compendium.claims import Kind
from szilard.compendium.criteria import Verdict
from szilard.compendium.notebook import Record
from szilard.compendium.site.card import card, picture, slider
from szilard.compendium.site.fragment import Fragment, inline
from szilard.validation import check_choice

__all__ = ["claims_table", "figure_block", "grid_table", "headlines", "reference", "table_block", "verdict"]

_CLAIM_COLUMNS = ("Claim", "Verdict", "Published", "Quick tier", "Full tier")
_VERDICT_CLASS = {verdict.value: f"szilard-{verdict.name.lower().replace('_', '-')}" for verdict in Verdict}


def figure_block(record: Record, facts: Facts, document: nodes.document) -> nodes.Node:
    """A numbered figure with caption, alt text and its card; its label is its id."""
    figure = nodes.figure(ids=[record.id], names=[record.id])
    figure += Fragment(html=picture(record) + slider(record))
    figure += nodes.caption("", "", *inline(record.content["caption"]))
    document.note_explicit_target(figure)
    return _block("szilard-figure", figure, Fragment(html=card(record, facts)))


def table_block(record: Record, facts: Facts, document: nodes.document) -> nodes.Node:
    """A numbered table with caption and its card; its label is its id."""
    content = record.content
    cells = [[inline(text) for text in row] for row in content["rows"]]
    table = grid_table([inline(name) for name in content["columns"]], cells, content["numeric"])
    table["ids"], table["names"] = [record.id], [record.id]
    table.insert(0, nodes.title("", "", *inline(content["caption"])))
    document.note_explicit_target(table)
    return _block("szilard-table", _scroll(table), Fragment(html=card(record, facts)))


def claims_table(rows: Sequence[Mapping[str, str]], known: Mapping[str, str], doc: str) -> nodes.Node:
    """Claims with their verdicts; ``known`` maps the ids of figures and tables to their pages."""
    cells = [_claim_cells(row, row["figure"] in known, doc) for row in rows]
    heads = [[nodes.Text(title)] for title in _CLAIM_COLUMNS]
    table = grid_table(heads, cells, [False] * len(heads))
    for line, row in zip(list(table.findall(nodes.row))[1:], rows, strict=True):
        line["ids"] = [_anchor(row)]
    return _block("szilard-claims", _scroll(table))


def headlines(record: Record) -> nodes.Node:
    """The foremost claims of a chapter, a line each, that leads to its row of the table of claims on the page."""
    strip = _block("szilard-headlines")
    strip["ids"] = [record.id]
    for row in record.content["rows"]:
        link = nodes.reference("", "", *inline(row["statement"]), refid=_anchor(row), internal=True)
        found = nodes.inline("", "", *inline(row["found"]), classes=["szilard-found"])
        if row["tier"]:
            found += nodes.inline("", f"{row['tier']} tier", classes=["szilard-where"])
        strip += nodes.paragraph("", "", verdict(row["verdict"]), link, found)
    return strip


def _anchor(row: Mapping[str, str]) -> str:
    """The id of the row of a claim on the pages that list it."""
    return f"claim-{row['claim'].replace('/', '-')}"


def _claim_cells(row: Mapping[str, str], shown: bool, doc: str) -> list[list[nodes.Node]]:
    origin = "Ours: " if row["kind"] == Kind.OURS.value else "In the paper: "
    notes = [_note(origin, row["where"]), _note("Reproduced if: ", row["tolerance"])]
    notes += [_note(title, row[name]) for title, name in (("Control, ", "controls"), ("", "note")) if row[name]]
    link = nodes.inline("", "", classes=["szilard-where"])
    if shown:
        link += [nodes.Text("Shown in "), reference(row["figure"], doc)]
    values = [inline(row[name]) for name in ("published", "quick", "full")]
    return [[*inline(row["statement"]), *notes], [verdict(row["verdict"]), link], *values]


def _note(title: str, text: str) -> nodes.Node:
    return nodes.inline("", title, *inline(text), classes=["szilard-where"])


def verdict(text: str, value: str = "") -> nodes.Element:
    """A badge that reads ``text``, in the tone of the verdict ``value`` (by default the same)."""
    tone = _VERDICT_CLASS[check_choice(value or text, "verdict", _VERDICT_CLASS)]
    return nodes.inline(text, text, classes=["szilard-verdict", tone])


def reference(id: str, doc: str) -> nodes.Node:
    """A link to a figure or table by its number."""
    xref = addnodes.pending_xref(
        "", refdomain="std", reftype="numref", reftarget=id, refexplicit=False, refdoc=doc, refwarn=True
    )
    xref += nodes.literal(id, id, classes=["xref", "std", "std-numref"])
    return xref


def grid_table(
    heads: Sequence[Sequence[nodes.Node]], rows: Sequence[Sequence[Sequence[nodes.Node]]], numeric: Sequence[bool]
) -> nodes.table:
    """A table of inline contents, numbers aligned right."""
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in heads), cols=len(heads))
    group += nodes.thead("", _row(heads, numeric))
    group += nodes.tbody("", *(_row(row, numeric) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(cells: Sequence[Sequence[nodes.Node]], numeric: Sequence[bool]) -> nodes.row:
    sides = ["text-right" if number else "text-left" for number in numeric]
    texts = (nodes.paragraph("", "", *cell) for cell in cells)
    return nodes.row("", *(nodes.entry("", text, classes=[side]) for text, side in zip(texts, sides, strict=True)))


def _scroll(table: nodes.table) -> nodes.Node:
    return nodes.container("", table, classes=["szilard-scroll"])


def _block(name: str, *children: nodes.Node) -> nodes.container:
    return nodes.container("", *children, classes=[name])
