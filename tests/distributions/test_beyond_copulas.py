"""Systems without correlations: quadrature against Monte Carlo and other rules, limits, additivity, refusals."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi, multivariate_normal, norm

from szilard.distributions import NoisyParity, SharedScale, SideBySide
from szilard.estimators import GaussianCopula

BOTH = SideBySide(NoisyParity(2.0), SharedScale(8.0))
SYSTEMS = (NoisyParity(2.0), NoisyParity(0.7), SharedScale(8.0), SharedScale(4.0, 4, 1), BOTH)
names = pytest.mark.parametrize("system", SYSTEMS, ids=repr)


def numbers(system):
    known = system.o_information
    return [getattr(known, name).nats for name in ("tc", "dtc", "omega", "s")]


@names
def test_identities_and_bounds(system):
    tc, dtc, omega, s = numbers(system)
    n = len(system.dims)
    assert omega == pytest.approx(tc - dtc, abs=1e-12) and s == pytest.approx(tc + dtc, abs=1e-12)
    assert 0 < tc <= (n - 1) * dtc and 0 < dtc <= (n - 1) * tc + 1e-12
    assert len(system.o_information.gradients) == n


@names
def test_samples_have_the_stated_shapes_streams_and_no_rank_correlation(system):
    drawn, again = system.sample(20_000, rng=3), system.sample(20_000, rng=3)
    assert [part.shape for part in drawn] == [(20_000, width) for width in system.dims]
    assert all(np.array_equal(one, other) for one, other in zip(drawn, again, strict=True))
    assert not np.array_equal(drawn[0], system.sample(20_000, rng=4)[0])
    copula = GaussianCopula().o_information(drawn)
    assert copula.tc.nats < 0.02 and abs(copula.omega.nats) < 0.01
    with pytest.raises(ValueError, match="^n must be"):
        system.sample(0)


def monte_carlo(densities, points):
    """Mean of the log ratio of the joint density to the product of the others, and its standard error."""
    joint, *alone = (np.log(density(points)) for density in densities)
    ratio = joint - np.sum(alone, axis=0)
    return ratio.mean(), ratio.std() / math.sqrt(len(ratio))


@pytest.mark.parametrize("a", [0.7, 2.0, 3.0])
def test_parity_agrees_with_monte_carlo_on_the_mixture_of_four(a):
    signs = [(s, t, s * t) for s in (-1, 1) for t in (-1, 1)]

    def joint(x):
        return np.mean([multivariate_normal.pdf(x, a * np.array(each)) for each in signs], axis=0)

    def alone(i):
        return lambda x: 0.5 * (norm.pdf(x[:, i] - a) + norm.pdf(x[:, i] + a))

    system = NoisyParity(a)
    x = np.hstack(system.sample(200_000, rng=1))
    mean, error = monte_carlo([joint, alone(0), alone(1), alone(2)], x)
    tc, dtc, omega, _ = numbers(system)
    assert abs(mean - tc) < 4 * error
    assert dtc == pytest.approx(2 * tc) and omega == pytest.approx(-tc)


def test_parity_agrees_with_gauss_hermite():
    a, (nodes, weights) = 1.0, np.polynomial.hermite_e.hermegauss(80)
    x, w = nodes + a, weights / weights.sum()  # all signs up, which stands for all four combinations
    t = np.tanh(a * x)
    ratio = np.log1p(t[:, None, None] * t[:, None] * t)
    assert numbers(NoisyParity(a))[0] == pytest.approx(np.einsum("ijk,i,j,k", ratio, w, w, w), abs=1e-6)


def test_a_clear_parity_is_one_bit():
    assert numbers(NoisyParity(6.0)) == pytest.approx(np.log(2) * np.array([1, 2, -1, 3]), abs=1e-5)


def entropy(k, ratio):
    """Of k coordinates with one scale, by adaptive quadrature over the radius."""

    def log_density(r):
        parts = [-(r**2) / (2 * s**2) - k * math.log(s * math.sqrt(2 * math.pi)) for s in (1, ratio)]
        return np.logaddexp(*parts) - math.log(2)

    parts = [quad(lambda r, s=s: chi.pdf(r / s, k) / s * log_density(r), 0, 15 * s, limit=400)[0] for s in (1, ratio)]
    return -sum(parts) / 2


@pytest.mark.parametrize(("ratio", "n", "d"), [(8.0, 3, 2), (2.0, 3, 1), (5.0, 4, 1)])
def test_a_shared_scale_agrees_with_adaptive_quadrature(ratio, n, d):
    tc, less = (k * entropy(d, ratio) - entropy(k * d, ratio) for k in (n, n - 1))
    dtc = (n - 1) * tc - n * less
    assert numbers(SharedScale(ratio, n, d))[:2] == pytest.approx([tc, dtc], abs=1e-8)


def test_two_variables_of_one_scale_have_no_o_information():
    tc, dtc, omega, _ = numbers(SharedScale(5.0, 2, 1))
    assert omega == pytest.approx(0, abs=1e-12) and tc == pytest.approx(dtc) and tc > 0


def test_gradients_are_what_goes_with_a_variable():
    whole, less = SharedScale(5.0, 4, 1).o_information, SharedScale(5.0, 3, 1).o_information
    lost = whole.omega.nats - less.omega.nats
    assert [float(each) for each in whole.gradients] == pytest.approx([lost] * 4)


def test_systems_side_by_side_add_up():
    parts = np.array(numbers(BOTH.left)) + numbers(BOTH.right)
    assert numbers(BOTH) == pytest.approx(parts)
    signs = [np.sign(float(each)) for each in BOTH.o_information.gradients]
    assert signs == [-1] * 3 + [1] * 3 and BOTH.dims == (1, 1, 1, 2, 2, 2)


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: NoisyParity(0.0), "separation"),
        (lambda: NoisyParity(7.0), "separation"),
        (lambda: SharedScale(1.0), "ratio"),
        (lambda: SharedScale(101.0), "ratio"),
        (lambda: SharedScale(3.0, 1), "n"),
        (lambda: SharedScale(3.0, 3, 0), "d"),
    ],
)
def test_settings_out_of_range_are_refused(make, argument):
    with pytest.raises(ValueError, match=f"^{argument} must be"):
        make()
