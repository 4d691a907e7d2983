"""Networks trained as one model are those trained one by one, and what is known of each is right."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from szilard.bottleneck import (
    Configuration,
    Descent,
    Samples,
    StochasticNetworks,
    batch_information,
    blobs,
    learner_table,
    rivals,
    swag,
    train_ensemble,
)
from szilard.rng import spawn, torch_generator

specification = importlib.util.spec_from_file_location("plain", Path(__file__).with_name("plain.py"))
plain = importlib.util.module_from_spec(specification)
specification.loader.exec_module(plain)

SHORT = Descent(steps=40, collect_from=25, rank=6)
MIXED = [
    Configuration(width=8, decay=0.05, control=5e-3, draw=1, seed=3),
    Configuration(width=8, control=5e-2, target=0.7, draw=0, seed=4),
    Configuration(width=8, decay=0.01, draw=2, seed=3),
    Configuration(width=12, draw=1, seed=3, permuted=True),
]


def trained(configurations, descent=SHORT, **options):
    return train_ensemble(configurations, descent, device="cpu", draws=options.pop("draws", 3), **options)


@pytest.fixture(scope="module")
def mixed():
    return trained(MIXED)


def alone(configuration, descent=SHORT, draws=3):
    """The same network in a plain loop, from the same first weights and with the same noise."""
    first, training, live = (torch_generator(stream) for stream in spawn(configuration.seed, 3))
    samples, half = blobs(configuration.draw), configuration.width // 2
    samples = samples.permuted(configuration.draw) if configuration.permuted else samples
    start = StochasticNetworks(configuration.width, [first], torch.float64, 2, 5).flat()[0]
    network = plain.PlainNetwork(configuration.width).double()
    for parameter in network.ordered():
        values, start = start[: parameter.numel()], start[parameter.numel() :]
        parameter.data = values.view(*reversed(parameter.shape)).T.contiguous() if parameter.dim() == 2 else values

    def noise(count, n, stream):
        blocks = [min(25, count - start) for start in range(0, count, 25)]
        return torch.cat([torch.randn(b, n, half, dtype=torch.float64, generator=stream) for b in blocks])

    trace = plain.train(network, samples, configuration, descent, noise(descent.steps, 50, training))
    seen = plain.scores(network, *samples.train, noise(draws, 50, live))
    return trace, seen, plain.scores(network, *samples.test, noise(draws, 250, live))


@pytest.mark.parametrize("index", range(len(MIXED)))
def test_an_ensemble_is_its_networks_in_a_plain_loop(mixed, index):
    trace, seen, unseen = alone(MIXED[index])
    learner = mixed[index]
    np.testing.assert_allclose(learner.weights, trace["snapshots"][-1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(learner.multipliers, trace["multipliers"], rtol=0, atol=1e-9)
    from_step = 0 if MIXED[index].control else -1
    np.testing.assert_allclose(learner.informations[from_step:], trace["informations"][from_step:], rtol=0, atol=1e-9)
    np.testing.assert_allclose([learner.train_loss, learner.train_accuracy], seen, rtol=0, atol=1e-9)
    np.testing.assert_allclose([learner.test_loss, learner.test_accuracy], unseen, rtol=0, atol=1e-9)
    posterior = swag(trace["snapshots"], rank=SHORT.rank)
    for part in ("mean", "diag", "lowrank"):
        np.testing.assert_allclose(getattr(learner.posterior, part), getattr(posterior, part), rtol=0, atol=1e-9)


def test_company_and_order_do_not_matter(mixed):
    for options in ({"fleet": 1}, {}):
        for learner, again in zip(mixed, reversed(trained(MIXED[::-1], **options)), strict=True):
            np.testing.assert_allclose(again.weights, learner.weights, rtol=0, atol=1e-10)
            assert again.configuration == learner.configuration and again.gap == pytest.approx(learner.gap, abs=1e-10)


def test_equal_seeds_give_equal_bits(mixed):
    for learner, again in zip(mixed, trained(MIXED), strict=True):
        assert np.array_equal(again.weights, learner.weights) and again.test_loss == learner.test_loss


def test_seeds_and_draws_make_networks_different():
    base, seed, draw = trained([Configuration(width=8, seed=s, draw=d) for s, d in ((0, 0), (1, 0), (0, 1))])
    assert abs(base.weights - seed.weights).max() > 0.1 and abs(base.weights - draw.weights).max() > 0.01


def test_control_brings_the_information_to_its_target():
    """Left alone, Î on the training points comes near its ceiling ln 50, and with much decay falls to 2; controlled,
    both go to the target, and λ has the sign that this takes."""
    settings = [(0.0, 0.0, 1.0), (0.0, 1e-2, 1.0), (0.1, 0.0, 2.5), (0.1, 1e-2, 2.5)]
    configurations = [Configuration(16, decay=d, control=c, target=t) for d, c, t in settings]
    free, low, decayed, high = trained(configurations, Descent(steps=600, collect_from=500))
    assert 3 < free.informations[-1] <= math.log(50) and decayed.informations[-1] < 2.2
    assert low.informations[-100:].mean() == pytest.approx(1.0, abs=0.1) and low.multipliers[-1] < 0
    assert high.informations[-100:].mean() == pytest.approx(2.5, abs=0.1) and high.multipliers[-1] > 0
    assert not free.multipliers.any() and not decayed.multipliers.any()


def test_weight_decay_and_control_narrow_the_gap():
    """Means over eight draws of data, at the published settings; decay of 0.01 as against none, and a target of 1.5."""
    settings = [(0.0, 0.0), (0.01, 0.0), (0.0, 5e-4)]
    configurations = [Configuration(32, decay=d, control=c, draw=i) for d, c in settings for i in range(8)]
    rows = learner_table(trained(configurations, Descent(), draws=64))
    free, decayed, controlled = (part for _, part in rows.groupby(np.repeat(range(3), 8)))
    assert free.gap.mean() > decayed.gap.mean() > 0 and free.gap.mean() > controlled.gap.mean() > 0
    assert controlled.information.mean() < 2.5 < decayed.information.mean() < free.information.mean()
    assert rows.train_accuracy.min() > 0.85


def test_networks_of_shuffled_labels_do_not_generalise():
    (learner,) = trained([Configuration(width=32, permuted=True)], Descent())
    assert 0.1 < learner.test_accuracy < 0.3 and learner.gap > 0


def test_layers_are_normal_channels(mixed):
    learner = mixed[0]
    layers = learner.codes(noise=0.25)
    assert [layer.name for layer in layers] == ["layer 1", "layer 2", "layer 3", "code"]
    assert [layer.means.shape for layer in layers] == [(500, 8), (500, 8), (500, 4), (500, 4)]
    network = plain.PlainNetwork(8).double()
    start = torch.from_numpy(learner.weights)
    for parameter in network.ordered():
        values, start = start[: parameter.numel()], start[parameter.numel() :]
        parameter.data = values.view(*reversed(parameter.shape)).T if parameter.dim() == 2 else values
    x = torch.from_numpy(learner.samples.wide[0])
    q, hidden = network(x), nn.Sequential(*network.mean[:4])(x)
    np.testing.assert_allclose(layers[3].means, q.loc.detach(), atol=1e-12)
    np.testing.assert_allclose(layers[3].variances, q.variance.detach(), atol=1e-12)
    np.testing.assert_allclose(layers[1].means, hidden.detach(), atol=1e-12)
    assert (layers[1].variances == 0.25).all()
    assert learner.codes(points=[[0.0, 1.0]])[3].means.shape == (1, 4)
    norms = [float(parameter.detach().norm()) for parameter in network.parameters()]
    np.testing.assert_allclose(np.sort(learner.norms), np.sort(norms))
    assert learner.weights[learner.encoder].size == learner.weights.size - 4 * 5 - 5


def test_rivals_know_sizes_and_norms_only(mixed):
    found = rivals(mixed, rng=1)
    # networks of widths 8 and 12: two encoders 2-h-h-h/2-h/2 and a head of five classes
    assert found["parameters"].tolist() == [2 * (24 + 72 + 36 + 20) + 25] * 3 + [2 * (36 + 156 + 78 + 42) + 35]
    assert found["sum of norms"][0] == pytest.approx(mixed[0].norms.sum())
    assert found["log product of norms"][1] == pytest.approx(math.log(mixed[1].norms.prod()))
    assert np.array_equal(found["noise"], rivals(mixed, rng=1)["noise"])
    rows = learner_table(mixed)
    assert rows.draw.tolist() == [1, 0, 2, 1] and np.allclose(rows.gap, rows.test_loss - rows.train_loss)


@pytest.mark.parametrize(("spread", "expected"), [(1e-4, math.log(9)), (1e6, 0.0)])
def test_information_of_a_batch_lies_between_nothing_and_its_ceiling(spread, expected):
    mean = torch.randn(2, 9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    deviation = torch.full_like(mean, spread)
    z = mean + deviation * torch.randn(2, 9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    found = batch_information(z + 100, mean + 100, deviation)
    assert (found <= math.log(9) + 1e-12).all()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_single_precision_is_near_double(mixed):
    single = trained(MIXED, dtype=torch.float32)
    for learner, other in zip(mixed, single, strict=True):
        assert other.test_loss == pytest.approx(learner.test_loss, rel=1e-4)
        assert other.weights.dtype == np.float64


@pytest.mark.gpu
def test_a_card_trains_like_the_processor():
    """Streams differ, so that means over draws and seeds are compared: within a tenth of the loss."""
    configurations = [Configuration(32, draw=draw, seed=seed) for draw in range(8) for seed in range(4)]
    host, card = (
        learner_table(train_ensemble(configurations, device=device)).mean(numeric_only=True)
        for device in ("cpu", "cuda")
    )
    assert card.test_loss == pytest.approx(host.test_loss, rel=0.1)
    assert card.train_accuracy == pytest.approx(host.train_accuracy, abs=0.02)


def test_blobs_have_the_centres_of_scikit_learn_and_share_no_point():
    from sklearn.datasets import make_blobs

    samples = blobs(2)
    _, _, centres = make_blobs(50, centers=5, random_state=2, return_centers=True)
    points, labels = (np.concatenate(parts) for parts in zip(samples.train, samples.test, samples.wide, strict=True))
    means = np.stack([points[labels == c].mean(0) for c in range(5)])
    assert abs(means - centres).max() < 5 * 0.7 / math.sqrt(160)
    assert len(np.unique(points, axis=0)) == 800
    assert points[labels == 0].std(0, ddof=1) == pytest.approx([0.7, 0.7], rel=0.25)
    for (_, y), each in zip((samples.train, samples.test, samples.wide), (10, 50, 100), strict=True):
        assert np.bincount(y).tolist() == [each] * 5


def test_shuffled_labels_keep_points_and_counts():
    samples = blobs(0)
    shuffled = samples.permuted(1)
    assert np.array_equal(shuffled.train[0], samples.train[0]) and not np.array_equal(
        shuffled.train[1], samples.train[1]
    )
    assert np.bincount(shuffled.test[1]).tolist() == [50] * 5


def test_a_training_that_diverges_is_refused_by_name():
    with pytest.raises(ValueError, match=r"lr and control must let .* control=1000000.0.* left the finite numbers"):
        trained([Configuration(width=8), Configuration(width=8, control=1e6)], Descent())


def test_data_of_ones_own():
    rng = np.random.default_rng(0)

    def halves(draw):
        x = rng.standard_normal((30, 3))
        y = (x[:, 0] > 0).astype(int)
        return Samples((x[:10], y[:10]), (x[10:20], y[10:20]), (x[20:], y[20:]))

    (learner,) = trained([Configuration(width=4)], data=halves)
    assert learner.codes()[0].means.shape == (10, 4) and learner.network.head.weight.shape == (1, 2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Configuration(width=7), "width must be even; got 7"),
        (lambda: Configuration(decay=-1.0), "decay must be a finite number ≥ 0; got -1.0"),
        (lambda: Configuration(seed=-1), "seed must be an integer ≥ 0; got -1"),
        (lambda: Descent(steps=205), "steps must be an integer ≥ 210; got 205"),
        (lambda: Descent(momentum=1.0), "momentum must lie in"),
        (lambda: train_ensemble([]), "configurations must hold at least one; got none"),
        (lambda: trained([Configuration(width=4)], fleet=0), "fleet must be an integer ≥ 1; got 0"),
        (lambda: blobs(-1), "draw must be an integer ≥ 0; got -1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_draws_of_unequal_sizes_are_refused():
    def growing(draw):
        return Samples(*((x[: 40 + draw], y[: 40 + draw]) for x, y in (blobs(0).train, blobs(0).test, blobs(0).wide)))

    with pytest.raises(ValueError, match="data must have the same shapes in every draw"):
        trained([Configuration(width=4, draw=d) for d in (0, 1)], data=growing)
