"""Kernels of wide networks agree with another library, with quadrature and with wide networks that are drawn."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from szilard.leave_one_out import (
    ACTIVATIONS,
    NNGP,
    NTK,
    RBF,
    Expanded,
    Variances,
    edge_of_chaos,
    effective_rank,
    on_sphere,
)

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "lood_kernels.json").read_text())
PAIR = [[1.0, 2.0, -1.0], [0.5, -1.0, 2.0]]


@pytest.mark.parametrize(
    "row", GOLDEN["kernels"], ids=lambda row: f"{row['activation']}-{row['depth']}-{row['bias_std']}"
)
def test_kernels_agree_with_neural_tangents(row: dict) -> None:
    settings = row["activation"], row["depth"], Variances(row["weight_std"] ** 2, row["bias_std"] ** 2)
    for kernel, name in ((NNGP(*settings), "nngp"), (NTK(*settings), "ntk")):
        found = kernel(GOLDEN["inputs"])
        assert found == pytest.approx(np.array(row[name]), rel=1e-9, abs=1e-12)
        assert kernel.diagonal(GOLDEN["inputs"]) == pytest.approx(np.diag(row[name]), rel=1e-9)


def quadrature(function, a: float, b: float, k: float) -> float:
    """E f(u) f(v) by 400 × 400 points of the trapezoidal rule, which is exact to rounding for smooth functions."""
    z = np.linspace(-9, 9, 400)
    weight = np.exp(-z * z / 2) * (z[1] - z[0]) / math.sqrt(2 * math.pi)
    second = k / math.sqrt(a) * z[:, None] + math.sqrt(max(b - k * k / a, 0.0)) * z
    return float(weight @ (function(math.sqrt(a) * z)[:, None] * function(second)) @ weight)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("a", "b", "k"), [(1.0, 1.0, 0.3), (0.2, 1.7, -0.4), (0.7, 0.9, 0.78), (1e-3, 0.5, 0.01)])
def test_moments_agree_with_quadrature(name: str, a: float, b: float, k: float) -> None:
    phi = ACTIVATIONS[name]
    parts = [torch.tensor([[each]], dtype=torch.float64) for each in (a, b, k)]
    truth = quadrature(lambda x: phi(torch.from_numpy(x)).numpy(), a, b, k)
    # the kink of ReLU costs the rule its precision: error of the order of the square of a step
    assert float(phi.moment(*parts)) == pytest.approx(truth, abs=2e-4 if name == "relu" else 1e-9)
    step = 1e-5
    ends = [float(phi.moment(*parts[:2], parts[2] + sign * step)) for sign in (1, -1)]
    assert float(phi.slope(*parts)) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("name", ["erf", "gelu"])
def test_the_expansion_agrees_with_closed_forms(name: str) -> None:
    expanded = Expanded(ACTIVATIONS[name])
    for kind in (NNGP, NTK):
        closed, series = (kind(phi, 3, Variances(1.5, 0.1))(PAIR) for phi in (name, expanded))
        assert series == pytest.approx(closed, abs=1e-8)


def test_the_expansion_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(ValueError, match="Hermite terms; got one of"):
        NNGP("tanh", 1, Variances(400.0))(PAIR)


def test_wide_networks_that_are_drawn_have_the_covariance() -> None:
    """20,000 networks of width 400: covariances within four standard errors and the first correction in 1/width."""
    generator = torch.Generator().manual_seed(0)
    x, count, width = torch.tensor(PAIR, dtype=torch.float64), 20_000, 400
    variances = Variances(1.6, 0.2)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    found = []
    for _ in range(20):
        layer = x @ normal(3, 50 * width).mul_(math.sqrt(1.6 / 3)) + math.sqrt(0.2) * normal(50 * width)
        hidden = torch.tanh(layer).view(2, 50, width)
        readout = normal(count // 1000, 50, width) * math.sqrt(1.6 / width)
        found.append(torch.einsum("nbw,rbw->nrb", hidden, readout) + math.sqrt(0.2) * normal(count // 1000, 50))
    outputs = torch.cat(found, 1).reshape(2, -1).numpy()
    products = outputs[0] * outputs[1]
    truth = NNGP("tanh", 1, variances)(PAIR)
    assert products.mean() == pytest.approx(truth[0, 1], abs=4 * products.std() / math.sqrt(products.size))
    assert outputs.var(1) == pytest.approx(np.diag(truth), rel=4 * math.sqrt(2 / products.size))


def test_correlations_of_random_relu_networks_approach_one_as_known() -> None:
    def correlations(name: str, depth: int, start: float) -> float:
        x = [[math.sqrt(2), 0.0], [math.sqrt(2) * start, math.sqrt(2 - 2 * start**2)]]
        return float(NNGP(name, depth, edge_of_chaos(name), first=Variances(1.0))(x)[0, 1])

    known = {1: 0.318310, 2: 0.493731, 3: 0.604826, 4: 0.680953, 10: 0.871536, 50: 0.987862}
    for depth, value in known.items():
        assert correlations("relu", depth, 0.0) == pytest.approx(value, abs=1e-6)
    assert 2000**2 * (1 - correlations("relu", 2000, 0.3)) == pytest.approx(43.68, abs=0.01)
    assert 9 * math.pi**2 / 2 == pytest.approx(44.413, abs=1e-3)
    assert 2000 * (1 - correlations("gelu", 2000, 0.3)) == pytest.approx(3.30, abs=0.01)


def test_zero_vectors_and_duplicates_are_no_trouble() -> None:
    x = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    for name in ACTIVATIONS:
        for kind in (NNGP, NTK):
            found = kind(name, 3)(x)
            assert np.isfinite(found).all() and (found == found.T).all()
            assert found[0, 0] == found[0, 2] or found[0, 0] == pytest.approx(found[0, 2], rel=1e-12)
    assert (NNGP("relu", 3)(x)[1] == 0).all()


def test_gradients_stay_finite_where_a_query_meets_a_record() -> None:
    x = torch.tensor([[0.5, 1.0]], dtype=torch.float64, requires_grad=True)
    for kernel in (NNGP("relu", 5), NNGP("gelu", 5), NNGP("erf", 2), NNGP("tanh", 2), RBF(2.0)):
        value = kernel.covariance(x, x.detach()).sum()
        (gradient,) = torch.autograd.grad(value, x)
        assert torch.isfinite(gradient).all()
    relu = NNGP("relu", 5).covariance(x, x.detach()).sum()  # degree one in x: Euler's theorem
    (gradient,) = torch.autograd.grad(relu, x)
    assert float((gradient * x.detach()).sum()) == pytest.approx(float(relu.detach()), rel=1e-9)


def test_networks_without_biases_do_not_see_scale() -> None:
    kernel, x = NNGP("relu", 4), np.array(PAIR)
    assert kernel(3 * x, x) == pytest.approx(3 * kernel(x), rel=1e-9)


def test_orthogonal_transforms_of_the_inputs_change_nothing() -> None:
    rng = np.random.default_rng(0)
    x, turn = rng.normal(size=(5, 4)), np.linalg.qr(rng.normal(size=(4, 4)))[0]
    for kernel in (NNGP("gelu", 3), NTK("relu", 2), RBF(3.0)):
        assert kernel(x @ turn) == pytest.approx(kernel(x), abs=1e-12)


def test_edge_of_chaos_keeps_the_variance() -> None:
    assert edge_of_chaos("gelu").weight == pytest.approx(1.48111**2, abs=1e-5 * 3)
    assert edge_of_chaos("gelu").bias == pytest.approx(0.06719, abs=1e-5)
    assert edge_of_chaos("gelu", 0.01).weight == pytest.approx(1.9755**2, abs=1e-3)
    for name in ACTIVATIONS:
        kernel = NNGP(name, 7, edge_of_chaos(name), first=Variances(1.0))
        assert kernel.diagonal(on_sphere(PAIR)) == pytest.approx([1.0, 1.0], abs=1e-9)


def test_what_is_no_kernel_is_refused() -> None:
    for make, message in (
        (lambda: NNGP("swish"), "activation must be one of"),
        (lambda: NNGP(depth=-1), "depth"),
        (lambda: Variances(0.0), "weight"),
        (lambda: Variances(1.0, -1.0), "bias must be a variance"),
        (lambda: RBF(0.0), "gamma"),
        (lambda: RBF()([[1.0]], [[1.0, 2.0]]), "equal columns; got 1 and 2"),
        (lambda: on_sphere([[0.0, 0.0]]), "no row of zeros; got 1"),
        (lambda: edge_of_chaos("relu", -1.0), "q"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


def test_effective_rank_counts_directions() -> None:
    assert effective_rank(np.diag([1.0, 1.0, 0.0])) == pytest.approx(2.0)
