"""The laboratory of MINDE beside the battery: the grid of the full tier, counts of solved tasks, ratios, refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.distributions import beyond_normal
from szilard.experiments.minde import LABORATORY, cells, scores, tables
from szilard.experiments.minde.fleet import WIDEST, Critics, Group, tasks_of
from szilard.experiments.minde.tables import SOLVED
from szilard.experiments.minde.unwound import Mapped, Unwound


def claim(name):
    return next(each for each in LABORATORY.claims if each.name == name)


def judged(name, table):
    each = claim(name)
    return each.read(each.picked(table))


def of_tier(name, tier):
    return LABORATORY.experiment(name).cells[tier]


@pytest.mark.parametrize(("name", "seeds"), [("benchmark", 3), ("published", 1)])
def test_the_full_tier_covers_forty_tasks_and_two_variants(name, seeds):
    groups = of_tier(name, "full")
    trained = [(t.id, c.variant, seed) for c in groups for t in tasks_of(c.dims) for seed in range(c.seeds)]
    left_out = len(tasks_of("1x1")) if name == "published" else 0  # pairs of single numbers, by J
    assert len(trained) == 40 * 2 * seeds - left_out == len(set(trained))
    assert sum(variant == "c" for _, variant, _ in trained) == 40 * seeds
    assert {(c.samples, c.steps, c.batch) for c in groups} == {(110_000, 20_000, 1024)}
    assert {c.protocol for c in groups} == {"ours" if name == "benchmark" else "published"}


def test_the_record_of_the_forty_tasks_has_the_settings_of_its_cells():
    table = LABORATORY.recorded("benchmark").table
    settings = table[[field.name for field in dataclasses.fields(Group)]].drop_duplicates()
    assert [tuple(row) for row in settings.to_numpy().tolist()] == [
        dataclasses.astuple(cell) for cell in of_tier("benchmark", "full")
    ]
    truths = {each.id: each.mutual_information for each in beyond_normal()}
    np.testing.assert_allclose(table.truth, table.task.map(truths), rtol=1e-12)


def test_the_largest_shapes_run_first():
    sizes = [sum(map(int, cell.dims.split("x"))) for cell in of_tier("published", "full")]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 100


def test_what_is_judged_trained_and_untrained_has_the_same_data():
    for name in ("unseen", "consistency", "sigma", "samplesize"):
        networks = [c for c in of_tier(name, "quick") if getattr(c, "method", "ours") in cells.OPTIONS]
        bare = [{dataclasses.replace(c, steps=0) for c in networks if (c.steps > 1) is t} for t in (True, False)]
        assert bare[0] == bare[1], name


def benchmark_table(solved: int) -> pd.DataFrame:
    """A run in which the first ``solved`` tasks are right and the others wrong by twice the tolerance."""
    rows = [
        {"task": task.id, "variant": v, "form": "inside", "truth": task.mutual_information,
         "estimate": task.mutual_information + (i >= solved) * 2 * SOLVED}
        for i, task in enumerate(beyond_normal()) for v in "cj"
    ]  # fmt: skip
    return pd.DataFrame(rows)


def untrained_table(share: float) -> pd.DataFrame:
    parts = [benchmark_table(40).assign(protocol=protocol) for protocol in ("ours", "published")]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(estimate=share * table.truth)


@pytest.mark.parametrize("name", ["benchmark", "published"])
@pytest.mark.parametrize(
    ("solved", "untrained", "verdict"),
    [
        (40, 0.0, Verdict.REPRODUCED),
        (35, 0.0, Verdict.REPRODUCED),
        (34, 0.0, Verdict.NOT_REPRODUCED),
        (40, 1.0, Verdict.UNDECIDED),  # the network untrained does as well
    ],
)
def test_the_benchmark_claims_count_solved_tasks(name, solved, untrained, verdict):
    judgement = claim(name).evaluate({name: benchmark_table(solved), "untrained": untrained_table(untrained)})
    assert judgement.verdict is verdict
    assert f"{solved} of 40" in judgement.value


@pytest.mark.parametrize("name", ["variational", "baselines"])
@pytest.mark.parametrize(
    ("minde", "others", "verdict"),
    [
        (36, 33, Verdict.REPRODUCED),
        (34, 33, Verdict.UNDECIDED),  # MINDE in their place does no better
        (36, 35, Verdict.NOT_REPRODUCED),
    ],
)
def test_others_are_compared_with_minde_as_measured(name, minde, others, verdict):
    one = benchmark_table(others).query("variant == 'c'").drop(columns="variant")
    table = pd.concat([one.assign(estimator=each) for each in ("mine", "ksg")])
    experiment = claim(name).experiment
    assert claim(name).evaluate({experiment: table, "benchmark": benchmark_table(minde)}).verdict is verdict
    fewer = table.query(f"task != '{beyond_normal()[0].id}'")
    assert judged(name, fewer).verdict is Verdict.NOT_REPRODUCED


def test_the_scoreboard_shows_what_is_measured_and_nothing_else():
    rows = pd.DataFrame([{"task": t.id, "estimate": 0.5} for t in beyond_normal()])
    classical = pd.concat([rows.assign(estimator=name) for name in ("ksg", "gaussian")])
    board = tables.scoreboard({"": benchmark_table(40), " published": None, ", 4,000": classical})
    assert list(board.columns[3:]) == ["MINDE-C", "MINDE-J", "KSG, 4,000", "CCA, 4,000"]
    np.testing.assert_allclose(board["MINDE-C"], board.truth)
    assert tables.counts(board)["MINDE-J"] == 40 and (board["KSG, 4,000"] == 0.5).all()


def flows_table(found: list[float], shuffled: float = 0.0, untrained: float = 1.0) -> pd.DataFrame:
    """Both spirals, three seeds each, and one seed with Y shuffled."""
    kinds = ((False, True, found), (False, False, [untrained] * 3), (True, True, [shuffled]), (True, False, [shuffled]))
    rows = [
        {"task": name, "form": form, "seed": seed, "truth": 0.0 if strange else 1.02, "estimate": value,
         "shuffled": strange, "trained": trained}
        for name in WIDEST for strange, trained, values in kinds
        for seed, value in enumerate(values) for form in ("inside", "outside")
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("found", "shuffled", "before", "verdict"),
    [
        ([0.93, 0.99, 1.05], 0.0, 0, Verdict.REPRODUCED),  # the mean counts
        ([0.93, 0.96, 0.95], 0.0, 0, Verdict.PARTLY),
        ([0.83, 0.99, 0.85], 0.0, 0, Verdict.NOT_REPRODUCED),
        ([0.93, 0.99, 1.05], 1.0, 0, Verdict.UNDECIDED),  # maps find between strangers what they are to find
        ([0.93, 0.99, 1.05], 0.0, 40, Verdict.UNDECIDED),  # no maps are needed
        ([0.93, 0.99, np.nan], 0.0, 0, Verdict.UNDECIDED),
    ],
)
def test_the_widest_spirals_are_judged_by_the_mean_over_seeds(found, shuffled, before, verdict):
    measured = {"flows": flows_table(found, shuffled), "benchmark": benchmark_table(before)}
    assert claim("flows").evaluate(measured).verdict is verdict
    if verdict is Verdict.REPRODUCED:  # a network that repairs what the maps left is no work of the maps
        measured["flows"] = flows_table(found, untrained=0.8)
        assert claim("flows").evaluate(measured).verdict is Verdict.NOT_REPRODUCED


def test_one_spiral_without_the_other_decides_nothing():
    table, benchmark = flows_table([0.93, 0.99, 1.05]), benchmark_table(0)
    for rows in (f"task == '{WIDEST[0]}'", f"task == '{WIDEST[1]}'", f"trained or task == '{WIDEST[0]}'"):
        measured = {"flows": table.query(rows), "benchmark": benchmark}
        assert claim("flows").evaluate(measured).verdict is Verdict.UNDECIDED


def test_forms_on_the_widest_spirals_stand_by_what_was_tried():
    multiplied = flows_table([0.95] * 3).query(f"task == '{WIDEST[0]}' and trained").assign(steps=20_000)
    board = tables.wound(multiplied, flows_table([0.9, 1.0, 0.95]), benchmark_table(40))
    mapped = ["after maps", "after maps, untrained", "after maps, Y shuffled"]
    expected = ["as on the other tasks", "multiplies by lengths", *mapped, "as on the other tasks", *mapped]
    assert list(board.method) == expected and list(board.task[5:]) == ["spiral, uniform margins"] * 4
    found = board.loc[board.method == "after maps", ["inside", "lowest", "highest"]]
    np.testing.assert_allclose(found, [[0.95, 0.9, 1.0]] * 2)
    assert board.inside[0] == pytest.approx(1.0216512, rel=1e-6)


def test_maps_are_learnt_on_other_samples_than_the_estimate():
    cell = Unwound(WIDEST[0], samples=900, learnt_on=300, maps=2, steps=2, batch=16, seeds=2)
    table = pd.DataFrame(cell.measure(np.random.default_rng(0), "cpu"))
    assert len(table) == 2 * 2 * 3 and table.truth.unique() == pytest.approx(1.0216512, rel=1e-6)
    strange = dataclasses.replace(cell, shuffled=True).measure(np.random.default_rng(0), "cpu")
    assert {row["truth"] for row in strange} == {0.0}


def test_a_task_after_maps_stands_on_the_scoreboard():
    problem = beyond_normal()[9]
    rows = Mapped(problem.id, samples=900, learnt_on=300, maps=2, steps=2, batch=16).measure(
        np.random.default_rng(0), "cpu"
    )
    table = pd.DataFrame(rows).assign(task=problem.id)
    assert list(table.trained) == [False] * 3 + [True] * 3
    board = tables.scoreboard({", after maps": table.query("trained")})
    assert board["MINDE-C, after maps"].notna().sum() == 1


def consistency_table(excess: float) -> pd.DataFrame:
    truths = {"view 1": 0.4, "view 2": 0.8, "repeated_view 1": 0.8, "paired_view 1": 0.8}
    rows = [
        {"system": v, "method": method, "form": "inside", "steps": 9, "truth": value, "estimate": value}
        for (v, value) in truths.items() for method in cells.PROTOCOLS
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[table.system == "paired_view 1", "estimate"] *= 1 + excess
    return table


@pytest.mark.parametrize(
    ("excess", "verdict"), [(0.0, Verdict.REPRODUCED), (0.08, Verdict.PARTLY), (0.2, Verdict.NOT_REPRODUCED)]
)
def test_the_consistency_claim_is_judged_by_ratios(excess, verdict):
    assert judged("consistency", consistency_table(excess)).verdict is verdict


def test_right_ratios_of_wrong_informations_pass_no_test():
    table = consistency_table(0)
    assert judged("consistency", table.assign(estimate=2 * table.estimate)).verdict is Verdict.NOT_REPRODUCED


def test_tasks_that_were_not_measured_decide_nothing_in_favour():
    table = benchmark_table(23).assign(protocol="published")
    few, some = (table[table.task.isin([t.id for t in beyond_normal()[:n]])] for n in (3, 31))
    controls = {"untrained": untrained_table(0.0)}
    assert claim("published-j").evaluate({"published": few} | controls).verdict is Verdict.UNDECIDED
    assert claim("published-j").evaluate({"published": some} | controls).verdict is Verdict.NOT_REPRODUCED
    assert claim("published-j").evaluate({"published": benchmark_table(36)} | controls).verdict is Verdict.REPRODUCED


def test_a_ratio_to_nothing_is_no_ratio():
    views = [("view", 1), ("view", 2), ("repeated_view", 1), ("paired_view", 1)]
    table = pd.DataFrame([{"view": v, "rows": r, "truth": 1.0, "estimate": 0.0} for v, r in views])
    assert (tables.ratios(table, extra=1).estimate == 0).all()
    table.loc[0, "estimate"] = np.nan
    assert tables.ratios(table, extra=1).estimate.isna().sum() == 2


def test_a_missing_value_reaches_the_mean_of_its_group():
    values, by = pd.Series([1.0, np.nan, 3.0, 5.0]), pd.Series(["b", "b", "a", "a"])
    means = tables.grouped(values, by)
    assert list(means.index) == ["b", "a"] and np.isnan(means["b"]) and means["a"] == 4


@pytest.mark.parametrize(
    "cell",
    [
        scores.Truncation(1.0, "uniform", 0),
        scores.Integrand("uniform", 1.0),
        scores.Sigma("mine"),
        cells.Digits("digits", "views", 2),
        cells.Digits("letters", "view", 2),
        cells.Classical("1v1-normal-0.75", "ksq", 100),
        cells.Trained("crossed", "ours", samples=100),
        cells.Trained("crossed pairs", "mind", samples=100),
        Group("4x4", "c", "ours"),
        Group("1x1", "c", "mine"),
        Critics("1x1", "ksg", samples=100),
        Unwound("spiral-multinormal-sparse-3-3-2-2.0", samples=100),
        Mapped("spiral", samples=100),
    ],
    ids=repr,
)
def test_a_cell_refuses_a_word_that_it_does_not_know(cell):
    arguments = (np.random.default_rng(0), "cpu")[: type(cell).measure.__code__.co_argcount - 1]
    with pytest.raises(ValueError, match="must be one of"):
        cell.measure(*arguments)
