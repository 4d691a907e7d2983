"""Score networks: members of a fleet that never mix, roles and times as described, plain layers as references."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from szilard.diffusion import Architecture, ScoreModel, ScoreNetwork, VPDiffusion
from szilard.diffusion.network import _GroupNorm, time_features
from szilard.fleets import BLOCK, Stepper

DIMS = (2, 1)
KINDS = pytest.mark.parametrize("kind", ["residual", "modulated", "published"])


def streams(*seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def shaken(fleet=1, architecture=Architecture(hidden=16), dims=DIMS):
    """A network none of whose parameters is zero."""
    network = ScoreNetwork(dims, architecture, streams(*range(fleet)))
    with torch.no_grad():
        for i, parameter in enumerate(network.parameters()):
            parameter.add_(0.3 * normal(*parameter.shape, seed=100 + i))
    return network.requires_grad_(False)


@pytest.mark.parametrize(
    "architecture", [Architecture(), Architecture("modulated"), Architecture("published", 16, time="raw")]
)
def test_an_untrained_network_predicts_nothing(architecture):
    network = ScoreNetwork(DIMS, architecture, streams(1, 2))
    out = network(normal(2, 5, 3), normal(2, 5, architecture.features(2)))
    assert out.shape == (2, 5, 3) and not out.any()


@KINDS
def test_members_of_a_fleet_never_mix(kind):
    network, x, features = shaken(3, Architecture(kind, 16)), normal(3, 5, 3), normal(3, 5, 4, seed=1)
    before = network(x, features)
    x[1], features[1] = 7.0, -3.0
    after = network(x, features)
    assert torch.equal(before[[0, 2]], after[[0, 2]]) and not torch.equal(before[1], after[1])


@KINDS
def test_gradients_of_a_member_stay_with_it(kind):
    network = shaken(3, Architecture(kind, 16)).requires_grad_(True)
    network(normal(3, 5, 3), normal(3, 5, 4))[1].square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad[1].any(), name
        assert not parameter.grad[[0, 2]].any(), name


def test_a_member_starts_like_the_network_of_its_stream_alone():
    fleet, alone = (ScoreNetwork(DIMS, Architecture(), streams(4, 5)), ScoreNetwork(DIMS, Architecture(), streams(5)))
    for together, single in zip(fleet.parameters(), alone.parameters(), strict=True):
        assert torch.equal(together[1], single[0])


def test_rows_of_a_batch_do_not_interact():
    network, x, features = shaken(), normal(1, 6, 3), normal(1, 6, 4)
    order = torch.tensor([3, 1, 5, 0, 4, 2])
    torch.testing.assert_close(network(x, features)[:, order], network(x[:, order], features[:, order]))


def test_group_norm_is_that_of_torch():
    norm, x = _GroupNorm(32, 2, torch.float64), 3 * normal(2, 7, 32) + 1
    with torch.no_grad():
        norm.scale.copy_(normal(2, 1, 32, seed=1))
        norm.shift.copy_(normal(2, 1, 32, seed=2))
    for member in range(2):
        expected = F.group_norm(x[member], 8, norm.scale[member, 0], norm.shift[member, 0])
        torch.testing.assert_close(norm(x)[member], expected, rtol=1e-12, atol=1e-12)


def affine(layer, h):
    return h @ layer.weight[0] + layer.bias[0]


def normalised(norm, h):
    return F.group_norm(h, 8, norm.scale[0, 0], norm.shift[0, 0])


def residual(block, h, told):
    return h + 0.7 * affine(block.inner, F.silu(h + affine(block.time, told)))


def published(block, h, told):
    inner = h
    for norm, layer, time in zip(block.norms, block.inner, block.time, strict=True):
        inner = affine(layer, F.silu(normalised(norm, inner))) + affine(time, told)
    return affine(block.skip, h) + inner


@KINDS
def test_the_network_is_the_described_chain_of_layers(kind):
    """Forward pass written out with plain matrix products, two blocks."""
    network = shaken(architecture=Architecture(kind, hidden=16, blocks=2))
    x, features = normal(1, 5, 3), normal(1, 5, 4)
    if kind == "published":
        first, _, second = network.time
        told, entering = affine(second, F.gelu(affine(first, features[0]))), x[0]
    else:
        told, entering = affine(network.time, features[0]), torch.hstack([x[0], features[0]])
    told, h = F.silu(told), affine(network.enter, entering)
    if kind == "modulated":
        lengths = torch.stack([(x[0, :, :2].square().sum(1) - 2) / 2, (x[0, :, 2].square() - 1) / 2**0.5], dim=1)
        gate = network.modulation
        h = h * (1 + affine(gate.out, F.silu(affine(gate.told, torch.hstack([features[0], lengths])))))
    for layer in network.blocks:
        h = (published if kind == "published" else residual)(layer, h, told)
    if kind != "modulated":
        h = F.silu(normalised(network.last[0], h) if kind == "published" else h)
    torch.testing.assert_close(network(x, features)[0], affine(network.leave, h), rtol=1e-12, atol=1e-12)


def unexplained(kind, width=25, steps=400):
    """Share of the product of a coordinate and the length of its vector that training leaves unexplained."""
    network = ScoreNetwork((width,), Architecture(kind, hidden=32), streams(0))
    x = normal(steps + 1, 1, 256, width)
    goals, features = x[..., 0] * (x.square().mean(-1) - 1), torch.zeros(1, 256, 2, dtype=x.dtype)

    def loss(network, x, goals):
        return (network(x, features)[..., 0] - goals).square().mean()

    stepper = Stepper(network, [5e-3] * steps, 0.0, loss)
    for start in range(0, steps, BLOCK):
        stepper.advance((x[start : start + BLOCK], goals[start : start + BLOCK]), start)
    with torch.no_grad():
        return float(loss(stepper.network, x[-1], goals[-1]) / goals[-1].square().mean())


def test_a_product_with_a_length_is_easy_for_the_modulated_network_alone():
    assert unexplained("modulated") < 0.02 and unexplained("residual") > 0.06


@pytest.mark.parametrize(("coordinates", "width"), [(2, 64), (10, 64), (11, 128), (50, 128), (51, 256), (100, 256)])
def test_published_widths(coordinates, width):
    assert Architecture().width(coordinates) == width
    assert Architecture(hidden=24).width(coordinates) == 24


def test_raw_time_says_t_for_diffused_zero_for_conditions_and_one_for_absent():
    features = time_features(torch.tensor([0.3, 0.6]), [(1, 0, -1), (-1, 1, 1)], "raw", VPDiffusion())
    torch.testing.assert_close(features, torch.tensor([[0.3, 0.0, 1.0], [1.0, 0.6, 0.6]]))


def test_log_snr_features_hold_the_level_of_the_diffused_and_every_role():
    t, process = torch.tensor([0.3, 0.6], dtype=torch.float64), VPDiffusion()
    features = time_features(t, [(1, 0), (-1, 1)], "log-snr", process)
    levels = process.log_snr(t) / 10
    expected = [[levels[0], 0, 1, 0], [0, levels[1], -1, 1]]
    torch.testing.assert_close(features, torch.tensor(expected, dtype=torch.float64))
    assert features.shape[-1] == Architecture().features(2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_features_are_finite_at_time_zero(dtype):
    """In float32 one uniform number in about 2^24 is exactly zero; one infinite feature would end a training."""
    assert bool(time_features(torch.zeros(1, dtype=dtype), [(1, 0)], "log-snr", VPDiffusion()).isfinite().all())


@pytest.mark.parametrize("time", ["log-snr", "raw"])
def test_predictions_ignore_what_is_absent_and_are_zero_outside_the_diffused(time):
    model = ScoreModel(shaken(architecture=Architecture(hidden=16, time=time), dims=(1, 2, 1)))
    x, t = normal(6, 4), torch.linspace(0.1, 1, 6).double()
    before = model.noise(x, t, (1, -1, 0))
    assert before[:, 0].all() and not before[:, 1:].any()
    x[:, 1:3] = 9.0
    assert torch.equal(before, model.noise(x, t, (1, -1, 0)))
    x[:, 3] = 9.0
    assert not torch.equal(before, model.noise(x, t, (1, -1, 0)))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"kind": "mlp"}, "kind"),
        ({"hidden": 12}, "multiple of 8"),
        ({"hidden": 0}, "hidden"),
        ({"blocks": 0}, "blocks"),
        ({"time": "sin"}, "time"),
    ],
)
def test_shapes_that_cannot_be_built_are_refused(settings, named):
    with pytest.raises(ValueError, match=named):
        Architecture(**settings)
