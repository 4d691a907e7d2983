"""The laboratory of the primes, beyond the battery: golden values, and what only arithmetic decides."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.compendium.cell import measure
from szilard.experiments import primes
from szilard.experiments.primes.claims import encoding, failure, residues
from szilard.experiments.primes.machine_claims import table as published_table


def measured(name, tier="quick", keep=slice(None), **changes):
    """The table of an experiment, with its cells changed."""
    rows = []
    for cell in primes.LABORATORY.experiment(name).cells[tier][keep]:
        fields = {field.name for field in dataclasses.fields(cell)}
        settings = dataclasses.replace(cell, **{key: changes[key] for key in fields & set(changes)})
        found = measure(settings, np.random.default_rng(0), "cpu")
        rows += [dataclasses.asdict(settings) | row for row in found]
    return pd.DataFrame(rows)


def test_the_matrices_are_shares_of_everything():
    table = measured("published")
    assert table.base_rate.tolist() == pytest.approx([0.0878, 0.0878, 0.0642], abs=1e-4)
    assert table.recall.tolist() == pytest.approx([0.4075, 0.3373, 0.3475], abs=1e-4)


def test_better_learners_do_not_turn_a_rebuttal_into_a_reproduction():
    rows = [("decimal", 0.505, 0.40, 0.39, 0.5), ("bits", 0.765, 1.0, 0.5, 0.774), ("residues", 0.899, 1.0, 0.4, 0.902)]
    columns = ["features", "auc", "recall", "predicted_rate", "oracle"]
    table = pd.DataFrame(rows, columns=columns).assign(learner="xgboost")
    verdicts = [claim.evaluate({"learners": table}).verdict for claim in (failure, residues, encoding)]
    assert verdicts == [Verdict.REPRODUCED, Verdict.REPRODUCED, Verdict.PAPER_ERRS]
    better = {"learners": table.assign(auc=[0.505, 0.95, 0.899])}
    assert encoding.evaluate(better).verdict is Verdict.PAPER_ERRS
    between = {"learners": table.assign(auc=[0.505, 0.65, 0.899])}
    assert encoding.evaluate(between).verdict is Verdict.UNDECIDED


def test_what_single_precision_keeps():
    table = measured("collapse")
    assert table.groupby("bits").size().to_dict() == {18: 1654, 24: 2496}
    assert table.groupby("bits").integers.sum().to_dict() == {18: 2**18, 24: 2**24}


def test_counting_without_a_sieve_agrees_with_factoring_every_integer():
    table = measured("sieved", n=10_000)
    assert (table.sieved == table.counted).all()


def test_the_excess_of_the_entropies_of_exponents():
    assert measured("exponents", keep=slice(-1, None)).rest.iloc[-1] == pytest.approx(-0.4265, abs=1e-4)


def test_tables_have_what_figures_need():
    board = primes.theorem_table(measured("bits", keep=slice(1)))
    assert board.iloc[:, 1].is_monotonic_increasing
    assert primes.transitions(measured("neighbours", n=10**6), 30).shape == (8, 8)


def test_totals_have_one_row_per_number_of_states():
    machines = measured("machines")
    totals = primes.machine_totals(machines)
    assert totals.states.tolist() == [1, 2, 3, 4]
    assert totals.strings.tolist() == [2, 22, 128, 1832]
    assert totals.halting.tolist() == [24, 6088, 4_294_368, 5_970_768_960]
    assert primes.ranks(machines, 3, 1, 4) == pytest.approx(0.942, abs=0.005)


def test_a_different_published_table_would_be_noticed():
    table = measured("table")
    assert table[table.bits.isna()].output.tolist() == ["000110100111", "111001011000"]
    other = table.assign(bits=table.bits + 1e-6 * (table.output == "0110"))
    assert published_table.evaluate({"table": other}).verdict is Verdict.NOT_REPRODUCED
    absent = table.assign(published=np.nan)
    assert published_table.evaluate({"table": absent}).verdict is Verdict.UNDECIDED


def test_primes_and_coins_look_alike_to_blocks_once_small_factors_are_left_out():
    table = measured("blocks")
    rows = table[table.block == 12].set_index(["source", "coding"])
    assert rows.bits["primes", "wheel 30"] == pytest.approx(rows.bits["cramer", "wheel 30"], rel=0.07)
    assert rows.bits["cramer", "all"] > 20 * rows.bits["primes", "all"]


def test_closed_lambda_terms_are_a_prefix_code():
    table = measured("lambda")
    assert table.kraft.iloc[-1] == pytest.approx(0.126002784, abs=1e-9) and table.kraft.is_monotonic_increasing
