"""The laboratory of SΩI: every cell function runs at a small size, in either tier, and the claims can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import soi

SMALL = {"samples": 300, "steps": 3, "resamples": 3, "events": 200, "top": 1, "strengths": (0.3, 0.6)}
LABORATORY = soi.LABORATORY
TIERS = [(each.name, tier) for each in LABORATORY.experiments for tier in each.cells]


def small(settings):
    """The same cell with little to do."""
    fields = {field.name for field in dataclasses.fields(settings)}
    return dataclasses.replace(settings, **{name: SMALL[name] for name in fields & set(SMALL)})


def claim(name):
    return next(each for each in LABORATORY.claims if each.name == name)


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    experiment = LABORATORY.experiment(name)
    cell = small(experiment.cells[tier][0])
    rows = pd.DataFrame(experiment.measure(cell, np.random.default_rng(0), "cpu"))
    assert len(rows) and np.isfinite(rows.select_dtypes("number").to_numpy()).all()


def test_the_full_tier_covers_the_authors_grid():
    cells = LABORATORY.experiment("curves").cells["full"]
    assert {cell.d for cell in cells} == {5, 10, 20} and {cell.family for cell in cells} == {
        "red",
        "syn",
        "mix",
    }
    assert all(len(cell.strengths) == 12 for cell in cells) and {cell.repetition for cell in cells} == {
        0,
        1,
        2,
    }


def test_the_stored_run_of_the_authors_has_their_truth():
    """The closed forms recomputed here are those stored beside their estimates."""
    from szilard.experiments._soi_measures import system
    from szilard.experiments._soi_untrained import AUTHORS

    for rho, omega, _, tc, _, dtc, _ in AUTHORS:
        truth = system("red", 0, rho, 10).o_information
        found = [float(truth.omega), float(truth.tc), float(truth.dtc)]
        assert found == pytest.approx([omega, tc, dtc], abs=1e-4)


@pytest.mark.parametrize("name", ["definitions", "analytic", "bias", "zoo"])
def test_claims_that_need_no_training_hold_and_can_fail(name):
    one = claim(name)
    table = soi.run(one.experiment).table
    assert one.judge(table).verdict is Verdict.REPRODUCED
    spoilt = table.copy()
    column = {"definitions": "omega", "analytic": "integral", "bias": "tc", "zoo": "omega_sampled"}[name]
    spoilt[column] = spoilt[column] + np.linspace(0.5, 1.0, len(spoilt)) * (-1) ** np.arange(len(spoilt))
    assert one.judge(spoilt).verdict is not Verdict.REPRODUCED


def test_claims_on_trained_tables_can_fail():
    truth = {"tc_truth": 0.5, "dtc_truth": 0.4, "omega_truth": 0.2}
    good = pd.DataFrame(
        [{"protocol": "baseline", "rho": 0.6, "d": 1, **truth, "tc": 0.51, "dtc": 0.4, "omega": 0.21}]
    )
    for name in ("quick", "curves"):
        assert claim(name).judge(good).verdict is Verdict.REPRODUCED
        assert claim(name).judge(good.assign(omega=-0.2)).verdict is Verdict.NOT_REPRODUCED
    arrows = pd.DataFrame({"truth": [0.2, -0.1], "estimate": [0.22, -0.11], "by_information": [0.2, -0.1]})
    assert claim("gradients").judge(arrows).verdict is Verdict.REPRODUCED
    assert claim("gradients").judge(arrows.assign(by_information=[0.3, -0.1])).verdict is Verdict.PARTLY
    assert claim("gradients").judge(arrows.assign(estimate=[0.22, 0.11])).verdict is Verdict.NOT_REPRODUCED
