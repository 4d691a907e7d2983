"""Engines fed by information, and the demon who has to clear his records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.thermodynamics import FeedbackEngine, demon_ledger, gas, refrigerated_erasure, szilard_engine, szilard_work
from szilard.thermodynamics.demon import COMPRESSORS, GASES
from szilard.thermodynamics.formulas.catalogue import UNIT_TEMPERATURE, in_kt

OPEN = st.floats(1e-3, 1 - 1e-3)


@st.composite
def engines(draw):
    """Engines of random size, law and walls, some places never read as some readings."""
    places, readings = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**30)))
    joint = rng.exponential(size=(places, readings)) + 1e-3
    if min(places, readings) > 1 and draw(st.booleans()):
        joint[0, 0] = 0.0
    shares = rng.exponential(size=joint.shape) + 1e-2
    return FeedbackEngine(joint / joint.sum(), shares / shares.sum(0))


# --- engines


@pytest.mark.parametrize(("error", "work"), [(0.0, 0.6931), (0.01, 0.6371), (0.1, 0.3681), (0.25, 0.1308), (0.5, 0.0)])
def test_szilards_engine_loses_by_errors(error, work):
    assert szilard_engine(error).mean_work == pytest.approx(work, abs=5e-5)


@given(st.floats(0, 1), OPEN)
def test_engines_agree_with_the_formulas(error, partition):
    best, moved = szilard_engine(error), szilard_engine(error, partition)
    assert best.mean_work == pytest.approx(szilard_work(error, temperature=UNIT_TEMPERATURE), abs=1e-12)
    assert moved.mean_work == pytest.approx(szilard_work(error, partition, temperature=UNIT_TEMPERATURE), abs=1e-12)
    assert moved.mean_work <= best.mean_work + 1e-12
    assert best.mutual_information == pytest.approx(best.mean_work, abs=1e-12)


@pytest.mark.parametrize("boxes", [1, 2, 7])
def test_boxes_without_error_yield_their_logarithm(boxes):
    engine = FeedbackEngine(np.eye(boxes) / boxes)
    assert engine.mean_work == pytest.approx(in_kt("szilard_boxes", boxes=boxes), abs=1e-12)
    assert engine.efficacy == pytest.approx(boxes)


@given(engines())
def test_identities_of_feedback_hold_for_every_engine(engine):
    """⟨e^{W-I}⟩ = 1 - λ, with λ = 0 where every reading may occur at every place; W ≤ I; γ by both routes."""
    joint, shares = engine.joint, engine.shares
    place, reading = joint.sum(1, keepdims=True), joint.sum(0)
    seen = joint > 0
    work = np.log(shares, where=seen, out=np.zeros_like(joint)) - np.log(place)
    pointwise = np.log(joint, where=seen, out=np.zeros_like(joint)) - np.log(place * reading)
    total = float((joint * np.exp(work - pointwise))[seen].sum())
    assert total == pytest.approx(float((reading * shares)[seen].sum()), abs=1e-12)
    assert total == pytest.approx(1 - engine.excluded, abs=1e-12)
    assert (engine.excluded == 0) == bool(seen.all())
    assert engine.efficacy == pytest.approx(float((joint * np.exp(work))[seen].sum()), rel=1e-12)
    assert engine.mean_work <= engine.mutual_information + 1e-12


@pytest.mark.parametrize(
    "engine",
    [
        szilard_engine(0.1),
        szilard_engine(0.2, 0.6),
        FeedbackEngine([[0.3, 0.1, 0.05], [0.05, 0.2, 0.3]], [[0.7, 0.5, 0.2], [0.3, 0.5, 0.8]]),
    ],
    ids=["best", "moved", "three readings"],
)
def test_simulated_cycles_agree_with_the_exact_means(engine):
    runs, n = engine.sample(100_000, rng=7), 100_000

    def agrees(values, truth):
        return abs(values.mean() - truth) < 4 * values.std() / math.sqrt(n) + 1e-12

    assert agrees(runs.work, engine.mean_work)
    assert agrees(runs.information, engine.mutual_information)
    assert agrees(np.exp(runs.work - runs.information), 1.0)
    assert agrees(np.exp(runs.work), engine.efficacy)
    assert agrees(runs.returned, engine.efficacy)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FeedbackEngine([[0.5, 0.6]]), "sum to one"),
        (lambda: FeedbackEngine([[1.0, 0.0]]), "every reading"),
        (lambda: FeedbackEngine([[0.5, 0.5]], [[1.0]]), "shape of joint"),
        (lambda: FeedbackEngine([[0.5], [0.5]], [[0.9], [0.2]]), "every column"),
        (lambda: FeedbackEngine([[0.5], [0.5]], [[1.0], [0.0]]), "crush"),
        (lambda: szilard_engine(1.1), "error must lie"),
        (lambda: szilard_engine(0.1, -0.1), "partition must lie"),
    ],
)
def test_impossible_engines_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- the demon


def test_only_an_ordered_gas_pays():
    nets = {kind: demon_ledger(gas(kind, 20_000, rng=1)).net_compressed for kind in GASES}
    assert nets["random"] <= 0 and nets["generated"] <= 0
    assert 0 < nets["biased"] < nets["periodic"]
    assert demon_ledger(gas("periodic", 20_000)).net_plain == 0


@pytest.mark.parametrize("compressor", COMPRESSORS)
def test_a_record_costs_a_bit_beyond_itself_at_most(compressor):
    for seed in range(20):
        ledger = demon_ledger(gas("random", 1 + 9 * seed, rng=seed), compressor)
        assert 1 <= ledger.shortest <= ledger.record + 1 == ledger.molecules + 1


def test_rule_30_begins_as_it_should():
    assert gas("generated", 20).tolist() == [1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demon_ledger([0, 1, 2]), "places must hold 0 and 1 only; got 2"),
        (lambda: demon_ledger([0, 1], "zlip"), "did you mean 'zlib'"),
        (lambda: gas("randon", 5), "did you mean 'random'"),
        (lambda: gas("random", 0), "n must"),
    ],
)
def test_bad_records_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- the cold


@given(st.floats(-29, 2.4), st.floats(0.01, 1.0))
def test_cooling_saves_nothing(exponent, efficiency):
    room = refrigerated_erasure(1, 300.0)
    cold = refrigerated_erasure(1, 10.0**exponent, efficiency=efficiency)
    assert refrigerated_erasure(1, 10.0**exponent) == pytest.approx(room, rel=1e-12)
    assert cold >= room * (1 - 1e-12)


@pytest.mark.parametrize("efficiency", [0.0, 1.2, math.nan])
def test_no_refrigerator_beats_carnot(efficiency):
    with pytest.raises(ValueError, match="efficiency"):
        refrigerated_erasure(1, 4.0, efficiency=efficiency)
