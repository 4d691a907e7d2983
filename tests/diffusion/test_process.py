"""The variance-preserving diffusion against quadrature, numerical derivatives and the published constants."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from szilard.diffusion import VPDiffusion

PUBLISHED = VPDiffusion()
OTHER = VPDiffusion(beta0=0.5, beta1=7.0)
BOTH = pytest.mark.parametrize("process", [PUBLISHED, OTHER])
TIMES = torch.linspace(0.01, 1.0, 12, dtype=torch.float64)


def tensor(value):
    return torch.tensor(value, dtype=torch.float64)


def slope(f, t, step=1e-6):
    """Central difference of f at t."""
    return (f(t + step) - f(t - step)) / (2 * step)


def test_published_constants():
    # quadrature by hand with beta from 0.1 to 20: exp(-10.05 / 2) and 1 - exp(-B(1e-3))
    assert PUBLISHED.k(tensor(1.0)) == pytest.approx(0.0065716, abs=5e-8)
    assert PUBLISHED.k(tensor(1.0)) == pytest.approx(math.exp(-5.025), rel=1e-14)
    assert PUBLISHED.variance(tensor(1e-3)) == pytest.approx(1.0994e-4, abs=5e-9)


@BOTH
def test_accumulated_rate_is_the_integral_of_the_rate(process):
    for t in TIMES:
        assert process.B(t) == pytest.approx(quad(process.beta, 0, float(t))[0], rel=1e-12)


@BOTH
def test_signal_and_noise_follow_the_stochastic_equation(process):
    """The mean of dX = -βX/2 dt + √β dW obeys k' = -βk/2, its variance v' = β(1 - v)."""
    inner = TIMES[:-1]
    assert slope(process.k, inner) == pytest.approx(-0.5 * process.beta(inner) * process.k(inner), rel=1e-6)
    drift = process.beta(inner) * (1 - process.variance(inner))
    assert slope(process.variance, inner) == pytest.approx(drift, rel=1e-6)


@BOTH
def test_variance_is_preserved(process):
    assert process.k(TIMES) ** 2 + process.variance(TIMES) == pytest.approx(1, abs=1e-15)
    assert process.sigma(TIMES) ** 2 == pytest.approx(process.variance(TIMES), rel=1e-15)
    assert process.chi(TIMES, 1.0) == pytest.approx(1, abs=1e-15)
    assert process.chi(tensor(0.0), 3.0) == 9.0


def test_variance_keeps_its_digits_near_zero():
    for t in (1e-12, 1e-9, 1e-6):
        B = 0.1 * t + 9.95 * t**2
        assert PUBLISHED.variance(tensor(t)) == pytest.approx(B - B**2 / 2 + B**3 / 6, rel=1e-14)
        single = PUBLISHED.variance(torch.tensor(t, dtype=torch.float32))
        assert float(single) == pytest.approx(float(PUBLISHED.variance(tensor(t))), rel=1e-6)


@BOTH
def test_log_snr_is_the_logarithm_of_signal_over_noise(process):
    ratio = process.k(TIMES) ** 2 / process.variance(TIMES)
    assert process.log_snr(TIMES) == pytest.approx(ratio.log(), abs=1e-9)


@given(st.floats(1e-10, 1.0), st.sampled_from([PUBLISHED, OTHER]))
def test_time_inverts_log_snr(t, process):
    assert process.time(process.log_snr(tensor(t))) == pytest.approx(t, rel=1e-10)
    assert float(process.time(process.log_snr(torch.tensor(t)))) == pytest.approx(t, rel=1e-3)  # float32


@BOTH
def test_rate_is_the_loss_of_log_snr(process):
    inner = TIMES[:-1]
    assert process.rate(inner) == pytest.approx(-slope(process.log_snr, inner), rel=1e-6)


def test_perturbed_samples_broadcast_times_over_coordinates():
    x, z, t = torch.ones(3, 2), torch.full((3, 2), 2.0), tensor([0.0, 0.3, 1.0])
    noisy = PUBLISHED.perturb(x, t, z)
    assert torch.equal(noisy[0], x[0].double())
    expected = PUBLISHED.k(tensor(0.3)) + 2 * PUBLISHED.sigma(tensor(0.3))
    torch.testing.assert_close(noisy[1], expected.expand(2), rtol=1e-15, atol=0)


def test_the_information_left_at_the_end_is_negligible():
    """What a five-nat pair still shares with its noised self at t = 1: 2.2e-5 nats, by an independent computation."""
    lost = 1 - math.exp(-2 * 5.0)
    left = -0.5 * math.log1p(-(float(PUBLISHED.k(tensor(1.0))) ** 2) * lost)
    assert left == pytest.approx(2.2e-5, abs=5e-7)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"beta0": 0}, "beta0"), ({"beta1": math.nan}, "beta1"), ({"beta0": "a"}, "beta0"), ({"beta1": 0.1}, "beta1")],
)
def test_rates_that_make_no_diffusion_are_refused(settings, named):
    with pytest.raises(ValueError, match=named):
        VPDiffusion(**settings)
