"""The laboratory of the primes: every cell function runs at a small size, in either tier, and the claims can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import _primes_machines as machine_cells
from szilard.experiments import primes

SMALL = {"n": 3000, "bits": 12, "trials": 2, "rounds": 2}
LABORATORY = primes.LABORATORY
OURS = [each for each in LABORATORY.experiments if not each.measure.__module__ == machine_cells.__name__]
TIERS = [(each.name, tier) for each in OURS for tier in each.cells]
REPRODUCED, ERRS, NOT = Verdict.REPRODUCED, Verdict.PAPER_ERRS, Verdict.NOT_REPRODUCED


def measured(name, tier="quick", keep=slice(None), **changes):
    """The table of an experiment, with its cells changed."""
    experiment, rows = LABORATORY.experiment(name), []
    for cell in experiment.cells[tier][keep]:
        fields = {field.name for field in dataclasses.fields(cell)}
        settings = dataclasses.replace(cell, **{key: changes[key] for key in fields & set(changes)})
        found = experiment.measure(settings, np.random.default_rng(0), "cpu")
        rows += [dataclasses.asdict(settings) | row for row in found]
    return pd.DataFrame(rows)


def verdict(name, table):
    return next(each for each in LABORATORY.claims if each.name == name).judge(table).verdict


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    table = measured(name, tier, slice(1), **SMALL)
    assert len(table) and np.isfinite(table.select_dtypes("number").to_numpy()).all()


def test_the_matrices_are_shares_of_everything():
    table = measured("published")
    assert table.base_rate.tolist() == pytest.approx([0.0878, 0.0878, 0.0642], abs=1e-4)
    assert table.recall.tolist() == pytest.approx([0.4075, 0.3373, 0.3475], abs=1e-4)
    assert verdict("rate", table) is ERRS
    assert verdict("rate", table.assign(recall=0.03)) is REPRODUCED


def test_claims_on_learners_can_fail():
    rows = [
        {"features": "decimal", "auc": 0.505, "recall": 0.40, "predicted_rate": 0.39, "oracle": 0.5},
        {"features": "bits", "auc": 0.765, "recall": 1.0, "predicted_rate": 0.5, "oracle": 0.774},
        {"features": "residues", "auc": 0.899, "recall": 1.0, "predicted_rate": 0.4, "oracle": 0.902},
    ]
    table = pd.DataFrame(rows).assign(learner="xgboost")
    assert verdict("failure", table) is verdict("residues", table) is REPRODUCED
    assert verdict("encoding", table) is ERRS
    better = table.assign(auc=[0.7, 0.5, 0.8])
    assert verdict("failure", better) is verdict("residues", better) is NOT
    assert verdict("encoding", better) is REPRODUCED
    draws = pd.DataFrame({"features": ["decimal", "bits"], "validation": [0.51, 0.78], "test": [0.51, 0.78]})
    assert verdict("tuning", draws) is REPRODUCED
    assert verdict("tuning", draws.assign(test=0.6)) is NOT


def test_what_single_precision_keeps():
    table = measured("collapse", keep=slice(1))
    assert len(table) == 1654 and table.integers.sum() == 2**18
    both = pd.concat([table, pd.DataFrame({"bits": 24, "value": np.arange(2496)})])
    assert verdict("collapse", both) is REPRODUCED
    assert verdict("collapse", both.iloc[1:]) is NOT


def test_the_law_of_prime_factors():
    table = measured("factors", keep=slice(5))
    assert verdict("normal", table) is verdict("notebook", table) is REPRODUCED
    assert verdict("normal", table.assign(far_next=0.1)) is NOT
    assert verdict("notebook", table.assign(count=table["count"] + 1)) is NOT
    sieved = measured("sieved", n=10_000, keep=slice(1))
    assert verdict("sieved", sieved) is REPRODUCED
    assert verdict("sieved", sieved.assign(sieved=sieved.sieved + 1)) is NOT


def test_sums_and_exponents():
    sums = measured("sums")
    assert verdict("mertens", sums) is REPRODUCED
    assert verdict("mertens", sums.assign(inverse_sum=sums.inverse_sum + 1e-3)) is NOT
    exponents = measured("exponents")
    assert verdict("exponents", exponents) is REPRODUCED
    assert exponents.rest.iloc[-1] == pytest.approx(-0.4265, abs=1e-4)
    assert verdict("exponents", exponents.assign(sum=0.0)) is NOT


def test_bits():
    table = measured("bits", keep=slice(1))
    assert verdict("theorem", table) is ERRS
    assert verdict("theorem", table.assign(per_integer=1.0)) is REPRODUCED
    partial = measured("partial", keep=slice(2))
    assert verdict("partial", partial) is REPRODUCED
    assert verdict("partial", partial.assign(bits=1.0)) is NOT
    board = primes.theorem_table(table)
    assert board.iloc[:, 1].is_monotonic_increasing


def test_gaps_and_neighbours():
    gaps = measured("gaps", keep=slice(1))
    assert verdict("gaps", gaps) is REPRODUCED
    assert verdict("gaps", gaps.assign(largest=112)) is NOT
    neighbours = measured("neighbours", n=10**6)
    assert verdict("neighbours", neighbours) is REPRODUCED
    assert verdict("neighbours", neighbours.assign(ratio=1.0)) is NOT
    assert primes.transitions(neighbours, 30).shape == (8, 8)


def test_compressors_see_the_wheel_and_no_more():
    rows = [("primes", 0.3, 0.4), ("coins", 0.41, 0.4), ("primes, wheel 30", 0.235, 0.233)]
    rows += [("coins, wheel 30", 0.236, 0.2335)]
    table = pd.DataFrame(rows, columns=["sequence", "bits", "entropy"]).assign(method="lzma")
    assert verdict("compression", table) is REPRODUCED
    assert verdict("compression", table.assign(bits=table.bits.replace(0.235, 0.22))) is NOT


def test_probabilities_by_wheels():
    table = measured("predictors")
    assert verdict("predictors", table) is REPRODUCED
    assert verdict("predictors", table.assign(predicted=0.2)) is NOT
