"""Training side by side is training alone: against torch, against itself, on any processor, and under symmetries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.adam import adam

from szilard.compendium.processors import PROCESSORS
from szilard.scaling import (
    ACTIVATIONS,
    SQUARE,
    Budget,
    Target,
    _batched,
    _loops,
    activate,
    initial,
    join,
    sum_of_squares,
    train_ensemble,
    training_path,
)
from szilard.scaling.activations import code, torch_activation

LIBRARY = Path(__file__).resolve().parents[2] / "lib"
SHORT = Budget(200, (1e-2, 1e-3), 33)
TORCH = {"silu": nn.SiLU(), "relu": nn.ReLU(), "leaky relu": nn.LeakyReLU(0.01), "gelu": nn.GELU("tanh"),
    "tanh": nn.Tanh(), "softplus": nn.Softplus(threshold=100)}  # fmt: skip


def alone(ensemble, member: int, budget: Budget) -> Callable[[torch.Tensor], torch.Tensor]:
    """One network as torch's own layers, gradients and optimiser train it."""
    start = (ensemble.w[member], ensemble.b[member], ensemble.v[member][None], ensemble.c[member : member + 1])
    parameters = [torch.tensor(each, requires_grad=True) for each in start]

    def net(x: torch.Tensor) -> torch.Tensor:
        hidden = TORCH[ensemble.activation](nn.functional.linear(x, *parameters[:2]))
        return nn.functional.linear(hidden, *parameters[2:])[:, 0]

    points = ensemble.target.points(budget.n_points)
    x, y = torch.tensor(points), torch.tensor(ensemble.target(points))
    mean, square = ([torch.zeros_like(each) for each in parameters] for _ in range(2))
    counts = [torch.zeros(()) for _ in parameters]
    for rate in budget.rates():
        gradients = torch.autograd.grad(nn.functional.mse_loss(net(x), y), parameters)
        with torch.no_grad():
            adam(
                parameters, list(gradients), mean, square, [], counts, amsgrad=False, beta1=0.9, beta2=0.999,
                lr=float(rate), weight_decay=0.0, eps=1e-8, maximize=False, foreach=False,
            )  # fmt: skip
    return net


@pytest.mark.parametrize(("activation", "dim"), [("silu", 1), ("relu", 1), ("gelu", 1), ("tanh", 2), ("silu", 3)])
def test_a_fleet_is_the_networks_that_torch_trains_alone(activation, dim):
    target = sum_of_squares(dim)
    start = initial(target, 5, 40, activation, rng=1)
    trained = training_path(start, SHORT, [SHORT.steps])[0]
    x = target.points(17)
    for member in (0, 35):
        expected = alone(start, member, SHORT)(torch.tensor(x)).detach().numpy()
        np.testing.assert_allclose(trained.predict(x)[member], expected, atol=1e-10)


def test_neighbours_do_not_matter_to_the_last_bit():
    many = train_ensemble(SQUARE, 6, 70, budget=SHORT, rng=3)
    few = train_ensemble(SQUARE, 6, 3, budget=SHORT, rng=3)
    np.testing.assert_array_equal(many[:3].w, few.w)
    np.testing.assert_array_equal(many[:3].predict([0.3, -1.0]), few.predict([0.3, -1.0]))


def test_a_path_passes_through_what_a_shorter_walk_reaches():
    start = initial(SQUARE, 4, 5, rng=2)
    path = training_path(start, SHORT, [0, 60, 200])
    np.testing.assert_array_equal(path[0].v, start.v)
    np.testing.assert_array_equal(path[-1].v, training_path(start, SHORT, [200])[0].v)
    assert (path[1].v != path[2].v).all()


