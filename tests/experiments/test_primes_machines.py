"""Small programs in the chapter on primes: every cell runs, tables have what figures need, claims can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from szilard.experiments._primes_machine_claims import (
    MACHINE_CLAIMS,
    MACHINE_EXPERIMENTS,
    machine_totals,
    ranks,
)

from szilard.compendium import Laboratory, Verdict
from szilard.experiments import _primes_machines as cells

LABORATORY = Laboratory("primes", MACHINE_EXPERIMENTS, MACHINE_CLAIMS)
TIERS = [(each.name, tier) for each in MACHINE_EXPERIMENTS for tier in each.cells]
SMALL = {"states": 2, "limit": None, "recount": False, "n": 1200, "size": 32, "phases": 20, "longest": 30}


def measured(name, tier="quick", **changes):
    """The table of an experiment, with its cells changed."""
    experiment, rows = LABORATORY.experiment(name), []
    for cell in experiment.cells[tier]:
        fields = {field.name for field in dataclasses.fields(cell)}
        settings = dataclasses.replace(cell, **{key: changes[key] for key in fields & set(changes)})
        found = experiment.measure(settings, np.random.default_rng(0), "cpu")
        rows += [dataclasses.asdict(settings) | row for row in found]
    return pd.DataFrame(rows)


def judged(name, table, tier="quick"):
    return next(each for each in MACHINE_CLAIMS if each.name == name).evaluate(tier, {name: table})


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    assert len(measured(name, tier, **SMALL))


@pytest.fixture(scope="module")
def machines():
    return measured("machines")


def test_totals_have_one_row_per_number_of_states(machines):
    totals = machine_totals(machines)
    assert totals.states.tolist() == [1, 2, 3, 4]
    assert totals.strings.tolist() == [2, 22, 128, 1832]
    assert totals.halting.tolist() == [24, 6088, 4_294_368, 5_970_768_960]


def test_ranks_decide_the_claim_on_machines(machines):
    assert judged("machines", machines).verdict is Verdict.REPRODUCED
    assert ranks(machines, 3, 1, 4) == pytest.approx(0.942, abs=0.005)
    assert judged("machines", machines.assign(bits=-machines.bits)).verdict is Verdict.NOT_REPRODUCED
    assert judged("machines", machines.assign(published=np.nan)).verdict is Verdict.OFFLINE


def test_a_different_published_table_would_be_noticed():
    table = measured("table")
    assert judged("table", table).verdict is Verdict.REPRODUCED
    assert table[table.bits.isna()].output.tolist() == ["000110100111", "111001011000"]
    other = table.assign(bits=table.bits + 1e-6 * (table.output == "0110"))
    assert judged("table", other).verdict is Verdict.NOT_REPRODUCED


def test_predictions_that_do_not_rise_would_be_noticed():
    table = measured("prediction")
    assert judged("prediction", table).verdict is Verdict.REPRODUCED
    assert judged("prediction", table.assign(zero=1 - table.zero)).verdict is Verdict.NOT_REPRODUCED


def test_blocks():
    table = measured("blocks")
    assert judged("blocks", table).verdict is Verdict.REPRODUCED
    assert judged("blocks", table.assign(bits=table.bits + 1)).verdict is Verdict.NOT_REPRODUCED
    rows = table[table.block == 12].set_index(["source", "coding"])
    # once multiples of 2, 3 and 5 are left out, primes and coins of their density look alike to BDM
    assert rows.bits["primes", "wheel 30"] == pytest.approx(rows.bits["cramer", "wheel 30"], rel=0.07)
    assert rows.bits["cramer", "all"] > 20 * rows.bits["primes", "all"]


def test_search_claim_needs_primes_found_and_coins_not():
    sieve = cells.search(cells.Search("primes", 32), np.random.default_rng(0), "cpu")[0]
    nothing = cells.search(cells.Search("coin flips", 32, 20), np.random.default_rng(0), "cpu")[0]
    assert sieve["program"] == ">=[+x]<" and sieve["holds"]
    table = pd.DataFrame([sieve | {"target": "primes"}, nothing | {"target": "coin flips"}])
    assert judged("search", table).verdict is Verdict.REPRODUCED
    assert judged("search", table.assign(holds=False)).verdict is Verdict.NOT_REPRODUCED


def test_halting_claim_counts_what_halts_late():
    table = pd.DataFrame({"states": 5, "steps": [1, 600], "count": [10**9, 10]})
    assert judged("halting", table, "full").verdict is Verdict.REPRODUCED
    assert judged("halting", table.assign(count=[10, 10]), "full").verdict is Verdict.NOT_REPRODUCED


def test_lambda():
    table = measured("lambda")
    assert judged("lambda", table).value.startswith("0.126002784")
    assert judged("lambda", table.assign(kraft=8 * table.kraft)).verdict is Verdict.NOT_REPRODUCED
