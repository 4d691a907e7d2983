"""Features and learners: digits, what single precision keeps, rates, oracles, and learners that learn parity."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.algorithmic import (
    LEARNERS,
    Boosting,
    bit_features,
    confusion,
    decimal_column,
    density_predictor,
    features,
    fit_predict,
    log_loss_bits,
    oracle_auc,
    prime_flags,
    residue_features,
    shared_values,
    smallest_first,
    split,
)

N = np.arange(2**12)


def auc(truth, score):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(truth, score)


def test_digits_read_as_a_decimal_number():
    texts = [f"{n:018b}" for n in (5, 77_777, 2**18 - 1)]
    found = decimal_column(np.array([5, 77_777, 2**18 - 1]), 18).ravel()
    assert found.tolist() == [np.float32(float(text)) for text in texts]


@pytest.mark.parametrize(("bits", "values"), [(18, 1654)])
def test_what_single_precision_keeps(bits, values):
    assert len(np.unique(decimal_column(np.arange(2**bits), bits))) == values


def test_the_column_never_falls():
    column = decimal_column(np.arange(2**20), 20)[:, 0]
    assert (np.diff(column) >= 0).all()


def test_digits_give_the_integer_back():
    assert np.array_equal(bit_features(N, 12).astype(int) @ (1 << np.arange(11, -1, -1)), N)


def test_rates():
    prime, called = np.array([1, 1, 0, 0, 0], bool), np.array([1, 0, 1, 0, 0], bool)
    found = confusion(prime, called)
    assert (found.tp, found.recall, found.precision) == (0.2, 0.5, 0.5)
    assert found.false_positive_rate == pytest.approx(1 / 3)
    assert found.base_rate == found.predicted_rate == pytest.approx(0.4)


@pytest.mark.parametrize(("m", "area"), [(2, 0.774020), (6, 0.865345), (30, 0.901860), (210, 0.922715)])
def test_oracles(m, area):
    prime = prime_flags(0, 2**18)
    assert oracle_auc(prime, m) == pytest.approx(area, abs=1e-6)
    assert oracle_auc(prime, m) == pytest.approx(auc(prime, np.gcd(np.arange(2**18), m) == 1), abs=1e-12)


def test_calling_the_smallest_prime():
    prime = prime_flags(0, len(N))
    recall, area = smallest_first(prime, 0.25)
    assert recall == prime[:1024].sum() / prime.sum()
    assert area == pytest.approx(auc(prime, -N), abs=1e-12)
    assert smallest_first(prime, 1.0)[0] == 1


def test_calls_at_random_are_at_no_distance():
    prime, called = np.arange(100) % 10 == 0, np.arange(100) < 50
    assert confusion(prime, called).z_score(100) == pytest.approx(0, abs=1e-12)
    assert confusion(prime, prime).z_score(100) == pytest.approx(10)


def test_what_learners_are_shown():
    shapes = {
        kind: features(kind, N, 12).shape[1] for kind in ("decimal", "n", "bits", "residues", "bits and residues")
    }
    assert list(shapes.values()) == [1, 1, 12, 3, 17]
    shared = shared_values(18)
    assert (len(shared), shared.integers.sum(), shared.primes.sum()) == (1654, 2**18, 23_000)


@pytest.mark.parametrize("learner", LEARNERS)
def test_every_learner_finds_parity_in_digits(learner):
    if learner == "xgboost":
        pytest.importorskip("xgboost")
    odd, x = N % 2 == 1, bit_features(N, 12)
    part = split(len(N), rng=0)
    score = fit_predict(learner, x[part.train], odd[part.train], x[part.test], rng=0)
    assert auc(odd[part.test], score) == pytest.approx(1, abs=1e-12)
    blind = decimal_column(N + 2**23, 24)  # twelve digits more in front: the last ones are gone
    score = fit_predict(learner, blind[part.train], odd[part.train], blind[part.test], rng=0)
    assert auc(odd[part.test], score) < 0.7


def test_trees_care_for_order_alone():
    pytest.importorskip("xgboost")
    prime, x = prime_flags(0, len(N)), N[:, None].astype(np.float32)
    scores = [fit_predict("xgboost", each, prime, each, rng=1) for each in (x, 3 * x + 1)]
    assert np.array_equal(*scores)


def test_a_learner_repeats_itself():
    prime, x = prime_flags(0, len(N)), bit_features(N, 12)
    first, second = (fit_predict("histogram trees", x, prime, x, Boosting(rounds=3), rng=5) for _ in range(2))
    assert np.array_equal(first, second)


def test_parts_are_a_partition():
    part = split(1000, test=0.2, validation=0.1, rng=0)
    assert [len(each) for each in (part.train, part.validation, part.test)] == [700, 100, 200]
    assert np.array_equal(np.sort(np.concatenate([part.train, part.validation, part.test])), np.arange(1000))


def test_densities_are_calibrated_and_wheels_save_bits():
    n = np.arange(1000, 10**6)
    prime = prime_flags(1000, 10**6)
    losses = []
    for wheel in (1, 2, 6, 30):
        q = density_predictor(n, wheel)
        assert q.sum() == pytest.approx(prime.sum(), rel=0.005)
        losses.append(log_loss_bits(prime, q))
    assert (np.diff(losses) < 0).all()
    assert log_loss_bits(np.array([True, False]), np.array([0.5, 0.5])) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bit_features(np.array([16]), 4), "from 0 to 2\\^4 − 1"),
        (lambda: decimal_column(np.array([1]), 39), "bits must be at most 38"),
        (lambda: residue_features(N, (300,)), "moduli must lie between"),
        (lambda: confusion(np.zeros(3, bool), np.zeros(3, bool)), "hold a prime"),
        (lambda: split(100, test=0.9, validation=0.2, rng=0), "sum below 1"),
        (lambda: fit_predict("oracle", N[:, None], N > 0, N[:, None], rng=0), "learner must be one of"),
        (lambda: log_loss_bits(np.array([True]), np.array([1.5])), "between 0 and 1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
