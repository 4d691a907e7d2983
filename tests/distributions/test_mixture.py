"""The switched pair: quadrature against limits and against another rule."""

import math

import numpy as np
import pytest
from scipy.stats import kstest, norm

from szilard.distributions import MixturePair


def test_quadrature_agrees_with_gauss_legendre_on_the_densities():
    a = 0.8

    nodes, weights = np.polynomial.legendre.leggauss(120)
    x, y = 8 * nodes[:, None], 8 * nodes
    joint = 0.5 * (norm.pdf(x - a) * norm.pdf(y - a) + norm.pdf(x + a) * norm.pdf(y + a))
    alone = 0.25 * (norm.pdf(x - a) + norm.pdf(x + a)) * (norm.pdf(y - a) + norm.pdf(y + a))
    value = 64 * weights @ (joint * np.log(joint / alone)) @ weights
    assert MixturePair(a).mutual_information == pytest.approx(value, abs=1e-9)


def test_weak_signals_follow_the_small_signal_law():
    # X and Y correlate by about a², so I ≈ a⁴ / 2
    assert MixturePair(0.02).mutual_information == pytest.approx(0.02**4 / 2, rel=1e-2)


def test_a_clear_signal_shares_its_whole_entropy():
    assert MixturePair(10.0).mutual_information == pytest.approx(math.log(2), abs=1e-14)


@pytest.mark.parametrize("separation", [0.1, 1.5, 4.0, 10.0])
def test_the_stated_error_is_small(separation):
    law = MixturePair(separation)
    assert law.quadrature_error < 1e-10
    assert law.truth.startswith("quadrature, error about ")


def test_samples_follow_the_mixture():
    x, y = MixturePair(1.5).sample(20_000, rng=11)
    for column in (x[:, 0], y[:, 0]):
        assert kstest(column, lambda v: 0.5 * (norm.cdf(v - 1.5) + norm.cdf(v + 1.5))).pvalue > 6e-5


@pytest.mark.parametrize("separation", [0.0, -1.0, math.nan, 11.0, "far"])
def test_separation_out_of_range_is_refused(separation):
    with pytest.raises(ValueError, match="^separation must be"):
        MixturePair(separation)
