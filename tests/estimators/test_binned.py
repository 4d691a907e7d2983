"""Binned information against hand counts, and what bins do to deterministic layers."""

import math

import numpy as np
import pandas as pd
import pytest

from szilard.estimators import binned_information


def test_counts_by_hand():
    layer = [[-0.9, 0.1], [-0.8, 0.2], [0.3, 0.4], [0.9, -0.5]]
    estimate = binned_information(layer, bins=2, limits=(-1, 1))  # joint bins (0, 1) twice, (1, 1), (1, 0)
    assert estimate.bits == pytest.approx(1.5, abs=1e-12)
    assert estimate.diagnostics["occupied"] == 3 and estimate.diagnostics["outside"] == 0


def test_bins_are_those_of_digitize():
    layer = np.tanh(np.random.default_rng(0).normal(size=(400, 3)))
    layer[:5, 0] = np.linspace(-1, 1, 31)[[0, 7, 15, 29, 30]]  # edges
    found = binned_information(layer, bins=30, limits=(-1, 1))
    sorted_in = np.minimum(np.digitize(layer, np.linspace(-1, 1, 31)), 30)
    counts = np.unique(sorted_in, axis=0, return_counts=True)[1]
    assert found.nats == pytest.approx(-np.sum(counts / 400 * np.log(counts / 400)), abs=1e-12)


def test_classes_leave_what_the_label_does_not_say():
    layer, labels = np.array([0.1, 0.1, 0.9, 0.9, 0.9, 0.1]), np.array(list("aabbcc"))
    whole, inside = (binned_information(layer, 2, (0, 1), each).bits for each in (None, labels))
    assert whole == pytest.approx(1.0, abs=1e-12)
    assert inside == pytest.approx(1 / 3, abs=1e-12)  # only class c is undecided


def test_fine_bins_show_the_number_of_points_and_nothing_else():
    layer = np.random.default_rng(0).normal(size=(50, 6))
    coarse, fine = (binned_information(layer, bins) for bins in (2, 100))
    assert coarse.nats < fine.nats == pytest.approx(3.912023, abs=5e-7)
    assert "100% of its ceiling" in fine.warnings[0]


def test_a_dead_layer_knows_nothing():
    estimate = binned_information(np.full((20, 3), 0.4), bins=30)
    assert estimate.nats == 0 and not estimate.warnings


def test_activations_beyond_the_limits_are_announced():
    estimate = binned_information([-2.0, -0.5, 0.5, 3.0], bins=2, limits=(-1, 1))
    assert estimate.bits == pytest.approx(1.0) and estimate.diagnostics["outside"] == 0.5
    assert estimate.warnings == (
        "50.0% of the activations lie beyond the limits and count in the outermost bins: widen the limits.",
    )


def test_order_of_the_inputs_changes_nothing():
    layer = np.random.default_rng(0).normal(size=(60, 2))
    shuffled = layer[np.random.default_rng(1).permutation(60)]
    assert binned_information(shuffled, 4).nats == pytest.approx(binned_information(layer, 4).nats, abs=1e-12)


def test_ceiling_of_classes_of_ten():
    labels = np.arange(50) % 5
    estimate = binned_information(np.random.default_rng(0).normal(size=50), 3, labels=labels)
    assert estimate.diagnostics["ceiling"] == pytest.approx(math.log(10)) and estimate.diagnostics["classes"] == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0, 1.0], 0), "bins must be an integer ≥ 1"),
        (([0.0, 1.0], 2, (1, 1)), "limits must be two numbers, the lower one first"),
        (([0.0, 1.0], 2, (1, 2, 3)), "limits must be two numbers"),
        (([0.0, math.inf],), "activations must be finite"),
        (([0.0, 1.0], 2, None, [1]), "labels must have shape"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        binned_information(*arguments)


def test_limits_that_outliers_set_are_doubted_and_the_widest_do_not_overflow():
    layer = np.random.default_rng(0).normal(size=(200, 3))
    assert not any("outliers" in sentence for sentence in binned_information(layer).warnings)
    far = np.vstack([layer, np.full((1, 3), 1e6)])
    assert "outliers set the limits" in binned_information(far).warnings[0]
    assert not any("outliers" in sentence for sentence in binned_information(far, limits=(-3, 3)).warnings)
    assert not binned_information(np.maximum(layer - 2, 0)).warnings  # few units fire
    assert binned_information([-1.7e308, 1.7e308, 0.0], bins=3).nats == pytest.approx(math.log(3))


def test_labels_are_aligned_and_complete():
    layer, labels = pd.Series([0.0, 1.0, 2.0]), pd.Series(["a", "b", "a"])
    assert binned_information(layer, labels=labels).nats == pytest.approx(2 / 3 * math.log(2))
    for bad, message in (
        (labels[::-1], "must have the same index"), (["a", None, "b"], "labels must not be NaN or None"),
        (np.ma.masked_equal([1, 2, 1], 2), "labels must be complete; got 1 masked"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            binned_information(layer, labels=bad)
