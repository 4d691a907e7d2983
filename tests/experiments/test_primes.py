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
from szilard.experiments.primes.own_claims import blocks, compression, learnt, machines, search, variance


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
    rows = [("decimal", 0.505, 0.40, 0.39, 0.09), ("bits", 0.765, 1.0, 0.5, 0.18)]
    table = pd.DataFrame(rows, columns=["features", "auc", "recall", "predicted_rate", "precision"])
    table["learner"] = "xgboost"
    verdicts = [claim.evaluate({"learners": table}).verdict for claim in (failure, encoding)]
    assert verdicts == [Verdict.REPRODUCED, Verdict.NOT_REPRODUCED]
    better = {"learners": table.assign(auc=[0.505, 0.95])}
    assert encoding.evaluate(better).verdict is Verdict.NOT_REPRODUCED
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
    assert blocks.evaluate({"blocks": table}).verdict is Verdict.REPRODUCED
    assert blocks.evaluate({"blocks": table.assign(order_bits=table.bits)}).verdict is Verdict.NOT_REPRODUCED


def test_coins_on_a_wheel_avoid_their_own_last_digit_as_primes_do():
    """Coins on the wheel of 30 come back to 1 nearly as rarely as primes, far from once in four."""
    coins, primes_ = (measured(name).set_index(["first", "second"]).share for name in ("coins", "neighbours"))
    assert coins[1, 1] == pytest.approx(0.173, abs=0.003) and primes_[1, 1] == pytest.approx(0.1704, abs=1e-4)
    assert coins.groupby("first").sum().tolist() == pytest.approx([1.0] * 4) and len(coins) == 16


def test_a_missing_variance_decides_nothing():
    table = pd.DataFrame({"n": [10**3, 10**7], "variance": [0.548124, 1.103355], "alone": [1.6, 2.4]})
    table["apart"] = 0.9 * (table.variance - table.alone)
    whole, first, last = table, table.copy(), table.copy()
    first.loc[0, "variance"] = last.loc[1, "variance"] = np.nan
    verdicts = [variance.read(each).verdict for each in (whole, first, last)]
    assert verdicts == [Verdict.REPRODUCED, Verdict.UNDECIDED, Verdict.UNDECIDED]


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
