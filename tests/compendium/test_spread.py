"""What moves from one processor to another is measured, and what readers could see moving is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from miniature import write_book

from szilard.compendium import spread
from szilard.compendium.processors import Processor
from szilard.compendium.spread import between, measure
from szilard.compendium.tolerance import Tolerance

SVG = '<svg><path d="M 1 2"/></svg>'


def _run(data: str, **changes: Any) -> dict[str, dict[str, Any]]:
    rule = Tolerance(1e-6, 1e-8, "rule").to_record()
    record = {"kind": "figure", "id": "fig-a-b", "caption": "C.", "alt": "A.", "svg": SVG, "data": data}
    record |= {"volatile": [], "tolerance": {"x": rule}, "provenance": []} | changes
    return {"fig-a-b": record}


HERE = _run("x\n1\n0.01\n")


def test_what_agrees_everywhere_keeps_the_rule() -> None:
    found = between(HERE, [_run("x\n1.0000001\n0.01\n"), HERE])
    assert found.displays == {} and found.visible == ()


def test_large_numbers_are_measured_relative_to_themselves_and_small_ones_as_they_are() -> None:
    found = between(HERE, [_run("x\n1.0041\n0.01\n"), _run("x\n1\n0.0121\n")])
    assert found.displays["fig-a-b"]["columns"]["x"] == {
        "spread": {"relative": 0.0041, "absolute": 0.0021},
        "relative": 0.02,
        "absolute": 0.007,
    }
    assert found.visible == ()


@pytest.mark.parametrize(
    ("other", "line"),
    [
        (_run("x\n2\n0.01\n"), "no digit of x is the same everywhere: it moves by 100%"),
        (_run("x\n1\n0.01\n", svg=SVG.replace("2", "4.5")), "something in the drawing moves by 2.5 points"),
        (_run("x\n1\n0.01\n", svg=SVG.replace("M", "L")), "the drawing is built otherwise"),
        (_run("x\n1\n"), "its data have other rows or columns"),
        (_run("x\n1\n\n"), "its data have other rows or columns"),
        (_run("x\n1\n0.01\n", caption="D."), "caption: published 'C.', now 'D.'"),
        ({}, "it is not shown everywhere"),
    ],
)
def test_what_a_reader_could_see_is_told(other, line) -> None:
    assert between(HERE, [other]).visible == (f"fig-a-b: {line}",)


def test_a_stated_tolerance_is_kept_and_must_hold() -> None:
    stated = {"x": Tolerance(0.0, 0.005, "stated").to_record()}
    here = _run("x\n1\n0.01\n", tolerance=stated)
    assert between(here, [_run("x\n1.004\n0.01\n")]) == between(here, [here])
    assert "beyond its stated tolerance" in between(here, [_run("x\n1.006\n0.01\n")]).visible[0]


def test_numbers_in_claims_are_measured_claim_by_claim() -> None:
    def claims(value: str) -> dict[str, dict[str, Any]]:
        rows = [
            {"claim": "a/one", "quick": value, "verdict": "partly"},
            {"claim": "a/two", "quick": "5 of 5", "verdict": ""},
        ]
        record = {"kind": "claims", "id": "claims-a", "rows": rows, "data": "claim\na/one\na/two\n"}
        return {"claims-a": record | {"tolerance": {}, "provenance": []}}

    texts = between(claims("0.323 nats"), [claims("0.326 nats")]).displays["claims-a"]["texts"]
    assert list(texts) == ["a/one"] and texts["a/one"]["relative"] == 0.03


def test_headlines_have_no_spread_of_their_own() -> None:
    records = {"headlines-a": {"kind": "headlines", "id": "headlines-a", "rows": [], "data": "x\n1\n"}}
    assert between(records, [{}]).displays == {} and between(records, [{}]).visible == ()


def test_a_chapter_is_executed_once_on_each_processor_and_its_spread_kept(tmp_path, monkeypatch) -> None:
    path = write_book(tmp_path)
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path / "cache"))
    processors = [Processor("here", "as it is"), Processor("other", "one that is off", {"FAKE_OFFSET": "1e-3"})]
    said: list[str] = []
    found = measure(tmp_path, path, processors, said.append)
    assert said == ["fake on here: as it is", "fake on other: one that is off"]
    kept = json.loads((tmp_path / "book/results/fake/spread.json").read_text())
    entry = kept["displays"]["fig-fake-pair"]["columns"]["correlation"]
    assert entry["relative"] == pytest.approx(0.003) or entry["relative"] == 0.004
    assert "mi" not in kept["displays"]["fig-fake-pair"]["columns"]
    assert kept["provenance"]["processors"] == {"here": "as it is", "other": "one that is off"}
    assert {"commit", "dirty", "utc", "versions", "device", "seeds"} <= set(kept["provenance"])
    monkeypatch.setattr(spread, "execute", None)  # what is finished is not executed again
    assert measure(tmp_path, path, processors, said.append) == found
    assert not list(Path(tmp_path / "book").rglob("*.tmp"))
