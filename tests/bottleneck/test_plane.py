"""The information plane against exact values, controls without information, and layers that no estimator can take."""

import math
import re

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from szilard.bottleneck import (
    Binned,
    Estimated,
    MixtureBound,
    NoiseLayer,
    Plane,
    adam_steps,
    label_information,
    perceptron,
    seeded,
    track,
)
from szilard.bottleneck.encoders import Noise
from szilard.datasets import tishby12
from szilard.estimators import KSG, KozachenkoLeonenko

BIT = math.log(2)
WEIGHTS = np.array([[1.0, 0.5], [-0.3, 0.8]])
SIGMA = 0.5
EXACT = 0.5 * math.log(np.linalg.det(np.eye(2) + WEIGHTS @ WEIGHTS.T / SIGMA**2))


def linear(weights) -> nn.Module:
    layer = nn.utils.skip_init(nn.Linear, *np.shape(weights)[::-1], bias=False, dtype=torch.float64)
    layer.weight.data = torch.tensor(np.asarray(weights, float))
    return nn.Sequential(layer)


def measured(model, x, y, measure, layers=("0",), noise=None, **options) -> pd.DataFrame:
    """The rows of a network that is not trained."""
    return track(model, layers, (x, y), training=(), schedule=[0], noise=noise, measure=measure, **options).table


@pytest.fixture(scope="module")
def normal() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(3000, 2)), rng.integers(0, 2, 3000)


@pytest.mark.parametrize("estimator", [KSG(k=5), KozachenkoLeonenko(k=5)])
def test_a_noisy_linear_layer_has_its_exact_information(normal, estimator):
    row = measured(linear(WEIGHTS), *normal, Estimated(estimator), noise=Noise(SIGMA)).iloc[0]
    assert abs(row.i_x - EXACT) < 4 * row.stderr and row.stderr < 0.05
    assert abs(row.i_y) < 4 * row.stderr_y and row.stderr_y < 0.05  # the labels are random
    assert row.doubts == ""


def test_the_mixture_bounds_enclose_it(normal):
    rows = {m: measured(linear(WEIGHTS), *normal, MixtureBound(SIGMA**2, m)).iloc[0] for m in ("bd", "mc", "kt")}
    assert rows["bd"].i_x < EXACT < rows["kt"].i_x
    assert abs(rows["mc"].i_x - EXACT) < 4 * rows["mc"].stderr
    assert all(abs(row.i_y) < 0.05 for row in rows.values())


def test_an_identity_layer_keeps_all_twelve_bits_and_all_of_the_label():
    data = tishby12()
    rows = measured(linear(np.eye(12)), data.patterns, data.labels, Binned(0.5))
    assert rows.i_x[0] / BIT == pytest.approx(12, abs=1e-12)
    assert rows.i_y[0] / BIT == pytest.approx(0.9991571208502711, abs=1e-12)


def test_bins_are_those_of_multiples_of_the_width():
    x = np.array([-1.1, -0.9, -0.1, 0.1, 0.9, 1.1])[:, None]
    reading = Binned(1.0).read(None, x, np.array([0, 0, 0, 1, 1, 1]), 0)  # bins −2, −1, −1, 0, 0, 1
    assert reading.input.nats == pytest.approx(math.log(6) - 4 / 6 * BIT)
    assert reading.labels.bits == pytest.approx(1)


def test_far_activations_cost_no_empty_bins():
    x = np.array([0.0, 1e12, -1e12, 0.05])[:, None]
    assert Binned(0.1).read(None, x, np.zeros(4, int), 0).input.bits == pytest.approx(1.5)
    assert "must be finite" in Binned(0.1).read(None, np.array([[0.0], [np.inf]]), np.zeros(2, int), 0).doubts[0]


def test_a_layer_without_noise_is_doubted(normal):
    row = measured(linear(WEIGHTS), *normal, Estimated(KSG(k=5))).iloc[0]
    assert row.doubts.startswith("Two passes agree")


