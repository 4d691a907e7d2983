"""The laboratory of Landauer, beyond the battery: values that an independent computation gives, and tables."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch

from szilard.compendium import Verdict
from szilard.compendium.cell import measure
from szilard.experiments import landauer
from szilard.experiments.landauer import closed, erasure, fluctuation, numbers

LABORATORY = landauer.LABORATORY


def measured(cell, seed=0):
    """The table of one cell."""
    return pd.DataFrame(measure(cell, np.random.default_rng(seed), "cpu"))


def verdict(name, table):
    """What the limits of a claim say of a table."""
    claim = next(each for each in LABORATORY.claims if each.name == name)
    return claim.read(claim.picked(table)).verdict


@pytest.mark.skipif(torch.cuda.is_available(), reason="here there is a card")
def test_without_a_card_the_measurement_of_joules_says_so():
    with pytest.raises(ValueError, match="needs a CUDA card"):
        measured(closed.Flop("float32"))


def test_the_full_tier_is_at_scale():
    assert {cell.walkers for cell in LABORATORY.experiment("fluctuation").cells["full"]} == {1_000_000}
    assert len(LABORATORY.experiment("front").cells["full"]) == 24


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (erasure.Cycle("hold", 2.0, 0, 1e-3), "did you mean 'held'"),
        (erasure.Played("transports", 2.0), "did you mean 'transport'"),
        (fluctuation.Bias("drags", 1.0), "did you mean 'drag'"),
        (numbers.Audit("microwave"), "rate"),
    ],
)
def test_unknown_settings_are_refused(cell, message):
    with pytest.raises(ValueError, match=message):
        measured(cell)


# --- values that an independent computation gives


def test_the_audit_has_the_values_of_both_rates():
    planck, ladder = (
        measured(numbers.Audit(rate)).set_index("name").recomputed
        for rate in ("microwave background", "distance ladder")
    )
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
    row = measured(erasure.Wells(barrier)).iloc[0]
    assert [row.square, row.variance] == pytest.approx([square, variance], abs=2e-4)


@pytest.mark.parametrize(
    ("tau", "free", "local"), [(0.1, 9.65, 17.71), (0.5, 3.80, 4.097), (1.0, 2.331, 2.395), (5.0, 1.03, 1.034)]
)
def test_the_least_work_at_a_barrier_of_eight(tau, free, local):
    row = measured(erasure.Sandwich(tau)).iloc[0]
    assert [row.free, row.local] == pytest.approx([free, local], rel=2e-3)


def test_a_cycle_by_density_and_by_walkers():
    """Reference values of an independent solver, within its own error of half a per cent."""
    row = measured(erasure.Cycle("held", 2.0, 4000, 5e-4), seed=1).iloc[0]
    assert row.work == pytest.approx(1.876, rel=5e-3) and row.success == pytest.approx(0.919, abs=2e-3)
    assert abs(row.walked - row.work) < 4 * row.walked_stderr


@pytest.mark.parametrize("wall", [0.3, 0.95])
def test_a_reading_without_error_excludes_places(wall):
    """Without errors ⟨exp(W-I)⟩ is the share of the side read, and not one."""
    row = measured(closed.Engine(0.0, 500, (wall,))).iloc[1]
    assert [row.identity, 1 - row.excluded] == pytest.approx([wall, wall], abs=1e-12)


# --- claims and tables


def test_the_slow_limit_is_found_in_a_made_up_table():
    tau = np.array([8.0, 64.0, 128.0, 256.0])
    table = pd.DataFrame({"stages": "scaled", "tau": tau, "work": math.log(2) + 17 / tau, "bound": 0.6})
    table = table.assign(walked=table.work, walked_stderr=0.01, walkers=10)
    assert landauer.slow_limit(table) == pytest.approx((math.log(2), 17.0))
    assert verdict("slow-limit", table) is Verdict.REPRODUCED
    assert verdict("slow-limit", table.assign(bound=5.0)) is Verdict.NOT_REPRODUCED
    moved = table.assign(work=table.work + 0.04, walked=table.walked + 0.04)
    assert verdict("slow-limit", moved) is Verdict.PARTLY


def test_the_verdict_on_a_card():
    """Two made-up cards, one of which is far from what is claimed."""
    table = pd.DataFrame({"dtype": ["bfloat16", "float16"], "joules": 7e-13, "stderr": 1e-15, "ratio": 2.4e8})
    assert verdict("flop", table) is Verdict.REPRODUCED
    assert verdict("flop", table.assign(ratio=[2.4e8, 2e9])) is Verdict.NOT_REPRODUCED


def test_tables_for_figures():
    ladder = measured(numbers.Ladder())
    card = pd.DataFrame({"dtype": ["bfloat16"], "ratio": [1e8]})
    table = landauer.machines(ladder, card)
    assert table.basis.tolist().count("measured") == 1 and (table.ratio > 1e7).all()
    assert len(landauer.machines(ladder, None)) == len(table) - 1
    bins = pd.DataFrame(
        {"forward_count": [100, 3], "backward_count": [100, 3], "forward": [2.0, 1], "backward": [1.0, 1]}
    )
    assert landauer.crooks_points(bins).log_ratio.tolist() == pytest.approx([math.log(2)])
