"""The directives by which pages show what the chapters produced."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from szilard.compendium.citation import facts
from szilard.compendium.notebook import Record
from szilard.compendium.site import overview
from szilard.compendium.site.card import picture
from szilard.compendium.site.fragment import Fragment, inline
from szilard.compendium.site.library import all_records, chapter_docs
from szilard.compendium.site.show import claims_table, figure_block, reference, table_block
from szilard.validation import check_choice

__all__ = ["DIRECTIVES"]


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
    kind = "figure"

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        known = {record.id: (page, record) for page, record in shelf if record.kind == self.kind}
        page, record = known[check_choice(self.arguments[0], self.kind, known)]
        if page == self.env.docname:
            block = figure_block if self.kind == "figure" else table_block
            about = facts(Path(self.env.srcdir), self.env.config.szilard_public_address)
            return [block(record, about, self.state.document)]
        return self.elsewhere(record)

    def elsewhere(self, record: Record) -> list[nodes.Node]:
        text = nodes.paragraph("", "", reference(record.id, self.env.docname), nodes.Text(". "))
        text += inline(record.content["caption"])
        shown = [Fragment(html=picture(record))] if record.kind == "figure" else []
        return [nodes.container("", *shown, text, classes=["szilard-figure"])]


class _Table(_One):
    kind = "table"


class _Claims(_Directive):
    """The claims of a chapter with their verdicts."""

    required_arguments = 1

    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        lists = {record.key: record for _, record in shelf if record.kind == "claims"}
        record = lists[check_choice(self.arguments[0], "chapter with claims", lists)]
        known = {other.id: page for page, other in shelf}
        return [claims_table(record.content["rows"], known, self.env.docname)]


class _Overview(_Directive):
    """A page over all chapters: read anew in every build, for a chapter may have come or gone."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        return super().run()


class _Ledger(_Overview):
    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        return overview.ledger(shelf, self.env.docname)


class _Gallery(_Overview):
    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        return overview.gallery(shelf)


class _Cards(_Overview):
    def show(self, shelf: list[tuple[str, Record]]) -> list[nodes.Node]:
        return overview.cards(shelf, chapter_docs(self.env))


DIRECTIVES = {
    "szilard-figure": _One,
    "szilard-table": _Table,
    "szilard-claims": _Claims,
    "szilard-ledger": _Ledger,
    "szilard-gallery": _Gallery,
    "szilard-cards": _Cards,
}
