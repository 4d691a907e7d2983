"""Uniform signal and noise: both branches of the closed form, moments, and support."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from szilard.distributions import UniformAdditive

FOUR_SIGMA_P = 2 * stats.norm.sf(4.0)


@pytest.mark.parametrize("noise", [0.05, 0.1, 0.4, 0.5, 0.75, 3.0])
def test_information_is_output_entropy_minus_noise_entropy(noise):
    def density(y):
        return max(min(y + noise, 1.0) - max(y - noise, 0.0), 0.0) / (2 * noise)

    kinks = sorted({noise, 1 - noise})
    entropy, _ = quad(
        lambda y: -density(y) * math.log(density(y)) if density(y) > 0 else 0.0, -noise, 1 + noise, points=kinks
    )
    assert UniformAdditive(noise).mutual_information == pytest.approx(entropy - math.log(2 * noise), abs=1e-7)


def test_the_two_branches_meet_at_one_half_with_equal_slope():
    low, at, high = (UniformAdditive(noise).mutual_information for noise in (0.5 - 1e-6, 0.5, 0.5 + 1e-6))
    assert at == 0.5
    assert high - at == pytest.approx(-1e-6, rel=1e-4)
    assert at - low == pytest.approx(-1e-6, rel=1e-4)


@pytest.mark.parametrize("noise", [0.1, 0.75])
def test_signal_and_noise_are_uniform_and_independent(noise):
    x, y = UniformAdditive(noise).sample(20_000, rng=5)
    rest = y - x
    assert stats.kstest(x[:, 0], "uniform").pvalue > FOUR_SIGMA_P
    assert stats.kstest(rest[:, 0], stats.uniform(-noise, 2 * noise).cdf).pvalue > FOUR_SIGMA_P
    assert abs(np.corrcoef(x[:, 0], rest[:, 0])[0, 1]) < 4 / math.sqrt(20_000)


def test_impossible_points_carry_minus_infinity():
    law = UniformAdditive(0.1)
    assert law.pointwise_mutual_information([[0.2]], [[0.5]])[0] == -math.inf
    assert law.pointwise_mutual_information([[0.5]], [[0.55]])[0] == pytest.approx(-math.log(0.2))


@given(st.floats(0.01, 20.0))
def test_from_information_inverts_the_closed_form(nats):
    assert UniformAdditive.from_information(nats).mutual_information == pytest.approx(nats, rel=1e-9)


@given(st.one_of(st.floats(max_value=0.0), st.sampled_from([math.nan, math.inf, "wide", None])))
def test_noise_must_be_positive(noise):
    with pytest.raises(ValueError, match="^noise must be a finite number > 0; got "):
        UniformAdditive(noise)
