"""The 12-bit networks: trained together as alone, and information that depends on bins and noise as it must."""

import math

import numpy as np
import pytest
import torch

from szilard.bottleneck import Binned, MixtureBound, perceptron, track, train_twelve_bits, twelve_bit_lines
from szilard.datasets import tishby12
from szilard.rng import spawn

BIT = math.log(2)
LABELS = 0.9991571208502711


@pytest.fixture(scope="module")
def runs():
    return train_twelve_bits([3, 5], [0, 2, 4])


def test_lines_are_exact():
    bits = {name: nats / BIT for name, nats in twelve_bit_lines().items()}
    assert bits == pytest.approx({"input": 12, "labels": LABELS, "orbits": 6.0737614}, abs=5e-8)


def test_networks_are_the_same_alone_and_whenever_they_are_kept(runs):
    alone = train_twelve_bits([5], [4])
    for ours, theirs in zip(alone.layers(4).values(), runs.layers(4).values(), strict=True):
        assert np.allclose(ours[0], theirs[1], atol=1e-12)
    assert np.array_equal(alone.trained_on[0], runs.trained_on[1])
    assert (runs.trained_on.sum(1) == round(0.8 * 4096)).all()


def test_the_plane_of_one_network_is_the_same(runs):
    data, model = tishby12(), perceptron(rng=spawn(3, 3)[0])
    plane = track(
        model, ["T1", "T5"], (2 * data.patterns - 1, data.labels), training=(), schedule=[0], measure=Binned()
    )
    table = runs.information([Binned()]).query("epoch == 0 and seed == 3 and layer in ('T1', 'T5')")
    assert np.array_equal(plane.table[["i_x", "i_y"]], table[["i_x", "i_y"]])


def test_training_lowers_the_loss_and_scores_are_those_of_the_outputs(runs):
    scores = runs.scores().set_index(["epoch", "seed"])
    assert scores.train_loss[4, 5] < scores.train_loss[0, 5]
    chosen, labels = runs.layers(4)["T6"][0].argmax(1), tishby12().labels
    seen = runs.trained_on[0]
    assert scores.train_accuracy[4, 3] == pytest.approx((chosen == labels)[seen].mean())
    assert scores.test_accuracy[4, 3] == pytest.approx((chosen == labels)[~seen].mean())


def test_information_grows_as_bins_are_halved_and_stays_in_its_limits(runs):
    table = runs.information([Binned(0.4 / 2**i) for i in range(5)])
    by_width = table.pivot(index=["epoch", "seed", "layer"], columns="measure", values="i_x").to_numpy() / BIT
    assert (np.diff(by_width, axis=1) > -1e-12).all() and by_width.max() < 12 + 1e-12
    assert by_width[:, -1].mean() > by_width[:, 0].mean() + 2
    assert (table.i_y > -1e-12).all() and (table.i_y < LABELS * BIT + 1e-12).all()


def test_the_mixture_lies_between_its_bounds(runs):
    layers = runs.layers(4)["T5"][0]
    lower, middle, upper = (
        MixtureBound(1e-2, method).read(None, layers, tishby12().labels, 0).input.nats for method in ("bd", "mc", "kt")
    )
    assert 0 < lower < middle < upper < 12 * BIT


def test_tanh_compresses_while_it_learns_and_relu_in_endless_bins_does_not():
    """A tenth of the published steps at seven times the rate."""
    change = {}
    for activation in ("tanh", "relu"):
        runs = train_twelve_bits([0, 2, 3], [50, 200], activation, lr=3e-3)
        table = runs.information([Binned()]).query("layer == 'T5'")
        start, end = (table[table.epoch == epoch][["i_x", "i_y"]].to_numpy() for epoch in (50, 200))
        change[activation] = (end - start).T / BIT
    assert (change["tanh"][0] < -3).all() and (change["tanh"][1] > 0.1).all()
    assert (change["relu"][0] > -1).all() and (change["relu"][1] > -0.01).all()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"seeds": []}, "must not be empty"),
        ({"epochs": [-1]}, "epochs must be an integer ≥ 0"),
        ({"lr": 0}, "lr must be"),
        ({"batch": 4000}, "share must leave"),
        ({"share": 1.0}, "share must leave"),
        ({"activation": "rely"}, "did you mean 'relu'"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        train_twelve_bits(**{"seeds": [0], "epochs": [0]} | arguments)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA card")
def test_a_card_trains_the_same_networks(runs):
    card = train_twelve_bits([3, 5], [4], device="cuda")
    assert np.allclose(card.layers(4)["T5"], runs.layers(4)["T5"], atol=1e-4)