def test_all_processors_agree_to_the_last_bit():
    """Training magnifies rounding; the loops round the same way with and without vectors and fused products."""
    script = (
        "from szilard.scaling import *; e = train_ensemble(SQUARE, 3, 9, budget=Budget(2000)); "
        "print(e.w.tobytes().hex(), e.c.tobytes().hex())"
    )
    said = set()
    for held in (PROCESSORS[0], PROCESSORS[2]):
        environment = {**os.environ, **held.variables, "PYTHONPATH": str(LIBRARY)}
        command = [sys.executable, "-c", script]
        said.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(said) == 1 and len(said.pop()) > 100


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_two_paths_are_one(activation):
    start = initial(sum_of_squares(2), 4, 6, activation, rng=5)
    x, budget = start.target.points(25), Budget(60, n_points=25)
    inputs = (x, start.target(x), budget.rates(), code(activation))
    expected = training_path(start, budget, [20, 60])
    before = start._theta.copy()
    for ours, theirs in zip(expected, _batched.train(start._theta, *inputs, "cpu", [20, 60]), strict=True):
        np.testing.assert_allclose(ours._theta, theirs, atol=1e-10)
    np.testing.assert_array_equal(start._theta, before)


@pytest.mark.gpu
@pytest.mark.parametrize("activation", ["silu", "relu"])
def test_a_card_trains_the_same_networks(activation):
    budget = Budget(400, n_points=65)
    host = train_ensemble(SQUARE, 16, 50, activation, budget=budget)
    card = train_ensemble(SQUARE, 16, 50, activation, budget=budget, device="cuda")
    apart = np.abs(
        np.log(host.loss() / card.loss())
    )  # in single precision the processor is off by a hundred-thousandth
    assert (apart < 1e-3).mean() > 0.95
    assert abs(np.log(np.median(host.loss()) / np.median(card.loss()))) < 1e-3


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "square"])
def test_activations_and_gradients_are_those_of_torch(activation):
    z = np.linspace(-30, 30, 400)
    x = torch.tensor(z, requires_grad=True)
    expected = TORCH[activation](x)
    slope = torch.autograd.grad(expected.sum(), x)[0]
    ours, theirs = activate(activation, z), torch_activation(code(activation), torch.tensor(z))
    for h, d in (ours, theirs):
        np.testing.assert_allclose(h, expected.detach(), rtol=1e-12, atol=2e-14)
        np.testing.assert_allclose(d, slope, rtol=1e-12, atol=2e-14)


def test_the_exponential_is_right_to_the_last_digits():
    z = np.linspace(-40, 40, 4001)
    h, _ = activate("silu", z)
    np.testing.assert_allclose(h, z / (1 + np.exp(-z)), rtol=1e-15, atol=1e-300)
    assert np.isfinite(activate("silu", [-1e4, 1e4])).all()


def test_gradients_are_those_of_autograd():
    start = initial(sum_of_squares(2), 7, 4, "gelu", rng=7)
    x = torch.tensor(start.target.points(19))
    y = (x * x).sum(1)
    state = torch.tensor(start._theta.T.copy(), requires_grad=True)
    parts, kind = _batched._parts(state, 2), code("gelu")
    w, b, v, c = parts
    outputs = v.unsqueeze(2) * nn.functional.gelu(torch.einsum("mkn,pk->mnp", w, x) + b[..., None], approximate="tanh")
    loss = ((outputs.sum(1) + c - y) ** 2).mean(1).sum()
    expected = torch.autograd.grad(loss, state)[0]
    ours = _batched._gradients(*parts, x, _batched._slope(*parts, x, y, kind), kind)
    np.testing.assert_allclose(ours.detach(), expected, atol=1e-12)


def test_the_order_of_neurons_does_not_matter_and_relu_scales():
    ensemble = initial(SQUARE, 6, 3, "relu", rng=4)
    order = np.array([3, 1, 5, 0, 2, 4])
    moved = replace(ensemble, w=ensemble.w[:, order], b=ensemble.b[:, order], v=ensemble.v[:, order])
    scaled = replace(ensemble, w=4 * ensemble.w, b=4 * ensemble.b, v=ensemble.v / 4)
    x = np.linspace(-2, 2, 50)
    np.testing.assert_allclose(moved.predict(x), ensemble.predict(x), atol=1e-14)
    np.testing.assert_array_equal(scaled.predict(x), ensemble.predict(x))
    silu = replace(scaled, activation="silu")
    assert not np.allclose(silu.predict(x), replace(ensemble, activation="silu").predict(x))


