"""Least losses against values worked out by hand, by quadrature of another kind, and by fits on a grid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import RegularGridInterpolator
from scipy.special import eval_legendre

from szilard.scaling import (
    ACTIVATIONS,
    SQUARE,
    Budget,
    activate,
    best_pair,
    best_relu_network,
    closed_forms,
    pair_loss,
    relu_bound,
    relu_modes,
    relu_optimum,
    silu_pair,
    silu_pair_loss,
    silu_valley,
    train_ensemble,
    trivial_loss,
)

# Golden values: (2a/(N + 1))⁴/180 at a = 2, from the variance h⁴/180 of t² about its regression line on a piece.
RELU = {2: 1.7558e-2, 4: 2.2756e-3, 8: 2.1677e-4, 16: 1.7028e-5, 64: 7.9674e-8}


def test_a_constant_leaves_the_variance_of_the_square():
    mean = quad(lambda x: x * x / 4, -2, 2)[0]
    assert trivial_loss(2.0) == pytest.approx(quad(lambda x: (x * x - mean) ** 2 / 4, -2, 2)[0], rel=1e-12)
    assert trivial_loss(2.0) == pytest.approx(64 / 45)


@pytest.mark.parametrize("width", RELU)
def test_the_relu_optimum_is_attained_and_has_its_golden_value(width):
    assert relu_optimum(width) == pytest.approx(RELU[width], rel=1e-4)
    assert best_relu_network(width).loss(width * 500 + 1)[0] == pytest.approx(relu_optimum(width), rel=1e-4)


def test_the_relu_exponent_is_four_in_the_number_of_pieces_and_four_in_the_domain():
    assert relu_optimum(8) / relu_optimum(2) == pytest.approx(3.0**-4)
    assert relu_optimum(4, a=3.0) / relu_optimum(4, a=1.5) == pytest.approx(16.0)


def test_no_fit_of_two_kinks_undercuts_the_bound():
    x = np.linspace(-2, 2, 4001)
    least = min(_fit(x, first, second) for first in np.linspace(-1.9, 1, 30) for second in np.linspace(-1, 1.9, 30))
    assert relu_bound(2) * 0.999 < least < relu_bound(2) * 1.02


def _fit(x: np.ndarray, first: float, second: float) -> float:
    """Least squares with one neuron facing left from ``first`` and one facing right from ``second``."""
    design = np.stack([np.ones_like(x), np.maximum(first - x, 0), np.maximum(x - second, 0)], axis=1)
    return float(np.mean((design @ np.linalg.lstsq(design, x * x, rcond=None)[0] - x * x) ** 2))


def test_the_four_modes_of_two_neurons():
    modes, x = relu_modes(), np.linspace(-2, 2, 4001)
    assert list(modes.values()) == sorted(modes.values(), reverse=True)
    assert modes["line and kink"] == pytest.approx(4.0**4 / 2**4 / 180)
    one = [np.stack([np.ones_like(x), np.maximum(x - kink, 0)], axis=1) for kink in np.linspace(0, 1.9, 400)]
    losses = [np.mean((d @ np.linalg.lstsq(d, x * x, rcond=None)[0] - x * x) ** 2) for d in one]
    assert modes["one ramp"] == pytest.approx(min(losses), rel=1e-3)


@pytest.mark.parametrize(
    ("w", "loss", "law"), [(0.1, 1.0267e-6, 1.0320e-6), (0.3, 7.98e-5, 8.36e-5), (0.5, 5.69e-4, 6.45e-4)]
)
def test_the_valley_of_two_silu_neurons(w, loss, law):
    assert silu_pair_loss(w) == pytest.approx(loss, rel=1e-3)
    assert silu_valley(w) == pytest.approx(law, rel=1e-3)
    pair = silu_pair(w)
    assert pair.loss()[0] == pytest.approx(silu_pair_loss(w), rel=1e-6)
    assert pair.odd_energy()[0] < 1e-20
    assert pair.v[0, 0] * w**2 == pytest.approx(2, rel=0.15)


@pytest.mark.parametrize("w", [0.2, 0.15, 0.1, 0.05])
def test_the_law_of_the_valley_is_right_to_a_twentieth_from_a_fifth_on(w):
    assert silu_pair_loss(w) == pytest.approx(silu_valley(w), rel=0.05)


def test_the_valley_has_no_floor():
    assert silu_pair_loss(0.01) < 1.1e-10 and silu_pair_loss(0.02) / silu_pair_loss(0.01) == pytest.approx(16, rel=0.01)


def test_at_the_best_bias_the_valley_falls_as_the_eighth_power_and_its_network_has_the_loss():
    (first, bias), (second, _) = best_pair("silu", 0.2), best_pair("silu", 0.1)
    assert np.log2(first / second) == pytest.approx(8, abs=0.1)
    assert silu_pair(0.2, bias).loss()[0] == pytest.approx(first, rel=1e-3)
    h = 1e-2  # the fourth derivative of SiLU vanishes there in the limit, by differences of its first
    around = activate("silu", 1.0326 + h * np.array([-3.0, -1.0, 1.0, 3.0]))[1]
    assert abs(around @ [-1, 3, -3, 1]) / (2 * h) ** 3 < 1e-3


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_smooth_pairs_have_no_least_loss_and_kinked_ones_have(activation):
    kinked = activation in ("relu", "leaky relu")
    wide, narrow = best_pair(activation, 1.0)[0], best_pair(activation, 0.1)[0]
    assert narrow == pytest.approx(relu_optimum(2), rel=1e-3) if kinked else narrow <= 1e-5 * wide + 1e-20
    assert pair_loss(activation, 0.5, 0.3) >= best_pair(activation, 0.5)[0]


def test_closed_forms_agree_with_what_is_found_in_another_way():
    for each in closed_forms():
        limit = 0.15 if "SiLU" in each.name else 1e-4
        assert each.closed == pytest.approx(each.numeric, rel=limit), each.name


def test_identities_of_silu():
    z = np.linspace(-8, 8, 161)
    even, odd = activate("silu", z)[0] + activate("silu", -z)[0], activate("silu", z)[0] - activate("silu", -z)[0]
    np.testing.assert_allclose(even, z * np.tanh(z / 2), atol=1e-14)
    np.testing.assert_allclose(odd, z, atol=1e-14)
    h = 1e-3
    second = (activate("silu", h)[1] - activate("silu", -h)[1]) / (2 * h)
    assert second == pytest.approx(0.5, abs=1e-6)
    turning = 2.39936
    slopes = activate("silu", [turning - 1e-3, turning + 1e-3])[1]
    assert abs(slopes[1] - slopes[0]) / 2e-3 < 1e-5


def test_what_the_fourth_power_leaves_is_the_fourth_legendre_polynomial():
    x, a = np.linspace(-2, 2, 20001), 2.0
    design = np.stack([np.ones_like(x), x * x], axis=1)
    residual = x**4 - design @ np.linalg.lstsq(design, x**4, rcond=None)[0]
    np.testing.assert_allclose(residual, 8 / 35 * a**4 * eval_legendre(4, x / a), atol=2e-3)
    assert quad(lambda t: eval_legendre(4, t) ** 2 / 2, -1, 1)[0] == pytest.approx(1 / 9)


def test_a_trained_network_never_undercuts_the_bound():
    for width in (2, 3, 4):
        assert train_ensemble(SQUARE, width, 32, "relu", budget=Budget(1500)).loss(4001).min() >= relu_bound(width)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_straight_pieces_on_a_grid_give_four_over_the_dimension(dim):
    def loss(cells: int) -> float:
        axis = np.linspace(0, 1, cells + 1)
        values = (np.stack(np.meshgrid(*[axis] * dim, indexing="ij")) ** 2).sum(axis=0)
        points = np.random.default_rng(0).uniform(size=(20_000, dim))
        return float(np.mean((RegularGridInterpolator([axis] * dim, values)(points) - (points**2).sum(axis=1)) ** 2))

    slope = np.log(loss(16) / loss(4)) / np.log((16 / 4) ** dim)  # per parameter, of which there are cells to the dim
    assert slope == pytest.approx(-4 / dim, rel=0.02)


def test_bad_input():
    with pytest.raises(ValueError, match="width must be even"):
        relu_optimum(3)
    with pytest.raises(ValueError, match="a must be"):
        trivial_loss(-1.0)
    with pytest.raises(ValueError, match="w must be"):
        silu_pair_loss(0.0)
