"""The laboratory of MINDE beside the battery: the grid of the full tier, counts of solved tasks, ratios, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.distributions import beyond_normal
from szilard.experiments.minde import LABORATORY, cells, dials, scores, tables
from szilard.experiments.minde.claims import SOLVED
from szilard.experiments.minde.fleet import Ablation, Budget, Group, tasks_of


def claim(name):
    return next(each for each in LABORATORY.claims if each.name == name)


def judged(name, table):
    each = claim(name)
    return each.read(each.picked(table))


def test_the_paper_s_protocol_covers_forty_tasks_two_variants_three_seeds():
    groups = [cell for cell in LABORATORY.experiment("benchmark").cells["full"] if cell.steps > 1]
    trained = [
        (each.id, cell.variant, cell.protocol, seed)
        for cell in groups
        for each in tasks_of(cell.dims)
        for seed in range(cell.seeds)
    ]
    assert len(trained) == 40 * 2 * 2 * 3 == len(set(trained))
    assert {cell.samples for cell in groups} == {110_000} and {cell.steps for cell in groups} == {40_000}


def test_what_is_judged_trained_and_untrained_has_the_same_data():
    for name in ("benchmark", "ablation", "consistency", "digits", "sigma", "forward"):
        for cells_of_tier in LABORATORY.experiment(name).cells.values():
            sizes = [{each.samples for each in cells_of_tier if (each.steps > 1) is t} for t in (True, False)]
            assert sizes[0] == sizes[1]


def benchmark_table(solved: int, other: str = "") -> pd.DataFrame:
    """A recorded run in which the first ``solved`` tasks are right and the others wrong by twice the tolerance; by
    the protocol ``other`` all are right. One step finds nothing."""
    rows = [
        {"task": task.id, "variant": v, "protocol": p, "form": "inside", "truth": task.mutual_information,
         "steps": steps, "estimate": (steps > 1) * task.mutual_information
         + (0 if i < solved or p == other else 2 * SOLVED)}
        for steps in (1, 40_000) for p in ("published", "ours") for i, task in enumerate(beyond_normal()) for v in "cj"
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("solved", "verdict"), [(40, Verdict.REPRODUCED), (35, Verdict.REPRODUCED), (34, Verdict.NOT_REPRODUCED)]
)
def test_the_benchmark_claim_counts_solved_tasks(solved, verdict):
    for name, other in (("benchmark", "ours"), ("benchmark-ours", "published")):
        judgement = claim(name).evaluate({"benchmark": benchmark_table(solved, other)})
        assert judgement.verdict is verdict
        assert f"{solved} of 40" in judgement.value


def bounds_table(solved: int) -> pd.DataFrame:
    table = benchmark_table(solved).query("steps > 1 and protocol == 'ours' and variant == 'c'")
    return pd.concat([table.assign(estimator=name) for name in dials.BOUNDS])


@pytest.mark.parametrize(
    ("minde", "bounds", "verdict"),
    [
        (36, 33, Verdict.REPRODUCED),
        (34, 33, Verdict.UNDECIDED),  # MINDE in their place does no better
        (36, 35, Verdict.NOT_REPRODUCED),
    ],
)
def test_bounds_are_compared_with_minde_as_measured(minde, bounds, verdict):
    results = {"variational": bounds_table(bounds), "benchmark": benchmark_table(minde)}
    assert claim("variational").evaluate(results).verdict is verdict
    fewer = results["variational"].query(f"task != '{beyond_normal()[0].id}'")
    assert judged("variational", fewer).verdict is Verdict.NOT_REPRODUCED


def test_the_scoreboard_stays_empty_until_something_is_recorded():
    rows = pd.DataFrame([{"task": t.id, "estimate": 0.5} for t in beyond_normal()])
    classical = pd.concat([rows.assign(estimator=name) for name in ("ksg", "gaussian", "copula")])
    empty = tables.scoreboard(classical, None)
    full = tables.scoreboard(classical, benchmark_table(40), bounds_table(40))
    assert list(empty.columns) == list(full.columns) and (empty[["KSG", "CCA", "copula"]] == 0.5).all(axis=None)
    assert empty[["MINDE-C", "MINDE-J", "MINDE-C ours", "MINE", "SMILE"]].isna().all(axis=None)
    for name in ("MINDE-C", "MINDE-J ours", "InfoNCE"):
        np.testing.assert_allclose(full[name], full.truth)


def consistency_table(excess: float) -> pd.DataFrame:
    truths = {("view", r): r / 8 for r in (2, 4, 5, 8)}
    truths |= {("repeated_view", r): (r + 3) / 8 for r in (1, 2)} | {("paired_view", r): r / 4 for r in (2, 4)}
    rows = [{"view": v, "rows": r, "steps": 100, "truth": value, "estimate": value} for (v, r), value in truths.items()]
    table = pd.DataFrame(rows)
    table.loc[table.view == "paired_view", "estimate"] *= 1 + excess
    return table


@pytest.mark.parametrize(
    ("excess", "verdict"), [(0.0, Verdict.REPRODUCED), (0.04, Verdict.PARTLY), (0.2, Verdict.NOT_REPRODUCED)]
)
def test_the_consistency_claim_is_judged_by_ratios(excess, verdict):
    table = consistency_table(excess)
    assert judged("consistency", table).verdict is verdict
    ratios = tables.ratios(table).set_index(["test", "rows"])
    assert ratios.truth["data processing", 2] == 1
    assert ratios.truth["additivity", 4] == 2


def test_a_missing_value_reaches_the_mean_of_its_group():
    values, by = pd.Series([1.0, np.nan, 3.0, 5.0]), pd.Series(["b", "b", "a", "a"])
    means = tables.grouped(values, by)
    assert list(means.index) == ["b", "a"] and np.isnan(means["b"]) and means["a"] == 4


@pytest.mark.parametrize(
    "cell",
    [
        scores.Truncation(1.0, "uniform", 0),
        cells.Consistency("views", 2),
        cells.Digits("views", 2),
        cells.Real("LPut", "ksg"),
        cells.Entropy("normal", "kl"),
        cells.Classical("1v1-normal-0.75", "ksq", 100),
        cells.SampleSize("1v1-normal-0.75", "mind", 100, 0),
        Group("4x4", "c", "ours"),
        Group("1x1", "c", "mine"),
        Ablation("1x1", "ranks"),
        Budget("deep", 10),
        dials.Sweep("tail", "ksg"),
        dials.Neighbour("ksg"),
    ],
    ids=repr,
)
def test_a_cell_refuses_a_word_that_it_does_not_know(cell):
    arguments = (np.random.default_rng(0), "cpu")[: type(cell).measure.__code__.co_argcount - 1]
    with pytest.raises(ValueError, match="must be one of"):
        cell.measure(*arguments)