def test_a_mirrored_start_ends_mirrored():
    start = initial(SQUARE, 4, 6, rng=8)
    first = training_path(start, SHORT, [200])[0]
    second = training_path(replace(start, w=-start.w), SHORT, [200])[0]
    x = np.linspace(-2, 2, 41)
    np.testing.assert_allclose(second.predict(-x), first.predict(x), atol=1e-8)


def test_even_and_odd_parts_add_up():
    ensemble = train_ensemble(SQUARE, 4, 10, budget=SHORT)
    x = SQUARE.points(1001)
    even = (ensemble.predict(x) + ensemble.predict(-x)) / 2 - SQUARE(x)
    np.testing.assert_allclose(ensemble.mean_square(even) + ensemble.odd_energy(), ensemble.loss(), rtol=1e-12)


def test_relu_on_a_larger_domain_is_the_same_network_enlarged():
    small = initial(Target("x²", a=1.0), 4, 5, "relu", rng=6)
    large = replace(small, target=Target("x²", a=3.0), w=3 * small.w, b=9 * small.b, c=9 * small.c)
    np.testing.assert_allclose(large.loss(), 81 * small.loss(), rtol=1e-12)


def test_a_training_learns_and_streams_are_separate():
    trained = train_ensemble(SQUARE, 8, 64, budget=Budget(1500))
    assert np.median(trained.loss()) < 0.05 < np.median(initial(SQUARE, 8, 64).loss())
    assert len(np.unique(trained.c)) == 64


def test_few_training_points_flatter_a_wide_network():
    ensemble = train_ensemble(SQUARE, 32, 16, "relu", budget=Budget(3000, n_points=5))
    assert np.median(ensemble.loss(5)) < 0.5 * np.median(ensemble.loss())


def test_lattices_are_even_and_kept_apart():
    points = sum_of_squares(3).points(4096)
    assert np.abs(points).max() <= 2 and np.abs(points.mean(axis=0)).max() < 0.01
    np.testing.assert_allclose((points**2).mean(axis=0), 4 / 3, rtol=0.01)
    assert not np.isclose(points, sum_of_squares(3).points(4096, shift=0.25)).all(axis=1).any()


def test_ensembles_join_and_take_apart():
    parts = [initial(SQUARE, 3, 4, rng=seed) for seed in (0, 1)]
    whole = join(parts)
    assert len(whole) == 8 and len(whole[[1, 2]]) == 2 and len(whole[whole.c > 9]) == 0
    np.testing.assert_array_equal(whole[4:].w, parts[1].w)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: initial(SQUARE, 0, 2), "width must be"),
        (lambda: initial(SQUARE, 2, 2, "sillu"), "activation must be one of .* did you mean|activation must be"),
        (lambda: initial(SQUARE, 2, 2).predict([[1.0, 2.0]]), "x must have 1 columns"),
        (lambda: initial(SQUARE, 2, 2).predict([np.nan]), "finite"),
        (lambda: training_path(initial(SQUARE, 2, 2), SHORT, [5, 2]), "at must be increasing"),
        (lambda: Budget(steps=-1), "steps must be"),
        (lambda: Budget(lr=(0.0, 1.0)), "lr must be"),
        (lambda: replace(initial(SQUARE, 2, 2), v=np.ones((2, 3))), "v must have shape"),
        (lambda: initial(SQUARE, 2, 2).concat(3), "k must be at most"),
        (lambda: join([]), "parts must hold"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_compiled_gradient_follows_the_loss():
    """One step of the loops from rest has the sign of the gradient, by finite differences."""
    start = initial(SQUARE, 2, 1, rng=9)
    x, theta = SQUARE.points(33), start._theta.copy()
    y = SQUARE(x)
    mean = np.zeros_like(theta)
    _loops.train(theta, mean, np.zeros_like(theta), x, y, np.array([1e-9]), 0, 1, code("silu"))

    def loss(vector: np.ndarray) -> float:
        return float(((_loops.evaluate(vector, x, code("silu"))[:, 0] - y) ** 2).mean())

    for row in range(len(theta)):
        step = np.zeros_like(theta)
        step[row] = 1e-6
        slope = (loss(start._theta + step) - loss(start._theta - step)) / 2e-6
        assert mean[row, 0] == pytest.approx(0.1 * slope, rel=1e-6, abs=1e-10)
