"""Networks retrained without a record do not see it, and estimates from one network match brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from szilard.leave_one_out import (
    NNGP,
    Recipe,
    attack_auc,
    influence_estimates,
    influence_function,
    measured_attack,
    retrained,
    tangent_gram,
    tracin,
    training,
)
from szilard.leave_one_out.networks import Stack

SMALL = Recipe(width=8, depth=2, steps=30, lr=0.02)


def problem(n: int = 12, d: int = 5):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)), rng.normal(size=(n, 2))


def stack(recipe: Recipe, d: int, count: int) -> Stack:
    streams = [torch.Generator().manual_seed(seed) for seed in range(count)]
    return Stack(recipe, d, 2, streams, torch.float64)


def test_a_network_does_not_see_what_it_is_trained_without() -> None:
    X, Y = problem()
    other_x, other_y = X.copy(), Y.copy()
    other_x[3], other_y[3] = 5.0, -7.0
    first, second = (retrained(SMALL, *pair, [3], 2, rng=1)[0] for pair in ((X, Y), (other_x, other_y)))
    rest = np.arange(12) != 3
    assert (first[:, rest] == second[:, rest]).all()
    seen = [retrained(SMALL, *pair, [-1], 2, rng=1)[0] for pair in ((X, Y), (other_x, other_y))]
    assert abs(seen[0] - seen[1])[:, rest].max() > 0.1


def test_leaving_out_is_training_on_the_others() -> None:
    X, Y = problem()
    out = retrained(SMALL, X, Y, [11], 1, rng=3)[0, 0, :11]
    alone = retrained(SMALL, X[:11], Y[:11], [-1], 1, rng=3)[0, 0]
    assert out == pytest.approx(alone, abs=1e-6)  # the loss is scaled, which Adam does not see but for its ε


def test_members_do_not_depend_on_their_company() -> None:
    X, Y = problem()
    rngs = np.random.default_rng(5).spawn(3)
    *_, (together, _) = training(SMALL, X, Y, [-1, 2, 4], rngs)
    *_, (alone, _) = training(SMALL, X, Y, [2], np.random.default_rng(5).spawn(3)[1:2])
    x = torch.from_numpy(X)
    with torch.no_grad():
        assert together(x)[1].numpy() == pytest.approx(alone(x)[0].numpy(), abs=1e-9)


def test_training_lowers_the_error() -> None:
    X, Y = problem()
    few, many = (retrained(Recipe(16, 2, steps=steps, lr=0.02), X, Y, [-1], 2) for steps in (1, 200))
    assert ((many - Y) ** 2).mean() < 0.2 * ((few - Y) ** 2).mean()


def test_untrained_wide_networks_have_the_covariance_of_the_kernel() -> None:
    X, _ = problem(3)
    with torch.no_grad():
        outputs = stack(Recipe(width=256, depth=1), 5, 3000)(torch.from_numpy(X)).numpy()
    products = outputs[:, 0, :] * outputs[:, 1, :]
    error = products.std() / math.sqrt(products.size)
    assert products.mean() == pytest.approx(NNGP("relu", 1)(X)[0, 1], abs=4 * error)


def test_the_measured_attack_finds_the_exact_one() -> None:
    """Mean over 40 repetitions of 200 against 200: within four standard errors, and below by what fitting costs."""
    rng, t = np.random.default_rng(0), 0.6
    found = [
        measured_attack(1.0 + math.sqrt(1 - t) * rng.normal(size=(200, 2)), rng.normal(size=(200, 2)), 4, rng=0)
        for _ in range(40)
    ]
    truth = float(attack_auc([t], [2 / t], 2))
    error = np.std(found) / math.sqrt(40)
    assert truth - 4 * error - 0.01 < np.mean(found) < truth + 4 * error


def test_gradients_are_those_of_automatic_differentiation() -> None:
    X, _ = problem(4)
    network, x = stack(Recipe(8, 2, "gelu"), 5, 2), torch.from_numpy(X)
    gram, outputs = tangent_gram(network, x)
    found = network(x)
    assert outputs == pytest.approx(found.detach().numpy())
    rows = [torch.autograd.grad(each, list(network.weights), retain_graph=True) for each in found[1].flatten()]
    jacobian = torch.stack([torch.cat([part[1].flatten() for part in row]) for row in rows])
    assert gram[1].reshape(8, 8) == pytest.approx((jacobian @ jacobian.T).numpy(), abs=1e-10)


def test_the_influence_function_is_the_derivative_with_respect_to_a_weight() -> None:
    rng = np.random.default_rng(0)
    J, y, damping = rng.normal(size=(12, 20)), rng.normal(size=12), 0.7

    def fitted(weight: float) -> np.ndarray:  # of record 2, outputs 4 and 5
        w = np.ones(12)
        w[4:6] = weight
        return J @ np.linalg.solve(J.T @ (w[:, None] * J) + damping * np.eye(20), J.T @ (w * y))

    found = influence_function((J @ J.T).reshape(6, 2, 6, 2), (fitted(1.0) - y).reshape(6, 2), damping)
    slope = (fitted(1 - 1e-5) - fitted(1 + 1e-5)) / 2e-5
    assert found[2] == pytest.approx(slope[4:6], rel=1e-6)


def test_tracin_is_the_squared_gradient_of_the_loss() -> None:
    X, Y = problem(4)
    network, x = stack(SMALL, 5, 1), torch.from_numpy(X)
    gram, outputs = tangent_gram(network, x)
    loss = 0.5 * ((network(x)[0, 1] - torch.from_numpy(Y[1])) ** 2).sum()
    gradient = torch.autograd.grad(loss, list(network.weights))
    assert tracin(gram[0], outputs[0] - Y)[1] == pytest.approx(sum(float((g**2).sum()) for g in gradient))
    estimates = influence_estimates(SMALL, X, Y, networks=2)
    assert all(each.shape == (4,) and (each > 0).all() for each in estimates.values())


def test_bad_input_is_refused() -> None:
    X, Y = problem()
    for call, message in (
        (lambda: Recipe(width=0), "width"),
        (lambda: Recipe(activation="swish"), "activation"),
        (lambda: retrained(SMALL, X, Y, [12], 1), "indices from −1 to 11"),
        (lambda: retrained(SMALL, X, Y[:3], [-1], 1), "equal rows"),
        (lambda: measured_attack(np.zeros((5, 2)), np.zeros((9, 2))), "r ≥ 8"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.gpu
def test_a_card_trains_like_the_processor() -> None:
    """Streams differ, so that groups are compared: changes of mean outputs by leaving one record out."""
    X, Y = problem(20)
    recipe, changes = Recipe(width=32, steps=80, lr=0.01), []
    for device in ("cpu", "cuda"):
        full, out = retrained(recipe, X, Y, [-1, 3], 300, device=device)
        changes.append(float(np.linalg.norm(full[:, 3].mean(0) - out[:, 3].mean(0))))
        estimates = influence_estimates(recipe, X, Y, device=device)
        assert all(np.isfinite(each).all() for each in estimates.values())
    assert changes[1] == pytest.approx(changes[0], rel=0.25)  # they differ by 6 % between seeds
