"""The forecast from small runs, where the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.scaling import KaplanLaw, Ladder, forecast

TRUTH = KaplanLaw(2e4, 0.4, 300, 0.7, 3e4, 0.3, E_irr=1.2)
SIZES = {"vocabulary": 12, "context": 8, "layers": 1, "widths": (4, 8, 16), "largest": 20, "swept": 8}
LADDER = Ladder(**SIZES, batches=(4, 8, 16), batch=16, updates=20, settled=8, evaluations=16)


def curve(role: str, N: float, B: float) -> pd.DataFrame:
    S = np.geomspace(300, 2e4, 60)
    return pd.DataFrame({"role": role, "N": N, "B": B, "S": S, "loss": TRUTH.loss(N, S, B)})


def test_a_larger_model_is_predicted_with_its_floor_and_better_than_by_rivals():
    runs = [curve("ladder", N, 2e4) for N in (3e3, 6e3, 12e3, 24e3)]
    runs += [curve("sweep", 6e3, B) for B in (2e3, 5e3, 1e4, 8e4, 2e5)]
    S = np.geomspace(500, 2e4, 12)
    said = forecast(pd.concat(runs), 1e5, S, 2e4)
    truth = TRUTH.loss(1e5, S, 2e4)
    assert said.law.E_irr == pytest.approx(1.2, rel=0.02)
    assert said.losses.predicted.to_numpy() == pytest.approx(truth, rel=3e-3)
    worst = (said.losses.set_index("S").sub(pd.Series(truth, index=S), axis=0)).abs().max()
    assert worst.predicted < 0.2 * min(worst.floorless, worst.line, worst["last"])
    assert (said.losses.low <= said.losses.predicted * 1.001).all()
    assert (said.losses.high >= said.losses.predicted * 0.999).all()


def test_smaller_batches_get_more_steps_and_runs_bear_their_settings(tmp_path):
    runs = pd.concat(list(LADDER.small_runs(seed=1, store=tmp_path)))
    last = runs.groupby(["role", "width", "B"]).S.max().to_dict()
    assert last == {
        ("ladder", 4, 112.0): 20, ("ladder", 8, 112.0): 20, ("ladder", 16, 112.0): 20, ("sweep", 8, 28.0): 80,
        ("sweep", 8, 56.0): 40,
    }  # fmt: skip
    assert (runs.N == 12 * runs.width**2).all() and (runs.S.groupby([runs.width, runs.B]).min() == 0).all()
    assert len(list(tmp_path.iterdir())) == 5
    assert LADDER.largest_run(seed=1).role.eq("largest").all()
