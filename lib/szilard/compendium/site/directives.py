"""How pages show what the chapters produced: by directives, and in the place of the bare outputs of cells."""

from pathlib import Path

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from szilard.compendium.citation import facts
from szilard.compendium.notebook import Record
from szilard.compendium.site import overview
from szilard.compendium.site.card import picture
from szilard.compendium.site.fragment import Fragment, inline
from szilard.compendium.site.library import all_records, chapter_docs, page_records
from szilard.compendium.site.show import claims_table, figure_block, headlines, reference, table_block
from szilard.validation import check_choice

__all__ = ["DIRECTIVES", "ShowRecords"]


class _Directive(SphinxDirective):
    """What the directives share: the shelf of all records, and errors that name the directive."""

    def run(self) -> list[nodes.Node]:
        try:
            return self.show(list(all_records(self.env)))
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        raise NotImplementedError


class _One(_Directive):
    """A figure or a table, with its label on its own page, with a link to it on others."""

    required_arguments = 1

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        kind = self.name.removeprefix("szilard-")
        known = {record.id: (page, record) for page, record in shelf if record.kind == kind}
        page, record = known[check_choice(self.arguments[0], kind, known)]
        if page == self.env.docname:
            return [_block(record, self.env, self.state.document)]
        text = nodes.paragraph("", "", reference(record.id, self.env.docname), nodes.Text(". "))
        text += inline(record.content["caption"])
        shown = [Fragment(html=picture(record))] if record.kind == "figure" else []
        return [nodes.container("", *shown, text, classes=["szilard-figure"])]


class _Claims(_Directive):
    """The claims of a chapter with their verdicts."""

    required_arguments = 1

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        lists = {record.key: record for _, record in shelf if record.kind == "claims"}
        record = lists[check_choice(self.arguments[0], "chapter with claims", lists)]
        return [_block(record, self.env, self.state.document)]


class _Overview(_Directive):
    """A page over all chapters: read anew in every build, for a chapter may have come or gone."""

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        self.env.note_reread()
        if self.name == "szilard-gallery":
            return overview.gallery(shelf)
        if self.name == "szilard-cards":
            return overview.cards(shelf, chapter_docs(self.env))
        return overview.ledger(shelf, self.env.docname)


class ShowRecords(SphinxTransform):
    """On a chapter's page, the bare output of a cell gives way to what its records show.

    One that a directive shows on the page already is only removed.
    """

    default_priority = 400  # before labels are collected and numbers are given

    def apply(self, **kwargs: object) -> None:
        """Go through the code cells of the page."""
        if self.env.docname not in chapter_docs(self.env).values():
            return
        by_cell: dict[int, list[Record]] = {}
        for record in page_records(self.env, self.env.docname):
            by_cell.setdefault(record.cell, []).append(record)
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") == "cell_code" and cell.get("cell_index") in by_cell:
                self._replace(cell, by_cell[cell["cell_index"]])

    def _replace(self, cell: nodes.container, shown: list[Record]) -> None:
        for child in list(cell.children):
            if isinstance(child, nodes.Element) and child.get("nb_element") == "cell_code_output":
                cell.remove(child)
        where = cell.parent.index(cell) + 1
        for record in shown:
            if not self._stands(record):
                cell.parent.insert(where, _block(record, self.env, self.document))
                where += 1
        if not cell.children:
            cell.parent.remove(cell)

    def _stands(self, record: Record) -> bool:
        if record.kind != "claims":
            return record.id in self.document.ids
        return any("szilard-claims" in node["classes"] for node in self.document.findall(nodes.container))


def _block(record: Record, env: BuildEnvironment, document: nodes.document) -> nodes.Node:
    if record.kind == "claims":
        known = {other.id: page for page, other in all_records(env)}
        return claims_table(record.content["rows"], known, env.docname)
    if record.kind == "headlines":
        return headlines(record)
    block = figure_block if record.kind == "figure" else table_block
    return block(record, facts(Path(env.srcdir), env.config.szilard_public_address), document)


DIRECTIVES: dict[str, type[_Directive]] = {"szilard-figure": _One, "szilard-table": _One, "szilard-claims": _Claims}
DIRECTIVES |= dict.fromkeys(("szilard-ledger", "szilard-gallery", "szilard-cards"), _Overview)
