"""Stacked layers are as many separate ones, drawn from the streams of their members."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from szilard.fleets import Linear, Perceptron
from szilard.fleets.layers import _Affine, _pieces


def streams(*seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def test_members_are_affine_maps_of_their_own():
    layer = Linear(3, 5, streams(1, 2), torch.float64, 1.0)
    x = torch.randn(2, 7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for i in range(2):
        alone = F.linear(x[i], layer.weight[i].T, layer.bias[i, 0])
        torch.testing.assert_close(layer(x)[i], alone, rtol=1e-12, atol=1e-12)


def test_a_member_starts_as_it_would_alone():
    together, alone = (Linear(3, 5, s, torch.float64, 1.0) for s in (streams(1, 2), streams(2)))
    assert torch.equal(together.weight[1], alone.weight[0]) and torch.equal(together.bias[1], alone.bias[0])


def test_first_weights_have_the_spread_of_their_gain():
    """40,000 normal numbers: their standard deviation is known to 0.4 %, four of that are allowed."""
    layer = Linear(400, 100, streams(0), torch.float64, 1.5)
    assert abs(float(layer.weight.detach().std()) * math.sqrt(400) / 1.5 - 1) < 0.015


def test_a_perceptron_is_its_layers_with_silu_between():
    net = Perceptron([2, 8, 8, 3], streams(4), torch.float64, 0.0)
    x = torch.randn(1, 6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert not net(x).any()  # a gain of zero in the last layer
    torch.nn.init.ones_(net.layers[-1].weight)
    hidden = F.silu(net.layers[1](F.silu(net.layers[0](x))))
    torch.testing.assert_close(net(x), net.layers[2](hidden))


@pytest.mark.parametrize("rows", [256, 96, 77])
def test_gradients_of_the_card_are_those_of_the_product(rows):
    """The map that cuts its weight gradients into pieces, against finite differences, on the processor."""
    generator = torch.Generator().manual_seed(3)
    shapes = (2, rows, 3), (2, 3, 4), (2, 1, 4)
    x, weight, bias = (
        torch.randn(shape, dtype=torch.float64, generator=generator, requires_grad=True) for shape in shapes
    )
    assert torch.equal(_Affine.apply(x, weight, bias), torch.baddbmm(bias, x, weight))
    assert torch.autograd.gradcheck(_Affine.apply, (x, weight, bias))


def test_long_sums_are_cut_where_a_card_would_idle():
    shapes = [(27, 64, 64), (600, 64, 64), (54, 256, 256), (1, 256, 256), (27, 16, 64)]
    assert [_pieces(torch.Size(shape), 1024) for shape in shapes] == [16, 1, 1, 16, 16]
    assert [_pieces(torch.Size((2, 8, 8)), rows) for rows in (77, 96, 128, 640)] == [1, 1, 2, 2]
