"""The chapter on lossy compression: what its tables are turned into, and traps that its text names."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from szilard.bottleneck import PCA, noisy_cnn
from szilard.bottleneck.networks import seeded
from szilard.distributions import rotated_pair
from szilard.estimators import KSG
from szilard.experiments.ib_compression.beside import Rivals, Sign, Smoothed, kernel_information
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


@pytest.mark.parametrize(("sigma", "nats"), [(0.5, 0.632720), (1.0, 0.336831), (2.0, 0.111421)])
def test_a_sign_through_noise_between_what_two_half_lines_and_fine_bins_tell(sigma, nats):
    table = pd.DataFrame(Sign(sigma, samples=200).measure(np.random.default_rng(0)))
    assert table.exact.to_numpy() == pytest.approx(nats, abs=1e-6)
    assert (table.binned <= table.exact + 1e-9).all() and table.binned.iloc[0] == pytest.approx(nats, abs=1e-5)
    wrong = 0.5 * math.erfc(1 / sigma / math.sqrt(2))  # the sign of L is not that of X
    told = math.log(2) + wrong * math.log(wrong) + (1 - wrong) * math.log(1 - wrong)
    assert told <= table.binned.min() + 1e-9
    if sigma == 0.5:  # hardly anything lies beyond the inner bins of width 4
        assert table.binned.iloc[-1] == pytest.approx(told, abs=1e-6)


def test_two_hundred_samples_in_fine_bins_tell_any_sign():
    noisy = pd.DataFrame(Sign(4.0, samples=200).measure(np.random.default_rng(0)))
    assert noisy.counted.iloc[0] > 0.65 and noisy.counted.iloc[-1] < 0.1


def test_kernels_are_right_where_they_can_be_and_see_no_affine_map():
    x, y = rotated_pair(2, 2, 1.0).sample(1500, np.random.default_rng(0))
    found = kernel_information(x, y)
    assert found == pytest.approx(1.0, abs=0.15)
    assert kernel_information(x @ np.array([[2.0, 1.0], [0.0, 0.1]]) + 3, y) == pytest.approx(found, abs=1e-9)


def test_only_mine_reads_the_pixels():
    tables = {code: pd.DataFrame(Rivals("bells 16", code, points=2, samples=100, seen=50, steps=2)
              .measure(np.random.default_rng(0))) for code in ("PCA", "pixels")}  # fmt: skip
    assert set(tables["PCA"].method) == {"mine", "weighted-kl", "kde"} and set(tables["pixels"].method) == {"mine"}
    assert all(sorted(set(table.nats)) == [0.0, 9.0] for table in tables.values())


def test_the_drawn_curves_fall_where_the_measured_ones_do_not():
    names = ("none", "mean of nine epochs", "as published")
    plain, mean, drawn = (Smoothed(name, trials=20).measure(np.random.default_rng(0))[0] for name in names)
    assert plain["falls"] == plain["dip_4"] == mean["dip_4"] == 0 and mean["falls"] < 1
    assert drawn["falls"] > 5 and 0.05 < drawn["dip_12"] + drawn["dip_4"] < 0.2 and drawn["dip_12"] < 0.01
