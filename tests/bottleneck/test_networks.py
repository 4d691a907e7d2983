"""Networks whose layers are tracked: their shapes, noise and first weights, and training beside an independent one."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from szilard.bottleneck import PUBLISHED, NoiseLayer, Stacked, adam_steps, noisy_cnn, perceptron, seeded, with_noise
from szilard.bottleneck.encoders import Noise


def test_cnn_has_the_published_size_and_shapes():
    model, shapes = noisy_cnn(), []
    assert sum(parameter.numel() for parameter in model.parameters()) == 7274
    for layer in model:
        layer.register_forward_hook(lambda _, __, out: shapes.append(tuple(out.shape[1:])))
    with seeded(0):
        output = model(torch.zeros(5, 1, 28, 28))
    assert shapes == [(8, 13, 13), (16, 5, 5), (32,), (32,), (10,)]
    assert torch.allclose(output.exp().sum(1), torch.ones(5), atol=1e-6)


def test_noise_acts_in_evaluation_and_has_its_width():
    x = torch.tensor([0.0, 2.0], dtype=torch.float64).repeat(40_000, 1)
    with seeded(0):
        additive, relative = (NoiseLayer(Noise(0.5, kind)).eval()(x).std(0) for kind in ("additive", "relative"))
    assert additive.numpy() == pytest.approx([0.5, 0.5], rel=0.02)
    assert relative.numpy() == pytest.approx([0.0, 1.0], rel=0.02, abs=1e-15)


def test_a_cnn_is_noisy_unless_told_otherwise():
    x = torch.ones(2, 1, 28, 28)
    for noise, noisy in ((Noise(1e-3), True), (PUBLISHED, True), (None, False)):
        model = noisy_cnn(noise).eval()
        with seeded(0):
            assert torch.equal(model(x), model(x)) is not noisy


def test_seeds_give_the_same_network_and_leave_torch_alone():
    before = torch.get_rng_state()
    weights = [noisy_cnn(rng=seed).L1[2].weight for seed in (3, 3, 4)]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])
    assert torch.equal(torch.get_rng_state(), before)


def test_first_weights_are_cut_off_normal_of_the_outputs_width():
    layers = [part for part in perceptron((400, 100, 25)).modules() if isinstance(part, nn.Linear)]
    for layer, units in zip(layers, (100, 25), strict=True):
        weights = layer.weight.detach().numpy() * np.sqrt(units)
        assert np.abs(weights).max() <= 2 and not layer.bias.any()
        # √(1 − 4 φ(2) / (2 Φ(2) − 1)) is the standard deviation of a standard normal variable cut off at ±2
        assert weights.std() == pytest.approx(0.8796257, rel=4 / np.sqrt(2 * weights.size))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_fleet_computes_what_its_members_do(activation):
    networks = [perceptron((4, 6, 3, 2), activation, rng=seed) for seed in range(3)]
    with torch.no_grad():
        for network in networks:
            network.T1[0].bias.normal_(generator=torch.Generator().manual_seed(1))
    x = torch.randn(3, 7, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    hidden = Stacked(networks, activation).hidden(x)
    for i, network in enumerate(networks):
        value = x[i]
        for layer, outputs in zip(network, hidden, strict=True):
            value = layer(value)
            assert torch.allclose(outputs[i], value, atol=1e-14)


def test_steps_are_those_of_adam_as_published():
    x, y = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 2
    ours, theirs = (perceptron((4, 5, 2), rng=1) for _ in range(2))
    steps, parameters = adam_steps(ours, x, y, batch=60, lr=0.01), list(theirs.parameters())
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]
    for t in range(1, 21):
        loss = F.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(y))
        for p, (mean, square), g in zip(parameters, moments, torch.autograd.grad(loss, parameters), strict=True):
            mean += 0.1 * (g - mean)
            square += 0.001 * (g * g - square)
            p.data -= 0.01 * (mean / (1 - 0.9**t)) / ((square / (1 - 0.999**t)).sqrt() + 1e-8)
        assert next(steps) == pytest.approx(loss.item(), rel=1e-9)


def test_an_epoch_passes_every_sample_once():
    class Recorder(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale, self.rows = nn.Parameter(torch.ones((), dtype=torch.float64)), []

        def forward(self, x):
            self.rows += x[:, 0].tolist()
            return self.scale * x

    model = Recorder()
    steps = adam_steps(model, np.arange(24.0).reshape(12, 2), np.zeros(12, int), batch=4)
    for _ in range(6):
        next(steps)
    first, second = sorted(model.rows[:12]), sorted(model.rows[12:])
    assert first == second == list(np.arange(0.0, 24, 2)) and model.rows[:12] != model.rows[12:]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: perceptron((3,)), "sizes must hold"),
        (lambda: perceptron(activation="tan"), "did you mean 'tanh'"),
        (lambda: adam_steps(perceptron(), np.ones((4, 12)), np.zeros(4, int), batch=5), "batch must be at most the 4"),
        (lambda: adam_steps(perceptron(), np.ones((4, 12)), np.zeros(3, int), batch=2), "one label per sample"),
        (lambda: adam_steps(perceptron(), np.ones((4, 12)), np.zeros(4), batch=2), "integers ≥ 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_noise_can_be_exchanged_without_touching_the_weights():
    noisy = noisy_cnn(Noise(0.5), rng=0).eval()
    x = torch.zeros(2, 1, 28, 28)
    still = with_noise(noisy, None)
    with seeded(0):
        assert torch.equal(still(x), still(x)) and not torch.equal(noisy(x), noisy(x))
    assert torch.equal(still(x), noisy_cnn(None, rng=0).eval()(x))
    louder = with_noise(noisy, Noise(5.0))
    assert [each.noise for each in louder.modules() if isinstance(each, NoiseLayer)] == [Noise(5.0)] * 5
