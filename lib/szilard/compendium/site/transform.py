"""On a chapter's page, the bare output of a cell gives way to the full figure, table or claims."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from szilard.compendium.citation import facts
from szilard.compendium.notebook import Record
from szilard.compendium.site.library import all_records, chapter_docs, page_records
from szilard.compendium.site.show import claims_table, figure_block, table_block

__all__ = ["ShowRecords"]


class ShowRecords(SphinxTransform):
    """Replace outputs that carry a record; one that a directive shows on the page already is only removed."""

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
            if (block := self._block(record)) is not None:
                cell.parent.insert(where, block)
                where += 1
        if not cell.children:
            cell.parent.remove(cell)

    def _block(self, record: Record) -> nodes.Node | None:
        if record.kind == "claims":
            if any("szilard-claims" in node["classes"] for node in self.document.findall(nodes.container)):
                return None
            known = {other.id: page for page, other in all_records(self.env)}
            return claims_table(record.content["rows"], known, self.env.docname)
        if record.id in self.document.ids:
            return None
        block = figure_block if record.kind == "figure" else table_block
        return block(record, facts(Path(self.env.srcdir), self.config.szilard_public_address), self.document)
