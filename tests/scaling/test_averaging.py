"""Averages, exchanged parts and mirrors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from szilard.scaling import (
    SQUARE,
    Budget,
    average_losses,
    bias_variance,
    initial,
    mirror_test,
    shuffled,
    tickets,
    train_ensemble,
)


@pytest.fixture(scope="module")
def fleet():
    return train_ensemble(SQUARE, 8, 60, budget=Budget(1500))


def test_an_average_is_a_wider_network(fleet):
    x = np.linspace(-2, 2, 21)
    together = fleet.concat(4)
    assert together.width == 32 and len(together) == 15
    np.testing.assert_allclose(together.predict(x), fleet.predict(x).reshape(15, 4, -1).mean(axis=1), atol=1e-13)


def test_averaging_never_hurts(fleet):
    assert (fleet.concat(3).loss() <= fleet.loss().reshape(20, 3).mean(axis=1) * (1 + 1e-12)).all()


def test_bias_and_variance_add_up_and_predict_averages(fleet):
    parts = bias_variance(fleet)
    assert parts.bias2 + parts.variance == pytest.approx(parts.loss, rel=1e-12)
    assert parts.loss == pytest.approx(fleet.loss().mean(), rel=1e-12)
    rng = np.random.default_rng(0)
    losses = [fleet[rng.integers(60, size=600)].concat(5).loss().mean() for _ in range(20)]
    spread = np.std(losses) / np.sqrt(20)
    assert abs(np.mean(losses) - parts.average_of(5)) < 4 * spread


def test_averages_fall_as_the_split_says_and_without_the_common_error_to_nothing(fleet):
    parts = bias_variance(fleet)
    average, unbiased = average_losses(fleet, 16, groups=2000)
    assert average.mean() == pytest.approx(parts.average_of(16), rel=0.05)
    assert unbiased.mean() == pytest.approx(parts.variance / 16, rel=0.1)


def test_a_network_is_the_sum_of_its_neurons(fleet):
    x = np.linspace(-2, 2, 9)
    total = sum(fleet.neuron(j).predict(x) for j in range(8)) + fleet.c[:, None]
    np.testing.assert_allclose(total, fleet.predict(x), atol=1e-12)


def test_mirrored_neurons_are_found():
    rng = np.random.default_rng(1)
    w, b, v = rng.uniform(-1, 1, (3, 2, 3))
    one = initial(SQUARE, 6, 2)
    order = np.array([4, 0, 3, 1, 5, 2])
    whole = [np.concatenate(each, axis=1)[:, order] for each in ((w, -w), (b, b), (v, v))]
    ensemble = replace(one, w=whole[0][..., None], b=whole[1], v=whole[2])
    for member in tickets(ensemble):
        assert sorted(member.ravel()) == list(range(6))
        assert {frozenset(order[list(pair)] % 3) for pair in member} == {frozenset([k]) for k in range(3)}
    assert np.median(mirror_test(ensemble, one).mirrored) == 0.0
    assert (ensemble.odd_energy() < 1e-20).all()


@pytest.mark.parametrize("unit", ["neurons", "tickets"])
def test_an_exchange_keeps_every_neuron_once(fleet, unit):
    mixed = shuffled(fleet, unit, rng=2)
    for name in ("w", "b", "v"):
        np.testing.assert_array_equal(np.sort(getattr(mixed, name), None), np.sort(getattr(fleet, name), None))
    same = (mixed.w[..., 0][:, :, None] == fleet.w[..., 0][:, None, :]).any(axis=2).mean()
    assert same < 0.1  # a neuron stays with its network by chance alone


def test_equal_networks_do_not_notice_an_exchange(fleet):
    copies = fleet[np.zeros(10, dtype=int)]
    np.testing.assert_allclose(shuffled(copies, "tickets").loss(), copies.loss(), rtol=1e-9)


def test_networks_trained_apart_do(fleet):
    assert np.median(shuffled(fleet, "tickets").loss()) > 10 * np.median(fleet.loss())


def test_the_null_of_the_mirror_test(fleet):
    start = initial(SQUARE, 8, 60)
    assert mirror_test(start, start).ratio == 1.0
    assert np.median(mirror_test(fleet, start).odd_share) < 0.5 < np.median(mirror_test(start, start).odd_share) + 0.5


def test_bad_input(fleet):
    with pytest.raises(ValueError, match="even width"):
        tickets(initial(SQUARE, 3, 2))
    with pytest.raises(ValueError, match="two networks"):
        bias_variance(fleet[:1])
    with pytest.raises(ValueError, match="two networks"):
        shuffled(fleet[:1])
    with pytest.raises(ValueError, match="unit must be"):
        shuffled(fleet, "pairs")
    with pytest.raises(ValueError, match="one width"):
        mirror_test(fleet, initial(SQUARE, 4, 2))
