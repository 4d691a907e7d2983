"""The laboratory of scaling laws, beyond the battery: what is published, and that a prediction comes first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Verdict
from szilard.experiments import scaling_laws
from szilard.experiments.scaling_laws.own import Own

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


def own_ladder(error: float, floor: float) -> pd.DataFrame:
    """What the full tier's table looks like."""
    S = np.array([0, 2000, 4000, 6000])
    table = pd.DataFrame({"role": "largest", "S": S, "loss": [4.8, 2.0, 1.8, 1.7]})
    table["predicted"] = table.loss * (1 + error)
    table.loc[0, "predicted"] = np.nan
    table["line"], table["last"] = table.loss * 1.2, 2.5
    facts = {"E_irr": floor, "entropy_rate": 1.208, "predicted_at": "2026-01-01T10:00", "begun_at": "2026-01-01T10:01"}
    return table.assign(**facts)


def test_the_claims_on_our_own_ladder_can_hold_and_can_fail():
    for claim, good, bad in (("ladder", own_ladder(0.01, 1.2), own_ladder(0.3, 1.2)),
                             ("entropy", own_ladder(0.01, 1.25), own_ladder(0.01, 0.0))):  # fmt: skip
        assert CLAIMS[claim].evaluate({"ladder": good}).verdict is Verdict.REPRODUCED
        assert CLAIMS[claim].evaluate({"ladder": bad}).verdict is not Verdict.REPRODUCED
    late = own_ladder(0.01, 1.2).assign(predicted_at="2026-01-01T11:00")
    assert CLAIMS["ladder"].evaluate({"ladder": late}).verdict is Verdict.NOT_REPRODUCED
