"""Crossed pairs and the noisy XOR: their information by other means, and that no correlation shows it."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from szilard.diffusion import VPDiffusion
from szilard.distributions import Crossed, NoisyXor


def test_crossed_pair_agrees_with_gauss_legendre_on_the_densities():
    rho = 0.8
    nodes, weights = np.polynomial.legendre.leggauss(160)
    x, y = 8 * nodes[:, None], 8 * nodes
    joint = sum(0.5 * norm.pdf(x) * norm.pdf(y, s * rho * x, math.sqrt(1 - rho**2)) for s in (-1, 1))
    value = 64 * weights @ (joint * np.log(joint / (norm.pdf(x) * norm.pdf(y)))) @ weights
    assert Crossed(rho).mutual_information == pytest.approx(value, abs=1e-8)


def test_xor_agrees_with_gauss_legendre_on_the_densities():
    a = 1.2
    nodes, weights = np.polynomial.legendre.leggauss(80)
    z = 8 * nodes
    up, down = norm.pdf(z - a), norm.pdf(z + a)
    alone = (up + down) / 2
    joint = sum(
        0.25 * (up if s > 0 else down)[:, None, None] * (up if t > 0 else down)[:, None] * (up if s * t > 0 else down)
        for s in (-1, 1)
        for t in (-1, 1)
    )
    ratio = joint / (alone[:, None, None] * alone[:, None] * alone)
    value = 8**3 * np.einsum("abc,a,b,c->", joint * np.log(ratio), weights, weights, weights)
    assert NoisyXor(a).mutual_information == pytest.approx(value, abs=1e-7)


def test_limits():
    assert Crossed(1e-4).mutual_information == pytest.approx(0, abs=1e-9)
    assert NoisyXor(10.0).mutual_information == pytest.approx(math.log(2), abs=1e-12)
    normal = -0.5 * math.log(1 - 0.999999**2)  # a strong pair loses ln 2 of a normal pair's information with the sign
    assert Crossed(0.999999).mutual_information == pytest.approx(normal - math.log(2), abs=0.02)


@pytest.mark.parametrize("law", [Crossed(0.9), NoisyXor(2.0), Crossed(0.9, pixels=3).view(2)])
def test_nothing_is_correlated(law):
    correlations = np.corrcoef(np.hstack(law.sample(100_000, rng=3)).T)
    assert np.abs(correlations - np.eye(len(correlations))).max() < 5 / math.sqrt(100_000)


def test_views_count_what_they_show_once():
    one, field = Crossed(0.9).mutual_information, Crossed(0.9, pixels=3)
    assert field.view(2).mutual_information == pytest.approx(2 * one)
    assert field.repeated_view(1, extra=1).mutual_information == field.view(2).mutual_information
    assert field.paired_view(2).mutual_information == pytest.approx(4 * one)
    x, y = field.repeated_view(1).sample(5, rng=0)
    assert x.shape == (5, 3) and (y[:, 0] == y[:, 2]).all()
    assert field.paired_view(2).seen == (0, 1, 3, 4)


def test_half_the_squared_difference_of_the_guesses_integrates_to_the_information():
    pair, process = Crossed(0.9), VPDiffusion()
    log_snr = torch.linspace(-12, 20, 801, dtype=torch.float64)
    t = process.time(log_snr)
    gain = pair.denoising_gain(process.k(t).numpy(), process.variance(t).numpy())
    assert np.trapezoid(gain, log_snr.numpy()) == pytest.approx(pair.mutual_information, abs=1e-4)


@pytest.mark.parametrize(
    "make",
    [lambda: Crossed(1.0), lambda: Crossed(0.5, 0), lambda: Crossed(0.5, 2, (2,)), lambda: NoisyXor(0),
     lambda: NoisyXor(11.0)],
)  # fmt: skip
def test_settings_out_of_range_are_refused(make):
    with pytest.raises(ValueError, match="must"):
        make()
