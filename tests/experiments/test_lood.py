"""From tables of the chapter on leave-one-out distinguishability to what its figures and claims compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.experiments.lood import LABORATORY, tables
from szilard.experiments.lood.exact import Rates
from szilard.experiments.lood.scenes import KERNELS, all_digits, controlled, left_out, two_classes
from szilard.leave_one_out import on_sphere


def frame(**columns) -> pd.DataFrame:
    facts = {"collection": "digits", "activation": "relu", "draw": [0, 0, 0, 0, 1, 1, 1, 1]}
    return pd.DataFrame(facts | {"exchanged": False} | columns)


RISING = np.array([0.5, 0.6, 0.7, 0.9, 0.5, 0.6, 0.7, 0.9])


def test_correlations_are_of_ranks_for_attacks_and_of_values_for_changes() -> None:
    table = frame(auc=RISING, attack=RISING**3, moved=RISING, change=np.r_[2 * RISING[:4], -RISING[4:]])
    found = tables.correlations(table)
    assert found.attack.tolist() == pytest.approx([1, 1])
    assert found.change.tolist() == pytest.approx([1, -1])
    assert found.draw.tolist() == [0, 1]


def test_what_is_missing_or_constant_correlates_with_nothing() -> None:
    table = frame(auc=np.r_[np.nan, RISING[1:]], attack=RISING, moved=0.3, change=RISING)
    found = tables.correlations(table)
    assert np.isnan(found.attack[0]) and found.attack[1] == pytest.approx(1)
    assert found.change.isna().all()


def test_areas_that_differ_by_rounding_alone_are_ties() -> None:
    areas, attacks = RISING.copy(), RISING[[0, 2, 1, 3, 4, 5, 6, 7]].copy()
    areas[2] = areas[1]
    noise = np.random.default_rng(0).uniform(-1e-13, 1e-13, 8)
    exact, rounded = (tables.correlations(frame(auc=areas + e, attack=attacks, moved=RISING, change=RISING)).attack
                      for e in (0.0, noise))  # fmt: skip
    assert exact.tolist() == rounded.tolist()
    assert exact[0] == pytest.approx(np.sqrt(0.9)) and exact[1] == pytest.approx(1)


def test_another_predictor_takes_the_place_of_the_closed_form() -> None:
    table = frame(auc=RISING, attack=RISING, moved=RISING, change=RISING, isolation=-RISING)
    found = tables.correlations(tables.posing_as("distance to the nearest image", table))
    assert found.attack.tolist() == pytest.approx([-1, -1])


def test_the_interval_holds_the_mean_and_narrows_to_certainty() -> None:
    rng, facts = np.random.default_rng(0), {"collection": "digits", "activation": "relu", "draw": np.repeat([0, 1], 20)}
    areas = rng.uniform(size=40)
    noisy = pd.DataFrame(facts | {"auc": areas, "attack": areas + rng.normal(scale=0.3, size=40)})
    low, high = tables.interval(noisy, 300)
    mean = tables.correlations(noisy.assign(moved=areas, change=areas)).attack.mean()
    assert 0 < low < mean < high < 1 and 0.1 < high - low < 0.6
    assert tables.interval(noisy.assign(attack=areas), 50) == pytest.approx((1, 1))


def test_exchanged_labels_are_found_by_what_is_largest() -> None:
    table = frame(exchanged=[False, False, True, True] * 2, moved=RISING)
    assert tables.memorised(table, "moved").tolist() == [1, 1]


def test_sets_of_one_kind_share_a_row_and_tiers_do_not() -> None:
    table = frame(auc=RISING, attack=RISING, moved=RISING, change=np.r_[2 * RISING[:4], RISING[4:]])
    table.loc[[0, 4], "exchanged"] = True
    found = tables.sets(table, table[table.draw == 1].assign(collection="mnist"))
    assert found.tier.tolist() == ["quick", "quick", "recorded"]
    assert found["size"].tolist() == pytest.approx([2, 1, 1]) and found.records.tolist() == [4, 4, 4]
    assert found.plain.tolist() == pytest.approx([1, 1, 1])
    board = tables.by_kind(found)
    assert board.networks.tolist() == ["ReLU, digits", "ReLU, MNIST, recorded"] and board.sets.tolist() == [2, 1]
    assert board["measured over predicted change"].tolist() == ["1.50 (1.00 to 2.00)", "1.00"]
    assert len(tables.sets(table)) == 2


def test_the_most_telling_queries_stand_beside_the_recorded_ones() -> None:
    table = pd.DataFrame({"kernel": ["RBF", "RBF", "ReLU"], "family": "near", "kl": [0.2, 0.5, 0.9], "auc": 1.0,
                          "mean_distance": [2.0, 1.0, 3.0]})  # fmt: skip
    alone, both = tables.asked(table), tables.asked(table, table.assign(kl=0.1))
    assert alone.columns.tolist() == ["kernel", "queries", "KL", "area of the attack", "M"]
    assert alone.KL.tolist() == [0.5, 0.9] and alone.M.tolist() == [2, 3]
    assert both["KL, recorded"].tolist() == [0.1, 0.1] and both[alone.columns].equals(alone)


def test_searches_are_counted_by_kernel_and_tier() -> None:
    table = pd.DataFrame({"kernel": "RBF", "best": [True, False, True], "cosine": [1.0, 0.2, 0.9], "error": 0.1,
                          "rescaled_error": 0.0, "nearest_rescaled_error": 0.4})  # fmt: skip
    board = tables.searches(table, table)
    assert board.kernel.tolist() == ["RBF", "RBF, recorded"]
    assert board[["records", "found", "runs", "of which found it"]].to_numpy().tolist() == [[2, 1, 3, 1]] * 2


def test_no_rank_exceeds_itself() -> None:
    rows = [
        {"scale": scale, "depth": depth, "record": 0, "activation": name, "kl": 1.0, "rank": value, "mean_kl": 1.0}
        for scale, depth in (("edge of chaos", 1), ("edge of chaos", 50), ("released", 2))
        for name, value in (("relu", 2.0), ("gelu", 3.0))
    ]
    claim = next(each for each in LABORATORY.claims if each.name == "rank")
    judged = claim.evaluate({"depth": pd.DataFrame(rows)})
    assert (judged.value, judged.verdict.value) == ("1.50 to 1.50 times the rank", "reproduced")
    assert [each.verdict.value for each in judged.controls.values()] == ["not reproduced"]
    fixed = tables.at_fixed_scale(pd.DataFrame(rows))
    assert fixed["rank"].tolist() == [2, 3, 2, 3] and fixed.depth.tolist() == [1, 1, 50, 50]


def test_activations_stand_side_by_side() -> None:
    rows = [
        {"scale": "released", "depth": 2, "record": r, "activation": a, "kl": kl, "rank": rank}
        for r in range(3)
        for a, kl, rank in (("relu", 1.0, 2.0), ("gelu", 3.0, 4.0), ("erf", 9.0, 9.0))
    ]
    both = tables.paired(pd.DataFrame(rows))
    assert both[["kl_relu", "kl_gelu", "rank_relu", "rank_gelu"]].to_numpy().tolist() == [[1, 3, 2, 4]] * 3


def test_by_depth_counts_who_leaks_more() -> None:
    facts = {"scale": "edge of chaos", "depth": 2}
    kls = {"relu": (1.0, 2.0, 3.0, 4.0), "gelu": (2.0, 3.0, 1.0, 5.0)}
    rows = [facts | {"activation": name, "record": r, "kl": kl, "rank": len(name), "mean_kl": np.mean(values)}
            for name, values in kls.items() for r, kl in enumerate(values)]  # fmt: skip
    assert tables.by_depth(pd.DataFrame(rows)).to_numpy().tolist() == [[2, 4, 4, 2.5, 2.75, 0.75]]


@pytest.mark.parametrize(
    ("name", "power", "expected"),
    [("relu", 2, {200: 39.03, 1000: 43.05, 2000: 43.68}), ("gelu", 1, {200: 3.24, 1000: 3.29, 2000: 3.30})],
)
def test_how_fast_deep_networks_take_all_inputs_for_one(name: str, power: int, expected: dict[int, float]) -> None:
    """L² (1 − c) of ReLU tends to 9π²/2 = 44.41, L (1 − c) of GELU to a constant."""
    gaps = {row["layers"]: row["gap"] for row in Rates(name).measure()}
    assert {L: L**power * gaps[L] for L in expected} == pytest.approx(expected, abs=0.006)


def test_the_correlation_of_relu_networks_by_its_recursion() -> None:
    c, gaps = 0.3, {row["layers"]: row["gap"] for row in Rates("relu").measure()}
    for layer in range(1, 101):
        c = (np.sqrt(1 - c**2) + (np.pi - np.arccos(c)) * c) / np.pi
        if layer in gaps:
            assert gaps[layer] == pytest.approx(1 - c, rel=1e-9)


def test_the_record_left_out_is_none_of_the_others() -> None:
    for kernel in KERNELS:
        change, given, record = left_out(kernel, 20, record=3)
        assert (given.pixels != record).any(1).all() and (change.x[0] == record).all()
    assert set(np.unique(two_classes("digits").labels)) == {0, 1}
    assert all_digits().pixels.max() == 1


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "tanh"])
def test_the_controlled_kernel_has_unit_variance(name: str) -> None:
    inputs = on_sphere(two_classes("digits").pixels[:5])
    assert controlled(name, 6).diagonal(inputs) == pytest.approx(np.ones(5), abs=1e-9)
