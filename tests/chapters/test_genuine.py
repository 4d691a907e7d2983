"""What is committed is what its records say, made from code that anybody can check out."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from szilard.compendium.checkout import has_history, ungrounded
from szilard.compendium.figures import genuine
from szilard.compendium.notebook import chapters, records

ROOT = Path(__file__).parents[2]
every_chapter = pytest.mark.parametrize("path", chapters(ROOT), ids=lambda path: path.stem)


@every_chapter
def test_every_output_is_what_its_record_says(path: Path) -> None:
    wrong = {record.id: lines for record in records(path) if (lines := genuine(record.output))}
    assert not wrong


@every_chapter
def test_nothing_was_made_from_local_changes(path: Path) -> None:
    wrong = [
        source
        for record in records(path)
        for source in (record.content["environment"], *record.content["provenance"])
        if source["dirty"]
    ]
    assert not wrong


@every_chapter
def test_every_commit_is_an_ancestor(path: Path) -> None:
    if not has_history(ROOT):
        pytest.skip("not a git checkout with all of its past: nothing can be told about commits")
    assert not {record.id: lines for record in records(path) if (lines := ungrounded(record.content, ROOT))}


@every_chapter
def test_what_a_laptop_measures_was_measured_by_todays_code(path: Path) -> None:
    laboratory = importlib.import_module(f"szilard.experiments.{path.stem}.laboratory").LABORATORY
    sources = [source for record in records(path) for source in record.content["provenance"]]
    published = {(each["experiment"], each["fingerprint"]) for each in sources if each["tier"] == "quick"}
    stale = [name for name, was in published if laboratory.experiment(name).fingerprint("quick") != was]
    assert not stale, f"execute {path.name} anew (szilard build)"