def test_layers_that_keep_nothing_share_nothing(normal):
    x, _ = normal
    y = (x[:, 0] > 0).astype(int)
    dead = measured(linear(np.zeros((2, 2))), x, y, Estimated())
    assert dead.i_x[0] == dead.i_y[0] == 0 and "constant" in dead.doubts[0]
    assert measured(linear(np.zeros((2, 2))), x, y, Binned()).i_x[0] == 0
    noise = measured(linear(np.zeros((2, 2))), x, y, Estimated(KSG(k=5)), noise=Noise(1.0)).iloc[0]
    assert abs(noise.i_x) < 4 * noise.stderr and abs(noise.i_y) < 4 * noise.stderr_y


def test_shuffled_labels_say_nothing(normal):
    x, _ = normal
    y = (x[:, 0] > 0).astype(int)
    for measure in (Estimated(), MixtureBound(SIGMA**2, "mc")):
        noise = Noise(SIGMA) if isinstance(measure, Estimated) else None
        true = measured(linear(WEIGHTS), x, y, measure, noise=noise).iloc[0]
        shuffled = measured(linear(WEIGHTS), x, np.random.default_rng(1).permutation(y), measure, noise=noise).iloc[0]
        assert true.i_y > 0.2 and abs(shuffled.i_y) < 0.06


def test_label_information_of_cells_is_their_number():
    x = np.random.default_rng(0).uniform(size=(4000, 1))
    for cells in (1, 2, 4, 8):
        estimate = label_information(x, np.floor(cells * x[:, 0]))
        assert abs(estimate.nats - math.log(cells)) < 0.03 + 3 * estimate.stderr
    assert label_information(x, np.zeros(4000)).nats == 0


def test_small_classes_are_left_out_and_named():
    x = np.random.default_rng(0).normal(size=(406, 1))
    labels = np.arange(406) % 2
    labels[:6] = [5, 5, 5, 5, 7, 7]
    estimate = label_information(x, labels)
    assert estimate.n == 400 and "6 samples are left out" in estimate.warnings[0]
    with pytest.raises(ValueError, match="at least 6 samples"):
        label_information(x[:5], labels[:5])


class Fixed(nn.Module):
    """A layer whose outputs are given."""

    def __init__(self, outputs):
        super().__init__()
        self.layer, self.outputs = nn.Identity(), torch.as_tensor(outputs)

    def forward(self, x):
        return self.layer(self.outputs[: len(x)])[:, :2]


RNG = np.random.default_rng(2)
NORMAL = RNG.normal(size=(500, 3))


@pytest.mark.parametrize(
    "outputs, sentence",
    [
        (F.softmax(torch.from_numpy(NORMAL), 1), "before the softmax"),
        (np.where(NORMAL > 1, NORMAL, 0.0), "values that repeat too often|must not repeat rows"),
        (np.full((500, 3), math.nan), "must be finite"),
    ],
)
def test_layers_without_a_density_are_refused_in_their_row(outputs, sentence):
    row = measured(Fixed(outputs), NORMAL, np.arange(500) % 2, Estimated(), ["layer"]).iloc[0]
    assert math.isnan(row.i_x) and math.isnan(row.i_y)
    assert re.search(f"Refused.*({sentence})", row.doubts)


def test_layers_with_few_directions_are_doubted():
    y = np.arange(500) % 2
    flat = np.hstack([NORMAL[:, :1], 2 * NORMAL[:, :1], np.ones((500, 2))])
    row = measured(Fixed(flat), NORMAL, y, Estimated(), ["layer"]).iloc[0]
    assert "varies in 1 directions only" in row.doubts and math.isfinite(row.i_y)
    thin = NORMAL * [1, 1, 1e-3]
    assert "may be noise" in measured(Fixed(thin), NORMAL, y, Estimated(), ["layer"]).doubts[0]


def small(rng=0) -> tuple[nn.Module, np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(400, 3))
    return perceptron((3, 8, 2), rng=rng), x, (x[:, 0] * x[:, 1] > 0).astype(int)


