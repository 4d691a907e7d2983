"""The laboratory of Landauer: every cell runs at a small size in either tier, and the claims can fail."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import torch

from szilard.compendium import Verdict
from szilard.experiments import _landauer_driven as driven
from szilard.experiments import landauer

SMALL = {
    "walkers": 200, "dt": 2e-4, "step": 2e-2, "runs": 512, "sizes": (4, 16, 64), "trials": 3, "rings": 3,
    "molecules": 500, "knots": 3, "points": 64, "tau": 2.0, "bins": 8, "walls": (0.4, 0.6),
}  # fmt: skip
LABORATORY = landauer.LABORATORY
TIERS = [(each.name, tier) for each in LABORATORY.experiments for tier in each.cells if each.name != "gpu"]


def small(settings):
    """The same cell with little to do."""
    fields = {field.name for field in dataclasses.fields(settings)}
    return dataclasses.replace(settings, **{name: SMALL[name] for name in fields & set(SMALL)})


def measured(name, count=None, tier="quick"):
    """The table of the first cells of an experiment, as they are."""
    experiment = LABORATORY.experiment(name)
    cells = experiment.cells[tier][:count]
    rows = [
        dataclasses.asdict(c) | row for c in cells for row in experiment.measure(c, np.random.default_rng(0), "cpu")
    ]
    return pd.DataFrame(rows)


def judge(name, table):
    return next(each for each in LABORATORY.claims if each.name == name).judge(table).verdict


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    experiment = LABORATORY.experiment(name)
    rows = pd.DataFrame(experiment.measure(small(experiment.cells[tier][0]), np.random.default_rng(0), "cpu"))
    rows = rows.select_dtypes("number").drop(columns=["published", "factor", "theory"], errors="ignore")
    walked = [column for column in rows if column.startswith("walked")]
    assert len(rows) and np.isfinite(rows.drop(columns=walked).to_numpy()).all()


@pytest.mark.skipif(torch.cuda.is_available(), reason="here there is a card")
def test_without_a_card_the_measurement_of_joules_says_so():
    experiment = LABORATORY.experiment("gpu")
    with pytest.raises(ValueError, match="needs a CUDA card"):
        experiment.measure(experiment.cells["full"][0], np.random.default_rng(0), "cpu")


def test_the_full_tier_is_at_scale():
    assert {cell.walkers for cell in LABORATORY.experiment("fluctuation").cells["full"]} == {1_000_000}
    assert len(LABORATORY.experiment("front").cells["full"]) == 24


# --- values that an independent computation gives


def test_the_audit_has_the_values_of_both_rates():
    table = measured("audit").pivot(index="name", columns="rate", values="recomputed")
    planck, ladder = table["microwave background"], table["distance ladder"]
    assert planck[["energy", "mass", "temperature"]].tolist() == pytest.approx(
        [2.3035e-45, 2.563e-66, 1.668e-29], rel=5e-4
    )
    assert ladder[["energy", "bits", "weinberg"]].tolist() == pytest.approx([2.4962e-45, 2.783e122, 61.47], rel=5e-4)
    assert planck[["bits", "quanta", "flip"]].tolist() == pytest.approx([3.268e122, 3.6056e121, 22.79], rel=5e-4)


@pytest.mark.parametrize(
    ("barrier", "square", "variance"),
    [(2.0, 1.1681, 0.8521), (4.0, 1.4759, 0.9177), (8.0, 1.7017, 0.9645), (16.0, 1.8146, 0.9835)],
)
def test_wells_are_as_far_apart_as_they_are(barrier, square, variance):
    row = driven.wells(driven.Wells(barrier), np.random.default_rng(0), "cpu")[0]
    assert [row["square"], row["variance"]] == pytest.approx([square, variance], abs=2e-4)


@pytest.mark.parametrize(
    ("tau", "free", "local"), [(0.1, 9.65, 17.71), (0.5, 3.80, 4.097), (1.0, 2.331, 2.395), (5.0, 1.03, 1.034)]
)
def test_the_least_work_at_a_barrier_of_eight(tau, free, local):
    row = driven.sandwich(driven.Sandwich(tau), np.random.default_rng(0), "cpu")[0]
    assert [row["free"], row["local"]] == pytest.approx([free, local], rel=2e-3)
    assert row["lower"] <= row["free"] <= row["local"] <= row["upper"]


def test_a_cycle_by_density_and_by_walkers():
    """Reference values of an independent solver, within its own error of half a per cent."""
    cell = driven.Cycle("held", 2.0, 4000, 5e-4)
    row = driven.cycle(cell, np.random.default_rng(1), "cpu")[0]
    assert row["work"] == pytest.approx(1.876, rel=5e-3) and row["success"] == pytest.approx(0.919, abs=2e-3)
    assert abs(row["walked"] - row["work"]) < 4 * row["walked_stderr"]
    assert row["work"] > row["bound"]


# --- claims


def test_claims_about_the_paper_are_decided_by_the_numbers():
    table = measured("audit")
    assert judge("quantum", table) is Verdict.REPRODUCED
    assert judge("horizon", table) is Verdict.PARTLY
    assert {judge(n, table) for n in ("bit-energy", "any-particle", "faster")} == {Verdict.PAPER_ERRS}
    assert judge("quantum", table.assign(factor=20.0)) is Verdict.NOT_REPRODUCED
    assert judge("bit-energy", table.assign(factor=1.0)) is Verdict.REPRODUCED
    assert judge("faster", table.assign(recomputed=1e-3)) is Verdict.REPRODUCED
    cold = measured("cold")
    assert judge("dissipation", cold) is Verdict.PAPER_ERRS
    assert judge("dissipation", cold.assign(total=cold.heat)) is Verdict.REPRODUCED


@pytest.mark.parametrize(
    ("claim", "experiment", "spoiled"),
    [
        ("sandwich", "sandwich", {"free": 1e9}),
        ("two-state", "twostate", {"excess": 0.004}),
        ("equality", "quantum", {"residual": 1e-6}),
        ("precision", "precision", {"least_ring": 1.9}),
        ("demon", "demon", {"net": 0.1}),
        ("laptop", "limits", {"factor": 1.1}),
        ("tails", "bias", {"bias": 0.0}),
        ("szilard", "engine", {"work": 0.5}),
        ("feedback", "engine", {"identity": 2.0}),
    ],
)
def test_claims_hold_and_can_fail(claim, experiment, spoiled):
    table = measured(experiment)
    assert judge(claim, table) is Verdict.REPRODUCED
    assert judge(claim, table.assign(**spoiled)) is Verdict.NOT_REPRODUCED


def test_the_slow_limit_is_found_in_a_made_up_table():
    tau = np.array([8.0, 64.0, 128.0, 256.0])
    table = pd.DataFrame({"stages": "scaled", "tau": tau, "work": math.log(2) + 17 / tau, "bound": 0.6})
    table = table.assign(walked=table.work, walked_stderr=0.01)
    assert landauer.slow_limit(table) == pytest.approx((math.log(2), 17.0))
    assert judge("slow-limit", table) is Verdict.REPRODUCED
    assert judge("slow-limit", table.assign(bound=5.0)) is Verdict.NOT_REPRODUCED
    assert judge("slow-limit", table.assign(work=table.work + 0.04)) is Verdict.PARTLY


def test_tables_for_figures():
    ladder = measured("ladder")
    found = pd.DataFrame({"dtype": ["bfloat16"], "ratio": [1e8]})
    table = landauer.machines(ladder, found)
    assert table.basis.tolist().count("measured") == 1 and (table.ratio > 1e7).all()
    assert len(landauer.machines(ladder, None)) == len(table) - 1
    bins = pd.DataFrame(
        {"forward_count": [100, 3], "backward_count": [100, 3], "forward": [2.0, 1], "backward": [1.0, 1]}
    )
    assert landauer.crooks_points(bins).log_ratio.tolist() == pytest.approx([math.log(2)])
