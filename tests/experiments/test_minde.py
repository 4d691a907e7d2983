"""The laboratory of MINDE: every cell function runs at a small size, in either tier, and the claims can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from szilard.experiments._minde_fleet import tasks_of
from szilard.experiments._minde_tables import SOLVED

from szilard.compendium import Verdict
from szilard.distributions import beyond_normal
from szilard.experiments import minde

SMALL = {"samples": 300, "steps": 3, "draws": 1000, "shown": 5, "redraws": 3}
LABORATORY = minde.LABORATORY


def small(settings):
    """The same cell with little to do."""
    fields = {field.name for field in dataclasses.fields(settings)}
    return dataclasses.replace(settings, **{name: SMALL[name] for name in fields & set(SMALL)})


def claim(name):
    return next(each for each in LABORATORY.claims if each.name == name)


TIERS = [(each.name, tier) for each in LABORATORY.experiments for tier in each.cells]


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    experiment = LABORATORY.experiment(name)
    cell = small(experiment.cells[tier][0])
    rows = pd.DataFrame(experiment.measure(cell, np.random.default_rng(0), "cpu"))
    assert len(rows)
    numbers = rows.select_dtypes("number").drop(columns=["measured", "stderr"], errors="ignore")
    assert np.isfinite(numbers.to_numpy()).all()


def test_a_cell_is_a_function_of_its_settings_and_its_stream():
    experiment = LABORATORY.experiment("quick")
    cell = small(experiment.cells["quick"][0])
    first, again, other = (experiment.measure(cell, np.random.default_rng(seed), "cpu") for seed in (1, 1, 2))
    assert first == again != other


def test_the_paper_s_protocol_covers_forty_tasks_two_variants_three_seeds():
    cells = LABORATORY.experiment("benchmark").cells["full"]
    trained = [
        (each.id, cell.variant, cell.protocol, seed)
        for cell in cells
        for each in tasks_of(cell.dims)
        for seed in range(cell.seeds)
    ]
    assert len(trained) == 40 * 2 * 2 * 3 == len(set(trained))
    assert {cell.samples for cell in cells} == {110_000} and {cell.steps for cell in cells} == {40_000}


def benchmark_table(solved: int, other: str = "") -> pd.DataFrame:
    """A recorded run in which the first ``solved`` tasks are right and the others wrong by twice the tolerance; by
    the protocol ``other`` all are right."""
    rows = [
        {"task": task.id, "variant": v, "protocol": p, "form": "inside", "truth": task.mutual_information,
         "estimate": task.mutual_information + (0 if i < solved or p == other else 2 * SOLVED)}
        for p in ("published", "ours") for i, task in enumerate(beyond_normal()) for v in "cj"
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("solved", "verdict"), [(40, Verdict.REPRODUCED), (35, Verdict.REPRODUCED), (34, Verdict.NOT_REPRODUCED)]
)
def test_the_benchmark_claim_counts_solved_tasks(solved, verdict):
    for name, other in (("benchmark", "ours"), ("benchmark-ours", "published")):
        judged = claim(name).judge(benchmark_table(solved, other))
        assert judged.verdict is verdict
        assert f"{solved} of 40" in judged.value


def test_the_scoreboard_stays_empty_until_something_is_recorded():
    rows = [{"task": t.id, "estimator": "ksg", "estimate": 0.5} for t in beyond_normal()]
    empty = minde.scoreboard(pd.DataFrame(rows).assign(estimator="ksg").pipe(with_others), None)
    full = minde.scoreboard(pd.DataFrame(rows).pipe(with_others), benchmark_table(40))
    assert empty[["MINDE-C", "MINDE-J"]].isna().all().all()
    np.testing.assert_allclose(full["MINDE-C"], full.truth)


def with_others(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table.assign(estimator=name) for name in ("ksg", "gaussian", "copula")])


def consistency_table(excess: float) -> pd.DataFrame:
    law = {("view", r): r / 8 for r in (2, 4, 5, 8)}
    law |= {("repeated_view", r): (r + 3) / 8 for r in (1, 2)} | {("paired_view", r): r / 4 for r in (2, 4)}
    rows = [{"view": v, "rows": r, "truth": value, "estimate": value} for (v, r), value in law.items()]
    table = pd.DataFrame(rows)
    table.loc[table.view == "paired_view", "estimate"] *= 1 + excess
    return table


@pytest.mark.parametrize(
    ("excess", "verdict"), [(0.0, Verdict.REPRODUCED), (0.04, Verdict.PARTLY), (0.2, Verdict.NOT_REPRODUCED)]
)
def test_the_consistency_claim_is_judged_by_ratios(excess, verdict):
    table = consistency_table(excess)
    assert claim("consistency").judge(table).verdict is verdict
    ratios = minde.ratios(table).set_index(["test", "rows"])
    assert ratios.truth["data processing", 2] == 1
    assert ratios.truth["additivity", 4] == 2


def test_claims_about_exact_integrals_can_fail():
    table = minde.run("integrand").table
    assert claim("integrand").judge(table).verdict is Verdict.REPRODUCED
    wrong = table.assign(integrand=1.01 * table.integrand)
    assert claim("integrand").judge(wrong).verdict is Verdict.NOT_REPRODUCED


def test_every_claim_names_its_experiment_and_tier():
    for each in LABORATORY.claims:
        assert set(each.tiers) <= set(LABORATORY.experiment(each.experiment).cells)
