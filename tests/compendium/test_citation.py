"""Citations are made from facts that stand in one place each."""

from __future__ import annotations

import re
from pathlib import Path

from szilard.compendium.citation import Facts, bibtex, facts, title_of
from szilard.compendium.notebook import Record
from szilard.compendium.papers import PAPERS, PARTS

CITATION = 'title: "A & B"\nauthors:\n  - name: "The Szilard contributors"\nversion: 1.2.3\ndate-released: 2026-01-31\n'
MADE = {"commit": "0123456789abcdef", "utc": "2025-05-05T00:00:00Z"}
RECORD = Record(
    "figure",
    "fig-ib_compression-a",
    Path("ib_compression.ipynb"),
    3,
    "",
    {"caption": "Error of 50 % & $x_1$. More.", "environment": MADE, "data_sha256": "f" * 64},
)


def test_facts_come_from_the_citation_file(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text(CITATION)
    (tmp_path / "_config.yml").write_text('sphinx:\n  config:\n    szilard_public_address: "https://example.org/s/"\n')
    assert facts(tmp_path) == Facts("A & B", "{The Szilard contributors}", "1.2.3", "2026", "https://example.org/s")


def test_a_figure_is_cited_by_its_id_title_and_commit() -> None:
    entry = bibtex(Facts("A & B", "{The Szilard contributors}", "1.2.3", "2026"), RECORD)
    fields = dict(re.findall(r"^  (\w+)\s*= \{(.*)\},$", entry, re.MULTILINE))
    assert entry.startswith("@misc{szilard:fig-ib_compression-a,\n") and entry.endswith("}\n")
    assert fields["title"] == r"{Error of 50 \% \& $x_1$}"
    assert fields["howpublished"] == r"Figure fig-ib\_compression-a of A \& B"
    assert fields["note"] == f"commit 0123456789ab, data SHA-256 {'f' * 16}"
    assert fields["year"] == "2026" and "url" not in fields


def test_claims_are_cited_by_their_chapter() -> None:
    content = {name: RECORD.content[name] for name in ("environment", "data_sha256")}
    claims = Record("claims", "claims-minde", Path("minde.ipynb"), 9, "", content)
    entry = bibtex(Facts("A", "B", "1", "2026"), claims)
    assert "{Claims of the chapter minde}" in entry and "Claims claims-minde of A" in entry


def test_the_address_appears_once_it_is_known() -> None:
    assert "url" in bibtex(Facts("A", "B", "1", "2026", "https://example.org"), RECORD)


def test_a_chapter_and_the_work_have_entries_too() -> None:
    work = Facts("A", "B", "1", "")
    assert "Chapter minde of A" in bibtex(work, key="minde", title="MINDE")
    assert bibtex(work).startswith("@misc{szilard,") and "year" not in bibtex(work)


def test_the_first_sentence_is_the_title() -> None:
    assert title_of("Error vs. n at k = 3. Bars are errors.") == "Error vs. n at k = 3"
    assert title_of("Left: what has to be trained. Right: asked.") == "What has to be trained"
    assert title_of("Upper left: $x$ and y.") == "$x$ and y" and title_of("Left over: heat.") == "Left over: heat"


def test_fourteen_papers_in_five_parts() -> None:
    assert len({paper.key for paper in PAPERS}) == 14
    assert list(dict.fromkeys(paper.part for paper in PAPERS)) == list(PARTS)
