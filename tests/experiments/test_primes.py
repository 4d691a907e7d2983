"""The laboratory of the primes, beyond the battery: golden values, and what only arithmetic decides."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.compendium.cell import measure
from szilard.experiments import primes
from szilard.experiments.primes.claims import encoding, failure
from szilard.experiments.primes.own_claims import blocks, compression, learnt, machines, search


def measured(name, tier="quick", keep=slice(None), **changes):
    """The table of an experiment, with its cells changed."""
    rows = []
    for cell in primes.LABORATORY.experiment(name).cells[tier][keep]:
        fields = {field.name for field in dataclasses.fields(cell)}
        settings = dataclasses.replace(cell, **{key: changes[key] for key in fields & set(changes)})
        found = measure(settings, np.random.default_rng(0), "cpu")
        rows += [dataclasses.asdict(settings) | row for row in found]
    return pd.DataFrame(rows)


def test_the_published_matrices_beside_the_rule_of_the_smallest():
    table = measured("published")
    assert table.base_rate.tolist() == pytest.approx([0.0878, 0.0878, 0.0642], abs=1e-4)
    assert table.recall.tolist() == pytest.approx([0.4075, 0.3373, 0.3475], abs=1e-4)
    assert table.size_recall.tolist() == pytest.approx([0.4396, 0.3383, 0.3478], abs=1e-4)
    assert table.z.tolist() == pytest.approx([0.44, 5.32, 25.85], abs=0.01)
    assert table.size_auc.tolist() == pytest.approx([0.52669, 0.52669, 0.51848], abs=1e-5)
    other = table.assign(size_recall=table.size_recall + 0.01)
    assert learnt.evaluate({"published": table}).verdict is Verdict.REPRODUCED
    assert learnt.evaluate({"published": other}).verdict is Verdict.NOT_REPRODUCED


def test_the_smallest_are_prime_more_often():
    table = measured("smallest", keep=slice(1))
    assert table.lift.is_monotonic_decreasing and table.lift.iloc[-1] == 1


def test_better_learners_do_not_turn_a_rebuttal_into_a_reproduction():
    rows = [("decimal", 0.505, 0.40, 0.39), ("bits", 0.765, 1.0, 0.5)]
    table = pd.DataFrame(rows, columns=["features", "auc", "recall", "predicted_rate"]).assign(learner="xgboost")
    verdicts = [claim.evaluate({"learners": table}).verdict for claim in (failure, encoding)]
    assert verdicts == [Verdict.REPRODUCED, Verdict.PAPER_ERRS]
    better = {"learners": table.assign(auc=[0.505, 0.95])}
    assert encoding.evaluate(better).verdict is Verdict.PAPER_ERRS
    between = {"learners": table.assign(auc=[0.505, 0.65])}
    assert encoding.evaluate(between).verdict is Verdict.UNDECIDED


def test_what_single_precision_keeps():
    table = measured("collapse")
    assert table.groupby("bits").size().to_dict() == {18: 1654, 24: 2496}
    assert table.groupby("bits").integers.sum().to_dict() == {18: 2**18, 24: 2**24}


def test_the_excess_of_the_entropies_of_exponents_tends_to_gamma_less_one():
    table = measured("exponents", keep=slice(-9, None))
    assert table.rest.iloc[-1] == pytest.approx(-0.4265, abs=1e-4)
    off = (table.rest - (np.euler_gamma - 1)) * table.log
    assert off.tolist() == pytest.approx([-0.06] * 9, abs=0.006)


def test_words_of_compressors_about_coins():
    table = measured("compression", keep=slice(None, None, 24), n=100_000, draws=3)
    assert table[table.wheel == 1].saved.min() > 5 > table[table.wheel == 2310].saved.abs().max()
    seen = pd.DataFrame({"wheel": [1, 2310], "saved": [30.0, 1.0], "method": "bz2"})
    assert compression.evaluate({"compression": seen}).verdict is Verdict.NOT_REPRODUCED


def test_primes_and_coins_look_alike_to_blocks_once_small_factors_are_left_out():
    table = measured("blocks")
    rows = table[table.block == 12].set_index(["source", "wheel"])
    assert rows.bits["primes", 1] == pytest.approx(644.24, abs=0.01)
    assert rows.bits["primes", 2] == pytest.approx(7498.7, abs=0.1)
    assert rows.bits["primes", 30] == pytest.approx(rows.bits["cramer", 30], rel=0.07)
    assert rows.bits["cramer", 1] > 20 * rows.bits["primes", 1]
    assert blocks.evaluate({"blocks": table.assign(order_bits=table.bits)}).verdict is Verdict.NOT_REPRODUCED


def test_ranks_within_one_length():
    table = measured("machines")
    assert table.groupby("states").halting.first().tolist() == [4_294_368, 5_970_768_960]
    three = table[table.states == 3]
    assert primes.ranks(three, 4) == pytest.approx(0.61, abs=0.005)
    assert primes.ranks(three.assign(bits=1.0), 4) == 0
    absent = table.assign(published=np.nan)
    assert machines.evaluate({"machines": absent}).verdict is Verdict.UNDECIDED


def test_a_search_that_goes_less_deep_for_coins_shows_nothing_of_them():
    row = {"size": 32, "phases": 33, "program": ">=[+x]<", "bits": 24, "steps": 404, "tried": 9, "holds": True}
    coins = row | {"target": "coin flips", "program": "", "bits": 0, "holds": False}
    table = pd.DataFrame([row | {"target": "primes"}, coins])
    assert search.evaluate({"search": table}).verdict is Verdict.REPRODUCED
    table.loc[1, "phases"] = 30
    assert search.evaluate({"search": table}).verdict is Verdict.PARTLY


def test_powers_as_readers_write_them():
    assert [primes.power(n) for n in (10**7, 2**24, 1234)] == ["10⁷", "2²⁴", "1,234"]
