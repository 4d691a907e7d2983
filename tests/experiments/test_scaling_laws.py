"""The laboratory of scaling laws, beyond the battery: what is published, and that a prediction comes first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from battery import problems

from szilard.compendium import Verdict
from szilard.experiments import scaling_laws
from szilard.experiments.scaling_laws.own import Own
from szilard.scaling import KaplanLaw

CLAIMS = {claim.name: claim for claim in scaling_laws.LABORATORY.claims}


def test_nothing_of_the_papers_own_constants_is_printed_as_published():
    assert [name for name, claim in CLAIMS.items() if claim.published] == ["refit"]
    assert CLAIMS["refit"].offline


def test_the_prediction_stands_before_the_training_begins_and_is_not_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path))
    first = pd.DataFrame(Own("tiny").measure(np.random.default_rng(0), "cpu"))
    assert (first.predicted_at <= first.begun_at).all()
    (folder,) = (tmp_path / "ladders").iterdir()
    largest = next(folder.glob("20-*.pt"))
    assert (folder / "prediction.json").stat().st_mtime_ns < largest.stat().st_mtime_ns
    largest.unlink()
    again = pd.DataFrame(Own("tiny").measure(np.random.default_rng(0), "cpu"))
    pd.testing.assert_frame_equal(first, again)


def own_ladder(error: float, floor: float, entropy: float = 1.208) -> pd.DataFrame:
    """What the full tier's table looks like: curves that obey a law with a floor, and a prediction that is off by the
    share ``error`` of what is left above it."""
    law = KaplanLaw(2e3, 0.9, 300.0, 1.0, E_irr=entropy)
    curves = []
    for role, N in (*(("ladder", 12.0 * width**2) for width in (16, 24, 32, 40, 48)), ("largest", 12.0 * 96**2)):
        S = np.array([1500, 3000, 6000])
        curve = pd.DataFrame({"role": role, "N": N, "B": 2e3, "S": S, "loss": law.loss(N, S)})
        curves += [pd.DataFrame({"role": role, "N": N, "B": 2e3, "S": [0], "loss": [4.85]}), curve]
    table = pd.concat(curves, ignore_index=True)
    left = (table.loss - entropy).where((table.role == "largest") & (table.S > 0))
    table["predicted"] = table.loss + error * left
    table["line"], table["last"] = table.loss + 0.8 * left, 2.5
    facts = {"E_irr": floor, "entropy_rate": entropy, "Bstar": 0.0, "alpha_B": 1.0}
    return table.assign(**facts, predicted_at="2026-01-01T10:00", begun_at="2026-01-01T10:01")


@pytest.mark.parametrize("name", ["ladder", "card-ladder", "entropy", "power"])
def test_the_claims_on_our_own_ladders_hold_on_a_law_with_the_right_floor(name):
    claim = CLAIMS[name]
    tables = {claim.experiment: own_ladder(0.05, 1.25)}
    judgement = claim.evaluate(tables)
    assert judgement.verdict is Verdict.REPRODUCED
    assert {said.verdict for said in judgement.controls.values()} <= {Verdict.NOT_REPRODUCED, Verdict.PARTLY}
    assert not problems(claim, tables, scaling_laws.LABORATORY)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("ladder", own_ladder(0.3, 1.2)),
        ("ladder", own_ladder(0.05, 1.2).assign(predicted_at="2026-01-01T11:00")),
        ("card-ladder", own_ladder(-0.3, 1.2)),
        ("entropy", own_ladder(0.05, 0.0)),
        ("power", own_ladder(0.05, 1.2).assign(entropy_rate=1.4)),
    ],
)
def test_they_can_fail(name, table):
    assert CLAIMS[name].evaluate({CLAIMS[name].experiment: table}).verdict is Verdict.NOT_REPRODUCED


def test_a_small_error_of_the_loss_is_a_large_one_of_what_is_left():
    """Two per cent of the loss are half of what is left above the entropy rate."""
    table = own_ladder(0.0, 1.2)
    near = table.assign(predicted=table.predicted * 1.02)
    assert CLAIMS["ladder"].evaluate({"ladder": near}).verdict is Verdict.NOT_REPRODUCED
    assert (near.predicted / near.loss - 1).max() < 0.021


def test_on_a_ladder_that_learns_nothing_rivals_do_as_well_and_nothing_is_decided(tmp_path, monkeypatch):
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path))
    table = pd.DataFrame(Own("tiny").measure(np.random.default_rng(0), "cpu"))
    judgement = CLAIMS["ladder"].evaluate({"ladder": table})
    assert CLAIMS["ladder"].read(CLAIMS["ladder"].picked(table)).verdict is Verdict.REPRODUCED
    assert judgement.controls["the curve of the next smaller model"].verdict is Verdict.REPRODUCED
    assert judgement.verdict is Verdict.UNDECIDED
    assert CLAIMS["entropy"].evaluate({"ladder": table}).verdict is Verdict.NOT_REPRODUCED
