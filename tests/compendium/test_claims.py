"""Claims are judged per tier, and what is not measured says so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from fake_laboratory import LABORATORY

from szilard.compendium.claims import evaluate

QUICK, FULL = pd.DataFrame({"mi": [0.1, 0.83]}), pd.DataFrame({"mi": [0.1, 1.9586]})


def _rows(**tiers) -> dict[str, dict[str, str]]:
    return {row["claim"]: row for row in evaluate("fake", LABORATORY.claims, tiers)}


def test_values_and_verdicts_per_tier() -> None:
    rows = _rows(quick={"pair": QUICK}, full={"pair": FULL})
    assert rows["fake/grows"]["quick"] == "0.830 nats" and rows["fake/grows"]["full"] == "1.959 nats"
    assert rows["fake/five"]["verdict"] == "not reproduced"
    assert rows["fake/five"]["full"] == "" and rows["fake/paper"]["quick"] == ""


def test_what_is_not_recorded_says_so() -> None:
    rows = _rows(quick={"pair": QUICK}, full={"pair": None})
    assert rows["fake/paper"]["verdict"] == "not recorded yet" and rows["fake/paper"]["full"] == "—"
    assert rows["fake/grows"]["verdict"] == "reproduced"


def test_an_unknown_published_value_is_never_invented() -> None:
    rows = _rows(quick={"pair": QUICK})
    assert rows["fake/grows"]["published"] == "not available to us"
    assert rows["fake/five"]["published"] == "5 of 5"


def test_the_verdict_is_that_of_the_most_demanding_tier() -> None:
    from szilard.compendium import Judgement, Verdict

    def judge(table: pd.DataFrame) -> Judgement:
        return Judgement("", Verdict.PARTLY if table.mi.max() > 1 else Verdict.REPRODUCED)

    claim = replace(LABORATORY.claims[0], judge=judge)
    assert (
        evaluate("k", [claim], {"quick": {"pair": QUICK}, "full": {"pair": FULL}})[0]["verdict"] == "partly"
    )