def test_the_way_of_a_training_and_its_scores():
    model, x, y = small()
    plane = track(model, ["T1", "T2"], (x, y), training=adam_steps(model, x, y, lr=0.05, batch=100),
                  schedule=[200, 0, 10], noise=None, measure=MixtureBound(0.01, "mc"))  # fmt: skip
    assert list(zip(plane.table.step, plane.table.layer, strict=True)) == [
        (step, layer) for step in (0, 10, 200) for layer in ("T1", "T2")
    ]
    logits = model(torch.from_numpy(x))
    assert plane.table.loss.iloc[-1] == pytest.approx(F.cross_entropy(logits, torch.from_numpy(y)).item(), rel=1e-12)
    assert plane.table.accuracy.iloc[-1] == pytest.approx((logits.argmax(1).numpy() == y).mean())
    deep = plane.table[plane.table.layer == "T2"]
    assert deep.accuracy.iloc[-1] > 0.95 and deep.i_y.iloc[-1] > deep.i_y.iloc[0] + 0.2


def test_neither_the_schedule_nor_the_measurement_changes_the_training():
    ends = []
    for schedule in ([30], range(0, 31, 5)):
        model, x, y = small()
        state = torch.get_rng_state()
        steps = adam_steps(model, x, y, batch=100)
        track(model, ["T1"], (x, y), training=steps, schedule=schedule, noise=Noise(0.3))
        ends.append(model.T1[0].weight.detach())
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.equal(model(torch.from_numpy(x)), model(torch.from_numpy(x)))  # no noise is left in it
        assert model.training
    assert torch.equal(*ends)


def test_noise_is_there_while_the_network_trains():
    model, x, y = small()
    seen = []

    def training():
        while True:
            seen.append(model.T1(torch.from_numpy(x)).detach())
            yield

    track(model, ["T1"], (x, y), training=training(), schedule=[2], noise=Noise(0.3))
    clean = model.T1(torch.from_numpy(x)).detach()
    assert [(each - clean).std().item() for each in seen] == pytest.approx([0.3, 0.3], rel=0.1)
    assert not torch.equal(*seen)


def test_a_training_that_ends_early_leaves_what_was_measured():
    model, x, y = small()
    with pytest.warns(UserWarning, match="ended after 3 steps, before step 5"):
        plane = track(model, ["T1"], (x, y), training=range(3), schedule=[0, 2, 5], measure=Binned())
    assert list(plane.table.step) == [0, 2]


def test_layers_that_know_more_than_the_one_before_are_listed():
    table = pd.DataFrame(
        {"step": [0, 0, 0, 1, 1, 1], "layer": list("abc") * 2, "i_x": [2.0, 3.0, 2.9, 5.0, 5.1, 1.0], "stderr": 0.1}
    )
    wrong = Plane(table, Binned()).violations()
    assert list(zip(wrong.step, wrong.layer, strict=True)) == [(0, "b")]


def test_deterministic_measures_refuse_noise(normal):
    with pytest.raises(ValueError, match="noise must be None"):
        measured(linear(WEIGHTS), *normal, Binned(), noise=Noise(0.1))
    with seeded(0), pytest.raises(ValueError, match="two passes differ"):
        measured(nn.Sequential(NoiseLayer(Noise(0.1))), *normal, MixtureBound())


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"layers": ["T3"]}, "layers must be one of T1, T1.0, T1.1, T2; got 'T3'"),
        ({"layers": []}, "must not be empty"),
        ({"schedule": []}, "must not be empty"),
        ({"schedule": [-1]}, "schedule must be an integer ≥ 0"),
        ({"data": (np.ones((4, 3)), np.zeros(3, int))}, "one label per sample"),
    ],
)
def test_bad_input_is_named(arguments, message):
    model, x, y = small()
    given = {"model": model, "layers": ["T1"], "data": (x, y), "training": (), "schedule": [0]} | arguments
    with pytest.raises(ValueError, match=message):
        track(**given)


def test_a_layer_that_does_not_run_is_named():
    class Idle(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.idle = linear(np.ones((2, 3))), nn.Identity()

        def forward(self, x):
            return self.used(x)

    _, x, y = small()
    with pytest.raises(ValueError, match="idle must run once"):
        measured(Idle(), x, y, Binned(), ["idle"])


def test_labels_are_paired_with_their_rows_or_refused():
    layer, labels = pd.Series(np.random.default_rng(0).normal(size=200)), pd.Series(np.arange(200) % 2)
    assert math.isfinite(label_information(layer, labels).nats)
    with pytest.raises(ValueError, match="x and labels must have the same index"):
        label_information(layer, labels[::-1])
