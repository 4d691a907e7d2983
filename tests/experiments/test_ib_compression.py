"""The chapter on lossy compression: what its tables are turned into, and traps that its text names."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from szilard.bottleneck import PCA, noisy_cnn
from szilard.bottleneck.networks import seeded
from szilard.estimators import KSG
from szilard.experiments.ib_compression.cells import Neuron, Normal, Pictures
from szilard.experiments.ib_compression.digits import Digits
from szilard.experiments.ib_compression.tables import BIT, episodes, fall, peak_falls, quality


def run(i_x, loss):
    return pd.DataFrame({"step": range(len(i_x)), "i_x": i_x, "loss": np.array(loss) * math.log(10)})


def test_a_fall_counts_while_the_loss_falls_and_from_the_peak_before():
    assert fall(run([0.3, 1.5, 0.9, 1.2, 0.1], [1.0, 0.95, 0.7, 0.5, 0.2])) == pytest.approx(0.6)
    assert fall(run([1.5, 0.2], [1.0, 0.99])) == 0
    assert fall(run([0.1, 0.5, 1.0], [1.0, 0.8, 0.5])) == 0


def test_episodes_are_falls_that_last():
    steps = pd.Series(np.r_[np.linspace(0, 1, 30), np.linspace(1, 0, 30), np.linspace(0, 1, 30), np.linspace(1, 0, 30)])
    assert episodes(steps, shortest=10) == 2
    assert episodes(pd.Series(np.arange(50.0)), shortest=2) == 0
    assert episodes(pd.Series(-np.arange(50.0)), shortest=10) == 1


def test_quality_is_error_bias_and_slope_of_each_code():
    nats = np.array([0.0, 2.0, 4.0, 6.0])
    table = pd.DataFrame({"family": "f", "code": "c", "method": "m", "nats": nats, "seconds": 1.0})
    table["estimate"] = 0.5 * nats + 1
    one = quality(table).iloc[0]
    assert (one.slope, one.bias, one.rmse) == pytest.approx((0.5, -0.5, math.sqrt((1 + 0 + 1 + 4) / 4)))
    table.loc[2, "estimate"] = np.nan
    assert quality(table)[["rmse", "bias", "slope"]].isna().all(axis=None)


def test_falls_from_the_peak_in_training_are_in_bits():
    part = pd.DataFrame({"epoch": [0, 1, 2, 4], "seed": 0, "i_x": np.array([9.0, 5.0, 6.0, 2.0]) * BIT, "i_y": BIT})
    assert peak_falls(part).loc[0].to_dict() == pytest.approx({"fall": 4.0, "rise": 0.0, "end": 2.0})


def test_noise_in_proportion_does_not_drown_a_small_output_and_added_noise_does():
    small, smaller = (Neuron("relative", gain, points=20).measure()[0]["nats"] for gain in (0.02, 0.01))
    assert small == pytest.approx(smaller, abs=1e-3) and small > 1
    assert Neuron("additive", 0.01, points=20).measure()[0]["nats"] < 0.02
    for noise in ("additive", "relative"):  # saturated: the sign alone is left
        assert Neuron(noise, 1e4, points=20).measure()[0]["nats"] == pytest.approx(math.log(2), abs=1e-6)


def test_codes_that_keep_nothing_give_nothing():
    rows = Pictures("bells 16", "nothing", samples=1000, points=2).measure(np.random.default_rng(0), "cpu")
    assert all(abs(row["estimate"]) < (0.08 if row["method"] == "ksg" else 0.3) for row in rows)


def test_estimators_that_refuse_leave_a_gap_in_the_table():
    row = Normal(20, 2.0, "weighted-kl", 300).measure(np.random.default_rng(0))[0]
    assert math.isnan(row["estimate"]) and math.isnan(row["shuffled"])


def test_columns_of_unlike_scale_blind_ksg_to_an_untrained_layer():
    """Outputs a hundred times smaller than the input's components: neighbours are those of the input alone."""
    (_, _), (x, _) = Digits(samples=600)._data(np.random.default_rng(0))
    model = noisy_cnn(rng=0).double().eval()
    with torch.no_grad(), seeded(0):
        layer = model(torch.as_tensor(x)).numpy()
    flat = x.reshape(len(x), -1)
    codes, outputs = PCA(4).fit(flat).transform(flat), PCA(4).fit(layer).transform(layer)
    blind, seeing = (KSG(k=5, standardize=scaled).mutual_information(codes, outputs).nats for scaled in (False, True))
    assert abs(blind) < 0.05 and seeing > 0.4
